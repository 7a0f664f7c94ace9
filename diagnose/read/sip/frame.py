"""The lines that traces print around a message: when it passed, from where to where, over what, sent or received.

Each tool has its own: sipp, sngrep, HOMER, ngrep, tcpdump, Asterisk, FreeSWITCH, pjsip, Kamailio, baresip, AudioCodes,
Cisco, Oracle. They have in common a stamp, one or two addresses, and a word for the direction.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

import msgspec

from diagnose.read.logs import stamps
from diagnose.read.sip.message import Travel

_IP = r"(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.%]{2,45}\]|[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{0,4}){2,7})"
_ADDRESS = re.compile(rf"(?:(?P<ip>{_IP})(?:[:.](?P<port>\d{{1,5}}))?)(?![\w.])")
_ARROW = re.compile(rf"(?P<a>{_IP}(?:[:.]\d+)?)\s*(?:-+>|=+>|>|→|\bto\b)\s*(?P<b>{_IP}(?:[:.]\d+)?)")
_SENT = re.compile(r"\b(?:sent|send(?:ing)?|[.]?TX|transmitting|outgoing|>>>)\b", re.IGNORECASE)
_GOT = re.compile(r"\b(?:received|recv|read from|[.]?RX|incoming|<<<)\b", re.IGNORECASE)
_AGAIN = re.compile(r"\bunexpected (?:udp|tcp|tls)\b", re.IGNORECASE)
_PEER = re.compile(r"\b(?:from|to)\b\W{0,3}", re.IGNORECASE)
_TRANSPORT = re.compile(r"\b(UDP|TCP|TLS|WSS|WS|SCTP)\b", re.IGNORECASE)
_BYTES = re.compile(r"\b(\d{2,6})[\]) ]{0,2}\s*bytes|\bSIP, length: (\d{2,6})", re.IGNORECASE)
_LEAD = re.compile(r"^[\s>|'\"]*(?:-{3,}\s+|[UT]\s+(?=\d{4}/)|\*\s+|\(+|#+\s*|proto:\S+\s+)?")
_AT = re.compile(r"\bat (\d\d:\d\d:\d\d(?:[.,]\d+)?|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?)")
_KEY = re.compile(r"^(tag|pid|process|time|date|proto|srcip|srcport|dstip|dstport|af): (.*)$")
_LINE = re.compile(
    r"^[\s>|]*(?:-{3,}|={3,}|~{3,}|<-+>?|#+\s*$|\|{3,}\s*$)"
    r"|<-{2,}|-{2,}>\s*$"
    r"|\b(?:message|msg|bytes|retransmitting|transmitting)\b.*(?:\bsent\b|\breceived\b|bytes|\bfrom\b|\bto\b)"
    r"|\b(?:sip|udp|tcp|tls|wss?) ?(?:/|message|msg)\b"
    r"|^[\s>|]*(?:sent|received|send|recv)\s*:\s*$|\bccsip|\bSIP/Msg/|^\s*[UT] \d{4}/|SIP, length: \d|\bIP6? \(tos"
    r"|\b(?:received from|sent to)\b|^\s*(?:UDP|TCP|TLS)\b",
    re.IGNORECASE,
)
_PACKET = re.compile(rf"^\S*\s?\d\d:\d\d:\d\d\.\d+ .*?\bIP6? {_IP}\.\d+ > {_IP}\.\d+: ")
_DUMPED = 5
"""So many lines the bytes of a packet's headers may take in the text of `tcpdump -A`."""
_SELF = "self"


class Frame(msgspec.Struct, frozen=True):
    """What the lines around a message say: its travel, its size in bytes (0 unknown), `again` when the tool printed
    the same message a second time, and how many lines before the message belong to it."""

    travel: Travel
    size: int = 0
    again: bool = False
    lines: int = 0


