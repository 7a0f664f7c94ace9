"""Causes, remedies and questions: what they lack, and what of them moves nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from math import exp, log

from diagnose.errors import Problem
from diagnose.infer.scales import CAP
from diagnose.rulebook.library import Entry
from diagnose.rulebook.lint.check import Check, Context
from diagnose.rulebook.lint.findings import used_findings
from diagnose.rulebook.schema import LIKELIHOOD, CauseDoc

TELLS_APART = 0.2
"""Two causes are told apart by a finding when their likelihoods of it differ by at least this."""
NO_REMEDY_NEEDED = ("normal.", "unknown.")
_EXPLAINS = "explains: [{finding: demo.flap, seen_when_true: 0.4}]\n"
_FIX = "remedies: [{remedy: demo-restart, fixes: 0.5}]\n"
_CAUSE = "kind: cause\nid: demo.own\ntitle: Own\nprior: 0.02\n"


class CauseCircle(Check):
    """Causes are upstream of each other in a circle."""

    code = "R027"
    why = "Each would explain the findings of the other, and nothing would tell them apart."
    way_out = "Cut one: upstream is what happened first."
    wrong = _CAUSE + "upstream_of: [demo.own]\n" + _EXPLAINS + _FIX
    mend = ("[demo.own]", "[demo.lost]")


class UnusedRemedy(Check):
    """No cause uses the remedy."""

    code = "R043"
    severity = "warning"
    why = "It would never be recommended."
    way_out = "Add it to the `remedies` of a cause with the share of its incidents that it ends."
    wrong = "kind: remedy\nid: demo-idle\ntitle: Restart it\ndoes: removes\nsteps: [restart it]\n"
    mend = (
        "[restart it]\n",
        "[restart it]\n---\noverride: demo.lost\nbecause: we can restart it\n"
        "set: {remedies: [{remedy: demo-idle, fixes: 0.5}, {remedy: demo-restart, fixes: 0.5}]}\n",
    )

    def find(self, context: Context) -> Iterator[Problem]:
        """Remedies without a cause."""
        used = {fix.remedy for c in context.rulebook.program.causes for fix in c.remedies}
        for name, entry in context.library.of("remedy").items():
            if name not in used:
                yield self.problem(entry, ("id",), f"no cause uses remedy '{name}'", "add it to a cause's `remedies`")


class WithoutRemedy(Check):
    """The cause has no remedy."""

    code = "R045"
    severity = "warning"
    why = "A cause that is named without a way out helps nobody; only `normal.` and `unknown.` causes need none."
    way_out = "Add `remedies`, if only the one to collect more."
    wrong = _CAUSE + _EXPLAINS
    mend = (_EXPLAINS, _EXPLAINS + _FIX)

    def find(self, context: Context) -> Iterator[Problem]:
        """Causes without a remedy."""
        for cause in context.rulebook.program.causes:
            if not cause.remedies and not cause.id.startswith(NO_REMEDY_NEEDED):
                entry = context.library.of("cause")[cause.id]
                yield self.problem(entry, ("id",), f"cause '{cause.id}' has no remedy", "add `remedies: [...]`")


class Inseparable(Check):
    """No finding tells two causes apart."""

    code = "R046"
    severity = "warning"
    why = "Whatever the evidence, the one with the greater prior wins."
    way_out = "Add a finding that one of them makes likely and the other not."
    wrong = _CAUSE + "explains: [{finding: demo.flap, seen_when_true: always}]\n" + _FIX
    mend = ("always", "0.4")

    def find(self, context: Context) -> Iterator[Problem]:
        """Pairs of causes whose likelihoods differ nowhere; where nothing is said, the background holds."""
        program = context.rulebook.program
        background = {f.id: f.background for f in program.findings}
        likely = {c.id: {k.finding: k.p for k in c.links if k.finding in background} for c in program.causes}
        for first, second in combinations(program.causes, 2):
            left, right = likely[first.id], likely[second.id]
            if not any(
                abs(left.get(f, background[f]) - right.get(f, background[f])) >= TELLS_APART
                for names in (left, right)
                for f in names
            ):
                entry = context.library.of("cause")[second.id]
                hint = "add a finding that one of them makes likely and the other not"
                message = f"no finding tells '{first.id}' and '{second.id}' apart"
                yield self.problem(entry, ("explains",), message, hint)


class BlankCell(Check):
    """The finding weighs on one cause and is blank on all rivals."""

    code = "R047"
    severity = "remark"
    why = "A blank means the background rate; where a rival shows the finding more or less often, the verdict leans."
    way_out = "Say on the rivals how often they show it."
    wrong = (
        "kind: finding\nid: demo.one\ntitle: One\nmatch: {x: {fact: ws.close}}\n---\n"
        "override: demo.lost\nbecause: a lost line closes sockets\n"
        "set: {explains: [{finding: demo.one, seen_when_true: always}]}\n"
    )
    mend = (
        wrong,
        wrong + "---\noverride: demo.busy\nbecause: a busy line keeps them\n"
        "set: {explains: [{finding: demo.one, seen_when_true: 0.01}]}\n",
    )

    def find(self, context: Context) -> Iterator[Problem]:
        """Findings on which a single cause has a word."""
        causes = context.rulebook.program.causes
        weighs: dict[str, list[str]] = defaultdict(list)
        for cause in causes:
            for link in cause.links:
                weighs[link.finding].append(cause.id)
        for finding, names in sorted(weighs.items()):
            if len(names) == 1 and len(causes) > 1:
                entry = context.library.of("finding")[finding]
                message = f"'{finding}' weighs on '{names[0]}' and is blank on all other causes"
                yield self.problem(entry, ("id",), message, "say on its rivals how rarely they show it")


class Priors(Check):
    """The priors of all causes sum to more than one."""

    code = "R049"
    severity = "warning"
    why = "A prior is the share of incidents that have this cause, and an incident is counted once."
    way_out = "Lower the largest, or those of your own pack."
    wrong = _CAUSE.replace("0.02", "0.99") + _EXPLAINS + _FIX
    mend = ("0.99", "0.02")

    def find(self, context: Context) -> Iterator[Problem]:
        """One problem, at the largest prior."""
        causes = context.rulebook.program.causes
        total = sum(c.prior for c in causes)
        if total > 1.0 + 1e-6:
            entry = context.library.of("cause")[max(causes, key=lambda c: c.prior).id]
            message = f"the priors of all {len(causes)} causes sum to {total:.2f}"
            yield self.problem(entry, ("prior",), message, "this is the largest")


class IdleQuestion(Check):
    """No cause and no finding links the question's finding to a verdict."""

    code = "R050"
    severity = "warning"
    why = "The answer would cost a person time and change nothing."
    way_out = "Link the finding from a cause, or drop the question."
    wrong = (
        "kind: finding\nid: demo.idle\ntitle: Idle\nmatch: {x: {fact: ws.close}}\n---\n"
        "kind: question\nid: ask.idle\nasks: demo.idle\ntext: Did it close?\nanswers: {yes: seen, no: not_seen}\n"
    )
    mend = ("asks: demo.idle", "asks: demo.flap")

    def find(self, context: Context) -> Iterator[Problem]:
        """Questions whose answers move nothing."""
        used = used_findings(context.rulebook.program)
        for name, entry in context.library.of("question").items():
            if entry.model is not None and entry.model.asks not in used:
                message = f"'{name}' asks for '{entry.model.asks}', which no cause weighs"
                yield self.problem(entry, ("asks",), message, "link it from a cause, or drop the question")


