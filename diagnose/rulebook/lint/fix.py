"""Safe fixes: lines of files are changed where a check is sure what is meant, and nothing else of the file.

Every fix is tried first: where it makes a problem that was not there before, it is not made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from diagnose.errors import Problem
from diagnose.rulebook.files import RuleFile
from diagnose.rulebook.lint.loading import Tab
from diagnose.rulebook.lint.registry import CHECKS
from diagnose.rulebook.lint.run import LintReport

_BROUGHT_ABOUT = frozenset({"R002", "R004", "R018", "R041"})
"""Kinds of problems that a wrong fix makes elsewhere: broken YAML, what stands twice, examples that fail."""
_MARK = "\ufeff"
ROUNDS = 10
"""Most rounds: mending a tab may show what stood behind it."""


class Fixed(msgspec.Struct, frozen=True):
    """One line that was changed: the problem that it mends, the line before and after."""

    problem: Problem
    line: int
    before: str
    after: str

    def lines(self) -> list[str]:
        """As it is printed: the place and the code, then the old and the new line, tabs as `\\t`."""
        head = f"fixed {self.problem.path}:{self.line}  {self.problem.code} {self.problem.message}"
        before, after = (line.rstrip().replace("\t", "\\t") for line in (self.before, self.after))
        return [head, f"    - {before}", f"    + {after}"]


def fix(
    files: Sequence[RuleFile], own: Iterable[str], check: Callable[[Sequence[RuleFile]], LintReport]
) -> tuple[list[RuleFile], LintReport, list[Fixed]]:
    """Mend what is safe in those of `files` whose names are in `own`; nothing is written.

    Gives all files as they are then, what is still wrong with them, and what was done.
    """
    mine, left_out = frozenset(own), set[Problem]()
    current, report = list(files), check(files)
    done: list[Fixed] = []
    for _ in range(ROUNDS):
        edits = _edits(current, mine, [p for p in report.problems if p not in left_out])
        if not edits:
            break
        tried = [_edited(file, edits.get(file.shown, ())) for file in current]
        after = check(tried)
        worse = _worse(report, after, edits)
        if worse:
            left_out |= {fixed.problem for path in worse for fixed in edits[path]}
            continue
        done += [fixed for path in sorted(edits) for fixed in edits[path]]
        current, report = tried, after
    return current, report, done


def _edits(files: Iterable[RuleFile], own: frozenset[str], problems: Iterable[Problem]) -> dict[str, list[Fixed]]:
    """By file the lines that change, each line by one problem at most."""
    texts = {file.shown: _lines(file) for file in files if file.shown in own}
    out: dict[str, dict[int, Fixed]] = {}
    for problem in problems:
        lines = [line.rstrip("\r\n") for line in texts.get(problem.path, ())]
        if problem.code in CHECKS and 0 < problem.line <= len(lines):
            changed = out.setdefault(problem.path, {})
            for number, text in CHECKS[problem.code].fix(problem, lines).items():
                if number not in changed and text != lines[number - 1]:
                    changed[number] = Fixed(problem, number, lines[number - 1], text)
    return {path: [changed[n] for n in sorted(changed)] for path, changed in out.items() if changed}


def _lines(file: RuleFile) -> list[str]:
    """The lines of a file with their ends, without a byte order mark; none when it is not UTF-8."""
    try:
        return file.raw.decode("utf-8-sig").splitlines(keepends=True)
    except UnicodeDecodeError:
        return []


def _edited(file: RuleFile, fixes: Iterable[Fixed]) -> RuleFile:
    lines = _lines(file)
    for fixed in fixes:
        old = lines[fixed.line - 1]
        lines[fixed.line - 1] = fixed.after + old[len(old.rstrip("\r\n")) :]
    mark = _MARK if file.raw.startswith(_MARK.encode()) else ""
    return msgspec.structs.replace(file, raw=(mark + "".join(lines)).encode()) if lines else file


def _worse(before: LintReport, after: LintReport, edits: Mapping[str, Sequence[Fixed]]) -> set[str]:
    """Edited files with a new problem that an edit made: one in a changed line, or of a kind that edits bring about.

    Where a tab is gone, the document can be read at last, and what is wrong with it was there before.
    """
    known = {(p.path, p.code, p.message) for p in before.problems}
    changed = {(path, f.line) for path, fixes in edits.items() for f in fixes if f.problem.code != Tab.code}
    return {
        p.path
        for p in after.problems
        if p.path in edits
        and (p.path, p.code, p.message) not in known
        and (p.code in _BROUGHT_ABOUT or (p.path, p.line) in changed)
    }