def frame_of(before: Sequence[str], prefix: str, after_stamp: stamps.Stamp | None = None) -> Frame:
    """The frame of a message from the lines before it and what stands before its start line on its own line.

    `after_stamp` is taken when no line of the frame has a stamp.
    """
    used = _own(before)
    texts = [*before[len(before) - used :], *([prefix] if prefix.strip() else [])]
    block = {m[1]: m[2] for t in texts if (m := _KEY.match(t.strip()))}
    if "srcip" in block:
        return Frame(_from_block(block), 0, False, used)
    joined = " ".join(t.strip() for t in texts)
    stamp = next((s for t in reversed(texts) if (s := _stamp(t)) is not None), after_stamp)
    src, dst, sent = _ends(texts, joined)
    over = _TRANSPORT.search(joined)
    size = _BYTES.search(joined)
    travel = Travel(
        ms=stamp.ms if stamp else None,
        local=stamp.local if stamp else False,
        lacks=stamp.lacks if stamp else "",
        src=src,
        dst=dst,
        transport=over[1].upper() if over else "",
        sent=sent,
    )
    return Frame(travel, int(size[1] or size[2]) if size else 0, bool(_AGAIN.search(joined)), used)


def stamp_of(text: str) -> stamps.Stamp | None:
    """The time stamp of a line of a frame, or of a line of the log around it; None when it has none."""
    return _stamp(text)


def _stamp(text: str) -> stamps.Stamp | None:
    lead = _LEAD.match(text)
    bare = text[lead.end() :] if lead else text
    found = stamps.parse(f"{bare} ")
    if found is None:
        at = _AT.search(text)
        found = stamps.parse(f"{at[1]} ") if at else None
    return found


def _own(before: Sequence[str]) -> int:
    """How many of the last lines belong to the frame."""
    dump = next((n for n, text in enumerate(reversed(before[-_DUMPED:]), 1) if _PACKET.search(text)), 0)
    if dump:
        return dump
    count = blank = 0
    for text in reversed(before):
        if not text.strip():
            blank += 1
        elif _LINE.search(text) or _KEY.match(text.strip()) or _ARROW.search(text) or _only_stamp(text):
            count += blank + 1
            blank = 0
        else:
            break
        if blank > 2:
            break
    return count


def _only_stamp(text: str) -> bool:
    found = _stamp(text)
    return found is not None and not text[found.rest :].strip(" -:\t") if found and found.rest else False


def _ends(texts: Sequence[str], joined: str) -> tuple[str, str, bool | None]:
    """Source, destination and direction."""
    arrow = next((m for t in reversed(texts) if (m := _ARROW.search(t))), None)
    sent, got = _SENT.search(joined), _GOT.search(joined)
    direction = None if bool(sent) == bool(got) else bool(sent)
    if arrow is not None:
        return address(arrow["a"]), address(arrow["b"]), direction
    peer = next((a for t in reversed(texts) if (p := _PEER.search(t)) and (a := _ADDRESS.search(t, p.end()))), None)
    peer = peer or next((m for t in reversed(texts) if (m := _ADDRESS.search(_without_stamp(t))) and m["port"]), None)
    if peer is None or direction is None:
        return "", "", direction
    there = address(peer.group())
    return (_SELF, there, True) if direction else (there, _SELF, False)


def _without_stamp(text: str) -> str:
    found = _stamp(text)
    return text[found.rest :] if found is not None and found.rest else text


def _from_block(block: dict[str, str]) -> Travel:
    when = stamps.from_value(block.get("time", ""))
    tag = block.get("tag", "")
    return Travel(
        ms=when[0] if when else None,
        local=when[1] if when else False,
        src=address(f"{block['srcip']}:{block.get('srcport', '')}"),
        dst=address(f"{block.get('dstip', '')}:{block.get('dstport', '')}"),
        transport=block.get("proto", "").split(" ")[0].upper(),
        sent=tag == "snd" if tag in {"snd", "rcv"} else None,
    )


def address(text: str) -> str:
    """`ip:port` in one form (`10.0.0.1.5060` of tcpdump and `[10.0.0.1]:5060` of FreeSWITCH too); `ip` without port."""
    found = _ADDRESS.search(text)
    if found is None:
        return text.strip(" :")
    host, port = found["ip"].strip("[]"), found["port"]
    if not port:
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def host_of(end: str) -> str:
    """The address without the port of an `ip:port`, or an empty text when it is no address."""
    host = end[1 : end.find("]")] if end.startswith("[") else end.rsplit(":", 1)[0] if end.count(":") == 1 else end
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return ""
