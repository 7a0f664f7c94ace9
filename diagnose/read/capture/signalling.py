"""SIP in packets: one message a datagram, or many in a TCP stream, with the addresses that the packets show."""

from __future__ import annotations

import re

from diagnose.read.capture.packets import Packet
from diagnose.read.sip.frame import address
from diagnose.read.sip.message import Message, Travel, parse
from diagnose.read.sip.split import MAX_MESSAGES, starts

MAX_BUFFER = 1 << 16
"""Bytes of a TCP stream that are held while a message is not whole."""

_START = re.compile(rb"(?:SIP/2\.0 [1-6]\d\d|[A-Z]{3,9} (?:sips?|tel|urn):[^\r\n]{1,300} SIP/2\.0)")
_LENGTH = re.compile(rb"\r\n(?:content-length|l)[ \t]*:[ \t]*(\d{1,6})", re.IGNORECASE)


class Signalling:
    """The SIP messages of a capture."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.dropped = 0
        self._held: dict[tuple[str, int, str, int], tuple[int, bytes]] = {}

    def add(self, packet: Packet) -> bool:
        """Take a packet that holds SIP, or goes on with it; False when it does neither."""
        if packet.proto == "UDP":
            if b"SIP/2.0" not in packet.payload[:400] or not _START.match(packet.payload.lstrip(b"\r\n")):
                return False
            self._keep(packet.payload.lstrip(b"\r\n"), packet)
            return True
        return self._stream(packet)

    def _stream(self, packet: Packet) -> bool:
        key = (packet.src, packet.sport, packet.dst, packet.dport)
        expected, held = self._held.get(key, (0, b""))
        begins = _START.match(packet.payload.lstrip(b"\r\n")) is not None
        if not begins and not held:
            return False
        if held and packet.seq != expected:
            if packet.seq < expected:
                return True
            held = b""
        data = held + packet.payload
        while (size := _whole(data)) is not None:
            self._keep(data[:size], packet)
            data = data[size:].lstrip(b"\r\n")
        if len(data) > MAX_BUFFER:
            data = b""
        self._held[key] = (packet.seq + len(packet.payload), data)
        return True

    def _keep(self, data: bytes, packet: Packet) -> None:
        lines = data.decode("utf-8", "replace").splitlines()
        if not lines or not starts(lines[0]):
            return
        if len(self.messages) >= MAX_MESSAGES:
            self.dropped += 1
            return
        ends = address(f"[{packet.src}]:{packet.sport}"), address(f"[{packet.dst}]:{packet.dport}")
        ms = None if packet.relative else packet.ms
        travel = Travel(ms=ms, local=packet.local, src=ends[0], dst=ends[1], transport=packet.proto)
        pointer = f"/packet/{packet.number}" if packet.line is None else None
        found = parse(lines, travel, line=packet.line, pointer=pointer, size=len(data))
        if found is not None:
            self.messages.append(found)


def _whole(data: bytes) -> int | None:
    """The length of the message at the start of a stream, None when it is not whole yet."""
    if not _START.match(data):
        return None
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    found = _LENGTH.search(data[: end + 2])
    size = end + 4 + (int(found[1]) if found else 0)
    return size if size <= len(data) else None
