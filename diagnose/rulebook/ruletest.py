"""Runs the tests of rules: every test on every engine, and the engines must agree.

What turns evidence into a diagnosis is handed in (`Runner`), so that rules know nothing of the pipeline.
"""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from time import perf_counter
from typing import Literal, Protocol

import msgspec

from diagnose.errors import RulebookError, UsageError
from diagnose.infer.near import Condition
from diagnose.model import Diagnosis, Evidence
from diagnose.rulebook.compile import compile_library
from diagnose.rulebook.compiled import CompiledRulebook
from diagnose.rulebook.coverage import Coverage, measure
from diagnose.rulebook.judge import is_there, judge
from diagnose.rulebook.library import Library
from diagnose.rulebook.mutants import Verdict, hunt
from diagnose.rulebook.nearmiss import near_misses, near_texts
from diagnose.rulebook.testcase import TestCase, build_cases, evidence_of, named_by

ENGINES = ("reference", "durable")
WIDTH = 80
Status = Literal["passed", "failed", "known gap", "gap closed"]


class Runner(Protocol):
    """The steps of the pipeline that a test needs; `diagnose.pipeline` as a module is one."""

    def infer_evidence(self, book: CompiledRulebook, evidence: Evidence, *, engine: str) -> Diagnosis:
        """From evidence to a diagnosis by the named engine."""

    def read_text(self, book: CompiledRulebook, texts: Mapping[str, str]) -> Evidence:
        """From texts by source kind to evidence."""

    def near_signals(
        self, book: CompiledRulebook, texts: Mapping[str, str], kind: str
    ) -> Sequence[tuple[str, Sequence[Condition]]]:
        """The signals that make facts of `kind` and came nearest in the texts, with their conditions."""


class TestResult(msgspec.Struct, frozen=True):
    """What became of one test: where it stands, its status, and per failure what was expected and what came.

    `near` tells of each finding that did not come how near it was; `seconds` is how long the test took.
    """

    __test__ = False
    name: str
    place: str
    status: Status
    failures: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    seconds: float = 0.0


class Ran(msgspec.Struct, frozen=True):
    """One test that ran: its result, the evidence, the diagnosis of the first engine, the engines that really ran."""

    case: TestCase
    result: TestResult
    evidence: Evidence
    diagnosis: Diagnosis
    engines: tuple[str, ...]


class Outcome(msgspec.Struct, frozen=True):
    """All results, the engines that really ran; where asked for, what the tests reach and which mutants they miss."""

    results: tuple[TestResult, ...]
    engines: tuple[str, ...]
    coverage: Coverage | None = None
    mutants: Verdict | None = None
    left_out: int = 0

    @property
    def exit_code(self) -> int:
        """1 when a test failed, else 0."""
        return int(any(r.status == "failed" for r in self.results))

    def lines(self) -> Iterator[str]:
        """What to print: failures in full, gaps in a line each, a summary."""
        for result in self.results:
            if result.status == "passed":
                continue
            yield f"{result.place}  {result.status}: {result.name}"
            for told in (*result.failures, *result.near):
                for line in told.splitlines():
                    yield from _wrapped(f"    {line}")
        count = {s: sum(r.status == s for r in self.results) for s in ("passed", "failed", "known gap", "gap closed")}
        parts = [f"{n} {status}" for status, n in count.items() if n or status == "passed"]
        yield ", ".join(parts) + (f" on {' and '.join(self.engines)}" if self.engines else "")
        if self.left_out:
            yield f"{self.left_out} left out: they expect something of what a pack disables"
        for more in (self.coverage, self.mutants):
            if more is not None:
                yield ""
                yield from more.lines()


