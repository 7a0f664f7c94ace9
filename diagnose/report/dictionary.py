"""The fact dictionary as one page of Markdown, generated from knowledge/facts.yaml."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diagnose.rulebook.words import FactKind, Field

_HEAD = """\
# The facts that rules may speak of

This page is generated from `knowledge/facts.yaml`: `make docs` writes it anew.

Every fact carries a time (an instant or an interval, with how far its clock may be off), the place it was read at, and
entities: edge, site, conversation, session, trunk, bot, node, host, flow, user. What is denied ("no drops on the
firewall") is a fact too. `diagnose facts PATH...` prints the facts in evidence of your own.
"""


def markdown(kinds: Iterable[FactKind]) -> str:
    """The page: a table of contents, then a section a kind with its fields and the sources that show it."""
    ordered = sorted(kinds, key=lambda k: k.id)
    lines = [_HEAD, "| kind | what it says |", "| --- | --- |"]
    lines += [f"| [`{k.id}`](#{k.id.replace('.', '')}) | {k.title} |" for k in ordered]
    for kind in ordered:
        lines += ["", f"## {kind.id}", "", f"{kind.title}."]
        lines += ["", " ".join(kind.note.split())] if kind.note else []
        if kind.fields:
            lines += ["", "| field | type | values, unit, note |", "| --- | --- | --- |"]
            lines += [f"| `{name}` | {field.type} | {_about(field)} |" for name, field in kind.fields.items()]
        lines += ["", f"Shown by: {', '.join(kind.sources)}."]
    return "\n".join(lines) + "\n"


def _about(field: Field) -> str:
    parts = [", ".join(f"`{v}`" for v in field.values), field.unit, field.note]
    return "; ".join(p for p in parts if p).replace("|", "\\|")
