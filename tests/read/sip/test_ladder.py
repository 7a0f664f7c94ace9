from __future__ import annotations

from diagnose.read.sip.ladder import Call, answered_by, calls_of, is_silent
from diagnose.read.sip.split import Splitter
from tests.read.sip.sipcase import Case, sdp


def calls(*cases: Case) -> list[Call]:
    splitter = Splitter()
    lines = [line for case in cases for line in case.lines]
    list(splitter.rest(enumerate(lines, 1)))
    return calls_of(splitter.messages)


def test_both_sides_of_a_proxy_are_transactions_of_one_call() -> None:
    case = Case().add(0, "INVITE", body=sdp()).add(0.1, "INVITE", branch="z9hG4bKout", body=sdp())
    (call,) = calls(case)
    assert [(t.method, t.branch) for t in call.transactions] == [("INVITE", "z9hG4bK1"), ("INVITE", "z9hG4bKout")]


def test_a_repetition_counts_and_a_copy_of_a_packet_does_not() -> None:
    case = Case()
    for at in (0, 0.002, 0.5, 0.502):
        case.add(at, "INVITE", body=sdp())
    (call,) = calls(case)
    assert len(call.transactions[0].sent) == 2


def test_an_answer_without_its_request_is_kept() -> None:
    (call,) = calls(Case().add(0, "503 No", back=True))
    assert (call.transactions[0].request, call.transactions[0].first.code) == (None, 503)
    assert not is_silent(call.transactions[0], 10**15)


def test_destinations_that_answer_are_counted() -> None:
    one = Case("c1").add(0, "OPTIONS", cseq="1 OPTIONS").add(0.1, "200 OK", cseq="1 OPTIONS", back=True)
    other = Case("c2").add(0, "OPTIONS", cseq="1 OPTIONS", branch="z9hG4bKo")
    assert answered_by(calls(one, other)) == {"198.51.100.7:5060": 1}


def test_the_side_that_sent_a_request_goes_by_its_tag() -> None:
    (call,) = calls(Case().answered().bye(9, back=True))
    bye = call.of("BYE")[0].request
    assert bye is not None
    assert call.side(bye) == "callee"
