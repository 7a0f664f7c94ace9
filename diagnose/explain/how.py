"""How a verdict came about: cause, findings with their weights, facts, raw lines - as a tree."""

from __future__ import annotations

import math
from collections.abc import Sequence
from difflib import get_close_matches

from diagnose.errors import UsageError
from diagnose.explain.view import Book
from diagnose.explain.words import clock_time, count, day, percent
from diagnose.model import CauseResult, Diagnosis, Fact, FindingResult, Weight

MOST_FACTS = 4
MOST_WAYS = 3
DEEPEST = 6


def how(diagnosis: Diagnosis, target: str = "") -> str:
    """The tree under a cause, a finding or a fact, down to the raw lines; the first cause when `target` is empty.

    A weight is in nats and as the factor by which it moves the odds. Raises UsageError for an unknown id.
    """
    book = Book(diagnosis)
    target = resolve(diagnosis, target, 0)
    if target in book.causes:
        return "\n".join(_cause(book, book.causes[target]))
    if target in book.facts:
        return "\n".join(_fact(book.facts[target]))
    lines: list[str] = []
    for result in book.findings[target]:
        lines += ([""] if lines else []) + _finding(book, result, ())
    return "\n".join(lines)


def resolve(diagnosis: Diagnosis, target: str, default: int) -> str:
    """`target` when it is a cause, finding or fact of the diagnosis; the cause at `default` when it is empty.

    Raises UsageError, with the nearest id, for any other.
    """
    if not target:
        if len(diagnosis.causes) <= default:
            raise UsageError("the diagnosis holds no such cause; name an id")
        return diagnosis.causes[default].id
    causes, findings = {c.id for c in diagnosis.causes}, {f.id for f in diagnosis.findings}
    if target in causes or target in findings or any(f.id == target for f in diagnosis.facts):
        return target
    close = get_close_matches(target, sorted(causes | findings), n=1)
    hint = f"did you mean {close[0]!r}?" if close else "the JSON lists causes, findings and facts with their ids"
    raise UsageError(f"the diagnosis holds no cause, finding or fact {target!r}; {hint}")


def factor(weight: float) -> str:
    """A weight as what it does to the odds: `x 25`, `/ 3.3`."""
    size = math.exp(abs(weight))
    return f"{'x' if weight >= 0 else '/'} {size:.0f}" if size >= 10 else f"{'x' if weight >= 0 else '/'} {size:.1f}"


def weigh(book: Book, weight: Weight) -> str:
    """One line on a weight: nats, factor, state, the finding's title and id, who judged it so."""
    state = {"seen": "seen", "not_seen": "not seen", "unknown": "unknown"}[weight.state]
    origin = f"  [{weight.origin}]" if weight.origin else ""
    nats = f"{weight.weight:+.2f} ({factor(weight.weight)})"
    return f"{nats}  {state}: {book.title(weight.finding)}  {weight.finding}{origin}"


def fact_line(fact: Fact) -> str:
    """A fact in one line: id, kind, fields, time and place."""
    fields = " ".join(f"{k}={v}" for k, v in (*fact.fields.items(), *fact.entities.items()))
    denied = " (denied)" if fact.polarity == "denied" else ""
    at = f"  {day(fact.at.start)} {clock_time(fact.at.start)} UTC" if fact.at.start is not None else ""
    return f"{fact.id} {fact.kind}{denied} {fields}{at}  {fact.source.label()}"


def branches(groups: Sequence[list[str]]) -> list[str]:
    """Blocks of lines drawn as the branches of a tree."""
    out = []
    for index, group in enumerate(groups):
        last = index == len(groups) - 1
        for number, line in enumerate(group):
            lead = ("└─ " if last else "├─ ") if number == 0 else ("   " if last else "│  ")
            out.append((lead + line).rstrip())
    return out


def _cause(book: Book, cause: CauseResult) -> list[str]:
    lines = [f"{cause.id}  {percent(cause.probability)}, {cause.band}", cause.title]
    if cause.definition:
        lines.append(" ".join(cause.definition.split()))
    if cause.excluded_by:
        lines.append(f"ruled out by {cause.excluded_by}: {book.title(cause.excluded_by)}")
    lines.append(f"{percent(cause.coverage)} of the evidence that bears on it is known")
    groups = []
    for weight in (*cause.for_, *cause.against):
        results = [r for r in book.findings.get(weight.finding, ()) if r.state == weight.state]
        below = [_ways(book, r, (weight.finding,)) for r in results]
        groups.append([weigh(book, weight), *(line for block in below for line in block)])
    if not groups:
        return [*lines, "no finding speaks for it or against it: its rank is its prior"]
    return [*lines, *branches(groups)]


def _finding(book: Book, result: FindingResult, above: tuple[str, ...]) -> list[str]:
    about = f" ({', '.join(f'{k} {v}' for k, v in result.about.items())})" if result.about else ""
    state = result.state.replace("_", " ")
    return [f"{result.id}{about}  {state}: {result.title}", *_ways(book, result, (*above, result.id))]


def _ways(book: Book, result: FindingResult, above: tuple[str, ...]) -> list[str]:
    """What a finding rests on: per derivation its rule, findings below it, and facts with their raw lines."""
    if not result.derivation:
        lines = [f"because {book.words(result.why)}"] if result.why else []
        return [*lines, *branches(_facts(book, result.facts))]
    groups: list[list[str]] = []
    shown: set[str] = set()
    for way in result.derivation[:MOST_WAYS]:
        new = [f for f in way.facts if f not in shown]
        shown.update(new)
        below = [r for f in way.findings if (f not in above and len(above) < DEEPEST) for r in book.findings.get(f, ())]
        parts = [_finding(book, r, above) for r in below if r.state == "seen"] + _facts(book, new)
        head = f"by {way.rule}" + (f": {way.note}" if way.note else "")
        head += " (only within what the clocks may be off)" if way.tolerant else ""
        groups.append([head, *branches(parts)])
    if len(result.derivation) > MOST_WAYS:
        groups.append([f"and {count(len(result.derivation) - MOST_WAYS, 'more way')} to it"])
    return branches(groups)


def _facts(book: Book, ids: Sequence[str]) -> list[list[str]]:
    facts = book.facts_of(ids)
    groups = [_fact(f) for f in facts[:MOST_FACTS]]
    if len(facts) > MOST_FACTS:
        last = facts[-1]
        groups.append(
            [f"and {count(len(facts) - MOST_FACTS, 'more fact')}, the last {last.id} at {last.source.label()}"]
        )
    return groups


def _fact(fact: Fact) -> list[str]:
    lines = [fact_line(fact)]
    excerpt = " ".join(fact.source.excerpt.split())
    return [*lines, f"   {excerpt}"] if excerpt else lines
