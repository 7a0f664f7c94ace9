"""What stands behind a proxy, a dispatcher, a PBX or a relay, and whether it is up."""

from __future__ import annotations

import pytest

from tests.read.programs.runcase import fact, facts, part

STAT = """$ echo "show stat" | socat stdio /run/haproxy.sock
# pxname,svname,qcur,qmax,scur,smax,slim,stot,status,last_chk
bots,FRONTEND,,,{now},20,20,900,OPEN,
bots,b1,0,0,3,9,,450,{status},{check}
bots,BACKEND,0,0,3,9,200,450,UP,
"""


def test_a_server_of_a_proxy_has_its_state_and_the_reason() -> None:
    down = fact(STAT.format(now=3, status="DOWN", check="Connection refused"), "server.state")
    assert down == {"state": "down", "server": "bots/b1", "detail": "Connection refused"}
    assert fact(STAT.format(now=3, status="UP 1/3", check=""), "server.state")["state"] == "up"


@pytest.mark.parametrize("odd", ["bots,b\r0,0", f"bots,{'x' * 140_000},0"])
def test_a_row_that_cannot_be_taken_apart_costs_no_other(odd: str) -> None:
    text = STAT.format(now=3, status="DOWN", check="no").replace("bots,b1", f"{odd}\nbots,b1")
    assert fact(text, "server.state")["server"] == "bots/b1"


def test_a_front_end_is_full_only_at_its_limit() -> None:
    full = STAT.format(now=20, status="UP", check="")
    assert part(fact(full, "edge.resource"), "resource", "state", "note") == ("sessions", "exhausted", "bots/FRONTEND")
    assert facts(STAT.format(now=19, status="UP", check=""), "edge.resource") == []


STUB = "$ curl -s localhost/status\nActive connections: 9\nserver accepts handled requests\n {accepts} 900 1800\n"


def test_connections_that_were_accepted_and_not_handled_were_dropped() -> None:
    from diagnose.read.programs.runs import Run
    from diagnose.read.programs.servers import read

    (found,) = read(Run(STUB.format(accepts=912), "x"))
    assert found.fields["note"] == "12 connections dropped"
    assert list(read(Run(STUB.format(accepts=900), "x"))) == []


DISPATCHER = "$ kamcmd dispatcher.list\n{{\n\tDEST: {{\n\t\tURI: sip:{uri}\n\t\tFLAGS: {flags}\n\t}}\n}}\n"


@pytest.mark.parametrize(("flags", "state"), [("AP", "up"), ("IP", "down"), ("TP", "down"), ("DX", "down")])
def test_only_an_active_destination_gets_calls(flags: str, state: str) -> None:
    found = fact(DISPATCHER.format(uri="192.0.2.7:5060", flags=flags), "trunk.state")
    assert found == {"state": state, "reason": f"flags {flags}"}


PEERS = """$ asterisk -rx "sip show peers"
Name/username             Host                                    Dyn Forcerport ACL Port     Status
carrier/user              192.0.2.7                                                  5060     {state}
"""


@pytest.mark.parametrize(("word", "state"), [("OK (21 ms)", "up"), ("UNREACHABLE", "down"), ("LAGGED", "down")])
def test_a_peer_is_as_its_qualification_says(word: str, state: str) -> None:
    assert fact(PEERS.format(state=word), "trunk.state")["state"] == state


def test_a_peer_that_is_not_monitored_tells_nothing() -> None:
    assert facts(PEERS.format(state="Unmonitored")) == []


REGISTRY = """$ asterisk -rx "sip show registry"
Host                                    dnsmgr Username       Refresh State                Reg.Time
sip.example:5060                        N      trunk1             105 {state}           Wed, 04 Mar 2026 10:00:00
"""


@pytest.mark.parametrize(
    ("word", "state"), [("Registered", "registered"), ("Rejected", "refused"), ("Request Sent", "unregistered")]
)
def test_a_registration_is_there_refused_or_open(word: str, state: str) -> None:
    text = REGISTRY.replace("N      trunk1             105", "trunk1 105").format(state=word)
    assert fact(text, "sip.registration") == {"subject": "trunk", "state": state}


def test_a_relay_answers_refuses_or_keeps_silent() -> None:
    command = "$ timeout 5 turnutils_uclient -y 192.0.2.9\n"
    assert fact(command + "0: : Total lost packets 0 (0.000000%)\n", "ice.state") == {"state": "connected"}
    assert fact(command + "0: : ERROR: error 401 (Unauthorized)\n", "ice.state") == {"state": "no_relay"}
    assert fact(command, "ice.state") == {"state": "no_relay"}
    assert facts("$ turnutils_uclient -y 192.0.2.9\n") == [], "without a time limit an empty output is not an answer"
