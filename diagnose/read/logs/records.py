"""Records of logs: JSON objects with many names for one field, stamped lines with what belongs to them, bare lines.

A record is what signals match against: a message, the fields by their own and by their common names, the
entities that the fields name, and the time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from diagnose.read.logs import exports, lines, stacks, stamps
from diagnose.read.logs.vocabulary import Everyday, everyday, layout, plain, text_at, values, values_at, vocabulary

MAX_JOINED_LINES = 60
MAX_JOINED_CHARS = 16_384
EXCERPT = 300
"""Characters of a record that are kept to be shown."""

_MESSAGES = ("msg=", "message=", "log=", "text=", "event=", "body=", "error=", "err=")
_QUOTED_MESSAGE = re.compile(rf"\b(?:{'|'.join(_MESSAGES)})")
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


class JsonRow(msgspec.Struct, frozen=True):
    """A JSON object of a log, not yet taken apart. `stamp` is that of the line which holds it, `everyday` where an
    object of the usual shape, with a message and a level as they are to be read, has what."""

    line: int
    raw: str
    obj: Mapping[str, Any]
    pointer: str | None = None
    stamp: stamps.Stamp | None = None
    everyday: Everyday | None = None

    def text(self) -> str:
        """What patterns are searched in: the message and the error, or the whole where it has none."""
        if self.everyday is not None:
            return str(self.obj[self.everyday.message])
        return said(self.obj) or self.raw

    def when(self) -> tuple[int, bool, str] | None:
        """Its time as (ms, local, what the stamp lacks)."""
        if self.everyday is not None:
            for key in self.everyday.time:
                found = stamps.from_value(self.obj[key])
                if found is not None:
                    return (*found, "")
        return _when(self.obj, self.stamp)

    def entities(self) -> dict[str, str] | None:
        """The entities that it names; None when the whole record has to be taken apart for them."""
        if self.everyday is None:
            return None
        out: dict[str, str] = {}
        for entity, keys in self.everyday.entities:
            for key in keys:
                value = self.obj[key]
                if value is not None and value != "":
                    if value is not True and value is not False:
                        out[entity] = str(value)
                    break
        return out

    def session(self) -> str | None:
        """The session that it speaks of, when it names one."""
        if self.everyday is not None and not self.everyday.session:
            return None
        found = next(values_at(self.obj, layout(tuple(self.obj)).entities.get("session", ())), None)
        return found if isinstance(found, str) else None

    def known(self) -> bool:
        """Whether it has the shape of a log record."""
        return self.everyday is not None or is_log_record(self.obj)

    def record(self) -> Record:
        """The record in full."""
        found = from_object(self.obj, self.line, self.raw)
        if self.pointer is None and self.stamp is None:
            return found
        when = self.when() or (None, False, "")
        return msgspec.structs.replace(found, pointer=self.pointer, ms=when[0], local=when[1], lacks=when[2])


class TextRow(msgspec.Struct, frozen=True):
    """A line of a log with its stamp and the lines that continue it, not yet taken apart; `about` is what its
    container's prefix said."""

    line: int
    raw: str
    stamp: stamps.Stamp | None
    more: tuple[str, ...] = ()
    about: Mapping[str, str] = {}

    def text(self) -> str:
        """What patterns are searched in."""
        text = self.raw[self.stamp.rest :] if self.stamp is not None else self.raw
        if self.more:
            text = "\n".join([text, *self.more])
        text = text[:MAX_JOINED_CHARS]
        return str(self.record().message) if "=" in text and _has_message(text) else text

    def session(self) -> str | None:
        """Lines of text name their sessions in too many ways to follow them."""
        return None

    def entities(self) -> dict[str, str] | None:
        """None: the fields of a line have to be found before its entities."""
        return None

    def when(self) -> tuple[int, bool, str] | None:
        """Its time as (ms, local, what the stamp lacks)."""
        return None if self.stamp is None else (self.stamp.ms, self.stamp.local, self.stamp.lacks)

    def known(self) -> bool:
        """Whether it has a shape: a stamp, a level, a pair of name and value, or the form of a known program."""
        return self.stamp is not None or bool(self.about) or lines.known(self.raw)

    def record(self) -> Record:
        """The record in full."""
        return from_line(self.raw, self.line, self.stamp, self.more, self.about)


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


def _when(obj: Mapping[str, Any], stamp: stamps.Stamp | None) -> tuple[int, bool, str] | None:
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
    ms, local, lacks = _when(obj, None) or (None, False, "")
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


def rows_of(obj: Mapping[str, Any], line: int, raw: str, stamp: stamps.Stamp | None = None) -> Iterator[JsonRow]:
    """The rows in a JSON object: itself, or the records in the envelope of a log store."""
    usual = everyday(tuple(obj)) if stamp is None else None
    if usual is not None and _as_it_is(obj, usual):
        yield JsonRow(line, raw, obj, None, None, usual)
        return
    found = exports.unwrap(obj)
    if found is None:
        yield JsonRow(line, raw, exports.opened(obj), None, stamp)
        return
    for pointer, record in found:
        yield JsonRow(
            line, raw if not pointer else json.dumps(record, ensure_ascii=False), record, pointer or None, stamp
        )


