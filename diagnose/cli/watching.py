"""Watching files: wait until one of them is saved, and say when."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

INTERVAL = 0.2
"""Seconds between two looks."""
SETTLE = 0.05
"""Seconds without another change after which a save counts as done."""

Stamp = dict[str, tuple[int, int]]


def stamp(folders: list[Path], suffixes: tuple[str, ...] = (".yaml", ".yml")) -> Stamp:
    """Size and time of change, in ns, of each file below the folders, each of which may be a single file."""
    found: Stamp = {}
    for folder in folders:
        paths = [folder] if folder.is_file() else [p for p in folder.rglob("*") if p.suffix in suffixes]
        for path in paths:
            try:
                state = path.stat()
            except OSError:
                continue  # removed between two looks: an editor saves by renaming
            found[str(path)] = (state.st_mtime_ns, state.st_size)
    return found


def changes(look: Callable[[], Stamp], wait: Callable[[float], None] = time.sleep) -> Iterator[list[str]]:
    """Each time something changes, the paths that did, once the files have been still for a moment."""
    before = look()
    while True:
        wait(INTERVAL)
        now = look()
        if now == before:
            continue
        while True:
            wait(SETTLE)
            later = look()
            if later == now:
                break
            now = later
        yield sorted(path for path in before.keys() | now.keys() if before.get(path) != now.get(path))
        before = now
