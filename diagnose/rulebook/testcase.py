"""Tests of rules, made ready: `like` and `change` resolved, words checked, events turned into evidence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from diagnose.errors import Problem
from diagnose.model import ENTITY_KEYS, Evidence, Fact, Place, Polarity, SourceReport, Span
from diagnose.rulebook.library import Entry, Library
from diagnose.rulebook.loader import Where
from diagnose.rulebook.schema import ExpectDoc, TestDoc, milliseconds
from diagnose.rulebook.words import FactKind, Words, nearest

ORIGIN = 1_767_603_600_000
"""When the events of a test start: 2026-01-05 09:00 UTC, in ms."""
CONTROL = ("at", "until", "source", "fact", "denied", "repeat")
"""Keys of an event that are neither fields nor entities of its fact."""
_OFFSET = re.compile(r"^([+-]?)(.+)$")


class TestCase(msgspec.Struct):
    """One test, ready to run: what it is fed with, what it expects, where it stands."""

    __test__ = False
    name: str
    path: str
    line: int
    doc: TestDoc
    events: list[dict[str, Any]]
    sources: list[str]
    text: dict[str, str]
    offsets: dict[str, int]

    @property
    def expect(self) -> ExpectDoc:
        """What the test asserts."""
        return self.doc.expect


class _Resolved(msgspec.Struct):
    events: list[dict[str, Any]]
    sources: list[str]
    text: dict[str, str]
    offsets: dict[str, str]


def build_cases(library: Library) -> tuple[list[TestCase], list[Problem]]:
    """All tests of the library, in the order of their files, and what is wrong with them."""
    problems: list[Problem] = []
    cases = []
    for name, entry in library.of("test").items():
        if isinstance(entry.model, TestDoc):
            before = len(problems)
            case = _case(library, name, entry, problems)
            if len(problems) == before and case is not None:
                cases.append(case)
    return cases, problems


def _case(library: Library, name: str, entry: Entry, problems: list[Problem]) -> TestCase | None:
    doc, document = entry.model, entry.document
    resolved = _resolve(library, name, (), problems)
    if resolved is None:
        return None
    if not resolved.events and not resolved.text:
        problems.append(document.problem(("name",), "R062", "the test has no events", "add `events`, `text` or `like`"))
    words = Words(library.facts, problems)
    words.sources(document, ("sources",), doc.sources)
    words.sources(document, ("text",), doc.text)
    words.sources(document, ("offsets",), doc.offsets)
    for i, event in enumerate(doc.events):
        _check_event(words, entry, ("events", i), event, resolved.sources)
    for i, change in enumerate(doc.change):
        for key in change.set:
            if key in ("at", "until"):
                _check_offset(entry, ("change", i, "set", key), change.set[key], problems)
    _check_expectations(library, entry, problems)
    offsets = {}
    for key, value in resolved.offsets.items():
        try:
            offsets[key] = milliseconds(value)
        except ValueError as error:
            problems.append(document.problem(("offsets", key), "R011", str(error)))
    start = document.start
    return TestCase(name, start.source.path, start.line, doc, resolved.events, resolved.sources, resolved.text, offsets)


def _resolve(library: Library, name: str, path: tuple[str, ...], problems: list[Problem]) -> _Resolved | None:
    """The events, sources, texts and offsets of a test, with those of the test it is like."""
    entry = library.of("test")[name]
    doc, document = entry.model, entry.document
    if not isinstance(doc, TestDoc):
        return None
    base = _Resolved([], [], {}, {})
    if doc.like is not None:
        if doc.like not in library.of("test"):
            problems.append(
                document.problem(("like",), "R061", f"no test '{doc.like}'", nearest(doc.like, library.of("test")))
            )
            return None
        if doc.like == name or doc.like in path:
            problems.append(document.problem(("like",), "R061", "the tests are like each other in a circle"))
            return None
        found = _resolve(library, doc.like, (*path, name), problems)
        if found is None:
            return None
        base = found
    sources = doc.sources if "sources" in document.data else base.sources
    only = {"source": sources[0]} if len(sources) == 1 else {}
    events = [*(dict(e) for e in base.events), *({**only, **e} for e in doc.events)]
    for i, change in enumerate(doc.change):
        hit = [e for e in events if all(e.get(k) == v for k, v in change.match.items())]
        if not hit:
            problems.append(document.problem(("change", i, "match"), "R061", "the change matches no event"))
        for event in hit:
            event.update(change.set)
        if change.drop:
            events = [e for e in events if not any(e is h for h in hit)]
    return _Resolved(events, sources, {**base.text, **doc.text}, {**base.offsets, **doc.offsets})


def _check_event(words: Words, entry: Entry, place: Where, event: Mapping[str, Any], sources: Iterable[str]) -> None:
    document = entry.document
    for key in ("at", "until"):
        if key in event:
            _check_offset(entry, (*place, key), event[key], words.problems)
    listed = list(sources)
    source = event.get("source", listed[0] if len(listed) == 1 else None)
    if not isinstance(source, str):
        words.problems.append(
            document.problem(place, "R008", "'source' is missing", "say which source shows the event")
        )
    else:
        words.sources(document, (*place, "source"), [source])
    repeat = event.get("repeat")
    if repeat is not None:
        _check_repeat(entry, (*place, "repeat"), repeat, words.problems)
    if not isinstance(event.get("fact"), str):
        words.problems.append(
            document.problem(place, "R008", "'fact' is missing", "say which kind of fact the event is")
        )
        return
    kind = words.fact(document, (*place, "fact"), event["fact"])
    for key, value in event.items():
        if kind is not None and key not in CONTROL:
            _check_field(words, entry, (*place, key), kind, key, value)


def _check_field(words: Words, entry: Entry, place: Where, kind: FactKind, key: str, value: Any) -> None:
    field = words.field(entry.document, place, kind, key)
    if field is not None:
        words.value(entry.document, place, field, value)


def _check_offset(entry: Entry, place: Where, value: object, problems: list[Problem]) -> None:
    try:
        offset(value)
    except ValueError:
        message = f"'{value}' is no offset from the start"
        problems.append(entry.document.problem(place, "R011", message, "write it as +95s or +5m"))


def _check_repeat(entry: Entry, place: Where, repeat: object, problems: list[Problem]) -> None:
    good = isinstance(repeat, dict) and set(repeat) == {"every", "times"} and type(repeat["times"]) is int
    if good:
        try:
            milliseconds(repeat["every"])  # type: ignore[index]
            return
        except ValueError:
            pass
    problems.append(entry.document.problem(place, "R010", "a repeat is {every: 40s, times: 3}"))


def offset(value: object) -> int:
    """`+95s` or `-2m` in ms. Raises ValueError on anything else."""
    found = _OFFSET.match(value) if isinstance(value, str) else None
    if not found:
        raise ValueError(f"'{value}' is no offset")
    return (-1 if found[1] == "-" else 1) * milliseconds(found[2])


def _check_expectations(library: Library, entry: Entry, problems: list[Problem]) -> None:
    expect = entry.model.expect
    if expect == ExpectDoc():
        problems.append(
            entry.document.problem(("expect",), "R060", "the test expects nothing", "add `expect: {cause: ...}`")
        )
    _check_facts(library, entry, problems)
    for place, name, kind in named_by(expect):
        if name not in library.of(kind):
            hint = nearest(name, library.of(kind))
            problems.append(entry.document.problem(("expect", *place), "R061", f"no {kind} '{name}'", hint))


def named_by(expect: ExpectDoc) -> list[tuple[Where, str, str]]:
    """What a test's expectations name: the place in `expect`, the id, the kind of document."""
    named: list[tuple[Where, str, str]] = []
    for key in ("findings", "not_findings", "unknown"):
        named += [((key, i), f, "finding") for i, f in enumerate(getattr(expect, key))]
    named += [(("why_not", f), f, "finding") for f in expect.why_not]
    named += [(("not_causes", i), c, "cause") for i, c in enumerate(expect.not_causes)]
    named += [(("cause", "is"), expect.cause.is_, "cause")] if expect.cause else []
    named += [(("first_remedy",), expect.first_remedy, "remedy")] if expect.first_remedy else []
    named += [(("next_question",), expect.next_question, "question")] if expect.next_question else []
    return named


