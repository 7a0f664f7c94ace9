from __future__ import annotations

from diagnose.read.programs.paths import Hop, lossy_from, slow_from
from tests.read.programs.runcase import fact, facts, part

MTR = """Start: 2031-03-04T10:00:00+0000
HOST: edge-7                      Loss%   Snt   Last   Avg  Best  Wrst StDev
  1.|-- 10.0.0.1                   0.0%    20    0.3   0.4   0.2   0.9   0.1
  2.|-- ???                       100.0    20    0.0   0.0   0.0   0.0   0.0
  3.|-- 203.0.113.5               15.0%    20   12.0  12.1  11.0  14.0   0.8
  4.|-- 192.0.2.9                 20.0%    20   14.0  14.1  13.0  17.0   0.9
"""
TRACERT = """
Tracing route to bot.example [192.0.2.9]
over a maximum of 30 hops:

  1    <1 ms    <1 ms    <1 ms  192.168.1.1
  2     *        *        *     Request timed out.
  3    12 ms    11 ms    13 ms  192.0.2.9

Trace complete.
"""


def test_loss_counts_from_the_hop_where_it_begins_and_lasts() -> None:
    target, gateway = facts(MTR, "probe.result")
    assert part(target, "outcome", "loss_pct", "loss_from_hop", "hops", "seen_from") == ("loss", 20.0, 3, 3, "edge")
    assert part(gateway, "target", "outcome") == ("gateway", "ok")


def test_loss_at_a_hop_in_the_middle_alone_is_none() -> None:
    assert lossy_from([Hop("a", 0.0), Hop("b", 70.0), Hop("c", 0.0)]) is None
    assert lossy_from([Hop("a", 5.0), Hop(None), Hop("c", 6.0)]) == 1


def test_a_delay_counts_where_it_stays() -> None:
    assert slow_from([Hop("a", 0, 1.0), Hop("b", 0, 300.0), Hop("c", 0, 12.0)]) is None
    assert slow_from([Hop("a", 0, 1.0), Hop("b", 0, 180.0), Hop("c", 0, 190.0)]) == 2


def test_a_way_that_loses_from_the_first_router_on_shows_the_router() -> None:
    text = MTR.replace("  0.0%    20    0.3", " 10.0%    20    0.3")
    target, gateway = facts(text, "probe.result")
    assert target["loss_from_hop"] == 1
    assert part(gateway, "target", "outcome", "loss_pct") == ("gateway", "loss", 10.0)


def test_tracert_of_windows_arrives() -> None:
    found = fact(TRACERT, "probe.result")
    assert part(found, "outcome", "hops", "target", "address") == ("ok", 2, "bot", "192.0.2.9")


def test_a_way_on_which_not_even_the_first_router_answers() -> None:
    text = "$ traceroute -T -p 443 192.0.2.9\ntraceroute to 192.0.2.9 (192.0.2.9), 30 hops max\n 1  *\n 2  *\n"
    assert part(fact(text, "probe.result"), "outcome", "hops", "protocol") == ("unreachable", 0, "tcp")


def test_a_router_that_turns_back_and_a_loop_are_told() -> None:
    head = "traceroute to 192.0.2.9 (192.0.2.9), 30 hops max, 60 byte packets\n"
    barred = head + " 1  10.0.0.1 (10.0.0.1)  0.3 ms\n 2  203.0.113.5 (203.0.113.5)  1.0 ms !X\n"
    assert fact(barred, "firewall.event")["outcome"] == "deny"
    rows = "".join(f" {n}  10.0.0.{1 + n % 2} (10.0.0.{1 + n % 2})  1.0 ms\n" for n in range(1, 7))
    assert fact(head + rows, "route.state")["state"] == "loop"
