"""What packs add to the readers of logs: names of fields (kind `log-fields`), forms of lines (kind `log-lines`)."""

from __future__ import annotations

from collections.abc import Sequence

from diagnose.errors import Problem
from diagnose.model import ENTITY_KEYS
from diagnose.read.logs.vocabulary import LineShape, Vocabulary, built_in, joined, plain
from diagnose.read.signals.signal import SOURCE_KINDS
from diagnose.rulebook.loader import Document, Where
from diagnose.rulebook.patterns import compiled, refusal
from diagnose.rulebook.schema import LineShapeDoc, LogFieldsDoc, LogLinesDoc
from diagnose.rulebook.shape import validate
from diagnose.rulebook.words import nearest

TABLES = ("log-fields", "log-lines")
"""Kinds of documents that are no rules and tell the readers how logs look."""


def log_tables(documents: Sequence[Document], problems: list[Problem]) -> Vocabulary:
    """What `documents` say that the product's own tables, which may be among them, do not."""
    if not documents:
        return Vocabulary()
    own = built_in()
    forms = {shape.id: shape for shape in own.lines}
    found = Vocabulary()
    for document in documents:
        model, wrong = validate(document)
        problems += wrong
        if isinstance(model, LogFieldsDoc):
            found = joined(found, _fields(document, model, own, problems))
        elif isinstance(model, LogLinesDoc):
            found = joined(found, Vocabulary(lines=_lines(document, model, forms, problems)))
    return found


def _fields(document: Document, doc: LogFieldsDoc, own: Vocabulary, problems: list[Problem]) -> Vocabulary:
    for key in doc.entities:
        if key not in ENTITY_KEYS:
            hint = nearest(key, ENTITY_KEYS)
            problems.append(document.problem(("entities", key), "R032", f"unknown entity '{key}'", hint, key=True))
    new = []
    for given, known in ((doc.fields, own.fields), (doc.entities, own.entities)):
        names = {k: tuple(n for n in map(plain, words) if n not in known.get(k, ())) for k, words in given.items()}
        new.append({k: words for k, words in names.items() if words})
    levels = {k: table for k, table in doc.levels.items() if own.levels.get(k) != table}
    return Vocabulary(new[0], new[1], levels)


def _lines(
    document: Document, doc: LogLinesDoc, forms: dict[str, LineShape], problems: list[Problem]
) -> tuple[LineShape, ...]:
    out = []
    for i, row in enumerate(doc.lines):
        place: Where = ("lines", i)
        shape = LineShape(row.id, row.match, tuple(row.has), row.source, row.whole)
        if forms.setdefault(row.id, shape) != shape:
            hint = "choose another id, one with the pack's name before it"
            problems.append(document.problem((*place, "id"), "R018", f"form of line '{row.id}' is defined twice", hint))
        elif shape is forms[row.id]:
            problems += _mistakes(document, place, row)
            out.append(shape)
    return tuple(out)


def _mistakes(document: Document, place: Where, row: LineShapeDoc) -> list[Problem]:
    """What is wrong with a form of line: its pattern, its kind of source, its examples."""
    refused = refusal(row.match)
    if refused:
        return [document.problem((*place, "match"), "R023", refused)]
    out = []
    if row.source and row.source not in SOURCE_KINDS:
        hint = nearest(row.source, SOURCE_KINDS)
        out.append(document.problem((*place, "source"), "R015", f"unknown source kind '{row.source}'", hint))
    pattern = compiled(row.match)
    for i, line in enumerate(row.examples):
        missing = next((f"has no {text!r} in" for text in row.has if text not in line), "")
        if missing or pattern.search(line) is None:
            message = f"form '{row.id}' {missing or 'does not match'} its example {line!r}"
            hint = "change the pattern, `has` or the example"
            out.append(document.problem((*place, "examples", i), "R041", message, hint))
    return out
