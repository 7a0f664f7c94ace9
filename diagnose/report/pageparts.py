"""What the pages of rules are put together from: links, places, tests as examples, weights as words."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from pathlib import Path
from typing import Any

from diagnose.explain.words import percent
from diagnose.infer.program import FINDING, Alpha, Program, Rule
from diagnose.infer.scales import LinkScale
from diagnose.report.rulegraph import absent, condition, counted, order
from diagnose.rulebook.files import built_in_folders
from diagnose.rulebook.library import Entry, Library
from diagnose.rulebook.loader import Mark
from diagnose.rulebook.testcase import CONTROL, TestCase

FOLDERS = {"cause": "causes", "finding": "findings", "signal": "signals", "remedy": "remedies"}
"""The kinds that have pages, and the folder of each."""
MARK = "<!-- written by: diagnose rules docs -->"
"""The first line of every page."""
MOST_EVENTS = 14
SLIGHT = 0.05


def cell(text: str) -> str:
    """Text as it may stand in a line of Markdown or in a cell of a table."""
    flat = " ".join(text.split())
    for sign, code in (("&", "&amp;"), ("<", "&lt;"), ("|", "\\|"), ("*", "\\*"), ("_", "\\_"), ("[", "\\[")):
        flat = flat.replace(sign, code)
    return flat


def code(text: str) -> str:
    """Text as code in a line or in a cell; a longer fence where it holds backticks."""
    flat = " ".join(text.split()).replace("|", "\\|")
    return f"`{flat}`" if "`" not in flat else f"`` {flat} ``"


def fenced(text: str) -> list[str]:
    """Lines of a block of code."""
    fence = "```" if "```" not in text else "````"
    return [f"{fence}text", *text.rstrip("\n").splitlines(), fence]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table after a blank line, or nothing without rows."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return ["", f"| {' | '.join(head)} |", "| " + " | ".join("---" for _ in head) + " |", *lines] if lines else []


def factor(nats: float) -> str:
    """What a weight does to the odds of a cause: `x12`, `/5`, or nothing."""
    if abs(nats) < SLIGHT:
        return "-"
    size = math.exp(abs(nats))
    return f"{'x' if nats > 0 else '/'}{size:.0f}" if size >= 9.95 else f"{'x' if nats > 0 else '/'}{size:.1f}"


def weights(scale: LinkScale, watched: bool, changed: str = "") -> list[str]:
    """Cells: how often it is seen when the cause is true, what that does to the odds either way, where that is from.

    `changed` is the place of an override that set it.
    """
    link = scale.link
    silent = factor(scale.not_seen) if watched else "unknown"
    origin = cell(link.origin or "-") + (f", by {code(changed)}" if changed else "")
    return [percent(link.p), factor(scale.seen), silent, origin]


def place(entry: Entry) -> str:
    """File and line of a document; of built-in ones from `rules` or `knowledge` on."""
    return _shown(entry.document.start)


def brought(library: Library) -> dict[tuple[str, str], str]:
    """Per (finding, cause) whose weight a pack's override set: file and line of it."""
    out = {}
    for name, entry in library.of("cause").items():
        for i, link in enumerate(entry.model.explains if entry.document.moved and entry.model is not None else ()):
            at = ("explains", i)
            marks = (entry.document.moved.get(p) for p in ((*at, "seen_when_true"), at, at[:1]))
            mark = next((m for m in marks if m is not None), None)
            if mark is not None:
                out[link.finding, name] = _shown(mark)
    return out


def _shown(mark: Mark) -> str:
    path = Path(mark.source.path).resolve()
    for folder in built_in_folders():
        if path.is_relative_to(folder.resolve().parent):
            return f"{path.relative_to(folder.resolve().parent).as_posix()}:{mark.line}"
    return f"{Path(mark.source.path).as_posix()}:{mark.line}"


