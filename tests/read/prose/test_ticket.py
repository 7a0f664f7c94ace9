"""A pasted ticket: prose, JSON, log lines and code."""

from __future__ import annotations

from typing import Any

from diagnose.model import Draft, Place, SourceReport
from diagnose.read.prose.ticket import Ticket, parts, read_ticket
from diagnose.read.signals.scan import Scanner
from diagnose.read.signals.signal import Signal

SIGNALS = [
    Signal("t.flap", "t", ("ticket",), "link.state", "(?i)uplink flapped", (), {"state": "flapping"}),
    Signal("t.clean", "t", ("ticket",), "check", "(?i)no drops", (), {"result": "clean"}),
    Signal("t.loss", "t", ("ticket",), "probe.result", "(?i)packet loss", (), {"outcome": "loss"}),
    Signal("t.timeout", "t", ("ticket",), "media.event", "media_timeout", (), {"event": "media_timeout"}),
    Signal(
        "l.reset",
        "t",
        ("log",),
        "bot.media.handshake",
        "(?i)reset by peer",
        (),
        {"outcome": "reset"},
        {"code": "error_code"},
    ),
    Signal("t.asks", "t", ("ticket",), "incident.kind", "(?i)is this a fault", (), {"state": "no_failure_seen"}),
    Signal("t.cond", "t", ("ticket",), "condition", "(?i)fine .* but .* fails on Mondays", (), {"outcome": "fails"}),
]


def structured(obj: Any, path: str) -> tuple[list[Draft], SourceReport] | None:
    if isinstance(obj, dict) and "conversationId" in obj:
        draft = Draft(kind="disconnect", source="analytics", place=Place(path, None, "/"), signal="analytics")
        return [draft], SourceReport(path=path, kind="analytics", records=1, facts=1, covers=True)
    return None


def ticket(text: str) -> Ticket:
    return read_ticket(list(enumerate(text.splitlines(), 1)), "t.txt", Scanner(SIGNALS), structured)


def test_what_is_said_denied_suspected_and_advised() -> None:
    found = ticket(
        "On Monday the uplink flapped. We saw no packet loss.\nMaybe the uplink flapped before.\n"
        "The firewall shows no drops.\nLook for media_timeout."
    )
    assert [(d.signal, d.polarity, d.place.line) for d in found.drafts] == [
        ("t.flap", "asserted", 1),
        ("t.loss", "denied", 1),
        ("t.clean", "asserted", 3),
    ]
    assert (found.reports[0].records, found.reports[0].facts, found.reports[0].covers) == (5, 3, False)


def test_whether_it_is_a_fault_at_all_may_be_asked() -> None:
    assert [d.kind for d in ticket("I wonder: is this a fault?").drafts] == ["incident.kind"]
    assert ticket("Could it be packet loss?").drafts == ()


def test_a_json_object_of_many_lines_is_an_excerpt_at_its_line() -> None:
    found = ticket(
        'We saw this in the logs.\n{\n"timestamp": "2031-03-04T05:06:07Z",\n"component": "media-bridge",\n'
        '"message": "Connection reset by peer",\n"error_code": "E7",\n"session_id": "s1"\n}\nThen the uplink flapped.'
    )
    reset, flap = found.drafts
    assert (reset.source, reset.place.line, reset.entities, reset.fields["code"]) == (
        "edge.log",
        2,
        {"session": "s1"},
        "E7",
    )
    assert reset.start == 1930367167000
    assert flap.place.line == 9
    assert [(r.kind, r.covers) for r in found.reports] == [("ticket", False), ("edge.log", False)]


def test_an_api_answer_goes_to_its_reader_and_does_not_cover() -> None:
    found = ticket('Here is the call.\n{"conversationId": "c1", "participants": []}\n')
    assert [(d.source, d.place.line) for d in found.drafts] == [("analytics", 2)]
    assert [(r.kind, r.covers) for r in found.reports] == [("ticket", False), ("analytics", False)]


def test_a_json_object_that_breaks_off_is_reported_and_what_is_whole_is_read() -> None:
    found = ticket('The log says this.\n{\n"message": "reset by peer",\n"component": "media-bridge",\n"error_co')
    assert [(p.line, p.severity) for p in found.problems] == [(2, "warning")]
    assert "breaks off (lines 2 to 5)" in found.problems[0].message
    assert [d.signal for d in found.drafts] == ["l.reset"]


def test_stamped_lines_are_log_excerpts_with_their_stack_traces() -> None:
    found = ticket(
        "The bridge wrote this at night.\n2031-03-04T05:06:07Z ERROR media-bridge boom\n"
        "    Caused by: reset by peer\nWe had to restart it."
    )
    (draft,) = found.drafts
    assert (draft.source, draft.place.line, draft.start) == ("edge.log", 2, 1930367167000)


def test_a_line_of_output_without_a_stamp_is_scanned_as_a_log() -> None:
    (draft,) = ticket("This is all we have from it.\nERROR: tm [a.c:3]: reset by peer\n").drafts
    assert (draft.signal, draft.place.line) == ("l.reset", 2)


def test_what_a_sentence_quotes_is_scanned_as_a_log() -> None:
    (draft,) = ticket('The console prints "read: connection reset by peer" all day.').drafts
    assert (draft.source, draft.polarity) == ("log", "asserted")
    assert ticket('We never saw "read: connection reset by peer" in there.').drafts[0].polarity == "denied"


def test_code_is_no_evidence() -> None:
    found = ticket(
        'var q = new Query\n{\nFilter = "media_timeout",\n};\n'
        'var r = await api.Post("media_timeout", q);\nThe uplink flapped.'
    )
    assert [d.signal for d in found.drafts] == ["t.flap"]
    assert found.problems == ()


def test_a_signal_may_span_clauses() -> None:
    (draft,) = ticket("It is fine all week but transfer fails on Mondays.").drafts
    assert draft.signal == "t.cond"


def test_parts_keep_every_line() -> None:
    text = 'a b\n\n{"message": "x"}\n2031-03-04T05:06:07Z up\n}\n{"k": \n'
    lines = list(enumerate(text.splitlines(), 1))
    assert [number for part in parts(lines) for number, _ in part.lines] == [n for n, _ in lines]


def test_an_endless_row_of_brackets_is_survived() -> None:
    assert ticket("[" * 100_000 + "\nThe uplink flapped.").drafts[-1].signal == "t.flap"
