"""Runs the tests of rules: every test on every engine, and the engines must agree.

What turns evidence into a diagnosis is handed in (`Runner`), so that rules know nothing of the pipeline.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from time import perf_counter
from typing import Any, Literal, Protocol

import msgspec

from diagnose.errors import RulebookError, UsageError
from diagnose.model import Diagnosis, Evidence, Fact
from diagnose.rulebook.compile import compile_library
from diagnose.rulebook.compiled import CompiledRulebook
from diagnose.rulebook.coverage import Coverage, measure
from diagnose.rulebook.library import Library
from diagnose.rulebook.mutants import Verdict, hunt
from diagnose.rulebook.nearmiss import near_misses
from diagnose.rulebook.testcase import TestCase, build_cases, evidence_of, named_by

ENGINES = ("reference", "durable")
Status = Literal["passed", "failed", "known gap", "gap closed"]


class Runner(Protocol):
    """The two steps of the pipeline that a test needs; `diagnose.pipeline` as a module is one."""

    def infer_evidence(self, book: CompiledRulebook, evidence: Evidence, *, engine: str) -> Diagnosis:
        """From evidence to a diagnosis by the named engine."""

    def read_text(self, book: CompiledRulebook, texts: Mapping[str, str]) -> Evidence:
        """From texts by source kind to evidence."""


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
            yield from (f"    {line}" for told in (*result.failures, *result.near) for line in told.splitlines())
        count = {s: sum(r.status == s for r in self.results) for s in ("passed", "failed", "known gap", "gap closed")}
        parts = [f"{n} {status}" for status, n in count.items() if n or status == "passed"]
        yield f"{', '.join(parts)} on {' and '.join(self.engines)}"
        if self.left_out:
            yield f"{self.left_out} left out: they expect something of what a pack disables"
        for more in (self.coverage, self.mutants):
            if more is not None:
                yield ""
                yield from more.lines()


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
    near = tuple(near_misses(case, rulebook.program, evidence, first)) if status == "failed" else ()
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


def judge(case: TestCase, diagnosis: Diagnosis) -> list[str]:
    """What in `diagnosis` is not as the test expects, each as expected and got."""
    return [failure for check in _JUDGES for failure in check(case, diagnosis)]


def _states(diagnosis: Diagnosis) -> dict[str, str]:
    states: dict[str, str] = {}
    for finding in diagnosis.findings:
        if states.get(finding.id) != "seen":
            states[finding.id] = finding.state
    return states


def _why(diagnosis: Diagnosis, finding: str) -> str:
    return "; ".join(f.why for f in diagnosis.findings if f.id == finding and f.why)


def _facts(case: TestCase, diagnosis: Diagnosis) -> Iterator[str]:
    for wanted in case.expect.facts:
        if not any(_is(fact, wanted) for fact in diagnosis.facts):
            near = [f for f in diagnosis.facts if f.kind == wanted["fact"]] or diagnosis.facts
            got = "\n         ".join(_told(f) for f in near[:4])
            yield f"expected the fact {_listed(wanted)}\n     got {got or 'no fact at all'}"
    for wanted in case.expect.not_facts:
        for fact in (f for f in diagnosis.facts if _is(f, wanted)):
            yield f"expected no fact {_listed(wanted)}\n     got {_told(fact)} by {fact.signal}"


def _is(fact: Fact, wanted: Mapping[str, Any]) -> bool:
    own = {"fact": fact.kind, "denied": fact.polarity == "denied", **fact.fields, **fact.entities}
    return all(own.get(key) == value for key, value in wanted.items())


def _listed(fields: Mapping[str, Any]) -> str:
    return f"{fields['fact']} {', '.join(f'{k}={v}' for k, v in fields.items() if k != 'fact')}".rstrip()


def _told(fact: Fact) -> str:
    return _listed({"fact": fact.kind, **fact.fields, **fact.entities})


def _findings(case: TestCase, diagnosis: Diagnosis) -> Iterator[str]:
    states = _states(diagnosis)
    expect = case.expect
    for finding in expect.findings:
        if states.get(finding) != "seen":
            yield f"expected {finding} seen\n     got {states.get(finding, 'nothing')}: {_why(diagnosis, finding)}"
    for finding in expect.not_findings:
        if states.get(finding) == "seen":
            yield f"expected {finding} not to be seen\n     got seen{_derived(diagnosis, finding)}"
    for finding in expect.unknown:
        if states.get(finding, "unknown") != "unknown":
            yield f"expected {finding} unknown\n     got {states[finding]}: {_why(diagnosis, finding)}"
    for finding, text in expect.why_not.items():
        if text not in _why(diagnosis, finding):
            got = _why(diagnosis, finding) or f"the finding is {states.get(finding)}"
            yield f"expected of {finding} why not: {text}\n     got {got}"
    if case.doc.strict:
        extra = sorted(f for f, s in states.items() if s == "seen" and f not in expect.findings)
        if extra:
            yield f"expected nothing but {', '.join(expect.findings)} (strict)\n     got {', '.join(extra)} as well"


def _derived(diagnosis: Diagnosis, finding: str) -> str:
    for result in diagnosis.findings:
        if result.id == finding and result.derivation:
            return f" by {result.derivation[0].rule} from {', '.join(result.facts[:6])}"
    return ""


def _causes(case: TestCase, diagnosis: Diagnosis) -> Iterator[str]:
    expect, ranked = case.expect, diagnosis.causes
    table = (
        ", ".join(f"{c.id} {c.probability:.2f}" for c in ranked[:4]) + f", none of these {diagnosis.none_of_these:.2f}"
    )
    first = ranked[0] if ranked else None
    wanted = expect.cause
    if wanted is not None:
        second = max((c.probability for c in ranked[1:2]), default=0.0)
        lead = max(second, diagnosis.none_of_these)
        if first is None or first.id != wanted.is_:
            yield f"expected cause {wanted.is_}\n     got {table}{_against(diagnosis, wanted.is_)}"
        elif first.probability < wanted.at_least:
            yield f"expected {first.id} with at least {wanted.at_least:g}\n     got {table}"
        elif first.probability - lead < wanted.margin:
            yield f"expected {first.id} to lead by {wanted.margin:g}\n     got {table}"
    for cause in expect.not_causes:
        if first is not None and first.id == cause:
            yield f"expected another cause than {cause}\n     got {table}"


def _against(diagnosis: Diagnosis, cause: str) -> str:
    for result in diagnosis.causes:
        if result.id == cause:
            if result.excluded_by:
                return f"\n     {cause} is ruled out by {result.excluded_by}"
            return (
                "\n     "
                + f"{cause} has {result.probability:.2f}; against it: "
                + (", ".join(f"{w.finding} {w.state} {w.weight:.1f}" for w in result.against[:4]) or "nothing")
            )
    return ""


def _advice(case: TestCase, diagnosis: Diagnosis) -> Iterator[str]:
    expect = case.expect
    remedies = [r.id for r in diagnosis.remedies]
    questions = [q.id for q in diagnosis.next_questions]
    for wanted, got, what in (
        (expect.first_remedy, remedies, "first remedy"), (expect.next_question, questions, "next question")
    ):  # fmt: skip
        if wanted is not None and got[:1] != [wanted]:
            yield f"expected {what} {wanted}\n     got {', '.join(got[:3]) or 'none'}"
    if expect.verdict is not None and diagnosis.verdict != expect.verdict:
        yield f"expected the verdict {expect.verdict}\n     got {diagnosis.verdict}"


_JUDGES: tuple[Callable[[TestCase, Diagnosis], Iterable[str]], ...] = (_facts, _findings, _causes, _advice)