class Examples:
    """Tests by what they show: per (kind, id) those in which it is seen or wins, and those that miss it narrowly."""

    def __init__(self, cases: Iterable[TestCase]) -> None:
        self.hits: dict[tuple[str, str], list[TestCase]] = defaultdict(list)
        self.misses: dict[tuple[str, str], list[TestCase]] = defaultdict(list)
        for case in sorted(cases, key=_size):
            if case.doc.known_gap is not None:
                continue
            expect = case.expect
            for name in expect.findings:
                self.hits["finding", name].append(case)
            for name in dict.fromkeys([*expect.why_not, *expect.not_findings]):
                self.misses["finding", name].append(case)
            if expect.cause is not None:
                self.hits["cause", expect.cause.is_].append(case)
            for name in expect.not_causes:
                self.misses["cause", name].append(case)

    def lines(self, kind: str, name: str, verb: str) -> list[str]:
        """Both, each as a section of a page; a sentence where there is none."""
        out: list[str] = []
        hits, misses = self.hits.get((kind, name), []), self.misses.get((kind, name), [])
        shown = {hit.name for hit in hits}
        near = sorted(misses, key=lambda case: _distance(case, name, shown))  # the shortest first where equally near
        for head, case in (
            (f"Example that {verb}", hits[0] if hits else None),
            ("Near miss that does not", near[0] if near else None),
        ):
            out += ["", f"## {head}", ""]
            out += _case(case, name) if case is not None else ["No test shows one."]
        return out


def _size(case: TestCase) -> tuple[int, str]:
    return len(case.events) + sum(len(t.splitlines()) for t in case.text.values()), case.name


def _distance(case: TestCase, name: str, hits: Set[str]) -> int:
    """How far a test that misses is from one that hits: told why not, like a hit, called a near miss, any other."""
    if name in case.expect.why_not:
        return 0
    return 1 if case.doc.like in hits else 2 if "near miss" in case.name.lower() else 3


def _case(case: TestCase, name: str) -> list[str]:
    lines = [f"Test: {cell(case.name)}.", ""]
    for source, text in case.text.items():
        lines += [f"From {code(source)}:", "", *fenced(text), ""]
    if case.events:
        shown = [_event(e) for e in case.events[:MOST_EVENTS]]
        left = len(case.events) - len(shown)
        lines += fenced("\n".join([*shown, *([f"and {left} more"] if left else [])]))
    told = case.expect.why_not.get(name)
    return [*lines, "", f"Why not: {cell(told)}."] if told else lines


def _event(event: dict[str, Any]) -> str:
    fields = ", ".join(f"{k} {v}" for k, v in event.items() if k not in CONTROL)
    repeat = event.get("repeat")
    again = f" (every {repeat['every']}, {repeat['times']} times)" if isinstance(repeat, dict) else ""
    denied = "denied: " if event.get("denied") else ""
    head = f"{event.get('at', 'some time'):<9} {event.get('source', ''):<16} {denied}{event.get('fact', '')}"
    return f"{head}  {fields}{again}".rstrip()


class Ways:
    """What findings ask for, in words."""

    def __init__(self, program: Program) -> None:
        self.alphas = {a.id: a for a in program.alphas}
        self.summaries = {s.id: s for s in program.summaries}

    def asked(self, rule: Rule) -> list[Alpha]:
        """The facts and findings that must be there."""
        return [self._base(alpha) for _, alpha in rule.positives]

    def _base(self, alpha_id: str) -> Alpha:
        summary = self.summaries.get(alpha_id)
        return self.alphas[summary.alpha if summary else alpha_id]

    def lines(self, rule: Rule) -> list[str]:
        """A list of what one way to see a finding asks for."""
        out = []
        for alias, alpha in rule.positives:
            summary = self.summaries.get(alpha)
            number = f", {counted(summary)}" if summary else ""
            out.append(f"- {code(alias)}: {self._words(self._base(alpha))}{number}")
        out += [f"- the same {join.key}: {', '.join(code(a) for a in join.aliases)}" for join in rule.joins]
        out += [f"- in this order: {line}" for line in order((rule,))]
        out += [f"- {absent(n)}: {self._words(self._base(n.alpha))}" for n in rule.negatives]
        return out

    def _words(self, alpha: Alpha) -> str:
        what = "finding" if alpha.kind.startswith(FINDING) else "fact"
        where = f" with {', '.join(code(condition(t)) for t in alpha.where)}" if alpha.where else ""
        denied = "denied " if alpha.polarity == "denied" else ""
        return f"{denied}{what} {code(alpha.kind.removeprefix(FINDING))}{where}"


def titles(library: Library, kind: str) -> dict[str, str]:
    """Per id of a kind its title."""
    return {name: getattr(e.model, "title", "") or name for name, e in library.of(kind).items() if e.model is not None}
