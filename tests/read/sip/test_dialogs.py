from __future__ import annotations

import pytest

from tests.read.sip.sipcase import Case, sdp


def test_a_normal_call_tells_that_it_was_answered_and_ended_by_whom() -> None:
    case = Case().answered().bye(62, "Reason: Q.850;cause=16")
    (call,) = case.facts("sip.call")
    assert (call["outcome"], call["setup_ms"], call["transport"]) == ("answered", 2000, "UDP")
    assert case.facts("sip.bye") == [{"by": "caller", "q850": 16, "age_s": 60.0, "normal": True}]
    assert case.facts("sip.silence") == []
    assert case.facts("sip.response") == []


def test_a_bye_with_a_cause_that_is_not_normal_says_so() -> None:
    (bye,) = Case().answered().bye(12, 'Reason: Q.850;cause=41;text="Temporary failure"', back=True).facts("sip.bye")
    assert (bye["by"], bye["q850"], bye["text"], bye["normal"]) == ("callee", 41, "Temporary failure", False)


@pytest.mark.parametrize(("fragment", "outcome"), [("200 OK", "ok"), ("486 Busy Here", "failed")])
def test_a_transfer_is_judged_by_the_notify(fragment: str, outcome: str) -> None:
    case = Case().answered()
    case.add(10, "REFER", "Refer-To: <sip:c@example.com>", cseq="2 REFER", tags=("a", "b"), branch="z9hG4bKr")
    case.add(10.1, "202 Accepted", cseq="2 REFER", tags=("a", "b"), branch="z9hG4bKr", back=True)
    case.add(
        12, "NOTIFY", "Content-Type: message/sipfrag", cseq="1 NOTIFY", tags=("b", "a"), branch="z9hG4bKn",
        body=f"SIP/2.0 {fragment}", back=True,
    )  # fmt: skip
    assert case.facts("sip.transfer") == [{"outcome": outcome, "code": int(fragment[:3])}]


def test_a_transfer_of_which_nothing_is_told_in_32_seconds() -> None:
    case = Case().answered()
    case.add(10, "REFER", cseq="2 REFER", tags=("a", "b"), branch="z9hG4bKr")
    case.add(10.1, "202 Accepted", cseq="2 REFER", tags=("a", "b"), branch="z9hG4bKr", back=True)
    assert case.facts("sip.transfer") == []
    assert case.bye(50).facts("sip.transfer") == [{"outcome": "not_told"}]


@pytest.mark.parametrize(("end", "outcome"), [(92, "expired"), (20, "unused"), (400, "missed")])
def test_a_session_timer_is_compared_with_the_end_of_the_call(end: int, outcome: str) -> None:
    case = Case().answered("", "", "Session-Expires: 90;refresher=uas").bye(end, back=True)
    (timer,) = case.facts("sip.session_timer")
    assert (timer["outcome"], timer["interval_s"], timer["refresher"]) == (outcome, 90, "uas")


def test_a_refreshed_session_counts_from_the_refresh() -> None:
    case = Case().answered("", "", "Session-Expires: 90;refresher=uac")
    case.add(47, "UPDATE", cseq="2 UPDATE", tags=("a", "b"), branch="z9hG4bKu")
    case.add(47.1, "200 OK", cseq="2 UPDATE", tags=("a", "b"), branch="z9hG4bKu", back=True)
    (timer,) = case.bye(62).facts("sip.session_timer")
    assert (timer["outcome"], timer["lived_s"]) == ("refreshed", 15)


def test_a_failed_re_invite_is_told_as_inside_the_call() -> None:
    case = Case().answered()
    case.add(20, "INVITE", cseq="2 INVITE", tags=("a", "b"), branch="z9hG4bKre", body=sdp())
    case.add(20.1, "491 Request Pending", cseq="2 INVITE", tags=("a", "b"), branch="z9hG4bKre", back=True)
    (found,) = case.facts("sip.response")
    assert (found["code"], found["in_dialog"]) == (491, True)
    assert [c["outcome"] for c in case.facts("sip.call")] == ["answered"]
