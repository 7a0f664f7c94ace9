"""Clocks: how far off, and whether they follow a source."""

from __future__ import annotations

import pytest

from tests.read.programs.runcase import fact, facts, part

TRACKING = """$ chronyc tracking
Reference ID    : {reference} (ntp.example)
Stratum         : {stratum}
Ref time (UTC)  : Wed Mar 04 10:00:00 2026
System time     : {seconds} seconds {way} of NTP time
Leap status     : {leap}
"""


def tracking(
    seconds: str = "0.000021",
    way: str = "slow",
    *,
    reference: str = "C0000235",
    stratum: int = 3,
    leap: str = "Normal",
) -> str:
    return TRACKING.format(seconds=seconds, way=way, reference=reference, stratum=stratum, leap=leap)


@pytest.mark.parametrize(
    ("seconds", "way", "offset", "state"),
    [("0.000021", "slow", -0.021, "ok"), ("0.999", "fast", 999.0, "ok"), ("1.0", "slow", -1000.0, "off")],
)
def test_a_second_is_off_and_what_is_slow_counts_backwards(seconds: str, way: str, offset: float, state: str) -> None:
    found = fact(tracking(seconds, way), "clock.offset")
    assert part(found, "offset_ms", "state", "synchronised") == (offset, state, True)


@pytest.mark.parametrize("lost", [{"reference": "7F7F0101"}, {"stratum": 16}, {"leap": "Not synchronised"}])
def test_a_clock_that_follows_nothing_has_no_offset_to_trust(lost: dict[str, object]) -> None:
    found = fact(tracking(**lost), "clock.offset")  # type: ignore[arg-type]
    assert found == {"state": "unreachable", "synchronised": False}


SOURCES = """$ chronyc sources
MS Name/IP address         Stratum Poll Reach LastRx Last sample
===============================================================================
^{a} 192.0.2.5                    {stratum}   6   {reach}    32   +31us[ +40us] +/-   12ms
^{b} 192.0.2.6                    2   6   {reach}    33  -120us[-110us] +/-   15ms
"""


def test_sources_of_which_none_is_chosen_are_told_with_the_reason() -> None:
    silent = fact(SOURCES.format(a="?", b="?", stratum=0, reach=0), "clock.offset")
    assert part(silent, "state", "note") == ("unreachable", "no source answers")
    answered = fact(SOURCES.format(a="x", b="x", stratum=2, reach=377), "clock.offset")
    assert answered["note"] == "no source selected"


def test_a_chosen_source_says_nothing_by_itself() -> None:
    assert facts(SOURCES.format(a="*", b="+", stratum=2, reach=377)) == []


PEERS = """$ ntpq -p
     remote           refid      st t when poll reach   delay   offset  jitter
==============================================================================
{a}ntp1.example     192.0.2.1        2 u   33   64  377    1.210 {offset}   0.100
+ntp2.example     192.0.2.1        2 u   34   64  377    1.310    2.000   0.100
"""


def test_the_peer_that_is_followed_gives_the_offset() -> None:
    found = fact(PEERS.format(a="*", offset=" 4200.5"), "clock.offset")
    assert part(found, "offset_ms", "state") == (4200.5, "off")
    assert fact(PEERS.format(a=" ", offset="    0.5"), "clock.offset")["synchronised"] is False


@pytest.mark.parametrize(("word", "state"), [("yes", "ok"), ("no", "unreachable")])
def test_timedatectl_says_whether_the_clock_is_synchronised(word: str, state: str) -> None:
    text = f"$ timedatectl\n      Local time: Wed 2026-03-04 10:00:00 UTC\nSystem clock synchronized: {word}\n"
    assert fact(text, "clock.offset")["state"] == state


def test_ntpdate_tells_the_offset_in_seconds() -> None:
    text = "$ ntpdate -q 192.0.2.5\nserver 192.0.2.5, stratum 2, offset -3.250000, delay 0.02570\n"
    assert part(fact(text, "clock.offset"), "offset_ms", "state") == (-3250.0, "off")
