"""What a match must contain where there is no literal for it: the most telling part of a pattern that is a plain one.

`(?:200|OK)\\b[^;]*\\b[1-9]\\d{4,5} ?ms` has no literal to look for, but every match holds `[1-9][0-9]{4,5} ?ms`.
A fragment is made of ASCII characters and classes that logs write as they are, also in JSON, and is itself RE2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import log2
from typing import Any

import msgspec

from diagnose.rulebook.literals import KEPT
from diagnose.rulebook.patterns import refusal
from diagnose.rulebook.taken import BORDER, OTHER, TEXT, Item, taken_apart, ways_of

LEAST_BITS = 11.0
"""A fragment must tell about as much as three letters do."""
_LETTER_BITS = 4.0
_ALPHABET = 64
_MOST_REPEATS = 30
_CLASSES = {r"\d": ("0-9", 10), r"\w": ("0-9A-Za-z_", 63)}
_MEMBER = re.compile(r"(\\?[^\\])-(\\?[^\\])|\\?.", re.DOTALL)
"""One character, escape or range of a class."""
_AS_WRITTEN = re.compile(r"[ !#-%(-.0-;?-\[\]-~]")
"""Characters that JSON never writes otherwise; see `diagnose.read.signals.prefilter`."""
_STRETCH = re.compile(rf"({_AS_WRITTEN.pattern}+)|(?:(?!{_AS_WRITTEN.pattern}).)+", re.DOTALL)


class _Piece(msgspec.Struct, frozen=True):
    """A part of a pattern as RE2, and how much it tells in bits."""

    text: str
    bits: float


@lru_cache(maxsize=KEPT)
def fragments(pattern: str) -> tuple[str, ...]:
    """For each way in which the pattern can match a fragment that the text then holds; none when a way has none.

    The pattern is one that RE2 accepts. What is not known of it gives none.
    """
    items = taken_apart(pattern)
    if items is None:
        return ()
    before, branches, behind = ways_of(items)
    best = [_best([*before, *branch, *behind]) for branch in branches]
    return tuple(sorted({b.text for b in best if b})) if all(best) else ()


def _best(items: Sequence[Any]) -> _Piece | None:
    found = max(_runs(items), key=lambda p: p.bits, default=None)
    return found if found is not None and found.bits >= LEAST_BITS and not refusal(found.text) else None


def _runs(items: Sequence[Item]) -> list[_Piece]:
    """The longest plain stretches of a sequence, those inside of groups included."""
    out, run = [], _Piece("", 0.0)
    for kind, argument in _stretches(items):
        piece = _piece(kind, argument)
        if piece is not None:
            run = _Piece(run.text + piece.text, run.bits + piece.bits)
            continue
        out.append(run)
        run = _Piece("", 0.0)
        if kind == "group":
            out += _runs(argument)
        elif kind == "repeat" and argument[0] >= 1:
            out += _runs(argument[2])
    return [*out, run]


def _stretches(items: Sequence[Item]) -> Iterator[Item]:
    """The items, texts in stretches that are written as they are or not; borders left out: a match needs more."""
    for kind, argument in items:
        if kind == TEXT:
            yield from ((TEXT, found[0]) if found[1] else (OTHER, "") for found in _STRETCH.finditer(argument))
        elif kind != BORDER:
            yield kind, argument


def _piece(kind: str, argument: Any) -> _Piece | None:
    """One item of a pattern as a plain piece, or None when it is not one."""
    match kind:
        case "text":
            return _Piece(re.escape(argument), _LETTER_BITS * len(argument))
        case "class":
            return _class(argument)
        case "group":
            return _sequence(argument)
        case "repeat":
            return _repeat(*argument)
        case "choice":
            return _choice(argument)
        case _:
            return None


def _repeat(low: int, high: int | None, items: Sequence[Item]) -> _Piece | None:
    piece = _sequence(items)
    if piece is None or not piece.text or low > _MOST_REPEATS:
        return None
    top = "" if high is None or high > _MOST_REPEATS else str(high)
    return _Piece(f"(?:{piece.text}){{{low},{top}}}", piece.bits * low)


def _choice(branches: Sequence[Sequence[Item]]) -> _Piece | None:
    pieces = [piece for branch in branches if (piece := _sequence(branch)) is not None]
    if len(pieces) < len(branches):
        return None
    bits = min(p.bits for p in pieces) - log2(len(pieces))
    return _Piece(f"(?:{'|'.join(p.text for p in pieces)})", max(0.0, bits))


def _sequence(items: Sequence[Item]) -> _Piece | None:
    pieces = [_piece(kind, argument) for kind, argument in _stretches(items)]
    if None in pieces:
        return None
    return _Piece("".join(p.text for p in pieces if p), sum(p.bits for p in pieces if p))


def _class(written: str) -> _Piece | None:
    """A class, as it is written in the pattern, of characters that are all written as they are in every format."""
    if written.startswith("[^") or "[:" in written:
        return None
    text, size = "", 0
    for member in _MEMBER.finditer(written[1:-1] if written[0] == "[" else written):
        if member[0] in _CLASSES:
            more, number = _CLASSES[member[0]]
        elif member[1]:
            first, last = member[1][-1], member[2][-1]
            if not all(_AS_WRITTEN.fullmatch(chr(c)) for c in range(ord(first), min(ord(last), 200) + 1)):
                return None
            more, number = f"{re.escape(first)}-{re.escape(last)}", ord(last) - ord(first) + 1
        elif _AS_WRITTEN.fullmatch(member[0][-1]) and not member[0][1:].isalnum():
            more, number = re.escape(member[0][-1]), 1
        else:
            return None
        text, size = text + more, size + number
    return _Piece(f"[{text}]", max(0.0, log2(_ALPHABET / size)))
