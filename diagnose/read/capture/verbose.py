"""The text of `tshark -V`: each packet as a tree of fields, from which the packet is put together again.

SIP, SDP and RTP get their bytes back as far as facts need them; a look-up becomes the one line that tshark has for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from diagnose.read.capture.packets import Packet
from diagnose.read.capture.text import icmp_words
from diagnose.read.shapes import MAX_EXCERPT

Line = tuple[int, str]
MAX_LINES = 2_000
"""Lines of one packet that are looked at."""

_FRAME = re.compile(r"^Frame (?P<number>\d{1,12}): \d+ bytes on wire\b")
_EPOCH = re.compile(r"^\s+Epoch (?:Arrival )?Time: (?P<t>\d{1,12}(?:\.\d{1,9})?)")
_IP = re.compile(r"^Internet Protocol Version [46], Src: (?P<src>\S+?), Dst: (?P<dst>\S+)")
_PORTS = re.compile(
    r"^(?P<proto>User Datagram|Transmission Control) Protocol, Src Port: (?:[\w-]+ \()?(?P<sport>\d{1,5})\)?, "
    r"Dst Port: (?:[\w-]+ \()?(?P<dport>\d{1,5})\)?(?:, Seq: (?P<seq>\d{1,12}))?(?:.*?Len: (?P<len>\d{1,9}))?"
)
_TCP_FLAGS = re.compile(r"^\s+Flags: 0x[0-9a-f]+ \((?P<flags>[A-Z, ]+)\)")
_WINDOW = re.compile(r"^\s+Window(?: size value)?: (?P<win>\d{1,9})")
_TTL = re.compile(r"^\s+(?:Time to Live|Hop Limit): (?P<ttl>\d{1,3})")
_TOS = re.compile(r"^\s+Differentiated Services Field: 0x(?P<tos>[0-9a-f]{2})")
_SIP_START = re.compile(r"^\s+(?:Request|Status)-Line: (?P<start>.+)$")
_SIP_HEADER = re.compile(r"^ {8}(?P<header>[A-Za-z][\w-]*: .*)$")
_SDP = re.compile(r"^ {12}\S.* \((?P<letter>[a-z])\): (?P<value>.*)$")
_RTP = {
    "kind": re.compile(r"^\s+Payload type: .*\((?P<value>\d{1,3})\)"),
    "seq": re.compile(r"^\s+Sequence number: (?P<value>\d{1,5})"),
    "stamp": re.compile(r"^\s+Timestamp: (?P<value>\d{1,10})"),
    "ssrc": re.compile(r"^\s+Synchronization Source identifier: 0x[0-9a-f]+ \((?P<value>\d{1,10})\)"),
}
_DNS_ID = re.compile(r"^\s+Transaction ID: (?P<id>0x[0-9a-f]{4})")
_DNS_FLAGS = re.compile(r"^\s+Flags: 0x[0-9a-f]{4} (?P<what>Standard query(?: response)?)(?:, (?P<code>.*))?")
_DNS_ASKED = re.compile(r"^ {8}(?P<name>\S+): type (?P<kind>\w+)")
_DNS_TOLD = re.compile(r"^ {8}\S+: type A, class IN, addr (?P<address>\S+)")


def is_verbose(head: str) -> bool:
    """Whether a text holds packets as trees."""
    return re.search(r"^Frame \d+: \d+ bytes on wire\b", head, re.MULTILINE) is not None


def packets_of(lines: Iterable[Line]) -> Iterator[Packet]:
    """The packets in lines; what is no packet of IP is passed over."""
    held: list[Line] = []
    for number, line in lines:
        if _FRAME.match(line):
            yield from _packet(held)
            held = []
        if (held or _FRAME.match(line)) and len(held) < MAX_LINES:
            held.append((number, line))
    yield from _packet(held)


def _packet(held: Sequence[Line]) -> Iterator[Packet]:
    """The packet of one tree, by its layers: lines without an indent, each with the lines below it."""
    layers: dict[str, list[str]] = {}
    below: list[str] = []
    for _, line in held:
        if line[:1] not in {" ", "\t", ""}:
            below = layers.setdefault(line, [])
        else:
            below.append(line)
    names = list(layers)
    ip = next((m for name in names if (m := _IP.match(name)) is not None), None)
    if ip is None:
        return
    number, first = held[0]
    shown = " | ".join(names[-2:])[:MAX_EXCERPT]
    frame = _FRAME.match(first)
    below_ip = layers[ip.string]
    common: dict[str, Any] = {
        "t": float(_found(_EPOCH, layers[first], "t") or 0), "src": ip["src"], "dst": ip["dst"], "line": number,
        "number": int(frame["number"]) if frame else 0, "shown": shown, "ttl": int(_found(_TTL, below_ip, "ttl") or 0),
        "tos": int(_found(_TOS, below_ip, "tos") or "-1", 16),
    }  # fmt: skip
    common["relative"] = not common["t"]
    ports = next((m for name in names if (m := _PORTS.match(name)) is not None), None)
    if ports is not None:
        yield _of_ports(ports, layers, common)
        return
    control = next((name for name in names if name.startswith("Internet Control Message Protocol")), None)
    words = icmp_words(" ".join(layers[control][:4])) if control is not None else None
    if words is not None:
        yield Packet(**common, proto="ICMP", flags=words)


def _of_ports(ports: re.Match[str], layers: Mapping[str, list[str]], common: dict[str, Any]) -> Packet:
    ends: dict[str, Any] = {"sport": int(ports["sport"]) & 0xFFFF, "dport": int(ports["dport"]) & 0xFFFF}
    payload = _payload(layers)
    if ports["proto"].startswith("User"):
        asked = next((body for name, body in layers.items() if name.startswith("Domain Name System")), None)
        return Packet(
            **common, **ends, proto="UDP", payload=payload, size=len(payload), flags=_look_up(asked) if asked else ""
        )
    body = layers[ports.string]
    flags = "".join(word.strip()[0] for word in (_found(_TCP_FLAGS, body, "flags") or "").split(",") if word.strip())
    return Packet(
        **common, **ends, proto="TCP", flags=flags, seq=int(ports["seq"] or 0), payload=payload,
        window=int(_found(_WINDOW, body, "win") or -1), size=int(ports["len"] or 0),
    )  # fmt: skip


def _payload(layers: Mapping[str, list[str]]) -> bytes:
    """The bytes of a SIP message or of the head of an RTP packet; none for other protocols."""
    for name, body in layers.items():
        if name.startswith("Session Initiation Protocol"):
            start = _found(_SIP_START, body, "start") or ""
            headers = [m["header"] for line in body if (m := _SIP_HEADER.match(line)) is not None]
            lines = [f"{m['letter']}={m['value']}" for line in body if (m := _SDP.match(line)) is not None]
            return "\r\n".join([start, *headers, "", *lines]).encode("utf-8", "replace")
        if name.startswith("Real-Time Transport Protocol"):
            found = {key: int(_found(pattern, body, "value") or 0) for key, pattern in _RTP.items()}
            head = bytes([0x80, found["kind"] & 0x7F]) + (found["seq"] & 0xFFFF).to_bytes(2, "big")
            return head + b"".join((found[key] & 0xFFFFFFFF).to_bytes(4, "big") for key in ("stamp", "ssrc"))
    return b""


def _look_up(body: Sequence[str]) -> str:
    """A DNS message as tshark prints it in one line."""
    flags = next((m for line in body if (m := _DNS_FLAGS.match(line)) is not None), None)
    asked = next((m for line in body if (m := _DNS_ASKED.match(line)) is not None), None)
    if flags is None:
        return ""
    code = flags["code"] if flags["code"] in {"No such name", "Server failure", "Refused"} else ""
    told = [f"A {m['address']}" for line in body if (m := _DNS_TOLD.match(line)) is not None]
    name = f"{asked['kind']} {asked['name']}" if asked is not None else ""
    return " ".join(filter(None, [flags["what"], _found(_DNS_ID, body, "id") or "0x0000", code, name, *told]))


def _found(pattern: re.Pattern[str], lines: Sequence[str], group: str) -> str | None:
    found = next((m for line in lines if (m := pattern.match(line)) is not None), None)
    return found[group] if found is not None else None
