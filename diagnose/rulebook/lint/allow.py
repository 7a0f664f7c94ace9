"""Warnings that an author has looked at and accepts, each by a comment in its line that says why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set

from diagnose.errors import Problem
from diagnose.rulebook.library import Library
from diagnose.rulebook.lint.check import Check
from diagnose.rulebook.loader import Mark, Source

_COMMENT = re.compile(r"(?:^|\s)# allow (R\d{3}(?:, ?R\d{3})*): *\S")


class IdleAllowance(Check):
    """A comment allows a warning that is not there."""

    code = "R073"
    severity = "warning"
    why = "It would hide the next one of this kind at its place; errors cannot be allowed at all."
    way_out = "Remove the comment, or put it at the end of the line that the warning names."
    wrong = "kind: remedy  # allow R054: a comment\nid: demo-own\ntitle: Own\ndoes: removes\nsteps: [x]\n"
    mend = ("  # allow R054: a comment", "")


def allowed(problems: Iterable[Problem], library: Library, looked_for: Set[str]) -> tuple[list[Problem], int]:
    """The problems without those that a comment in their line allows, and how many these are.

    Comments that allow nothing, of the codes that were `looked_for`, come in as problems.
    """
    left, used = list[Problem](), set[tuple[str, int, str]]()
    for problem in problems:
        if problem.severity != "error" and problem.code in _codes(problem.excerpt):
            used.add((problem.path, problem.line, problem.code))
        else:
            left.append(problem)
    return [*left, *_idle(library, used, looked_for)], len(used)


def _codes(line: str) -> list[str]:
    found = _COMMENT.search(line)
    return re.findall(r"R\d{3}", found[1]) if found else []


def _idle(library: Library, used: Set[tuple[str, int, str]], looked_for: Set[str]) -> Iterator[Problem]:
    for source in _sources(library):
        for number, line in enumerate(source.lines, 1):
            for code in _codes(line) if "# allow R" in line else ():
                if code in looked_for and (source.path, number, code) not in used:
                    column = line.index("# allow R") + 1
                    mark = Mark(source, number, column, len(line) - column + 1)
                    message = f"there is no {code} here to allow"
                    yield mark.problem(IdleAllowance.code, message, "remove the comment", IdleAllowance.severity)


def _sources(library: Library) -> list[Source]:
    entries = (entry for kind in library.entries.values() for entry in kind.values())
    sources = {id(root.source): root.source for entry in entries for root in entry.document.roots}
    return list(sources.values())
