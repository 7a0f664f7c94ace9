"""With which words the matches of a pattern can begin, and which of them also stand at the end of longer words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from diagnose.rulebook.library import Library
from diagnose.rulebook.taken import BORDER, CLASS, OTHER, REPEAT, Item, taken_apart

SHORT = 3
"""Letters of a word that is likely to end some longer one, whether or not one is known."""
TELLING = 6
"""Characters side by side that tell enough by themselves: `no audio` is not found by accident."""
GAP = 8
"""Most repetitions of a class between two texts that still count as side by side."""
_WORD = re.compile(r"\w+")
_LETTERS = re.compile(r"[a-z]+")


class Vocabulary:
    """Words that people and programs write, out of stories and examples, by what they end in."""

    def __init__(self, library: Library) -> None:
        texts = [line for entry in library.of("story").values() if entry.model for line in entry.model.told]
        for entry in library.of("signal").values():
            if entry.model is not None:
                texts += [*entry.model.examples.match, *entry.model.examples.not_]
        self._ends: dict[str, str] = {}
        for word in sorted({w for text in texts for w in _LETTERS.findall(text.lower())}, reverse=True):
            for at in range(1, len(word) - 1):
                self._ends[word[at:]] = word

    def longer(self, word: str) -> str:
        """A longer word that ends in this one; empty when none is known."""
        return self._ends.get(word.lower(), "")


def within_words(pattern: str, vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """Words with which a match can begin inside of a longer word, each with such a word or ''.

    Only words that little follows, so that a match by accident is likely.
    """
    folded = "(?i" in pattern
    out: dict[str, str] = {}
    for word, told in _begins(pattern):
        if told > TELLING or not (folded or word.islower() or word.isdigit()):
            continue
        longer = vocabulary.longer(word)
        if longer or len(word) <= SHORT or word.isdigit():
            out[word] = longer
    return sorted(out.items())


@lru_cache(maxsize=8192)
def _begins(pattern: str) -> tuple[tuple[str, int], ...]:
    return tuple(_beginnings(taken_apart(pattern) or ()))


def _beginnings(items: Sequence[Item]) -> Iterator[tuple[str, int]]:
    """Whole words with which the items can begin without a border, each with the characters that must stand there."""
    for at, (kind, argument) in enumerate(items):
        rest = items[at + 1 :]
        match kind:
            case "text":
                word = _WORD.match(argument)
                if word and (word.end() < len(argument) or _ends_word(rest)):
                    yield word[0], _adjacent(items[at:])[0]
                return
            case "choice":
                for branch in argument:
                    yield from _beginnings([*branch, *rest])
                return
            case "group":
                yield from _beginnings([*argument, *rest])
                return
            case "repeat":
                yield from _beginnings([*argument[2], *rest])
                if argument[0]:
                    return
            case _:
                return


def _ends_word(rest: Sequence[Item]) -> bool:
    """Whether what follows a word may be something else than its next letter."""
    if not rest or rest[0][0] in (BORDER, OTHER):
        return True
    return rest[0][0] == REPEAT and rest[0][1][2][0][0] == OTHER


def _adjacent(items: Sequence[Item]) -> tuple[int, bool]:
    """Fewest characters that stand side by side from here on, and whether a gap of any text ended the count."""
    total = 0
    for kind, argument in items:
        counted, gap = _adjacent_of(kind, argument)
        total += counted
        if gap:
            return total, True
    return total, False


def _adjacent_of(kind: str, argument: Any) -> tuple[int, bool]:
    match kind:
        case "text":
            return len(argument), False
        case "border":
            return 0, False
        case "group":
            return _adjacent(argument)
        case "choice":
            found = [_adjacent(branch) for branch in argument]
            return min(n for n, _ in found), any(gap for _, gap in found)
        case "repeat":
            low, high, inner = argument
            if inner[0][0] in (OTHER, CLASS) and (high is None or high > GAP):
                return 0, True
            return _adjacent(inner) if low else (0, False)
        case _:
            return 1, False
