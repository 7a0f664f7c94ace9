"""What a match must contain where there is no literal for it: the most telling part of a pattern that is a plain one.

`(?:200|OK)\\b[^;]*\\b[1-9]\\d{4,5} ?ms` has no literal to look for, but every match holds `[1-9][0-9]{4,5} ?ms`.
A fragment is made of ASCII characters and classes that logs write as they are, also in JSON, and is itself RE2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import log2
from typing import Any

import msgspec

from diagnose.rulebook.literals import parsed, ways_of
from diagnose.rulebook.patterns import refusal

LEAST_BITS = 11.0
"""A fragment must tell about as much as three letters do."""
_LETTER_BITS = 4.0
_ALPHABET = 64
_MOST_REPEATS = 30
_CLASSES = {"CATEGORY_DIGIT": "0-9", "CATEGORY_WORD": "0-9A-Za-z_"}
_SIZES = {"CATEGORY_DIGIT": 10, "CATEGORY_WORD": 63}
_AS_WRITTEN = re.compile(r"[ !#-%(-.0-;?-\[\]-~]")
"""Characters that JSON never writes otherwise; see `diagnose.read.signals.prefilter`."""


class _Piece(msgspec.Struct, frozen=True):
    """A part of a pattern as RE2, and how much it tells in bits."""

    text: str
    bits: float


def fragments(pattern: str) -> tuple[str, ...]:
    """For each way in which the pattern can match a fragment that the text then holds; none when a way has none.

    The pattern is one that RE2 accepts. What Python's parser of patterns does not know gives none.
    """
    items = parsed(pattern)
    if items is None:
        return ()
    best = [_best(way) for way in ways_of(items)]
    return tuple(sorted({b.text for b in best if b})) if all(best) else ()


def _best(items: Sequence[Any]) -> _Piece | None:
    found = max(_runs(items), key=lambda p: p.bits, default=None)
    return found if found is not None and found.bits >= LEAST_BITS and not refusal(found.text) else None


def _runs(items: Sequence[Any]) -> list[_Piece]:
    """The longest plain stretches of a sequence, those inside of groups included."""
    out, run = [], _Piece("", 0.0)
    for operation, argument in items:
        piece = _piece(str(operation), argument)
        if piece is not None:
            run = _Piece(run.text + piece.text, run.bits + piece.bits)
            continue
        out.append(run)
        run = _Piece("", 0.0)
        if str(operation) == "SUBPATTERN":
            out += _runs(argument[-1])
        elif str(operation) in {"MAX_REPEAT", "MIN_REPEAT"} and argument[0] >= 1:
            out += _runs(argument[2])
    return [*out, run]


def _piece(operation: str, argument: Any) -> _Piece | None:
    """One item of a pattern as a plain piece, or None when it is not one. Borders are left out: a match needs more."""
    match operation:
        case "LITERAL" if _AS_WRITTEN.fullmatch(chr(argument)):
            return _Piece(re.escape(chr(argument)), _LETTER_BITS)
        case "AT":
            return _Piece("", 0.0)
        case "IN":
            return _class(argument)
        case "SUBPATTERN":
            return _sequence(argument[-1])
        case "MAX_REPEAT" | "MIN_REPEAT":
            return _repeat(*argument)
        case "BRANCH":
            return _branch(argument[1])
        case _:
            return None


def _repeat(low: int, high: int, items: Sequence[Any]) -> _Piece | None:
    piece = _sequence(items)
    if piece is None or not piece.text or low > _MOST_REPEATS:
        return None
    top = "" if int(high) > _MOST_REPEATS else str(int(high))
    return _Piece(f"(?:{piece.text}){{{low},{top}}}", piece.bits * low)


def _branch(branches: Sequence[Sequence[Any]]) -> _Piece | None:
    pieces = [piece for branch in branches if (piece := _sequence(branch)) is not None]
    if len(pieces) < len(branches):
        return None
    bits = min(p.bits for p in pieces) - log2(len(pieces))
    return _Piece(f"(?:{'|'.join(p.text for p in pieces)})", max(0.0, bits))


def _sequence(items: Sequence[Any]) -> _Piece | None:
    pieces = [_piece(str(operation), argument) for operation, argument in items]
    if None in pieces:
        return None
    return _Piece("".join(p.text for p in pieces if p), sum(p.bits for p in pieces if p))


def _class(items: Sequence[Any]) -> _Piece | None:
    """A class of characters that are all written as they are."""
    text, size = "", 0
    for operation, argument in items:
        match str(operation):
            case "LITERAL" if _AS_WRITTEN.fullmatch(chr(argument)):
                text, size = text + re.escape(chr(argument)), size + 1
            case "RANGE" if all(_AS_WRITTEN.fullmatch(chr(c)) for c in range(argument[0], min(argument[1], 200) + 1)):
                text += f"{re.escape(chr(argument[0]))}-{re.escape(chr(argument[1]))}"
                size += argument[1] - argument[0] + 1
            case "CATEGORY" if str(argument) in _CLASSES:
                text, size = text + _CLASSES[str(argument)], size + _SIZES[str(argument)]
            case _:
                return None
    return _Piece(f"[{text}]", max(0.0, log2(_ALPHABET / size)))
