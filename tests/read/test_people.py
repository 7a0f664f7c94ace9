"""The people that JSON names."""

from __future__ import annotations

import io

import pytest

from diagnose.read import read
from diagnose.read.people import names
from diagnose.read.signals.scan import Scanner


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"participantName": "Ada"}, ["Ada"]),
        ({"participants": [{"purpose": "agent", "participantName": "Ada"}]}, ["Ada"]),
        ({"participants": [{"purpose": "ivr", "participantName": "Orders"}]}, []),
        ({"user": {"id": "1", "name": "Ada"}}, ["Ada"]),
        ({"externalContact": {"firstName": "Ada", "lastName": "L"}}, ["Ada", "L"]),
        ({"edge": {"name": "delft-edge-01"}}, []),
        ({"agents": [{"agent_name": "Ada", "n": 1}]}, ["Ada"]),
        ("Ada", []),
    ],
)
def test_names_are_known_by_their_fields(value: object, found: list[str]) -> None:
    assert list(names(value)) == found


def test_a_document_of_any_depth_and_size_ends() -> None:
    deep: object = {}
    for _ in range(10_000):
        deep = {"a": [deep]}
    assert list(names(deep)) == []
    assert len(list(names([{"userName": "x"}] * 300_000))) <= 200_000


def test_a_reading_knows_the_people_of_its_documents() -> None:
    text = b'{"conversationId": "c", "participants": [{"purpose": "agent", "participantName": "Ada Lovelace"}]}'
    for data in (text, text * 2, text + b"\n" + text, b'{"conversations": [' + text + b"]}", text[:-1]):
        reading = read(["-"], Scanner([]), stdin=io.BytesIO(data))
        assert reading.people == ("Ada Lovelace",) or data == text[:-1]
