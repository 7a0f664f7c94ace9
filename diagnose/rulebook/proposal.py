"""A signal proposed from pasted log lines, with the reasons, examples and a test."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from diagnose.errors import UsageError
from diagnose.model import ENTITY_KEYS
from diagnose.read.logs import lines
from diagnose.read.logs.kinds import log_kind
from diagnose.read.logs.rows import Broken, JsonRow, TextRow, json_rows, text_rows
from diagnose.read.logs.vocabulary import entity_keys
from diagnose.read.signals.signal import SOURCE_KINDS
from diagnose.rulebook.library import Library
from diagnose.rulebook.likeness import Examples, Guess, said
from diagnose.rulebook.opposite import near_miss
from diagnose.rulebook.patterns import compiled
from diagnose.rulebook.template import EMPTY, NUMBERS, Piece, alike, cut, merged, pattern, words
from diagnose.rulebook.words import Field, nearest

FEW = "'{}' has too few words for a pattern; give one with --match"


class Line(msgspec.Struct, frozen=True):
    """A pasted line: as it was, its message without stamp and header, the fields that the reader found."""

    raw: str
    message: str
    text: str
    fields: dict[str, Any]


class Taken(msgspec.Struct, frozen=True):
    """A variable of the line: what stands for it, the field of the fact that takes it (or none), and why."""

    text: str
    field: str
    why: str


class Proposal(msgspec.Struct, frozen=True):
    """A proposed signal, from lines of one form.

    `guesses` are the facts it may be, the chosen one first; none where the author said which.
    """

    lines: tuple[Line, ...]
    source: str
    source_why: str
    fact: str
    guesses: tuple[Guess, ...]
    taken: tuple[Taken, ...]
    signal: dict[str, Any]


class Wishes(msgspec.Struct, frozen=True):
    """What the author says himself: id, title, kind of fact, source kind, constant fields, lines it must not match."""

    id: str = ""
    title: str = ""
    fact: str = ""
    source: str = ""
    set: dict[str, Any] = {}
    nots: tuple[str, ...] = ()
    match: str = ""


def read_lines(text: str) -> list[Line]:
    """The pasted text as the log readers take it: stamp, header, level and logger taken off."""
    numbered = [(n, raw) for n, raw in enumerate(text.splitlines(), 1) if raw.strip()]
    rows = json_rows(numbered) if any(raw.lstrip().startswith("{") for _, raw in numbered) else None
    return [
        _line(row)
        for row in (rows if rows is not None else text_rows(numbered, sparse=True))
        if not isinstance(row, Broken)
    ]


def _line(row: JsonRow | TextRow) -> Line:
    record, text = row.record(), row.text()
    message = text
    if isinstance(row, TextRow) and text == record.message:
        message = _told(record.fields, text) or text[lines.message_start(text, stamped=row.stamp is not None) :]
    return Line(row.raw, message, text, record.fields)


def _told(fields: Mapping[str, Any], text: str) -> str:
    """The message of a line of pairs, where it has words and stands in the text as it is."""
    values = (fields.get(name) for name in ("msg", "message", "event", "text"))
    return next((v for v in values if isinstance(v, str) and v != text and v in text and len(v.split()) > 1), "")


def forms(found: Sequence[Line]) -> list[tuple[tuple[Line, ...], tuple[Piece, ...]]]:
    """The lines by their form, each form with the pieces that it is made of."""
    groups: list[tuple[list[Line], tuple[Piece, ...]]] = []
    for line in found:
        pieces = cut(line.message)
        for i, (members, form) in enumerate(groups):
            if alike(form, pieces):
                members.append(line)
                groups[i] = (members, merged(form, pieces))
                break
        else:
            groups.append(([line], pieces))
    return [(tuple(members), form) for members, form in groups]


def propose(
    members: tuple[Line, ...], pieces: tuple[Piece, ...], library: Library, examples: Examples, wishes: Wishes
) -> Proposal:
    """A signal for lines of one form. Raises UsageError when it has no words, or nothing tells which fact it is."""
    said_words = words(pieces)
    if len(said_words) < 2 and not wishes.match:
        raise UsageError(FEW.format(members[0].raw[:60]))
    if wishes.source and wishes.source not in SOURCE_KINDS:
        raise UsageError(f"unknown source kind '{wishes.source}'  {nearest(wishes.source, SOURCE_KINDS)}".rstrip())
    source, why = (wishes.source, "as you said") if wishes.source else _source(members)
    guesses = examples.guesses(members[0].message, source)
    fact = wishes.fact or (guesses[0].fact if guesses else "")
    if fact not in library.facts:
        raise UsageError(_unknown(fact, library))
    chosen = [g for g in guesses if g.fact == fact]
    kind = library.facts[fact]
    constant = {**(chosen[0].set if chosen else said(kind, members[0].message, {})), **wishes.set}
    named, taken = _fields(pieces, members[0], kind.fields, constant)
    match = wishes.match or pattern(pieces, lambda i: named.get(i, ""))
    if match == EMPTY:
        raise UsageError(FEW.format(members[0].raw[:60]))
    take = {field: name for field, name in ((n, n) for n in named.values()) if f"(?P<{name}>" in match}
    texts = list(dict.fromkeys(line.message.split("\n", 1)[0].strip() for line in members))
    nots = list(wishes.nots) or near_miss(texts[0], said_words, compiled(match).search)
    signal = {
        "kind": "signal",
        "id": wishes.id or _identity(fact, said_words),
        "title": wishes.title or _title(pieces),
        "from": [source],
        "match": match,
        "fact": fact,
        "set": {k: v for k, v in constant.items() if k not in take},
        "take": take,
        "examples": {"match": texts, "not": nots},
    }
    signal = {k: v for k, v in signal.items() if v not in ({}, "")}
    ranked = () if wishes.fact else tuple(guesses)
    return Proposal(members, source, why, fact, ranked, tuple(taken), signal)


def _unknown(fact: str, library: Library) -> str:
    if not fact:
        return "no known signal is like this line; say which fact it is with --fact (diagnose knowledge facts)"
    return f"unknown fact '{fact}'  {nearest(fact, library.facts, 'facts: diagnose knowledge facts')}"


def _source(members: Sequence[Line]) -> tuple[str, str]:
    found = log_kind((line.fields, line.text) for line in members)
    component = str(members[0].fields.get("component") or "")
    if found == "log":
        return found, "nothing tells whose log it is, so every log"
    by_component = component and log_kind([({"component": component}, "")]) == found
    return found, f"by the component '{component}'" if by_component else "by the wording"


def _identity(fact: str, said_words: Sequence[str]) -> str:
    telling = [w for w in said_words if len(w) > 3 and w.isascii()] or [w for w in said_words if w.isascii()]
    return f"{fact.split('.', maxsplit=1)[0]}.{'_'.join(telling[:4]) or 'line'}"


def _title(pieces: Sequence[Piece]) -> str:
    text = "".join("..." if p.kind else p.text for p in pieces).strip()
    return re.sub(r"\s+", " ", text[:1].upper() + text[1:])[:90]


def _fields(
    pieces: Sequence[Piece], line: Line, fields: Mapping[str, Field], constant: Mapping[str, Any]
) -> tuple[dict[int, str], list[Taken]]:
    """Per number of a piece the field that takes it, and what is told of every variable."""
    free = {name: field for name, field in fields.items() if name not in constant}
    named: dict[int, str] = {}
    taken: list[Taken] = []
    for i, piece in enumerate(pieces):
        if not piece.kind:
            continue
        field, why = _field(piece, line, free)
        if field in named.values():
            field, why = "", f"'{field}' is taken already"
        if field:
            named[i] = field
        taken.append(Taken(piece.text, field, why))
    return named, taken


def _field(piece: Piece, line: Line, free: Mapping[str, Field]) -> tuple[str, str]:
    """The field or entity key that takes a variable, or an empty text, and why."""
    entity = _entity(piece)
    if entity and f"{piece.key}={piece.text}".lower() in line.text.lower():
        return "", f"the reader takes the {entity} of a pair by itself"
    for name, field in free.items():
        if _fits(piece, field) and (name == piece.key or name in _OTHER_NAMES.get(piece.key, ())):
            return name, f"'{piece.key}' stands before it"
    if piece.unit:
        same = [name for name, field in free.items() if field.unit == piece.unit]
        if len(same) == 1:
            return same[0], f"the only field in {piece.unit}"
    if entity:
        return entity, f"'{piece.key}' stands before it" if entity != "edge" else "it is named like an Edge"
    by_kind = [n for n in _BY_KIND.get(piece.kind, ()) if n in free and _fits(piece, free[n])]
    if by_kind:
        return by_kind[0], f"a {piece.kind}"
    if piece.kind == "code":
        return "", "no field takes it, so it stays as it is: it says what happened"
    return "", "no field of the fact takes it"


_OTHER_NAMES = {
    "status": ("code",), "error": ("code",), "err": ("code", "error"), "errno": ("code",), "rc": ("code",),
    "cause": ("code", "reason"), "peer": ("remote", "address", "target"), "to": ("target", "host", "address"),
    "reason": ("reason", "error", "detail"), "message": ("error", "detail", "reason"),
}  # fmt: skip
_BY_KIND = {"quoted": ("reason", "error", "detail", "text"), "code": ("code",), "url": ("target", "url")}
_NEAR_ENTITIES = {
    "call": "conversation", "conversation": "conversation", "conv": "conversation", "session": "session",
    "stream": "session", "trunk": "trunk", "edge": "edge", "node": "node", "site": "site", "bot": "bot",
}  # fmt: skip


def _entity(piece: Piece) -> str:
    if piece.kind in NUMBERS or piece.kind in ("code", "quoted", "time", "address", "url", "path"):
        return ""
    if re.search(r"(?i)(?:^|[-_])edge(?:$|[-_\d])", piece.text):
        return "edge"
    if piece.key in _NEAR_ENTITIES:
        return _NEAR_ENTITIES[piece.key]
    found = entity_keys((piece.key,)) if piece.key else ()
    return next((key for key, _ in found if key in ENTITY_KEYS), "")


def _fits(piece: Piece, field: Field) -> bool:
    numeric = piece.kind in NUMBERS or piece.kind == "code"
    if field.type in ("number", "integer"):
        return numeric and (not piece.unit or not field.unit or field.unit == piece.unit)
    return field.type == "text"
