"""Archives that are cut off: what stands before the break.

The list of what is in a zip stands at its end, so that a copy that broke off has none, and the members are found by the
header in front of each (PKWARE's APPNOTE.TXT, 4.3.7; a zip written to a pipe leaves the sizes out). Of a tar Python
reads whole pieces only, so that its last one is filled up with zeros, which are taken off again.
"""

from __future__ import annotations

import struct
import tarfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

_FILE, _LIST, _DESCRIPTOR = b"PK\x03\x04", b"PK\x01\x02", b"PK\x07\x08"
_HEADER = struct.Struct("<4s5H3I2H")
_ENCRYPTED, _NO_SIZE, _UTF8 = 0x1, 0x8, 0x800
_STORED, _DEFLATED = 0, 8
_NEWEST = 63
"""The newest version that a header may ask for; more is no header."""
_LARGE = 0xFFFF_FFFF
_PIECE = 1 << 16
_TORN = "the archive breaks off in it"
PADDING = 4 << 20
"""Bytes of zeros behind a tar that was cut off: more than is read of a member at once."""
MOST_DRAINED = 1 << 28
"""Bytes unpacked of a member that nobody reads to its end, to find the next one."""


class Packed:
    """The content of one member, unpacked as it is read. Raises EOFError when the zip ends in it, zlib.error."""

    def __init__(self, file: BinaryIO, start: int, size: int | None, method: int) -> None:
        """It begins at byte `start` of `file`; `size` is its packed size, None when only its own end tells."""
        self._file, self._at, self.start = file, start, start
        self._stop = start + size if size is not None else None
        self._unpack = zlib.decompressobj(-zlib.MAX_WBITS) if method == _DEFLATED else None
        self._held = b""

    def read1(self, size: int) -> bytes:
        """Up to `size` bytes; none at the end."""
        if self._unpack is None:
            piece = self._packed(size)
            if not piece and size and self._at != self._stop:
                raise EOFError(_TORN)
            return piece
        while not self._unpack.eof:
            held = self._held or self._packed(_PIECE)
            out = self._unpack.decompress(held, size)  # nothing more may go in, and something still come out
            self._held = self._unpack.unconsumed_tail
            if out:
                return out
            if not held and not self._unpack.eof:
                raise EOFError(_TORN)
        return b""

    read = read1

    def close(self) -> None:
        """Leave the zip open for the next member."""

    def after(self) -> int:
        """Where to look for the next member, however much of this one was read."""
        if self._stop is not None:
            return self._stop
        left = MOST_DRAINED
        try:
            while left > 0 and (piece := self.read1(_PIECE)):
                left -= len(piece)
        except (EOFError, zlib.error):
            return self.start
        return self._at - len(self._unpack.unused_data if self._unpack is not None else b"")

    def _packed(self, size: int) -> bytes:
        size = size if self._stop is None else min(size, self._stop - self._at)
        self._file.seek(self._at)
        piece = self._file.read(size)
        self._at += len(piece)
        return piece


class Member(msgspec.Struct, frozen=True):
    """One member: its name, whether it is encrypted, its content; None where it is packed in a way not known here."""

    name: str
    encrypted: bool
    content: Packed | None


def members(file: BinaryIO) -> Iterator[Member]:
    """The members of a zip in the order in which they stand. Each is to be read before the next is asked for."""
    look = 0
    while (at := _find(file, look, _FILE)) is not None:
        look = at + len(_FILE)
        if (found := _member(file, at)) is not None:
            member, start = found
            yield member
            look = max(look, member.content.after() if member.content is not None else start)


def has_list(file: BinaryIO) -> bool:
    """Whether the beginning of the list of contents is there, so that no member before it is lost."""
    return _find(file, 0, _LIST) is not None


def _find(file: BinaryIO, at: int, mark: bytes) -> int | None:
    """The first place from `at` on where the bytes `mark` stand."""
    file.seek(at)
    held = b""
    while piece := file.read(_PIECE):
        held = held[-len(mark) + 1 :] + piece
        found = held.find(mark)
        if found >= 0:
            return file.tell() - len(held) + found
    return None


def _member(file: BinaryIO, at: int) -> tuple[Member, int] | None:
    """The member whose header stands at `at` and where its content begins; None when it is no header, or not whole."""
    file.seek(at)
    head = file.read(_HEADER.size)
    if len(head) < _HEADER.size:
        return None
    _, version, flags, method, _, _, _, packed, whole, named, more = _HEADER.unpack(head)
    name, extra = file.read(named), file.read(more)
    if (version & 0xFF) > _NEWEST or len(name) < named or len(extra) < more:
        return None
    start = at + _HEADER.size + named + more
    size = _large(extra, whole == _LARGE) if packed == _LARGE else packed
    if flags & _NO_SIZE and not packed:
        size = None
    if method == _STORED and size is None:
        end = _find(file, start, _DESCRIPTOR)
        size = end - start if end is not None else None
    content = Packed(file, start, size, method) if method in {_STORED, _DEFLATED} else None
    text = name.decode("utf-8" if flags & _UTF8 else "cp437", "replace")
    return Member(text, bool(flags & _ENCRYPTED), content), start


def _large(extra: bytes, whole: bool) -> int | None:
    """The packed size in the field for sizes of 4 GB and more; `whole` says that the unpacked one stands before it."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == 1 and size >= 8 * (1 + whole) and at + 4 + size <= len(extra):
            found: int = struct.unpack_from("<Q", extra, at + 4 + 8 * whole)[0]
            return found
        at += 4 + size
    return None


class Padded:
    """The stream of a tar, with zeros behind its end. `ends` says where that is, once it was reached."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._count = self._zeros = 0
        self.ends: int | None = None

    def read(self, size: int) -> bytes:
        """So many bytes, fewer only when the zeros are used up."""
        piece = self._stream.read(size)
        self._count += len(piece)
        lacking = size - len(piece)
        if lacking and self.ends is None:
            self.ends = self._count
        zeros = min(lacking, PADDING - self._zeros)
        self._zeros += zeros
        return piece + bytes(zeros)

    def torn(self, end: int) -> bool:
        """Whether the tar ends before byte `end`, or not between two blocks as every whole one does."""
        return self.ends is not None and (self.ends < end or self.ends % tarfile.BLOCKSIZE > 0)


class Clipped:
    """The content of a member of a tar, without the zeros behind a break. Raises EOFError when it breaks off."""

    def __init__(self, content: BinaryIO, source: Padded, start: int, end: int) -> None:
        """It stands between the bytes `start` and `end` of `source`."""
        self._content, self._source, self._at, self._end = content, source, start, end

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; none at the end."""
        piece = self._content.read(size)
        ends = self._source.ends
        if ends is not None and ends < self._end:
            piece = piece[: max(0, ends - self._at)]
            if not piece:
                raise EOFError(_TORN)
        self._at += len(piece)
        return piece

    def close(self) -> None:
        """Close the content; the tar stays open."""
        self._content.close()
