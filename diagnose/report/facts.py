"""Facts as a table of 80 columns, and a line a source on what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from diagnose.explain.words import clock_time, count, day, wrap
from diagnose.model import Evidence, Fact, SourceReport

WIDTH = 80
TIME = 10


def render(evidence: Evidence, facts: Sequence[Fact]) -> str:
    """The facts in their order under the days they lie on, then the sources of the evidence.

    A fact takes a line of time and kind with its place at the right, and lines of its entities and fields. A folder
    that holds all files is named once.
    """
    root = _root(evidence.sources)
    lines = [f"files in {root}"] if root else []
    last = None
    for fact in facts:
        today = "time not known" if fact.at.start is None else f"{day(fact.at.start)}, times in UTC"
        if today != last:
            lines += ([""] if lines else []) + [today]
            last = today
        lines += _fact(fact, root)
    if not facts:
        lines.append("no facts")
    return "\n".join([*lines, "", *_sources(evidence, root)]) + "\n"


def _root(sources: Sequence[SourceReport]) -> str:
    """The folder that all sources lie in, with its slash; empty where there is none to speak of."""
    folders = {PurePath(s.path).parent for s in sources}
    if len({s.path for s in sources}) < 2:
        return ""
    shared = next((p for p in [min(folders), *min(folders).parents] if all(f.is_relative_to(p) for f in folders)), None)
    return "" if shared is None or shared == PurePath() else f"{shared}/".replace("//", "/")


def _short(name: str, room: int) -> str:
    """A name in at most `room` characters, its end kept."""
    return name if len(name) <= room else f"...{name[3 - room :]}"


def _fact(fact: Fact, root: str) -> list[str]:
    time = " " * TIME if fact.at.start is None else clock_time(fact.at.start).ljust(TIME)
    head = f"{time}{'not ' if fact.polarity == 'denied' else ''}{fact.kind}"
    place = _short(fact.source.label().removeprefix(root), WIDTH - len(head) - 2)
    said = [f"{k} {v}" for k, v in fact.entities.items()] + [f"{k}={v}" for k, v in fact.fields.items()]
    return [head + place.rjust(WIDTH - len(head)), *(wrap(", ".join(said), WIDTH, " " * TIME) if said else [])]


def _sources(evidence: Evidence, root: str) -> list[str]:
    lines = [f"{'source':<40}" + "".join(f"{n:>10}" for n in ("records", "facts", "unknown", "skipped"))]
    for source in evidence.sources:
        lines += _source(source, root)
    told = [count(len(evidence.sources), "source"), count(len(evidence.facts), "fact")]
    return [*lines, "", ", ".join(told), *(line for t in evidence.truncated for line in wrap(t, WIDTH))]


def _source(source: SourceReport, root: str) -> list[str]:
    figures = "".join(f"{n:>10}" for n in (source.records, source.facts, source.unknown, source.skipped))
    lines = [_short(source.path.removeprefix(root), WIDTH), f"  {source.kind:<38}{figures}"]
    if source.from_ is not None and source.to is not None:
        begin, end = (f"{day(t)} {clock_time(t)}" for t in (source.from_, source.to))
        lines.append(f"  {begin} to {end} UTC" + (f", clock {source.clock}" if source.clock != source.path else ""))
    return lines + (wrap(source.why, WIDTH, "  ") if source.why else [])
