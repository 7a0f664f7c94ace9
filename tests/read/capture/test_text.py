"""Lines of tcpdump and tshark as packets."""

from __future__ import annotations

import pytest

from diagnose.read.capture.packets import Packet
from diagnose.read.capture.text import is_packet, packets_of

DAY = "2026-03-04 10:00:00.123456"


def packet(*lines: str) -> Packet:
    (only,) = packets_of(enumerate(lines, 1))
    return only


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ("10.0.0.1.40000 > 198.51.100.7.443", ("10.0.0.1", 40000, "198.51.100.7", 443)),
        ("edge.lan.40000 > bot.example.https", ("edge.lan", 40000, "bot.example", 443)),
    ],
)
def test_ends_come_as_addresses_or_as_names_with_services(ends: str, expected: tuple[object, ...]) -> None:
    found = packet(f"{DAY} IP {ends}: Flags [P.], seq 1:101, ack 1, win 502, length 100")
    assert (found.src, found.sport, found.dst, found.dport) == expected
    assert (found.proto, found.flags, found.seq, found.window, found.size) == ("TCP", "PA", 1, 502, 100)


def test_version_6_ends_its_address_with_the_port_too() -> None:
    found = packet(f"{DAY} IP6 2001:db8::1.40000 > 2001:db8::7.443: Flags [S], seq 9, win 64240, length 0")
    assert (found.src, found.sport, found.dst, found.dport) == ("2001:db8::1", 40000, "2001:db8::7", 443)


def test_a_time_keeps_its_microseconds_and_tells_that_it_has_no_zone() -> None:
    found = packet(f"{DAY} IP 10.0.0.1.1 > 10.0.0.2.2: UDP, length 9")
    assert found.local
    assert found.t % 1 == pytest.approx(0.123456, abs=1e-6)


def test_a_verbose_packet_is_two_lines_and_brings_its_marks() -> None:
    found = packet(
        f"{DAY} IP (tos 0xb8, ttl 61, id 1, offset 0, flags [DF], proto UDP (17), length 200)",
        "    10.0.0.1.20000 > 198.51.100.7.30000: UDP, length 172",
    )
    assert (found.tos, found.ttl, found.dport, found.size, found.line) == (0xB8, 61, 30000, 172, 1)


def test_http_in_the_bytes_of_a_segment_is_kept() -> None:
    found = packet(
        f"{DAY} IP 10.0.0.1.40000 > 198.51.100.7.80: Flags [P.], seq 1:40, ack 1, win 502, length 39",
        "E..O..@.@.GET /bot HTTP/1.1",
        "Host: bot.example",
    )
    assert found.payload.startswith(b"GET /bot HTTP/1.1\r\nHost: bot.example\r\n")


def test_tshark_counts_from_the_start_of_the_capture() -> None:
    found = packet("    7 1.250000000     10.0.0.1 → 198.51.100.7 TCP 74 40000 → 443 [SYN] Seq=0 Win=64240 Len=0")
    assert (found.number, found.t, found.relative, found.flags) == (7, 1.25, True, "S")


@pytest.mark.parametrize(
    "line",
    [
        "10.0.0.1 > 10.0.0.2 is the way it should go",
        "2026-03-04 10:00:00 INFO IP address 10.0.0.1 > limit: refused",
        "> quoted",
        "",
    ],
)
def test_other_lines_with_an_arrow_are_no_packets(line: str) -> None:
    assert not is_packet(line)


def test_a_port_of_odd_digits_is_part_of_the_name() -> None:
    line = "10:00:00.000000 IP 10.0.0.1.\u00b2 > 198.51.100.7.443: Flags [S], seq 1, win 64240, length 0"
    (packet,) = packets_of([(1, line)])
    assert (packet.src, packet.sport, packet.dport) == ("10.0.0.1.\u00b2", 0, 443)
