"""The things the product speaks of, from what a reader saw to what a reader of the report sees.

    Draft --normalise--> Fact --infer--> FindingResult, CauseResult, RemedyResult --> Diagnosis

`Diagnosis` is the contract of `diagnose run --format json` (schema_version 1): field names here are
the names there, and its JSON Schema is generated from these classes. All are frozen. They are
msgspec structs, since the warm path of the command line has no room for a slower import, and most are `gc=False`:
values hold no cycles, and a garbage collector that looks at all of them costs as much as inference does.

Times are UTC milliseconds since 1970 as integers; `None` means that the time is not known.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from diagnose.errors import Problem

SCHEMA_VERSION = 1
ENTITY_KEYS = (
    "edge",
    "site",
    "conversation",
    "session",
    "trunk",
    "bot",
    "node",
    "host",
    "flow",
    "user",
)

Scalar = str | int | float | bool
State = Literal["seen", "not_seen", "unknown"]
Band = Literal["established", "likely", "possible", "ruled out"]
Verdict = Literal["established", "likely", "possible", "inconclusive"]
Polarity = Literal["asserted", "denied"]


class Place(msgspec.Struct, frozen=True, order=True, gc=False):
    """Where something was read: `path` as the user gave it, `line` from 1, a JSON `pointer`, the raw `excerpt`."""

    path: str
    line: int | None = None
    pointer: str | None = None
    excerpt: str = ""

    def label(self) -> str:
        """`path:line`, `path /pointer` or `path:line /pointer`, as reports print it."""
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where} {self.pointer}" if self.pointer else where


class Span(msgspec.Struct, frozen=True, gc=False, order=True):
    """An instant (`start == end`) or an interval on one clock; open or unknown ends are `None`.

    `clock` names the clock (one per source), `bound` is how far, in ms, that clock may be off the
    common time line after normalising.
    """

    start: int | None = None
    end: int | None = None
    clock: str = ""
    bound: int = 0


class Draft(msgspec.Struct, frozen=True, gc=False):
    """What a reader saw: a fact that has no id and is not yet on the common time line.

    `source` is the source kind (`edge.log`, `analytics`, `ticket`, ...), `signal` the id of the signal that
    made it, or the reader's name. `local` says that its time had no zone and is still local time; `bound` is how far,
    in ms, its time may be off beside what its clock may be.
    """

    kind: str
    source: str
    place: Place
    fields: dict[str, Any] = {}
    entities: dict[str, str] = {}
    start: int | None = None
    end: int | None = None
    local: bool = False
    polarity: Polarity = "asserted"
    signal: str = ""
    bound: int = 0


class Fact(msgspec.Struct, frozen=True, gc=False):
    """One thing that is known, on the common time line, with its source.

    `polarity` "denied" is knowledge too: a firewall log that shows no drops.
    """

    id: str
    kind: str
    at: Span
    entities: dict[str, str]
    fields: dict[str, Any]
    source: Place
    source_kind: str
    polarity: Polarity = "asserted"
    signal: str = ""


class SourceReport(msgspec.Struct, frozen=True, gc=False, rename={"from_": "from"}):
    """What became of one input: its kind, how much was read, how much of it became facts, what was left out and why.

    `unknown` counts the records that are of no known shape and were only searched as text, in vain. `covers` says
    whether its silence counts: a log that shows ordinary activity does, an excerpt does not.
    """

    path: str
    kind: str
    records: int = 0
    facts: int = 0
    from_: int | None = None
    to: int | None = None
    clock: str = ""
    skipped: int = 0
    why: str = ""
    covers: bool = False
    unknown: int = 0


class Reading(msgspec.Struct, frozen=True):
    """All that the readers brought: drafts in reading order, a report per source, problems as values.

    `people` are names of people that the sources tell, to be taken out wherever they stand.
    """

    drafts: tuple[Draft, ...] = ()
    sources: tuple[SourceReport, ...] = ()
    problems: tuple[Problem, ...] = ()
    people: tuple[str, ...] = ()


class Evidence(msgspec.Struct, frozen=True):
    """What inference starts from: facts in time order, the sources, and the kinds whose silence counts.

    `coverage` maps a source kind to the intervals (start, end) in which it was collected and alive;
    `None` ends are open.
    """

    facts: tuple[Fact, ...] = ()
    sources: tuple[SourceReport, ...] = ()
    coverage: dict[str, tuple[tuple[int | None, int | None], ...]] = {}
    truncated: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class Derivation(msgspec.Struct, frozen=True, gc=False, order=True):
    """One way a finding came about: the rule, and per alias the facts or findings that it matched.

    `tolerant` is set when a step holds only because of what the clocks may be off.
    """

    rule: str
    facts: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    tolerant: bool = False
    note: str = ""


class FindingResult(msgspec.Struct, frozen=True, gc=False):
    """One finding about one entity: seen, not seen or unknown, and how that is known."""

    id: str
    title: str
    state: State
    about: dict[str, str] = {}
    at: Span | None = None
    derivation: tuple[Derivation, ...] = ()
    facts: tuple[str, ...] = ()
    why: str = ""


class Weight(msgspec.Struct, frozen=True, gc=False):
    """What one finding adds to one cause, in nats; positive speaks for it, negative against."""

    finding: str
    weight: float
    facts: tuple[str, ...] = ()
    state: State = "seen"
    origin: str = ""


class CauseResult(msgspec.Struct, frozen=True, gc=False, rename={"for_": "for"}):
    """One candidate root cause with its probability, its band and what speaks for and against it.

    `coverage` is the share of the evidence that could tell this cause apart and is known, 0 to 1.
    `excluded_by` names the finding that rules it out.
    """

    id: str
    title: str
    probability: float
    band: Band
    coverage: float
    for_: tuple[Weight, ...] = ()
    against: tuple[Weight, ...] = ()
    missing: tuple[str, ...] = ()
    excluded_by: str | None = None
    explains: tuple[str, ...] = ()
    definition: str = ""


class Cost(msgspec.Struct, frozen=True, gc=False):
    """What doing something costs: minutes of work, risk (low, medium, high), can it be undone, does it drop calls."""

    minutes: float = 5
    risk: str = "low"
    reversible: bool = True
    drops_calls: bool = False


class RemedyResult(msgspec.Struct, frozen=True, gc=False):
    """One remedy, ranked: `fixes` is the probability that it ends the trouble, given everything seen."""

    id: str
    title: str
    kind: str
    fixes: float
    cost: Cost
    steps: tuple[str, ...] = ()
    where: str = ""
    breaks: str = ""
    rollback: tuple[str, ...] = ()
    verify: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    saves: float = 0.0


class QuestionResult(msgspec.Struct, frozen=True, gc=False):
    """A question worth asking next; `gain` is the expected gain in bits, `cost` in minutes."""

    id: str
    text: str
    how: str
    asks: str
    separates: tuple[str, ...]
    gain: float
    cost: float
    answers: dict[str, str] = {}


class TimelineEntry(msgspec.Struct, frozen=True, gc=False):
    """One line of the time line: when (ISO 8601, UTC), which fact, in words."""

    at: str
    fact: str
    text: str


class PackInfo(msgspec.Struct, frozen=True, gc=False):
    """A pack that took part: its id, version, the hash of its documents, and how mature it is."""

    id: str
    version: str
    sha256: str
    maturity: str = "stable"


class GeneratedBy(msgspec.Struct, frozen=True):
    """What made a diagnosis: the product's version, the engine that ran, and the packs."""

    version: str
    engine: str
    packs: tuple[PackInfo, ...] = ()


class Diagnosis(msgspec.Struct, frozen=True):
    """A whole diagnosis, as `diagnose run --format json` prints it. See the README on the JSON output."""

    schema_version: int
    incident: str
    generated_by: GeneratedBy
    verdict: Verdict
    summary: str
    causes: tuple[CauseResult, ...]
    none_of_these: float
    remedies: tuple[RemedyResult, ...] = ()
    findings: tuple[FindingResult, ...] = ()
    facts: tuple[Fact, ...] = ()
    next_questions: tuple[QuestionResult, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    sources: tuple[SourceReport, ...] = ()
    contradictions: tuple[str, ...] = ()
    truncated: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
