"""What log stores export: envelopes around records. `unwrap` opens them; `flat` brings one record into plain form.

Known are Elasticsearch, Splunk, Loki, CloudWatch, OpenTelemetry (OTLP/JSON), Datadog, Google Cloud Logging, Azure
Monitor and Log Analytics, journald, and container logs that hold JSON; what hosts and browsers keep is in `hosts`. A
record keeps what the envelope knows of it (host, labels, time) beside its own fields, which come first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from diagnose.read.logs import hosts
from diagnose.read.logs.vocabulary import layout, values_at

Found = Iterator[tuple[str, Any]]
"""Records with their JSON pointers."""

_NESTED = 4
_INNER = ("jsonPayload", "protoPayload", "properties", "_source", "attributes", "fields")


def unwrap(value: Any) -> list[tuple[str, Mapping[str, Any]]] | None:
    """The records in an export, each in plain form with its JSON pointer; None when it is of no store known here."""
    opener = _opener(value)
    if opener is None:
        return None
    return [(pointer, flat(found)) for pointer, found in opener(value) if isinstance(found, Mapping)]


def claims(value: Any) -> bool:
    """Whether a JSON value is an export of a log store."""
    return isinstance(value, Mapping) and _opener(value) is not None


def _opener(value: Any) -> Callable[[Any], Found] | None:
    if isinstance(value, list):
        sample = value[0] if value else None
        return _list if isinstance(sample, Mapping) and (_shape(tuple(sample)) or hosts.claims(sample)) else None
    if not isinstance(value, Mapping):
        return None
    shape = _shape(tuple(value))
    if shape is not None and shape[1](value):
        return shape[0]
    return hosts.records if hosts.claims(value) else None


def _list(value: list[Any]) -> Found:
    for i, item in enumerate(value):
        opener = _opener(item)
        for pointer, found in opener(item) if opener is not None else [("", item)]:
            yield f"/{i}{pointer}", found


@lru_cache(maxsize=4096)
def _shape(keys: tuple[str, ...]) -> tuple[Callable[[Any], Found], Callable[[Any], bool]] | None:
    """The way to open an object with these keys, and the test that it is one; most objects fail on the keys alone."""
    known = frozenset(keys)
    return next(((opener, test) for needs, test, opener in _STORES if needs <= known), None)


def _hits(value: Any) -> Found:
    for i, hit in enumerate(value["hits"]["hits"]):
        if isinstance(hit, Mapping):
            yield f"/hits/hits/{i}", hit


def _one(value: Any) -> Found:
    yield "", value


def _splunk(value: Any) -> Found:
    yield "/result", value["result"]


def _results(value: Any) -> Found:
    """Splunk's results are objects, those of CloudWatch Insights lists of a field and its value."""
    for i, row in enumerate(value["results"]):
        if isinstance(row, list):
            yield f"/results/{i}", {str(c.get("field")): c.get("value") for c in row if isinstance(c, Mapping)}
        else:
            yield f"/results/{i}", row


def _is_results(value: Any) -> bool:
    rows = value["results"]
    if not isinstance(rows, list) or not rows:
        return False
    first = rows[0]
    if isinstance(first, list):
        return bool(first) and isinstance(first[0], Mapping) and "field" in first[0]
    return isinstance(first, Mapping) and ("_raw" in first or "_time" in first)


def _loki(value: Any) -> Found:
    streams, base = (value["streams"], "/streams") if "streams" in value else (value["data"]["result"], "/data/result")
    for i, stream in enumerate(streams):
        if not isinstance(stream, Mapping) or not isinstance(stream.get("values"), list):
            continue
        labels = _map(stream.get("stream"))
        for j, entry in enumerate(stream["values"]):
            if isinstance(entry, list) and len(entry) > 1:
                more = entry[2] if len(entry) > 2 and isinstance(entry[2], Mapping) else {}
                yield f"{base}/{i}/values/{j}", {**labels, **more, "timestamp": entry[0], "message": entry[1]}


def _is_loki(value: Any) -> bool:
    if "streams" in value:
        rows = value["streams"]
    else:
        rows = value["data"].get("result") if isinstance(value["data"], Mapping) else None
    return isinstance(rows, list) and all(isinstance(r, Mapping) and "values" in r for r in rows[:1]) and bool(rows)


def _logcli(value: Any) -> Found:
    yield "", {**_map(value["labels"]), "timestamp": value.get("timestamp"), "message": value["line"]}


def _cloudwatch(value: Any) -> Found:
    name = "events" if "events" in value else "logEvents"
    group = {"log_group": value["logGroup"]} if "logGroup" in value else {}
    for i, event in enumerate(value[name]):
        if isinstance(event, Mapping):
            yield f"/{name}/{i}", {**group, **event}


def _is_cloudwatch(value: Any) -> bool:
    rows = value.get("events") or value.get("logEvents")
    return (
        isinstance(rows, list)
        and bool(rows)
        and isinstance(rows[0], Mapping)
        and {"timestamp", "message"} <= rows[0].keys()
        and ("logEvents" in value or "ingestionTime" in rows[0] or "eventId" in rows[0])
    )


def _otlp(value: Any) -> Found:
    for i, resource in enumerate(_maps(value["resourceLogs"])):
        about = _attributes(_map(resource.get("resource")).get("attributes"))
        name = "scopeLogs" if "scopeLogs" in resource else "instrumentationLibraryLogs"
        for j, scope in enumerate(_maps(resource.get(name))):
            logger = _map(scope.get("scope")).get("name")
            for k, record in enumerate(_maps(scope.get("logRecords"))):
                own = {**about, **({"logger": logger} if logger else {}), **_attributes(record.get("attributes"))}
                rest = {key: v for key, v in record.items() if key not in ("attributes", "body")}
                body = _any_value(record.get("body"))
                body = body if isinstance(body, Mapping) else {"message": body}
                yield f"/resourceLogs/{i}/{name}/{j}/logRecords/{k}", {**own, **rest, **body}


