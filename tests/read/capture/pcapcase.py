"""Captures written packet by packet with dpkt, as tests want them."""

from __future__ import annotations

import io
import socket
from typing import Any

import dpkt

from diagnose.model import Draft, SourceReport
from diagnose.read.capture.pcap import read_bytes

START = 1_772_618_400.0
"""2026-03-04 10:00:00 UTC."""
A, B = "10.0.0.1", "198.51.100.7"


class Pcap:
    """A capture; times are seconds from its start."""

    def __init__(self, *, ng: bool = False) -> None:
        self._file = io.BytesIO()
        self._writer = dpkt.pcapng.Writer(self._file) if ng else dpkt.pcap.Writer(self._file)

    def raw(self, at: float, data: bytes) -> None:
        """A frame as it is."""
        self._writer.writepkt(data, ts=START + at)

    def ip(self, at: float, src: str, dst: str, data: Any, proto: int, **more: Any) -> None:
        """An IPv4 packet in an Ethernet frame."""
        packet = dpkt.ip.IP(src=socket.inet_aton(src), dst=socket.inet_aton(dst), p=proto, data=data, **more)
        packet.len = len(packet)
        self.raw(at, bytes(dpkt.ethernet.Ethernet(data=packet, type=dpkt.ethernet.ETH_TYPE_IP)))

    def udp(self, at: float, src: str, sport: int, dst: str, dport: int, data: bytes, **more: Any) -> None:
        """A datagram."""
        packet = dpkt.udp.UDP(sport=sport, dport=dport, data=data)
        packet.ulen = len(packet)
        self.ip(at, src, dst, packet, dpkt.ip.IP_PROTO_UDP, **more)

    def tcp(
        self,
        at: float,
        src: str,
        sport: int,
        dst: str,
        dport: int,
        flags: str,
        data: bytes = b"",
        seq: int = 1,
        **more: Any,
    ) -> None:
        """A segment; flags are letters of SAFRP."""
        bits = sum({"S": 2, "A": 16, "F": 1, "R": 4, "P": 8}[f] for f in flags)
        window = more.pop("win", 64_000)
        packet = dpkt.tcp.TCP(sport=sport, dport=dport, flags=bits, seq=seq, win=window, data=data)
        self.ip(at, src, dst, packet, dpkt.ip.IP_PROTO_TCP, **more)

    def rtp(
        self, at: float, count: int, src: str = A, sport: int = 4000, dst: str = B, dport: int = 6000, *,
        lost: frozenset[int] = frozenset(), kind: int = 0, ssrc: int = 7, first: int = 65_500, jitter: float = 0.0,
        **more: Any,
    ) -> None:  # fmt: skip
        """A stream of 20 ms packets from `at` on; the packets numbered in `lost` are left out."""
        for n in range(count):
            if n in lost:
                continue
            head = bytes([0x80, kind]) + ((first + n) & 0xFFFF).to_bytes(2, "big")
            head += (160 * n).to_bytes(4, "big") + ssrc.to_bytes(4, "big")
            self.udp(at + 0.02 * n + (jitter if n % 2 else 0), src, sport, dst, dport, head + b"\xd5" * 160, **more)

    def bytes(self) -> bytes:
        """The file."""
        return self._file.getvalue()

    def read(self) -> tuple[list[Draft], SourceReport]:
        """What the reader makes of it."""
        return read_bytes(io.BytesIO(self.bytes()), "call.pcap")

    def facts(self, kind: str) -> list[dict[str, Any]]:
        """The fields of the facts of one kind."""
        return [d.fields for d in self.read()[0] if d.kind == kind]
