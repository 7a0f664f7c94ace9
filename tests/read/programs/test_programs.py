from __future__ import annotations

from typing import Any

import pytest

from diagnose.read import programs


def mtr(*hubs: dict[str, Any]) -> list[dict[str, Any]]:
    obj = {"report": {"mtr": {"dst": "192.0.2.9"}, "hubs": list(hubs)}}
    assert programs.claims(obj)
    return [d.fields for d in programs.read(obj, "mtr.json")[0]]


def test_mtr_is_judged_by_its_last_hop() -> None:
    found, gateway = mtr(
        {"host": "10.0.0.1", "Loss%": 60.0, "Avg": 1.0}, {"host": "192.0.2.9", "Loss%": 0.0, "Avg": 20.0}
    )
    assert (found["outcome"], found["rtt_ms"]) == ("ok", 20.0)
    assert gateway["outcome"] == "ok", "a router that answers few probes only limits its own answers"


@pytest.mark.parametrize(
    "hubs", [[], [{"host": "10.0.0.1", "Loss%": 0.0, "Avg": 1.0}, {"host": "???", "Loss%": 100.0, "Avg": 0.0}]]
)
def test_mtr_that_ends_in_silence_did_not_reach(hubs: list[dict[str, Any]]) -> None:
    assert mtr(*hubs)[0]["outcome"] == "unreachable"


PING = """$ ping -c 4 {host}
PING {host} ({host}) 56(84) bytes of data.

--- {host} ping statistics ---
4 packets transmitted, {received} received, {loss}% packet loss, time 3003ms
{rtt}
"""


@pytest.mark.parametrize(
    ("received", "loss", "rtt", "outcome"),
    [
        (4, 0, "rtt min/avg/max/mdev = 10.1/12.0/14.0/1.0 ms", "ok"),
        (3, 25, "rtt min/avg/max/mdev = 10.1/12.0/14.0/1.0 ms", "loss"),
        (4, 0, "rtt min/avg/max/mdev = 10.1/400.5/900.0/1.0 ms", "slow"),
        (0, 100, "", "unreachable"),
    ],
)
def test_ping_is_judged_by_loss_and_round_trip(received: int, loss: int, rtt: str, outcome: str) -> None:
    text = PING.format(host="192.0.2.9", received=received, loss=loss, rtt=rtt)
    assert programs.claims_text(text)
    (found,) = programs.read_text(text, "ping.txt")[0]
    assert found.fields["outcome"] == outcome
    assert found.place.line == 4
    assert found.entities == {"host": "192.0.2.9"}


def test_several_pings_in_one_file_are_several_facts() -> None:
    text = PING.format(host="192.0.2.9", received=0, loss=100, rtt="") + PING.format(
        host="10.0.0.1", received=4, loss=0, rtt=""
    )
    found = programs.read_text(text, "ping.txt")[0]
    assert [(d.fields["target"], d.fields["outcome"]) for d in found] == [("unknown", "unreachable"), ("gateway", "ok")]


def test_ping_that_counts_errors_is_read_too() -> None:
    text = "--- h ping statistics ---\n3 packets transmitted, 0 received, +3 errors, 100% packet loss, time 2003ms\n"
    assert programs.read_text(text, "p")[0][0].fields["loss_pct"] == 100.0


def test_a_tracepath_that_arrives_tells_the_packet_size() -> None:
    text = (
        "tracepath host.example\n 1?: [LOCALHOST]  pmtu 1500\n 1:  10.0.0.1  0.5ms\n 2:  10.0.0.2  1ms pmtu 1400\n"
        " 3:  host.example 2ms reached\n     Resume: pmtu 1400 hops 3 back 3\n"
    )
    assert programs.claims_text(text)
    found = {d.kind: d.fields for d in programs.read_text(text, "trace.txt")[0]}
    assert found["probe.result"]["outcome"] == "ok"
    assert found["mtu.state"] == {"state": "small", "bytes": 1400}


def test_a_trace_that_ends_in_silence_did_not_reach() -> None:
    text = "traceroute to 192.0.2.9 (192.0.2.9), 30 hops max\n 1  10.0.0.1  1.0 ms\n 2  * * *\n 3  * * *\n"
    assert programs.read_text(text, "trace.txt")[0][0].fields["outcome"] == "unreachable"


@pytest.mark.parametrize("text", ["", "hello", "the ping was fine", "2031-03-04 12:00:00 ping timeout"])
def test_other_text_is_not_claimed(text: str) -> None:
    assert not programs.claims_text(text)
