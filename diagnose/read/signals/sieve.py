"""The lines of a large log that have to be read: all of its first part, later those that can hold a signal.

Reading a line record by record costs a hundred times as much as passing over it. So beyond the first `WHOLE`
characters a search in raw blocks (`prefilter`) names the lines in which some signal may match, and only these are
read, together with whatever else belongs to their records. Nothing that would have matched is lost. What is passed
over is only counted: `passed` lines. So that the time span of the log stays known, the first and the last record of
every block and some between are read too; a stamp out of order between them goes unnoticed, and so does a broken
line of JSON without a signal in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from diagnose.read.opening.text import split_lines
from diagnose.read.signals.prefilter import Search, plain, search_for

WHOLE = 1 << 18
"""Characters of a log that are read line by line whatever they hold; most logs are shorter."""
SAMPLES = 4
"""Parts of a block at whose borders a record is read for its time."""

ENOUGH = 400
"""Records that are asked whether they are worth reading before it is known that few are not."""

Begins = Callable[[str], bool]
"""Whether a line surely begins a record, whatever stands before it."""
Worth = Callable[[bytes], bool]
"""Whether a record, as it is written, is worth reading."""


class Sieve:
    """Numbered lines out of blocks (see `Text.blocks`), once; those that were left out are counted in `passed`.

    `lines` is how many there were, once they have gone by; `marked` says that the mark was among them.
    """

    def __init__(
        self,
        blocks: Iterable[bytes],
        begins: Begins | None = None,
        *,
        surely: re.Pattern[bytes] | None = None,
        mark: str = "",
        again: Callable[[], Iterable[bytes]] | None = None,
        whole: int = WHOLE,
    ) -> None:
        """`begins` is None when every line is a record of its own; for `whole` see `WHOLE`.

        A line that `surely` matches begins one, so that it need not be asked; it matches no other line.
        A block that holds `mark`, and the next one, are read whole: something of many lines begins there. `again` gives
        the blocks once more, where they can be had.
        """
        self._whole = whole
        self._again = again
        self._mark = mark.encode()
        self._blocks = blocks
        self._begins = begins
        self._surely = surely
        self._make: Callable[[bytes], Search | None] | None = None
        self._worth: Worth | None = None
        self._asked = self._refused = 0
        self.passed = 0
        self.lines = 0
        self.marked = False

    def use(self, make: Callable[[bytes], Search | None], worth: Worth | None = None) -> None:
        """Pass over lines from now on: `make` turns a block, as a sample, into a search; None reads every line.

        What is found is passed over, too, unless `worth` finds the record worth reading.
        """
        self._make, self._worth = make, worth

    def __iter__(self) -> Iterator[tuple[int, str]]:
        number, size, marked = 1, 0, False
        search: Search | None = None
        for block in _parted(self._blocks, self._whole):
            if self._make is not None and size >= self._whole:
                search, self._make = self._make(block), None
            size += len(block)
            before, marked = marked, bool(self._mark) and self._mark in block
            self.marked = self.marked or marked
            spans = [(0, len(block))] if search is None or before or marked else _joined(self._spans(block, search))
            at = 0
            for start, end in spans:
                between = block.count(b"\n", at, start)
                self.passed += between
                number += between
                for line in split_lines(block[start:end]):
                    yield number, line
                    number += 1
                at = end
            between = block.count(b"\n", at)
            self.passed += between
            number += between
            self.lines = number - 1

    def lines_with(self, texts: Sequence[str]) -> Iterator[tuple[int, str]]:
        """The lines that hold one of the texts, in any case, of all blocks read `again`; none where they cannot be.

        None either when JSON may write one of the texts in another way.
        """
        if self._again is None or any(plain(text) != text for text in texts):
            return
        search = search_for([re.escape(text) for text in texts])
        number = 1
        for block in self._again():
            at = 0
            for found in search(block):
                start, end = _start(block, found), _end(block, found)
                number += block.count(b"\n", at, start)
                yield number, split_lines(block[start:end])[0]
                number, at = number + 1, end
            number += block.count(b"\n", at)

    def _spans(self, raw: bytes, search: Search) -> Iterator[tuple[int, int]]:
        """Where in the block the records to be read lie, ascending, possibly one twice; each of whole lines."""
        timed = {1, len(raw), *(max(1, len(raw) * part // SAMPLES) for part in range(1, SAMPLES))}
        reach = 0
        for at in sorted({*search(raw), *timed}):
            if at <= reach and at not in timed:
                continue
            if self._begins is None:
                start, reach = _start(raw, at), _end(raw, at)
            else:
                start = self._record_start(raw, at)
                reach = self._record_end(raw, _end(raw, at))
            if at in timed or self._worth is None or self._is_worth(raw[start:reach]):
                yield start, reach

    def _is_worth(self, record: bytes) -> bool:
        """Whether a record is worth reading; where almost all are, they are no longer asked."""
        assert self._worth is not None
        worth = self._worth(record)
        self._asked += 1
        self._refused += not worth
        if self._asked == ENOUGH and self._refused * 4 < ENOUGH:
            self._worth = None
        return worth

    def _record_start(self, raw: bytes, at: int) -> int:
        """The start of the record in which the byte before `at` lies; of the block when that is not in it."""
        while True:
            start = _start(raw, at)
            if start == 0 or self._begin(raw, start, _end(raw, at)):
                return start
            at = start

    def _record_end(self, raw: bytes, start: int) -> int:
        """The end of the record that goes on, if it does, with the line at `start`."""
        while start < len(raw):
            end = _end(raw, start + 1)
            if self._begin(raw, start, end):
                return start
            start = end
        return start

    def _begin(self, raw: bytes, start: int, end: int) -> bool:
        """Whether the line between these offsets begins a record."""
        if self._surely is not None and self._surely.match(raw, start, end):
            return True
        return self._begins is None or self._begins(split_lines(raw[start:end])[0])


def _parted(blocks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The blocks, the one in which the first `size` bytes end cut there between two lines."""
    for block in blocks:
        end = block.find(b"\n", size) + 1 if 0 < size < len(block) else 0
        size -= len(block)
        if end:
            yield block[:end]
        if end < len(block):
            yield block[end:]


def _start(raw: bytes, at: int) -> int:
    """The start of the line in which the byte before `at` lies."""
    return raw.rfind(b"\n", 0, max(0, at - 1)) + 1


def _end(raw: bytes, at: int) -> int:
    """The end, with its line end, of the line in which the byte before `at` lies."""
    return raw.find(b"\n", max(0, at - 1)) + 1 or len(raw)


def _joined(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Ascending spans without overlaps."""
    held: tuple[int, int] | None = None
    for start, end in spans:
        if start == end:
            continue
        if held is not None and start < held[1]:
            held = held[0], max(held[1], end)
            continue
        if held is not None:
            yield held
        held = start, end
    if held is not None:
        yield held
