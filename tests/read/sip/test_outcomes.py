from __future__ import annotations

import pytest

from tests.read.sip.sipcase import Case, sdp

DIGEST = 'Authorization: Digest username="u", realm="r", nonce="n", uri="sip:b", response="x"'
CHALLENGE = 'WWW-Authenticate: Digest realm="r", nonce="{}"{}'


def test_a_refusal_tells_its_code_reasons_and_who_answered() -> None:
    case = Case().add(0, "INVITE", body=sdp())
    case.add(
        0.2, "503 Service Unavailable", 'Reason: Q.850;cause=34;text="No circuit"', "Retry-After: 30",
        'Warning: 399 sbc "limit reached"', "Server: gw/1", back=True, tags=("a", "b"),
    )  # fmt: skip
    assert case.facts("sip.response") == [
        {
            "code": 503, "method": "INVITE", "reason": "Service Unavailable", "q850": 34, "text": "No circuit",
            "warning": "limit reached", "server": "gw/1", "retry_after_s": 30, "after_ms": 200, "in_dialog": False,
        }
    ]  # fmt: skip
    assert case.facts("sip.call") == [{"outcome": "refused", "code": 503}]


def test_a_request_that_is_repeated_without_an_answer_is_silence() -> None:
    case = Case()
    for at in (0, 0.5, 1.5, 3.5):
        case.add(at, "INVITE", body=sdp())
    (found,) = case.facts("sip.silence")
    assert found["method"] == "INVITE"
    assert found["times"] == 4
    assert found["span_s"] == 3.5
    assert found["peer_alive"] is False
    assert case.facts("sip.call") == [{"outcome": "silent"}]


def test_a_trace_that_ends_early_tells_no_silence() -> None:
    case = Case().add(0, "INVITE", body=sdp())
    assert case.facts("sip.silence") == []
    assert case.facts("sip.call") == []


def test_trying_and_then_nothing_for_32_seconds_is_silence_after_100() -> None:
    case = Case().add(0, "INVITE", body=sdp()).add(0.1, "100 Trying", back=True)
    case.add(40, "OPTIONS", cseq="9 OPTIONS", branch="z9hG4bKo")
    (found,) = case.facts("sip.silence")
    assert found["provisional"] == 100
    assert case.facts("sip.call") == [{"outcome": "trying_only"}]


def test_a_copy_of_a_packet_at_a_second_interface_is_no_repetition() -> None:
    case = Case()
    for at in (0, 0.001, 0.002):
        case.add(at, "INVITE", body=sdp())
    assert case.facts("sip.silence") == []


def test_a_silent_request_beside_one_that_was_answered_shows_that_the_peer_lives() -> None:
    case = Case()
    for at in (0, 0.5, 1.5):
        case.add(at, "INVITE", body=sdp(more="\na=x:" + "y" * 1400))
    case.add(2, "OPTIONS", cseq="5 OPTIONS", branch="z9hG4bKo")
    case.add(2.1, "200 OK", cseq="5 OPTIONS", branch="z9hG4bKo", back=True)
    (found,) = case.facts("sip.silence")
    assert found["peer_alive"] is True
    assert isinstance(found["bytes"], int)
    assert found["bytes"] > 1300


def test_a_challenge_that_was_answered_is_no_failure() -> None:
    case = Case().add(0, "REGISTER", cseq="1 REGISTER")
    case.add(0.1, "401 Unauthorized", CHALLENGE.format("n", ""), cseq="1 REGISTER", back=True)
    case.add(0.2, "REGISTER", DIGEST, cseq="2 REGISTER", branch="z9hG4bK2")
    case.add(0.3, "200 OK", "Contact: <sip:a@10.0.0.1>;expires=300", cseq="2 REGISTER", branch="z9hG4bK2", back=True)
    assert case.facts("sip.response") == []
    assert case.facts("auth.result") == [{"outcome": "ok", "for": "trunk"}]
    assert case.facts("sip.registration") == [{"state": "registered", "subject": "trunk", "expires_s": 300}]


@pytest.mark.parametrize(("more", "refused"), [("", True), (", stale=true", False)])
def test_credentials_that_are_challenged_again_are_refused_unless_the_nonce_was_stale(more: str, refused: bool) -> None:
    case = Case().add(0, "REGISTER", cseq="1 REGISTER")
    case.add(0.1, "401 Unauthorized", CHALLENGE.format("n", ""), cseq="1 REGISTER", back=True)
    case.add(0.2, "REGISTER", DIGEST, cseq="2 REGISTER", branch="z9hG4bK2")
    case.add(0.3, "401 Unauthorized", CHALLENGE.format("m", more), cseq="2 REGISTER", branch="z9hG4bK2", back=True)
    assert case.facts("auth.result") == ([{"outcome": "refused", "for": "trunk"}] if refused else [])


def test_a_challenge_that_is_never_answered_is_told() -> None:
    case = Case().add(0, "REFER", cseq="1 REFER", tags=("a", "b"))
    case.add(0.1, "401 Unauthorized", CHALLENGE.format("n", ""), cseq="1 REFER", tags=("a", "b"), back=True)
    (found,) = case.facts("sip.response")
    assert (found["method"], found["code"]) == ("REFER", 401)


def test_a_caller_who_gives_up_is_no_failure() -> None:
    case = Case().add(0, "INVITE", body=sdp()).add(1, "180 Ringing", back=True, tags=("a", "b"))
    case.add(9, "CANCEL", cseq="1 CANCEL").add(9.1, "200 OK", cseq="1 CANCEL", back=True)
    case.add(9.2, "487 Request Terminated", back=True, tags=("a", "b"))
    assert case.facts("sip.response") == []
    assert case.facts("sip.call") == [{"outcome": "given_up", "code": 487, "ring_s": 8.2}]


def test_an_answer_that_is_never_acknowledged_is_repeated_until_the_call_ends() -> None:
    case = Case().add(0, "INVITE", body=sdp())
    for at in (1, 1.5, 2.5, 4.5, 8.5):
        case.add(at, "200 OK", back=True, tags=("a", "b"), body=sdp("198.51.100.7"))
    case.bye(33, back=True)
    (silence,) = case.facts("sip.silence")
    assert (silence["method"], silence["times"]) == ("ACK", 4)
    (bye,) = case.facts("sip.bye")
    assert (bye["by"], bye["age_s"], bye["normal"], bye["unacknowledged"]) == ("callee", 32.0, False, True)


def test_a_registration_of_zero_seconds_ends_it() -> None:
    case = Case().add(0, "REGISTER", "Expires: 0", cseq="1 REGISTER")
    case.add(0.1, "200 OK", cseq="1 REGISTER", back=True)
    assert case.facts("sip.registration") == [{"state": "unregistered", "subject": "trunk", "expires_s": 0}]
