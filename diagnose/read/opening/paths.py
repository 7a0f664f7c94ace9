"""Paths, folders, archives and stdin become inputs: a label, a size, and a stream of bytes to read once.

Nothing here raises for a bad input. What cannot be read becomes a `Problem` that names the path, the reason
and the way out, and the rest is read.
"""

from __future__ import annotations

import io
import os
import re
import stat
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from diagnose.errors import Problem
from diagnose.read.opening.archives import Unpacker
from diagnose.read.opening.holes import Holes
from diagnose.read.opening.inputs import Flow, Input, Limits, Ticker, buffered, problem, reason, shown_size
from diagnose.read.opening.pipes import Pipe

_SHELL_PIPE = re.compile(r"/dev/fd/\d+|/dev/stdin|/proc/self/fd/\d+")
"""What a shell puts in the place of `<(command)`: it is open already, so that opening it waits for nobody."""


class Finder:
    """Finds the inputs behind paths, and collects in `problems` what cannot be used."""

    def __init__(self, problems: list[Problem], limits: Limits | None = None, tick: Ticker | None = None) -> None:
        """`tick` is told of each block that is read."""
        self.problems = problems
        self.limits = limits or Limits()
        self._tick = tick
        self._seen: set[str] = set()
        self._files: dict[tuple[int, int], str] = {}

    def find(self, paths: Sequence[str], stdin: BinaryIO | None = None) -> Iterator[Input]:
        """The inputs behind `paths`, in the order given; folders are walked in sorted order, archives opened.

        `-` is `stdin`. A file that is named twice is read once. Each input is to be read before the next is asked for.
        """
        unpacker = Unpacker(self.problems, self.limits, self._tick)
        for path in paths:
            for item in self._expand(path, stdin):
                with item.stream:
                    yield from unpacker.members(item)

    def _tell(self, path: str, code: str, message: str, hint: str, severity: str = "error") -> None:
        self.problems.append(problem(path.replace("\x00", "\\0"), code, message, hint, severity=severity))

    def _expand(self, path: str, stdin: BinaryIO | None) -> Iterator[Input]:
        if path == "-":
            if stdin is None:
                self._tell("-", "IN001", "nothing is connected to stdin", "pipe the text in, or name a file")
            elif "-" not in self._seen:
                self._seen.add("-")
                yield Input("stdin", self._stream("stdin", self._pipe("stdin", stdin)))
            return
        try:
            mode = Path(path).stat().st_mode
        except (OSError, ValueError) as error:
            self._unreadable(path, error)
            return
        if stat.S_ISDIR(mode):
            yield from self._folder(path)
        else:
            yield from self._file(path)

    def _unreadable(self, path: str, error: Exception) -> None:
        if isinstance(error, FileNotFoundError):
            self._tell(path, "IN002", "no such file or folder", "check the spelling and the current folder")
        elif isinstance(error, PermissionError):
            self._tell(path, "IN003", "not read: permission denied", "make it readable, or run as a user who may")
        else:
            self._tell(path, "IN004", f"not read: {reason(error)}", "check the path")

    def _file(self, path: str) -> Iterator[Input]:
        try:
            info = Path(path).stat()
            if not stat.S_ISREG(info.st_mode) and not (stat.S_ISFIFO(info.st_mode) and _SHELL_PIPE.fullmatch(path)):
                what = "a pipe" if stat.S_ISFIFO(info.st_mode) else "a device or socket"
                self._tell(path, "IN005", f"not read: {what}, not a file", "pipe it in: ... | diagnose run -")
                return
            if self._known(path, info):
                return
            file = open(path, "rb")  # noqa: SIM115 - the input's stream closes it
        except OSError as error:
            self._unreadable(path, error)
            return
        if not stat.S_ISREG(info.st_mode):
            with file:
                yield Input(path, self._stream(path, self._pipe(path, file)))
            return
        sparse = getattr(info, "st_blocks", info.st_size) * 512 < info.st_size // 2
        stream = self._stream(path, Holes(file, partial(self._say_holes, path)) if sparse else file)
        yield Input(path, stream, info.st_size, int(info.st_mtime * 1000), file)

    def _pipe(self, path: str, stream: BinaryIO) -> Pipe:
        return Pipe(path, stream, self.problems.append, self._tick)

    def _stream(self, path: str, source: Any) -> io.BufferedReader:
        return buffered(Flow(path, source, self.problems.append, self.limits.size, None, self._tick))

    def _say_holes(self, path: str, skipped: int) -> None:
        told = f"it has holes: {shown_size(skipped)} were never written, and were stepped over"
        hint = "a log that was cut while its writer went on looks so; fetch it again"
        self._tell(path, "IN031", told, hint, "warning")

    def _known(self, path: str, info: os.stat_result) -> bool:
        """Whether this file has been read already, under this name or as a link."""
        if path in self._seen:
            return True
        self._seen.add(path)
        if not stat.S_ISREG(info.st_mode):
            return False
        first = self._files.setdefault((info.st_dev, info.st_ino), path)
        if first != path and Path(first).resolve() != Path(path).absolute():
            self._tell(path, "IN009", f"not read again: it is the same file as {first}", "leave one of the two out",
                       "warning")  # fmt: skip
        return first != path

    def _folder(self, path: str) -> Iterator[Input]:
        hidden = linked = count = 0
        failed: list[OSError] = []
        for root, folders, files in os.walk(path, onerror=failed.append):
            hidden += sum(1 for n in (*folders, *files) if n.startswith("."))
            shown = sorted(n for n in folders if not n.startswith("."))
            folders[:] = [n for n in shown if not (Path(root) / n).is_symlink()]
            linked += len(shown) - len(folders)
            for name in sorted(files):
                if name.startswith("."):
                    continue
                count += 1
                if count > self.limits.files:
                    told = f"only the first {self.limits.files} files were read"
                    self._tell(path, "IN006", told, "name a narrower folder", "warning")
                    return
                yield from self._file(str(Path(root) / name))
        for error in failed:
            self._unreadable(str(error.filename or path), error)
        self._left_out(path, hidden, linked)
        if not count and not failed:
            self._tell(path, "IN008", "no evidence in this folder: it holds no files", "name another folder")

    def _left_out(self, path: str, hidden: int, linked: int) -> None:
        if hidden:
            what = "1 hidden file or folder was" if hidden == 1 else f"{hidden} hidden files or folders were"
            self._tell(path, "IN007", f"{what} left out", "name them one by one to have them read", "warning")
        if linked:
            what = "1 link to a folder was" if linked == 1 else f"{linked} links to folders were"
            self._tell(path, "IN007", f"{what} not followed", "name the folder itself to have it read", "warning")
