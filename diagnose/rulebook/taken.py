"""Patterns taken apart, as far as it takes to see what every match must hold.

Only patterns that RE2 has accepted come here. A part that is not looked into (`.`, `\\pL`, `\\x41`, letters that are
not ASCII) is `OTHER`, so what is not known here is never taken for something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import zip_longest
from math import inf
from typing import Any

TEXT, BORDER, CLASS, GROUP, REPEAT, CHOICE, OTHER = "text", "border", "class", "group", "repeat", "choice", "other"
"""What an item is. Its argument: the text itself; nothing; the class as it is written; the items of a group that
captures; (least, most or None, items); the items of each alternative; nothing."""

Item = tuple[str, Any]

MOST = 64
"""Most alternatives that are told apart; beyond them looking costs more than it saves."""

_TOKEN = re.compile(
    r"[^\\.\[(){|*+?^$)\x80-\U0010ffff]+"  # text; what follows an opening brace is text, too, unless it repeats
    r"|\\(?:[pP](?:\{[^}]*\}|.)|x(?:\{[^}]*\}|..)|[0-7]{1,3}|.)"
    r"|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]"
    r"|\((?:\?(?:P?<\w+>|[a-zA-Z-]+\)|[a-zA-Z-]*:))?"
    r"|(?:\{\d+(?:,\d*)?\}|[*+?])\??"
    r"|.",
    re.DOTALL,
)
_ITEMS: dict[str, Item] = {
    **dict.fromkeys(("^", "$", r"\b", r"\B", r"\A", r"\z"), (BORDER, "")),
    **dict.fromkeys((".", r"\s", r"\S", r"\D", r"\W"), (OTHER, "")),
    r"\d": (CLASS, r"\d"),
    r"\w": (CLASS, r"\w"),
}
_QUOTE = r"\Q"
_NAMED = re.compile(r"\(\?P?<(\w+)>")
_UNICODE = re.compile(r"\\[pP]|\[:")
"""Classes of Unicode: hundreds of instructions each."""
_INSTRUCTIONS = 20
"""Most that one character or class becomes: a class that excludes some is many ranges of bytes."""
_REPEATS = re.compile(r"[*+?]|\{\d+")


@lru_cache(maxsize=1)
def taken_apart(pattern: str) -> list[Item] | None:
    """The items of a pattern, or None when it quotes a stretch of text (`\\Q`), which this does not know.

    Kept until the next one, since literals and fragments of a pattern are asked for one after the other.
    """
    above: list[tuple[list[list[Item]], list[Item], bool]] = []
    done: list[list[Item]] = []
    items: list[Item] = []
    tokens = _TOKEN.findall(pattern)
    for token, behind in zip_longest(tokens, tokens[1:], fillvalue=""):
        match token[0]:
            case "|":
                done.append(items)
                items = []
            case "(":
                if token[-1] != ")":  # flags alone change no literal: all are compared in lower case
                    above.append((done, items, token[-1] != ":"))
                    done, items = [], []
            case ")":
                inner = _chosen(done, items)
                done, items, captures = above.pop()
                if captures or _REPEATS.match(behind):
                    items.append((GROUP, inner))
                else:
                    items += inner
            case "*" | "+" | "?":
                _repeat(items, *_TIMES[token[0]])
            case "{" if len(token) > 1:
                low, comma, high = token.rstrip("?")[1:-1].partition(",")
                _repeat(items, int(low), int(high) if high else None if comma else int(low))
            case "[":
                items.append((CLASS, token))
            case _ if token == _QUOTE:
                return None
            case _:
                items.append(_ITEMS.get(token) or _item(token))
    return _chosen(done, items)


_TIMES = {"*": (0, None), "+": (1, None), "?": (0, 1)}


def _item(token: str) -> Item:
    """A text or an escape."""
    text = token[1:] if token[0] == "\\" else token
    return (OTHER, "") if not token.isascii() or (text != token and text[0].isalnum()) else (TEXT, text)


def _repeat(items: list[Item], low: int, high: int | None) -> None:
    """Put the last item under a repetition: of a text its last character."""
    kind, argument = items.pop()
    if kind == TEXT and len(argument) > 1:
        items.append((TEXT, argument[:-1]))
        argument = argument[-1]
    items.append((REPEAT, (low, high, [(kind, argument)])))


def _chosen(done: list[list[Item]], last: list[Item]) -> list[Item]:
    """The alternatives that were read as the items that they come to."""
    if not done:
        return last
    branches = [*done, last]
    if all(len(b) == 1 and b[0][0] == TEXT and len(b[0][1]) == 1 for b in branches):
        return [(CLASS, f"[{''.join(re.escape(b[0][1]) for b in branches)}]")]
    return [(CHOICE, branches)]


@lru_cache(maxsize=8192)
def groups(pattern: str) -> frozenset[str]:
    """Names of the named groups of a pattern."""
    return frozenset(found[1] for token in _TOKEN.findall(pattern) if (found := _NAMED.match(token)))


def size(pattern: str) -> float:
    """How many instructions RE2 makes of a pattern at most; without end where that is not known."""
    items = taken_apart(pattern)
    return inf if items is None or _UNICODE.search(pattern) else _size(items)


def _size(items: Iterable[Item]) -> int:
    total = 0
    for kind, argument in items:
        if kind == REPEAT:
            low, high, repeated = argument
            total += max(high or 0, low + 1) * (_size(repeated) + 1)
        elif kind == GROUP:
            total += _size(argument) + 2
        elif kind == CHOICE:
            total += sum(map(_size, argument)) + len(argument)
        else:
            total += _INSTRUCTIONS * (len(argument) if kind == TEXT else 1)
    return total


def ways_of(items: list[Item]) -> tuple[list[Item], list[list[Item]], list[Item]]:
    """What stands before the first choice, its alternatives, and what stands behind it; one empty one without choice.

    So each alternative can keep all of its own literals.
    """
    for at, (kind, argument) in enumerate(items):
        if kind == CHOICE and len(argument) <= MOST:
            return items[:at], argument, items[at + 1 :]
    return items, [[]], []
