from __future__ import annotations

from typing import Any

import pytest

from diagnose.read import readers
from diagnose.read.sip.exports import claims, read
from tests.read.sip.sipcase import Case, sdp


def row(at: int, method: str, **more: Any) -> dict[str, Any]:
    answer = method.isdigit()
    ends = ("10.0.0.90", "10.0.0.11") if answer else ("10.0.0.11", "10.0.0.90")
    return {
        "id": str(at), "date": f"2026-03-04T10:00:{at:02}.000Z", "method": method, "replyReason": "", "callid": "c1",
        "cseq": "1 INVITE", "ruriUser": "desk", "toUser": "desk", "fromUser": "+1", "sourceIp": ends[0],
        "sourcePort": "8061", "destinationIp": ends[1], "destinationPort": "8061", "proto": "6", "reason": "",
        "conversationId": "conv-1",
    } | more  # fmt: skip


def test_rows_of_a_search_become_calls_of_a_conversation() -> None:
    rows = [
        row(2, "480", replyReason="Temporarily Unavailable", reason="Q.850;cause=20"),
        row(0, "INVITE"),
        row(1, "100"),
    ]
    found = {"data": rows}
    assert claims(found)
    drafts, report = read(found, "siptraces.json")
    (response,) = [d for d in drafts if d.kind == "sip.response"]
    assert (response.fields["code"], response.fields["q850"], response.fields["after_ms"]) == (480, 20, 2000)
    assert response.entities == {"session": "c1", "conversation": "conv-1"}
    assert response.place.pointer == "/data/0"
    assert (report.kind, report.records, report.covers) == ("sip.trace", 3, True)


@pytest.mark.parametrize("spoilt", [{"cseq": ""}, {"cseq": " "}, {"method": "\u00b2\u00b3\u00b9"}])
def test_a_row_without_a_method_or_with_an_odd_code_is_read(spoilt: dict[str, str]) -> None:
    assert read([row(0, "200") | spoilt], "x.json")[1].records == 1


def test_who_ends_a_call_is_told_by_addresses_when_there_are_no_tags() -> None:
    rows = [row(0, "INVITE"), row(1, "200"), row(30, "BYE", cseq="2 BYE")]
    (bye,) = [d for d in read(rows, "x.json")[0] if d.kind == "sip.bye"]
    assert (bye.fields["by"], bye.fields["age_s"]) == ("caller", 29.0)


@pytest.mark.parametrize(
    "times", [{"timeSeconds": 1_772_618_400, "timeUseconds": 500_000}, {"micro_ts": 1_772_618_400_500_000}]
)
def test_messages_as_text_in_an_export(times: dict[str, int]) -> None:
    lines = Case().add(0, "INVITE", body=sdp()).add(1, "486 Busy Here", back=True, tags=("a", "b")).lines
    at = lines.index("SIP/2.0 486 Busy Here")
    texts = ["\r\n".join(lines[1 : at - 1]), "\r\n".join(lines[at:])]
    found = {"data": {"messages": [{"raw": t, "srcIp": "10.0.0.1", "srcPort": 5060, **times} for t in texts]}}
    assert claims(found)
    (response,) = [d for d in read(found, "x.json")[0] if d.kind == "sip.response"]
    assert response.fields["code"] == 486
    assert response.start == 1_772_618_400_500


@pytest.mark.parametrize(
    "obj", [None, [], {}, {"data": []}, {"data": [{"method": "GET"}]}, [{"message": "SIP/2.0 is old"}]]
)
def test_other_json_is_not_claimed(obj: object) -> None:
    assert not claims(obj)


def test_rows_with_wrong_values_are_read_without_an_error() -> None:
    rows = [
        row(0, "INVITE", date=7, sourcePort=None, cseq="x"),
        row(1, "999"),
        {"callid": "a", "cseq": "", "method": None},
    ]
    assert readers.claimed(rows)
    read(rows, "x.json")


def test_a_log_in_which_one_record_holds_a_message_stays_a_log() -> None:
    message = "INVITE sip:b@x SIP/2.0\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n\r\n"
    assert not claims([{"message": message}, {"message": "up"}, {"message": "down"}])
