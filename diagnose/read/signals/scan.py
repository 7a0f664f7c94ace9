"""The multi-pattern scan: which signals match a text or a record, and what they take from it.

A `Scanner` is built once from the compiled signals. The literals that a match must contain name the candidates in one
pass over the text; only those that reach the text's source kind are then run alone for their captured groups. RE2 is
linear in the length of the text, whatever the pattern.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

import msgspec
import re2

from diagnose.model import ENTITY_KEYS
from diagnose.read.signals import prefilter
from diagnose.read.signals.literals import LiteralIndex, LiteralSet
from diagnose.read.signals.signal import CODE, LOG_KINDS, ROW, Coded, Signal, spelling
from diagnose.where import all_hold

TEXT_LIMIT = 65_536
"""Characters of one record that are scanned; the rest of a longer one is left out."""

FEW = 800
"""Texts that are scanned by an index of literals, and by each pattern without any, before the set of all literals and
the one pattern for those without any are compiled (some 30 ms)."""
_NAMED = re.compile(r"\(\?P<\w+>")
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


Look = tuple[int, tuple[int, int], Mapping[str, str]]
"""The number of a signal, the span of the text that its pattern matched, and what the named groups hold."""


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


def _quiet(*, ascii_only: bool = False) -> Any:
    options = re2.Options()
    options.log_errors = False
    if ascii_only:
        options.encoding = re2.Options.Encoding.LATIN1
    return options


def _stand(sets: Iterable[Iterable[str]], written: str) -> bool:
    """Whether one of each set stands in a record as it is written, in lower case, or may where JSON has numbers for
    letters."""
    return "\\u" in written or all(any(text in written for text in some) for some in sets)


def _asks(signal: Signal) -> bool:
    """Whether a signal needs more of a record than its text."""
    if signal.where or signal.match is None:
        return True
    sources = (s for s in signal.take.values() if not (signal.coded and s == CODE))
    return any(f"(?P<{source}>" not in signal.match for source in sources)


class _Pattern:
    """One pattern alone, with the numbers of its named groups.

    For texts in ASCII, which most are, RE2 has less to compile and its wrapper no characters to count.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._plain = text.isascii() and r"\x{" not in text
        self._ascii: Any = None
        self._any: Any = None
        self._names: tuple[tuple[str, int], ...] = ()

    def find(self, text: str) -> tuple[tuple[int, int], dict[str, str]] | None:
        """Where it first matches, and what its named groups hold, those without a part in it left out."""
        plain = self._plain and text.isascii()
        found = self._for_ascii().search(text.encode()) if plain else self._for_any().search(text)
        if found is None:
            return None
        spans = ((name, found.span(number)) for name, number in self._names)
        return found.span(), {name: text[start:end] for name, (start, end) in spans if start >= 0}

    def _for_ascii(self) -> Any:
        if self._ascii is None:
            self._ascii = re2.compile(self._text.encode(), _quiet(ascii_only=True))
            self._names = tuple((name.decode(), number) for name, number in self._ascii.groupindex.items())
        return self._ascii

    def _for_any(self) -> Any:
        if self._any is None:
            self._any = re2.compile(self._text, _quiet())
            self._names = tuple(self._any.groupindex.items())
        return self._any


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


class _Part:
    """The signals that reach one source kind: the numbers of those whose pattern has literals, of those whose pattern
    has none (`any_bare` matches where one of them does), and of those without a pattern."""

    def __init__(self, signals: Sequence[Signal], reach: frozenset[str]) -> None:
        reaching = [(n, s) for n, s in enumerate(signals) if reach.intersection(s.sources)]
        self.all = [s for _, s in reaching]
        patterned = [n for n, s in reaching if s.match is not None]
        self.lettered = frozenset(n for n in patterned if signals[n].literals and all(signals[n].literals))
        self.bare = [n for n in patterned if n not in self.lettered]
        self.any_bare: Any = None
        self.worth: Callable[[bytes], bool] | None = None
        self.fieldwise = frozenset(n for n, s in reaching if s.match is None)


