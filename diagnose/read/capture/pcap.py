"""Packet captures, pcap and pcapng: SIP, RTP, TCP, TLS, DNS, ICMP and STUN in them become facts.

A capture of any size is read in one pass. dpkt, which takes the frames apart, is an extra; without it the way out is
said.
"""

from __future__ import annotations

from typing import Any

from diagnose.model import Draft, SourceReport

_MAGIC = frozenset({b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d", b"\n\r\r\n"})


def claims_bytes(head: bytes) -> bool:
    """Whether bytes begin a pcap (either byte order, in us or ns) or a pcapng file."""
    if head[:4] == b"\n\r\r\n":
        return head[8:12] in {b"\x4d\x3c\x2b\x1a", b"\x1a\x2b\x3c\x4d"}
    return head[:4] in _MAGIC


def read_bytes(stream: Any, path: str) -> tuple[list[Draft], SourceReport]:
    """The facts of a capture. Raises ValueError when its header is broken or dpkt is not installed."""
    try:
        import dpkt  # noqa: F401
    except ImportError as error:
        raise ValueError(
            "a packet capture, for which dpkt is needed: pip install 'edge-diagnose[pcap]', or export it as text "
            "with tshark -r FILE -V"
        ) from error
    from diagnose.read.capture.packets import Reader
    from diagnose.read.capture.watch import Watch

    reader = Reader(stream)
    watch = Watch().take(reader)
    why = [reader.why] if reader.why else []
    if reader.broken:
        why.append(f"{reader.broken} packets could not be taken apart")
    if reader.incomplete:
        why.append(f"of {reader.incomplete} datagrams in fragments not all parts are there")
    return watch.found(path, why="; ".join(why), skipped=reader.broken)
