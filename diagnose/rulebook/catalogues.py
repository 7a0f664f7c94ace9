"""Signals of the catalogues of codes: one pattern finds the codes of all rows, and what it found names the row.

    reads of a catalogue --signals_of--> signals --with_codes--> patterns --coded--> the facts of the rows

In a pattern `{code}` stands for the codes of the rows, and their other spellings, and `{name}` for their names; blanks,
hyphens and underscores in them may stand or be missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from diagnose.errors import Problem
from diagnose.read.signals.scan import Scanner
from diagnose.read.signals.signal import Coded, spelling
from diagnose.rulebook.literals import LEAST, required
from diagnose.rulebook.loader import Document
from diagnose.rulebook.schema import CatalogueDoc, CodeDoc, SignalDoc
from diagnose.rulebook.words import FactKind, Words

_PLACE = re.compile(r"\{(code|name)\}")
_BREAK = re.compile(r"[ _-]+")
_MAY_BREAK = "[ _-]?"
_GROUP = re.compile(r"\(\?P<row\d+>((?:[^()\\]|\\.)*)\)")
"""What `with_codes` makes of a place."""
_ESCAPE = re.compile(r"\\(.)")


def signals_of(document: Document, problems: list[Problem]) -> list[Document]:
    """The `reads` of a catalogue as signals, each called `<catalogue>.<id>`, still with `{code}` in their patterns."""
    out = []
    for i, read in enumerate(_mappings(document, "reads")):
        data = {"kind": "signal", "title": document.data.get("title", ""), "catalogue": document.name, **read}
        data["id"] = f"{document.name}.{read.get('id', i)}"
        if "fact" not in read:
            facts = [row.get("fact") or _without_fact(document, n, problems) for n, row in _read(document)]
            data["fact"] = next(filter(None, facts), "")
        out.append(document.part(data, ("reads", i), ()))
    return out


def _without_fact(document: Document, row: int, problems: list[Problem]) -> str:
    hint = "give the row `fact` and `set`, or `quiet: true` when the code is no fact"
    problems.append(document.problem(("rows", row), "R008", "neither the row nor what reads it names a fact", hint))
    return ""


def _mappings(document: Document, key: str) -> list[dict[str, Any]]:
    items = document.data.get(key)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _read(document: Document) -> list[tuple[int, dict[str, Any]]]:
    """The rows that are read, with their places."""
    return [(n, row) for n, row in enumerate(_mappings(document, "rows")) if not row.get("quiet")]


def with_codes(pattern: str, catalogue: Document) -> str:
    """The pattern with each `{code}` and `{name}` as a group of all spellings of the catalogue's rows."""
    read = [row for _, row in _read(catalogue)]
    words = {
        "code": [str(word) for row in read for word in (row.get("code", ""), *_listed(row.get("also")))],
        "name": [str(row.get("name", "")) for row in read],
    }
    count = 0

    def group(place: re.Match[str]) -> str:
        nonlocal count
        count += 1
        longest = sorted(set(words[place[1]]), key=lambda w: (-len(w), w))
        return f"(?P<row{count}>{'|'.join(_spelled(w) for w in longest if w)})"

    return _PLACE.sub(group, pattern)


def unread(catalogue: CatalogueDoc, scanner: Scanner) -> Iterator[tuple[int, str]]:
    """Rows, and each form in which they are printed, of which no signal makes a fact; a `quiet` row needs none."""
    for i, row in enumerate(catalogue.rows):
        for form in () if row.quiet else catalogue.printed:
            text = form.replace("{code}", str(row.code)).replace("{name}", row.name)
            if not scanner.hits("log", text, {}):
                yield i, text


def _listed(also: Any) -> list[Any]:
    return also if isinstance(also, list) else [] if also is None else [also]


def _spelled(word: str) -> str:
    return _MAY_BREAK.join(re.escape(part) for part in _BREAK.split(word))


def required_coded(pattern: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """As `literals.required`, of a pattern of `with_codes`: what stands around the codes, else a part of each code."""
    around = required(_GROUP.sub(r"\\d+", pattern))
    if around:
        return around
    words = {word for found in _GROUP.finditer(pattern) for word in re.split(r"(?<!\\)\|", found[1])}
    longest = {max((_ESCAPE.sub(r"\1", part) for part in word.split(_MAY_BREAK)), key=len) for word in words}
    return ((tuple(sorted(part.lower() for part in longest)),),) if min(map(len, longest)) >= LEAST else ()


def coded(
    doc: SignalDoc, catalogue: CatalogueDoc, document: Document, kind: FactKind, words: Words
) -> dict[str, Coded]:
    """By spelling the fact that each row of the catalogue gives when the signal finds it; wrong rows are problems."""
    rows = list(_read_rows(doc, catalogue, document, kind, words))
    named = {spelling(row.name): fact for row, fact in reversed(rows)}
    return named | {spelling(word): fact for row, fact in reversed(rows) for word in (str(row.code), *row.also)}


def _read_rows(
    doc: SignalDoc, catalogue: CatalogueDoc, document: Document, kind: FactKind, words: Words
) -> Iterator[tuple[CodeDoc, Coded]]:
    for i, row in enumerate(catalogue.rows):
        if row.quiet:
            continue
        own = words.fact(document, ("rows", i, "fact"), row.fact) if row.fact else kind
        if own is None:
            continue
        for key, value in row.set.items():
            field = words.field(document, ("rows", i, "set", key), own, key)
            if field is not None:
                words.value(document, ("rows", i, "set", key), field, value)
        fields = {**doc.set, **row.set} if own.id == kind.id else dict(row.set)
        yield row, Coded(own.id, str(row.code), fields)