def _attributes(pairs: Any) -> dict[str, Any]:
    return {str(p.get("key")): _any_value(p.get("value")) for p in _maps(pairs)}


def _any_value(value: Any, depth: int = 0) -> Any:
    """A value of OTLP's AnyValue: `{"stringValue": ...}`, `{"kvlistValue": {"values": [...]}}` and so on."""
    if not isinstance(value, Mapping) or depth > _NESTED:
        return value
    if "kvlistValue" in value:
        pairs = _maps(_map(value["kvlistValue"]).get("values"))
        return {str(p.get("key")): _any_value(p.get("value"), depth + 1) for p in pairs}
    return next((v for k, v in value.items() if k.endswith("Value") and not isinstance(v, Mapping | list)), None)


def _datadog(value: Any) -> Found:
    for i, item in enumerate(_maps(value["data"])):
        own = _map(item.get("attributes"))
        level = {"level": own["status"]} if isinstance(own.get("status"), str) else {}
        rest = {k: v for k, v in own.items() if k not in ("attributes", "status")}
        yield f"/data/{i}", {**_map(own.get("attributes")), **level, **rest}


def _is_datadog(value: Any) -> bool:
    rows = _maps(value["data"])
    return bool(rows) and "message" in _map(rows[0].get("attributes"))


def _named(name: str) -> tuple[Callable[[Any], bool], Callable[[Any], Found]]:
    """The test and the opener of an envelope with a list of records under `name`."""

    def is_one(value: Any) -> bool:
        rows = _maps(value[name])
        return bool(rows) and any(k in rows[0] for k in ("textPayload", "jsonPayload", "protoPayload", "properties"))

    def opened(value: Any) -> Found:
        return ((f"/{name}/{i}", row) for i, row in enumerate(_maps(value[name])))

    return is_one, opened


def _tables(value: Any) -> Found:
    for i, table in enumerate(_maps(value["tables"])):
        names = [str(c.get("name")) for c in _maps(table.get("columns"))]
        for j, row in enumerate(table.get("rows") or []):
            if isinstance(row, list):
                yield f"/tables/{i}/rows/{j}", dict(zip(names, row, strict=False))


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _maps(value: Any) -> list[Mapping[str, Any]]:
    return [v for v in value if isinstance(v, Mapping)] if isinstance(value, list) else []


def _always(value: Any) -> bool:
    del value
    return True


_STORES: tuple[tuple[frozenset[str], Callable[[Any], bool], Callable[[Any], Found]], ...] = (
    (frozenset({"hits"}), lambda v: isinstance(_map(v["hits"]).get("hits"), list), _hits),
    (frozenset({"_source", "_index"}), lambda v: isinstance(v["_source"], Mapping), _one),
    (frozenset({"result", "preview"}), lambda v: isinstance(v["result"], Mapping), _splunk),
    (frozenset({"results"}), _is_results, _results),
    (frozenset({"streams"}), _is_loki, _loki),
    (frozenset({"data", "status"}), _is_loki, _loki),
    (frozenset({"labels", "line"}), lambda v: isinstance(v["line"], str), _logcli),
    (frozenset({"events"}), _is_cloudwatch, _cloudwatch),
    (frozenset({"logEvents"}), _is_cloudwatch, _cloudwatch),
    (frozenset({"resourceLogs"}), lambda v: isinstance(v["resourceLogs"], list), _otlp),
    (frozenset({"data"}), _is_datadog, _datadog),
    (frozenset({"entries"}), *_named("entries")),
    (frozenset({"records"}), *_named("records")),
    (frozenset({"tables"}), lambda v: isinstance(v["tables"], list), _tables),
    (frozenset({"textPayload"}), _always, _one),
    (frozenset({"jsonPayload"}), _always, _one),
    (frozenset({"protoPayload"}), _always, _one),
    (frozenset({"properties", "category"}), _always, _one),
)
"""Keys that the envelope has, a test of what is in them, and how it is opened; the first that fits does."""


def flat(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """One record in plain form: what its payload holds comes up beside the rest, and so does JSON in its message."""
    out = dict(record)
    for name in _INNER:
        inner = out.get(name)
        if isinstance(inner, str):
            inner = _json(inner)
        if isinstance(inner, Mapping):
            out = {**{k: v for k, v in out.items() if k != name}, **inner}
    return opened(out)


def opened(record: Mapping[str, Any], depth: int = 0) -> Mapping[str, Any]:
    """The record with a message that is JSON taken apart, its own names first; a list of bytes (journald) is text."""
    for value in values_at(record, layout(tuple(record)).fields.get("message", ())):
        if isinstance(value, list) and value and all(isinstance(b, int) and 0 <= b < 256 for b in value):
            rest = {k: v for k, v in record.items() if v is not value}
            return {**rest, "message": bytes(value).decode("utf-8", "replace")}
        if not isinstance(value, str):
            continue
        inner = _json(value) if depth < _NESTED else None
        if isinstance(inner, Mapping) and inner:
            rest = {k: v for k, v in record.items() if v is not value}
            return opened({**rest, **inner}, depth + 1)
        break
    return record


def _json(text: str) -> Any:
    """The JSON object that a text is, or None; looked at only when it opens and closes like one."""
    if not text.startswith("{") or not text.rstrip().endswith("}"):
        return None
    try:
        found = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
