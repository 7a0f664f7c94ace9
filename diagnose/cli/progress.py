"""A line on a terminal's standard error that says what is going on, once it has taken two seconds."""

from __future__ import annotations

import shutil
import sys
from threading import Event, Thread
from types import TracebackType

AFTER_S = 2.0
EVERY_S = 0.2
_CLEAR = "\r\x1b[2K"


class Progress:
    """While it is open, shows what it was last told; only on a terminal, and not when `quiet`."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.active = not quiet and sys.stderr.isatty()
        self._done = Event()
        self._thread: Thread | None = None
        self._path, self._bytes = "", 0

    def tick(self, path: str, count: int) -> None:
        """`count` more bytes were read of `path`; without a path reading is over."""
        self._bytes = self._bytes + count if path == self._path else count
        self._path = path

    def line(self, width: int) -> str:
        """What is going on, in at most `width` characters."""
        if not self._path:
            return "looking for causes"[:width]
        from diagnose.read.opening.inputs import shown_size

        size = f"  {shown_size(self._bytes)}"
        room = width - len("reading ") - len(size)
        path = self._path if len(self._path) <= room else f"...{self._path[len(self._path) - max(0, room - 3) :]}"
        return f"reading {path}{size}"[:width]

    def __enter__(self) -> Progress:
        if self.active:
            self._thread = Thread(target=self._show, daemon=True)
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def _show(self) -> None:
        shown = False
        wait = AFTER_S
        while not self._done.wait(wait):
            wait = EVERY_S
            line = self.line(shutil.get_terminal_size().columns - 1)
            sys.stderr.write(f"{_CLEAR}{line}")
            sys.stderr.flush()
            shown = True
        if shown:
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()
