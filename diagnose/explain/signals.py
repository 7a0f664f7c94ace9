"""A signal traced: the records that it matched, and those that came nearest, with what each of them lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from diagnose.explain.trace import RecordTrace, SignalTrace
from diagnose.infer.near import Condition, describe_test
from diagnose.model import Evidence, Place
from diagnose.read.signals.near import KIND, Record, Watch, matched_part, nearest_words

MOST = 3
"""Records that are told."""
MOST_PLACES = 5
NAMES = 12
"""Fields of a record that are named where the one that is asked for is not there."""
MOST_LITERALS = 6
SHOWN = 60
"""Characters of a pattern that are shown on either side of the place where it stops to match."""


def trace_signal(watch: Watch, evidence: Evidence) -> SignalTrace:
    """The trace of the signal that `watch` watched for while `evidence` was read."""
    near: dict[tuple[str, int | None, str | None], tuple[float, RecordTrace]] = {}
    places: list[Place] = []
    drafted = 0
    for fact in evidence.facts:
        if fact.kind != KIND:
            continue
        record = watch.records[fact.fields["number"]]
        key = (fact.source.path, fact.source.line, fact.source.pointer)
        if not record.distance:
            drafted += 1
            places += [fact.source] if fact.source not in places else []
        elif key not in near or record.distance < near[key][0]:
            told = RecordTrace(fact.source, record.source, tuple(_conditions(watch, record, fact.fields)), record.alike)
            near[key] = record.distance, told
    nearest = sorted(near.items(), key=lambda item: (item[1][0], item[0][0], item[0][1] or 0))
    matched = {(p.path, p.line, p.pointer) for p in places}
    hits = sum(not r.distance for r in watch.records)
    return SignalTrace(
        watch.signal.id,
        watch.signal.title,
        watch.signal.fact,
        watch.signal.sources,
        watch.seen,
        watch.hits_seen,
        max(0, hits - drafted),
        tuple(places[:MOST_PLACES]),
        tuple(record for key, (_, record) in nearest if key not in matched)[:MOST],
        watch.signal.literals,
    )


def _conditions(watch: Watch, record: Record, fields: Mapping[str, Any]) -> Iterator[Condition]:
    signal = watch.signal
    yield Condition(
        "part", f"from: {', '.join(signal.sources)}", "passed" if record.reached else "failed",
        f"the record is of the kind {record.source}",
    )  # fmt: skip
    if signal.match is not None:
        yield from _pattern(signal.match, record)
    if record.uncoded:
        yield Condition("part", "a code of the catalogue", "failed", f"no row has '{record.uncoded}'")
    failed = {(t.field, t.op, str(t.value)) for t in record.failed}
    for test in signal.where:
        saw = fields.get(f"where.{test.field}")
        state = "failed" if (test.field, test.op, str(test.value)) in failed else "passed"
        got = f"{test.field} is {saw}" if saw is not None else f"{test.field} is not there"
        if saw is None and state == "failed":
            names = [n for n in record.names if n][:NAMES]
            got += f"; the record has {', '.join(names)}" if names else "; the record has no fields"
        yield Condition("part", f"where: {describe_test(test)}", "failed" if state == "failed" else "passed", got)


def _pattern(pattern: str, record: Record) -> Iterator[Condition]:
    """The pattern: found, or the sets of literals that are missing, or how far it matches."""
    if record.matched:
        yield Condition("part", "match: the pattern", "passed", "found")
        return
    for literal in record.held:
        yield Condition("part", f"match: holds '{literal}'", "passed", "found")
    for literals in record.missing:
        shown = " or ".join(f"'{x}'" for x in literals[:MOST_LITERALS])
        more = f" or {len(literals) - MOST_LITERALS} more" if len(literals) > MOST_LITERALS else ""
        like = nearest_words(literals, record.text)
        yield Condition(
            "part", f"match: holds {shown}{more}", "failed", "missing" + (f"; it has '{like}'" if like else "")
        )
    if not record.missing:
        part = matched_part(pattern, record.text)
        rest = pattern[len(part) :]
        before, after = ("..." * (len(part) > SHOWN) + part[-SHOWN:], rest[:SHOWN] + "..." * (len(rest) > SHOWN))
        got = f"it matches as far as  {before}  and then lacks  {after}" if part else "not found"
        yield Condition("part", "match: the pattern as a whole", "failed", got)
