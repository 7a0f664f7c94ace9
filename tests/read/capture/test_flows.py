"""Datagrams of which only the ends are known, and lines of DNS."""

from __future__ import annotations

import pytest

from diagnose.read.capture.dump import read_text

EDGE, BOT = "10.0.0.5", "198.51.100.7"


def datagrams(src: str, sport: int, dst: str, dport: int, count: int, step_ms: int = 20) -> list[str]:
    out = []
    for n in range(count):
        seconds, ms = divmod(n * step_ms, 1000)
        out.append(f"2026-03-04 10:00:{seconds:02}.{ms:03}000 IP {src}.{sport} > {dst}.{dport}: UDP, length 172")
    return out


def flows(*streams: list[str]) -> list[dict[str, object]]:
    text = "\n".join(sorted(line for stream in streams for line in stream)) + "\n"
    return [d.fields for d in read_text(text, "x.txt")[0] if d.kind == "media.flow"]


def test_datagrams_at_the_rate_of_voice_are_media_with_their_directions() -> None:
    (both,) = flows(datagrams(EDGE, 20000, BOT, 30000, 100), datagrams(BOT, 30000, EDGE, 20000, 90))
    assert (both["direction"], both["sent"], both["received"]) == ("both", 100, 90)


def test_media_without_its_way_back_goes_one_way() -> None:
    (one,) = flows(datagrams(EDGE, 20000, BOT, 30000, 100), datagrams(EDGE, 5555, "10.0.0.9", 5556, 2))
    assert (one["direction"], one["received"]) == ("out_only", 0)


@pytest.mark.parametrize(
    "stream",
    [
        datagrams(EDGE, 20000, BOT, 30000, 24),
        datagrams(EDGE, 20000, BOT, 30000, 50, step_ms=1000),
        datagrams(EDGE, 20000, BOT, 30000, 500, step_ms=2),
        datagrams(EDGE, 20000, BOT, 443, 100),
    ],
)
def test_few_slow_fast_datagrams_and_those_of_services_are_no_media(stream: list[str]) -> None:
    assert flows(stream) == []


ASKED = "10:00:00.000000 IP 10.0.0.5.40001 > 10.0.0.53.53: 4660+ A? bot.example. (29)\n"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("4660 1/0/0 A 198.51.100.7 (45)", "ok"),
        ("4660 0/1/0 (90)", "empty"),
        ("4660 NXDomain 0/1/0 (90)", "nxdomain"),
        ("4660 ServFail 0/0/0 (29)", "servfail"),
        ("4660 Refused- 0/0/0 (29)", "refused"),
        ("4660| 1/0/0 A 198.51.100.7 (45)", "truncated"),
    ],
)
def test_a_line_of_dns_tells_how_a_look_up_went(answer: str, outcome: str) -> None:
    text = f"{ASKED}10:00:00.020000 IP 10.0.0.53.53 > 10.0.0.5.40001: {answer}\n"
    (found,) = [d.fields for d in read_text(text, "x.txt")[0] if d.kind == "dns.result"]
    assert (found["outcome"], found["name"], found["rtt_ms"]) == (outcome, "bot.example", 20.0)
