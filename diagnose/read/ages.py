"""How old and how quiet a connection was when it closed, told from what else the log says of its session.

Few programs log it, and it is what tells a middlebox that drops quiet connections (always after the same time)
from a server that goes away.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from diagnose.model import Draft

CLOSES = "ws.close"
MOST_SESSIONS = 100_000
"""Sessions that are followed at once; those seen first are forgotten beyond it."""


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


def _aged(draft: Draft, age: int, quiet: int) -> Draft:
    if draft.kind != CLOSES or age <= 0 or quiet < 0:
        return draft
    return msgspec.structs.replace(draft, fields={"age_s": age / 1000, "quiet_s": quiet / 1000, **draft.fields})
