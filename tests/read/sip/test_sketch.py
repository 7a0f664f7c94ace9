from __future__ import annotations

import pytest

from diagnose.model import Draft
from diagnose.read.sip import Trace, is_sketch


def facts(text: str, *, prose: bool = False) -> dict[str, list[dict[str, object]]]:
    assert prose or is_sketch(text, True)
    trace = Trace(sketch=not prose, prose=prose)
    list(trace.rest(enumerate(text.splitlines(), 1)))
    drafts: list[Draft] = trace.facts("sip.txt")[0] if trace else []
    out: dict[str, list[dict[str, object]]] = {}
    for one in drafts:
        out.setdefault(one.kind, []).append(one.fields)
    return out


def test_a_ladder_on_one_line_is_a_call() -> None:
    found = facts("INVITE -> 100 -> 183 -> 200 -> ACK -> BYE (Reason: Q.850;cause=31)")
    assert [c["outcome"] for c in found["sip.call"]] == ["answered"]
    assert [(b["q850"], b["normal"]) for b in found["sip.bye"]] == [(31, True)]


@pytest.mark.parametrize(
    "text",
    [
        "INVITE → 100 Trying → 503 Service Unavailable",
        "INVITE --> 100 --> SIP/2.0 503 Service Unavailable",
        "INVITE sip:5550100@trunk.example.com\nSIP/2.0 100 Trying\nSIP/2.0 503 Service Unavailable",
    ],
)
def test_a_refusal_in_every_form_of_sketch(text: str) -> None:
    (response,) = facts(text)["sip.response"]
    assert (response["code"], response["method"], response["reason"]) == (503, "INVITE", "Service Unavailable")


def test_a_ladder_in_a_ticket_is_read_and_stays_in_it() -> None:
    text = "We trace the call and it goes INVITE -> 100 -> 183 -> 488 every time.\nPlease help."
    trace = Trace(prose=True)
    assert [line for _, line in trace.rest(enumerate(text.splitlines(), 1))] == text.splitlines()
    assert [d.fields["code"] for d in trace.facts("t")[0] if d.kind == "sip.response"] == [488]


def test_an_offer_and_an_answer_are_compared() -> None:
    found = facts("offer: m=audio 4000 RTP/AVP 18\nanswer: m=audio 5000 RTP/AVP 0\n")
    assert [c["outcome"] for c in found["media.codec"]] == ["differs"]


def test_headers_belong_to_the_line_before() -> None:
    (response,) = facts('INVITE sip:b@x\nSIP/2.0 403 Forbidden\nWarning: 399 x "no such trunk"')["sip.response"]
    assert response["warning"] == "no such trunk"


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04 10:00:00 INVITE sip:b@x\n2026-03-04 10:00:01 SIP/2.0 486 Busy Here",
        "a -> b -> c",
        "the flow goes bot -> queue -> agent and then it ends",
        "",
    ],
)
def test_logs_and_prose_are_no_sketch(text: str) -> None:
    assert not is_sketch(text, True)
