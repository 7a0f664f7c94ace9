"""A line on a terminal's standard error that says what is going on, once it has taken two seconds.

Elsewhere only a long wait for a pipe is told, once.
"""

from __future__ import annotations

import shutil
import sys
from threading import Event, Thread
from time import monotonic
from types import TracebackType

AFTER_S = 2.0
EVERY_S = 0.2
WAIT_S = 5.0
"""How long a pipe may be silent before that is told where no terminal is."""
_CLEAR = "\r\x1b[2K"


class Progress:
    """While it is open, shows what it was last told; only on a terminal, and not when `quiet`."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self.active = not quiet and sys.stderr.isatty()
        self._done = Event()
        self._thread: Thread | None = None
        self._path, self._bytes = "", 0
        self._awaits: float | None = None
        self._said = ""

    def say(self, text: str) -> None:
        """What is going on, where it is no reading."""
        self._said = text

    def tick(self, path: str, count: int | None) -> None:
        """`count` more bytes were read of `path`, None: more of it is awaited; without a path reading is over."""
        self._awaits = monotonic() if count is None else None
        self._bytes = (self._bytes if path == self._path else 0) + (count or 0)
        self._path = path

    def line(self, width: int) -> str:
        """What is going on, in at most `width` characters."""
        if not self._path:
            return (self._said or "looking for causes")[:width]
        from diagnose.read.opening.inputs import shown_size

        if self.waited() >= AFTER_S:
            return f"waiting for the end of {self._path}, {shown_size(self._bytes)} so far; Ctrl-C goes on with that"[
                :width
            ]
        size = f"  {shown_size(self._bytes)}"
        room = width - len("reading ") - len(size)
        path = self._path if len(self._path) <= room else f"...{self._path[len(self._path) - max(0, room - 3) :]}"
        return f"reading {path}{size}"[:width]

    def waited(self) -> float:
        """Seconds since more of a pipe is awaited; 0 when it is not."""
        awaits = self._awaits
        return monotonic() - awaits if awaits is not None else 0.0

    def __enter__(self) -> Progress:
        if not self._quiet:
            self._thread = Thread(target=self._show if self.active else self._say, daemon=True)
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def _say(self) -> None:
        while not self._done.wait(EVERY_S * WAIT_S):
            if self.waited() >= WAIT_S:
                sys.stderr.write(f"diagnose: {self.line(200)}\n")
                sys.stderr.flush()
                return

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
