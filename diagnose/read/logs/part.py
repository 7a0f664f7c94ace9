"""One part of a large log, read in a process of its own: a `Job` on standard input, a `Part` on standard output.

python -m diagnose.read.logs.part < job > part
"""

from __future__ import annotations

import sys
from typing import BinaryIO

import msgspec

from diagnose.model import Draft
from diagnose.read.logs.matching import Tally, match_rows
from diagnose.read.logs.rows import json_rows, sieve_of, text_rows
from diagnose.read.opening.inputs import Flow, buffered
from diagnose.read.opening.text import Text
from diagnose.read.signals.prefilter import search_for
from diagnose.read.signals.scan import Scanner
from diagnose.read.signals.sieve import Sieve
from diagnose.read.signals.signal import Signal


class Job(msgspec.Struct, frozen=True):
    """Bytes `start` to `end` of a UTF-8 file, which is reported as `path`: whole records of a log of this kind.

    Its lines hold JSON, or text of which `sparse` says what `rows.text_rows` means by it. Only lines that hold one of
    `patterns` (see `Scanner.sought`) need to be read. A part that holds `mark` is for somebody else.
    """

    file: str
    start: int
    end: int
    path: str
    kind: str
    json: bool
    sparse: bool
    mark: str
    signals: tuple[Signal, ...]
    patterns: list[str]

    def text(self, file: BinaryIO) -> Text:
        """The text of the part; `file` is open for reading."""
        file.seek(self.start)
        flow = Flow(self.path, file, lambda _: None, None)
        flow.until = self.end - self.start
        return Text(buffered(flow), "utf-8")

    def sieve(self, text: Text, scanner: Scanner) -> Sieve:
        """The lines of the text that need to be read, numbered from its beginning."""
        sieve = sieve_of(text.blocks(), json=self.json, sparse=self.sparse, mark=self.mark, whole=0)
        sieve.use(lambda _: search_for(self.patterns), scanner.worth(self.kind))
        return sieve


class Part(msgspec.Struct, frozen=True):
    """What was read of a part: lines are counted from its own beginning; `replaced` and `cut` as in `Text`."""

    drafts: list[Draft]
    tally: Tally
    lines: int
    replaced: int = 0
    cut: int = 0


def read_part(job: Job) -> Part | None:
    """Read one part; None when it holds the mark. Raises OSError, UnreadableError when the file cannot be read."""
    with open(job.file, "rb") as file:
        text = job.text(file)
        scanner = Scanner(job.signals)
        sieve = job.sieve(text, scanner)
        rows = json_rows(sieve) if job.json else text_rows(sieve, sparse=job.sparse)
        tally = Tally()
        kept = match_rows(rows, job.path, job.kind, scanner, tally, sieve)
        tally.records += sieve.passed
        return None if sieve.marked else Part(kept.all(), tally, sieve.lines, text.replaced, text.cut)


def main() -> None:
    """Read the job that comes in, give the part out."""
    job = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Job)
    sys.stdout.buffer.write(msgspec.msgpack.encode(read_part(job)))


if __name__ == "__main__":
    main()
