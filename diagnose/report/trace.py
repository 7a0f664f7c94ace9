"""A trace in 80 columns, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from diagnose.explain.trace import CauseTrace, LinkTrace, RecordTrace, SignalTrace, Trace
from diagnose.explain.view import common_folder
from diagnose.explain.words import clock_time, count, percent, places, with_right, wrap
from diagnose.infer.near import Candidate, Condition
from diagnose.infer.trace import FindingTrace, Way
from diagnose.model import Fact
from diagnose.report.formats import rounded

WIDTH = 80
MARK = 9
"""Columns of what became of a condition."""
WORDS = {"passed": "passed", "failed": "FAILED", "unknown": "unknown"}
STATES = {"seen": "seen", "not_seen": "not seen", "unknown": "unknown"}
EXCERPT = 240
"""Characters of evidence that are shown for a condition."""
LINKS = 12
"""Findings of a cause that are shown."""


def json_text(trace: Trace) -> str:
    """The trace as indented JSON: findings, causes and signals of this id, and the facts that their conditions name."""
    return msgspec.json.format(msgspec.json.encode(rounded(msgspec.to_builtins(trace))), indent=2).decode()


def render(trace: Trace, *, verbose: bool = False) -> str:
    """The trace as text: what is called so, its rules, their nearest candidates, every condition with its place.

    `verbose` adds what stands at the places, and rules that did not fire beside one that did.
    """
    root = common_folder([s.path for s in trace.sources]) if len(trace.sources) > 1 else ""
    page = _Page({f.id: f for f in trace.facts}, root, verbose)
    head = [f"defined in {place}" for place in trace.defined] + ([f"files in {root}"] if root else [])
    blocks = [head] if head else []
    for finding in trace.findings:
        blocks += page.finding(finding)
    for cause in trace.causes:
        blocks += page.cause(cause)
    for signal in trace.signals:
        blocks += page.signal(signal)
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


class _Page:
    """Lays out traces; `root` is left out of places."""

    def __init__(self, facts: Mapping[str, Fact], root: str, verbose: bool) -> None:
        self.facts = facts
        self.root = root
        self.verbose = verbose

    def finding(self, trace: FindingTrace) -> Iterator[list[str]]:
        head = with_right([f"finding {trace.id}"], STATES[trace.state], WIDTH, 0)
        head += wrap(trace.title, WIDTH, "  ")
        lacking = trace.lacking if trace.state == "unknown" else ""
        told = f"{' or '.join(trace.observable_by)} could show it; {lacking}" if lacking else trace.why
        head += wrap(told, WIDTH, "  ") if told else []
        yield head
        fired = [w for w in trace.ways if w.fired]
        shown = fired if fired and not self.verbose else trace.ways
        for way in shown:
            yield from self._way(way, alone=len(trace.ways) == 1)
        if len(shown) < len(trace.ways):
            yield [f"and {count(len(trace.ways) - len(shown), 'rule')} of `any` that did not fire (-v)"]

    def _way(self, way: Way, *, alone: bool) -> Iterator[list[str]]:
        name = "the rule" if alone else f"rule {way.rule.rpartition('#')[2]} (of `any`)"
        shown = [c for c in way.candidates if c.met][:1] if way.fired else list(way.candidates)
        shown = shown or list(way.candidates)
        lines = [f"{name} fired" if way.fired else f"{name} did not fire"]
        if not way.fired and len(shown) > 1:
            lines[0] += f"; the {len(shown)} nearest candidates, nearest first"
        for number, candidate in enumerate(shown, 1):
            lines += [""] if number > 1 else []
            lines += self._candidate(candidate, f"{number}" if len(shown) > 1 else "")
        yield lines

    def _candidate(self, candidate: Candidate, number: str) -> list[str]:
        lines: list[str] = []
        for condition in candidate.conditions:
            lead = number.ljust(2) if not lines else "  "
            lines += self._condition(condition, lead, self._place(condition.facts))
            if self.verbose and condition.kind in ("part", "unless", "absent"):
                lines += self._excerpt(condition.facts)
        return lines

    def _excerpt(self, ids: Sequence[str]) -> list[str]:
        """What stands in the evidence at the first of these facts."""
        excerpt = next((_one_line(self.facts[i].source.excerpt) for i in ids if i in self.facts), "")
        return wrap(excerpt[:EXCERPT], WIDTH, " " * (MARK + 4) + "| ", " " * (MARK + 4) + "| ") if excerpt else []

    def _condition(self, condition: Condition, lead: str, place: str) -> list[str]:
        mark = "passed ~" if condition.tolerant else WORDS[condition.state]
        first = f"{lead}{mark:<{MARK}}"
        indent = len(first)
        lines = wrap(condition.what, WIDTH, first)
        if condition.got and condition.got not in ("found", "none found"):
            lines += wrap(condition.got, WIDTH, " " * (indent + 2))
        return with_right(lines, place, WIDTH, indent)

    def _place(self, ids: Sequence[str]) -> str:
        facts = [self.facts[i] for i in ids if i in self.facts]
        times = list(dict.fromkeys(clock_time(f.at.start) for f in facts if f.at.start is not None))[:2]
        return "  ".join(filter(None, [places(facts, self.root), " ".join(times)]))

    def cause(self, trace: CauseTrace) -> Iterator[list[str]]:
        number = f"{percent(trace.probability)}, {trace.band}, number {trace.rank} of {trace.of}"
        head = with_right([f"cause {trace.id}"], number, WIDTH, 2)
        head += wrap(trace.title, WIDTH, "  ")
        if trace.excluded_by:
            head += wrap(f"ruled out by the finding {trace.excluded_by}", WIDTH, "  ")
        if trace.rank != 1 and trace.first:
            head += wrap(f"the first is {trace.first}; its trace tells what it has and this one lacks", WIDTH, "  ")
        yield head
        yield from self._links("what moves it, in nats, the strongest first", (k for k in trace.links if k.weight))
        left = [k for k in trace.links if not k.weight and k.state == "unknown"]
        yield from self._links("unknown: moves nothing, and would", left)
        rest = [k for k in trace.links if not k.weight and k.state != "unknown"]
        yield from self._links("known, and counted by a finding above or worth nothing", rest)

    def _links(self, title: str, links: Iterable[LinkTrace]) -> Iterator[list[str]]:
        given = list(links)
        if not given:
            return
        lines = [title]
        for link in given[:LINKS]:
            weight = f"{link.weight:+.2f}" if link.weight else ""
            first = f"  {weight:<7}{STATES[link.state]:<9}"
            lines += wrap(f"{link.title}  ({link.finding})", WIDTH, first)
            if link.state != "seen" and (link.why or link.nearest):
                told = "; ".join(filter(None, [link.why, f"nearest: {link.nearest}" if link.nearest else ""]))
                lines += wrap(told, WIDTH, " " * (len(first) + 2))
            lines = with_right(lines, self._place(link.facts), WIDTH, len(first))
        if len(given) > LINKS:
            lines.append(f"  and {len(given) - LINKS} more (--format json)")
        yield lines

    def signal(self, trace: SignalTrace) -> Iterator[list[str]]:
        fired = f"matched {trace.matches} times" if trace.matches != 1 else "matched once"
        head = with_right([f"signal {trace.id}"], fired, WIDTH, 0)
        head += wrap(trace.title, WIDTH, "  ") if trace.title != trace.id else []
        head += wrap(f"makes {trace.fact} of {', '.join(trace.sources)}", WIDTH, "  ")
        head.append(f"  held against {count(trace.records, 'text')}")
        if trace.unstated:
            head += wrap(f"{trace.unstated} in sentences that only suspect or advise: no fact", WIDTH, "  ")
        yield head
        if trace.places:
            lines = ["matched"]
            for place in trace.places:
                label = place.label().removeprefix(self.root)
                lines += with_right(wrap(_one_line(place.excerpt), WIDTH, "  "), label, WIDTH, 2)
            if trace.matches > len(trace.places):
                lines.append(f"  and {trace.matches - len(trace.places)} more")
            yield lines
        if not trace.near:
            if not trace.matches:
                yield ["no record came near it: none holds a text or a field that it asks for"]
            return
        yield from self._near(trace.near)

    def _near(self, records: Sequence[RecordTrace]) -> Iterator[list[str]]:
        lines = ["nearest of the others, nearest first"]
        for number, record in enumerate(records, 1):
            label = record.place.label().removeprefix(self.root)
            lines += [""] if number > 1 else []
            lines += with_right(wrap(_one_line(record.place.excerpt), WIDTH, f"{number} "), label, WIDTH, 2)
            for condition in record.conditions:
                lines += self._condition(condition, "  ", "")
            if record.alike:
                lines.append(f"  and {count(record.alike, 'more record')} that differ in figures only")
        yield lines


def _one_line(text: str) -> str:
    return " ".join(text.split()) or "(no text)"
