"""What comes in at a pipe, whose end nobody knows: the same again and again is left out, and a wait can be ended.

`yes | diagnose run -` never ends, and `tail -f edge.log | diagnose run -` ends only when somebody ends it.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from diagnose.read.opening.inputs import Tell, Ticker, problem, shown_size

WINDOW = 1 << 16
"""Bytes that must repeat before a stream is said to repeat itself; the longest repeat that is seen is half as long."""
KEPT = 1 << 20
"""Bytes of one repeat that are read all the same."""
MOST = 1 << 28
"""Bytes left out after which nothing else is expected to come."""
PATIENCE_S = 1.0
"""An interrupt ends the reading of a stream that was silent so long; before that it ends the program."""
_PROBE = 64


class Pipe:
    """A stream of unknown length, which is left open.

    What repeats itself is handed on up to `KEPT` bytes, then left out until something else comes; after `MOST` bytes
    left out in all the stream counts as over. Both are told. Whole repeats are left out, so that lines stay whole.
    """

    def __init__(self, path: str, stream: Any, tell: Tell, tick: Ticker | None = None) -> None:
        """`stream` has `read1` or `read`; `tick` hears when more of it is awaited."""
        self._path, self._tell, self._tick = path, tell, tick
        self._read: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
        self._terminal: bool = stream.isatty() if hasattr(stream, "isatty") else False
        self._exact = False
        self._begun = False
        self._seen = b""
        self._cycle = b""
        self._repeated = self._left_out = self._all_left_out = 0
        self._ended = False

    def read1(self, size: int) -> bytes:
        """Up to `size` bytes; none at the end."""
        while not self._ended:
            piece = self._wait(size)
            if self._exact:
                return piece
            out = self._sifted(piece)
            if out or not piece:
                return out
            if self._all_left_out > MOST:
                self._ended = True
                return self._resumed(over=True)
        return b""

    read = read1

    def exact(self) -> None:
        """Leave nothing out from now on."""
        self._exact = True

    def close(self) -> None:
        """Leave it open."""

    def _wait(self, size: int) -> bytes:
        since = monotonic()
        if self._tick is not None:
            self._tick(self._path, None)
        try:
            piece = self._read(size)
            self._begun = True
            return piece
        except KeyboardInterrupt:
            if self._terminal or not self._begun or monotonic() - since < PATIENCE_S:
                raise
            told = "it did not end, and its reading was ended by an interrupt"
            self._tell(problem(self._path, "IN032", told, "what came before was read", severity="warning"))
            self._ended = True
            return b""

    def _sifted(self, piece: bytes) -> bytes:
        """What is to be handed on of a piece."""
        if self._cycle and piece and piece == _continued(self._cycle, len(piece)):
            self._cycle = _continued(self._cycle, len(piece) + len(self._cycle))[-len(self._cycle) :]
            self._repeated += len(piece)
            if self._repeated <= KEPT:
                return piece
            self._left_out += len(piece)
            self._all_left_out += len(piece)
            return b""
        before = self._resumed() if self._left_out else b""
        self._seen = (self._seen + piece)[-WINDOW:]
        self._cycle, self._repeated = _cycle(self._seen), WINDOW
        return before + piece

    def _resumed(self, *, over: bool = False) -> bytes:
        """What is lacking of the last repeat now that the stream goes on or is over; tells what was left out."""
        size = len(self._cycle)
        rest = self._left_out % size
        what = f"{shown_size(self._left_out)} of the same again and again were left out"
        hint = "line numbers after them count without them"
        if over:
            what, hint = f"{what}, and reading stopped", "it seems never to end: save what matters in a file"
        self._tell(problem(self._path, "IN033", what, hint, severity="warning"))
        self._left_out = 0
        return self._cycle[size - rest :] if rest else b""


def _continued(cycle: bytes, size: int) -> bytes:
    """So many bytes of a cycle, repeated."""
    return (cycle * (size // len(cycle) + 1))[:size]


def _cycle(window: bytes) -> bytes:
    """The bytes that a whole window repeats, turned so that they come next; none when it does not, or is too short."""
    if len(window) < WINDOW:
        return b""
    at = window.rfind(window[-_PROBE:], 0, -1)
    size = len(window) - _PROBE - at
    if at < 0 or size > WINDOW // 2 or window[size:] != window[:-size]:
        return b""
    return window[-size:]
