from __future__ import annotations

import random

from diagnose.normalise import normalise
from tests.normalise.drafts import BASE, draft, reading, report


def test_facts_are_numbered_in_time_order_with_unknown_times_last() -> None:
    found = normalise(reading(draft(at=None, line=1), draft(at=9, line=2), draft(at=3, line=3))).facts
    assert [(f.id, f.source.line) for f in found] == [("f1", 3), ("f2", 2), ("f3", 1)]


def test_the_order_of_reading_does_not_matter() -> None:
    drafts = [
        draft(at=n % 4, path=f"{n % 3}.log", line=n, fields={"outcome": "reset", "age_s": n % 2}) for n in range(20)
    ]
    shuffled = drafts[:]
    random.Random(5).shuffle(shuffled)
    places = [[(f.id, f.source, f.fields) for f in normalise(reading(*d)).facts] for d in (drafts, shuffled)]
    assert places[0] == places[1]


def test_the_same_fact_from_two_sources_is_one_and_the_report_says_so() -> None:
    sources = (report("edge.log"), report("ticket.txt", "ticket", why="cut off"))
    evidence = normalise(reading(draft(path="edge.log"), draft(path="ticket.txt"), sources=sources))
    assert [f.source.path for f in evidence.facts] == ["edge.log"]
    assert [s.why for s in evidence.sources] == ["", "cut off; 1 fact already known from another source"]


def test_two_equal_lines_of_one_log_in_one_second_are_two_facts() -> None:
    assert len(normalise(reading(draft(line=1), draft(line=2))).facts) == 2
    twice = reading(draft(line=1), draft(line=2), draft(path="copy.log", line=1), draft(path="copy.log", line=2))
    assert len(normalise(twice).facts) == 2


def test_a_statement_without_time_that_is_made_twice_is_one_but_log_lines_are_counted() -> None:
    said = [draft(at=None, path="ticket.txt", source="ticket", line=n) for n in (1, 2)]
    assert len(normalise(reading(*said)).facts) == 1
    assert len(normalise(reading(draft(at=None, line=1), draft(at=None, line=2))).facts) == 2


def test_facts_that_differ_in_polarity_entity_or_field_stay_apart() -> None:
    drafts = [
        draft(),
        draft(polarity="denied"),
        draft(entities={"edge": "n1"}),
        draft(fields={"outcome": "refused"}),
    ]
    assert len(normalise(reading(*drafts)).facts) == 4


def test_a_flood_keeps_its_begin_and_its_end_and_says_what_was_left_out() -> None:
    evidence = normalise(
        reading(*(draft(at=n, line=n, entities={"edge": "n1"}) for n in range(1200)), draft(at=5, kind="ws.close"))
    )
    lines = [f.source.line for f in evidence.facts if f.kind == "tcp.failure"]
    assert lines == [*range(500), *range(700, 1200)]
    assert evidence.truncated == (
        "1200 equal facts tcp.failure about edge n1: the first 500 and the last 500 were kept, 200 left out",
    )
    assert any(f.kind == "ws.close" for f in evidence.facts)


def test_an_edge_is_called_by_its_name_where_a_source_tells_id_and_name() -> None:
    drafts = [
        draft("edge.state", None, "edges.json", source="edge.api", fields={"online": "online"},
              entities={"edge": "ID-1", "node": "oslo-1"}),
        draft("media_server.change", 1, "call.json", source="analytics", fields={"old": "id-1", "new": "id-2"},
              entities={"edge": "id-1"}),
        draft(at=2, entities={"edge": "OSLO-1"}),
    ]  # fmt: skip
    facts = normalise(reading(*drafts)).facts
    assert {f.entities["edge"] for f in facts} == {"oslo-1"}
    assert all("node" not in f.entities for f in facts)
    assert next(f for f in facts if f.kind == "media_server.change").fields == {"old": "oslo-1", "new": "id-2"}


def test_an_unknown_kind_is_left_out_with_a_warning() -> None:
    evidence = normalise(reading(draft(), draft("no.such")), fact_kinds={"tcp.failure"})
    assert [f.kind for f in evidence.facts] == ["tcp.failure"]
    assert evidence.warnings == ("facts of the unknown kind no.such were left out",)


def test_an_interval_that_runs_backwards_is_turned_round() -> None:
    (found,) = normalise(reading(draft(at=10, end=BASE))).facts
    assert (found.at.start, found.at.end) == (BASE, BASE + 10_000)


def test_excerpts_and_fields_are_redacted_unless_switched_off_but_secrets_never_stay() -> None:
    told = draft(excerpt="from a.person@example.org password=hunter22", fields={"detail": "ask a.person@example.org"})
    (safe,) = normalise(reading(told)).facts
    (raw,) = normalise(reading(told), redact=False).facts
    assert safe.source.excerpt == "from mail-1 password=secret-1"
    assert safe.fields["detail"] == "ask mail-1"
    assert raw.source.excerpt == "from a.person@example.org password=secret-1"


def test_no_evidence_gives_no_facts() -> None:
    evidence = normalise(reading())
    assert (evidence.facts, evidence.coverage, evidence.warnings) == ((), {}, ())
