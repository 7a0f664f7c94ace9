"""A pasted ticket: a person's words, with JSON objects, log lines, code and programs' output in between.

Log records and API answers are cut out and read as what they are, at the ticket's own line numbers, and as
excerpts: what they do not show says nothing. Code is passed over. The rest is read sentence by sentence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from diagnose.errors import Problem
from diagnose.model import Draft, Place, SourceReport
from diagnose.read.logs import kinds, scanning, stamps
from diagnose.read.logs.records import EXCERPT, is_log_record
from diagnose.read.logs.rows import JsonRow, TextRow, rows_of, text_rows
from diagnose.read.opening.inputs import problem
from diagnose.read.prose import wording
from diagnose.read.prose.sentences import Sentence, Stance, clauses, sentences, stance
from diagnose.read.signals.scan import Hit, Scanner

Structured = Callable[[Any, str], tuple[list[Draft], SourceReport] | None]
"""Reads a parsed JSON value that a structural reader claims; None when none does."""

MAX_JSON_LINES = 5_000

_OPENS = re.compile(r"^\s*[\[{]")
_TRUNCATED = re.compile(r'^\s*[\[{]+\s*"[^"\n]{1,80}"\s*:')
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_QUOTED = re.compile(r"\"([^\"\n]{12,300})\"|\u201c([^\u201d\n]{12,300})\u201d|`([^`\n]{8,300})`")
_QUOTED_KIND = "log"
_ASKABLE = frozenset({"incident.kind"})
"""Kinds of which a question tells as much as a statement: somebody asks whether a thing is a fault at all."""
_LEAD = re.compile(r"^\s*(?:>+\s*)+")


class Part(msgspec.Struct, frozen=True):
    """A run of lines of one `sort`: `prose`, `code`, `log`, `terse` (output without stamps), `json`, `broken`."""

    sort: str
    lines: tuple[tuple[int, str], ...]
    value: Any = None


class Ticket(msgspec.Struct, frozen=True):
    """What was read of a ticket: drafts, one report for it and one for each kind of log in it, problems."""

    drafts: tuple[Draft, ...]
    reports: tuple[SourceReport, ...]
    problems: tuple[Problem, ...] = ()


def parts(lines: Sequence[tuple[int, str]]) -> Iterator[Part]:
    """Cut a ticket into parts, in order."""
    index, sort = 0, ""
    run: list[tuple[int, str]] = []
    while index < len(lines):
        number, line = lines[index]
        taken = _json_at(lines, index) if _OPENS.match(line) else None
        if taken is not None:
            if run:
                yield Part(sort, tuple(run))
            yield taken
            index, sort, run = index + len(taken.lines), "", []
            continue
        new = _sort(line, sort)
        if new != sort and run:
            yield Part(sort, tuple(run))
            run = []
        sort = new
        run.append((number, line))
        index += 1
    if run:
        yield Part(sort, tuple(run))


def _sort(line: str, before: str) -> str:
    if not line.strip():
        return "prose" if before in {"", "json", "broken"} else before
    if _FENCE.match(line):
        return "code"
    stamp = stamps.parse(_LEAD.sub("", line))
    if stamp is not None and stamp.lacks != "date":
        return "log"
    if before == "log" and line[0] in " \t" and line.strip():
        return "log"
    if wording.is_technical(line):
        return "log" if before == "log" else "terse"
    if wording.is_code(line):
        return "code"
    return "prose"


def _json_at(lines: Sequence[tuple[int, str]], index: int) -> Part | None:
    """The JSON value that begins on this line, parsed; `broken` when it begins as JSON and does not end as such."""
    window = lines[index : index + MAX_JSON_LINES]
    text = "\n".join(line for _, line in window)
    lead = len(text) - len(text.lstrip())
    try:
        value, end = json.JSONDecoder(strict=False).raw_decode(text, lead)
    except (ValueError, RecursionError) as error:
        if not _TRUNCATED.match(text):
            return None
        reached = text[: getattr(error, "pos", 0)].count("\n") + 1
        return Part("broken", tuple(window[: max(1, _broken_end(window, reached))]))
    if not isinstance(value, dict | list) or not value:
        return None
    used = text[:end].count("\n") + 1
    rest = text[end:].split("\n", 1)[0].strip(" \t,;")
    if rest or not _holds_objects(value):
        return None
    return Part("json", tuple(window[:used]), value)


def _holds_objects(value: dict[str, Any] | list[Any]) -> bool:
    return isinstance(value, dict) or all(isinstance(v, dict) for v in value)


def _broken_end(window: Sequence[tuple[int, str]], reached: int) -> int:
    """How many lines a broken object takes: up to the place of the error, or the first line of prose before it."""
    for offset, (_, line) in enumerate(window[:reached]):
        if offset and wording.is_prose(line):
            return offset
    return reached


def read_ticket(
    lines: Sequence[tuple[int, str]], path: str, scanner: Scanner, structured: Structured, also: Sequence[str] = ()
) -> Ticket:
    """Read a ticket. `structured` reads API answers in it; prose is scanned as `ticket` and as the kinds `also`."""
    drafts: list[Draft] = []
    reports: list[SourceReport] = []
    problems: list[Problem] = []
    count = skipped = 0
    for part in parts(lines):
        if part.sort == "prose":
            for sentence in sentences(part.lines):
                count += 1
                drafts.extend(sentence_drafts(sentence, path, scanner, also))
        elif part.sort == "code":
            skipped += 1
        elif part.sort == "broken":
            skipped += 1
            problems.append(_broken(path, part))
            drafts.extend(_excerpt(_salvage(part), path, scanner, reports))
        elif part.sort == "json":
            drafts.extend(_json(part, path, scanner, structured, reports))
        else:
            drafts.extend(_excerpt(list(text_rows(part.lines, sparse=part.sort == "terse")), path, scanner, reports))
    own = sum(1 for d in drafts if d.source == "ticket")
    why = "; ".join(p.message for p in problems)
    head = SourceReport(path=path, kind="ticket", records=count, facts=own, clock=path, skipped=skipped, why=why)
    return Ticket(tuple(drafts), (head, *_merged(reports)), tuple(problems))


def _broken(path: str, part: Part) -> Problem:
    first, last = part.lines[0][0], part.lines[-1][0]
    where = f"line {first}" if first == last else f"lines {first} to {last}"
    return problem(
        path, "IN021", f"a JSON object breaks off ({where})", "paste it whole", line=first, severity="warning"
    )


def _salvage(part: Part) -> list[JsonRow]:
    """The record that the readable members of a broken object make."""
    text = "\n".join(line for _, line in part.lines)
    members = re.findall(r'"([\w.@-]{1,60})"\s*:\s*("(?:[^"\\\n]|\\.)*(?:"|\Z)|-?\d+(?:\.\d+)?|true|false)', text)
    obj = {}
    for key, value in members:
        try:
            obj[key] = json.loads(value if value[0] != '"' or value[-1] == '"' else value + '"')
        except ValueError:
            continue
    return [JsonRow(part.lines[0][0], " ".join(text.split()), obj)] if is_log_record(obj) else []


def _json(part: Part, path: str, scanner: Scanner, structured: Structured, reports: list[SourceReport]) -> list[Draft]:
    found = structured(part.value, path)
    line = part.lines[0][0]
    if found is not None:
        drafts, report = found
        reports.append(msgspec.structs.replace(report, covers=False))
        return [msgspec.structs.replace(d, place=msgspec.structs.replace(d.place, line=line)) for d in drafts]
    objects = part.value if isinstance(part.value, list) else [part.value]
    rows = [row for o in objects for row in rows_of(o, line, json.dumps(o, ensure_ascii=False))]
    return _excerpt(rows, path, scanner, reports)


def _excerpt(
    rows: Sequence[JsonRow | TextRow], path: str, scanner: Scanner, reports: list[SourceReport]
) -> list[Draft]:
    if not rows:
        return []
    log = scanning.read_rows(rows, path, scanner, _kind(rows), excerpt=True)
    reports.append(log.report)
    return list(log.drafts)


def _kind(rows: Sequence[JsonRow | TextRow]) -> str:
    return kinds.log_kind([(r.fields, r.message) for r in (row.record() for row in rows[: scanning.SAMPLE])])


def _merged(reports: Sequence[SourceReport]) -> Iterator[SourceReport]:
    """One report a kind: their counts added, their spans joined."""
    by_kind: dict[str, SourceReport] = {}
    for r in reports:
        old = by_kind.get(r.kind)
        if old is None:
            by_kind[r.kind] = r
            continue
        begins = [t for t in (old.from_, r.from_) if t is not None]
        ends = [t for t in (old.to, r.to) if t is not None]
        by_kind[r.kind] = msgspec.structs.replace(
            old,
            records=old.records + r.records,
            facts=old.facts + r.facts,
            skipped=old.skipped + r.skipped,
            from_=min(begins, default=None),
            to=max(ends, default=None),
        )
    return iter(by_kind.values())


def sentence_drafts(sentence: Sentence, path: str, scanner: Scanner, also: Sequence[str] = ()) -> list[Draft]:
    """The drafts of one sentence: what it asserts, and what it denies as `denied`; never what it suspects."""
    place = Place(path, sentence.line, None, sentence.text[:EXCERPT])
    out: list[Draft] = []
    split = clauses(sentence.text)
    for clause in split:
        for kind, hit, how in _judged(clause, scanner, also):
            _add(out, _draft(hit, kind, place, how))
    if len(split) > 1:
        for kind, hit, how in _judged(sentence.text, scanner, also):
            spanned = sentence.text[hit.start : hit.end]
            if not any(spanned in clause for clause in split):
                _add(out, _draft(hit, kind, place, how))
    return out


def _judged(text: str, scanner: Scanner, also: Sequence[str]) -> Iterator[tuple[str, Hit, Stance]]:
    """Hits in a clause with how it speaks of them; what stands in quotation marks is scanned as a log's words too."""
    for kind in ("ticket", *also):
        for hit in scanner.hits(kind, text, {}):
            yield kind, hit, stance(text, hit.start, hit.end)
    for quoted in _QUOTED.finditer(text):
        how = stance(text, quoted.start(), quoted.end())
        for hit in scanner.hits(_QUOTED_KIND, next(g for g in quoted.groups() if g), {}):
            yield _QUOTED_KIND, hit, how


def _add(out: list[Draft], draft: Draft | None) -> None:
    if draft is not None and draft not in out:
        out.append(draft)


def _draft(hit: Hit, kind: str, place: Place, how: Stance) -> Draft | None:
    if how in {"suspected", "advice"} and hit.fact not in _ASKABLE:
        return None
    flip = how == "denied" and hit.signal.polarity == "asserted"
    return Draft(
        kind=hit.fact,
        source=kind,
        place=place,
        fields=hit.fields,
        entities=hit.entities,
        polarity="denied" if flip else hit.signal.polarity,
        signal=hit.signal.id,
    )
