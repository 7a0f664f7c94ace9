"""Calls as people jot them down: a ladder on one line, start lines without headers, an offer and an answer.

    INVITE -> 100 -> 183 -> 200 -> BYE (Reason: Q.850;cause=31)

Lines become messages, so that a sketch is judged like a trace. Only texts without stamps are sketches: in a log, a line
that speaks of a message is a line of the log.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace
from sipmessage import Headers

from diagnose.read.logs import stamps
from diagnose.read.sip import METHODS
from diagnose.read.sip.message import Message, Travel

MAX_LINES = 120
"""A longer text is no sketch."""

MAX_LINE = 2_000
"""Characters of a line that may be a ladder."""

_FIRST = re.compile(rf"(?:re-?)?\b(?:{METHODS})\b[^\n]{{0,60}}$")
_PIECE = re.compile(
    rf"^\W{{0,3}}(?P<again>re-?)?(?:(?P<method>{METHODS})|(?:SIP/2\.0 )?(?P<code>[1-6]\d\d))\b(?P<more>.*)$", re.DOTALL
)
_ARROW = re.compile(r"-{1,3}>|={1,3}>|→|➜")
_ENDS = re.compile(r"[.;,]\s")
_STEPS = 3
"""So many steps make a ladder; `INVITE -> 488` may be a line of a log."""
_REASON = re.compile(r"\b((?:Q\.?850|SIP)\s*;[^)]*)", re.IGNORECASE)
_CAUSE = re.compile(r"\b(?:Q\.?850|cause)\W{1,10}(\d{1,3})\b", re.IGNORECASE)
_REQUEST = re.compile(rf"^\s*(?P<method>{METHODS})\s+(?P<uri>sips?:\S+|tel:\S+)(?P<more>.*)$")
_ANSWER = re.compile(r"^\s*SIP/2\.0 (?P<code>[1-6]\d\d)\b[ \t]*(?P<reason>[^(;\n]*)")
_SDP = re.compile(r"^\s*(?:(?P<who>offer|answer)\s*:\s*)?(?P<line>[vocmabst]=\S.*)$", re.IGNORECASE)
_INLINE = re.compile(r"\s{2,}(?=[acm]=)")
_HEADER = re.compile(
    r"^\s*(?P<name>Reason|Warning|Server|User-Agent|Contact|Retry-After|CSeq|Call-ID|Session-Expires|Record-Route|Via"
    r"|(?:WWW|Proxy)-Authenticate|(?:Proxy-)?Authorization)\s*:\s*(?P<value>.+)$", re.IGNORECASE,
)  # fmt: skip

Line = tuple[int, str]


def is_sketch(head: str, whole: bool) -> bool:
    """Whether a text is a sketch: short, without stamps, and half of it or more lines of SIP or of a description."""
    lines = [line for line in head.splitlines() if line.strip()]
    if not whole or not lines or len(lines) > MAX_LINES or any(stamps.parse(line) is not None for line in lines):
        return False
    hits = sum(1 for line in lines if _kind(line))
    starts = sum(1 for line in lines if _kind(line) in {"ladder", "request", "answer", "sdp"})
    return starts > 0 and hits * 2 >= len(lines)


def _kind(line: str) -> str:
    if _steps(line):
        return "ladder"
    for name, pattern in (("request", _REQUEST), ("answer", _ANSWER), ("sdp", _SDP)):
        if pattern.search(line):
            return name
    return "header" if _HEADER.match(line) else ""


def _steps(line: str) -> list[re.Match[str]]:
    """The steps of the ladder that a line holds; none when it holds no ladder."""
    if len(line) > MAX_LINE or _ARROW.search(line) is None:
        return []
    pieces = [piece.strip() for piece in _ARROW.split(line)]
    found: list[re.Match[str]] = []
    for piece in pieces:
        first = _FIRST.search(piece) if not found else None
        step = _PIECE.match(piece if found else first.group() if first is not None else "")
        if step is not None:
            found.append(step)
        elif len(found) >= _STEPS:
            break
        else:
            found = []
    return found if len(found) >= _STEPS else []


class Sketch:
    """Takes the lines of a sketch out of others; with `ladders` only ladders on one line, as in a ticket."""

    def __init__(self, *, ladders: bool = False) -> None:
        self.messages: list[Message] = []
        self._only_ladders = ladders
        self._side = ""

    def rest(self, lines: Iterable[Line]) -> Iterator[Line]:
        """The lines that are none of the sketch, in order."""
        for number, text in lines:
            if not self._taken(number, text):
                yield number, text

    def _taken(self, number: int, text: str) -> bool:
        ladder = _steps(text)
        if ladder:
            self._ladder(number, ladder, text)
            return not self._only_ladders
        if self._only_ladders:
            return False
        return self._line(number, text)

    def _ladder(self, number: int, steps: Sequence[re.Match[str]], text: str) -> None:
        tried = ""
        for step in steps:
            method, more = step["method"] or "", step["more"]
            tried = method or tried
            headers = Headers()
            reason = _REASON.search(more)
            cause = _CAUSE.search(more)
            if reason is not None or cause is not None:
                headers.add("Reason", reason[1] if reason is not None else f"Q.850;cause={cause[1] if cause else ''}")
            words = _ENDS.split(more.split("(")[0])[0].strip(" ,.'\"")
            self._add(number, tried, int(step["code"] or 0), words[:60], headers, text, again=bool(step["again"]))

    def _line(self, number: int, text: str) -> bool:
        request, answer, sdp, header = (p.match(text) for p in (_REQUEST, _ANSWER, _SDP, _HEADER))
        if request is not None:
            headers = Headers()
            reason = _REASON.search(request["more"])
            if reason is not None:
                headers.add("Reason", reason[1])
            self._add(number, request["method"], 0, "", headers, text)
        elif answer is not None:
            asked = next((m.method for m in reversed(self.messages) if not m.code), "")
            self._add(number, asked, int(answer["code"]), answer["reason"].strip(), Headers(), text)
        elif header is not None and self.messages:
            self.messages[-1].headers.add(header["name"], header["value"].strip())
        elif sdp is not None:
            self._describe(number, sdp)
        else:
            return False
        return True

    def _describe(self, number: int, found: re.Match[str]) -> None:
        """A line of a description: of the message before, or of the offer or answer that the line names."""
        who = (found["who"] or self._side).casefold()
        if who and who != self._side:
            self._side = who
            code = 200 if who == "answer" else 0
            self._add(number, "INVITE", code, "", Headers(), found.group())
        elif not self.messages:
            self._add(number, "INVITE", 0, "", Headers(), found.group())
        last = self.messages[-1]
        lines = [last.body, *_INLINE.split(found["line"])]
        self.messages[-1] = replace(last, body="\n".join(line for line in lines if line))

    def _add(
        self, number: int, method: str, code: int, reason: str, headers: Headers, shown: str, *, again: bool = False
    ) -> None:
        if again:
            headers.add("To", "<sip:unknown>;tag=again")
        start = shown.strip()[:200]
        self.messages.append(Message(method, code, reason, "", headers, "", Travel(), line=number, start=start))
