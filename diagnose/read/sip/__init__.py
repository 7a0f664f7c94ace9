"""SIP: messages in traces, logs and tickets become calls, and calls become facts.

    lines --split--> messages --ladder--> calls --outcomes, dialogs, media--> drafts

The libraries that read messages are imported only when a text holds one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diagnose.model import Draft, SourceReport
    from diagnose.read.sip.split import Splitter

MARK = "SIP/2.0"
"""Every message holds this in its first line."""


def may_hold(head: str, whole: bool) -> bool:
    """Whether a text may hold messages: its head shows one, or is not the whole of it."""
    return not whole or MARK in head


class Trace:
    """Takes the SIP messages out of lines that are read as something else, for what is left of them."""

    def __init__(self) -> None:
        self._splitter: Splitter | None = None

    def rest(self, lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """The lines that belong to no message. Consume them before asking for facts."""
        from diagnose.read.sip.split import Splitter

        self._splitter = Splitter()
        return self._splitter.rest(lines)

    def __bool__(self) -> bool:
        return self._splitter is not None and bool(self._splitter.messages)

    def facts(self, path: str, *, excerpt: bool = False) -> tuple[list[Draft], SourceReport]:
        """The drafts of the messages and the report on them."""
        from diagnose.read.sip.facts import facts_of

        assert self._splitter is not None, "rest() comes first"
        return facts_of(self._splitter.messages, path, excerpt=excerpt, dropped=self._splitter.dropped)
