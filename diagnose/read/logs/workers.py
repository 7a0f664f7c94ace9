"""Worker processes for one large log: it is cut between records, and each part but the first is read by a process.

A part that does not come back whole is read here, so that a process that dies costs time and nothing else.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from diagnose.model import Draft
from diagnose.read.logs.part import Job, Part
from diagnose.read.logs.rows import begins
from diagnose.read.opening.inputs import Flow
from diagnose.read.opening.text import Text
from diagnose.read.signals.scan import Scanner
from diagnose.read.signals.sieve import Sieve
from diagnose.read.signals.signal import Signal

LEAST = 32 << 20
"""Bytes of a part that are worth a process, which takes some 0.2 s to start."""
MOST = 4
"""Processes, however many cores there are: reading from the disk does not get faster, and each takes some 100 MB."""
_REACH = 1 << 20


class Workers:
    """The parts of one log that others read. Leave it as a context to end what is still running."""

    def __init__(
        self, file: BinaryIO, text: Text, flow: Flow, *, json: bool, sparse: bool = False, mark: str = ""
    ) -> None:
        """`text` is read from `flow`, and that from the UTF-8 `file`; for the others see `part.Job`."""
        self._file, self._text, self._flow = str(file.name), text, flow
        self._json, self._sparse, self._mark = json, sparse, mark
        self._running: list[tuple[Job, subprocess.Popen[bytes] | None]] = []
        self._parts: list[tuple[int, Part]] = []
        self.passed = 0
        """Lines passed over in what came back unread and was read here."""

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        for _job, process in self._running:
            if process is None:
                continue
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def start(self, path: str, kind: str, signals: Sequence[Signal], patterns: list[str]) -> None:
        """Hand out what lies ahead of the flow, which then ends where the first part begins."""
        at, end = self._flow.count, Path(self._file).stat().st_size
        count = min(cores(), MOST, (end - at) // LEAST)
        cuts = [*self._cuts([at + (end - at) * n // count for n in range(1, count)]), end] if count > 1 else []
        for start, stop in itertools.pairwise(cuts):
            about = (path, kind, self._json, self._sparse, self._mark, tuple(signals), patterns)
            job = Job(self._file, start, stop, *about)
            self._running.append((job, _run(job)))
        if self._running:
            self._flow.until, self._flow.shares = cuts[0], len(cuts)

    def rest(self, sieve: Sieve) -> Iterator[tuple[int, str]]:
        """The numbered lines of the sieve, and those of parts that did not come back; consume them before `parts`."""
        yield from sieve
        lines = sieve.lines
        for job, process in self._running:
            part = _outcome(process)
            if part is not None:
                self._parts.append((lines, part))
                self._text.replaced += part.replaced
                self._text.cut += part.cut
                lines += part.lines
                continue
            with open(self._file, "rb") as file:
                own = job.sieve(job.text(file), Scanner(job.signals))
                yield from ((number + lines, line) for number, line in own)
                self.passed += own.passed
                lines += own.lines

    def parts(self) -> Iterator[tuple[int, Part]]:
        """What was read of the parts that came back, each behind the number of lines before it."""
        yield from self._parts

    def _cuts(self, wanted: Sequence[int]) -> list[int]:
        """Where records begin, at or behind these offsets; none where it takes too long to find one."""
        found: list[int] = []
        with open(self._file, "rb") as file:
            for offset in wanted:
                file.seek(offset)
                block = file.read(_REACH)
                at = block.find(b"\n") + 1
                while at and not self._json and not self._begins(block[at : block.find(b"\n", at) + 1]):
                    at = block.find(b"\n", at) + 1
                if at:
                    found.append(offset + at)
        return found

    def _begins(self, line: bytes) -> bool:
        return begins(line.decode("utf-8", "replace"), sparse=self._sparse)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _run(job: Job) -> subprocess.Popen[bytes] | None:
    """A process that reads the part; None where none can be started."""
    if not sys.executable or getattr(sys, "frozen", False):
        return None  # embedded, or packed into one file: what would be started is another program, or this one again
    root = str(Path(__file__).parents[3])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    process = None
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "diagnose.read.logs.part"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
        )
        assert process.stdin is not None
        process.stdin.write(msgspec.msgpack.encode(job))
        process.stdin.close()
    except OSError:
        if process is not None:
            process.kill()
    return process


def _outcome(process: subprocess.Popen[bytes] | None) -> Part | None:
    """What the process made of its part; None when it failed, or there is none."""
    if process is None or process.stdout is None:
        return None
    data = process.stdout.read()
    try:
        return msgspec.msgpack.decode(data, type=Part) if process.wait() == 0 else None
    except msgspec.MsgspecError:
        return None


def moved(part: Part, lines: int) -> Iterator[Draft]:
    """The drafts of a part at their lines of the log: `lines` stand before it."""
    replace = msgspec.structs.replace
    return (replace(d, place=replace(d.place, line=(d.place.line or 0) + lines)) for d in part.drafts)
