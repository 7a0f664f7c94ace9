"""How old and how quiet a connection was when it closed, told from what else the log says of its session.

Few programs log it, and it is what tells a middlebox that drops quiet connections (always after the same time)
from a server that goes away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from diagnose.model import Draft
from diagnose.read.logs.rows import Broken, JsonRow, TextRow

CLOSES = "ws.close"
MOST_SESSIONS = 100_000
"""Sessions that are followed at once; those seen first are forgotten beyond it."""
MOST_LOOKED_UP = 1_000
"""Closed sessions that are looked up in a large log."""

Look = Callable[[Sequence[str]], Iterable[JsonRow | TextRow | Broken]]
"""From texts to the rows of a log that hold one of them, in order."""


class Sessions:
    """First and last record of every session of one log, in ms."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, int]] = {}

    def note(self, session: str | None, ms: int | None, drafts: Iterable[Draft]) -> list[Draft]:
        """Take one record and the drafts made of it; closes among them get `age_s` and `quiet_s` where they lack them.

        After a close a session begins anew: what follows under the same id is another connection.
        """
        made = list(drafts)
        if session is None or ms is None:
            return made
        first, last = self._seen.get(session, (ms, ms))
        if any(d.kind == CLOSES for d in made):
            self._seen.pop(session, None)
            return [_aged(d, ms - first, ms - last) for d in made]
        self._seen[session] = (first, ms)
        if len(self._seen) > MOST_SESSIONS:
            del self._seen[next(iter(self._seen))]
        return made


def look_back(drafts: list[Draft], look: Look) -> None:
    """Give the closes of a log their ages where most of its records were passed over when it was read.

    Once the closes are known, `look` finds the records of their sessions. With more than `MOST_LOOKED_UP` of them all
    stay without, since some ages without the others would tilt the picture.
    """
    at: dict[int | None, list[int]] = {}
    for number, draft in enumerate(drafts):
        if draft.kind == CLOSES and draft.entities.get("session"):
            at.setdefault(draft.place.line, []).append(number)
    names = {drafts[n].entities["session"] for numbers in at.values() for n in numbers}
    if not names or len(names) > MOST_LOOKED_UP:
        return
    last, sessions = max(line or 0 for line in at), Sessions()
    for row in look(sorted(names)):
        if isinstance(row, Broken):
            continue
        if row.line > last:
            return
        when, numbers = row.when(), at.get(row.line, [])
        aged = sessions.note(row.session(), when[0] if when is not None else None, [drafts[n] for n in numbers])
        for number, draft in zip(numbers, aged, strict=True):
            drafts[number] = draft


def _aged(draft: Draft, age: int, quiet: int) -> Draft:
    if draft.kind != CLOSES or age <= 0 or quiet < 0:
        return draft
    return msgspec.structs.replace(draft, fields={"age_s": age / 1000, "quiet_s": quiet / 1000, **draft.fields})
