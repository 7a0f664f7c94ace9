from __future__ import annotations

import pytest

from tests.read.programs.runcase import fact, facts, part

BUSYBOX = """PING 192.0.2.9 (192.0.2.9): 56 data bytes
64 bytes from 192.0.2.9: seq=0 ttl=62 time=11.0 ms

--- 192.0.2.9 ping statistics ---
4 packets transmitted, 3 packets received, 25% packet loss
round-trip min/avg/max = 10.0/11.5/13.0 ms
"""
MACOS = """PING bot.example (192.0.2.9): 56 data bytes
Request timeout for icmp_seq 0
64 bytes from 192.0.2.9: icmp_seq=1 ttl=62 time=11.0 ms

--- bot.example ping statistics ---
2 packets transmitted, 1 packets received, 50.0% packet loss
round-trip min/avg/max/stddev = 11.0/11.0/11.0/0.000 ms
"""
WINDOWS = """
Pinging bot.example [192.0.2.9] with 32 bytes of data:
Reply from 192.0.2.9: bytes=32 time=12ms TTL=55
Request timed out.

Ping statistics for 192.0.2.9:
    Packets: Sent = 4, Received = 3, Lost = 1 (25% loss),
Approximate round trip times in milli-seconds:
    Minimum = 10ms, Maximum = 14ms, Average = 12ms
"""
GERMAN = """
Ping wird ausgef\u00fchrt f\u00fcr 192.0.2.9 mit 32 Bytes Daten:
Zeit\u00fcberschreitung der Anforderung.

Ping-Statistik f\u00fcr 192.0.2.9:
    Pakete: Gesendet = 4, Empfangen = 0, Verloren = 4
    (100% Verlust),
"""


@pytest.mark.parametrize(
    ("text", "outcome", "loss", "rtt"),
    [
        (BUSYBOX, "loss", 25.0, 11.5),
        (MACOS, "loss", 50.0, 11.0),
        (WINDOWS, "loss", 25.0, 12.0),
        (GERMAN, "unreachable", 100.0, None),
        ("h1 : xmt/rcv/%loss = 5/5/0%, min/avg/max = 1.0/2.0/3.0\n", "ok", 0.0, 2.0),
        ("$ fping h1\nh1 is unreachable\n", "unreachable", 100.0, None),
    ],
)
def test_every_ping_is_read(text: str, outcome: str, loss: float, rtt: float | None) -> None:
    assert part(fact(text, "probe.result"), "outcome", "loss_pct", "rtt_ms") == (outcome, loss, rtt)


def test_the_name_keeps_its_address_and_the_host_that_asked() -> None:
    text = f"root@edge-7:~# ping -c 2 bot.example\n{MACOS}"
    assert part(fact(text, "probe.result"), "target", "address", "seen_from") == ("bot", "192.0.2.9", "edge")


@pytest.mark.parametrize(
    ("line", "size"),
    [
        ("From 10.0.0.1 icmp_seq=1 Frag needed and DF set (mtu = 1400)", 1400),
        ("ping: local error: message too long, mtu=1420", 1420),
        ("ping: sendmsg: Message too long, mtu: 1300", 1300),
    ],
)
def test_a_refusal_names_the_size_that_passes(line: str, size: int) -> None:
    text = f"$ ping -M do -s 1472 192.0.2.9\nPING 192.0.2.9 (192.0.2.9) 1472(1500) bytes of data.\n{line}\n"
    assert part(fact(text, "mtu.state"), "state", "bytes") == ("small", size)


def test_more_than_the_own_interface_takes_is_no_finding() -> None:
    text = "$ ping -M do -s 2000 192.0.2.9\nping: local error: message too long, mtu=1500\n"
    assert facts(text, "mtu.state") == []


@pytest.mark.parametrize(
    "line",
    [
        "ping: bot.example: Name or service not known",
        "ping: unknown host bot.example",
        "ping: bad address 'bot.example'",
        "ping: cannot resolve bot.example: Unknown host",
        "Ping request could not find host bot.example. Please check the name and try again.",
    ],
)
def test_a_name_that_ping_does_not_know_is_a_failed_lookup(line: str) -> None:
    assert part(fact(f"$ ping bot.example\n{line}\n", "dns.result"), "outcome", "name") == ("failed", "bot.example")


def test_no_way_out_and_not_permitted_are_told_apart() -> None:
    assert fact("$ ping 192.0.2.9\nping: connect: Network is unreachable\n", "route.state")["state"] == "missing"
    assert fact("$ ping 192.0.2.9\nping: sendmsg: Operation not permitted\n", "firewall.event")["outcome"] == "deny"


def test_figures_that_are_none_are_no_error() -> None:
    found = facts(BUSYBOX.replace("10.0/11.5/13.0", "10.0/0.0.2/13.0"))
    assert len(found) == 1


def pinged(numbers: list[int], sent: int) -> str:
    answers = "".join(f"64 bytes from 192.0.2.9: icmp_seq={n} ttl=62 time=1.0 ms\n" for n in numbers)
    lost = 100 * (sent - len(numbers)) / sent
    return (
        f"PING 192.0.2.9 (192.0.2.9) 56(84) bytes of data.\n{answers}\n--- 192.0.2.9 ping statistics ---\n"
        f"{sent} packets transmitted, {len(numbers)} received, {lost:g}% packet loss, time 39000ms\n"
    )


@pytest.mark.parametrize(
    ("numbers", "gaps"),
    [
        ([n for n in range(1, 41) if n not in range(8, 13) and n not in range(20, 26)], 2),
        ([n for n in range(1, 41) if n not in range(8, 13)], 1),
        ([n for n in range(1, 41) if n % 3], None),
        ([n for n in range(1, 41) if n not in (8, 9)], None),
        (list(range(1, 31)), 1),
        ([1, 2, 3], None),
    ],
)
def test_answers_that_stay_away_in_a_row_are_gaps(numbers: list[int], gaps: int | None) -> None:
    assert fact(pinged(numbers, 40), "probe.result").get("gaps") == gaps
