"""A comparison of two rulebooks on incidents, as text and as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from diagnose.batch.compare import SHIFT, Comparison
from diagnose.explain.change import Change, Reason, Standing
from diagnose.explain.words import count, percent, wrap

WIDTH = 80
SCHEMA_VERSION = 1
REASONS = 5


def render(comparison: Comparison, *, everything: bool = False) -> str:
    """What changed, an incident a block, and a summary. `everything` adds what only moved in probability."""
    lines: list[str] = []
    for item in [*comparison.changed, *(comparison.shifted if everything else ())]:
        lines += [*_block(item), ""]
    return "\n".join([*lines, *_summary(comparison, everything)]) + "\n"


def _block(item: Change) -> Iterator[str]:
    verdicts = [_right(s.right) for s in (item.before, item.after)]
    told = "" if verdicts[0] is None else " -> ".join(v or "" for v in dict.fromkeys(verdicts))
    yield f"{item.incident:<{WIDTH - 1 - len(told)}} {told}".rstrip()
    yield _standing("before", item.before)
    yield _standing("after", item.after)
    label = "because"
    for reason in item.reasons[:REASONS]:
        yield from _reason(label, reason)
        label = ""
    if len(item.reasons) > REASONS:
        yield f"{'':11}and {count(len(item.reasons) - REASONS, 'weaker reason')}"
    if not item.reasons:
        yield f"  {'because':<9}what else is known counts differently"
    elif item.rival:
        yield from wrap(f"+ speaks for {item.after.cause}, - for {item.rival}", WIDTH, " " * 11)


def _standing(when: str, side: Standing) -> str:
    return f"  {when:<9}{side.cause or 'no cause':<36} {percent(side.probability):>11}   {side.verdict}"


def _reason(label: str, reason: Reason) -> list[str]:
    nats = "" if reason.nats is None else f"{reason.nats:+.1f}"
    if reason.before == reason.after:
        how = "weighs differently" if reason.before else ""
    else:
        how = f"{reason.before} -> {reason.after}" if reason.before else reason.after
    head = f"  {label:<9}{reason.finding:<36} {nats:>5}  "
    if len(head) + len(how) <= WIDTH:
        return [(head + how).rstrip()]
    return [head.rstrip(), *wrap(how, WIDTH, " " * 13)]


def _right(right: bool | None) -> str | None:
    return None if right is None else "right" if right else "wrong"


def _summary(comparison: Comparison, everything: bool) -> Iterator[str]:
    total, changed, shifted = len(comparison.changes), len(comparison.changed), len(comparison.shifted)
    more = f"; in {shifted} more the probability moves by {SHIFT:.0%} or more".replace("%", " %") if shifted else ""
    yield f"{changed} of {count(total, 'verdict')} changed{more}{'' if everything or not shifted else ' (--all)'}"
    judged = [c for c in comparison.changes if c.before.right is not None]
    if judged:
        before, after = sum(bool(c.before.right) for c in judged), sum(bool(c.after.right) for c in judged)
        gained, lost = _names(judged, False), _names(judged, True)
        yield f"right: {before} of {len(judged)} before, {after} after; {len(gained)} gained, {len(lost)} lost"
        for word, names in (("gained", gained), ("lost", lost)):
            if names:
                yield from wrap(", ".join(names), WIDTH, f"  {word:<7}")
    for incident, why in comparison.failed:
        yield f"not read: {incident}: {why}"


def _names(judged: Iterable[Change], was_right: bool) -> list[str]:
    """Incidents that were right and are not any more, or the other way round."""
    return [c.incident for c in judged if c.before.right is was_right and c.after.right is not was_right]


def as_data(comparison: Comparison) -> dict[str, object]:
    """All incidents as plain data, with a summary."""
    judged = [c for c in comparison.changes if c.before.right is not None]
    right = {"before": sum(bool(c.before.right) for c in judged), "after": sum(bool(c.after.right) for c in judged),
             "labelled": len(judged), "gained": _names(judged, False), "lost": _names(judged, True)}  # fmt: skip
    incidents = [
        {"incident": c.incident, "changed": c.changed, "before": c.before, "after": c.after, "rival": c.rival,
         "reasons": c.reasons if c.changed or c in comparison.shifted else ()}
        for c in comparison.changes
    ]  # fmt: skip
    return {
        "schema_version": SCHEMA_VERSION,
        "incidents": incidents,
        "changed": len(comparison.changed),
        "right": right,
        "failed": [{"incident": i, "why": why} for i, why in comparison.failed],
    }
