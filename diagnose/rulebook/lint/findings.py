"""Findings: mistakes that the compiler finds in them, and findings that nothing uses, tests or can ever see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from diagnose.errors import Problem
from diagnose.infer import words
from diagnose.infer.program import FINDING, Program
from diagnose.rulebook.lint.check import Check, Context
from diagnose.rulebook.lint.reach import unreachable
from diagnose.rulebook.schema import TestDoc

_FINDING = "kind: finding\nid: demo.own\ntitle: Own\n"
_MATCH = "match: {down: {fact: link.state}, cut: {fact: ws.close}}\n"


class Unjoined(Check):
    """A time window spans facts that no join ties together."""

    code = "R025"
    why = "Without a join the flap of one Edge and the reset of another, far away, would be taken together."
    way_out = "Add a `join` over the entity that they share; `join: {}` says that any may meet."
    wrong = _FINDING + _MATCH + "sequence: {after: down, then: cut, within: 30s}\n"
    mend = ("sequence:", "join: {edge: [down, cut]}\nsequence:")


class FindingCircle(Check):
    """Findings are built on each other in a circle."""

    code = "R026"
    why = "None of them could ever be the first."
    way_out = "Cut one of the references that the message shows: match facts there instead."
    wrong = (
        "kind: finding\nid: demo.first\ntitle: First\nall: [demo.second]\n---\n"
        "kind: finding\nid: demo.second\ntitle: Second\nall: [demo.first]\n"
    )
    mend = ("all: [demo.first]", "match: {x: {fact: ws.close}}")


class MatchesNothing(Check):
    """A rule matches nothing in particular: it lacks `match`, `any`, `all` or conditions."""

    code = "R028"
    why = "It would be seen always or never."
    way_out = "Say what it matches: of each alias exactly one of `fact` and `finding`."
    wrong = _FINDING
    mend = ("title: Own\n", "title: Own\nmatch: {x: {fact: ws.close}}\n")


class StepCircle(Check):
    """The steps of a sequence contradict each other."""

    code = "R029"
    why = "Nothing comes both before and after another thing."
    way_out = "Turn or drop one of the steps."
    wrong = _FINDING + _MATCH + "sequence: [{after: down, then: cut}, {after: cut, then: down}]\n"
    mend = (", {after: cut, then: down}", "")


class UnseenAbsence(Check):
    """An absence is asked for that nothing could ever show."""

    code = "R030"
    why = "Not seen needs a source that would have shown it; without one the answer is always unknown."
    way_out = "Give the finding `observable_by`, or use `unless`, which asks only for what was seen."
    wrong = _FINDING + "match: {x: {fact: ws.close}}\nabsent: {finding: demo.flap}\n"
    mend = ("absent:", "unless:")


def used_findings(program: Program) -> set[str]:
    """Findings that a cause weighs or is ruled out by, or that another finding is built on."""
    used = {a.kind.removeprefix(FINDING) for a in program.alphas if a.kind.startswith(FINDING)}
    used |= {link.finding for c in program.causes for link in c.links}
    return used | {f for c in program.causes for f in c.rules_out} | {words.FINDING}


class UnusedFinding(Check):
    """Nothing uses the finding: no cause and no finding."""

    code = "R042"
    severity = "warning"
    why = "It costs time in every run and moves no verdict."
    way_out = "Add it to the `explains` of a cause, with `override:` where the cause is of another pack."
    wrong = _FINDING + "match: {x: {fact: ws.close}}\n"
    mend = (
        "ws.close}}\n",
        "ws.close}}\n---\noverride: demo.lost\nbecause: a lost line closes sockets\nset: {rules_out: [demo.own]}\n",
    )

    def find(self, context: Context) -> Iterator[Problem]:
        """Findings without use."""
        used = used_findings(context.rulebook.program)
        for name, entry in context.library.of("finding").items():
            if name not in used:
                message = f"no cause and no finding uses '{name}'"
                yield self.problem(entry, ("id",), message, "add it to a cause's `explains`")


class UntestedFinding(Check):
    """No test expects the finding to be seen."""

    code = "R044"
    severity = "remark"
    why = "A change that breaks it would not be noticed."
    way_out = "Add a `kind: test` that expects it, and a near miss that does not."
    wrong = _FINDING + "match: {x: {fact: ws.close}}\n"
    mend = (
        "ws.close}}\n",
        "ws.close}}\n---\nkind: test\nname: own\nsources: [edge.log]\n"
        "events: [{at: +0s, fact: ws.close}]\nexpect: {findings: [demo.own]}\n",
    )

    def find(self, context: Context) -> Iterator[Problem]:
        """Findings without a test."""
        expected = _expected(entry.model for entry in context.library.of("test").values())
        for name, entry in context.library.of("finding").items():
            if name not in expected:
                yield self.problem(entry, ("id",), f"no test expects '{name}' to be seen")


def _expected(models: Iterable[object]) -> set[str]:
    return {f for doc in models if isinstance(doc, TestDoc) for f in doc.expect.findings}


class Unreachable(Check):
    """The finding can never be seen."""

    code = "R057"
    severity = "warning"
    why = (
        "Its conditions contradict each other, it excludes what it needs itself, it counts more values than there "
        "are, or nothing makes the facts it is built on."
    )
    way_out = "Mend the condition that the message names, or add the signal that makes the fact."
    wrong = _FINDING + "match: {x: {fact: ws.close, where: {age_s: {gt: 60, lt: 30}}}}\n"
    mend = ("lt: 30", "lt: 90")

    def find(self, context: Context) -> Iterator[Problem]:
        """Findings whose every branch is impossible, each with the reason."""
        findings = context.library.of("finding")
        for name, reason in unreachable(context).items():
            message = f"'{name}' can never be seen: {reason}"
            yield self.problem(findings[name], ("id",), message, "mend the condition, or drop the finding")
