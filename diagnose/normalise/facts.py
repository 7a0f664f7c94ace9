"""Drafts -> facts: one time line, one name for one thing, duplicates merged, floods capped, private data out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from diagnose.model import Draft, Evidence, Fact, Place, Reading, SourceReport, Span
from diagnose.normalise import clocks, timeline
from diagnose.normalise.redact import Redactor
from diagnose.normalise.window import Window, narrow, window
from diagnose.read.signals.signal import LOG_KINDS

KEPT = 500
"""Of a flood of equal facts so many of the first and so many of the last stay."""
_PERSONAL = frozenset({"host", "user"})


def normalise(
    reading: Reading,
    *,
    tz: str | None = None,
    fact_kinds: Collection[str] | None = None,
    redact: bool = True,
    at: str | None = None,
    width: str | None = None,
) -> Evidence:
    """The facts of a reading, in time order (unknown times last), with ids f1, f2, ...

    `tz` is the zone of stamps that have none (UTC when left out, with a warning); facts of other kinds than
    `fact_kinds` are left out with a warning; without `redact` only secrets are taken out. `at` and `width` narrow the
    time, see `window.window`. Raises UsageError for an unknown zone or a window that makes no sense.
    """
    drafts, warnings = _known(reading.drafts, fact_kinds)
    drafts, sources, said = timeline.place(drafts, reading.sources, tz)
    warnings += said
    whole = {s.path for s in sources if s.covers}
    drafts = _one_name(sorted(drafts, key=lambda d: _order(d, whole)))
    clock_of = clocks.clocks(drafts, sources)
    bound, said, skewed = clocks.bounds(drafts, clock_of)
    warnings += said
    drafts = sorted([*drafts, *skewed], key=lambda d: _order(d, whole)) if skewed else drafts
    inside = window(at, width, timeline.zone(tz), drafts)
    truncated: list[str] = []
    if inside is not None:
        drafts, truncated = narrow(drafts, inside, {path: bound[clock] for path, clock in clock_of.items()})
    drafts, repeated = _merged(drafts)
    drafts, floods = _capped(drafts)
    redactor = Redactor(people=redact)
    if redact:
        things = {v for d in drafts for k, v in d.entities.items() if k not in _PERSONAL}
        redactor.learn((d.place.excerpt for d in reading.drafts), reading.people, things)
    facts = []
    for number, draft in enumerate(drafts, start=1):
        clock = clock_of[draft.place.path]
        facts.append(_fact(f"f{number}", draft, clock, bound[clock] + draft.bound, redactor))
    covered = timeline.coverage(sources, facts)
    return Evidence(
        facts=tuple(facts),
        sources=tuple(_told(sources, repeated)),
        coverage=covered if inside is None else _clipped(covered, inside),
        truncated=(*truncated, *floods),
        warnings=tuple(warnings),
    )


def _clipped(covered: Mapping[str, Sequence[timeline.Interval]], inside: Window) -> dict[str, Any]:
    """The coverage within the window."""
    left = {kind: tuple(timeline.clip(spans, inside.start, inside.end)) for kind, spans in covered.items()}
    return {kind: spans for kind, spans in left.items() if spans}


def _known(drafts: Iterable[Draft], kinds: Collection[str] | None) -> tuple[list[Draft], list[str]]:
    """The drafts of known kinds, with start and end in order; a warning for each unknown kind."""
    kept, unknown = [], set()
    for draft in drafts:
        if kinds is not None and draft.kind not in kinds:
            unknown.add(draft.kind)
            continue
        backwards = draft.start is not None and draft.end is not None and draft.end < draft.start
        kept.append(msgspec.structs.replace(draft, start=draft.end, end=draft.start) if backwards else draft)
    return kept, [f"facts of the unknown kind {kind} were left out" for kind in sorted(unknown)]


def _one_name(drafts: Sequence[Draft]) -> list[Draft]:
    """One spelling for one thing: an Edge's id becomes its name where a source tells both, case differences go."""
    names = {
        d.entities["edge"].casefold(): d.entities["node"]
        for d in drafts
        if d.kind.startswith("edge.") and d.entities.get("edge") and d.entities.get("node")
    }
    spelling: dict[tuple[str, str], str] = {}
    out = []
    for draft in drafts:
        entities = dict(draft.entities)
        edge = entities.get("edge")
        if edge is not None:
            entities["edge"] = names.get(edge.casefold(), edge)
            if entities.get("node") == entities["edge"]:
                del entities["node"]
        entities = {key: spelling.setdefault((key, value.casefold()), value) for key, value in entities.items()}
        fields = draft.fields
        if draft.kind == "media_server.change":
            fields = {k: names.get(str(v).casefold(), v) if k in {"old", "new"} else v for k, v in fields.items()}
        changed = entities != draft.entities or fields != draft.fields
        out.append(msgspec.structs.replace(draft, entities=entities, fields=fields) if changed else draft)
    return out


