"""Records of logs: JSON objects with many names for one field, stamped lines with what belongs to them, bare lines.

A record is what signals match against: a message, the fields by their own and by their common names, the
entities that the fields name, and the time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from diagnose.read.logs import lines, stacks, stamps
from diagnose.read.logs.vocabulary import layout, plain, text_at, values, values_at, vocabulary

MAX_JOINED_CHARS = 16_384
EXCERPT = 300
"""Characters of a record that are kept to be shown."""

_HOLE = re.compile(r"\{[@$]?([A-Za-z_]\w*)(?:,-?\d+)?(?::[^{}]*)?\}")
_DEPTH = 4
_MAX_PARTS = 200
_ORDINARY = frozenset({"info", "debug", "trace", "notice", "information", "normal", "default"})
_OWN = frozenset({"time", "message", "template", "stack", "error", "beside"})
_TEXTUAL = ("message", "error")
_SAID = frozenset({"error", "stack", "beside"})


class Record(msgspec.Struct, frozen=True):
    """One record of a log: where it began, its raw text, the message, the fields, the entities and the time.

    `pointer` is the JSON pointer of a record that stands in a document.
    """

    line: int
    raw: str
    message: str
    fields: dict[str, Any]
    entities: dict[str, str]
    ms: int | None = None
    local: bool = False
    lacks: str = ""
    pointer: str | None = None

    @property
    def ordinary(self) -> bool:
        """Whether its level is that of everyday business (INFO and below)."""
        return str(self.fields.get("level", "")).casefold() in _ORDINARY


def flatten(obj: Mapping[str, Any], prefix: str = "", depth: int = 0) -> dict[str, Any]:
    """The scalars of a JSON object by dotted names, nested objects included, lists and nulls left out."""
    out: dict[str, Any] = {}
    for key, value in obj.items():
        name = f"{prefix}{key}"
        if isinstance(value, str):
            out[name] = value
        elif isinstance(value, Mapping):
            if depth < _DEPTH:
                out.update(flatten(value, f"{name}.", depth + 1))
        elif value is not None and not isinstance(value, list):
            out[name] = value
    return out


def entities_of(fields: Mapping[str, Any]) -> dict[str, str]:
    """The entities that a record's fields name, by entity key."""
    places = layout(tuple(fields)).entities
    found = ((key, next(values_at(fields, at), None)) for key, at in places.items()) if places else ()
    return {key: str(value) for key, value in found if value is not None and not isinstance(value, bool)}


def is_log_record(obj: object) -> bool:
    """Whether a JSON value is a log record: an object with a message, or with a time and a level."""
    if not isinstance(obj, Mapping):
        return False
    names = vocabulary().fields
    if any(isinstance(v, str) for v in values(obj, names["message"])):
        return True
    return any(True for _ in values(obj, names["time"])) and any(True for _ in values(obj, names["level"]))


def said(obj: Mapping[str, Any]) -> str | None:
    """What a JSON record says: its message (a template filled in), its error, the innermost cause of its stack trace
    and what stands beside the error (a status by name, details, the body of an answer) where they add something;
    None without a message."""
    at = layout(tuple(obj)).fields
    message = text_at(obj, at.get("message", ()))
    if message is None:
        return None
    if "template" in at and message == text_at(obj, at["template"]):
        message = _filled(message, obj)
    if not at.keys() & _SAID:
        return message
    parts = [message]
    error, stack = text_at(obj, at.get("error", ())), text_at(obj, at.get("stack", ()))
    beside = [text for text in values_at(obj, at.get("beside", ())) if isinstance(text, str)]
    for more in (error, stacks.innermost(stack) if stack is not None and "\n" in stack else None, *beside):
        if more is not None and not any(more in part for part in parts):
            parts.append(more)
    return "\n".join(parts)[:MAX_JOINED_CHARS] if len(parts) > 1 else message


def _filled(template: str, obj: Mapping[str, Any]) -> str:
    """A message template of Serilog or NLog with its holes filled."""
    count = template.count("{")
    if not count or count > _MAX_PARTS:
        return template
    return _HOLE.sub(lambda m: str(next(values(obj, (plain(m[1]),)), m[0])), template)


def when_of(obj: Mapping[str, Any], stamp: stamps.Stamp | None) -> tuple[int, bool, str] | None:
    """The time in a record, else that of its line, else the one that its message begins with."""
    at = layout(tuple(obj)).fields
    for value in values_at(obj, at.get("time", ())):
        found = stamps.from_value(value)
        if found is not None:
            return (*found, "")
    if stamp is None:
        message = text_at(obj, at.get("message", ()))
        stamp = stamps.parse(message[:EXCERPT]) if message else None
    return None if stamp is None else (stamp.ms, stamp.local, stamp.lacks)


def from_object(obj: Mapping[str, Any], line: int, raw: str) -> Record:
    """A record from a JSON object: common names are added beside its own, nested fields by dotted names."""
    fields = flatten(obj)
    message = said(obj)
    at = layout(tuple(fields)).fields
    if message is not None and next(values_at(fields, at.get("level", ())), None) is None:
        _from_message(message, fields)
        at = layout(tuple(fields)).fields
    for name, places in at.items():
        if name not in _OWN and name not in fields and (value := next(values_at(fields, places), None)) is not None:
            fields[name] = value
    level = _level(fields)
    if level is not None:
        fields["level"] = level
    if message is not None:
        fields.setdefault("message", message)
    ms, local, lacks = when_of(obj, None) or (None, False, "")
    return Record(
        line, raw[:EXCERPT], raw if message is None else message, fields, entities_of(fields), ms, local, lacks
    )


def _from_message(message: str, fields: dict[str, Any]) -> None:
    """The fields of a text line that came as the message of a record without a level, as container logs do."""
    head = lines.bare(message[: lines.LOOKED_AT])
    stamp = stamps.parse(head)
    text = head[stamp.rest :] if stamp is not None else head
    own = {plain(key) for key in fields}
    for key, value in lines.fields_of(text, head, stamped=stamp is not None).items():
        if plain(key) not in own and key not in _TEXTUAL:
            fields[key] = value


def _level(fields: Mapping[str, Any]) -> str | None:
    """The word for a level that a logger wrote as a number; CLEF leaves the ordinary level out."""
    tables = vocabulary().levels
    for name, places in layout(tuple(fields)).levels.items():
        for value in values_at(fields, places):
            if str(value) in tables[name]:
                return tables[name][str(value)]
    return "INFO" if "@t" in fields and "level" not in fields else None


def from_line(
    raw: str, line: int, stamp: stamps.Stamp | None, more: Sequence[str] = (), about: Mapping[str, str] | None = None
) -> Record:
    """A record from a text line, its stamp, and the lines that continue it: syslog header, level, logger, pairs."""
    text = raw[stamp.rest :] if stamp is not None else raw
    full = "\n".join([text, *more])[:MAX_JOINED_CHARS]
    fields = lines.fields_of(full, raw, stamped=stamp is not None)
    for key, value in (about or {}).items():
        fields.setdefault(key, value)
        if key == "container":
            fields.setdefault("component", value)
    message = fields.get("message")
    if not isinstance(message, str) or len(message) * 2 < len(full):
        message = full
    fields["message"] = message
    at = (stamp.ms, stamp.local, stamp.lacks) if stamp is not None else (None, False, "")
    return Record(line, raw[:EXCERPT], message, fields, entities_of(fields), *at)
