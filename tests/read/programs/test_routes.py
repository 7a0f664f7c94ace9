from __future__ import annotations

from diagnose.read import programs
from tests.read.programs.runcase import fact, facts, part

TABLE = (
    "default via 10.0.1.1 dev eth0 metric 100\n10.0.1.0/24 dev eth0 proto kernel scope link src 10.0.1.5\n"
    "10.0.2.0/24 dev eth1 proto kernel scope link src 10.0.2.5\n"
)


def test_the_default_route_and_the_number_of_ways() -> None:
    found = fact(f"$ ip route\n{TABLE}", "route.default")
    assert part(found, "interface", "gateway", "defaults", "interfaces") == ("eth0", "10.0.1.1", 1, 2)


def test_no_default_route_is_told_but_not_of_a_part_of_the_table() -> None:
    rest = TABLE.split("\n", 1)[1]
    assert fact(f"$ ip route\n{rest}", "route.state")["state"] == "missing"
    assert facts(f"$ ip route show dev eth1\n{rest}", "route.state") == []


def test_two_default_routes_of_one_metric_are_ambiguous() -> None:
    text = f"$ ip route\ndefault via 10.0.2.1 dev eth1 metric 100\n{TABLE}"
    assert fact(text, "route.state")["state"] == "ambiguous"
    assert facts(text.replace("eth1 metric 100", "eth1 metric 200"), "route.state") == []


def test_a_source_address_of_another_interface_is_wrong() -> None:
    text = (
        "$ ip -br addr\neth0 UP 10.0.1.5/24\neth1 UP 10.0.2.5/24\n"
        "$ ip route get 192.0.2.9\n192.0.2.9 via 10.0.1.1 dev eth0 src 10.0.2.5 uid 0\n    cache\n"
    )
    assert fact(text, "route.state")["state"] == "wrong_interface"
    assert facts(text.replace("src 10.0.2.5", "src 10.0.1.5"), "route.state") == []


def test_routes_that_throw_away_and_rules_that_are_not_the_ordinary_ones() -> None:
    text = f"$ ip route\n{TABLE}unreachable 192.0.2.0/24 metric 5\n"
    text += "$ ip rule\n0:\tfrom all lookup local\n100:\tfrom 10.0.2.5 lookup 777\n"
    assert fact(text, "route.state")["state"] == "barred"
    assert fact(text, "route.policy")["rule"] == "from 10.0.2.5 lookup 777"


def test_a_vpn_that_takes_a_network() -> None:
    found = fact(f"$ ip route\n{TABLE}192.0.2.0/24 via 10.8.0.1 dev tun0\n", "route.choice")
    assert part(found, "target", "interface", "tunnel") == ("192.0.2.0/24", "tun0", True)


def test_older_and_other_tables_say_the_same() -> None:
    linux = (
        "Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n"
        "0.0.0.0         10.0.1.1        0.0.0.0         UG    100    0        0 eth0\n"
    )
    windows = (
        "===\nInterface List\n 11...00 0c 29 11 22 33 ......NIC\n===\n\nIPv4 Route Table\n===\nActive Routes:\n"
        "Network Destination        Netmask          Gateway       Interface  Metric\n"
        "          0.0.0.0          0.0.0.0      10.0.1.1      10.0.1.5     25\n===\nPersistent Routes:\n  None\n"
    )
    assert part(fact(linux, "route.default"), "interface", "gateway") == ("eth0", "10.0.1.1")
    assert fact(windows, "route.default")["gateway"] == "10.0.1.1"


def test_a_table_in_json() -> None:
    rows = [
        {"dst": "default", "gateway": "10.0.1.1", "dev": "eth0"},
        {"dst": "10.0.1.0/24", "dev": "eth0", "scope": "link"},
    ]
    assert programs.claims(rows)
    (found,) = programs.read(rows, "routes.json")[0]
    assert part(found.fields, "interface", "defaults") == ("eth0", 1)
