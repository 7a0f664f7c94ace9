"""What the readers brought, put together."""

from __future__ import annotations

import json
from pathlib import Path

from diagnose.model import Draft, Place, SourceReport
from diagnose.read import read
from diagnose.read.gathered import Gathered
from diagnose.read.signals.scan import Scanner
from tests.read.calls import call, party, session
from tests.read.sip.sipcase import Case, sdp


def draft(path: str = "x.txt", start: int | None = None) -> Draft:
    return Draft("tcp.failure", "network.probe", Place(path, 1), {"outcome": "refused"}, start=start, end=start)


def report(path: str, **more: object) -> SourceReport:
    return SourceReport(path=path, kind="network.probe", records=1, facts=1, **more)  # type: ignore[arg-type]


def test_an_input_that_failed_is_a_source_that_was_not_read() -> None:
    gathered = Gathered()
    gathered.fail("a.bin", "IN017", "not text", "export it")
    reading = gathered.reading()
    assert not gathered.any_read
    assert [(s.kind, s.why) for s in reading.sources] == [("unread", "not text")]
    assert reading.problems[0].message == "not read: not text"


def test_a_warning_leaves_the_source_read() -> None:
    gathered = Gathered()
    gathered.found(([draft()], report("x.txt")))
    gathered.warn("x.txt", "IN018", "1 byte was replaced", "name the encoding")
    assert gathered.any_read
    assert [s.kind for s in gathered.reading().sources] == ["network.probe"]


def test_what_left_a_part_unread_stands_in_the_report_of_that_input_only() -> None:
    gathered = Gathered()
    gathered.found(([], report("a.log", why="2 lines not read")))
    gathered.found(([], report("b.log")))
    gathered.warn("b.log", "IN030", "only the first 4 GB were read", "split it")
    gathered.warn("b.log", "IN018", "1 byte was replaced", "name the encoding")
    gathered.account("b.log", problems=0, sources=1)
    gathered.account("a.log", problems=0, sources=0)
    assert [s.why for s in gathered.reading().sources] == ["2 lines not read", "only the first 4 GB were read"]


def test_people_in_json_are_remembered_once() -> None:
    gathered = Gathered()
    value = {"participants": [{"purpose": "agent", "participantName": "Ada Example"}]}
    gathered.object(value, "x.json")
    gathered.object(value, "y.json")
    assert gathered.reading().people == ("Ada Example",)


def test_times_without_a_date_are_put_beside_what_has_one() -> None:
    gathered = Gathered()
    noon = 1772625600000
    gathered.found(([draft("a.txt", noon)], report("a.txt", from_=noon, to=noon)))
    at = 12 * 3_600_000 + 5_000
    gathered.found(([draft("b.txt", at)], report("b.txt", from_=at, to=at)))
    assert [d.start for d in gathered.reading().drafts] == [noon, noon + 5_000]


def test_the_facts_of_a_sip_call_get_the_conversation_that_names_its_call_id(tmp_path: Path) -> None:
    trace = Case("leg-7@edge").add(0, "INVITE", body=sdp()).add(1, "486 Busy Here", back=True, tags=("a", "b"))
    other = Case("leg-8@edge").add(0, "INVITE", body=sdp()).add(1, "503 No", back=True, tags=("a", "b"))
    (tmp_path / "a.txt").write_text("\n".join([*trace.lines, *other.lines]))
    legs = [session("s1", protocolCallId="leg-7@edge"), session("s2", protocolCallId="leg-7@edge"), session("s3")]
    (tmp_path / "b.json").write_text(json.dumps(call(party("customer", *legs), name="conv-1")))
    drafts = read([str(tmp_path)], Scanner([])).drafts
    found = {d.fields["code"]: d.entities for d in drafts if d.kind == "sip.response"}
    assert found[486] == {"session": "leg-7@edge", "conversation": "conv-1"}
    assert found[503] == {"session": "leg-8@edge"}
    assert [(d.fields, d.entities["conversation"]) for d in drafts if d.kind == "sip.leg"] == [
        ({"call_id": "leg-7@edge", "leg": "customer"}, "conv-1")
    ]
