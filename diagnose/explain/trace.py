"""Traces: why a finding, a cause or a signal came out as it did on some evidence, as data.

Findings come from `infer.trace`, signals from `explain.signals`; here are causes, and what holds all of them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Protocol

import msgspec

from diagnose.errors import UsageError
from diagnose.infer.near import Condition
from diagnose.infer.program import CauseDef, Program
from diagnose.infer.trace import FindingTrace, Tracer
from diagnose.model import SCHEMA_VERSION, Diagnosis, Fact, Place, SourceReport, State
from diagnose.read.signals.signal import Signal

MOST_NEAR = 8
"""Findings of a cause whose nearest miss is worked out: those that would move it most."""


class LinkTrace(msgspec.Struct, frozen=True):
    """A finding that bears on a cause: how likely the cause and others make it, its state, what it moved.

    `weight` is in nats, 0 for what is unknown or counted by another finding; `nearest` is why it was not seen.
    """

    finding: str
    title: str
    p: float
    background: float
    state: State
    weight: float
    why: str = ""
    nearest: str = ""
    facts: tuple[str, ...] = ()


class CauseTrace(msgspec.Struct, frozen=True):
    """A cause: where it stands and what every finding that bears on it says, the strongest first."""

    id: str
    title: str
    probability: float
    band: str
    rank: int
    of: int
    prior: float
    excluded_by: str | None
    first: str
    links: tuple[LinkTrace, ...]


class RecordTrace(msgspec.Struct, frozen=True):
    """A record that came near a signal: its place and text, the kind of its source, every condition.

    `alike` more records differ from it in figures only.
    """

    place: Place
    source: str
    conditions: tuple[Condition, ...]
    alike: int = 0


class SignalTrace(msgspec.Struct, frozen=True):
    """A signal: how many records were looked at and matched, the places of matches, the nearest of the others.

    `unstated` counts matches in sentences that only suspect or advise, which become no facts. `literals` are the ways
    to match: of each set a text holds one.
    """

    id: str
    title: str
    fact: str
    sources: tuple[str, ...]
    records: int
    matches: int
    unstated: int
    places: tuple[Place, ...]
    near: tuple[RecordTrace, ...]
    literals: tuple[tuple[tuple[str, ...], ...], ...]


class Trace(msgspec.Struct, frozen=True):
    """All that is called by one id, held against one incident.

    `facts` are those that conditions name; `defined` says where the documents stand, as `path:line`.
    """

    id: str
    findings: tuple[FindingTrace, ...] = ()
    causes: tuple[CauseTrace, ...] = ()
    signals: tuple[SignalTrace, ...] = ()
    facts: tuple[Fact, ...] = ()
    sources: tuple[SourceReport, ...] = ()
    warnings: tuple[str, ...] = ()
    defined: tuple[str, ...] = ()
    schema_version: int = SCHEMA_VERSION

    @property
    def fired(self) -> bool:
        """Whether a finding was seen, a signal matched, or a cause comes first."""
        seen = any(f.state == "seen" for f in self.findings) or any(s.matches for s in self.signals)
        return seen or any(c.rank == 1 for c in self.causes)

    def fact_ids(self) -> frozenset[str]:
        """The ids of the facts that the traces name."""
        conditions = [c for f in self.findings for w in f.ways for n in w.candidates for c in n.conditions]
        named = [c.facts for c in conditions] + [link.facts for cause in self.causes for link in cause.links]
        return frozenset(fact for facts in named for fact in facts)


class Book(Protocol):
    """What a trace looks ids up in; a compiled rulebook is one."""

    @property
    def signals(self) -> tuple[Signal, ...]:
        """All signals."""

    @property
    def program(self) -> Program:
        """Findings and causes."""


def is_known(book: Book, name: str) -> bool:
    """Whether a finding, cause or signal is called `name`."""
    return any(name in ids for ids in _named(book).values())


def kinds_of(book: Book, name: str) -> tuple[str, ...]:
    """What is called `name`: some of finding, cause, signal. Raises UsageError with the way out when nothing is."""
    named = _named(book)
    kinds = tuple(kind for kind, ids in named.items() if name in ids)
    if not kinds:
        raise UsageError(_unknown(book, name, [i for ids in named.values() for i in ids]))
    return kinds


def _named(book: Book) -> dict[str, list[str]]:
    return {
        "finding": [f.id for f in book.program.findings],
        "cause": [c.id for c in book.program.causes],
        "signal": [s.id for s in book.signals],
    }


def _unknown(book: Book, name: str, ids: Sequence[str]) -> str:
    """What to say of a name that no trace is made of."""
    if any(r.id == name for r in book.program.remedies):
        causes = [c.id for c in book.program.causes if any(f.remedy == name for f in c.remedies)]
        return f"'{name}' is a remedy: trace a cause that it fixes: {', '.join(causes[:4])}"
    asks = next((q.asks for q in book.program.questions if q.id == name), "")
    if asks:
        return f"'{name}' is a question: trace the finding that it asks for: {asks}"
    close = get_close_matches(name, ids, n=1)
    hint = f"did you mean '{close[0]}'?" if close else "the ids there are: diagnose rules list"
    return f"no finding, cause or signal is called '{name}'; {hint}"


def trace_cause(program: Program, name: str, diagnosis: Diagnosis, tracer: Tracer) -> CauseTrace:
    """The trace of the cause `name` of `program` in `diagnosis`; `tracer` ran on the same evidence."""
    definition = next(c for c in program.causes if c.id == name)
    ranked = list(diagnosis.causes)
    rank = next((i for i, c in enumerate(ranked, 1) if c.id == name), 0)
    result = ranked[rank - 1] if rank else None
    links = _links(program, definition, diagnosis)
    near = {n: tracer.nearest(link.finding) for n, link in enumerate(links) if link.state != "seen" and link.p >= 0.2}
    kept = dict(list(near.items())[:MOST_NEAR])
    told = [msgspec.structs.replace(link, nearest=kept.get(n, "")) for n, link in enumerate(links)]
    return CauseTrace(
        name,
        definition.title,
        result.probability if result else 0.0,
        result.band if result else "possible",
        rank,
        len(ranked),
        definition.prior,
        result.excluded_by if result else None,
        ranked[0].id if ranked else "",
        tuple(told),
    )


def _links(program: Program, cause: CauseDef, diagnosis: Diagnosis) -> list[LinkTrace]:
    """What bears on a cause: first what moved it, then what would, each by how much."""
    defs = {f.id: f for f in program.findings}
    result = next((c for c in diagnosis.causes if c.id == cause.id), None)
    weights = {w.finding: w for w in (*result.for_, *result.against)} if result else {}
    out = []
    for link in cause.links:
        results = [r for r in diagnosis.findings if r.id == link.finding]
        state: State = "seen" if any(r.state == "seen" for r in results) else results[0].state if results else "unknown"
        weight = weights.get(link.finding)
        definition = defs[link.finding]
        why = next((r.why for r in results if r.why), "").partition("; nearest: ")[0]
        facts = tuple(f for r in results for f in r.facts)[:3]
        out.append(
            LinkTrace(
                link.finding, definition.title, link.p, definition.background, state,
                weight.weight if weight else 0.0, why, "", facts,
            )
        )  # fmt: skip
    return sorted(out, key=lambda k: (-abs(k.weight), k.state == "seen", -k.p / k.background, k.finding))
