"""What can still be read of JSON that is several documents in a row, breaks off, or hides records in an envelope."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from diagnose.read.logs import exports
from diagnose.read.logs.records import is_log_record
from diagnose.read.logs.rows import JsonRow, rows_of

_ARRAY = re.compile(r'"(\w+)"\s*:\s*\[')
_WRAPPERS = ("entities", "conversations", "results", "records", "logs", "items", "hits", "events", "data")


def value(line: str) -> Any:
    """The JSON value of one line, or None when it is none."""
    try:
        return json.loads(line, strict=False)
    except (ValueError, RecursionError):
        return None


def parsed(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The JSON objects among lines."""
    return (v for v in map(value, lines) if isinstance(v, dict))


def rows(values: Iterable[Any]) -> Iterator[JsonRow]:
    """The objects among values as records of a log."""
    for found in values:
        if isinstance(found, Mapping):
            yield from rows_of(found, 0, json.dumps(found, ensure_ascii=False))


def unwrapped(document: Any) -> list[Any]:
    """The records in a document: the value itself, its list, or the list in its envelope."""
    if exports.claims(document):
        return [document]
    if isinstance(document, list):
        return document
    if isinstance(document, dict) and not is_log_record(document):
        for name in _WRAPPERS:
            if isinstance(document.get(name), list):
                return list(document[name])
    return [document]


def objects(text: str) -> tuple[list[Any], bool]:
    """The JSON values that stand one after the other at the start of a text, and whether something is left behind."""
    decoder = json.JSONDecoder(strict=False)
    out: list[Any] = []
    at, size = 0, len(text)
    while True:
        while at < size and text[at] in " \t\r\n,":
            at += 1
        if at >= size:
            return out, False
        try:
            found, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return out, True
        out.append(found)


def salvaged(text: str) -> Any:
    """The whole elements of the list in a document that breaks off, in their envelope; None when there are none."""
    if text.lstrip().startswith("["):
        return objects(text.lstrip()[1:])[0] or None
    opened = _ARRAY.search(text)
    if opened is None:
        return None
    elements, _ = objects(text[opened.end() :])
    return {opened[1]: elements} if elements else None
