"""The catalogues of codes as one page of Markdown, generated from knowledge/codes/."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diagnose.rulebook.schema import CatalogueDoc, CodeDoc

_HEAD = """\
# Codes and what they point to

This page is generated from `knowledge/codes/`: `make docs` writes it anew. `diagnose knowledge codes CODE` looks a code
up in all catalogues. A code alone proves little: read what it does not prove as well. Where it says (unchecked), the
row was written from memory and not compared with its source, nor with a program or a package that holds the codes.
`read` counts the rows that signals find in logs and tickets; codes of records are read by the readers of these records.
"""


def markdown(catalogues: Iterable[CatalogueDoc]) -> str:
    """The page: a table of contents, then a section a catalogue with a table of its rows."""
    ordered = sorted(catalogues, key=lambda c: c.id)
    lines = [_HEAD, "| catalogue | rows | read | codes |", "| --- | --- | --- | --- |"]
    lines += [f"| [`{c.id}`](#{c.id}) | {len(c.rows)} | {_read(c)} | {_cell(c.title)} |" for c in ordered]
    for catalogue in ordered:
        lines += ["", f"## {catalogue.id}", "", f"{catalogue.title}. Source: {_source(catalogue)}."]
        lines += ["", "| code | name | what it means | points to | does not prove |", "| --- | --- | --- | --- | --- |"]
        lines += [_row(row, catalogue.checked) for row in catalogue.rows]
    return "\n".join(lines) + "\n"


def _read(catalogue: CatalogueDoc) -> int | str:
    return sum(not row.quiet for row in catalogue.rows) if catalogue.printed else ""


def _source(catalogue: CatalogueDoc) -> str:
    return catalogue.source if catalogue.checked else f"{catalogue.source} (unchecked)"


def _row(row: CodeDoc, checked: bool) -> str:
    points = ", ".join(f"`{cause}` {strength}" for cause, strength in row.points_to.items())
    means = f"{row.means} ({row.source})" if row.source else row.means
    means += " (unchecked)" if checked and row.checked is False else ""
    return f"| `{_cell(str(row.code))}` | {_cell(row.name)} | {_cell(means)} | {points} | {_cell(row.proves_not)} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
