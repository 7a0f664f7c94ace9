from __future__ import annotations

import pytest
from sipmessage.via import VIA_EXCEPTION

from diagnose.read.sip.message import Message, Travel, parse


def message(*lines: str) -> Message:
    found = parse(lines, Travel())
    assert found is not None
    return found


@pytest.mark.parametrize("start", ["INVITE sip:b@x SIP/2.0", "OPTIONS * SIP/2.0", "INVITE tel:+49301 SIP/2.0"])
def test_a_request_tells_its_method(start: str) -> None:
    assert (message(start, "CSeq: 1 INVITE").code, message(start).method) == (0, start.split(maxsplit=1)[0])


def test_an_answer_takes_its_method_from_the_cseq() -> None:
    found = message("SIP/2.0 486 Busy Here", "CSeq: 7 INVITE")
    assert (found.code, found.reason, found.method, found.number) == (486, "Busy Here", "INVITE", 7)


@pytest.mark.parametrize(
    "lines", [[], ["Via: SIP/2.0/UDP x"], ["GET / HTTP/1.1"], ["SIP/2.0 9999"], ["INVITE b SIP/2.0"]]
)
def test_lines_without_a_start_line_are_no_message(lines: list[str]) -> None:
    assert parse(lines, Travel()) is None


@pytest.mark.parametrize(
    ("value", "q850", "sip"),
    [
        ('Q.850;cause=16;text="ok"', 16, None),
        ("SIP ;cause=408", None, 408),
        ('q850;cause="34"', 34, None),
        ('SIP;cause=200;text="a, b", Q.850;cause=17', 17, 200),
        ("something else", None, None),
    ],
)
def test_the_reason_header_gives_a_cause_for_each_protocol(value: str, q850: int | None, sip: int | None) -> None:
    found = message("BYE sip:b@x SIP/2.0", f"Reason: {value}")
    assert (found.cause("Q.850"), found.cause("SIP")) == (q850, sip)


def test_a_via_that_cannot_be_read_is_none() -> None:
    found = message("BYE sip:b@x SIP/2.0", "Via: rubbish;branch=z1")
    assert (found.via, found.branch, found.transport) == (None, "z1", "")


def test_a_message_without_headers_has_empty_ones() -> None:
    found = message("BYE sip:b@x SIP/2.0")
    assert (found.call_id, found.number, found.branch, found.from_tag, found.to_tag) == ("", -1, "", "", "")


def test_the_size_is_that_of_the_trace_or_of_the_text() -> None:
    found = parse(["BYE sip:b@x SIP/2.0", "A: b"], Travel(), size=900)
    assert found is not None
    assert found.size == 900
    assert message("BYE sip:b@x SIP/2.0", "A: b").size == len("BYE sip:b@x SIP/2.0\r\nA: b\r\n")


def test_a_via_that_cannot_be_read_keeps_nothing_alive() -> None:
    assert message("BYE sip:b@x SIP/2.0", "Via: rubbish;branch=z1").via is None
    assert VIA_EXCEPTION.__traceback__ is None
