from __future__ import annotations

import pytest
from hypothesis import given, settings

from diagnose.read import programs
from tests.read import mutate
from tests.read.programs.runcase import fact, facts, part
from tests.read.sound import sound_source

TC = """qdisc noqueue 0: dev lo root refcnt 2
 Sent 0 bytes 0 pkt (dropped 0, overlimits 0 requeues 0)
 backlog 0b 0p requeues 0
qdisc mq 0: dev eth0 root
 Sent 928374655 bytes 812345 pkt (dropped 9120, overlimits 0 requeues 31)
 backlog 0b 0p requeues 31
qdisc fq_codel 0: dev eth0 parent :1 limit 10240p flows 1024 quantum 1514 target 5ms interval 100ms ecn
 Sent 928374655 bytes 812345 pkt (dropped 9120, overlimits 0 requeues 31)
 backlog 0b 0p requeues 31
  maxpacket 1514 drop_overlimit 0 new_flow_count 55 ecn_mark 0
"""


@pytest.mark.parametrize("before", ["", "[root@edge-7 ~]# tc -s qdisc show\n"])
def test_what_the_queue_of_an_interface_threw_away_is_counted_once(before: str) -> None:
    found = fact(before + TC, "link.counters")
    assert part(found, "interface", "state", "drops", "packets") == ("eth0", "drops", 9120, 821_465)
    assert found.get("seen_from") == ("edge" if before else None)


def test_a_queue_that_dropped_little_is_clean_and_an_idle_one_says_nothing() -> None:
    assert fact(TC.replace("dropped 9120", "dropped 2"), "link.counters")["state"] == "clean"
    assert facts("$ tc -s qdisc show dev wan0\n" + TC.replace("812345", "0").replace("9120", "0")) == []
    named = "$ tc -s qdisc show dev wan0\n" + TC.replace(" dev eth0", "")
    assert fact(named, "link.counters")["interface"] == "wan0"


@settings(max_examples=60, deadline=None)
@given(mutate.texts([TC]))
def test_spoilt_output_is_read_as_far_as_it_goes(text: str) -> None:
    programs.claims_text(text)
    sound_source(*programs.read_text(text, "x.txt"), text)
