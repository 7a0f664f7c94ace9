from __future__ import annotations

import pytest
from hypothesis import given, settings

from diagnose.read import programs
from tests.read import mutate
from tests.read.programs.runcase import fact, facts, part
from tests.read.sound import sound_source

IPCONFIG = """
Windows IP Configuration

   Host Name . . . . . . . . . . . . : PC7
   Primary Dns Suffix  . . . . . . . : corp.example

Ethernet adapter Ethernet 2:

   Media State . . . . . . . . . . . : Media disconnected
   Description . . . . . . . . . . . : Some Gigabit Adapter
   DHCP Enabled. . . . . . . . . . . : Yes

Wireless LAN adapter Wi-Fi:

   Connection-specific DNS Suffix  . : corp.example
   Description . . . . . . . . . . . : Some Wireless Adapter
   Link-local IPv6 Address . . . . . : fe80::1234:5678:9abc:def0%12(Preferred)
   IPv4 Address. . . . . . . . . . . : 192.168.1.20(Preferred)
   Subnet Mask . . . . . . . . . . . : 255.255.255.0
   Default Gateway . . . . . . . . . : fe80::1%12
                                       192.168.1.1
   DHCP Server . . . . . . . . . . . : 192.168.1.1
   DNS Servers . . . . . . . . . . . : 192.168.1.1
                                       9.9.9.9
   NetBIOS over Tcpip. . . . . . . . : Enabled
"""
CONFIG = """
Configuration for interface "Ethernet"
    DHCP enabled:                         Yes
    IP Address:                           192.168.1.20
    Subnet Prefix:                        192.168.1.0/24 (mask 255.255.255.0)
    Default Gateway:                      192.168.1.1
    Gateway Metric:                       0
    InterfaceMetric:                      25
    DNS servers configured through DHCP:  192.168.1.1
    Register with which suffix:           Primary only
"""
SIZES = """
   MTU  MediaSenseState      Bytes In     Bytes Out  Interface
------  ---------------  ------------  ------------  -------------
4294967295                1             0     154223  Loopback Pseudo-Interface 1
  1400                1      12345678      87654321  Ethernet
  1300                5             0             0  Wi-Fi
  1350                1        123456        123456  Corp VPN
"""


@pytest.mark.parametrize("before", ["", "C:\\Users\\x>ipconfig /all\n"])
def test_the_gateway_and_the_resolvers_of_the_adapter_in_use(before: str) -> None:
    way = fact(before + IPCONFIG, "route.default")
    assert part(way, "interface", "gateway", "defaults", "interfaces", "tunnel") == ("Wi-Fi", "192.168.1.1", 1, 1, None)
    assert part(fact(before + IPCONFIG, "dns.config"), "count", "servers") == (2, "192.168.1.1, 9.9.9.9")
    assert [part(f, "interface", "state") for f in facts(IPCONFIG, "link.state")] == [("Wi-Fi", "up")]


def test_a_vpn_that_takes_the_default_way_is_told() -> None:
    text = IPCONFIG.replace("Wireless LAN adapter Wi-Fi", "PPP adapter Corp VPN")
    assert fact(text, "route.default")["tunnel"] is True


def test_an_address_of_its_own_making_means_that_no_server_answered() -> None:
    text = IPCONFIG.replace(
        "IPv4 Address. . . . . . . . . . . : 192.168.1.20", "Autoconfiguration IPv4 Address. . : 169.254.3.4"
    )
    text = text.replace("fe80::1%12\n                                       192.168.1.1", "")
    found = facts(text, "route.state")
    assert [f["state"] for f in found] == ["missing", "missing"]
    assert found[0]["detail"] == "Wi-Fi has an address of its own making, 169.254.3.4"


def test_a_host_whose_adapters_all_lack_a_cable_is_cut_off() -> None:
    text = IPCONFIG[: IPCONFIG.index("Wireless")]
    assert [part(f, "interface", "state") for f in facts(text, "link.state")] == [("Ethernet 2", "down")]


@pytest.mark.parametrize("before", ["", "PS C:\\> netsh interface ipv4 show config\n"])
def test_netsh_shows_the_same(before: str) -> None:
    assert part(fact(before + CONFIG, "route.default"), "interface", "gateway") == ("Ethernet", "192.168.1.1")
    assert fact(before + CONFIG, "dns.config")["servers"] == "192.168.1.1"


def test_of_the_packet_sizes_the_small_ones_of_busy_adapters_count() -> None:
    assert facts(SIZES) == [{"state": "small", "bytes": 1400}]


def test_output_that_breaks_off_is_read_as_far_as_it_goes() -> None:
    cut = IPCONFIG[: IPCONFIG.index("   DNS Servers")]
    assert {k for k in ("route.default", "dns.config") if facts(cut, k)} == {"route.default"}
    assert not programs.claims_text(IPCONFIG[: IPCONFIG.index("Ethernet adapter")])


def test_lines_of_a_hundred_thousand_blanks_and_words_take_no_longer_than_others() -> None:
    for odd in (" " * 100_000, " A" + " ." * 50_000, "A adapter " * 10_000, "X adapter " + ":" * 100_000):
        assert facts(IPCONFIG + odd + "\n", "route.default")


@settings(max_examples=150, deadline=None)
@given(mutate.texts([IPCONFIG, CONFIG, SIZES]))
def test_spoilt_output_is_read_as_far_as_it_goes(text: str) -> None:
    programs.claims_text(text)
    sound_source(*programs.read_text(text, "x.txt"), text)
