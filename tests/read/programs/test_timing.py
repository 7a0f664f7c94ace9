from __future__ import annotations

import pytest

from tests.read.programs.runcase import fact, facts, part

LABELS = (
    "'dns=%{time_namelookup} tcp=%{time_connect} tls=%{time_appconnect} ttfb=%{time_starttransfer} "
    "code=%{http_code}\\n'"
)


def curl(form: str, output: str) -> str:
    return f"[root@edge-7 ~]# curl -s -o /dev/null -w {form} https://bot.example/healthz\n{output}\n"


@pytest.mark.parametrize(
    ("output", "slow"),
    [
        ("dns=0.001 tcp=0.002 tls=0.016 ttfb=9.046 code=200", "first_byte"),
        ("dns=5.001 tcp=5.002 tls=5.016 ttfb=5.046 code=200", "lookup"),
        ("dns=0.001 tcp=3.012 tls=3.016 ttfb=3.046 code=200", "connect"),
        ("dns=0.001 tcp=0.002 tls=2.016 ttfb=2.046 code=200", "tls"),
        ("dns=0.001 tcp=0.002 tls=0.016 ttfb=0.046 code=200", "none"),
    ],
)
def test_the_step_that_takes_long_is_named(output: str, slow: str) -> None:
    assert fact(curl(LABELS, output), "http.timing")["slow"] == slow


def test_the_format_tells_what_bare_numbers_are() -> None:
    text = curl("'%{http_code} %{time_connect} %{remote_ip}\\n'", "200 0.000138 192.0.2.9")
    assert fact(text, "http.status")["status"] == 200
    assert part(fact(text, "probe.result"), "outcome", "address", "port") == ("ok", "192.0.2.9", 443)


def test_json_is_read_as_well() -> None:
    text = curl("'%{json}'", '{"http_code":200,"time_connect":0.001,"time_starttransfer":7.5}')
    assert fact(text, "http.timing")["slow"] == "first_byte"


def test_a_request_that_never_connected_and_one_that_got_no_answer() -> None:
    form = "'%{http_code} %{time_connect}\\n'"
    assert fact(curl(form, "000 0.000000"), "probe.result")["outcome"] == "unreachable"
    assert part(fact(curl(form, "000 0.002000"), "tcp.failure"), "outcome", "phase") == ("timeout", "handshake")


def test_output_without_times_says_nothing() -> None:
    assert facts(curl("'%{size_download}\\n'", "52")) == []
