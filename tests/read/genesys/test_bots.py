from __future__ import annotations

from typing import Any

import pytest

from diagnose.model import Draft
from diagnose.read.genesys import bots

SESSION = {
    "id": "b1",
    "flow": {"id": "flow-7"},
    "conversation": {"id": "call-1"},
    "channel": {"name": "Call"},
    "botResult": "ExitRequestedByUser",
    "botResultCategory": "UserExit",
    "dateCreated": "2031-03-04T12:00:00Z",
    "dateCompleted": "2031-03-04T12:00:30Z",
}
TURN = {
    "sessionId": "b1",
    "conversation": {"id": "call-1"},
    "dateCreated": "2031-03-04T12:00:05Z",
    "botPrompts": [],
    "userInput": "",
}


def one(item: dict[str, Any]) -> Draft:
    return bots.read({"entities": [item]}, "bots.json")[0][0]


def test_a_bot_session_has_result_length_and_channel() -> None:
    found = one(SESSION)
    assert found.fields == {
        "state": "completed", "result": "ExitRequestedByUser", "category": "user", "duration_s": 30.0,
        "channel": "Call",
    }  # fmt: skip
    assert found.entities == {"session": "b1", "conversation": "call-1", "flow": "flow-7", "bot": "flow-7"}
    assert found.place.pointer == "/entities/0"


def test_a_bot_session_without_completion_is_open() -> None:
    assert one({k: v for k, v in SESSION.items() if k != "dateCompleted"}).fields["state"] == "open"


@pytest.mark.parametrize(
    ("result", "category"),
    [
        ("DisconnectError", "error"),
        ("ExitRecognitionFailure", "recognition_failure"),
        ("DisconnectSessionExpired", "expired"),
        ("TransferToACD", "normal"),
        ("DisconnectRequestedByBot", "normal"),
        ("DisconnectRequestedByUser", "user"),
        ("Unknown", "unknown"),
    ],
)
def test_the_result_alone_gives_the_category(result: str, category: str) -> None:
    assert bots.category_of(result, None) == category


@pytest.mark.parametrize(
    ("word", "result"),
    [
        ("SuccessCollection", "ok"),
        ("NoInputConfirmation", "no_input"),
        ("NoMatchDisambiguation", "no_match"),
        ("Error", "error"),
        ("ExpressionError", "expression_error"),
        ("GuardrailsViolation", "guardrail"),
        ("AgentRequestedByUser", "handed_over"),
        ("SomethingNew", "other"),
    ],
)
def test_turns_have_a_result(word: str, result: str) -> None:
    assert one(TURN | {"askActionResult": word}).fields["result"] == result


def test_an_empty_input_is_no_input_and_a_missing_one_is_unknown() -> None:
    assert one(TURN | {"askActionResult": "Error"}).fields["has_input"] is False
    assert "has_input" not in one({"sessionId": "b1", "askActionResult": "Error"}).fields
    assert one(TURN | {"userInput": "my bill"}).fields["has_input"] is True


def test_the_worst_tool_call_of_a_turn_counts() -> None:
    calls = [{"status": "Success"}, {"status": "Timeout"}]
    assert one(TURN | {"toolCalls": calls}).fields["tool"] == "timeout"


def test_a_turn_whose_session_ended_with_an_error_is_an_error() -> None:
    assert one(TURN | {"sessionEndDetails": {"type": "Exit", "reason": "Error"}}).fields["result"] == "error"


def test_other_items_are_counted_and_named() -> None:
    report = bots.read({"entities": [SESSION, {"x": 1}]}, "bots.json")[1]
    assert (report.records, report.skipped, report.why) == (2, 1, "neither a bot session nor a bot turn")


@pytest.mark.parametrize(
    "obj", [None, [], {"entities": []}, [{"message": "x"}], {"conversationId": "c", "participants": []}]
)
def test_other_json_is_not_claimed(obj: object) -> None:
    assert not bots.claims(obj)
