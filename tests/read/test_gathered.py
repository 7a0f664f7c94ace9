"""What the readers brought, put together."""

from __future__ import annotations

from diagnose.model import Draft, Place, SourceReport
from diagnose.read.gathered import Gathered


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
