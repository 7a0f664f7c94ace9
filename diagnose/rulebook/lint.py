"""What the compiler lets pass and a rule author should know: a registry of small checks over the whole library.

Errors are wrong examples of signals; the rest are warnings, and remarks (`info`) on what is legal but leans
one way. `CODES` (in codes.py) says what each code means.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations

import msgspec

from diagnose.errors import Problem
from diagnose.infer import words
from diagnose.infer.program import FINDING, CauseDef, Program
from diagnose.read.signals.prefilter import searchable
from diagnose.read.signals.scan import Scanner, kinds_of
from diagnose.read.signals.signal import LOG_KINDS
from diagnose.rulebook.catalogues import unread
from diagnose.rulebook.codes import CODES
from diagnose.rulebook.compile import compile_library
from diagnose.rulebook.compiled import CompiledRulebook
from diagnose.rulebook.library import Entry, Library
from diagnose.rulebook.loader import Where
from diagnose.rulebook.patterns import compiled as pattern
from diagnose.rulebook.patterns import refusal
from diagnose.rulebook.schema import CatalogueDoc, SignalDoc, TestDoc
from diagnose.rulebook.testcase import build_cases

__all__ = ["CODES", "LintReport", "lint", "remarks"]

TELLS_APART = 0.2
"""Two causes are told apart by a finding when their likelihoods of it differ by at least this."""
NO_REMEDY_NEEDED = ("normal.", "unknown.")

Check = Callable[[Library, CompiledRulebook], Iterator[Problem]]
_CHECKS: list[Check] = []


def _check(function: Check) -> Check:
    _CHECKS.append(function)
    return function


class LintReport(msgspec.Struct, frozen=True):
    """All problems, ordered by file and line, and how much was looked at."""

    problems: tuple[Problem, ...]
    files: int
    documents: int

    @property
    def errors(self) -> int:
        """How many of the problems are errors."""
        return sum(p.severity == "error" for p in self.problems)

    def summary(self) -> str:
        """`3 errors, 1 warning in 2 files (41 documents)`; the files are those that have problems, or all."""
        counts = Counter(p.severity for p in self.problems)
        parts = [_plural(counts[s], s) for s in ("error", "warning", "remark") if counts[s] or s != "remark"]
        files = len({p.path for p in self.problems}) or self.files
        return f"{', '.join(parts)} in {_plural(files, 'file')} ({_plural(self.documents, 'document')})"


def _plural(number: int, word: str) -> str:
    return f"{number} {word}" + ("" if number == 1 else "s")


def lint(library: Library, *, strict: bool = False) -> LintReport:
    """Compile `library` and look for more. `strict` adds remarks: findings that no test sees, lopsided evidence.

    The checks of the whole need a library that compiles; while errors stand, only examples are checked.
    """
    rulebook, problems = compile_library(library)
    problems += [*_examples(library, rulebook), *build_cases(library)[1]]
    if not any(p.severity == "error" for p in problems):
        for check in _CHECKS:
            problems += check(library, rulebook)
        if strict:
            problems += remarks(library, rulebook)
    unique = sorted(set(problems), key=lambda p: (p.path, p.line, p.column, p.code, p.message))
    return LintReport(tuple(unique), library.files, library.documents)


def _warn(entry: Entry, place: Where, code: str, message: str, hint: str = "", severity: str = "warning") -> Problem:
    return entry.document.problem(place, code, message, hint, severity=severity)


def _examples(library: Library, _: CompiledRulebook) -> Iterator[Problem]:
    """Examples of signals, run through RE2."""
    for entry in library.of("signal").values():
        doc = entry.model
        if not isinstance(doc, SignalDoc) or doc.match is None or refusal(doc.match):
            continue
        found = pattern(doc.match)
        for side, texts, wanted in (("match", doc.examples.match, True), ("not", doc.examples.not_, False)):
            for i, text in enumerate(texts):
                if (found.search(text) is not None) != wanted:
                    verb = "does not match" if wanted else "matches"
                    message = f"signal '{doc.id}' {verb} its example {text!r}"
                    yield entry.document.problem(
                        ("examples", side, i), "R041", message, "change the pattern or the example"
                    )


def _used_findings(rulebook: CompiledRulebook) -> set[str]:
    program = rulebook.program
    used = {a.kind.removeprefix(FINDING) for a in program.alphas if a.kind.startswith(FINDING)}
    used |= {link.finding for c in program.causes for link in c.links}
    return used | {f for c in program.causes for f in c.rules_out} | {words.FINDING}


@_check
def _slow_signals(library: Library, rulebook: CompiledRulebook) -> Iterator[Problem]:
    """Signals of logs that keep the reader from passing over the lines of a large log."""
    for signal in rulebook.signals:
        if any(kinds_of(kind).intersection(signal.sources) for kind in LOG_KINDS) and not searchable(signal):
            entry = library.of("signal")[signal.id]
            message = f"signal '{signal.id}' has no word in common among its matches, so large logs are read slowly"
            hint = "give each alternative a word of three letters or more, or name fewer sources in `from`"
            yield _warn(entry, ("match",) if signal.match is not None else ("where",), "R051", message, hint)


@_check
def _unread_codes(library: Library, rulebook: CompiledRulebook) -> Iterator[Problem]:
    """Rows of catalogues that a log prints and no signal reads."""
    scanner = Scanner(rulebook.signals)
    for name, entry in library.of("catalogue").items():
        for i, text in unread(entry.model, scanner) if isinstance(entry.model, CatalogueDoc) else ():
            message = f"no signal reads a code of '{name}' where a log says {text!r}"
            hint = "let the catalogue's `reads` find it, or say `quiet: true` where the code is no fact"
            yield _warn(entry, ("rows", i, "code"), "R052", message, hint)


@_check
def _unused_findings(library: Library, rulebook: CompiledRulebook) -> Iterator[Problem]:
    used = _used_findings(rulebook)
    for name, entry in library.of("finding").items():
        if name not in used:
            yield _warn(
                entry, ("id",), "R042", f"no cause and no finding uses '{name}'", "add it to a cause's `explains`"
            )


@_check
def _unused_remedies(library: Library, rulebook: CompiledRulebook) -> Iterator[Problem]:
    used = {fix.remedy for c in rulebook.program.causes for fix in c.remedies}
    for name, entry in library.of("remedy").items():
        if name not in used:
            yield _warn(entry, ("id",), "R043", f"no cause uses remedy '{name}'", "add it to a cause's `remedies`")


@_check
def _unused_questions(library: Library, rulebook: CompiledRulebook) -> Iterator[Problem]:
    used = _used_findings(rulebook)
    for name, entry in library.of("question").items():
        if entry.model is not None and entry.model.asks not in used:
            yield _warn(entry, ("asks",), "R050", f"'{name}' asks for '{entry.model.asks}', which no cause weighs")


@_check
def _without_remedy(library: Library, rulebook: CompiledRulebook) -> Iterator[Problem]:
    for cause in rulebook.program.causes:
        if not cause.remedies and not cause.id.startswith(NO_REMEDY_NEEDED):
            entry = library.of("cause")[cause.id]
            yield _warn(entry, ("id",), "R045", f"cause '{cause.id}' has no remedy", "add `remedies: [...]`")


@_check
def _priors(library: Library, rulebook: CompiledRulebook) -> Iterator[Problem]:
    causes = rulebook.program.causes
    total = sum(c.prior for c in causes)
    if total > 1.0 + 1e-6:
        entry = library.of("cause")[max(causes, key=lambda c: c.prior).id]
        yield _warn(
            entry,
            ("prior",),
            "R049",
            f"the priors of all {len(causes)} causes sum to {total:.2f}",
            "this is the largest",
        )


@_check
def _inseparable(library: Library, rulebook: CompiledRulebook) -> Iterator[Problem]:
    program = rulebook.program
    for first, second in combinations(program.causes, 2):
        if not _separating(program, first, second):
            entry = library.of("cause")[second.id]
            message = f"no finding tells '{first.id}' and '{second.id}' apart"
            yield _warn(
                entry, ("explains",), "R046", message, "add a finding that one of them makes likely and the other not"
            )


def _separating(program: Program, first: CauseDef, second: CauseDef) -> list[str]:
    """Findings whose likelihood under two causes differs enough; a cause without a link has the background rate."""
    background = {f.id: f.background for f in program.findings}
    left, right = ({link.finding: link.p for link in c.links} for c in (first, second))
    names = sorted((set(left) | set(right)) & set(background))
    return [f for f in names if abs(left.get(f, background[f]) - right.get(f, background[f])) >= TELLS_APART]


def remarks(library: Library, rulebook: CompiledRulebook) -> Iterator[Problem]:
    """What is legal and worth a thought: findings that no test sees, findings that weigh on one cause only."""
    expected = _expected_findings(entry.model for entry in library.of("test").values())
    for name, entry in library.of("finding").items():
        if name not in expected:
            yield _warn(entry, ("id",), "R044", f"no test expects '{name}' to be seen", severity="remark")
    weighs: dict[str, list[str]] = defaultdict(list)
    for cause in rulebook.program.causes:
        for link in cause.links:
            weighs[link.finding].append(cause.id)
    for finding, causes in sorted(weighs.items()):
        if len(causes) == 1 and len(rulebook.program.causes) > 1:
            entry = library.of("finding")[finding]
            message = f"'{finding}' weighs on '{causes[0]}' and is blank on all other causes"
            yield _warn(entry, ("id",), "R047", message, "say on its rivals how rarely they show it", "remark")


def _expected_findings(models: Iterable[object]) -> set[str]:
    return {f for doc in models if isinstance(doc, TestDoc) for f in doc.expect.findings}
