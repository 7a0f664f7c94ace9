"""Text -> the SIP messages in it, and the lines that belong to none.

A trace of any tool, a log with messages in it and a ticket with a pasted message are read the same way: a message
begins at its start line, whatever stands before it on that line; the lines above may frame it (`frame`).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import dropwhile

from msgspec.structs import replace

from diagnose.read.logs import stamps
from diagnose.read.sip import REACH
from diagnose.read.sip.frame import frame_of, stamp_of
from diagnose.read.sip.message import HEADER, REQUEST, RESPONSE, Message, Travel, parse

MAX_MESSAGES = 100_000
"""Messages kept of one trace, so that a trace of gigabytes stays in memory."""
MAX_LINES = 400
"""Lines of one message; a longer one is cut."""

_SDP = re.compile(r"\s*[vosiuepcbtrzkam]=\S?")
_END = re.compile(r"^\s*(?:-{4,}|={4,}|<-+>|--end msg--|\|{6,}|~{6,}|`{3,}|'+\s*$)")
_SYSLOGGED = re.compile(r"^.{10,90}?\[\d+\]: ?")
_JOINED = re.compile(r"(?:#015)?#012|\\r\\n|\\n|\\012")
_SIPFRAG = re.compile(r"^\s*(?:content-type|c)\s*:\s*message/sipfrag", re.IGNORECASE)
_TAIL_DOT = re.compile(r"\.$")
_NGREP = re.compile(r"^\s*[UT] (?:\+?[\d.]+ )?\S*\d.*->")

Line = tuple[int, str]


def starts(text: str) -> bool:
    """Whether a line holds the start line of a message."""
    return "SIP/2.0" in text and (RESPONSE.search(text) is not None or REQUEST.search(text) is not None)


class Splitter:
    """Passes lines on and keeps back the messages among them.

    `messages` fills while `rest` is consumed, `dropped` counts messages beyond the limit. A start line without headers
    is no message, but may be a line of a log.
    """

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.dropped = 0
        self._before: deque[Line] = deque()
        self._dated: stamps.Stamp | None = None

    def rest(self, lines: Iterable[Line]) -> Iterator[Line]:
        """The lines of no message, in order, and a blank one for each message; frames go with their messages."""
        source = _Pushback(lines)
        for number, text in source:
            if starts(text) and (block := _block(number, text, source)) is not None:
                yield from self._keep(block)
                continue
            self._before.append((number, text))
            if len(self._before) > REACH:
                yield self._before.popleft()
        yield from self._before
        self._before.clear()

    def _keep(self, block: list[Line]) -> Iterator[Line]:
        number, first = block[0]
        found = REQUEST.search(first) or RESPONSE.search(first)
        assert found is not None
        before = [text for _, text in self._before]
        seen = [s for t in reversed(before) if (s := stamp_of(t)) is not None]
        self._dated = next((s for s in seen if not s.lacks), self._dated)
        frame = frame_of(before, first[: found.start()], seen[0] if seen else None)
        texts = [first[found.start() :], *(text for _, text in block[1:])]
        if before and _NGREP.match(before[-1]):
            texts = [_TAIL_DOT.sub("", text) for text in texts]
        message = parse(texts, self._with_date(frame.travel), line=number, size=frame.size)
        held = list(self._before)
        self._before.clear()
        yield from held[: len(held) - frame.lines]
        yield number, ""
        if message is None or frame.again:
            return
        if len(self.messages) < MAX_MESSAGES:
            self.messages.append(message)
        else:
            self.dropped += 1

    def _with_date(self, travel: Travel) -> Travel:
        """A time of day gets the date of the log around it, when that has one."""
        if travel.lacks != "date" or travel.ms is None or self._dated is None:
            return travel
        days = round((self._dated.ms - travel.ms) / stamps.DAY_MS)
        return replace(travel, ms=travel.ms + days * stamps.DAY_MS, lacks="", local=self._dated.local)


def messages_of(text: str, travel: Travel | None = None, pointer: str | None = None) -> list[Message]:
    """The messages in one text, such as a field of a JSON record; `travel` is how they travelled, when it is known."""
    splitter = Splitter()
    for _ in splitter.rest(enumerate(text.splitlines(), 1)):
        pass
    found = splitter.messages
    if travel is None and pointer is None:
        return found
    return [replace(m, travel=travel or m.travel, pointer=pointer, line=None if pointer else m.line) for m in found]


class _Pushback:
    """An iterator of lines to which lines can be given back."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = iter(lines)
        self._back: list[Line] = []

    def __iter__(self) -> _Pushback:
        return self

    def __next__(self) -> Line:
        return self._back.pop() if self._back else next(self._lines)

    def give_back(self, line: Line) -> None:
        self._back.append(line)


def _block(number: int, first: str, source: _Pushback) -> list[Line] | None:
    """The lines of the message that starts here, without what stands before each; None when no header follows."""
    if _JOINED.search(first):
        parts = list(dropwhile(lambda part: not starts(part), _JOINED.split(first)))
        return [(number, p) for p in parts] if len(parts) > 3 else None
    syslogged = _SYSLOGGED.match(first)
    strip = _SYSLOGGED if syslogged else None
    block: list[Line] = [(number, first)]
    body = sipfrag = False
    for at, raw in source:
        text = _bare(raw, strip)
        if len(block) > MAX_LINES or not _belongs(text, body, sipfrag, len(block)):
            source.give_back((at, raw))
            break
        if not text.strip():
            if body:
                source.give_back((at, raw))
                break
            body = True
        sipfrag = sipfrag or bool(_SIPFRAG.match(text))
        block.append((at, text))
    if any(HEADER.match(t) for _, t in block[1:]):
        return block
    for line in reversed(block[1:]):
        source.give_back(line)
    return None


def _bare(raw: str, strip: re.Pattern[str] | None) -> str:
    text = raw.rstrip("\r\n")
    if strip is not None:
        return strip.sub("", text, count=1)
    return text.lstrip("\t >|") if text[:1] in "\t >|" and not _folded(text) else text


def _folded(text: str) -> bool:
    """Whether an indented line continues a header: it is no header and no line of a session description itself."""
    bare = text.lstrip(" \t>|")
    return bool(bare) and not HEADER.match(bare) and not _SDP.match(bare)


def _belongs(text: str, body: bool, sipfrag: bool, count: int) -> bool:
    if not text.strip():
        return True
    if _END.match(text):
        return False
    if starts(text):
        return body and sipfrag and text.lstrip().startswith("SIP/2.0")
    if body:
        return _SDP.match(text) is not None or (sipfrag and HEADER.match(text) is not None)
    return (HEADER.match(text) is not None and stamp_of(text) is None) or (text[:1] in " \t" and count > 1)
