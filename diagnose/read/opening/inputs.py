"""What there is to read, one input each: its bytes within limits, and how something that is wrong with one is said."""

from __future__ import annotations

import io
import lzma
import os
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO, cast

import msgspec

from diagnose.errors import InputError, Problem

HEAD = 65_536
"""Bytes looked at to tell the format and the encoding."""
MAX_FILES = 20_000
"""Files taken from one folder or archive."""
MAX_SIZE = 4 << 30
"""Bytes read of one file, or of one member of an archive when unpacked."""
MAX_DEPTH = 6
"""Archives and compressed files in one another."""
MAX_RATIO = 100
"""Unpacked to packed size; logs reach 10 to 50, and only a bomb or a log of one line again and again reaches more."""
RATIO_FLOOR = 64 << 20
"""Bytes that any archive may unpack to, whatever the ratio."""

FAILURES = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    ArithmeticError,
    LookupError,
    MemoryError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    tarfile.TarError,
)
"""What Python's libraries raise while they read and unpack damaged data, beside the errors of zstd."""

Tell = Callable[[Problem], None]
Ticker = Callable[[str, int | None], None]
"""Told which path is being read, and how many bytes more came from it; None while more of it is awaited."""


class Limits(msgspec.Struct, frozen=True):
    """How much is read: bytes of one input (`size`), archives in archives (`depth`), files of a folder or archive."""

    size: int = MAX_SIZE
    depth: int = MAX_DEPTH
    files: int = MAX_FILES


class UnreadableError(InputError):
    """Not one byte could be read of an input; the text says why."""


def most(packed: int) -> int:
    """Bytes that so many packed bytes may unpack to."""
    return max(RATIO_FLOOR, packed * MAX_RATIO)


class Budget:
    """What may still be unpacked from one archive and all that is in it: bytes and files."""

    def __init__(self, packed: int | None, files: int) -> None:
        """`packed` is the size of the archive, None when it is not known."""
        self.left = most(packed or 0)
        self.files = files


class Flow(io.RawIOBase):
    """The bytes of one input, once, from the first on. Limits and damage end it early, and are told, not raised.

    What came before the damage is given. Raises UnreadableError when nothing came.
    """

    def __init__(
        self,
        path: str,
        stream: BinaryIO,
        tell: Tell,
        limit: int | None,
        budget: Budget | None = None,
        tick: Ticker | None = None,
    ) -> None:
        """`limit` in bytes, if any; `budget` is that of the archive it lies in; `tick` hears of each block."""
        self._path, self._stream, self._tell, self._tick = path, stream, tell, tick
        self._read: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
        self.limit, self._budget = limit, budget
        self.until: int | None = None
        """Where it ends early without a word, since others read the rest; None for its own end."""
        self.shares = 1
        """How many read the rest at once, as far as `tick` is concerned."""
        self.count = 0
        """Bytes given so far."""
        self._ended = False

    @property
    def plain(self) -> bool:
        """Whether it gives the bytes of a file as they are, all of them."""
        return isinstance(self._stream, io.BufferedReader) and (
            self.limit is None or os.fstat(self._stream.fileno()).st_size <= self.limit
        )

    def exact(self) -> None:
        """Give every byte: it is an archive, and the limit goes for what is in it."""
        self.limit = None
        if hasattr(self._stream, "exact"):  # a pipe, which may leave out what repeats itself
            self._stream.exact()

    def readable(self) -> bool:
        """Always."""
        return True

    def close(self) -> None:
        """Close the stream underneath."""
        if not self.closed:
            self._stream.close()
        super().close()

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer as far as there are bytes."""
        view, got = memoryview(buffer), 0
        while got < len(view) and not self._ended:
            piece = self._next(len(view) - got)
            view[got : got + len(piece)] = piece
            got += len(piece)
            if self._tick is not None:
                self._tick(self._path, len(piece) * self.shares)
        return got

    def _next(self, size: int) -> bytes:
        """Up to `size` bytes; none at the end."""
        if self.until is not None:
            size = max(0, min(size, self.until - self.count))
        try:
            piece = self._read(size)
        except Exception as error:
            if not is_failure(error):
                raise
            self._ended = True
            if not self.count:
                raise UnreadableError(reason(error)) from error
            self._end("IN029", f"it breaks off after {shown_size(self.count)} ({reason(error)})",
                      "what stands before was read; fetch it again")  # fmt: skip
            return b""
        if not piece:
            self._ended = True
        if self.limit is not None and self.count + len(piece) > self.limit:
            piece = piece[: self.limit - self.count]
            self._end("IN030", f"only the first {shown_size(self.limit)} were read",
                      "split it, or allow more with --max-size")  # fmt: skip
        if self._budget is not None:
            if len(piece) > self._budget.left:
                piece = piece[: self._budget.left]
                self._end("IN014", f"it unpacks to far too much; reading stopped after "
                          f"{shown_size(self.count + len(piece))}", "unpack it by hand and name the file")  # fmt: skip
            self._budget.left -= len(piece)
        self.count += len(piece)
        return piece

    def _end(self, code: str, message: str, hint: str) -> None:
        self._ended = True
        self._tell(problem(self._path, code, message, hint, severity="warning"))


class Input(msgspec.Struct, frozen=True):
    """One thing to read: `path` as reports print it, its `stream`, `size` in bytes if known, `modified` in ms.

    `file` is the file itself where it is one that can be sought in. The stream gives its bytes once.
    """

    path: str
    stream: io.BufferedReader
    size: int | None = None
    modified: int | None = None
    file: BinaryIO | None = None

    def exact(self) -> None:
        """See `Flow.exact`."""
        if isinstance(self.stream.raw, Flow):
            self.stream.raw.exact()

    @property
    def head(self) -> bytes:
        """The first bytes, at most `HEAD`, which the stream still gives. Raises UnreadableError."""
        return self.stream.peek(HEAD)[:HEAD]


def buffered(flow: io.RawIOBase) -> io.BufferedReader:
    """A flow as a stream whose head can be looked at before it is read."""
    return io.BufferedReader(flow, HEAD)


def in_memory(path: str, data: bytes) -> Input:
    """Bytes at hand as an input."""
    return Input(path, buffered(cast(io.RawIOBase, io.BytesIO(data))), len(data))


def is_failure(error: Exception) -> bool:
    """Whether an error is one of damaged or unreadable data, and no defect of ours."""
    return isinstance(error, FAILURES) or type(error).__name__ in {"ZstdError", "IsalError"}


def reason(error: BaseException) -> str:
    """Why a file could not be read, in few words."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def shown_size(count: int) -> str:
    """A number of bytes for people: `812 bytes`, `4 GB`."""
    for name, unit in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if count >= unit:
            return f"{count / unit:.3g} {name}"
    return f"{count} bytes"


def problem(path: str, code: str, message: str, hint: str = "", *, line: int = 0, severity: str = "error") -> Problem:
    """A problem with an input, as a value; `hint` is the way out."""
    return Problem(path, line, 1 if line else 0, code, message, hint, severity=severity)
