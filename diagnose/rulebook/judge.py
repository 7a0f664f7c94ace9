"""Holds a diagnosis against what a test of a rule expects: what was expected, what came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from diagnose.model import Diagnosis, Fact
from diagnose.rulebook.testcase import TestCase


def judge(case: TestCase, diagnosis: Diagnosis) -> list[str]:
    """What in `diagnosis` is not as the test expects, each as expected and got."""
    return [failure for check in _JUDGES for failure in check(case, diagnosis)]


def _states(diagnosis: Diagnosis) -> dict[str, str]:
    states: dict[str, str] = {}
    for finding in diagnosis.findings:
        if states.get(finding.id) != "seen":
            states[finding.id] = finding.state
    return states


def _words(state: str) -> str:
    return state.replace("_", " ")


def _why(diagnosis: Diagnosis, finding: str) -> str:
    return "; ".join(f.why for f in diagnosis.findings if f.id == finding and f.why)


def _facts(case: TestCase, diagnosis: Diagnosis) -> Iterator[str]:
    for wanted in case.expect.facts:
        if not is_there(wanted, diagnosis):
            near = [f for f in diagnosis.facts if f.kind == wanted["fact"]] or diagnosis.facts
            got = "\n         ".join(_told(f) for f in near[:4])
            yield f"expected the fact {_listed(wanted)}\n     got {got or 'no fact at all'}"
    for wanted in case.expect.not_facts:
        for fact in (f for f in diagnosis.facts if _is(f, wanted)):
            yield f"expected no fact {_listed(wanted)}\n     got {_told(fact)} by {fact.signal}"


def is_there(wanted: Mapping[str, Any], diagnosis: Diagnosis) -> bool:
    """Whether a fact that a test expects came."""
    return any(_is(fact, wanted) for fact in diagnosis.facts)


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
            got = _words(states.get(finding, "nothing"))
            yield f"expected {finding} seen\n     got {got}: {_why(diagnosis, finding)}"
    for finding in expect.not_findings:
        if states.get(finding) == "seen":
            yield f"expected {finding} not to be seen\n     got seen{_derived(diagnosis, finding)}"
    for finding in expect.unknown:
        if states.get(finding, "unknown") != "unknown":
            yield f"expected {finding} unknown\n     got {_words(states[finding])}: {_why(diagnosis, finding)}"
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
                + (", ".join(f"{w.finding} {_words(w.state)} {w.weight:.1f}" for w in result.against[:4]) or "nothing")
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
