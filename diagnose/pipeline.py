"""The way of the data, from paths to a diagnosis.

    read -> normalise -> infer -> rank -> Diagnosis

Everything that needs a verdict stands on `diagnose` or, with evidence already at hand, on `infer_evidence`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import msgspec

from diagnose import model
from diagnose.infer.match import Engine
from diagnose.infer.questions import rank_questions
from diagnose.infer.reference import ReferenceEngine
from diagnose.infer.remedies import rank_remedies
from diagnose.infer.run import run
from diagnose.infer.score import rank, together, verdict
from diagnose.infer.words import weigh
from diagnose.model import Evidence, Fact, GeneratedBy, TimelineEntry
from diagnose.version import VERSION

if TYPE_CHECKING:
    from diagnose.explain.trace import Trace
    from diagnose.infer.near import Condition
    from diagnose.read.logs.vocabulary import Vocabulary
    from diagnose.read.opening.inputs import Ticker
    from diagnose.read.signals.scan import Scanner
    from diagnose.rulebook.compiled import CompiledRulebook

ENGINES = ("auto", "durable", "reference")
NEAREST = 2
"""Signals that are told of a fact that did not come."""


class EvidenceOptions(TypedDict, total=False):
    """How evidence is read.

    `tz` is the zone of stamps that have none, `encoding` that of all files, `max_size` the bytes read of one file.
    `at` and `window` narrow the time to that much before and after an instant. Without `redact` only secrets are taken
    out. `tick` is told of each path and how many bytes more were read of it, None while more is awaited, and of an
    empty path when reading is over.
    """

    tz: str | None
    encoding: str | None
    max_size: int | None
    at: str | None
    window: str | None
    redact: bool
    tick: Ticker | None


class Diagnosis(model.Diagnosis, frozen=True):
    """A diagnosis that can explain itself; as data it is `model.Diagnosis`, the JSON contract."""

    def explain(self, what: str, target: str = "") -> str:
        """The explanation `what` (`how`, `why-not`) of cause or finding `target` as text; by default the first cause.

        Raises UsageError when there is no such explanation or no such cause or finding.
        """
        from diagnose.explain import explain

        return explain(self, what, target)


def diagnose(
    paths: Sequence[str | Path],
    *,
    rulebook: CompiledRulebook | None = None,
    rules: Sequence[str | Path] = (),
    enable: Sequence[str] = (),
    disable: Sequence[str] = (),
    engine: str = "auto",
    **evidence: Unpack[EvidenceOptions],
) -> Diagnosis:
    """Diagnose one incident from files, folders or `-` (standard input).

    `rules` are folders of further packs, `enable` and `disable` ids of rules or packs to switch on (which is needed
    for experimental ones) or off; how evidence is read is told by `EvidenceOptions`. Raises NothingReadError
    when none of the paths could be read, RulebookError when a rule is wrong, UsageError for an unknown engine or time
    zone.
    """
    from diagnose.rulebook import load_rulebook

    book = rulebook if rulebook is not None else load_rulebook(map(Path, rules), enable=enable, disable=disable)
    found = gather(paths, book, **evidence)
    return infer_evidence(book, found, engine=engine, incident=_name(paths))


def gather(paths: Sequence[str | Path], book: CompiledRulebook, **options: Unpack[EvidenceOptions]) -> Evidence:
    """The facts in what `paths` hold, with what became of each source; raises as `diagnose` does."""
    return _gather(paths, _scanner(book), book.vocabulary, **options)


def _gather(
    paths: Sequence[str | Path], scanner: Scanner, vocabulary: Vocabulary, **options: Unpack[EvidenceOptions]
) -> Evidence:
    from diagnose.normalise import normalise
    from diagnose.read import read
    from diagnose.read.logs.vocabulary import extended
    from diagnose.read.opening.inputs import Limits

    tz, tick, size = options.get("tz"), options.get("tick"), options.get("max_size")
    limits = Limits(size=size) if size is not None else None
    encoding = options.get("encoding")
    with extended(vocabulary):
        reading = read([str(p) for p in paths], scanner, tz=tz, encoding=encoding, limits=limits, tick=tick)
    if tick is not None:
        tick("", 0)
    at, width = options.get("at"), options.get("window")
    evidence = normalise(reading, tz=tz, redact=options.get("redact", True), at=at, width=width)
    told = tuple(p.render() for p in reading.problems)
    return msgspec.structs.replace(evidence, warnings=(*told, *evidence.warnings))


def read_text(book: CompiledRulebook, texts: Mapping[str, str], *, tz: str | None = None) -> Evidence:
    """Evidence from texts by source kind, as if each were a file of that kind; pack tests and pasted text come so."""
    from diagnose.normalise import normalise
    from diagnose.read import read_strings
    from diagnose.read.logs.vocabulary import extended

    with extended(book.vocabulary):
        reading = read_strings(texts, _scanner(book), tz=tz)
    return normalise(reading, tz=tz)


def infer_evidence(
    book: CompiledRulebook, evidence: Evidence, *, engine: str = "auto", incident: str = "incident"
) -> Diagnosis:
    """From evidence to a diagnosis by one of `ENGINES`. Raises UsageError for another name."""
    inference = run(book.program, evidence, make_engine(engine))
    watched = bool(evidence.coverage)
    told = weigh(book.program.words, evidence.facts, watched=watched)
    causes, none = rank(book.program, inference.findings, watched=watched, told=told)
    beside = together(book.program, inference.findings, causes)
    decided = verdict(causes, none)
    return Diagnosis(
        schema_version=model.SCHEMA_VERSION,
        incident=incident,
        generated_by=GeneratedBy(VERSION, inference.engine, book.packs),
        verdict=decided,
        summary=_summary(decided, causes, none),
        causes=causes,
        none_of_these=none,
        remedies=rank_remedies(book.program, causes),
        findings=inference.findings,
        facts=evidence.facts,
        next_questions=rank_questions(book.program, inference.findings, causes, none),
        timeline=tuple(_entry(f) for f in evidence.facts if f.at.start is not None),
        sources=evidence.sources,
        contradictions=(*inference.contradictions, *((beside,) if beside else ())),
        truncated=(*evidence.truncated, *inference.truncated),
        warnings=(*book.notes, *evidence.warnings, *inference.warnings),
    )


def trace(paths: Sequence[str | Path], name: str, book: CompiledRulebook, **options: Unpack[EvidenceOptions]) -> Trace:
    """Why the finding, cause or signal `name` came out of `paths` as it did, condition by condition.

    How evidence is read is told by `EvidenceOptions`. Raises UsageError for an unknown name, and as `diagnose` does.
    """
    from diagnose.explain.signals import trace_signal
    from diagnose.explain.trace import Trace, kinds_of, trace_cause
    from diagnose.infer.trace import Tracer
    from diagnose.read.signals.near import Watch

    kinds = kinds_of(book, name)
    findings, causes, signals, facts, evidence, said = [], [], [], {}, Evidence(), []
    if "signal" in kinds:
        watch = Watch(next(s for s in book.signals if s.id == name))
        evidence = _gather(paths, watch, book.vocabulary, **options)
        signals.append(trace_signal(watch, evidence))
    if {"finding", "cause"} & set(kinds):
        evidence = gather(paths, book, **options)
        tracer = Tracer(book.program, evidence)
        said = tracer.truncated
        if "finding" in kinds:
            findings.append(tracer.finding(name))
        if "cause" in kinds:
            causes.append(trace_cause(book.program, name, infer_evidence(book, evidence, engine="reference"), tracer))
        facts = {f.id: f for f in evidence.facts}
    warnings = (*evidence.warnings, *evidence.truncated, *said)
    made = Trace(name, tuple(findings), tuple(causes), tuple(signals), (), evidence.sources, warnings)
    used = made.fact_ids()
    return msgspec.structs.replace(made, facts=tuple(f for i, f in facts.items() if i in used))


def near_signals(
    book: CompiledRulebook, texts: Mapping[str, str], kind: str
) -> list[tuple[str, tuple[Condition, ...]]]:
    """The signals that make facts of `kind` and came nearest in `texts` (by source kind): id, and every condition.

    Tests of rules say so of a fact that did not come.
    """
    from diagnose.explain.signals import trace_signal
    from diagnose.normalise import normalise
    from diagnose.read import read_strings
    from diagnose.read.signals.near import Watch

    found = []
    for signal in book.signals:
        if signal.fact == kind:
            watch = Watch(signal, 1)
            for record in trace_signal(watch, normalise(read_strings(texts, watch))).near[:1]:
                failed = sum(c.state == "failed" for c in record.conditions)
                found.append((failed, -len(record.conditions), signal.id, record.conditions))
    return [(name, conditions) for _, _, name, conditions in sorted(found, key=lambda f: f[:3])[:NEAREST]]


def make_engine(name: str) -> Engine:
    """The engine of that name; `auto` is durable-rules where it imports, the reference engine elsewhere."""
    from diagnose.errors import UsageError

    if name not in ENGINES:
        raise UsageError(f"no engine {name!r}: choose one of {', '.join(ENGINES)}")
    if name == "reference":
        return ReferenceEngine()
    from diagnose.infer.durable import DurableEngine, available

    if name == "auto" and not available():
        return ReferenceEngine()
    return DurableEngine()


@lru_cache(maxsize=4)
def _scanner(book: CompiledRulebook) -> Scanner:
    """The scanner of a rulebook, kept: rulebooks compare by identity."""
    from diagnose.read.signals.scan import Scanner

    return Scanner(book.signals, book.program.words.words)


def _name(paths: Sequence[str | Path]) -> str:
    """What to call the incident: the first path's last part."""
    first = str(paths[0]) if paths else "-"
    return "stdin" if first == "-" else Path(first).resolve().name


def _summary(decided: model.Verdict, causes: Sequence[model.CauseResult], none: float) -> str:
    if decided == "inconclusive":
        best = [c.title for c in causes[:3] if c.probability >= 0.05]
        if not best or none >= causes[0].probability:
            return "The evidence does not single out a cause."
        return "The evidence does not single out a cause; best candidates: " + "; ".join(best) + "."
    return f"{causes[0].title} ({decided}, {causes[0].probability:.0%})."


def _entry(fact: Fact) -> TimelineEntry:
    assert fact.at.start is not None
    at = datetime.fromtimestamp(fact.at.start / 1000, UTC).isoformat(timespec="milliseconds")
    fields = ", ".join(f"{k} {v}" for k, v in fact.fields.items())
    return TimelineEntry(at.replace("+00:00", "Z"), fact.id, f"{fact.kind}: {fields}" if fields else fact.kind)
