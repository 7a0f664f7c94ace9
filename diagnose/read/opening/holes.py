"""Files with holes: a log that was cut while its writer went on, or was allocated in advance, reads as zeros.

The file system knows where data is (`lseek` with SEEK_DATA), so the holes are stepped over and not read.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import BinaryIO

_END_OF_DATA = 6  # ENXIO: no data behind this place
_PIECE = 1 << 20


class Holes:
    """A file's data without its holes. What is left of a hole are zero bytes up to the next block."""

    def __init__(self, file: BinaryIO, tell: Callable[[int], None]) -> None:
        """`file` is a regular file, open for reading; `tell` is told in the end how many bytes were stepped over."""
        self._file, self._tell = file, tell
        self._at = self._data_ends = self._skipped = 0

    def read1(self, size: int) -> bytes:
        """Up to `size` bytes of data; none at the end."""
        handle = self._file.fileno()
        if self._at >= self._data_ends and not self._next_data(handle):
            if self._skipped:
                self._tell(self._skipped)
                self._skipped = 0
            return b""
        piece = os.pread(handle, min(size, _PIECE, self._data_ends - self._at), self._at)
        self._at += len(piece)
        return piece

    read = read1

    def _next_data(self, handle: int) -> bool:
        """Go to the next place that holds data."""
        if not hasattr(os, "SEEK_DATA"):
            self._data_ends = max(self._at + _PIECE, os.fstat(handle).st_size)
            return True
        before = self._at
        try:
            self._at = os.lseek(handle, self._at, os.SEEK_DATA)
            self._data_ends = os.lseek(handle, self._at, os.SEEK_HOLE)
        except OSError as error:
            if error.errno != _END_OF_DATA:
                raise
            self._at = max(before, os.fstat(handle).st_size)
            self._skipped += self._at - before
            return False
        self._skipped += self._at - before
        return True

    def close(self) -> None:
        """Close the file."""
        self._file.close()
