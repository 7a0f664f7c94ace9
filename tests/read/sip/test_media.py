from __future__ import annotations

import pytest

from tests.read.sip.sipcase import Case, sdp


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (sdp("198.51.100.7", payloads="0 101"), "agreed"),
        (sdp("198.51.100.7", payloads="9 101"), "differs"),
        (sdp("198.51.100.7", payloads="101"), "no_common"),
        (sdp("198.51.100.7", port=0), "no_common"),
    ],
)
def test_the_codecs_of_offer_and_answer_are_compared(answer: str, outcome: str) -> None:
    (found,) = Case().answered(sdp(payloads="0 8 101"), answer).facts("media.codec")
    assert (found["outcome"], found["offered"]) == (outcome, "PCMU PCMA")


def test_telephone_events_that_the_answer_leaves_out_are_missing() -> None:
    assert Case().answered(sdp(), sdp("198.51.100.7", payloads="0")).facts("media.dtmf") == [{"outcome": "missing"}]
    assert Case().answered().facts("media.dtmf") == []


@pytest.mark.parametrize(
    ("offer", "answer", "expected"),
    [
        (
            {"profile": "RTP/SAVP", "more": "\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:k"},
            {},
            ("mismatch", "srtp", "rtp"),
        ),
        ({"profile": "RTP/SAVP"}, {"profile": "RTP/SAVP"}, ("missing_key", "srtp", "srtp")),
        (
            {"profile": "UDP/TLS/RTP/SAVPF", "more": "\na=fingerprint:sha-256 AA"},
            {"profile": "UDP/TLS/RTP/SAVPF", "more": "\na=fingerprint:sha-256 BB"},
            ("agreed", "dtls", "dtls"),
        ),
    ],
)
def test_profiles_and_keys_of_both_sides_are_compared(
    offer: dict[str, str], answer: dict[str, str], expected: tuple[str, str, str]
) -> None:
    case = Case().answered(sdp(**offer), sdp("198.51.100.7", **answer))  # type: ignore[arg-type]
    (found,) = case.facts("media.security")
    assert (found["outcome"], found["offered"], found["answered"]) == expected


def test_plain_media_on_both_sides_needs_no_word() -> None:
    assert Case().answered().facts("media.security") == []


def test_a_private_address_from_a_public_source_is_told() -> None:
    case = Case().answered(sdp("10.0.0.1"), sdp("192.168.1.4"))
    found = {str(f["address"]): f for f in case.facts("media.address")}
    assert found["10.0.0.1"]["matches_source"] is True
    assert (found["192.168.1.4"]["scope"], found["192.168.1.4"]["matches_source"]) == ("private", False)


def test_the_addresses_of_a_refused_call_say_nothing() -> None:
    case = Case().add(0, "INVITE", body=sdp()).add(1, "403 Forbidden", back=True, tags=("a", "b"))
    assert case.facts("media.address") == []


def test_a_media_server_of_its_own_address_is_no_mismatch() -> None:
    case = Case().answered(sdp("10.0.0.9"), sdp("198.51.100.99"))
    assert [f.get("matches_source") for f in case.facts("media.address")] == [None, None]


def test_what_the_receiver_saw_as_source_decides_before_the_trace() -> None:
    case = Case().add(0, "INVITE", body=sdp("10.0.0.1"))
    case.add(
        1, "200 OK", back=True, tags=("a", "b"), via="10.0.0.1:5060;received=203.0.113.5", body=sdp("198.51.100.7")
    )
    assert [f["matches_source"] for f in case.facts("media.address")] == [False, True]
    (nat,) = case.facts("nat.state")
    assert nat["state"] == "translated"


def test_a_via_that_comes_back_changed_was_rewritten() -> None:
    case = Case().add(0, "INVITE", body=sdp()).add(1, "180 Ringing", back=True, via="203.0.113.5:5060")
    assert [f["state"] for f in case.facts("nat.state")] == ["rewritten"]


def reinvite(case: Case, at: float, number: int, body: str, answer: str = "200 OK") -> Case:
    keys = {"cseq": f"{number} INVITE", "branch": f"z9hG4bKre{number}"}
    case.add(at, "INVITE", tags=("a", "b"), body=body, **keys)
    return case.add(at + 0.1, answer, tags=("a", "b"), back=True, body=sdp("198.51.100.7"), **keys)


def test_a_hold_that_is_taken_back() -> None:
    case = reinvite(Case().answered(), 10, 2, sdp(more="\na=sendonly"))
    reinvite(case, 25, 3, sdp(more="\na=sendrecv"))
    assert case.facts("media.direction") == [{"direction": "sendonly", "by": "caller", "resumed": True, "held_s": 15.0}]


def test_a_hold_by_an_unset_address_that_lasts_until_the_end() -> None:
    case = reinvite(Case().answered(), 10, 2, sdp("0.0.0.0")).bye(40)
    (found,) = case.facts("media.direction")
    assert found == {"direction": "inactive", "by": "caller", "resumed": False, "held_s": 30.0}
    assert case.facts("media_server.change") == []


@pytest.mark.parametrize(("answer", "outcome"), [("200 OK", "ok"), ("500 Server Error", "failed")])
def test_another_address_in_the_middle_of_a_call_is_a_move_of_the_media(answer: str, outcome: str) -> None:
    case = reinvite(Case().answered(), 10, 2, sdp("10.0.0.77"), answer)
    (found,) = case.facts("media_server.change")
    assert found == {"old": "10.0.0.1", "new": "10.0.0.77", "outcome": outcome, "by": "re-INVITE"}


def test_an_offer_in_the_answer_is_answered_in_the_ack() -> None:
    case = (
        Case().add(0, "INVITE").add(1, "200 OK", back=True, tags=("a", "b"), body=sdp("198.51.100.7", payloads="8 101"))
    )
    case.add(1.1, "ACK", cseq="1 ACK", tags=("a", "b"), branch="z9hG4bKack", body=sdp(payloads="8 101"))
    (found,) = case.facts("media.codec")
    assert found["outcome"] == "agreed"
