"""One SIP message: its start line, its headers and body, and what the trace says of how it travelled.

Headers are kept by `sipmessage`, which knows the compact forms; its own parser takes only messages that are whole and
without fault, so lines are taken apart here: folded headers are joined, junk between headers is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from sipmessage import Headers, Via
from sipmessage.message import COMPACT_FORMS

from diagnose.read.sip import METHODS

REQUEST = re.compile(rf"(?<![\w/-])(?P<method>{METHODS})\s+(?P<uri>(?:sips?|tel|urn|sip\+\w+):\S+|\*)\s+SIP/2\.0\b")
RESPONSE = re.compile(r"(?<![\w/-])SIP/2\.0\s+(?P<code>[1-6]\d\d)\b[ \t]*(?P<reason>[^\r\n]*)")
HEADER = re.compile(r"\s*([A-Za-z][\w.!%*+`'~-]{0,60})\s*:(?!//)\s*(.*)$")

_FOLD = re.compile(r"[ \t]")
_CSEQ = re.compile(r"\s*(\d+)(?:\s+([A-Z]+))?")
_TAG = re.compile(r";\s*tag\s*=\s*([^;,\s>]+)", re.IGNORECASE)
_CAUSE = re.compile(r"(?P<protocol>SIP|Q\.?850|[\w.-]+)\s*;[^,]*?cause\s*=\s*\"?(?P<cause>\d{1,3})", re.IGNORECASE)
_TEXT = re.compile(r'text\s*=\s*"([^"]*)"|text\s*=\s*([^;,"]+)', re.IGNORECASE)


class Travel(msgspec.Struct, frozen=True):
    """How a message travelled, as far as the trace says: addresses as `ip:port`, transport in capitals, and whether
    the traced host `sent` it (None when not told); `ms` with `local` and `lacks` as in `stamps.Stamp`;
    `conversation` is the platform's id, where a record tells it."""

    ms: int | None = None
    local: bool = False
    lacks: str = ""
    src: str = ""
    dst: str = ""
    transport: str = ""
    sent: bool | None = None
    conversation: str = ""


class Message(msgspec.Struct, frozen=True):
    """One message. `code` is 0 for a request; `method` of a response is that of its CSeq. `size` is in bytes."""

    method: str
    code: int
    reason: str
    uri: str
    headers: Headers
    body: str
    travel: Travel
    line: int | None = None
    pointer: str | None = None
    size: int = 0
    start: str = ""

    @property
    def call_id(self) -> str:
        """The Call-ID, or an empty text."""
        return self.headers.get("Call-ID") or ""

    @property
    def number(self) -> int:
        """The number of the CSeq, -1 when there is none."""
        found = _CSEQ.match(self.headers.get("CSeq") or "")
        return int(found[1][:12]) if found else -1

    @property
    def via(self) -> Via | None:
        """The topmost Via, None when there is none or it cannot be read."""
        try:
            found = Via.parse_many(self.headers.get("Via") or "")
        except ValueError as error:
            error.__traceback__ = None  # sipmessage raises one and the same each time, which would keep every caller
            return None
        return found[0] if found else None

    @property
    def branch(self) -> str:
        """The branch of the topmost Via, or an empty text."""
        return self.via_parameter("branch")

    def via_parameter(self, name: str) -> str:
        """A parameter of the topmost Via, or an empty text."""
        found = re.search(rf";\s*{name}\s*=\s*([^;,\s]+)", (self.headers.get("Via") or "").split(",")[0], re.IGNORECASE)
        return found[1] if found else ""

    @property
    def from_tag(self) -> str:
        """The tag of the From header, or an empty text."""
        return _tag(self.headers.get("From"))

    @property
    def to_tag(self) -> str:
        """The tag of the To header, or an empty text: a request with one belongs to a dialog."""
        return _tag(self.headers.get("To"))

    @property
    def transport(self) -> str:
        """UDP, TCP, TLS, WS or WSS, or an empty text."""
        via = self.via
        return self.travel.transport or (via.transport.upper() if via is not None else "")

    def cause(self, protocol: str) -> int | None:
        """The cause of the Reason header for `Q.850` or `SIP` (RFC 3326), None when it gives none."""
        wanted = protocol.replace(".", "").upper()
        for value in self.headers.getlist("Reason"):
            for found in _CAUSE.finditer(value):
                if found["protocol"].replace(".", "").upper() == wanted:
                    return int(found["cause"])
        return None

    @property
    def reason_text(self) -> str:
        """The text of the Reason header, or an empty text."""
        found = _TEXT.search(self.headers.get("Reason") or "")
        return ((found[1] or found[2] or "") if found else "").strip()

    @property
    def has_sdp(self) -> bool:
        """Whether the body is, or holds, a session description."""
        return "v=0" in self.body or "\nm=" in f"\n{self.body}"


def _tag(value: str | None) -> str:
    found = _TAG.search(value or "")
    return found[1] if found else ""


def parse(
    lines: Sequence[str], travel: Travel, *, line: int | None = None, pointer: str | None = None, size: int = 0
) -> Message | None:
    """The message in these lines, the first of which holds its start line; None when it holds none.

    `size` is what the trace says; where it says nothing, the length of the text with CRLF line ends.
    """
    if not lines:
        return None
    request, response = REQUEST.search(lines[0]), RESPONSE.search(lines[0])
    if request is None and response is None:
        return None
    headers, body = _take_apart(lines[1:])
    start = request or response
    assert start is not None
    method = request["method"] if request else _method_of(headers)
    known = size or sum(len(text.encode("utf-8", "replace")) + 2 for text in lines)
    return Message(
        method=method,
        code=0 if request else int(start["code"]),
        reason="" if request else start["reason"].strip(" '\"")[:120],
        uri=request["uri"] if request else "",
        headers=headers,
        body=body,
        travel=travel,
        line=line,
        pointer=pointer,
        size=known,
        start=start.group().strip()[:200],
    )


def _method_of(headers: Headers) -> str:
    found = _CSEQ.match(headers.get("CSeq") or "")
    return (found[2] or "") if found else ""


def _take_apart(lines: Sequence[str]) -> tuple[Headers, str]:
    headers = Headers()
    name, value = "", ""
    for index, text in enumerate(lines):
        if not text.strip():
            body = "\n".join(lines[index + 1 :])
            break
        found = HEADER.match(text)
        if found is not None and not (name and _FOLD.match(text)):
            if name:
                headers.add(name, value)
            name, value = COMPACT_FORMS.get(found[1].lower(), found[1]), found[2].strip()
        elif name and _FOLD.match(text):
            value = f"{value} {text.strip()}"
    else:
        body = ""
    if name:
        headers.add(name, value)
    return headers, body