class Scanner:
    """All signals, compiled for scanning as they are needed; safe to share, since scanning changes nothing else."""

    def __init__(self, signals: Sequence[Signal], vocabulary: Collection[str] = ()) -> None:
        """The patterns are those that the rulebook has accepted, so RE2 takes them all."""
        self.signals = tuple(signals)
        self.vocabulary = vocabulary
        self._parts: dict[str, _Part] = {}
        self._index: LiteralIndex | None = None
        self._set: LiteralSet | None = None
        self._scanned = 0
        self._asking = frozenset(n for n, s in enumerate(self.signals) if _asks(s))

    def _holding(self, low: str, allowed: frozenset[int]) -> list[int]:
        """Numbers of the signals among `allowed` that a text, in lower case, may match by their literals."""
        self._scanned += 1
        if self._scanned <= FEW:
            if self._index is None:
                self._index = LiteralIndex((n, s.literals) for n, s in enumerate(self.signals))
            return self._index.numbers(low, allowed)
        if self._set is None:
            self._set = LiteralSet((n, s.literals) for n, s in enumerate(self.signals))
        return [n for n in self._set.numbers(low) if n in allowed]

    def _bare(self, part: _Part) -> Any:
        """One pattern for all that have no literals, compiled when a text is first held against it."""
        if part.any_bare is None:
            unnamed = (_NAMED.sub("(?:", self.signals[n].match or "") for n in part.bare)
            part.any_bare = re2.compile("|".join(f"(?:{pattern})" for pattern in unnamed), _quiet())
        return part.any_bare

    def _part(self, source_kind: str) -> _Part:
        part = self._parts.get(source_kind)
        if part is None:
            part = self._parts[source_kind] = _Part(self.signals, kinds_of(source_kind))
        return part

    def look(self, source_kind: str, text: str, raw: str | None = None) -> list[Look]:
        """What may be a hit in a record of this source kind, in the signals' order, before it is taken apart.

        The patterns have been searched in its text; signals without a pattern are there when the record may hold their
        literals as it is written (`raw`), or all of them when that is not known.
        """
        part = self._part(source_kind)
        text = text[:TEXT_LIMIT]
        low, written = _folded(text), ""
        out: list[Look] = []
        numbers = self._holding(low, part.lettered) if part.lettered else []
        if part.bare and (self._scanned <= FEW or self._bare(part).search(text) is not None):
            numbers += part.bare
        for number in numbers:
            signal = self.signals[number]
            if signal.standing and raw is not None:
                written = written or f"{_folded(raw)}\n{low}"
                if not _stand(signal.standing, written):
                    continue
            found = _pattern(signal.match or "").find(text)
            if found is not None:
                out.append((number, *found))
        if part.fieldwise:
            plain = part.fieldwise if raw is None else self._holding(_folded(raw), part.fieldwise)
            out += ((number, (0, 0), {}) for number in plain)
        out.sort(key=itemgetter(0))
        return out

    def asks(self, looks: Iterable[Look]) -> bool:
        """Whether one of these signals tests or takes fields of the record, too."""
        return any(look[0] in self._asking for look in looks)

    def sought(self, source_kind: str, sample: bytes) -> list[str] | None:
        """Patterns for `prefilter.search_for`: a line of a log of this kind that can have a hit holds one of them.

        They are chosen for a sample of the log. None when some signal has no literals to search for, so that every line
        has to be read.
        """
        return prefilter.choose(self._part(source_kind).all, sample)

    def worth(self, source_kind: str) -> Callable[[bytes], bool]:
        """A test of a record of this kind as it is written: whether it may have a hit, by all that must stand in it."""
        part = self._part(source_kind)

        def test(record: bytes) -> bool:
            if part.worth is None:  # short logs are read to the end without asking
                part.worth = prefilter.test_of(part.all)
            return part.worth(record)

        return test

    def hits(self, source_kind: str, text: str, fields: Mapping[str, Any]) -> list[Hit]:
        """Every signal that matches `text` and `fields` of one record of this source kind, in the signals' order."""
        return self.taken(self.look(source_kind, text), fields)

    def taken(self, looks: Iterable[Look], fields: Mapping[str, Any]) -> list[Hit]:
        """The hits among `looks`: those whose tests hold on the fields of the record."""
        out, coded = [], False
        for number, span, groups in looks:
            signal = self.signals[number]
            if signal.where and not all_hold(signal.where, fields):
                continue
            if not signal.coded:
                out.append(_hit(signal, fields, span, groups))
            elif (row := row_of(signal, groups)) is not None:
                out.append(_hit(signal, fields, span, groups, row))
                coded = True
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


def row_of(signal: Signal, groups: Mapping[str, str]) -> Coded | None:
    """The row of a catalogue that the pattern found."""
    found = (signal.coded.get(spelling(text)) for name, text in groups.items() if name.startswith(ROW))
    return next(filter(None, found), None)
