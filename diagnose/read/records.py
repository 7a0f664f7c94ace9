"""Records of logs: JSON objects with many names for one field, stamped lines with what belongs to them, bare lines.

A record is what signals match against: a message, the fields by their own and by their common names, the
entities that the fields name, and the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from diagnose.read import stamps

ALIASES: dict[str, tuple[str, ...]] = {
    "time": ("timestamp", "ts", "time", "@timestamp", "datetime", "date", "eventTime", "event_time", "logged_at", "t"),
    "message": ("message", "msg", "log", "text", "event", "body", "short_message", "MESSAGE", "error", "err"),
    "level": ("level", "severity", "lvl", "loglevel", "levelname", "log.level", "PRIORITY"),
    "component": (
        "component",
        "logger",
        "module",
        "service",
        "subsystem",
        "name",
        "source",
        "facility",
        "program",
        "app",
    ),
    "error_code": ("error_code", "errorCode", "code", "err_code", "error.code"),
    "status": ("status", "status_code", "statusCode", "http_status"),
}
"""Common field name -> the names that log frameworks use for it, best first."""

ENTITY_FIELDS: dict[str, tuple[str, ...]] = {
    "edge": ("edge_node", "edge", "edge_id", "edgeId", "edge_name", "edgeName"),
    "session": ("session_id", "sessionId", "session", "bot_session", "bot_session_id", "call_id", "callId", "call-id"),
    "conversation": ("conversation_id", "conversationId", "conversation", "conv_id", "convId"),
    "trunk": ("trunk", "trunk_id", "trunkId", "trunk_name"),
    "bot": ("bot", "bot_id", "botId", "bot_name"),
    "flow": ("flow", "flow_name", "flowName", "flow_id", "flowId"),
    "site": ("site", "site_name", "siteName", "site_id"),
    "node": ("node", "node_name", "media_server"),
    "user": ("user", "user_id", "userId", "agent_id"),
    "host": ("host", "hostname", "host_name", "server", "_HOSTNAME"),
}
"""Entity key -> the record fields that name it, best first."""

MAX_JOINED_LINES = 60
MAX_JOINED_CHARS = 16_384
EXCERPT = 300
"""Characters of a record that are kept to be shown."""

_CONTINUED = re.compile(r"\s+\S|(?:at |Caused by|Traceback |During handling|The above exception|\.\.\. \d+ more)")
_HEADER = re.compile(
    r"(?P<host>[A-Za-z][\w.-]*[A-Za-z0-9]) (?P<component>[A-Za-z][\w./-]*)(?:\[\d+\])?: (?P<message>.*)", re.DOTALL
)
_LEVEL = re.compile(r"\W{0,3}(TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL|CRIT|SEVERE)\b", re.IGNORECASE)
_LOGGER = re.compile(
    r"[\]:|\s-]*\[?(?P<component>[A-Za-z][\w-]*(?:[./][\w-]+)+|[a-z]+(?:-[a-z]+)+)\]?(?:\s*[:|-]\s+|\s+)"
)
_QUOTED_MESSAGE = re.compile(r"\b(?:msg|message|log|text|event|body|error|err)=")
_PAIR = re.compile(r"(?<![\w.])([A-Za-z_][\w.-]{0,40})=(\"(?:[^\"\\]|\\.)*\"|[^\s,;\"']+)")
_MAX_PAIRS = 40
_DEPTH = 4
_ORDINARY = frozenset({"info", "debug", "trace", "notice", "information"})


class Record(msgspec.Struct, frozen=True):
    """One record of a log: where it began, its raw text, the message, the fields, the entities and the time."""

    line: int
    raw: str
    message: str
    fields: dict[str, Any]
    entities: dict[str, str]
    ms: int | None = None
    local: bool = False
    lacks: str = ""

    @property
    def ordinary(self) -> bool:
        """Whether its level is that of everyday business (INFO and below)."""
        return str(self.fields.get("level", "")).casefold() in _ORDINARY


class JsonRow(msgspec.Struct, frozen=True):
    """A JSON object of a log, not yet taken apart."""

    line: int
    raw: str
    obj: Mapping[str, Any]

    def text(self) -> str:
        """What patterns are searched in: the message, or the whole where it has none."""
        found = _first(self.obj, _present(ALIASES["message"], tuple(self.obj)))
        return found if isinstance(found, str) else self.raw

    def when(self) -> tuple[int, bool, str] | None:
        """Its time as (ms, local, what the stamp lacks)."""
        found = stamps.from_value(_first(self.obj, _present(ALIASES["time"], tuple(self.obj))))
        return None if found is None else (*found, "")

    def session(self) -> str | None:
        """The session that it speaks of, when it names one."""
        found = _first(self.obj, _present(ENTITY_FIELDS["session"], tuple(self.obj)))
        return found if isinstance(found, str) and found else None

    def known(self) -> bool:
        """Whether it has the shape of a log record."""
        return is_log_record(self.obj)

    def record(self) -> Record:
        """The record in full."""
        return from_object(self.obj, self.line, self.raw)


class TextRow(msgspec.Struct, frozen=True):
    """A line of a log with its stamp and the lines that continue it, not yet taken apart."""

    line: int
    raw: str
    stamp: stamps.Stamp | None
    more: tuple[str, ...] = ()

    def text(self) -> str:
        """What patterns are searched in."""
        text = self.raw[self.stamp.rest :] if self.stamp is not None else self.raw
        if self.more:
            text = "\n".join([text, *self.more])
        text = text[:MAX_JOINED_CHARS]
        return text if _QUOTED_MESSAGE.search(text) is None else str(self.record().message)

    def session(self) -> str | None:
        """Lines of text name their sessions in too many ways to follow them."""
        return None

    def when(self) -> tuple[int, bool, str] | None:
        """Its time as (ms, local, what the stamp lacks)."""
        return None if self.stamp is None else (self.stamp.ms, self.stamp.local, self.stamp.lacks)

    def known(self) -> bool:
        """Whether it has a shape: a stamp, a level or a pair of name and value."""
        return self.stamp is not None or bool(_LEVEL.match(self.raw) or _PAIR.search(self.raw))

    def record(self) -> Record:
        """The record in full."""
        return from_line(self.raw, self.line, self.stamp, self.more)


@lru_cache(maxsize=4096)
def _present(names: tuple[str, ...], keys: tuple[str, ...]) -> tuple[str, ...]:
    """Those of `names` that are among `keys`; logs have few shapes of records, so this is a look-up."""
    return tuple(n for n in names if n in keys)


def flatten(obj: Mapping[str, Any], prefix: str = "", depth: int = 0) -> dict[str, Any]:
    """The scalars of a JSON object by dotted names, nested objects included, lists and nulls left out."""
    out: dict[str, Any] = {}
    for key, value in obj.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            if depth < _DEPTH:
                out.update(flatten(value, f"{name}.", depth + 1))
        elif value is not None and not isinstance(value, list):
            out[name] = value
    return out


def _first(fields: Mapping[str, Any], names: Iterable[str]) -> Any:
    return next((fields[n] for n in names if fields.get(n) not in (None, "")), None)


def entities_of(fields: Mapping[str, Any]) -> dict[str, str]:
    """The entities that a record's fields name, by entity key."""
    found = ((key, _first(fields, names)) for key, names in ENTITY_FIELDS.items())
    return {key: str(value) for key, value in found if value is not None and not isinstance(value, bool)}


