"""Archives (zip, tar, gz and their mixtures) as the inputs within them; nothing is ever written to disk.

Limits keep a hostile archive from filling the memory: on the number of members, the size of each when
unpacked, the ratio of unpacked to packed size, and the depth of archives in archives.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from diagnose.errors import Problem
from diagnose.read.inputs import MAX_FILES, Input, problem

MAX_MEMBER = 4 << 30
"""Bytes of one member when unpacked."""
MAX_NESTED = 256 << 20
"""Bytes of an archive within an archive, which has to be held in memory."""
MAX_RATIO = 500
"""Unpacked to packed size; text logs reach 10 to 50, only a bomb reaches more than this (deflate's limit is 1032)."""
MAX_DEPTH = 3

_MAGIC = 264
_RATIO_FLOOR = 64 << 20
_FAILURES = (OSError, EOFError, zlib.error, zipfile.BadZipFile, tarfile.TarError, RuntimeError, NotImplementedError)
_OTHERS = {
    b"\x28\xb5\x2f\xfd": ("zstd", "unpack it first: zstd -d FILE"),
    b"7z\xbc\xaf": ("7-Zip", "unpack it first: 7z x FILE"),
    b"Rar!": ("RAR", "unpack it first: unrar x FILE"),
    b"\xfd7zXZ": ("xz", "unpack it first: xz -d FILE"),
    b"BZh": ("bzip2", "unpack it first: bzip2 -d FILE"),
}


class _Bounded(io.RawIOBase):
    """A stream that ends with an error when more comes out of it than allowed."""

    def __init__(self, stream: BinaryIO, packed: int | None, under: BinaryIO | None) -> None:
        self._stream = stream
        self._under = under
        self._left = MAX_MEMBER if packed is None else min(MAX_MEMBER, max(packed * MAX_RATIO, _RATIO_FLOOR))

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
            if self._under is not None:
                self._under.close()
        super().close()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise OSError("it grows beyond the limits for unpacking")
        buffer[: len(data)] = data
        return len(data)


def _bounded(stream: BinaryIO, packed: int | None, under: BinaryIO | None = None) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, _Bounded(stream, packed, under)), 1 << 20))


def members(item: Input, problems: list[Problem], depth: int = 0) -> Iterator[Input]:
    """The inputs within `item` when it is an archive, else `item`; what cannot be unpacked goes to `problems`."""
    if item.path == "stdin":
        yield item
        return
    try:
        with item.open() as stream:
            magic = stream.read(_MAGIC)
    except _FAILURES as error:
        problems.append(_failed(item.path, error))
        return
    kind = _kind(magic)
    if kind is None:
        yield from _plain(item, magic, problems)
        return
    if depth >= MAX_DEPTH:
        problems.append(problem(item.path, "IN011", "not read: archives nested too deep", "unpack the inner one first"))
        return
    unpack = {"zip": _zip, "gz": _gz, "tar": _tar}[kind]
    try:
        for member in unpack(item, problems):
            yield from members(member, problems, depth + 1)
    except _FAILURES as error:
        problems.append(_failed(item.path, error))


def _kind(magic: bytes) -> str | None:
    if magic.startswith(b"PK\x03\x04") or magic.startswith(b"PK\x05\x06"):
        return "zip"
    if magic.startswith(b"\x1f\x8b"):
        return "gz"
    return "tar" if magic[257:262] == b"ustar" else None


def _plain(item: Input, magic: bytes, problems: list[Problem]) -> Iterator[Input]:
    for mark, (name, hint) in _OTHERS.items():
        if magic.startswith(mark):
            problems.append(problem(item.path, "IN010", f"not read: a {name} archive", hint))
            return
    yield item


def _failed(path: str, error: BaseException) -> Problem:
    if isinstance(error, RuntimeError) and "password" in str(error):
        return problem(path, "IN012", "not read: the archive is encrypted", "unpack it with its password first")
    message = f"not read: damaged or unpackable archive ({error})"
    return problem(path, "IN013", message, "fetch it again, or unpack it by hand")


def _hidden(name: str) -> bool:
    path = PurePosixPath(name)
    return any(p.startswith(".") for p in path.parts if p not in {".", ".."}) or "__MACOSX" in path.parts


def _label(item: Input, name: str) -> str:
    """The member's name behind the archive's; parts that would climb out of it are only names here, but are dropped."""
    parts = [p for p in PurePosixPath(name.replace("\\", "/")).parts if p not in {"..", ".", "/"}]
    return "/".join([item.path, *parts])


def _too_large(label: str) -> Problem:
    return problem(label, "IN014", "not read: it unpacks to far too much", "unpack it by hand and name the file")


def _too_many(item: Input) -> Problem:
    return problem(item.path, "IN006", f"only the first {MAX_FILES} files were read", "unpack it and name a folder")


def _seekable(stream: BinaryIO) -> BinaryIO:
    """The stream itself, or its content in memory when it comes out of another archive."""
    if stream.seekable():
        return stream
    data = stream.read(MAX_NESTED + 1)
    if len(data) > MAX_NESTED:
        raise OSError("an archive within an archive of more than 256 MB")
    return io.BytesIO(data)


def _zip(item: Input, problems: list[Problem]) -> Iterator[Input]:
    with item.open() as raw, zipfile.ZipFile(_seekable(raw)) as archive:
        wanted = (i for i in archive.infolist() if not i.is_dir() and not _hidden(i.filename))
        infos = sorted(wanted, key=lambda i: i.filename)
        if len(infos) > MAX_FILES:
            problems.append(_too_many(item))
        for info in infos[:MAX_FILES]:
            if info.file_size > MAX_MEMBER or info.file_size > max(info.compress_size * MAX_RATIO, _RATIO_FLOOR):
                problems.append(_too_large(_label(item, info.filename)))
                continue

            def opened(info: zipfile.ZipInfo = info) -> BinaryIO:
                return _bounded(archive.open(info), info.compress_size)  # type: ignore[arg-type]

            yield Input(_label(item, info.filename), opened, info.file_size, item.modified)


def _gz(item: Input, problems: list[Problem]) -> Iterator[Input]:
    del problems
    name = item.path.removesuffix(".gz")
    if name.endswith(".tgz"):
        name = name.removesuffix(".tgz") + ".tar"

    def opened() -> BinaryIO:
        under = item.open()
        return _bounded(cast(BinaryIO, gzip.GzipFile(fileobj=under)), item.size, under)

    yield Input(name if name != item.path else f"{item.path}/content", opened, None, item.modified)


def _tar(item: Input, problems: list[Problem]) -> Iterator[Input]:
    count = 0
    with item.open() as raw, tarfile.open(fileobj=raw, mode="r|") as archive:
        for info in archive:
            if not info.isfile() or _hidden(info.name):
                continue
            count += 1
            if count > MAX_FILES:
                problems.append(_too_many(item))
                return
            if info.size > MAX_NESTED:
                problems.append(_too_large(_label(item, info.name)))
                continue
            stream = archive.extractfile(info)
            data = stream.read() if stream is not None else b""
            yield Input(_label(item, info.name), lambda data=data: io.BytesIO(data), info.size, item.modified)  # type: ignore[misc]
