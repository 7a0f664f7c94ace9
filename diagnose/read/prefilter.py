"""The lines of a block that can matter at all: a search for what every match must contain, in raw bytes.

    ways of every signal --choose--> one literal form each --Hyperscan or RE2--> the ends of lines worth reading

The search runs on the line as it is written, before JSON is decoded. So a literal is used only as far as it is
written the same way in both: characters that JSON may escape cut it. A line that spells ordinary characters as
`\\u0041`, or holds one of the two letters that fold to ASCII in RE2 (`K` for Kelvin and the long `s`), is always
worth reading.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import re2

Ways = tuple[tuple[tuple[str, ...], ...], ...]
"""See `Signal.literals`."""

Search = Callable[[bytes], Iterator[int]]
"""From a block to the offsets, ascending, behind a match; one for each line that has any."""

LEAST = 3
"""Shortest literal that is searched for, in characters."""
COMMON = 250_000
"""A literal that occurs more often than once in so many bytes of a sample gives way to a rarer one of its signal."""

_ESCAPED = re.compile(r"[^ !#-%(-.0-;?-\[\]-~]+")
_ALWAYS = (
    r"\\u00(?:2[013-589a-e]|3[0-9abf]|[46][0-9a-f]|5[0-9abd-f]|7[0-9a-e])",
    r"\\u(?:212a|017f)",
    r"\xe2\x84\xaa",
    r"\xc5\xbf",
)
_MEMORY = 64 << 20


def plain(literal: str) -> str:
    """The longest part of a literal that JSON never writes otherwise: ASCII without controls, quotes, `\\/<>&=`."""
    return max(_ESCAPED.split(literal), key=len)


def choose(signals: Iterable[Ways], sample: bytes) -> list[str] | None:
    """For each way of each signal one set of literals, all of them together, sorted: the first, unless it is common.

    None when a signal has a way without a set of literals that are long enough: then every line must be read.
    """
    options: list[list[list[str]]] = []
    for ways in signals:
        for way in ways or ((),):
            sets = [[plain(x) for x in alternatives] for alternatives in way]
            usable = [s for s in sets if min(map(len, s)) >= LEAST]
            if not usable:
                return None
            options.append(usable)
    firsts = sorted({literal for usable in options for literal in usable[0]})
    met = _met(firsts, sample)
    low = sample.lower()
    limit = len(sample) / COMMON

    def often(literals: Iterable[str]) -> int:
        return sum(low.count(literal.encode()) for literal in literals)

    chosen: set[str] = set()
    for usable in options:
        common = len(usable) > 1 and sum(met[literal] for literal in usable[0]) > limit
        chosen.update(min(usable, key=often) if common else usable[0])
    return sorted(chosen)


def _met(literals: Sequence[str], sample: bytes) -> Counter[str]:
    """How often a sample holds each of the literals, one hidden by another left out."""
    pattern = _alternation([re.escape(literal) for literal in literals])
    return Counter(m.group().decode("latin-1").lower() for m in pattern.finditer(sample))


def search_for(literals: Sequence[str]) -> Search:
    """A search for any of the literals without regard to case: by Hyperscan where it is installed, else by RE2."""
    patterns = [*(re.escape(literal) for literal in literals), *_ALWAYS]
    try:
        import hyperscan
    except ImportError:
        return by_re2(patterns)
    return by_hyperscan(hyperscan, patterns)


def _alternation(patterns: Sequence[str]) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    options.case_sensitive = False
    options.encoding = re2.Options.Encoding.LATIN1
    return re2.compile("|".join(patterns).encode("latin-1"), options)


def by_re2(patterns: Sequence[str]) -> Search:
    """A search by one RE2 alternation over bytes."""
    pattern = _alternation(patterns)

    def search(block: bytes) -> Iterator[int]:
        found = pattern.search(block)
        while found is not None:
            yield found.end()
            line_end = block.find(b"\n", found.end())
            if line_end < 0:
                return
            found = pattern.search(block, line_end)

    return search


def by_hyperscan(hyperscan: Any, patterns: Sequence[str]) -> Search:
    """A search by a Hyperscan database; `hyperscan` is the module."""
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(expressions=[p.encode("latin-1") for p in patterns], flags=hyperscan.HS_FLAG_CASELESS)

    def search(block: bytes) -> Iterator[int]:
        ends: list[int] = []
        line_end = -1

        def found(_id: int, _start: int, end: int, _flags: int, _context: object) -> None:
            nonlocal line_end
            if end > line_end:
                line_end = block.find(b"\n", end)
                if line_end < 0:
                    line_end = len(block)
                ends.append(end)

        database.scan(block, match_event_handler=found)
        return iter(ends)

    return search
