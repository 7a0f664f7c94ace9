from __future__ import annotations

import pytest

from diagnose.read import programs
from tests.read.programs.runcase import facts

HEAD = " pkts bytes target     prot opt in     out     source               destination\n"
LIST = "Chain FORWARD (policy ACCEPT 0 packets, 0 bytes)\n" + HEAD


def rule(packets: str, target: str, more: str, destination: str = "0.0.0.0/0") -> str:
    return f"{packets:>5} 9000 {target:<10} tcp  --  *      *       0.0.0.0/0            {destination}  {more}\n"


@pytest.mark.parametrize(
    ("more", "target", "outcome"),
    [
        ("tcp dpt:443", "DROP", "drop"),
        ("tcp dpt:443 reject-with tcp-reset", "REJECT", "reset"),
        ("tcp dpt:443 reject-with icmp-port-unreachable", "REJECT", "deny"),
        ("ctstate INVALID", "DROP", "state_lost"),
    ],
)
def test_a_rule_that_dropped_something_is_told(more: str, target: str, outcome: str) -> None:
    (found,) = facts(LIST + rule("140K", target, more), "firewall.event")
    assert found["outcome"] == outcome


def test_a_rule_names_whom_it_keeps_from_whom() -> None:
    (found,) = facts(LIST + rule("12", "DROP", "tcp dpt:443", "192.0.2.9"), "firewall.event")
    assert found["target"] == "192.0.2.9 port 443"


@pytest.mark.parametrize(
    "text",
    [
        LIST + rule("0", "DROP", "tcp dpt:443") + rule("131", "ACCEPT", ""),
        "*filter\n:INPUT ACCEPT [0:0]\n[0:0] -A FORWARD -p tcp --dport 443 -j DROP\n",
        "table inet f {\n chain c {\n  tcp dport 443 counter packets 0 bytes 0 drop\n }\n}\n",
    ],
)
def test_rules_that_dropped_nothing_rule_the_filter_out(text: str) -> None:
    (found,) = programs.read_text(text, "fw.txt")[0]
    assert (found.kind, found.polarity) == ("firewall.event", "denied")


def test_a_list_without_rules_that_drop_says_nothing() -> None:
    assert facts(LIST + rule("131", "ACCEPT", "")) == []