def _weights(context: Context) -> Iterator[tuple[Entry, int, float, float]]:
    """Every link as it stands in a document: its cause, number, likelihood and the background of its finding."""
    background = {f.id: f.background for f in context.rulebook.program.findings}
    for entry in context.library.of("cause").values():
        links = entry.model.explains if isinstance(entry.model, CauseDoc) else ()
        for i, link in enumerate(links):
            word = link.seen_when_true
            p = LIKELIHOOD[word] if isinstance(word, str) else float(word)
            yield entry, i, p, background.get(link.finding, 0.0)


class Certainty(Check):
    """A link claims certainty: its likelihood is 0 or 1."""

    code = "R058"
    severity = "warning"
    why = "Nothing that people and logs tell is certain; one wrong line would then decide a verdict."
    way_out = "Use at most `always` (0.95) and at least 0.01; that a finding excludes a cause is said by `rules_out`."
    wrong = _CAUSE + "explains: [{finding: demo.flap, seen_when_true: 1}]\n" + _FIX
    mend = ("seen_when_true: 1}", "seen_when_true: 0.4}")

    def find(self, context: Context) -> Iterator[Problem]:
        """Links with a likelihood of 0 or 1."""
        for entry, i, p, _ in _weights(context):
            if p in (0.0, 1.0):
                place = ("explains", i, "seen_when_true")
                message = f"{p:g} claims that '{entry.model.explains[i].finding}' is certain under '{entry.model.id}'"
                yield self.problem(entry, place, message, "0.95 is `always`; for exclusion there is `rules_out`")


class CutWeight(Check):
    """A link weighs more than one finding may, and is cut."""

    code = "R072"
    severity = "remark"
    why = f"No finding may add more than {CAP:g} nats, a factor of {exp(CAP):.0f}: what is written is not what counts."
    way_out = "Raise the finding's `background`, or lower the likelihood; leave it where the cut is meant."
    wrong = (
        "kind: finding\nid: demo.rare\ntitle: Rare\nbackground: 0.01\nmatch: {x: {fact: ws.close}}\n---\n"
        + _CAUSE + "explains: [{finding: demo.rare, seen_when_true: always}]\n" + _FIX
    )  # fmt: skip
    mend = ("background: 0.01", "background: 0.03")

    def find(self, context: Context) -> Iterator[Problem]:
        """Links beyond the cap."""
        for entry, i, p, background in _weights(context):
            if p and background and abs(log(p / background)) > CAP:
                message = f"{p:g} against a background of {background:g} is more than {CAP:g} nats, and is cut"
                yield self.problem(
                    entry, ("explains", i, "seen_when_true"), message, "raise the background of the finding"
                )