def _check_facts(library: Library, entry: Entry, problems: list[Problem]) -> None:
    words = Words(library.facts, problems)
    for key in ("facts", "not_facts"):
        for i, wanted in enumerate(getattr(entry.model.expect, key)):
            place: Where = ("expect", key, i)
            if not isinstance(wanted.get("fact"), str):
                problems.append(entry.document.problem(place, "R008", "'fact' is missing", "say which kind of fact"))
                continue
            kind = words.fact(entry.document, (*place, "fact"), wanted["fact"])
            for name, value in wanted.items():
                if kind is not None and name not in ("fact", "denied"):
                    _check_field(words, entry, (*place, name), kind, name, value)


def evidence_of(case: TestCase, read_text: Callable[[Mapping[str, str]], Evidence]) -> Evidence:
    """The evidence that a test is fed with. The listed sources were collected and alive all the time."""
    base = read_text(case.text) if case.text else Evidence()
    facts = list(base.facts)
    for event in case.events:
        facts += _facts(case, event, len(facts))
    facts.sort(key=lambda f: (f.at.start is None, f.at.start or 0))
    numbered = tuple(msgspec.structs.replace(f, id=f"f{i}") for i, f in enumerate(facts, 1))
    coverage = {**base.coverage, **dict.fromkeys(case.sources, ((None, None),))}
    reports = tuple(SourceReport(f"({kind})", kind, covers=True) for kind in case.sources)
    return msgspec.structs.replace(base, facts=numbered, sources=base.sources + reports, coverage=coverage)


def _facts(case: TestCase, event: Mapping[str, Any], number: int) -> list[Fact]:
    source = event["source"]
    repeat = event.get("repeat") or {"every": "0s", "times": 1}
    entities = {k: str(v) for k, v in event.items() if k in ENTITY_KEYS}
    fields = {k: v for k, v in event.items() if k not in ENTITY_KEYS and k not in CONTROL}
    out = []
    for i in range(repeat["times"]):
        shift = ORIGIN + i * milliseconds(repeat["every"])
        start = shift + offset(event["at"]) if "at" in event else None
        end = shift + offset(event["until"]) if "until" in event else start
        at = Span(start, end, source, case.offsets.get(source, 0))
        place = Place(case.path, case.line, excerpt=f"{event['fact']} at {event.get('at', 'an unknown time')}")
        polarity: Polarity = "denied" if event.get("denied") else "asserted"
        out.append(Fact(f"e{number + i}", event["fact"], at, entities, fields, place, source, polarity, "test"))
    return out
