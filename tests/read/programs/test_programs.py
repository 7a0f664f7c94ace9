from __future__ import annotations

from typing import Any

import pytest

from diagnose.read import programs
from diagnose.read.programs import links


def link(**more: Any) -> dict[str, Any]:
    return {"ifname": "wan0", "flags": ["BROADCAST", "UP", "LOWER_UP"], "operstate": "UP"} | more


def states(*links: dict[str, Any]) -> list[dict[str, Any]]:
    assert programs.claims(list(links))
    return [d.fields for d in programs.read(list(links), "link.json")[0]]


def test_a_link_without_carrier_is_down() -> None:
    (found,) = states(link(flags=["NO-CARRIER", "UP"], operstate="DOWN"))
    assert found == {"link": "wan", "state": "down", "interface": "wan0"}


@pytest.mark.parametrize(("changes", "state", "flaps"), [(2, "up", 1), (5, "up", 2), (6, "flapping", 3)])
def test_three_losses_of_carrier_are_flapping(changes: int, state: str, flaps: int) -> None:
    (found,) = states(link(stats64={"tx": {"carrier_changes": changes}}))
    assert (found["state"], found["flaps"]) == (state, flaps)


WATCHED = """Timestamp: Wed Nov 25 15:31:30 2026 94268 usec
7: {name}@if3: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue state DOWN group default
    link/ether 0a:5c:9a:81:0b:e5 brd ff:ff:ff:ff:ff:ff
Timestamp: Wed Nov 25 15:31:35 2026 99434 usec
7: {name}@if3: <NO-CARRIER,BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state DOWN group default
Timestamp: Wed Nov 25 15:31:35 2026 99473 usec
7: {name}@if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
"""


@pytest.mark.parametrize(("rounds", "state", "flaps"), [(1, "down", 1), (3, "flapping", 3)])
def test_an_interface_that_is_watched_tells_how_often_it_went(rounds: int, state: str, flaps: int) -> None:
    drafts, _ = programs.read_text(WATCHED.format(name="wan0") * rounds, "x.txt")
    assert [d.fields for d in drafts] == [{"link": "wan", "state": state, "interface": "wan0", "flaps": flaps}]


def test_an_interface_that_is_watched_and_stays_is_up() -> None:
    text = "Timestamp: Wed Nov 25 15:31:35 2026 1 usec\n7: eth0: <BROADCAST,UP,LOWER_UP> mtu 1500 state UP\n"
    drafts, _ = programs.read_text(text + WATCHED.format(name="veth1"), "x.txt")
    assert [d.fields for d in drafts] == [{"link": "unknown", "state": "up", "interface": "eth0"}]


def test_loopback_virtual_and_switched_off_interfaces_tell_nothing() -> None:
    off = [
        link(ifname="lo", flags=["LOOPBACK", "UP"]),
        link(ifname="docker0"),
        link(flags=["BROADCAST"], operstate="DOWN"),
    ]
    assert states(*off) == []


@pytest.mark.parametrize(
    ("names", "role"),
    [
        (("eth0", "WAN uplink"), "wan"),
        (("lan1",), "lan"),
        (("ens192",), "unknown"),
        (("wan-lan-bridge",), "unknown"),
        (("swan0",), "unknown"),
    ],
)
def test_a_role_is_taken_only_where_the_name_says_so(names: tuple[str, ...], role: str) -> None:
    assert links.role_of(*names) == role


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
