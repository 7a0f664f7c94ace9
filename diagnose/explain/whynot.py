"""Why not: what is missing for, and what speaks against, a cause; what a finding would have needed."""

from __future__ import annotations

from diagnose.explain.how import branches, fact_line, resolve, weigh
from diagnose.explain.view import Book
from diagnose.explain.words import percent
from diagnose.model import CauseResult, Diagnosis, FindingResult

MOST_FACTS = 3


def why_not(diagnosis: Diagnosis, target: str = "") -> str:
    """Why a cause is not the first or not surer, or why a finding was not seen; the second cause when empty.

    Raises UsageError for an unknown id.
    """
    book = Book(diagnosis)
    target = resolve(diagnosis, target, 1)
    if target in book.causes:
        return "\n".join(_cause(book, book.causes[target]))
    if target in book.facts:
        return fact_line(book.facts[target]) + "\nis a fact: it was read from the evidence"
    return "\n".join(line for result in book.findings[target] for line in _finding(book, result))


def _cause(book: Book, cause: CauseResult) -> list[str]:
    causes = book.diagnosis.causes
    rank = next(i for i, c in enumerate(causes, 1) if c.id == cause.id)
    lines = [f"{cause.id}  {percent(cause.probability)}, {cause.band}, number {rank} of {len(causes)}", cause.title]
    if rank == 1:
        lines.append("It is the first. What keeps it from being surer:")
    else:
        lines.append(f"Before it: {causes[0].title} ({percent(causes[0].probability)}). Why this is not the first:")
    groups: list[list[str]] = []
    if cause.excluded_by:
        groups.append(
            [f"ruled out by {cause.excluded_by}: {book.title(cause.excluded_by)}", *_proof(book, cause.excluded_by)]
        )
    if cause.against:
        against = [[weigh(book, w), *_proof(book, w.finding)] for w in cause.against]
        groups.append(["against it", *branches(against)])
    if cause.missing:
        missing = [[f"{book.title(f)}  {f}", *_proof(book, f)] for f in cause.missing]
        groups.append(["unknown, and would tell", *branches(missing)])
    if rank > 1:
        groups.append(_explained_elsewhere(book, cause))
    if cause.for_:
        groups.append(["for it", *branches([[weigh(book, w)] for w in cause.for_])])
    return [*lines, *branches([g for g in groups if g])]


def _explained_elsewhere(book: Book, cause: CauseResult) -> list[str]:
    """Findings that the first cause explains and this one does not."""
    mine = {w.finding for w in (*cause.for_, *cause.against)}
    others = [w for w in book.diagnosis.causes[0].for_ if w.finding not in mine and w.state == "seen"]
    if not others:
        return []
    return ["seen, and explained by the first cause only", *branches([[weigh(book, w)] for w in others])]


def _proof(book: Book, finding: str) -> list[str]:
    lines = []
    for result in book.findings.get(finding, ())[:MOST_FACTS]:
        if result.why:
            lines.append(f"because {book.words(result.why)}")
        lines += [fact_line(f) for f in book.facts_of(result.facts)[:MOST_FACTS]]
    return branches([[line] for line in lines])


def _finding(book: Book, result: FindingResult) -> list[str]:
    about = f" ({', '.join(f'{k} {v}' for k, v in result.about.items())})" if result.about else ""
    lines = [f"{result.id}{about}  {result.state.replace('_', ' ')}: {result.title}"]
    if result.state == "seen":
        lines.append(f"It was seen. See: --how {result.id}")
    return [*lines, *_proof(book, result.id)]
