"""SIP in JSON: the rows of the platform's SIP search (`GET /telephony/siptraces`, the columns of HOMER), and exports
whose records hold messages as text (HOMER 7, `GET /telephony/sipmessages`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from diagnose.model import Draft, SourceReport
from diagnose.read.shapes import integer, millis
from diagnose.read.sip import MARK

if TYPE_CHECKING:
    from diagnose.read.sip.message import Message, Travel

_LISTS = ("data", "messages", "entities", "results", "items", "hits")
_TEXTS = ("raw", "msg", "message", "rawMessage", "sipMessage", "sip_message", "payload", "body", "text")
_TIMES = (
    "date",
    "milliTs",
    "micro_ts",
    "microTs",
    "create_date",
    "createDate",
    "timeSeconds",
    "timestamp",
    "@timestamp",
)
_SRC = (("sourceIp", "sourcePort"), ("srcIp", "srcPort"), ("source_ip", "source_port"), ("src_ip", "src_port"))
_DST = (("destinationIp", "destinationPort"), ("dstIp", "dstPort"), ("destination_ip", "destination_port"),
        ("dst_ip", "dst_port"))  # fmt: skip
_SAMPLE = 20
_BEGINS = re.compile(r"\s*(?:SIP/2\.0 [1-6]\d\d\b|[A-Z]{3,9} \S+ SIP/2\.0\b)")
_PROTOCOLS = {"6": "TCP", "17": "UDP", "22": "TLS"}
_COLUMNS = (
    ("Call-ID", "callid"), ("CSeq", "cseq"), ("Reason", "reason"), ("User-Agent", "userAgent"), ("Via", "via1"),
    ("Content-Type", "contentType"),
)  # fmt: skip


def claims(obj: object) -> bool:
    """Whether a parsed JSON value is rows of a SIP search, or records most of which hold messages as text.

    A log in which a few records do is a log.
    """
    sample = [bool(_is_row(r) or _text_of(r)) for _, r in _records(obj, most=_SAMPLE)]
    return sum(sample) * 2 > len(sample)


def read(obj: object, path: str) -> tuple[list[Draft], SourceReport]:
    """The facts of the messages, in order of time."""
    from diagnose.read.sip.facts import facts_of

    found = [m for pointer, record in _records(obj) for m in _messages(pointer, record)]
    order = sorted(found, key=lambda m: (m.travel.ms is None, m.travel.ms or 0))
    return facts_of(order, path)


def _records(obj: object, most: int | None = None, pointer: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """(pointer, record) of the records in a value, its list, or the list in its envelope."""
    if isinstance(obj, list):
        for n, item in enumerate(obj[:most] if most else obj):
            if isinstance(item, Mapping):
                yield f"{pointer}/{n}", item
    elif isinstance(obj, Mapping):
        if _is_row(obj) or _text_of(obj):
            yield pointer or "/", obj
        elif depth < 3:
            for name in _LISTS:
                if isinstance(obj.get(name), list | Mapping):
                    yield from _records(obj[name], most, f"{pointer}/{name}", depth + 1)


def _is_row(record: Mapping[str, Any]) -> bool:
    return isinstance(record.get("callid"), str) and isinstance(record.get("cseq"), str) and "method" in record


def _text_of(record: Mapping[str, Any]) -> str:
    for name in _TEXTS:
        value = record.get(name)
        if isinstance(value, str) and MARK in value and _BEGINS.match(value):
            return value
    return ""


def _messages(pointer: str, record: Mapping[str, Any]) -> list[Message]:
    from diagnose.read.sip.split import messages_of

    travel = _travel(record)
    text = _text_of(record)
    if text:
        return messages_of(text, travel, pointer)
    return [_from_row(record, travel, pointer)] if _is_row(record) else []


def _travel(record: Mapping[str, Any]) -> Travel:
    from diagnose.read.sip.message import Travel

    when = next((found for name in _TIMES if (found := _when(record, name))[0] is not None), (None, False))
    proto = str(record.get("proto") or record.get("protocol") or "")
    conversation = record.get("conversationId")
    return Travel(
        ms=when[0],
        local=when[1],
        src=_end(record, _SRC),
        dst=_end(record, _DST),
        transport=_PROTOCOLS.get(proto, proto.upper()),
        conversation=conversation if isinstance(conversation, str) else "",
    )


def _when(record: Mapping[str, Any], name: str) -> tuple[int | None, bool]:
    value = record.get(name)
    number = integer(value)
    if number is not None and number > 10**14:
        return number // 1000, False
    if name == "timeSeconds" and number is not None:
        return number * 1000 + (integer(record.get("timeUseconds")) or 0) // 1000, False
    return millis(value)


def _end(record: Mapping[str, Any], names: tuple[tuple[str, str], ...]) -> str:
    for host, port in names:
        if record.get(host):
            return f"{record[host]}:{record[port]}" if record.get(port) else str(record[host])
    return ""


def _from_row(record: Mapping[str, Any], travel: Travel, pointer: str) -> Message:
    """A message as far as the columns of a row show it."""
    from sipmessage import Headers

    from diagnose.read.sip.message import Message

    headers = Headers()
    for name, column in _COLUMNS:
        if record.get(column):
            headers.add(name, str(record[column]))
    branch = record.get("via1Branch")
    if branch and not record.get("via1"):
        headers.add("Via", f"SIP/2.0/{travel.transport or 'UDP'} {travel.src or 'unknown'};branch={branch}")
    for name in ("From", "To"):
        tag = record.get(f"{name.lower()}Tag")
        headers.add(name, f"<sip:{record.get(f'{name.lower()}User') or 'unknown'}>" + (f";tag={tag}" if tag else ""))
    method = str(record["method"])
    code = int(method) if method.isdecimal() and len(method) == 3 else 0
    asked = str(record["cseq"]).rpartition(" ")[2] if code else method
    uri = str(record.get("ruri") or record.get("ruriUser") or "")
    reason = str(record.get("replyReason") or "")
    start = f"SIP/2.0 {code} {reason}" if code else f"{method} {uri} SIP/2.0"
    return Message(asked, code, reason, uri, headers, "", travel, pointer=pointer, start=start)
