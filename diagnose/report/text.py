"""The report of a run in plain text, 80 columns: the verdict and what to do on one screen, proof beside it."""

from __future__ import annotations

from diagnose.explain.view import Book, Reason, headline
from diagnose.explain.words import clock_time, count, day, percent, with_right, wrap
from diagnose.model import CauseResult, Cost, Diagnosis, QuestionResult, RemedyResult

WIDTH = 80
LABEL = 7
TIME = 10
REASONS, RIVALS, UNSEEN, REMEDIES, CANDIDATES = 6, 3, 2, 3, 3
BOLD, RED, YELLOW = "1", "31", "33"
VERDICT_COLOUR = {"established": RED, "likely": YELLOW, "possible": YELLOW, "inconclusive": YELLOW}


def render(diagnosis: Diagnosis, *, verbose: bool = False, colour: bool = False) -> str:
    """The report. `verbose` adds findings, all reasons and remedies in full, sources and warnings.

    `colour` adds bold and colour, which never carry a meaning of their own.
    """
    return "\n".join(_Report(diagnosis, verbose, colour).lines()) + "\n"


class _Report:
    def __init__(self, diagnosis: Diagnosis, verbose: bool, colour: bool) -> None:
        self.diagnosis = diagnosis
        self.book = Book(diagnosis)
        self.verbose = verbose
        self.colour = colour
        days = {day(f.at.start) for f in diagnosis.facts if f.at.start is not None}
        self.days = sorted(days)

    def lines(self) -> list[str]:
        if not self.diagnosis.causes:
            return ["NO VERDICT   the rulebook names no causes; see: diagnose rules list --kind cause"]
        if self.diagnosis.verdict == "inconclusive":
            blocks = [self._undecided(), self._ask(), self._against(), self._unseen(), self._do()]
        elif self.book.nothing_failed():
            blocks = [self._head("NOTHING FAILED"), self._why(), self._against(), self._ask()]
        else:
            blocks = [self._head("ROOT CAUSE"), self._why(), self._chain(), self._against(), self._unseen()]
            blocks += [self._do(), self._ask()]
        blocks.append(self._but())
        if self.verbose:
            blocks += [self._findings(), self._sources(), self._warnings()]
        out: list[str] = []
        for block in filter(None, blocks):
            out += ([""] if out else []) + block
        return out

    def style(self, text: str, *codes: str) -> str:
        return f"\x1b[{';'.join(codes)}m{text}\x1b[0m" if self.colour and text else text

    def _label(self, lines: list[str], name: str) -> list[str]:
        """The block's name in the margin of its first line."""
        return [self.style(name, BOLD) + lines[0][len(name) :], *lines[1:]] if lines else []

    def _head(self, name: str) -> list[str]:
        cause = self.diagnosis.causes[0]
        margin = " " * (len(name) + 3)
        title = wrap(cause.title, WIDTH, margin)
        first = self.style(name, BOLD) + "   " + self.style(title[0][len(margin) :], BOLD)
        share = f"{percent(cause.probability)}   {cause.band}"
        line = (margin + cause.id).ljust(WIDTH - len(share) - 1) + " "
        rest = [margin + self.style(t[len(margin) :], BOLD) for t in title[1:]]
        return [first, *rest, line + self.style(share, VERDICT_COLOUR.get(cause.band, BOLD))]

    def _undecided(self) -> list[str]:
        margin = " " * 13
        candidates = self.book.candidates(CANDIDATES)
        if not candidates:
            text = "not known: the evidence speaks for no cause; more of it is needed"
            return self._label(wrap(text, WIDTH, margin), "ROOT CAUSE")
        lines = wrap("not certain yet: what was seen fits more than one cause", WIDTH, margin)
        if len(candidates) == 1:
            lines = wrap("not certain: one cause is likelier than others, on too little evidence", WIDTH, margin)
        lines = self._label(lines, "ROOT CAUSE")
        for index, cause in enumerate(candidates, 1):
            lines += ["", *self._candidate(index, cause)]
        return lines

    def _candidate(self, index: int, cause: CauseResult) -> list[str]:
        lines = wrap(cause.title, WIDTH, f"   {index}   ")
        lines += with_right([" " * LABEL + cause.id], percent(cause.probability), WIDTH, LABEL)
        for reason in self.book.reasons(cause, REASONS if self.verbose else 3)[0]:
            lines += self._reason(reason)
        return lines

    def _why(self) -> list[str]:
        reasons, more = self.book.reasons(self.diagnosis.causes[0], None if self.verbose else REASONS)
        if not reasons:
            return self._label(wrap("nothing speaks for another cause", WIDTH, " " * LABEL), "WHY")
        lines = [line for reason in reasons for line in self._reason(reason)]
        if more:
            lines.append(" " * LABEL + f"and {count(more, 'weaker reason')} (-v)")
        if any(r.at is not None for r in reasons):
            when = self.days[0] if len(self.days) == 1 else f"{self.days[0]} to {self.days[-1]}"
            where = f", files in {self.book.root}" if self.book.root else ""
            head = wrap(f"{when}, times in UTC (+00:00){where}", WIDTH, " " * LABEL)
            lines = [*head, *lines]
        return self._label(lines, "WHY")

    def _chain(self) -> list[str]:
        chain = self.book.chain()
        return self._label(wrap(chain, WIDTH, " " * LABEL), "CHAIN") if chain else []

    def _reason(self, reason: Reason) -> list[str]:
        lead = " " * LABEL
        if reason.at is not None:
            dated = len(self.days) > 1
            lead += clock_time(reason.at, dated=dated).ljust(TIME + (6 if dated else 0))
        lines = wrap(reason.text, WIDTH, lead)
        return with_right(lines, reason.place, WIDTH, len(lead))

    def _against(self) -> list[str]:
        rivals = self.book.rivals(REASONS if self.verbose else RIVALS)
        if self.diagnosis.verdict == "inconclusive":
            named = {c.id for c in self.book.candidates(CANDIDATES)}
            rivals = [(c, why) for c, why in rivals if c.id not in named]
        lines = []
        for cause, why in rivals:
            lines += wrap(f"{headline(cause)}: {why}", WIDTH, " " * LABEL, " " * (LABEL + 2))
        return self._label(lines, "NOT")

    def _unseen(self) -> list[str]:
        lines = []
        for title in self.book.unseen(REASONS if self.verbose else UNSEEN):
            lines += wrap(title, WIDTH, " " * LABEL, " " * (LABEL + 2))
        return self._label(lines, "UNSEEN")

    def _do(self) -> list[str]:
        lines = []
        remedies = self.diagnosis.remedies
        for index, remedy in enumerate(remedies if self.verbose else remedies[:REMEDIES], 1):
            lines += self._remedy(index, remedy, full=self.verbose or index == 1)
        hidden = 0 if self.verbose else len(remedies) - REMEDIES
        if hidden > 0:
            lines.append(" " * LABEL + f"and {count(hidden, 'further remedy')} (-v)".replace("remedys", "remedies"))
        return self._label(lines, "DO")

    def _remedy(self, index: int, remedy: RemedyResult, *, full: bool) -> list[str]:
        lines = with_right(wrap(remedy.title, WIDTH, f"{' ' * LABEL}{index}  "), remedy.kind, WIDTH, LABEL)
        margin = " " * (LABEL + 3)
        if not full:
            return lines
        lines += wrap(cost_words(remedy.cost), WIDTH, margin)
        parts = [("where: ", remedy.where), ("verify: ", "; ".join(remedy.verify))]
        if self.verbose:
            parts += [("breaks: ", remedy.breaks), ("back: ", "; ".join(remedy.rollback))]
        for step in remedy.steps:
            lines += wrap(step, WIDTH, margin + "- ")
        for name, text in parts:
            lines += wrap(text, WIDTH, margin + name, margin + "  ") if text else []
        return lines

    def _ask(self) -> list[str]:
        if not self.diagnosis.next_questions:
            return []
        lines = []
        for question in self.diagnosis.next_questions[: 3 if self.verbose else 1]:
            lines += self._question(question)
        return self._label(lines, "ASK")

    def _question(self, question: QuestionResult) -> list[str]:
        lines = wrap(question.text, WIDTH, " " * LABEL)
        titles = [self.book.causes[c].title for c in question.separates if c in self.book.causes]
        tells = f"tells apart: {' / '.join(titles)}" if len(titles) > 1 else ""
        for text in (f"about {question.cost:g} min: {question.how}" if question.how else "", tells):
            lines += wrap(text, WIDTH, " " * (LABEL + 2)) if text else []
        return lines

    def _but(self) -> list[str]:
        lines = []
        for sentence in (*self.diagnosis.contradictions, *self.diagnosis.truncated):
            lines += wrap(self.book.words(sentence), WIDTH, " " * LABEL, " " * (LABEL + 2))
        return self._label(lines, "BUT")

    def _findings(self) -> list[str]:
        lines = ["FINDINGS"]
        for state, mark in (("seen", "+"), ("not_seen", "-")):
            for finding in (f for f in self.diagnosis.findings if f.state == state):
                about = f" ({', '.join(finding.about.values())})" if finding.about else ""
                lines += with_right(wrap(f"{finding.title}{about}", WIDTH, f"  {mark}  "), finding.id, WIDTH, 5)
        unknown = sum(f.state == "unknown" for f in self.diagnosis.findings)
        lines.append(f"  ?  {count(unknown, 'finding')} unknown: the evidence cannot show them")
        return self._label(lines, "FINDINGS")

    def _sources(self) -> list[str]:
        lines = ["READ"]
        for source in self.diagnosis.sources:
            read = f"{source.kind}, {count(source.records, 'record')}, {count(source.facts, 'fact')}"
            lines += with_right([f"  {source.path}"], read, WIDTH, 4)
            lines += wrap(source.why, WIDTH, "    ") if source.why else []
        made = self.diagnosis.generated_by
        packs = ", ".join(
            f"{p.id} {p.version}" + (f" ({p.maturity})" if p.maturity != "stable" else "") for p in made.packs
        )
        lines += wrap(f"diagnose {made.version}, engine {made.engine}, packs: {packs}", WIDTH, "  ")
        return self._label(lines, "READ")

    def _warnings(self) -> list[str]:
        lines = ["WARNINGS"]
        for warning in self.diagnosis.warnings:
            lines += wrap(warning, WIDTH, "  ", "    ")
        return self._label(lines, "WARNINGS") if self.diagnosis.warnings else []


def cost_words(cost: Cost) -> str:
    """`10 min, low risk, reversible, keeps current calls`."""
    back = "reversible" if cost.reversible else "cannot be undone"
    calls = "drops current calls" if cost.drops_calls else "keeps current calls"
    return f"{cost.minutes:g} min, {cost.risk} risk, {back}, {calls}"