def _content(draft: Draft) -> tuple[Any, ...]:
    return (draft.kind, draft.polarity, tuple(sorted(draft.entities.items())), _frozen(draft.fields))


def _frozen(fields: dict[str, Any]) -> tuple[tuple[str, str, str], ...]:
    return tuple(sorted((name, type(value).__name__, str(value)) for name, value in fields.items()))


def _merged(drafts: Sequence[Draft]) -> tuple[list[Draft], dict[str, int]]:
    """Exact duplicates from several sources merged into the first; and how many each path repeated.

    Two equal lines of one log in one second are two events: the n-th in one source is the n-th in another.
    """
    kept: list[Draft] = []
    first: set[tuple[Any, ...]] = set()
    counts: dict[tuple[Any, ...], int] = {}
    repeated: dict[str, int] = {}
    for draft in drafts:
        content = (_content(draft), draft.start, draft.end)
        nth = (draft.place.path, content)
        counts[nth] = counts.get(nth, 0) + 1
        untimed_log = draft.start is None and draft.source in LOG_KINDS
        key = (content, counts[nth], draft.place if untimed_log else None)
        if draft.start is None and not untimed_log:
            key = (content, 1, None)
        if key in first:
            repeated[draft.place.path] = repeated.get(draft.place.path, 0) + 1
            continue
        first.add(key)
        kept.append(draft)
    return kept, repeated


def _order(draft: Draft, whole: Collection[str]) -> tuple[Any, ...]:
    """By time, unknown times last; at one time, sources that are no excerpts (`whole`) come first."""
    at = draft.start if draft.start is not None else draft.end
    place = draft.place
    return (
        at is None,
        at or 0,
        draft.end if draft.end is not None else at or 0,
        place.path not in whole,
        place.path,
        place.line or 0,
        place.pointer or "",
        draft.kind,
        draft.signal,
        str(draft.fields),
        str(draft.entities),
    )


def _capped(drafts: Sequence[Draft]) -> tuple[list[Draft], list[str]]:
    """Of each flood of equal facts the first and the last `KEPT`, and a sentence for each flood."""
    groups: dict[tuple[Any, ...], list[int]] = {}
    for index, draft in enumerate(drafts):
        groups.setdefault(_content(draft), []).append(index)
    drop: set[int] = set()
    truncated = []
    for (kind, _, entities, _), indexes in groups.items():
        left_out = indexes[KEPT:-KEPT]
        if not left_out:
            continue
        drop.update(left_out)
        about = ", ".join(f"{key} {value}" for key, value in entities)
        where = f" about {about}" if about else ""
        truncated.append(
            f"{len(indexes)} equal facts {kind}{where}: the first {KEPT} and the last {KEPT} were kept, "
            f"{len(left_out)} left out"
        )
    return [d for i, d in enumerate(drafts) if i not in drop], truncated


def _fact(name: str, draft: Draft, clock: str, bound: int, redactor: Redactor) -> Fact:
    place = draft.place
    entities = {k: redactor.text(v) for k, v in draft.entities.items()}
    return Fact(
        id=name,
        kind=draft.kind,
        at=Span(draft.start, draft.end, clock, bound),
        entities=entities,
        fields=redactor.fields(draft.fields),
        source=Place(place.path, place.line, place.pointer, redactor.text(place.excerpt)),
        source_kind=draft.source,
        polarity=draft.polarity,
        signal=draft.signal,
    )


def _told(sources: Iterable[SourceReport], repeated: dict[str, int]) -> list[SourceReport]:
    """The reports, with what was merged into facts of other sources."""
    out, told = [], set()
    for report in sources:
        count = repeated.get(report.path, 0)
        if not count or report.path in told:
            out.append(report)
            continue
        told.add(report.path)
        said = f"{count} {'fact' if count == 1 else 'facts'} already known from another source"
        out.append(msgspec.structs.replace(report, why=f"{report.why}; {said}" if report.why else said))
    return out
