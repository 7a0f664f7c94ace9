"""What the readers brought: drafts, a report on every source, problems, and the names of people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from diagnose.errors import Problem
from diagnose.model import Draft, Reading, SourceReport
from diagnose.read import people, readers
from diagnose.read.anchor import Undated, date_drafts, lacking
from diagnose.read.logs.scanning import Log
from diagnose.read.opening.inputs import Input, problem

UNREAD = "unread"
"""The kind in the report of an input that was not read."""
_PARTLY = frozenset({"IN014", "IN019", "IN029", "IN030", "IN032", "IN033"})
"""Codes of problems that leave part of an input unread."""


class Gathered:
    """Takes what readers bring of one input after the other, and gives all of it as a reading."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.sources: list[SourceReport] = []
        self.problems: list[Problem] = []
        self.any_read = False
        self._undated: list[Undated] = []
        self._people: dict[str, None] = {}

    def reading(self) -> Reading:
        """All of it; stamps without a year or date get one now that the other sources are known."""
        known = _of_conversations(_together(self.drafts))
        drafts, sources = date_drafts(known, self.sources, self._undated)
        return Reading(tuple(drafts), tuple(sources), tuple(self.problems), tuple(self._people))

    def fail(self, path: str, code: str, message: str, hint: str) -> None:
        """An input that was not read at all."""
        self.problems.append(problem(path, code, f"not read: {message}", hint))
        self.sources.append(SourceReport(path=path, kind=UNREAD, why=message))

    def warn(self, path: str, code: str, message: str, hint: str) -> None:
        """Something about an input that was read nevertheless."""
        self.problems.append(problem(path, code, message, hint, severity="warning"))

    def note_unread(self, since: int) -> None:
        """A report for each problem from number `since` on that is about an input which was never handed over."""
        for p in self.problems[since:]:
            if p.severity == "error":
                self.sources.append(SourceReport(path=p.path, kind=UNREAD, why=p.message))

    def account(self, path: str, problems: int, sources: int) -> None:
        """Say in the report of an input too that it was not read to its end.

        Its problems and reports are those from these numbers on.
        """
        said = [p.message for p in self.problems[problems:] if p.path == path and p.code in _PARTLY]
        for n, report in enumerate(self.sources[sources:], sources):
            if said and report.path == path:
                why = "; ".join([*([report.why] if report.why else []), *said])
                self.sources[n] = msgspec.structs.replace(report, why=why)
                return

    def object(self, value: Any, path: str) -> tuple[list[Draft], SourceReport] | None:
        """What a reader makes of a parsed JSON value, if one claims it; the people named in it are remembered."""
        self._people.update(dict.fromkeys(people.names(value)))
        return readers.read_object(value, path)

    def people_in(self, text: str) -> None:
        """Remember the people named in JSON that a reader decodes by itself."""
        self._people.update(dict.fromkeys(people.names_in(text)))

    def log(self, log: Log, item: Input | None = None) -> None:
        """What was read of a log."""
        self.any_read = True
        self.drafts.extend(log.drafts)
        self.sources.append(log.report)
        self.problems.extend(log.problems)
        if log.lacks:
            self._undated.append(Undated(log.report.path, log.lacks, item.modified if item is not None else None))

    def found(self, found: readers.Found, item: Input | None = None) -> None:
        """What a reader that knows a shape read."""
        self.any_read = True
        self.drafts.extend(found[0])
        self.sources.append(found[1])
        lacks = lacking(found[1])
        if lacks:
            self._undated.append(Undated(found[1].path, lacks, item.modified if item is not None else None))


def _of_conversations(drafts: Sequence[Draft]) -> Sequence[Draft]:
    """The drafts; those of a SIP call get the conversation whose leg it is, where the platform names its Call-ID."""
    of = {d.fields["call_id"]: d.entities["conversation"] for d in drafts if d.kind == "sip.leg"}
    if not of:
        return drafts
    return [
        msgspec.structs.replace(d, entities={**d.entities, "conversation": of[d.entities["session"]]})
        if d.entities.get("session") in of and "conversation" not in d.entities
        else d
        for d in drafts
    ]


def _together(drafts: Sequence[Draft]) -> Sequence[Draft]:
    """The drafts with what runs of programs say only together, where there are any."""
    if not any(d.signal == "programs" for d in drafts):
        return drafts
    from diagnose.read.programs.together import together

    return together(drafts)
