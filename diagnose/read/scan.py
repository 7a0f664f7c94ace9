"""The multi-pattern scan: which signals match a text or a record, and what they take from it.

A `Scanner` is built once from the compiled signals. Per source kind it holds one RE2 set over the patterns
that may match there; the set names the candidates in one pass over the text, and only those are then run
alone for their captured groups. RE2 is linear in the length of the text, whatever the pattern.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
import re2

from diagnose.model import ENTITY_KEYS
from diagnose.read.signal import LOG_KINDS, Signal
from diagnose.where import all_hold

TEXT_LIMIT = 65_536
"""Characters of one record that are scanned; the rest of a longer one is left out."""

_SET_MEMORY = 256 << 20
_LOG_LIKE = frozenset(
    {*LOG_KINDS, "sip.trace", "network.note", "network.probe", "network.dns", "network.tls", "network.capture"}
)
_KIN = {
    "sip.trace": ("sip.log",),
    "sip.log": ("sip.trace",),
    "log": LOG_KINDS,
}


class Hit(msgspec.Struct, frozen=True):
    """A signal that matched: the fact's fields and entities, and the span of the text that matched (0, 0: no text)."""

    signal: Signal
    fields: dict[str, Any]
    entities: dict[str, str]
    start: int = 0
    end: int = 0


def kinds_of(source_kind: str) -> frozenset[str]:
    """The kinds in a signal's `from` that reach a source of this kind.

    `log` in `from` reaches every log and every program's output about the network; a log of unknown origin is
    reached by the signals of every kind of log, and SIP logs and SIP traces by each other's.
    """
    reach = {source_kind, *_KIN.get(source_kind, ())}
    if source_kind in _LOG_LIKE:
        reach.add("log")
    return frozenset(reach)


def _quiet() -> Any:
    options = re2.Options()
    options.log_errors = False
    return options


@cache
def _pattern(text: str) -> Any:
    """One pattern alone, compiled when a text first holds it: most signals of a rulebook never match."""
    return re2.compile(text, _quiet())


class _Part:
    """The signals that reach one source kind: one RE2 set for those with a pattern, a list of the others."""

    def __init__(self, signals: Sequence[Signal]) -> None:
        self.patterned = [s for s in signals if s.match is not None]
        self.plain = [s for s in signals if s.match is None]
        self.set: Any = None
        if self.patterned:
            options = _quiet()
            options.max_mem = _SET_MEMORY
            self.set = re2.Set.SearchSet(options)
            for signal in self.patterned:
                self.set.Add(signal.match)
            self.set.Compile()

    def candidates(self, text: str) -> Sequence[int]:
        """Indexes of the patterned signals whose pattern occurs in `text`, in the signals' order."""
        if self.set is None:
            return ()
        return sorted(self.set.Match(text) or ())


class Scanner:
    """All signals, compiled for scanning as they are needed; safe to share, since scanning changes nothing else."""

    def __init__(self, signals: Sequence[Signal]) -> None:
        """The patterns are those that the rulebook has accepted, so RE2 takes them all."""
        self.signals = tuple(signals)
        self._parts: dict[str, _Part] = {}

    def _part(self, source_kind: str) -> _Part:
        part = self._parts.get(source_kind)
        if part is None:
            reach = kinds_of(source_kind)
            part = _Part([s for s in self.signals if reach.intersection(s.sources)])
            self._parts[source_kind] = part
        return part

    def wants(self, source_kind: str, text: str) -> bool:
        """Whether a record with this text can have a hit at all: a cheap test before the record is taken apart."""
        part = self._part(source_kind)
        return bool(part.plain) or bool(part.candidates(text[:TEXT_LIMIT]))

    def hits(self, source_kind: str, text: str, fields: Mapping[str, Any]) -> list[Hit]:
        """Every signal that matches `text` and `fields` of one record of this source kind, in the signals' order.

        `fields` are the record's; a signal without a pattern needs a `where` that holds.
        """
        part = self._part(source_kind)
        text = text[:TEXT_LIMIT]
        out = []
        for index in part.candidates(text):
            signal = part.patterned[index]
            if signal.where and not all_hold(signal.where, fields):
                continue
            found = _pattern(str(signal.match)).search(text)
            if found is not None:
                out.append(_hit(signal, fields, found))
        for signal in part.plain:
            if signal.where and all_hold(signal.where, fields):
                out.append(_hit(signal, fields, None))
        return out


def _number(value: object) -> int | float | None:
    """A number out of a field or a group (thousands separated by commas allowed), or None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    try:
        number = float(str(value).strip().replace(",", ""))
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else number


def _hit(signal: Signal, record: Mapping[str, Any], found: Any) -> Hit:
    groups: dict[str, str | None] = found.groupdict() if found is not None else {}
    fields: dict[str, Any] = dict(signal.set)
    entities: dict[str, str] = {}
    for target, source in signal.take.items():
        value: Any = groups[source] if groups.get(source) is not None else record.get(source)
        if isinstance(value, str):
            value = value.strip()
        if value is None or value == "" or isinstance(value, list | dict):
            continue
        if target in ENTITY_KEYS:
            entities[target] = str(value)
        elif target in signal.numbers:
            number = _number(value)
            if number is not None:
                fields[target] = number
        else:
            fields[target] = value
    start, end = found.span() if found is not None else (0, 0)
    for key in ENTITY_KEYS:
        if key in fields:
            entities.setdefault(key, str(fields.pop(key)))
    return Hit(signal, fields, entities, start, end)
