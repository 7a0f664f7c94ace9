"""Archives (zip, tar) and compressed files (gz, bz2, xz, zst), in any mixture, as the inputs within them.

Nothing is ever written to disk, so a name that points elsewhere (`../x`, `/etc/x`) harms nobody; links and devices
are no evidence and are left out. Limits keep a hostile archive from filling memory and time: on files, on what comes
out of the outermost archive in all, by its size, and on the depth of archives in archives.
"""

from __future__ import annotations

import bz2
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from importlib import import_module
from itertools import chain
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

from diagnose.errors import Problem
from diagnose.read.opening import magic, torn
from diagnose.read.opening.gunzip import Gunzip
from diagnose.read.opening.inputs import (
    FAILURES,
    HEAD,
    Budget,
    Flow,
    Input,
    Limits,
    Ticker,
    UnreadableError,
    buffered,
    most,
    problem,
    reason,
)

MAX_HELD = 256 << 20
"""Bytes of a zip within an archive or from a pipe, which has to be held in memory."""
_ENCRYPTED = 0x1
_SUFFIXES = {"tgz": "tar", "tbz": "tar", "tbz2": "tar", "txz": "tar", "tzst": "tar"}
_LOST = ("IN012", "not read: it is encrypted", "unpack it with its password first: 7z x FILE")


class MissingZstdError(OSError):
    """Python has no zstd here."""


def _zstd(stream: Any) -> Any:
    for name in ("compression.zstd", "backports.zstd"):  # Python's own from 3.14 on, else the extra `zstd`
        with suppress(ImportError):
            return import_module(name).ZstdFile(stream)
    raise MissingZstdError


_COMPRESSED: dict[str, Callable[[Any], Any]] = {
    "gz": Gunzip,
    "bz2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
    "zst": _zstd,
}


