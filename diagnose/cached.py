"""What can be made again, kept between two runs in the user's cache folder.

The name of an entry is a hash of everything it is made of, so an entry is never stale. One that cannot be read is made
anew; a folder that cannot be written to costs the time to make it, and nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

KEEP = 8
"""Entries kept of one kind; the oldest beyond them are removed when one is written."""


def folder(kind: str) -> Path:
    """Where the entries of one kind lie."""
    from platformdirs import user_cache_path

    return user_cache_path("diagnose", appauthor=False) / kind


def name_of(parts: Iterable[bytes]) -> str:
    """The name of the entry that is made of these parts."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{len(part)}\0".encode())
        digest.update(part)
    return digest.hexdigest()


def read(kind: str, name: str) -> bytes | None:
    """An entry, or None when it is not there or cannot be read."""
    try:
        return (folder(kind) / name).read_bytes()
    except OSError:
        return None


def write(kind: str, name: str, data: bytes) -> None:
    """Write an entry so that a reader sees all of it or nothing; failing to is no error."""
    import tempfile

    with contextlib.suppress(OSError):
        target = folder(kind)
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(data)
            Path(temporary).replace(target / name)
        finally:
            Path(temporary).unlink(missing_ok=True)
        entries = sorted(target.iterdir(), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in entries[KEEP:]:
            old.unlink(missing_ok=True)
