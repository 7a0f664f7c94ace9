"""The text that `tcpdump` and `tshark` print, a line or two a packet, as packets.

With `-A` the bytes of a packet follow its line as text; of these only HTTP is kept. SIP messages in full are read by
`diagnose.read.sip`, which takes them out of the text before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from diagnose.read.capture.packets import Packet
from diagnose.read.logs import stamps
from diagnose.read.logs.records import EXCERPT

_TCPDUMP = re.compile(
    r"^\s*\S.{0,40}?\bIP6? (?:\([^)]*(?:\([^)]*\)[^)]*)*\)\s*)?(?P<a>\S+) > (?P<b>\S+): (?P<what>.*)$"
)
_VERBOSE = re.compile(r"^\s*\S.{0,40}?\bIP6? \(.*\)\s*$")
_SECOND = re.compile(r"^\s+(?P<a>\S+) > (?P<b>\S+): (?P<what>.*)$")
_TTL = re.compile(r"\bttl (\d+)")
_TOS = re.compile(r"\btos 0x([0-9a-f]+)")
_TCP = re.compile(r"Flags \[(?P<flags>[^\]]*)\](?:.*?\bseq (?P<seq>\d+)(?::(?P<end>\d+))?)?(?:.*?\bwin (?P<win>\d+))?")
_LENGTH = re.compile(r"\blength:? (\d+)")
_UDP = re.compile(r"^(?:\[[^\]]*\] )?UDP, (?:bad )?length (\d+)|^udp/?\w* (\d+)")
_SIP = re.compile(r"^SIP: (?P<start>.*)$")
_ICMP = re.compile(
    r"^ICMP6?,? (?:(?:host|net|protocol) )?(?P<dst>\S+) (?:(?P<over>udp|tcp) port (?P<port>\d+) )?"
    r"unreachable(?P<more>.*)"
    r"|^ICMP6?,? (?P<ttl>time exceeded)"
)
_MTU = re.compile(r"mtu (\d+)")
_LETTERS = {"S": "S", "F": "F", "R": "R", "P": "P", ".": "A"}
_PORTS = {"http": 80, "https": 443, "domain": 53, "sip": 5060, "sips": 5061, "sip-tls": 5061, "ntp": 123, "stun": 3478}
_HTTP = re.compile(r"(?:GET|POST|HTTP/1\.[01]) ")

_TSHARK = re.compile(
    r"^\s*(?P<number>\d+)\s+(?P<time>\d+\.\d{3,9})\s+(?P<a>[\da-fA-F.:]+)\s+(?:→|->)\s+(?P<b>[\da-fA-F.:]+)\s+"
    r"(?P<proto>[\w./-]+)\s+\d+\s+(?P<what>.*)$"
)
_TSHARK_PORTS = re.compile(r"(?P<sport>\d+)\s+(?:→|->|>)\s+(?P<dport>\d+)\s+(?:\[(?P<flags>[A-Z, ]+)\])?(?P<more>.*)")
_TSHARK_KEYS = re.compile(r"\b(Seq|Win|Len)=(\d+)")
_TSHARK_ICMP = {
    "port unreachable": "port_unreachable", "host unreachable": "host_unreachable",
    "network unreachable": "net_unreachable", "fragmentation needed": "frag_needed",
    "administratively": "admin_prohibited", "time-to-live exceeded": "ttl_exceeded",
}  # fmt: skip

Line = tuple[int, str]


def is_packet(line: str) -> bool:
    """Whether a line is that of a packet, other than one of SIP in full."""
    found = _TCPDUMP.match(line) or _TSHARK.match(line)
    return (found is not None and not found["what"].startswith("SIP, length")) or _VERBOSE.match(line) is not None


def packets_of(lines: Iterable[Line]) -> Iterator[Packet]:
    """The packets in lines; what belongs to none is passed over."""
    held: list[Line] = []
    for number, line in lines:
        if held and _begins(line) and not (len(held) == 1 and _VERBOSE.match(held[0][1]) and _SECOND.match(line)):
            yield from _packet(held)
            held = []
        if held or _begins(line):
            held.append((number, line))
            if len(held) > 60:
                held.pop()
    yield from _packet(held)


def _begins(line: str) -> bool:
    return (
        (" > " in line and _TCPDUMP.match(line) is not None)
        or _VERBOSE.match(line) is not None
        or bool(_TSHARK.match(line))
    )


def _packet(held: Sequence[Line]) -> Iterator[Packet]:
    if not held:
        return
    number, first = held[0]
    shark = _TSHARK.match(first)
    if shark is not None:
        found = _from_tshark(shark)
        if found is not None:
            yield msgspec.structs.replace(found, line=number, shown=first.strip()[:EXCERPT])
        return
    head = _TCPDUMP.match(first)
    rest = held[1:]
    if head is None and rest:
        head, rest = _SECOND.match(rest[0][1]), rest[1:]
    stamp = stamps.parse(first.lstrip() + " ")
    if head is None or stamp is None:
        return
    shown = first.strip() if _TCPDUMP.match(first) else f"{first.strip()} {held[1][1].strip()}"
    ttl, tos = _TTL.search(first), _TOS.search(first)
    common = {
        "t": stamp.ms / 1000 + _micros(first), "number": number, "line": number, "shown": shown[:EXCERPT],
        "local": stamp.local, "ttl": int(ttl[1]) if ttl else 0, "tos": int(tos[1], 16) if tos else -1,
    }  # fmt: skip
    (src, sport), (dst, dport) = _end(head["a"]), _end(head["b"])
    found = _from_tcpdump(head["what"], [text for _, text in rest])
    if found is not None:
        yield msgspec.structs.replace(found, src=src, sport=sport, dst=dst, dport=dport, **common)


def _micros(line: str) -> float:
    """What a stamp says below the millisecond, in s."""
    found = re.search(r"\d\d\.\d{3}(\d{1,6})\b", line[:40])
    return float(f"0.000{found[1]}") if found else 0.0


def _end(text: str) -> tuple[str, int]:
    """Address and port of `10.0.0.1.443`, `host.https`, or an address alone."""
    host, _, port = text.rpartition(".")
    if port in _PORTS:
        return host, _PORTS[port]
    if port.isdecimal() and host and (text.count(".") == 4 or ":" in host or not host.replace(".", "").isdecimal()):
        return host, int(port) & 0xFFFF
    return text, 0


def _from_tcpdump(what: str, more: Sequence[str]) -> Packet | None:
    blank: dict[str, Any] = {"t": 0.0, "src": "", "dst": ""}
    tcp = _TCP.match(what)
    if tcp is not None:
        length = _LENGTH.findall(what)
        flags = "".join(_LETTERS.get(c, "") for c in tcp["flags"])
        return Packet(
            **blank, proto="TCP", flags=flags, seq=int(tcp["seq"] or 0), window=int(tcp["win"] or -1),
            size=int(length[-1]) if length else 0, payload=_http(what, more),
        )  # fmt: skip
    sip = _SIP.match(what)
    if sip is not None:
        payload = (sip["start"] + "\r\n\r\n").encode()
        return Packet(**blank, proto="UDP", size=len(payload), payload=payload)
    icmp = _ICMP.match(what)
    if icmp is not None:
        return _icmp(icmp, blank)
    udp = _UDP.match(what)
    if udp is not None:
        return Packet(**blank, proto="UDP", size=int(udp[1] or udp[2]))
    return Packet(**blank, proto="UDP", flags=what[:200])


def _http(what: str, more: Sequence[str]) -> bytes:
    """The HTTP that a segment carries, as far as the text shows it."""
    for index, text in enumerate(more):
        found = _HTTP.search(text)
        if found is not None:
            return "\r\n".join([text[found.start() :], *more[index + 1 :], ""]).encode("utf-8", "replace") + b"\r\n"
    found = _HTTP.search(what)
    return (what[found.start() :] + "\r\n\r\n").encode("utf-8", "replace") if found else b""


def _icmp(found: re.Match[str], blank: dict[str, Any]) -> Packet:
    if found["ttl"]:
        return Packet(**blank, proto="ICMP", flags="ttl_exceeded")
    more = found["more"] or ""
    mtu = _MTU.search(more)
    words = (
        "frag_needed" if "need to frag" in more or mtu
        else "admin_prohibited" if "prohibited" in more
        else "port_unreachable" if found["port"]
        else "net_unreachable" if " net " in found.group() else "host_unreachable"
    )  # fmt: skip
    inner = ("", found["dst"], int(found["port"] or 0), (found["over"] or "other").upper())
    return Packet(**blank, proto="ICMP", flags=words, size=int(mtu[1]) if mtu else 0, inner=inner)


def icmp_words(what: str) -> str | None:
    """The fact's word for what an ICMP error says in tshark's words; None for other messages."""
    return next((w for text, w in _TSHARK_ICMP.items() if text in what.casefold()), None)


def _from_tshark(found: re.Match[str]) -> Packet | None:
    what, proto = found["what"], found["proto"].upper()
    common: dict[str, Any] = {
        "t": float(found["time"]), "src": found["a"], "dst": found["b"], "relative": True,
        "number": int(found["number"]),
    }  # fmt: skip
    if proto == "ICMP":
        words = icmp_words(what)
        return Packet(**common, proto="ICMP", flags=words) if words else None
    if proto.startswith("SIP"):
        start = re.sub(r"^(?:Request|Status): ", "", what).split(" |")[0].strip()
        start = (
            start
            if start.startswith("SIP/2.0")
            else f"SIP/2.0 {start}"
            if start[:1].isdecimal()
            else f"{start} SIP/2.0"
        )
        payload = f"{start}\r\n\r\n".encode()
        return Packet(**common, proto="UDP", sport=5060, dport=5060, payload=payload, size=len(payload))
    if proto == "DNS":
        return Packet(**common, proto="UDP", flags=what)
    ports = _TSHARK_PORTS.search(what)
    if ports is None:
        return None
    keys = {k: int(v) for k, v in _TSHARK_KEYS.findall(what)}
    ends: dict[str, Any] = {"sport": int(ports["sport"]) & 0xFFFF, "dport": int(ports["dport"]) & 0xFFFF}
    if ports["flags"]:
        flags = "".join(word.strip()[0] for word in ports["flags"].split(",") if word.strip())
        size = keys.get("Len", 0)
        return Packet(
            **common, **ends, proto="TCP", flags=flags, seq=keys.get("Seq", 0), window=keys.get("Win", -1), size=size
        )
    return Packet(**common, **ends, proto="UDP", size=keys.get("Len", 0))
