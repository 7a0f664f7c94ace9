"""The multi-pattern scan: which signals match a text or a record, and what they take from it.

A `Scanner` is built once from the compiled signals. Literals that a match must contain, or for many texts one RE2
set over all patterns, name the candidates in one pass over the text; only those that reach the text's source kind
are then run alone for their captured groups. RE2 is linear in the length of the text, whatever the pattern.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
import re2

from diagnose.model import ENTITY_KEYS
from diagnose.read.signals import prefilter
from diagnose.read.signals.literals import LiteralIndex, may_match
from diagnose.read.signals.signal import CODE, LOG_KINDS, ROW, Coded, Signal, spelling
from diagnose.where import all_hold

TEXT_LIMIT = 65_536
"""Characters of one record that are scanned; the rest of a longer one is left out."""

FEW = 800
"""Texts that are scanned by literals alone before the set of all patterns is compiled (about 60 ms)."""
_SET_MEMORY = 256 << 20
_LONG_S = "\u017f"
_SPECIAL = frozenset(r"\.^$*+?{}[]|()")
_ENTITIES = frozenset(ENTITY_KEYS)
_LOG_LIKE = frozenset(
    {*LOG_KINDS, "sip.trace", "network.note", "network.probe", "network.dns", "network.tls", "network.capture"}
)
_KIN = {
    "sip.trace": ("sip.log",),
    "sip.log": ("sip.trace",),
    "log": (*LOG_KINDS, "ticket"),
    "network.note": ("ticket",),
    "ticket": ("prose",),
}


class Hit(msgspec.Struct, frozen=True, gc=False):
    """A signal that matched: the fact's kind, fields and entities, and the span of the match (0, 0: no text)."""

    signal: Signal
    fact: str
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


def _asks(signal: Signal) -> bool:
    """Whether a signal needs more of a record than its text."""
    if signal.where or signal.match is None:
        return True
    return any(f"(?P<{source}>" not in signal.match for source in signal.take.values())


class _Pattern:
    """One pattern alone, with the numbers of its named groups."""

    def __init__(self, text: str) -> None:
        self._regexp = re2.compile(text, _quiet())
        self._names = tuple(self._regexp.groupindex.items())

    def find(self, text: str) -> tuple[tuple[int, int], dict[str, str]] | None:
        """Where it first matches, and what its named groups hold, those without a part in it left out.

        Bytes spare RE2's wrapper the counting of characters, and in ASCII the offsets are the same.
        """
        found = self._regexp.search(text.encode() if text.isascii() else text)
        if found is None:
            return None
        spans = ((name, found.span(number)) for name, number in self._names)
        return found.span(), {name: text[start:end] for name, (start, end) in spans if start >= 0}


class _Literal:
    """A pattern that stands for itself alone."""

    def __init__(self, text: str) -> None:
        self._text = text

    def find(self, text: str) -> tuple[tuple[int, int], dict[str, str]] | None:
        """As `_Pattern.find`."""
        at = text.find(self._text)
        return None if at < 0 else ((at, at + len(self._text)), {})


@cache
def _pattern(text: str) -> _Pattern | _Literal:
    """The pattern, compiled when a text first holds it: most signals of a rulebook never match."""
    return _Literal(text) if _SPECIAL.isdisjoint(text) else _Pattern(text)


def _folded(text: str) -> str:
    """The text in lower case, ASCII letters as RE2 folds them; Python lowers the Kelvin sign itself."""
    low = text.lower()
    return low if low.isascii() else low.replace(_LONG_S, "s")


def _set(patterns: Iterable[str | None]) -> Any:
    """One RE2 set of all patterns: it costs as much to compile as it saves, so there is one for all source kinds."""
    options = _quiet()
    options.max_mem = _SET_MEMORY
    out = re2.Set.SearchSet(options)
    for pattern in patterns:
        out.Add(pattern)
    out.Compile()
    return out


class _Part:
    """The signals that reach one source kind: the numbers of those with a pattern, and those without one."""

    def __init__(self, signals: Sequence[Signal], reach: frozenset[str]) -> None:
        reaching = [(n, s) for n, s in enumerate(signals) if reach.intersection(s.sources)]
        self.patterned = [n for n, s in reaching if s.match is not None]
        self.allowed = frozenset(self.patterned)
        self.plain = [n for n, s in reaching if s.match is None]