def _wrapped(line: str) -> list[str]:
    """A line in at most `WIDTH` columns, what is carried over set in further than it."""
    if len(line) <= WIDTH:
        return [line]
    lead = " " * (len(line) - len(line.lstrip()))
    return textwrap.wrap(
        line.lstrip(), WIDTH, initial_indent=lead, subsequent_indent=f"{lead}         ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def run_tests(
    library: Library,
    runner: Runner,
    pattern: str | None = None,
    engines: Sequence[str] = ENGINES,
    *,
    coverage: bool = False,
    mutants: bool = False,
    saved: Sequence[str] = (),
    tick: Callable[[str], None] | None = None,
) -> Outcome:
    """Run the tests whose name or file matches `pattern` (a regular expression; all without one).

    With `coverage` what they reach is measured, with `mutants` (slow: some evidence for every part of every test)
    whether they notice evidence that is spoilt; both by the first engine. When there are `saved` files, only the tests
    run that stand in one of them, in its pack, or expect something of a document in it. `tick` is told how far it is.

    Raises RulebookError when a rule or a test is wrong, UsageError when nothing is selected or `pattern` is malformed.
    """
    rulebook, problems = compile_library(library)
    cases, more = build_cases(library)
    errors = [p for p in [*problems, *more] if p.severity == "error"]
    if errors:
        raise RulebookError(errors)
    chosen = _chosen(cases, pattern)
    able = [c for c in chosen if not any((kind, name) in library.off for _, name, kind in named_by(c.expect))]
    left_out, chosen = len(chosen) - len(able), able
    if saved:
        chosen = touched(chosen, library, saved) or chosen
    ran = []
    for number, case in enumerate(chosen, 1):
        if tick is not None:
            tick(f"test {number} of {len(chosen)}: {case.name}")
        ran.append(run_case(case, rulebook, runner, engines))
    labels = list(dict.fromkeys(label for r in ran for label in r.engines))
    passed = [r for r in ran if r.result.status == "passed"]

    def notices(case: TestCase, evidence: Evidence) -> bool:
        if tick is not None:
            tick(f"mutants of: {case.name}")
        return bool(judge(case, runner.infer_evidence(rulebook, evidence, engine=engines[0])))

    return Outcome(
        tuple(r.result for r in ran),
        tuple(labels),
        measure(rulebook.program, ((r.case, r.diagnosis) for r in passed)) if coverage else None,
        hunt(rulebook.program, ((r.case, r.evidence, r.diagnosis) for r in passed), notices) if mutants else None,
        left_out,
    )


def _chosen(cases: Sequence[TestCase], pattern: str | None) -> list[TestCase]:
    try:
        wanted = re.compile(pattern or "", re.IGNORECASE)
    except re.error as error:
        raise UsageError(f"--run {pattern}: not a regular expression: {error}") from None
    chosen = [c for c in cases if wanted.search(c.name) or wanted.search(c.path)]
    if not chosen:
        if not cases:
            raise UsageError("there are no tests; write documents with `kind: test`")
        raise UsageError(f"--run {pattern}: none of the {len(cases)} tests has this in its name or file")
    return chosen


def touched(cases: Sequence[TestCase], library: Library, saved: Iterable[str]) -> list[TestCase]:
    """The tests in the files `saved` or below their folders, and those that expect something of a document there."""
    paths = set(saved)
    folders = tuple(os.path.join(os.path.dirname(p), "") for p in paths if os.path.dirname(p))
    changed = {
        (kind, name)
        for kind in ("finding", "cause", "remedy", "question")
        for name, entry in library.of(kind).items()
        if entry.document.start.source.path in paths
    }
    return [
        case
        for case in cases
        if case.path in paths
        or case.path.startswith(folders)
        or any((kind, name) in changed for _, name, kind in named_by(case.expect))
    ]


def run_case(case: TestCase, rulebook: CompiledRulebook, runner: Runner, engines: Sequence[str] = ENGINES) -> Ran:
    """Run one test on `engines`, which must agree."""
    started = perf_counter()
    evidence = evidence_of(case, lambda texts: runner.read_text(rulebook, texts))
    failures: list[str] = []
    diagnoses = {e: runner.infer_evidence(rulebook, evidence, engine=e) for e in engines}
    first = diagnoses[engines[0]]
    failures += judge(case, first)
    for name, other in list(diagnoses.items())[1:]:
        failures += _disagreement(first, other, engines[0], name)
    status: Status = "failed" if failures else "passed"
    if case.doc.known_gap is not None:
        status = "known gap" if failures else "gap closed"
        failures = [f"known gap: {case.doc.known_gap}" if failures else "it passes now: drop `known_gap`"]
    near: tuple[str, ...] = ()
    if status == "failed":
        missing = dict.fromkeys(wanted["fact"] for wanted in case.expect.facts if not is_there(wanted, first))
        signals = [s for kind in missing for s in runner.near_signals(rulebook, case.text, kind) if case.text]
        near = (*near_misses(case, rulebook.program, evidence, first), *near_texts(signals))
    took = perf_counter() - started
    result = TestResult(case.name, f"{case.path}:{case.line}", status, tuple(failures), near, took)
    return Ran(case, result, evidence, first, tuple(d.generated_by.engine for d in diagnoses.values()))


def _disagreement(first: Diagnosis, other: Diagnosis, name: str, other_name: str) -> list[str]:
    for left, right in zip(first.findings, other.findings, strict=False):
        if left != right:
            return [f"the engines disagree on {left.id}\n{name}: {left}\n{other_name}: {right}"]
    if len(first.findings) != len(other.findings) or first.causes != other.causes:
        return [f"the engines {name} and {other_name} disagree on the findings or causes"]
    return []