def is_log_record(obj: object) -> bool:
    """Whether a JSON value is a log record: an object with a message, or with a time and a level."""
    if not isinstance(obj, Mapping):
        return False
    message = _first(obj, ALIASES["message"])
    if isinstance(message, str):
        return True
    return _first(obj, ALIASES["time"]) is not None and _first(obj, ALIASES["level"]) is not None


def from_object(obj: Mapping[str, Any], line: int, raw: str) -> Record:
    """A record from a JSON object: common names are added beside its own, nested fields by dotted names."""
    fields = flatten(obj)
    named = {name: _first(fields, aliases) for name, aliases in ALIASES.items() if name != "time"}
    for name, value in named.items():
        if value is not None:
            fields.setdefault(name, value)
    message = named["message"] if isinstance(named["message"], str) else raw
    when = stamps.from_value(_first(fields, ALIASES["time"]))
    ms, local = when if when is not None else (None, False)
    return Record(line, raw[:EXCERPT], message, fields, entities_of(fields), ms, local)


def from_line(raw: str, line: int, stamp: stamps.Stamp | None, more: Sequence[str] = ()) -> Record:
    """A record from a text line, its stamp, and the lines that continue it: syslog header, level, logger, pairs."""
    text = raw[stamp.rest :] if stamp is not None else raw
    full = "\n".join([text, *more])[:MAX_JOINED_CHARS]
    fields: dict[str, Any] = {}
    for count, m in enumerate(_PAIR.finditer(full)):
        if count >= _MAX_PAIRS:
            break
        fields.setdefault(m[1], m[2].strip('"'))
    for name, aliases in ALIASES.items():
        value = None if name == "time" else _first(fields, aliases)
        if value is not None:
            fields.setdefault(name, value)
    _header(full, fields, stamp is not None)
    message = fields.get("message")
    if not isinstance(message, str) or len(message) * 2 < len(full):
        message = full
    fields["message"] = message
    at = (stamp.ms, stamp.local, stamp.lacks) if stamp is not None else (None, False, "")
    return Record(line, raw[:EXCERPT], message, fields, entities_of(fields), *at)


def _header(text: str, fields: dict[str, Any], stamped: bool) -> None:
    """Add what stands before the message of a text line: host and program (syslog), level, logger."""
    head = _HEADER.match(text) if stamped else None
    if head is not None:
        fields.setdefault("host", head["host"])
        fields.setdefault("component", head["component"])
        return
    level = _LEVEL.match(text)
    if level is None:
        return
    fields.setdefault("level", level[1].upper())
    logger = _LOGGER.match(text, level.end())
    if logger is not None:
        fields.setdefault("component", logger["component"])


def begins(line: str, *, sparse: bool) -> bool:
    """Whether `text_rows` begins a row with this line whatever stands before it."""
    if stamps.parse(line) is not None:
        return True
    return sparse and bool(line.strip()) and _CONTINUED.match(line) is None


def text_rows(lines: Iterable[tuple[int, str]], *, sparse: bool) -> Iterator[TextRow]:
    """Rows of a text log. What follows a stamped line belongs to it; with `sparse` (few lines have stamps) only
    indented lines and stack traces do, and every other line is a row of its own."""
    held: tuple[int, str, stamps.Stamp | None] | None = None
    more: list[str] = []
    for number, line in lines:
        if not line.strip():
            continue
        stamp = stamps.parse(line)
        if stamp is None and held is not None and len(more) < MAX_JOINED_LINES:
            whole = not sparse and held[2] is not None
            if whole or _CONTINUED.match(line):
                more.append(line)
                continue
        if held is not None:
            yield TextRow(*held, tuple(more))
        held, more = (number, line, stamp), []
    if held is not None:
        yield TextRow(*held, tuple(more))
