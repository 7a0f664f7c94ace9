"""Drafts and readings for tests of normalising."""

from __future__ import annotations

from typing import Any

from diagnose.model import Draft, Place, Reading, SourceReport

BASE = 1_930_392_000_000
"""2031-03-04 12:00 UTC in ms."""


def draft(kind: str = "tcp.failure", at: float | None = 0, path: str = "edge.log", **more: Any) -> Draft:
    """A draft `at` seconds after noon; `line` and `excerpt` go to its place."""
    when = None if at is None else BASE + round(at * 1000)
    place = Place(path, more.pop("line", 1), None, more.pop("excerpt", ""))
    source = more.pop("source", "edge.log")
    more.setdefault("fields", {"outcome": "reset"})
    return Draft(kind, source, place, start=when, end=more.pop("end", when), **more)


def report(path: str = "edge.log", kind: str = "edge.log", **more: Any) -> SourceReport:
    """A source report."""
    return SourceReport(path=path, kind=kind, **more)


def reading(*drafts: Draft, sources: tuple[SourceReport, ...] = ()) -> Reading:
    """A reading of these drafts."""
    return Reading(drafts, sources)
