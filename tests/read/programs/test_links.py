"""Interfaces: carrier, flaps, errors, drops, speed and duplex."""

from __future__ import annotations

from typing import Any

import pytest

from diagnose.read import programs
from diagnose.read.programs import links
from tests.read.programs.runcase import fact, facts, part


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


SHOWN = """$ ip -s link show eth0
2: eth0: <{flags}> mtu 1500 qdisc fq state {state} mode DEFAULT group default qlen 1000
    link/ether 0a:5c:9a:81:0b:e5 brd ff:ff:ff:ff:ff:ff
    alias wan uplink
    RX:  bytes packets errors dropped  missed   mcast
    9120000   100000  {errors}  {drops}       0       0
    TX:  bytes packets errors dropped carrier collsns
    8120000   100000       0       0       0       0
"""


def shown(flags: str = "BROADCAST,UP,LOWER_UP", state: str = "UP", errors: int = 0, drops: int = 0) -> str:
    return SHOWN.format(flags=flags, state=state, errors=errors, drops=drops)


def test_the_text_of_ip_link_tells_state_and_alias() -> None:
    assert part(fact(shown(), "link.state"), "link", "state", "interface") == ("wan", "up", "eth0")
    assert fact(shown("NO-CARRIER,BROADCAST,UP", "DOWN"), "link.state")["state"] == "down"


@pytest.mark.parametrize(
    ("errors", "drops", "state"), [(0, 0, "clean"), (199, 0, "clean"), (200, 0, "errors"), (0, 4000, "drops")]
)
def test_errors_and_drops_count_from_one_in_a_thousand_packets(errors: int, drops: int, state: str) -> None:
    assert fact(shown(errors=errors, drops=drops), "link.counters")["state"] == state


def test_few_errors_of_few_packets_are_left_over_from_plugging_in() -> None:
    few = shown(errors=9).replace("100000", "   500")
    assert fact(few, "link.counters")["state"] == "clean"


SETTINGS = "$ ethtool eth0\nSettings for eth0:\n\tSpeed: {speed}\n\tDuplex: {duplex}\n\tLink detected: {detected}\n"


def test_ethtool_tells_carrier_speed_and_duplex() -> None:
    text = SETTINGS.format(speed="100Mb/s", duplex="Half", detected="yes")
    assert fact(text, "link.mode") == {"interface": "eth0", "duplex": "half", "speed_mbps": 100}
    assert fact(text, "link.state")["state"] == "up"


def test_an_unknown_duplex_without_carrier_is_no_mode() -> None:
    text = SETTINGS.format(speed="Unknown!", duplex="Unknown! (255)", detected="no")
    assert facts(text, "link.mode") == []
    assert fact(text, "link.state")["state"] == "down"


def test_counters_of_a_driver_are_held_against_its_packets() -> None:
    text = "$ ethtool -S eth0\nNIC statistics:\n     rx_packets: 10000\n     tx_packets: 9000\n     rx_crc_errors: {}\n"
    assert part(fact(text.format(50), "link.counters"), "interface", "state") == ("eth0", "errors")
    assert fact(text.format(5), "link.counters")["state"] == "clean"


def test_ifconfig_counts_too() -> None:
    text = (
        "$ ifconfig eth0\neth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500\n"
        "        RX packets 1000  bytes 91200 (91.2 KB)\n        RX errors 0  dropped {}  overruns 0  frame 0\n"
        "        TX packets 1000  bytes 81200 (81.2 KB)\n        TX errors 0  dropped 0 overruns 0  carrier 0\n"
    )
    assert fact(text.format(100), "link.counters")["state"] == "drops"
    assert fact(text.format(1), "link.counters")["state"] == "clean"
