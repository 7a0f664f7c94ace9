"""What a report says, before it is laid out: which lines of a diagnosis are worth a reader's time.

Every format that people read stands on it; `report/text.py` sets it in 80 columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

import msgspec

from diagnose.explain.words import lower_first, percent, places, rhythm
from diagnose.infer.words import FINDING as LIKENESS
from diagnose.model import CauseResult, Diagnosis, Fact, FindingResult, Weight

_ID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-|[0-9a-fA-F]{12}|^\d+$")

TELLING = 0.05
"""Nats below which a weight is not worth a line."""
SPEAKS = 0.7
"""Nats from which a finding that two causes share shows the second as well: a factor of two."""
SUSPECT = "bot.logic_error"
"""The cause that everybody asks about first; when it is not the answer, a report says why."""
NEAR = 0.05
"""Probability from which a candidate is worth naming in an inconclusive report."""


class Reason(msgspec.Struct, frozen=True):
    """One line of WHY: when (ms, UTC), what, and where it stands in the evidence."""

    at: int | None
    text: str
    place: str


class Book:
    """A diagnosis with its findings and facts by id."""

    def __init__(self, diagnosis: Diagnosis) -> None:
        self.diagnosis = diagnosis
        self.facts = {f.id: f for f in diagnosis.facts}
        self.causes = {c.id: c for c in diagnosis.causes}
        self.findings: dict[str, list[FindingResult]] = {}
        for finding in diagnosis.findings:
            self.findings.setdefault(finding.id, []).append(finding)
        self.root = common_folder([s.path for s in diagnosis.sources])

    def title(self, finding: str) -> str:
        """The title of a finding; its id when the diagnosis does not hold it."""
        results = self.findings.get(finding)
        return results[0].title if results else finding

    def facts_of(self, ids: Sequence[str]) -> list[Fact]:
        """The facts of these ids that the diagnosis holds, in its order."""
        wanted = set(ids)
        return [f for f in self.diagnosis.facts if f.id in wanted]

    def reason(self, weight: Weight) -> Reason:
        """One weight as a line: the finding's title, its rhythm where it rests on many facts, and the places."""
        facts = self.facts_of(weight.facts)
        results = self.findings.get(weight.finding, ())
        if weight.state != "seen":
            why = next((r.why for r in results if r.why), "")
            text = f"not seen: {lower_first(self.title(weight.finding))}"
            return Reason(None, f"{text} ({self.words(why)})" if why else text, places(facts, root=self.root))
        starts = [r.at.start for r in results if r.at is not None and r.at.start is not None]
        often = rhythm(facts)
        text = self.title(weight.finding) + (f", {often}" if often else "")
        if weight.finding == LIKENESS:
            text = f"{self.title(weight.finding)} ({weight.origin})"
        about = sorted({v for r in results for v in r.about.values()})
        return Reason(min(starts) if starts else None, text + _about(about, text), places(facts, root=self.root))

    def words(self, why: str) -> str:
        """An engine's sentence with finding ids replaced by titles and fact ids by their places."""
        out = []
        for token in why.split(" "):
            bare = token.rstrip(",;:.")
            tail = token[len(bare) :]
            if bare in self.findings:
                out.append(f'"{self.title(bare)}"{tail}')
            elif bare in self.facts:
                out.append(places([self.facts[bare]], root=self.root) + tail)
            else:
                out.append(token)
        return " ".join(out)

    def reasons(self, cause: CauseResult, most: int | None = None) -> tuple[list[Reason], int]:
        """What speaks for a cause: the strongest `most` weights in time order, and how many were left out."""
        telling = sorted((w for w in cause.for_ if w.weight >= TELLING), key=lambda w: (-w.weight, w.finding))
        kept = telling if most is None else telling[:most]
        lines = [self.reason(w) for w in kept]
        lines.sort(key=lambda r: (r.at is None, r.at or 0))
        return lines, len(telling) - len(kept)

    def objection(self, cause: CauseResult) -> str:
        """Why a cause is not the first, in one clause; empty when nothing speaks against it."""
        if cause.excluded_by:
            return f"ruled out: {lower_first(self.title(cause.excluded_by))}"
        against = [w for w in cause.against if w.finding != LIKENESS]
        strong = sorted(against, key=lambda w: (w.weight, w.finding))[:2]
        clauses = []
        for weight in strong:
            title = lower_first(self.title(weight.finding))
            clauses.append(title if weight.state == "seen" else f"would show, and did not: {title}")
        return "; ".join(clauses)

    def rivals(self, most: int) -> list[tuple[CauseResult, str]]:
        """The next causes that a reader may have in mind, each with what speaks against it.

        Only causes for which something speaks, best first, and at the end the one that everybody suspects.
        """
        out: list[tuple[CauseResult, str]] = []
        for cause in self.diagnosis.causes[1:]:
            objection = self.objection(cause)
            if cause.for_ and (objection or cause.probability >= NEAR):
                out.append((cause, objection or "explains less of what was seen"))
        suspect = self.causes.get(SUSPECT)
        if suspect is None or not self.objection(suspect) or suspect.id == self.diagnosis.causes[0].id:
            return out[:most]
        if any(cause.id == SUSPECT for cause, _ in out[:most]):
            return out[:most]
        return [*out[: most - 1], (suspect, self.objection(suspect))]

    def chain(self) -> str:
        """What the first cause brings about and the evidence shows as well, in one sentence; empty when nothing."""
        first = self.diagnosis.causes[0]
        speaks = {w.finding for w in first.for_ if w.weight >= SPEAKS and w.finding != LIKENESS}
        downstream = [self.causes[c] for c in first.explains if c in self.causes]
        shown = [d for d in downstream if any(w.finding in speaks and w.weight >= SPEAKS for w in d.for_)]
        if not shown:
            return ""
        titles = " and ".join(lower_first(d.title) for d in shown)
        return f"{first.title}; what follows from it: {titles}"

    def candidates(self, most: int) -> list[CauseResult]:
        """The causes to name when nothing is certain."""
        return [c for c in self.diagnosis.causes[:most] if c.probability >= NEAR and c.for_]

    def unseen(self, most: int) -> list[str]:
        """What nobody looked at and the first cause would show, as titles."""
        causes = self.diagnosis.causes
        return [self._unseen(f) for f in causes[0].missing[:most]] if causes else []

    def _unseen(self, finding: str) -> str:
        """A finding's title, and the source that would show it."""
        why = next((r.why for r in self.findings.get(finding, ()) if r.why), "")
        source = why.removeprefix("no ").partition(" that covers")[0] if " that covers" in why else ""
        return self.title(finding) + (f" (would be in: {source})" if source else "")

    def nothing_failed(self) -> bool:
        """Whether the verdict is that there is no fault."""
        first = self.diagnosis.causes[:1]
        return bool(first) and self.diagnosis.verdict != "inconclusive" and first[0].id.startswith("normal.")


def common_folder(paths: Sequence[str]) -> str:
    """The folder, with its closing slash, that all of the paths lie in; empty when there is none."""
    folders = {path.rpartition("/")[0] for path in paths}
    if not folders or "" in folders:
        return ""
    parts = [folder.split("/") for folder in sorted(folders)]
    common = [names[0] for names in takewhile(lambda names: len(set(names)) == 1, zip(*parts, strict=False))]
    return "/".join(common) + "/" if common else ""


def headline(cause: CauseResult) -> str:
    """`title (12 %)`, as lists of candidates name a cause."""
    return f"{cause.title} ({percent(cause.probability)})"


def _about(values: Sequence[str], text: str) -> str:
    """Entities that a line does not name yet, as ` (edge-01)`; ids that say nothing to a person are left out."""
    new = [v for v in values if v not in text and not _ID.search(v)]
    if not new:
        return ""
    return f" ({', '.join(new)})" if len(new) <= 2 else f" ({len(new)} of them)"
