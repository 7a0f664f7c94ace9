from __future__ import annotations

import io
import struct

import dpkt
import pytest

from diagnose.read.capture.packets import Packet, Reader
from tests.read.capture.pcapcase import START, A, B, Pcap


def packets(data: bytes) -> list[Packet]:
    return list(Reader(io.BytesIO(data)))


@pytest.mark.parametrize("ng", [False, True])
def test_a_datagram_and_a_segment(ng: bool) -> None:
    capture = Pcap(ng=ng)
    capture.udp(1, A, 4000, B, 6000, b"abc", tos=184)
    capture.tcp(2, B, 443, A, 40_000, "SA", b"x", seq=9)
    one, two = packets(capture.bytes())
    assert (one.proto, one.src, one.sport, one.payload, one.tos) == ("UDP", A, 4000, b"abc", 184)
    assert (two.proto, two.flags, two.seq, two.size) == ("TCP", "SA", 9, 1)
    assert (one.ms, two.number) == (round((START + 1) * 1000), 2)


def link_layer(link: int, head: bytes) -> bytes:
    capture = Pcap()
    capture.udp(0, A, 1, B, 2, b"z")
    frame = capture.bytes()[24 + 16 + 14 :]
    body = head + frame
    return (
        struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link)
        + struct.pack("<IIII", 1, 0, len(body), len(body))
        + body
    )


@pytest.mark.parametrize(
    ("link", "head"),
    [
        (101, b""),
        (113, bytes(14) + b"\x08\x00"),
        (276, b"\x08\x00" + bytes(18)),
        (0, struct.pack("<I", 2)),
        (1, bytes(12) + b"\x81\x00\x00\x05\x08\x00"),
    ],
)
def test_every_usual_kind_of_frame(link: int, head: bytes) -> None:
    assert [p.payload for p in packets(link_layer(link, head))] == [b"z"]


def test_frames_of_other_protocols_are_passed_over() -> None:
    capture = Pcap()
    capture.raw(0, bytes(dpkt.ethernet.Ethernet(type=0x0806, data=bytes(28))))
    capture.raw(0, b"short")
    assert packets(capture.bytes()) == []
