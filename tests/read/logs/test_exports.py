"""What log stores export: each envelope gives the records as a plain log would."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.read.logs import exports, salvage, scanning
from diagnose.read.logs.rows import rows_of
from diagnose.read.signals.scan import Scanner
from diagnose.read.signals.signal import Signal
from tests.read import mutate
from tests.read.sound import sound_row, sound_source

AT = 1930367167000
ISO = "2031-03-04T05:06:07Z"
RESET = "read tcp: connection reset by peer"
INNER = json.dumps({"level": "error", "msg": RESET, "logger": "bridge", "call_id": "c1"})
OTLP_RECORD = {
    "timeUnixNano": str(AT * 1_000_000),
    "severityText": "ERROR",
    "body": {"stringValue": RESET},
    "attributes": [
        {"key": "call.id", "value": {"stringValue": "c1"}},
        {"key": "call_id", "value": {"stringValue": "c1"}},
    ],
}
EXPORTS: dict[str, Any] = {
    "Elasticsearch": {"took": 1, "hits": {"hits": [{"_index": "i", "_source": {"@timestamp": ISO, "message": RESET}}]}},
    "Elasticsearch, one hit": {"_index": "i", "_id": "1", "_source": {"@timestamp": ISO, "message": RESET}},
    "Splunk, one result": {"preview": False, "result": {"_raw": f"{ISO} ERROR bridge: {RESET}", "_time": ISO}},
    "Splunk, results": {"preview": False, "results": [{"_raw": INNER, "_time": ISO, "host": "n1"}]},
    "Loki": {
        "status": "success",
        "data": {"resultType": "streams", "result": [{"stream": {"app": "b"}, "values": [[str(AT * 10**6), INNER]]}]},
    },
    "Loki push": {"streams": [{"stream": {"app": "b"}, "values": [[str(AT * 10**6), RESET, {"trace_id": "t"}]]}]},
    "logcli": {"labels": {"app": "b"}, "line": RESET, "timestamp": ISO},
    "CloudWatch": {"events": [{"timestamp": AT, "message": RESET, "ingestionTime": AT}], "nextToken": "x"},
    "CloudWatch subscription": {"logGroup": "g", "logEvents": [{"id": "1", "timestamp": AT, "message": INNER}]},
    "CloudWatch Insights": {
        "results": [
            [{"field": "@timestamp", "value": "2031-03-04 05:06:07.000"}, {"field": "@message", "value": RESET}]
        ],
        "status": "Complete",
    },
    "OTLP": {
        "resourceLogs": [
            {
                "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "bridge"}}]},
                "scopeLogs": [{"scope": {"name": "media"}, "logRecords": [OTLP_RECORD]}],
            }
        ]
    },
    "Datadog": {
        "data": [{"id": "1", "type": "log", "attributes": {"message": RESET, "status": "error", "timestamp": ISO}}]
    },
    "Google Cloud": {"entries": [{"jsonPayload": {"message": RESET}, "timestamp": ISO, "severity": "ERROR"}]},
    "Google Cloud, one entry": {"textPayload": RESET, "timestamp": ISO, "severity": "ERROR", "insertId": "i"},
    "Google Cloud, audit": {"protoPayload": {"status": {"message": RESET, "code": 14}}, "timestamp": ISO},
    "Azure Monitor": {"records": [{"time": ISO, "category": "app", "properties": {"message": RESET}}]},
    "Azure Monitor, text": {"records": [{"time": ISO, "category": "app", "properties": json.dumps({"log": RESET})}]},
    "Log Analytics": {
        "tables": [
            {"name": "t", "columns": [{"name": "TimeGenerated"}, {"name": "Message"}], "rows": [[ISO, RESET]]},
        ]
    },
    "Docker": {"log": INNER + "\n", "stream": "stderr", "time": ISO},
    "journald": {"__REALTIME_TIMESTAMP": str(AT * 1000), "MESSAGE": RESET, "PRIORITY": "3", "_HOSTNAME": "n1"},
    "journald, bytes": {"__REALTIME_TIMESTAMP": str(AT * 1000), "MESSAGE": list(RESET.encode()), "PRIORITY": "3"},
}
SCANNER = Scanner([Signal("l.reset", "t", ("log",), "tcp.failure", "reset by peer", (), {})])


@pytest.mark.parametrize("store", EXPORTS)
def test_a_record_of_an_export_is_a_record_of_a_log(store: str) -> None:
    (row,) = rows_of(EXPORTS[store], 1, json.dumps(EXPORTS[store]))
    assert RESET in row.text()
    assert row.record().message == row.text()
    assert row.when() == (AT, store == "CloudWatch Insights", "")
    assert row.known()


@pytest.mark.parametrize("store", EXPORTS)
def test_an_export_gives_facts_with_a_place(store: str) -> None:
    log = scanning.read_rows(salvage.rows(salvage.unwrapped(EXPORTS[store])), "x.json", SCANNER, "log")
    (draft,) = log.drafts
    assert draft.place.path == "x.json"
    assert draft.start == AT
    inside = exports.claims(EXPORTS[store]) and not store.endswith(("one hit", "one entry", "audit", "logcli"))
    assert bool(draft.place.pointer) == inside


def test_what_the_envelope_knows_stands_behind_what_the_record_says() -> None:
    (row,) = rows_of({"log": INNER, "time": ISO, "level": "info", "host": "n1"}, 1, "")
    fields = row.record().fields
    assert (fields["level"], fields["component"], row.record().entities["host"]) == ("error", "bridge", "n1")
    assert row.session() == "c1"


def test_a_text_line_in_a_message_gives_its_level_and_logger() -> None:
    (row,) = rows_of({"log": f"{ISO} ERROR media-bridge: {RESET}", "time": ISO, "stream": "stdout"}, 1, "")
    record = row.record()
    assert (record.fields["level"], record.fields["component"]) == ("ERROR", "media-bridge")


def test_json_in_json_has_an_end() -> None:
    text = RESET
    for _ in range(16):
        text = json.dumps({"message": text})
    (row,) = rows_of({"message": text}, 1, "")
    assert "reset by peer" in row.text()


@pytest.mark.parametrize(
    "value", [{}, {"hits": 1}, {"results": []}, {"data": None, "status": 1}, {"tables": 3}, {"events": {}}]
)
def test_what_only_looks_like_an_envelope_is_left_alone(value: dict[str, Any]) -> None:
    assert not exports.claims(value)
    assert len(list(rows_of(value, 1, "{}"))) == 1


@settings(deadline=None, max_examples=150)
@given(mutate.texts([json.dumps(v) for v in EXPORTS.values()]))
def test_a_spoilt_export_is_answered(text: str) -> None:
    log = scanning.read_json_log([(1, text)], "x.json", SCANNER, "log")
    sound_source(log.drafts, log.report)


LEAF = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
JSON = st.recursive(LEAF, lambda c: st.lists(c, max_size=3) | st.dictionaries(st.text(max_size=8), c, max_size=3))
KEYS = sorted({k for v in EXPORTS.values() for k in v})


@settings(deadline=None, max_examples=200)
@given(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=4))
def test_any_value_under_the_keys_of_an_envelope_is_answered(value: dict[str, Any]) -> None:
    for row in rows_of(value, 1, "{}"):
        sound_row(row)
