"""One class per check: what it is called, why it matters, an example with its way out, how it looks, what it mends.

Checks whose mistakes show while documents are loaded and compiled have no `find` of their own: the loader, the models
and the compiler report under their codes. The rest look at the whole library once it compiles.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import ClassVar

import msgspec

from diagnose.errors import Problem
from diagnose.rulebook.compiled import CompiledRulebook
from diagnose.rulebook.library import Entry, Library
from diagnose.rulebook.loader import Where
from diagnose.rulebook.words import suggestion

CHECKS: dict[str, Check] = {}
"""Code to check; each class adds itself."""

SURE = 0.75
"""How alike a misspelt word and the known one must be, of 1, for a fix to put one for the other."""


class Context(msgspec.Struct, frozen=True):
    """What checks look at: the documents, and what they compile to."""

    library: Library
    rulebook: CompiledRulebook


class Check:
    """One kind of mistake; the docstring of a class is its `title`, one sentence that says what is wrong.

    `code` never changes its meaning. `wrong` is a document with the mistake, and `mend` the part of it to replace and
    what to put there. `fixable` says what a fix does, empty when there is none. `severity` is `error`, `warning` or
    `remark`; remarks are looked for only when asked.
    """

    code: ClassVar[str]
    title: ClassVar[str] = ""
    severity: ClassVar[str] = "error"
    why: ClassVar[str]
    way_out: ClassVar[str]
    wrong: ClassVar[str]
    mend: ClassVar[tuple[str, str]] = ("", "")
    fixable: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        if "code" in cls.__dict__:
            if cls.code in CHECKS:
                raise ValueError(f"{cls.code} is the code of two checks")
            cls.title = (cls.__doc__ or cls.code).strip()
            CHECKS[cls.code] = cls()

    @property
    def right(self) -> str:
        """The example with the mistake mended."""
        return self.wrong.replace(*self.mend)

    def find(self, context: Context) -> Iterator[Problem]:
        """The problems of this kind in a library that compiles."""
        return iter(())

    def fix(self, problem: Problem, lines: Sequence[str]) -> dict[int, str]:
        """By number, from 1, the lines of the file that change and their new text; none where no change is safe."""
        return {}

    def problem(self, entry: Entry, place: Where, message: str, hint: str = "") -> Problem:
        """A problem of this kind at a place of a document."""
        return entry.document.problem(place, self.code, message, hint, severity=self.severity)


class Misspelt(Check):
    """A word that must be one of a known list; a fix puts the known word that is surely meant."""

    fixable = "puts the known word in the place of one that is nearly it"

    def fix(self, problem: Problem, lines: Sequence[str]) -> dict[int, str]:
        """The line with the word that the hint names, where it is much like what stands there."""
        line = lines[problem.line - 1]
        start = problem.column - 1
        written = line[start : start + problem.width]
        word, meant = written.strip("'\""), suggestion(problem.hint)
        alike = difflib.SequenceMatcher(None, word, meant).ratio() if meant else 0
        if not meant or alike < SURE or f"'{word}'" not in problem.message:
            return {}
        return {problem.line: line[:start] + written.replace(word, meant) + line[start + len(written) :]}


def plural(number: int, word: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {word}" + ("" if number == 1 else "s")
