from __future__ import annotations

import pytest
from hypothesis import given, settings

from diagnose.read import programs
from tests.read import mutate
from tests.read.programs.runcase import fact, facts, part
from tests.read.sound import sound_source

WINMTR = """|------------------------------------------------------------------------------------------|
|                                      WinMTR statistics                                   |
|                       Host              -   %  | Sent | Recv | Best | Avrg | Wrst | Last |
|------------------------------------------------|------|------|------|------|------|------|
|                             192.168.1.1 -    0 |  100 |  100 |    0 |    1 |   12 |    1 |
|                   No response from host -  100 |   20 |    0 |    0 |    0 |    0 |    0 |
|                      core1.isp.example  -   14 |  100 |   86 |   10 |   14 |   40 |   12 |
|                            bot.example  -   12 |  100 |   88 |   20 |   24 |   61 |   22 |
|________________________________________________|______|______|______|______|______|______|
   WinMTR v0.92 GPL V2 by Appnor MSP - Fully Managed Hosting & Cloud Provider
"""
PATHPING = """
Tracing route to bot.example [192.0.2.9]
over a maximum of 30 hops:
  0  PC7.corp.example [192.168.1.20]
  1  192.168.1.1
  2  203.0.113.5
  3  bot.example [192.0.2.9]

Computing statistics for 75 seconds...
            Source to Here   This Node/Link
Hop  RTT    Lost/Sent = Pct  Lost/Sent = Pct  Address
  0                                           PC7.corp.example [192.168.1.20]
                                0/ 100 =  0%   |
  1    1ms     0/ 100 =  0%     0/ 100 =  0%  192.168.1.1
                               13/ 100 = 13%   |
  2   22ms    16/ 100 = 16%     3/ 100 =  3%  203.0.113.5
                                0/ 100 =  0%   |
  3   24ms    13/ 100 = 13%     0/ 100 =  0%  bot.example [192.0.2.9]

Trace complete.
"""


@pytest.mark.parametrize("before", ["", "C:\\Users\\x> winmtr\n"])
def test_winmtr_tells_the_loss_and_where_it_begins(before: str) -> None:
    target, gateway = facts(before + WINMTR, "probe.result")
    assert part(target, "tool", "target", "outcome", "loss_pct", "rtt_ms", "loss_from_hop", "hops") == (
        "winmtr", "bot", "loss", 12.0, 24.0, 3, 3,
    )  # fmt: skip
    assert part(gateway, "target", "outcome", "rtt_ms") == ("gateway", "ok", 1.0)


def test_a_target_that_keeps_silent_is_not_reached() -> None:
    cut = WINMTR.replace("bot.example  -   12", "Request timed out.  -  100")
    assert part(facts(cut, "probe.result")[0], "outcome", "loss_pct") == ("unreachable", 100.0)


@pytest.mark.parametrize("before", ["", "C:\\Users\\x> pathping bot.example\n"])
def test_pathping_tells_the_loss_from_the_source_on(before: str) -> None:
    target, gateway = facts(before + PATHPING, "probe.result")
    assert part(target, "tool", "target", "outcome", "loss_pct", "rtt_ms", "loss_from_hop", "hops") == (
        "pathping", "bot", "loss", 13.0, 24.0, 2, 3,
    )  # fmt: skip
    assert part(gateway, "target", "outcome") == ("gateway", "ok")


def test_a_pathping_whose_statistics_are_cut_off_is_read_as_far_as_it_goes() -> None:
    cut = PATHPING[: PATHPING.index("  2   22ms")]
    assert part(fact(cut, "probe.result"), "outcome", "loss_pct", "hops") == ("ok", 0.0, 1)
    assert facts(PATHPING[: PATHPING.index("            Source")]) == []


def test_a_table_of_a_million_lines_is_read_up_to_what_a_way_can_hold() -> None:
    row = "|                   host.example -    0 |  100 |  100 |    0 |    1 |   12 |    1 |\n"
    assert len(facts(WINMTR.split("\n   WinMTR v", maxsplit=1)[0] + "\n" + row * 20_000, "probe.result")) == 2


@settings(max_examples=100, deadline=None)
@given(mutate.texts([WINMTR, PATHPING]))
def test_spoilt_tables_are_read_as_far_as_they_go(text: str) -> None:
    programs.claims_text(text)
    sound_source(*programs.read_text(text, "x.txt"), text)
