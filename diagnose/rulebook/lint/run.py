"""Runs the checks over a library: what the compiler found, what the examples say, and the checks of the whole."""

from __future__ import annotations

from collections import Counter

import msgspec

from diagnose.errors import Problem
from diagnose.rulebook.compile import compile_library
from diagnose.rulebook.library import Library
from diagnose.rulebook.lint.allow import allowed
from diagnose.rulebook.lint.check import Context, plural
from diagnose.rulebook.lint.registry import CHECKS
from diagnose.rulebook.lint.signals import WrongExample
from diagnose.rulebook.testcase import build_cases


class LintReport(msgspec.Struct, frozen=True):
    """All problems, ordered by file and line, how much was looked at, and how many warnings comments allow."""

    problems: tuple[Problem, ...]
    files: int
    documents: int
    allowed: int = 0

    def count(self, severity: str) -> int:
        """How many of the problems are `error`, `warning` or `remark`."""
        return sum(p.severity == severity for p in self.problems)

    @property
    def errors(self) -> int:
        """How many of the problems are errors."""
        return self.count("error")

    def summary(self) -> str:
        """`3 errors, 1 warning in 2 files (41 documents)`; the files are those that have problems, or all."""
        counts = Counter(p.severity for p in self.problems)
        parts = [plural(counts[s], s) for s in ("error", "warning", "remark") if counts[s] or s != "remark"]
        parts += [f"{self.allowed} allowed"] if self.allowed else []
        files = len({p.path for p in self.problems}) or self.files
        return f"{', '.join(parts)} in {plural(files, 'file')} ({plural(self.documents, 'document')})"


def lint(library: Library, *, strict: bool = False) -> LintReport:
    """Compile `library` and look for more. `strict` adds remarks: what is legal and leans one way.

    The checks of the whole need a library that compiles; while errors stand, only examples are checked. What is
    switched off is checked with the rest.
    """
    library = msgspec.structs.replace(library, off={})
    rulebook, problems = compile_library(library)
    context, accepted = Context(library, rulebook), 0
    problems += [*CHECKS[WrongExample.code].find(context), *build_cases(library)[1]]
    if not any(p.severity == "error" for p in problems):
        asked = [check for check in CHECKS.values() if strict or check.severity != "remark"]
        for check in asked:
            problems += check.find(context)
        problems, accepted = allowed(problems, library, {check.code for check in asked})
    unique = sorted(set(problems), key=lambda p: (p.path, p.line, p.column, p.code, p.message))
    return LintReport(tuple(unique), library.files, library.documents, accepted)
