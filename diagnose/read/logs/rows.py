"""Rows of logs: lines and JSON objects as records that are not yet taken apart, since most hold nothing of interest.

numbered lines --json_rows / text_rows--> rows --`record()`, when a signal may match--> records
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import msgspec

from diagnose.read.logs import exports, lines, stacks, stamps
from diagnose.read.logs.records import (
    EXCERPT,
    MAX_JOINED_CHARS,
    Record,
    from_line,
    from_object,
    is_log_record,
    said,
    when_of,
)
from diagnose.read.logs.vocabulary import Everyday, entities_at, entity_keys, everyday, layout, plain, values_at
from diagnose.read.signals.sieve import WHOLE, Sieve

MAX_JOINED_LINES = 60
SURELY = re.compile(
    rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)? "
    rb"\[?(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\b"
)
"""How most lines that begin a record do: told from the bytes alone."""

_MESSAGES = ("msg=", "message=", "log=", "text=", "event=", "body=", "error=", "err=")
_QUOTED_MESSAGE = re.compile(rf"\b(?:{'|'.join(_MESSAGES)})")


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
        return when_of(self.obj, self.stamp)

    def entities(self) -> dict[str, str] | None:
        """The entities that it names; None when the whole record has to be taken apart for them."""
        if self.everyday is None:
            return None
        return entities_at(self.obj, self.everyday.entities)

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
        text = self._full()
        return str(self.record().message) if "=" in text and _has_message(text) else text

    def _full(self) -> str:
        """The text behind the stamp, with the lines that continue it."""
        text = self.raw[self.stamp.rest :] if self.stamp is not None else self.raw
        if self.more:
            text = "\n".join([text, *self.more])
        return text[:MAX_JOINED_CHARS]

    def session(self) -> str | None:
        """Lines of text name their sessions in too many ways to follow them."""
        return None

    def entities(self) -> dict[str, str] | None:
        """The entities that it names; None when it has a known form, so that only all its fields tell them."""
        if self.about:
            return None
        text = self._full()
        named = lines.plain_pairs(text, self.raw, stamped=self.stamp is not None)
        return None if named is None else entities_at(named, entity_keys(tuple(named)))

    def when(self) -> tuple[int, bool, str] | None:
        """Its time as (ms, local, what the stamp lacks)."""
        return None if self.stamp is None else (self.stamp.ms, self.stamp.local, self.stamp.lacks)

    def known(self) -> bool:
        """Whether it has a shape: a stamp, a level, a pair of name and value, or the form of a known program."""
        return self.stamp is not None or bool(self.about) or lines.known(self.raw)

    def record(self) -> Record:
        """The record in full."""
        return from_line(self.raw, self.line, self.stamp, self.more, self.about)


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
    return any(obj[key] is not None and obj[key] != "" for key in usual.level)


def sieve_of(
    blocks: Iterable[bytes],
    *,
    json: bool,
    sparse: bool = False,
    mark: str = "",
    again: Callable[[], Iterable[bytes]] | None = None,
    whole: int = WHOLE,
) -> Sieve:
    """The lines of a log of JSON lines or of text, whose records may then be passed over; see `Sieve`, `text_rows`."""
    if json:
        return Sieve(blocks, again=again, whole=whole)
    return Sieve(blocks, partial(begins, sparse=sparse), surely=SURELY, mark=mark, again=again, whole=whole)


class Broken(msgspec.Struct, frozen=True):
    """A line that could not be read as a record, and why."""

    line: int
    why: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.why}"


def json_rows(lines: Iterable[tuple[int, str]]) -> Iterator[JsonRow | TextRow | Broken]:
    """Rows of a log of one JSON object a line; other lines between them are read as text, broken objects named."""
    decode: Callable[[str], Any] = msgspec.json.Decoder().decode
    for number, line in lines:
        text = line.strip()
        if not text:
            continue
        if not text.startswith("{"):
            yield from text_rows([(number, line)], sparse=True)
            continue
        try:
            obj = decode(text)
        except (msgspec.DecodeError, RecursionError):
            obj = _lenient(text)
        if isinstance(obj, dict):
            yield from rows_of(obj, number, text)
        else:
            yield Broken(number, "the JSON breaks off" if not text.endswith("}") else "not valid JSON")


def _lenient(text: str) -> object:
    """What Python's own decoder makes of the text (it takes NaN and control characters), or None."""
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


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
