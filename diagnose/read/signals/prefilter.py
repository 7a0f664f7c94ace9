"""The lines of a block that can matter at all: a search for what every match must contain, in raw bytes.

    ways of every signal --choose--> one literal form each --Hyperscan or RE2--> the ends of lines worth reading

The search runs on the line as it is written, before anything is decoded. So a literal is used only as far as JSON
never writes it otherwise, and a line whose text is made in another way is always worth reading; see `_ALWAYS`.
"""

from __future__ import annotations

import contextlib
import platform
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

import re2

from diagnose import cached
from diagnose.read.signals.literals import LiteralSet
from diagnose.read.signals.signal import Signal

Ways = tuple[tuple[tuple[str, ...], ...], ...]
"""See `Signal.literals`."""

Search = Callable[[bytes], Iterator[int]]
"""From a block to the offsets, ascending, behind a match; one for each line that has any."""

LEAST = 3
"""Shortest literal that is searched for, in characters."""
SAMPLE = 1 << 18
"""Bytes of a log in which the literals are counted."""
COMMON = 1 << 16
"""A literal that occurs more often than once in so many bytes of the sample gives way to a rarer one of its signal."""

_ESCAPED = re.compile(r"[^ !#-%(-.0-;?-\[\]-~]+")
_ALWAYS = (
    r"\\u00(?:2[013-589a-e]|3[0-9abf]|[46][0-9a-f]|5[0-9abd-f]|7[0-9a-e])",  # an ordinary character, escaped
    r"\\u(?:212a|017f)",  # Kelvin and the long s, which RE2 folds to k and s
    r"\xe2\x84\xaa",
    r"\xc5\xbf",
    r"\x1b|\\u001b",  # colours, which may stand within a word
    r'"@mt"|message[_-]?template|\{originalformat\}',  # templates whose holes are filled
    r"\[[ \t]*[0-9]{1,3}[ \t]*,[ \t]*[0-9]{1,3}[ \t]*,",  # text as a list of bytes
    r'"(?:involvedobject|regarding|exitcode|peerconnections|entries)"|"kind"[ \t]*:[ \t]*"[a-z]*(?:event|pod|list)"',
    # what `hosts` reads: its text is put together
)
"""What a line may hold whose text is not in it as it is read."""
_MEMORY = 64 << 20


@lru_cache(maxsize=16_384)
def plain(literal: str) -> str:
    """The longest part of a literal that JSON never writes otherwise: ASCII without controls, quotes, `\\/<>&=`."""
    return max(_ESCAPED.split(literal), key=len)


def searchable(signal: Signal) -> bool:
    """Whether there is something to search for in raw blocks where the signal may match."""
    return has_literals(signal.literals) or bool(signal.fragments)


def has_literals(ways: Ways) -> bool:
    """Whether each way, and there is one, has a set of literals that are long enough to be searched for."""
    return bool(ways) and all(next(_usable(way), None) for way in ways)


def _ways_of(signal: Signal) -> list[list[list[str]]]:
    """The ways of a signal by what can be searched for; what its tests need stands in every record."""
    standing = list(_usable(signal.standing))
    return [[*_usable(way), *standing] for way in signal.literals]


def _usable(way: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    """The sets of a way, each literal as it may be searched for, that are long enough."""
    for alternatives in way:
        found = [plain(literal) for literal in alternatives]
        if min(map(len, found)) >= LEAST:
            yield found


def choose(signals: Iterable[Signal], sample: bytes) -> list[str] | None:
    """The patterns, in RE2, to search for: of each way of each signal its first set of literals, unless it is common.

    None when a signal has neither such literals nor fragments: then every line must be read.
    """
    patterns: set[str] = set()
    options: list[list[list[str]]] = []
    for signal in signals:
        if has_literals(signal.literals):
            options += [list(_usable(way)) for way in signal.literals]
        elif signal.fragments:
            patterns.update(signal.fragments)
        else:
            return None
    met = _met(sorted({literal for usable in options for literal in usable[0]}), sample[:SAMPLE])
    count = cache(sample[:SAMPLE].lower().count)
    for usable in options:
        if len(usable) > 1 and sum(met[literal] for literal in usable[0]) > SAMPLE / COMMON:
            rarest = min(usable, key=lambda literals: sum(count(x.encode()) for x in literals))
            patterns.update(map(re.escape, rarest))
        else:
            patterns.update(map(re.escape, usable[0]))
    return sorted(patterns)


def test_of(signals: Sequence[Signal]) -> Callable[[bytes], bool]:
    """A test of the bytes of one record: whether they hold, for one of the signals, all that a match must hold.

    Every signal has literals or fragments to search for, see `choose`.
    """
    held = LiteralSet(
        (number, _ways_of(signal)) for number, signal in enumerate(signals) if has_literals(signal.literals)
    )
    fragments = {f for signal in signals if not has_literals(signal.literals) for f in signal.fragments}
    others = _alternation([*sorted(fragments), *_ALWAYS])

    def test(record: bytes) -> bool:
        return bool(held.numbers(record.lower())) or others.search(record) is not None

    return test


def _met(literals: Sequence[str], sample: bytes) -> Counter[str]:
    """How often a sample holds each of the literals, one hidden by another left out."""
    if not literals:
        return Counter()
    pattern = _alternation([re.escape(literal) for literal in literals])
    return Counter(m.group().decode("latin-1").lower() for m in pattern.finditer(sample))


def search_for(patterns: Sequence[str]) -> Search:
    """A search for any of the patterns without regard to case: by Hyperscan where it is installed, else by RE2."""
    wanted = [*patterns, *_ALWAYS]
    try:
        import hyperscan
    except ImportError:
        return by_re2(wanted)
    try:
        return by_hyperscan(hyperscan, wanted)
    except hyperscan.HyperscanError:  # a pattern that only RE2 takes
        return by_re2(wanted)


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
    database = _database(hyperscan, [p.encode("latin-1") for p in patterns])

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


def _database(hyperscan: Any, patterns: Sequence[bytes]) -> Any:
    """The database for the patterns, from the user's cache where it was compiled before: that takes up to a second."""
    name = cached.name_of([str(hyperscan.__version__).encode(), platform.machine().encode(), *patterns])
    kept = cached.read("hyperscan", name)
    if kept is not None:
        with contextlib.suppress(hyperscan.error):
            database = hyperscan.loadb(kept, hyperscan.HS_MODE_BLOCK)
            database.scratch = hyperscan.Scratch(database)
            return database
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(expressions=list(patterns), flags=hyperscan.HS_FLAG_CASELESS)
    cached.write("hyperscan", name, hyperscan.dumpb(database))
    return database