class Unpacker:
    """Opens inputs that are archives; what cannot be opened becomes a problem in `problems`."""

    def __init__(self, problems: list[Problem], limits: Limits, tick: Ticker | None = None) -> None:
        self._problems, self._limits, self._tick = problems, limits, tick

    def members(self, item: Input, budget: Budget | None = None, depth: int = 0) -> Iterator[Input]:
        """The inputs within `item` when it is an archive, else `item`; each is read before the next is asked for."""
        try:
            kind = magic.archive(item.head)
        except UnreadableError as error:
            what = "damaged or unpackable archive" if depth else "cannot be read"
            self._tell(item.path, "IN013", f"not read: {what} ({error})", "fetch it again, or unpack it by hand")
            return
        if kind is None:
            yield item
            return
        if depth >= self._limits.depth:
            self._tell(item.path, "IN011", "not read: archives nested too deep", "unpack the inner one first")
            return
        item.exact()
        budget = budget or Budget(item.size, self._limits.files)
        unpack = {"zip": self._zip, "tar": self._tar}.get(kind)
        try:
            found = unpack(item, budget) if unpack is not None else self._single(item, kind, budget)
            for member in found:
                with member.stream:
                    yield from self.members(member, budget, depth + 1)
        except MissingZstdError:
            hint = "pip install 'edge-diagnose[zstd]', or unpack it first: zstd -d FILE"
            self._tell(item.path, "IN010", "not read: compressed with zstd, which Python cannot open here", hint)
        except (*FAILURES, UnreadableError) as error:
            message = f"not read: damaged or unpackable archive ({reason(error)})"
            self._tell(item.path, "IN013", message, "fetch it again, or unpack it by hand")

    def _tell(self, path: str, code: str, message: str, hint: str, severity: str = "error") -> None:
        self._problems.append(problem(path, code, message, hint, severity=severity))

    def _member(self, item: Input, path: str, stream: BinaryIO, size: int | None, budget: Budget) -> Input:
        flow = Flow(path, stream, self._problems.append, self._limits.size, budget, self._tick)
        return Input(path, buffered(flow), size, item.modified)

    def _single(self, item: Input, kind: str, budget: Budget) -> Iterator[Input]:
        """What is in a compressed file; its label is the file's own without the suffix of the compression."""
        stem, _, suffix = item.path.rpartition(".")
        path = item.path
        if suffix.casefold() in {*_COMPRESSED, "zstd"}:
            path = stem
        elif suffix.casefold() in _SUFFIXES:
            path = f"{stem}.{_SUFFIXES[suffix.casefold()]}"
        yield self._member(item, path, _COMPRESSED[kind](item.stream), None, budget)

    def _zip(self, item: Input, budget: Budget) -> Iterator[Input]:
        file = _seekable(item)
        try:
            whole = zipfile.ZipFile(file)
        except zipfile.BadZipFile:
            left = torn.members(file)
            first = next(left, None)
            if first is None:
                raise
            yield from self._torn(item, chain((first,), left), budget)
            told = "it breaks off; the members before the break were read"
            if torn.has_list(file):
                told = "the list at its end is damaged; the members were read without it"
            self._tell(item.path, "IN029", told, "fetch it again: others may be lost", "warning")
            return
        with whole as archive:
            names = archive.namelist()
            if "[Content_Types].xml" in names:
                self._tell(item.path, "IN010", "not read: an Office document", "save it as plain text or CSV")
                return
            self._say_names(item.path, names)
            infos = [i for i in archive.infolist() if not i.filename.endswith("/") and not _hidden(i.filename)]
            for info in sorted(infos, key=lambda i: i.filename):
                label = _label(item, info.filename)
                if not self._counted(item, budget):
                    return
                if info.flag_bits & _ENCRYPTED:
                    self._tell(label, *_LOST)
                    continue
                if info.file_size > min(budget.left, most(info.compress_size)):
                    self._too_large(label)
                    continue
                try:
                    stream = archive.open(info)
                except FAILURES as error:
                    self._tell(label, "IN013", f"not read: {reason(error)}", "unpack it by hand and name the file")
                    continue
                yield self._member(item, label, cast(BinaryIO, stream), info.file_size, budget)

    def _torn(self, item: Input, left: Iterable[torn.Member], budget: Budget) -> Iterator[Input]:
        """What is left of the members of a zip that has no list of them."""
        names = []
        for member in left:
            names.append(member.name)
            if member.name.endswith("/") or _hidden(member.name):
                continue
            label = _label(item, member.name)
            if budget.left <= 0 or not self._counted(item, budget):
                break
            if member.encrypted:
                self._tell(label, *_LOST)
            elif member.content is None:
                self._tell(label, "IN013", "not read: packed in a way not known here", "unpack it by hand: 7z x FILE")
            else:
                yield self._member(item, label, cast(BinaryIO, member.content), None, budget)
        self._say_names(item.path, names)

    def _tar(self, item: Input, budget: Budget) -> Iterator[Input]:
        """Members as they come; a tar that breaks off gives what stands before."""
        odd, names, left = 0, [], True
        source = torn.Padded(item.stream)
        try:
            with tarfile.open(fileobj=cast(BinaryIO, source), mode="r|", bufsize=HEAD) as archive:
                for info in archive:
                    names.append(info.name)
                    odd += not (info.isfile() or info.isdir())
                    if not info.isfile() or _hidden(info.name):
                        continue
                    left = self._counted(item, budget)
                    if not left:
                        break
                    stream = archive.extractfile(info)
                    if stream is not None:
                        part = torn.Clipped(cast(BinaryIO, stream), source, info.offset_data, archive.offset)
                        yield self._member(item, _label(item, info.name), cast(BinaryIO, part), info.size, budget)
                if left and names:
                    self._say_torn(item, archive, source, len(names))
        except FAILURES as error:
            if not names:
                raise
            told = f"it breaks off in member {len(names)} ({reason(error)})"
            self._tell(item.path, "IN029", told, "what stands before was read; fetch it again", "warning")
        self._say_names(item.path, names)
        if odd:
            told = "1 link or device was" if odd == 1 else f"{odd} links or devices were"
            self._tell(item.path, "IN028", f"{told} left out", "pack the files that they point to", "warning")

    def _say_torn(self, item: Input, archive: tarfile.TarFile, source: torn.Padded, count: int) -> None:
        """Tell of a tar that breaks off or has a damaged header, at which Python takes it for ended."""
        if source.torn(archive.offset):
            told = f"it breaks off in or behind member {count}"
            self._tell(item.path, "IN029", told, "what stands before was read; fetch it again", "warning")
        elif cast(BinaryIO, archive.fileobj).read(HEAD).strip(b"\x00"):
            told = f"not read behind member {count}: a header is damaged, or another tar follows"
            self._tell(item.path, "IN029", told, "fetch it again, or unpack it: tar -xif FILE", "warning")

    def _counted(self, item: Input, budget: Budget) -> bool:
        """Whether one more member may be read."""
        budget.files -= 1
        if budget.files == -1:
            told = f"only the first {self._limits.files} files were read"
            self._tell(item.path, "IN006", told, "unpack it and name a folder", "warning")
        return budget.files >= 0

    def _say_names(self, path: str, names: list[str]) -> None:
        """Tell of names that point outside the archive."""
        odd = [n for n in names if n.startswith(("/", "\\")) or ".." in PurePosixPath(n.replace("\\", "/")).parts]
        if odd:
            told = "1 name points" if len(odd) == 1 else f"{len(odd)} names point"
            hint = "nothing is written to disk and the files were read under the rest of their names"
            self._tell(path, "IN027", f"{told} outside the archive ({odd[0]})", hint, "warning")

    def _too_large(self, label: str) -> None:
        self._tell(label, "IN014", "not read: it unpacks to far too much", "unpack it by hand and name the file")


def _hidden(name: str) -> bool:
    path = PurePosixPath(name)
    return any(p.startswith(".") for p in path.parts if p not in {".", ".."}) or "__MACOSX" in path.parts


def _label(item: Input, name: str) -> str:
    """The member's name behind the archive's; parts that would climb out of it are only names here, but are dropped."""
    parts = [p for p in PurePosixPath(name.replace("\\", "/")).parts if p not in {"..", ".", "/"}]
    return "/".join([item.path, *parts])


def _seekable(item: Input) -> BinaryIO:
    """The file itself, or its content in memory when it comes out of another archive or a pipe."""
    if item.file is not None:
        return item.file
    data = item.stream.read(MAX_HELD + 1)
    if len(data) > MAX_HELD:
        raise OSError("a zip of more than 256 MB within an archive or from a pipe")
    return io.BytesIO(data)
