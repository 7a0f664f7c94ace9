from __future__ import annotations

from typing import Any

import pytest

from diagnose.read.genesys import answers

TIME = "2031-03-04T12:00:00Z"
TIME_MS = 1930392000000


def facts(obj: Any) -> list[tuple[str, dict[str, Any]]]:
    assert answers.claims(obj)
    return [(d.kind, d.fields) for d in answers.read(obj, "answer.json")[0]]


def audit(**more: Any) -> dict[str, Any]:
    entity = {"id": "t-1", "name": "carrier"}
    return {"id": "a", "eventDate": TIME, "action": "Update", "entityType": "TrunkBase", "entity": entity, **more}


def test_an_audit_of_a_change_tells_what_was_changed() -> None:
    change = {"property": "codecs", "oldValues": ["PCMU"], "newValues": ["OPUS"]}
    drafts, report = answers.read({"entities": [audit(propertyChanges=[change])], "pageSize": 1}, "audit.json")
    assert [(d.kind, d.fields, d.entities, d.start) for d in drafts] == [
        (
            "change",
            {"what": "config", "detail": "Update TrunkBase carrier: codecs PCMU -> OPUS"},
            {"trunk": "t-1"},
            TIME_MS,
        )
    ]
    assert (report.records, report.skipped, report.covers) == (1, 0, False)


@pytest.mark.parametrize(
    ("audited", "what"),
    [
        ({"action": "Publish", "entityType": "Flow"}, "publish"),
        ({"action": "Update", "entityType": "Flow"}, "other"),
        ({"action": "Create", "entityType": "OAuthClient"}, "credentials"),
        ({"action": "Update", "entityType": "CertificateAuthority"}, "certificate"),
        ({"action": "Update", "entityType": "User"}, "other"),
    ],
)
def test_what_a_change_is_goes_by_what_was_changed(audited: dict[str, Any], what: str) -> None:
    assert facts([audit(**audited)])[0][1]["what"] == what


@pytest.mark.parametrize("more", [{"action": "View"}, {"action": "Login"}, {"status": "FAILURE"}])
def test_near_misses_looking_and_failing_to_change_is_no_change(more: dict[str, Any]) -> None:
    assert facts([audit(**more)]) == []


def test_a_flow_execution_with_an_error_is_an_exit_and_one_without_is_none() -> None:
    run = {"id": "r", "flowId": "f", "startDateTime": TIME, "endDateTime": TIME, "flowType": "inboundcall"}
    assert facts({"entities": [run | {"flowErrorReason": "no error path"}, run]}) == [
        ("flow.exit", {"reason": "no error path", "category": "error", "flow_type": "inboundcall"})
    ]


def test_a_data_action_that_was_tested_tells_the_step_that_failed() -> None:
    bad = {"step": 3, "name": "Execute", "success": False, "error": {"message": "Request timed out", "status": 504}}
    good = {"step": 1, "name": "Validate", "success": True}
    assert facts({"operations": [good, bad], "success": False}) == [
        ("flow.step", {"step": "Execute", "outcome": "timeout", "kind": "data_action", "detail": "Request timed out"}),
        ("http.status", {"status": 504, "where": "data_action", "detail": "Request timed out"}),
    ]
    assert facts({"operations": [good], "success": True}) == [("flow.step", {"kind": "data_action", "outcome": "ok"})]


def test_a_refusal_of_the_api_is_a_status_and_429_a_limit() -> None:
    body = {
        "message": "Rate limit exceeded",
        "code": "too.many.requests",
        "status": 429,
        "contextId": "x",
        "errors": [],
    }
    assert facts(body | {"limit": {"key": "token.rate.per.minute"}}) == [
        ("http.status", {"status": 429, "where": "api", "by": "platform", "detail": "too.many.requests"}),
        ("quota.state", {"state": "exceeded", "of": "platform", "note": "token.rate.per.minute"}),
    ]
    assert [kind for kind, _ in facts(body | {"status": 404})] == ["http.status"]


@pytest.mark.parametrize(("most", "state"), [(93, "near"), (100, "exceeded")])
def test_recorded_rates_are_near_or_over_a_limit(most: float, state: str) -> None:
    metric = {"metric": "oRateLimitRecorded", "stats": {"max": most}}
    data = [{"interval": f"{TIME}/2031-03-04T12:30:00Z", "metrics": [metric]}]
    group = {"group": {"namespace": "bots.voice"}, "data": data}
    assert facts({"results": [group]}) == [("quota.state", {"state": state, "of": "platform", "note": "bots.voice"})]


@pytest.mark.parametrize("obj", [None, [], {}, {"message": "link down", "status": "x"}, {"results": [{"data": [3]}]}])
def test_other_answers_are_not_claimed(obj: object) -> None:
    assert not answers.claims(obj)
