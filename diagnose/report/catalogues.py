"""The catalogues of codes as one page of Markdown, generated from knowledge/codes/."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diagnose.rulebook.schema import CatalogueDoc, CodeDoc

_HEAD = """\
# Codes and what they point to

This page is generated from `knowledge/codes/`: `make docs` writes it anew. `diagnose knowledge codes CODE` looks a code
up in all catalogues. A code alone proves little: read what it does not prove as well.
"""


def markdown(catalogues: Iterable[CatalogueDoc]) -> str:
    """The page: a table of contents, then a section a catalogue with a table of its rows."""
    ordered = sorted(catalogues, key=lambda c: c.id)
    lines = [_HEAD, "| catalogue | rows | codes |", "| --- | --- | --- |"]
    lines += [f"| [`{c.id}`](#{c.id}) | {len(c.rows)} | {_cell(c.title)} |" for c in ordered]
    for catalogue in ordered:
        lines += ["", f"## {catalogue.id}", "", f"{catalogue.title}. Source: {catalogue.source}."]
        lines += ["", "| code | name | what it means | points to | does not prove |", "| --- | --- | --- | --- | --- |"]
        lines += [_row(row) for row in catalogue.rows]
    return "\n".join(lines) + "\n"


def _row(row: CodeDoc) -> str:
    points = ", ".join(f"`{cause}` {strength}" for cause, strength in row.points_to.items())
    means = f"{row.means} ({row.source})" if row.source else row.means
    return f"| `{_cell(str(row.code))}` | {_cell(row.name)} | {_cell(means)} | {points} | {_cell(row.proves_not)} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
