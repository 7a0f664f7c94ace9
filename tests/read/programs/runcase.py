"""Facts of a program's output, as tests want them."""

from __future__ import annotations

from typing import Any

from diagnose.read import programs


def facts(text: str, kind: str | None = None) -> list[dict[str, Any]]:
    """The fields of the facts in a text that the reader claims, of one kind where it is given."""
    assert programs.claims_text(text)
    drafts, report = programs.read_text(text, "x.txt")
    assert report.facts == len(drafts)
    return [d.fields for d in drafts if kind in (None, d.kind)]


def fact(text: str, kind: str) -> dict[str, Any]:
    """The fields of the one fact of a kind in a text."""
    (only,) = facts(text, kind)
    return only


def part(fields: dict[str, Any], *names: str) -> tuple[Any, ...]:
    """Some fields, None where one is not there."""
    return tuple(fields.get(name) for name in names)
