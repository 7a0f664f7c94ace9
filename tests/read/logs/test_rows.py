"""Rows: what is told of an everyday record without taking it apart is what the whole record tells."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from diagnose.read.logs.rows import SURELY, JsonRow, begins, rows_of, text_rows

names = st.sampled_from(
    ("timestamp", "ts", "time", "@t", "message", "msg", "error", "level", "severity", "log.level", "component",
     "logger", "host", "hostname", "Host", "edge_node", "edge", "conversation_id", "conversationId", "session_id",
     "callId", "trunk", "name", "details", "stack", "thread", "pid", "@mt")
)  # fmt: skip
values = st.one_of(
    st.sampled_from(("2031-03-04T05:06:07Z", "2031-03-04 05:06:07,125", "ERROR", "INFO", "reset by peer", "", "{}")),
    st.integers(0, 2_000_000_000_000), st.booleans(), st.none(), st.just({"message": "inner"}), st.just([1, 2]),
)  # fmt: skip


@given(st.dictionaries(names, values, max_size=9), st.booleans())
def test_an_everyday_record_says_what_it_says_taken_apart(obj: dict[str, Any], usual: bool) -> None:
    if usual:
        obj = {"timestamp": "2031-03-04T05:06:07Z", "level": "WARN", **obj, "message": "reset by peer"}
    (row,) = list(rows_of(obj, 1, json.dumps(obj))) or [None]
    assert row is not None
    if row.everyday is None:
        assert row.entities() is None
        return
    whole = JsonRow(1, row.raw, obj)
    record = row.record()
    assert row.text() == whole.text() == record.message
    assert row.when() == whole.when()
    assert row.entities() == record.entities
    assert row.session() == whole.session()
    assert row.known() == whole.known()


def test_a_usual_object_is_an_everyday_record_and_others_are_not() -> None:
    usual = {"timestamp": "2031-03-04T05:06:07Z", "level": "INFO", "message": "ok", "edge_node": "e1", "host": None}
    (row,) = rows_of(usual, 1, "")
    assert row.everyday is not None
    assert row.entities() == {"edge": "e1"}
    for more in ({"error": "x"}, {"level": ""}, {"message": '{"a": 1}'}, {"context": {}}, {"msg": "two"}):
        assert all(r.everyday is None for r in rows_of({**usual, **more}, 1, "")), more


@given(
    st.sampled_from(("", "2031-03-04T05:06:07Z ", "Mar  4 05:06:07 edge-7 bridge[3]: ", "[pod/a/b] ")),
    st.lists(
        st.sampled_from(
            ("ERROR", "media-bridge", "[worker-4]", "reset by peer", "conversation=c1", "edge=e1", "edge_node=e2",
             "hostname=h1", "host=", "server=s1", "msg=\"two words\"", "name=bot", "session_id=4", "{", "10.0.0.1")
        ),
        max_size=7,
    ),
)  # fmt: skip
def test_the_entities_of_a_line_are_those_of_its_record(head: str, words: list[str]) -> None:
    for row in text_rows([(1, head + " ".join(words))], sparse=True):
        found = row.entities()
        if found is not None:
            assert found == row.record().entities


@given(
    st.sampled_from(("2031-03-04T05:06:07Z", "2031-03-04 05:06:07.125", "2031-03-04 05:06:07,125+0100", "05:06:07")),
    st.sampled_from((" INFO ", " [ERROR] ", " ", " at ", "\tat ", " stdout P INFO ", " INFORMAL ")),
    st.text(max_size=20),
)
def test_what_surely_begins_a_record_does(stamp: str, level: str, rest: str) -> None:
    line = stamp + level + rest.replace("\n", " ")
    if SURELY.match(line.encode("utf-8", "replace")):
        assert begins(line, sparse=False)