def _as_it_is(obj: Mapping[str, Any], usual: Everyday) -> bool:
    """Whether an object of the usual shape holds only scalars, a level, and a message that is no JSON itself."""
    message = obj[usual.message]
    if type(message) is not str or not message or message[0] == "{":
        return False
    for value in obj.values():
        if type(value) is dict or type(value) is list:
            return False
    for key in usual.level:
        if obj[key] is not None and obj[key] != "":
            return True
    return False


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


class _Held(msgspec.Struct):
    """The line that a row begins with, while its next lines are looked at; `open` when the runtime split it."""

    line: int
    raw: str
    stamp: stamps.Stamp | None
    about: dict[str, str]
    more: list[str] = []
    open: bool = False

    def row(self) -> JsonRow | TextRow:
        found = _embedded(self.raw, self.line, self.stamp) if self.raw.endswith("}") and not self.more else None
        return found or TextRow(self.line, self.raw, self.stamp, tuple(self.more), self.about)

    def takes(self, line: str, stamp: stamps.Stamp | None, *, sparse: bool) -> bool:
        """Whether a line goes on with this row."""
        if len(self.more) >= MAX_JOINED_LINES:
            return False
        if stamp is not None:
            return stacks.frame(line[stamp.rest :])
        return (not sparse and self.stamp is not None) or stacks.continues(line)


def _embedded(raw: str, line: int, stamp: stamps.Stamp | None) -> JsonRow | None:
    """The JSON record that a text line ends with, as container and syslog prefixes leave it; its head gives fields."""
    start = raw.find("{", stamp.rest if stamp is not None else 0)
    if start < 0:
        return None
    try:
        obj = json.loads(raw[start:], strict=False)
    except (ValueError, RecursionError):
        return None
    if not isinstance(obj, dict) or not is_log_record(obj) or not _is_head(raw[stamp.rest if stamp else 0 : start]):
        return None
    head = lines.fields_of(raw[stamp.rest if stamp else 0 : start], raw[:start], stamped=stamp is not None)
    own = {plain(key) for key in obj}
    obj = {**obj, **{k: v for k, v in head.items() if plain(k) not in own and k in _FROM_HEAD}}
    return JsonRow(line, raw, exports.opened(obj), None, stamp)


def _is_head(text: str) -> bool:
    """Whether what stands before a JSON object is a prefix of a logger, not a sentence that quotes it."""
    return len(text) <= EXCERPT and len(text.split()) <= _HEAD_WORDS


_FROM_HEAD = frozenset({"host", "component", "level", "container", "pod"})
_HEAD_WORDS = 4


def _has_message(text: str) -> bool:
    """Whether a pair of name and value may be the message of a line."""
    for name in _MESSAGES:  # plain tests first, since this is asked of every line
        if name in text:
            return _QUOTED_MESSAGE.search(text) is not None
    return False


SURELY = re.compile(
    rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)? \[?(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\b"
)
"""How most lines that begin a record do: told from the bytes alone."""


def begins(line: str, *, sparse: bool) -> bool:
    """Whether `text_rows` begins a row with this line whatever stands before it."""
    line, _ = lines.unwrapped(lines.bare(line))
    stamp = stamps.parse(line)
    if stamp is not None:
        return not stacks.frame(line[stamp.rest :]) and lines.runtime(line, stamp.rest)[0] == stamp.rest
    return sparse and bool(line.strip()) and not stacks.continues(line)


def text_rows(numbered: Iterable[tuple[int, str]], *, sparse: bool) -> Iterator[JsonRow | TextRow]:
    """Rows of a text log, without colours and container prefixes. What follows a stamped line belongs to it; with
    `sparse` (few lines have stamps) only indented lines and stack traces do, and every other line is a row of its own.
    A line that ends in a JSON record is that record."""
    held: _Held | None = None
    for number, wrapped in numbered:
        line, about = lines.unwrapped(lines.bare(wrapped))
        if not line.strip():
            continue
        stamp = stamps.parse(line)
        partial = False
        if stamp is not None and line.startswith("std", stamp.rest):
            rest, partial = lines.runtime(line, stamp.rest)
            stamp = msgspec.structs.replace(stamp, rest=rest)
        if held is not None and held.open:
            held.raw += line[stamp.rest if stamp is not None else 0 :]
            held.open = partial and len(held.raw) < MAX_JOINED_CHARS
            continue
        if held is not None and held.takes(line, stamp, sparse=sparse):
            held.more.append(line[stamp.rest :] if stamp is not None else line)
            continue
        if held is not None:
            yield held.row()
        held = _Held(number, line, stamp, about, [], partial)
    if held is not None:
        yield held.row()
