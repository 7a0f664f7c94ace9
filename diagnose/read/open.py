"""Paths, folders, archives and stdin become inputs: a label, a size, and a stream of bytes to read once.

Nothing here raises for a bad input. What cannot be read becomes a `Problem` that names the path, the reason
and the way out, and the rest is read.
"""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from diagnose.errors import Problem
from diagnose.read.archives import members
from diagnose.read.inputs import MAX_FILES, Input, problem

BLOCK = 1 << 20
"""Bytes read at a time; also the longest line that is kept whole."""
HEAD = 65_536
"""Bytes looked at to tell the format and the encoding."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_REPLACEMENT = "\ufffd".encode()
_BINARY_SHARE = 0.02
_ZERO_SHARE = 0.2


def find(paths: Sequence[str], problems: list[Problem], stdin: BinaryIO | None = None) -> Iterator[Input]:
    """The inputs behind `paths`, in the order given; folders are walked in sorted order, archives opened.

    `-` is `stdin`. What cannot be used is added to `problems`. A file that is named twice is read once.
    """
    seen: set[str] = set()
    for path in paths:
        for item in _expand(path, problems, stdin):
            if item.path in seen:
                continue
            seen.add(item.path)
            yield from members(item, problems)


def _expand(path: str, problems: list[Problem], stdin: BinaryIO | None) -> Iterator[Input]:
    if path == "-":
        if stdin is None:
            problems.append(problem("-", "IN001", "nothing is connected to stdin", "pipe the text in, or name a file"))
        else:
            yield Input("stdin", lambda: stdin)
        return
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError) as error:
        problems.append(_unreadable(path, error))
        return
    if stat.S_ISDIR(mode):
        yield from _folder(path, problems)
    else:
        yield from _file(path, problems)


def _unreadable(path: str, error: Exception) -> Problem:
    shown = path.replace("\x00", "\\0")
    if isinstance(error, FileNotFoundError):
        return problem(shown, "IN002", "no such file or folder", "check the spelling and the current folder")
    if isinstance(error, PermissionError):
        return problem(shown, "IN003", "not read: permission denied", "make it readable, or run as a user who may")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return problem(shown, "IN004", f"not read: {reason}", "check the path")


def _file(path: str, problems: list[Problem]) -> Iterator[Input]:
    try:
        info = Path(path).stat()
    except OSError as error:
        problems.append(_unreadable(path, error))
        return
    if not stat.S_ISREG(info.st_mode):
        what = "a pipe" if stat.S_ISFIFO(info.st_mode) else "a device or socket"
        problems.append(problem(path, "IN005", f"not read: {what}, not a file", "pipe it in: ... | diagnose run -"))
        return
    if not os.access(path, os.R_OK):
        problems.append(_unreadable(path, PermissionError()))
        return
    yield Input(path, partial(_open, path), info.st_size, int(info.st_mtime * 1000))


def _open(path: str) -> BinaryIO:
    return Path(path).open("rb")


def _folder(path: str, problems: list[Problem]) -> Iterator[Input]:
    hidden = count = 0
    failed: list[OSError] = []
    for root, folders, files in os.walk(path, onerror=failed.append):
        hidden += sum(1 for n in (*folders, *files) if n.startswith("."))
        folders[:] = sorted(n for n in folders if not n.startswith("."))
        for name in sorted(files):
            if name.startswith("."):
                continue
            count += 1
            if count > MAX_FILES:
                problems.append(
                    problem(path, "IN006", f"only the first {MAX_FILES} files were read", "name a narrower folder")
                )
                return
            yield from _file(str(Path(root) / name), problems)
    problems.extend(_unreadable(str(e.filename or path), e) for e in failed)
    if hidden:
        what = "1 hidden file or folder was" if hidden == 1 else f"{hidden} hidden files or folders were"
        problems.append(
            problem(path, "IN007", f"{what} left out", "name them one by one to have them read", severity="warning")
        )
    if not count and not failed:
        problems.append(problem(path, "IN008", "no evidence in this folder: it holds no files", "name another folder"))


def guess_encoding(head: bytes) -> str | None:
    """The encoding that the first bytes show: by a byte order mark, else UTF-8; None when they are not text."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if not head:
        return "utf-8"
    odd = sum(head.count(b) for b in range(32) if b not in b"\t\n\r\x0b\x0c\x1b\x08")
    return None if odd / len(head) > _BINARY_SHARE else "utf-8"


def looks_utf16(head: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` when every other byte of `head` is zero, as in plain text without a mark."""
    half = max(1, len(head) // 2)
    even, odd = head[::2].count(0) / half, head[1::2].count(0) / half
    if odd > 1 - _ZERO_SHARE * 2 and even < _ZERO_SHARE:
        return "utf-16-le"
    if even > 1 - _ZERO_SHARE * 2 and odd < _ZERO_SHARE:
        return "utf-16-be"
    return None


class Text:
    """The text of one input, read once: the first bytes to look at, then whole lines.

    `replaced` counts the bytes that were not of the encoding, `cut` the lines over `BLOCK` bytes; both grow
    while the lines are read. A zero byte is read as a blank.
    """

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        """Read the head from `stream`; `encoding` is a Python codec name."""
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self.replaced = 0
        self.cut = 0
        raw = stream.read(HEAD)
        self.whole = len(raw) < HEAD
        self.head = self._decode(raw, self.whole)
        self._held = [self.head]

    def _decode(self, raw: bytes, final: bool) -> str:
        text = self._decoder.decode(raw, final)
        self.replaced += max(0, text.count("\ufffd") - raw.count(_REPLACEMENT))
        return text.replace("\x00", " ")

    def _pieces(self) -> Iterator[str]:
        held, self._held = self._held, []
        yield from held
        while not self.whole:
            raw = self._stream.read(BLOCK)
            self.whole = not raw
            yield self._decode(raw, self.whole)

    def lines(self) -> Iterator[tuple[int, str]]:
        """Each line with its number from 1, without its line end; CRLF and a lone CR end a line too."""
        number, rest, cutting = 0, "", False
        for piece in self._pieces():
            text = rest + piece
            ends = text.endswith("\r") and not self.whole
            held, text = ("\r", text[:-1]) if ends else ("", text)
            parts = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            rest = parts.pop() + held
            for part in parts:
                number += 1
                if cutting:
                    cutting = False
                    continue
                yield number, self._limit(part)
            if len(rest) > BLOCK:
                if not cutting:
                    yield number + 1, self._limit(rest)
                rest, cutting = "", True
        if rest and not cutting:
            yield number + 1, self._limit(rest)

    def _limit(self, line: str) -> str:
        if len(line) > BLOCK:
            self.cut += 1
            return line[:BLOCK]
        return line

    def all(self, limit: int) -> str | None:
        """The whole text when it is at most `limit` characters, else None; either way `lines` still gives all of it."""
        size = sum(map(len, self._held))
        while not self.whole and size <= limit:
            raw = self._stream.read(BLOCK)
            self.whole = not raw
            self._held.append(self._decode(raw, self.whole))
            size += len(self._held[-1])
        return "".join(self._held) if size <= limit else None