class Scanner:
    """All signals, compiled for scanning as they are needed; safe to share, since scanning changes nothing else."""

    def __init__(self, signals: Sequence[Signal], vocabulary: Collection[str] = ()) -> None:
        """The patterns are those that the rulebook has accepted, so RE2 takes them all."""
        self.signals = tuple(signals)
        self.vocabulary = vocabulary
        self._parts: dict[str, _Part] = {}
        self._literals: LiteralIndex | None = None
        self._set: Any = None
        self._scanned = 0
        self._numbers = [n for n, s in enumerate(self.signals) if s.match is not None]
        self._asking = frozenset(n for n, s in enumerate(self.signals) if _asks(s))

    def _candidates(self, part: _Part, text: str) -> list[int]:
        """Numbers of the signals of `part` whose pattern may occur in `text`, in the signals' order.

        For the first texts by their literals, which need no preparing; when there are many, by an RE2 set of all
        patterns, which is faster by far once it is compiled.
        """
        if not part.patterned:
            return []
        self._scanned += 1
        if self._scanned <= FEW:
            if self._literals is None:
                self._literals = LiteralIndex((n, self.signals[n].literals) for n in self._numbers)
            return self._literals.numbers(_folded(text), part.allowed)
        if self._set is None:
            self._set = _set(self.signals[n].match for n in self._numbers)
        allowed = part.allowed
        return sorted(n for i in self._set.Match(text) or () if (n := self._numbers[i]) in allowed)

    def _part(self, source_kind: str) -> _Part:
        part = self._parts.get(source_kind)
        if part is None:
            part = self._parts[source_kind] = _Part(self.signals, kinds_of(source_kind))
        return part

    def wants(self, source_kind: str, text: str, raw: str) -> list[int] | None:
        """What may match in a record with this text and written as `raw`, for `hits`; None when nothing can.

        A cheap test before the record is taken apart.
        """
        part = self._part(source_kind)
        found = self._candidates(part, text[:TEXT_LIMIT])
        if part.plain:
            low = _folded(raw)
            found += [n for n in part.plain if may_match(self.signals[n].literals, low)]
        return found or None

    def asks(self, among: Sequence[int]) -> bool:
        """Whether one of the signals that `wants` gave tests or takes fields of the record, too."""
        return not self._asking.isdisjoint(among)

    def sought(self, source_kind: str, sample: bytes) -> list[str] | None:
        """Patterns for `prefilter.search_for`: a line of a log of this kind that can have a hit holds one of them.

        They are chosen for a sample of the log. None when some signal has no literals to search for, so that every line
        has to be read.
        """
        part = self._part(source_kind)
        return prefilter.choose([self.signals[n] for n in (*part.patterned, *part.plain)], sample)

    def hits(
        self, source_kind: str, text: str, fields: Mapping[str, Any], among: Sequence[int] | None = None
    ) -> list[Hit]:
        """Every signal that matches `text` and `fields` of one record of this source kind, in the signals' order.

        `fields` are the record's; a signal without a pattern needs a `where` that holds. `among` is what `wants` said
        of the same text, when it was asked.
        """
        part = self._part(source_kind)
        text = text[:TEXT_LIMIT]
        out, coded = [], False
        for number in [*self._candidates(part, text), *part.plain] if among is None else among:
            signal = self.signals[number]
            if signal.where and not all_hold(signal.where, fields):
                continue
            if signal.match is None:
                out.append(_hit(signal, fields, (0, 0), {}))
            elif (found := _pattern(signal.match).find(text)) is not None:
                if signal.coded:
                    row = _row(signal, found[1])
                    out += [_hit(signal, fields, *found, row)] if row is not None else []
                    coded = True
                elif signal.take:
                    out.append(_hit(signal, fields, *found))
                else:
                    out.append(Hit(signal, signal.fact, dict(signal.set), {}, *found[0]))
        return [hit for n, hit in enumerate(out) if not (hit.signal.coded and _is_said(n, out))] if coded else out


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


def _hit(
    signal: Signal,
    record: Mapping[str, Any],
    span: tuple[int, int],
    groups: Mapping[str, str],
    row: Coded | None = None,
) -> Hit:
    fact, fields = (signal.fact, dict(signal.set)) if row is None else (row.fact, dict(row.set))
    entities: dict[str, str] = {}
    for target, source in signal.take.items():
        value = _value(source, record, groups, row)
        if value is None or (fact != signal.fact and target not in _ENTITIES):
            continue
        if target in _ENTITIES:
            entities[target] = str(value)
        elif target in signal.numbers:
            number = _number(value)
            if number is not None:
                fields[target] = number
        else:
            fields[target] = value
    if not _ENTITIES.isdisjoint(fields):
        for key in ENTITY_KEYS:
            if key in fields:
                entities.setdefault(key, str(fields.pop(key)))
    return Hit(signal, fact, fields, entities, *span)


def _value(source: str, record: Mapping[str, Any], groups: Mapping[str, str], row: Coded | None) -> Any:
    """What a field is taken from: a group of the pattern, the code of the row, else a field of the record; or None."""
    if source in groups:
        value: Any = groups[source]
    else:
        value = row.code if row is not None and source == CODE else record.get(source)
    if isinstance(value, str):
        value = value.strip()
    return None if value == "" or isinstance(value, list | dict) else value


def _is_said(number: int, hits: Sequence[Hit]) -> bool:
    """Whether another hit of the record says all that this one does; of equal codes the first one stands."""
    code = hits[number]
    return any(
        n != number
        and hit.fact == code.fact
        and code.fields.items() <= hit.fields.items()
        and (len(hit.fields) > len(code.fields) or not hit.signal.coded or n < number)
        for n, hit in enumerate(hits)
    )


def _row(signal: Signal, groups: Mapping[str, str]) -> Coded | None:
    """The row of a catalogue that the pattern found."""
    found = (signal.coded.get(spelling(text)) for name, text in groups.items() if name.startswith(ROW))
    return next(filter(None, found), None)
