from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from diagnose.read.genesys import pages
from tests.read.calls import call, party, session

ONE = call(party("customer", session("s1", disconnectType="peer")))


def pointers(obj: object) -> list[str]:
    return [pointer for pointer, _ in pages.of_text(json.dumps(obj)) or []]


@pytest.mark.parametrize(
    ("obj", "where"),
    [
        ({"conversations": [ONE, ONE], "totalHits": 2}, ["/conversations/0", "/conversations/1"]),
        ({"conversations": [ONE], "cursor": "c", "dataAvailabilityDate": "2031-03-04T12:00:00Z"}, ["/conversations/0"]),
        ({"entities": [ONE]}, ["/entities/0"]),
        ([ONE, ONE], ["/0", "/1"]),
        ({"conversation": ONE}, ["/conversation"]),
        (ONE, [""]),
    ],
)
def test_text_and_parsed_json_give_the_same_conversations(obj: object, where: list[str]) -> None:
    assert pointers(obj) == where == [pointer for pointer, _ in pages.of_value(obj)]
    raw = pages.of_text(json.dumps(obj))
    assert raw is not None
    assert [pages.decode(item) for _, item in raw] == [pages.decode(item) for _, item in pages.of_value(obj)]


@pytest.mark.parametrize(
    "text", ["", "{", '{"conversations": [{}', "[1,", '{"conversations": 3}', '{"a": 1}', "7", "[" * 5000]
)
def test_text_of_another_shape_or_cut_off_is_declined(text: str) -> None:
    assert not pages.of_text(text)


def test_what_is_no_conversation_is_none_without_a_reason() -> None:
    assert pages.decode({"participants": [{"calls": []}]}) == (None, "")
    assert pages.decode(msgspec.Raw('{"id": "x"}')) == (None, "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"purpose": 7},
        {"sessions": "none"},
        {"sessions": [{"segments": [{"errorCode": ["x"]}]}]},
        {"sessions": [{"mediaEndpointStats": [{"receivedPackets": "many"}, "x"]}]},
        {"sessions": [{"metrics": [3, None]}]},
        "no object",
    ],
)
def test_wrong_values_are_left_out_one_by_one(wrong: Any) -> None:
    item = {**ONE, "participants": [wrong, *ONE["participants"]]}
    for form in (item, msgspec.Raw(json.dumps(item))):
        found, reason = pages.decode(form)
        assert "Expected" in reason
        assert found is not None
        assert [s.session_id for p in found.participants or () for s in p.sessions or ()][-1:] == ["s1"]


def test_a_conversation_that_breaks_off_is_none_with_the_reason() -> None:
    found, reason = pages.decode(msgspec.Raw(json.dumps(ONE)[:-9]))
    assert found is None
    assert "truncated" in reason
