"""Records out of JSON objects and text lines."""

from __future__ import annotations

from diagnose.read.logs.records import flatten, from_line, from_object, is_log_record
from diagnose.read.logs.rows import text_rows
from diagnose.read.logs.stamps import parse


def test_names_of_other_frameworks_are_read() -> None:
    record = from_object(
        {"@timestamp": "2031-03-04T05:06:07Z", "msg": "up", "severity": "INFO", "logger": "bridge", "hostname": "n1"},
        3,
        "raw",
    )
    assert (record.line, record.message, record.ordinary) == (3, "up", True)
    assert record.fields["component"] == "bridge"
    assert record.entities == {"host": "n1"}
    assert record.ms == 1930367167000


def test_what_stands_beside_a_message_is_read_with_it_once() -> None:
    said = {"msg": "detect intent failed", "grpc_status": "RESOURCE_EXHAUSTED", "details": "failed", "detail": {"a": 1}}
    assert from_object(said, 1, "raw").message == "detect intent failed\nRESOURCE_EXHAUSTED"


def test_the_fields_of_the_edge_become_entities() -> None:
    record = from_object(
        {"message": "m", "session_id": "s1", "edge_node": "e1", "conversationId": "c1", "bot": None}, 1, ""
    )
    assert record.entities == {"edge": "e1", "session": "s1", "conversation": "c1"}


def test_nested_fields_have_dotted_names_and_an_end() -> None:
    deep: dict[str, object] = {}
    for _ in range(50):
        deep = {"d": deep, "v": 1}
    assert flatten({"http": {"status": 502}, "list": [1], "none": None}) == {"http.status": 502}
    assert len(flatten(deep)) < 10


def test_an_object_without_message_or_level_is_no_log_record() -> None:
    assert is_log_record({"message": "up"})
    assert is_log_record({"ts": 1, "level": "info"})
    assert not is_log_record({"conversationId": "c1"})
    assert not is_log_record(["message"])


def test_a_syslog_header_gives_host_and_program() -> None:
    line = "Mar  4 05:06:07 n1 kernel: eth0 link down"
    record = from_line(line, 1, parse(line))
    assert (record.fields["host"], record.fields["component"]) == ("n1", "kernel")
    assert record.lacks == "year"


def test_level_logger_and_pairs_of_a_text_line_are_fields() -> None:
    line = '2031-03-04T05:06:07Z [ERROR] media-bridge: closed code=1006 session_id=s1 why="no pong"'
    record = from_line(line, 1, parse(line))
    assert record.fields["level"] == "ERROR"
    assert record.fields["component"] == "media-bridge"
    assert record.fields["why"] == "no pong"
    assert record.entities == {"session": "s1"}


def test_a_stack_trace_belongs_to_its_line() -> None:
    lines = [
        (1, "2031-03-04T05:06:07Z ERROR boom"),
        (2, "java.io.IOException: reset"),
        (3, "\tat a.b(C.java:1)"),
        (4, ""),
    ]
    (row,) = text_rows([*lines], sparse=False)
    assert row.text() == "ERROR boom\njava.io.IOException: reset\n\tat a.b(C.java:1)"


def test_where_few_lines_have_stamps_each_is_its_own_record() -> None:
    rows = list(text_rows([(1, "one"), (2, "two"), (3, "  more"), (4, "three")], sparse=True))
    assert [(r.line, r.text()) for r in rows] == [(1, "one"), (2, "two\n  more"), (4, "three")]


def test_the_light_view_of_a_row_agrees_with_the_record() -> None:
    line = '2031-03-04T05:06:07Z level=info msg="stream to the bot was reset by its peer"'
    (row,) = text_rows([(1, line)], sparse=False)
    assert row.text() == row.record().message
    assert row.when() == (1930367167000, False, "")
