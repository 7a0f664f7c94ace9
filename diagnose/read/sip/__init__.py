"""SIP: messages in traces, logs and tickets become calls, and calls become facts.

    lines --split--> messages --ladder--> calls --outcomes, dialogs, media--> drafts

The libraries that read messages are imported only when a text holds one.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diagnose.model import Draft, SourceReport
    from diagnose.read.sip.sketch import Sketch
    from diagnose.read.sip.split import Splitter

MARK = "SIP/2.0"
"""Every message holds this in its first line."""
METHODS = "INVITE|ACK|BYE|CANCEL|REGISTER|OPTIONS|PRACK|SUBSCRIBE|NOTIFY|PUBLISH|INFO|REFER|MESSAGE|UPDATE"
"""The methods of RFC 3261 and its extensions, as alternatives of a pattern."""
REACH = 14
"""So many lines before a message are looked at for its frame: the block of Kamailio's sipdump is the longest."""


_TREE = re.compile(r"^Frame \d+: \d+ bytes on wire\b", re.MULTILINE)
"""Packets as trees of fields (`tshark -V`), in which the headers of messages stand among others."""


def may_hold(head: str, whole: bool) -> bool:
    """Whether a text may hold messages: its head shows one, or is not the whole of it."""
    return not whole or MARK in head or "INVITE" in head or "m=audio" in head


def is_trace(head: str) -> bool:
    """Whether most lines of a text belong to messages, so that it is no other program's output."""
    if MARK not in head or _TREE.search(head) is not None:
        return False
    trace = Trace()
    lines = head.splitlines()
    left = sum(1 for _, line in trace.rest(enumerate(lines, 1)) if line.strip())
    return bool(trace) and left * 2 < sum(1 for line in lines if line.strip())


def is_sketch(head: str, whole: bool) -> bool:
    """Whether a text is a call as somebody jotted it down; see `sketch`."""
    if not may_hold(head, whole):
        return False
    from diagnose.read.sip.sketch import is_sketch as found

    return found(head, whole)


class Trace:
    """Takes the SIP messages out of lines that are read as something else, for what is left of them.

    In a `sketch` lines without headers are messages too, in a ticket (`prose`) ladders on one line.
    """

    def __init__(self, *, sketch: bool = False, prose: bool = False) -> None:
        self._splitter: Splitter | None = None
        self._sketch: Sketch | None = None
        self._sketched, self._prose = sketch, prose

    def rest(self, lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """The lines that belong to no message. Consume them before asking for facts."""
        if self._sketched or self._prose:
            yield from self._split(lines)
            return
        source = iter(lines)
        before: deque[tuple[int, str]] = deque()
        for line in source:
            if MARK in line[1]:
                yield from self._split(chain(before, (line,), source))
                return
            before.append(line)
            if len(before) > REACH:
                yield before.popleft()
        yield from before

    def _split(self, lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """The rest, now that there is reason to import what reads messages."""
        from diagnose.read.sip.split import Splitter

        self._splitter = Splitter()
        rest = self._splitter.rest(lines)
        if self._sketched or self._prose:
            from diagnose.read.sip.sketch import Sketch

            self._sketch = Sketch(ladders=self._prose)
            rest = self._sketch.rest(rest)
        return rest

    def __bool__(self) -> bool:
        return any(part is not None and part.messages for part in (self._splitter, self._sketch))

    def facts(self, path: str, *, excerpt: bool = False) -> tuple[list[Draft], SourceReport]:
        """The drafts of the messages and the report on them."""
        from diagnose.read.sip.facts import facts_of

        assert self._splitter is not None, "rest() comes first"
        messages = self._splitter.messages
        if self._sketch is not None and self._sketch.messages:
            messages = sorted([*messages, *self._sketch.messages], key=lambda m: m.line or 0)
            excerpt = True
        return facts_of(messages, path, excerpt=excerpt, dropped=self._splitter.dropped)
