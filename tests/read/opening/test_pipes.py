"""A pipe that says the same without an end is left early, and nothing else of it is lost."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.errors import Problem
from diagnose.read import read
from diagnose.read.opening import pipes
from diagnose.read.opening.pipes import KEPT, MOST, WINDOW, Pipe
from diagnose.read.signals.scan import Scanner

LOG = b"".join(b"2031-03-04T05:06:%02dZ INFO call %d is up\n" % (n % 60, n) for n in range(400))


class Endless:
    """Says the same again and again, in pieces as a pipe gives them."""

    def __init__(self, line: bytes, first: bytes = b"") -> None:
        self._first, self._line, self._at = first, line, 0
        self.given = 0

    def read1(self, size: int) -> bytes:
        if self._first:
            out, self._first = self._first[:size], self._first[size:]
        else:
            size = min(size, 1 << 16)
            out = (self._line * (size // len(self._line) + 2))[self._at : self._at + size]
            self._at = (self._at + size) % len(self._line)
        self.given += len(out)
        return out

    read = read1


def drained(pipe: Pipe) -> bytes:
    return b"".join(iter(lambda: pipe.read1(1 << 16), b""))


def through(data: bytes, size: int = 1 << 16) -> tuple[bytes, list[Problem]]:
    told: list[Problem] = []
    stream = io.BytesIO(data)
    pipe = Pipe("stdin", stream, told.append)
    return b"".join(iter(lambda: pipe.read1(size), b"")), told


@pytest.mark.parametrize("line", [b"y\n", b"y", b"\x00", b"the bot is silent\n", LOG])
def test_what_never_ends_and_says_the_same_is_left_early(line: bytes) -> None:
    told: list[Problem] = []
    source = Endless(line, first=b"it begins\n")
    out = drained(Pipe("stdin", source, told.append))
    assert out.startswith(b"it begins\n" + line)
    assert len(out) < KEPT + 3 * WINDOW + len(line)
    assert source.given < MOST + 2 * KEPT
    assert [(p.code, p.severity) for p in told] == [("IN033", "warning")]
    assert "reading stopped" in told[0].message
    assert told[0].hint


def test_the_whole_of_it_ends_in_a_reading_with_the_way_out() -> None:
    reading = read(["-"], Scanner([]), stdin=io.BytesIO(b"y\n" * (KEPT * 3)))
    (problem,) = [p for p in reading.problems if p.code == "IN033"]
    assert "MB of the same again and again were left out" in problem.message
    assert "left out" in reading.sources[0].why


def test_what_comes_after_a_repeat_is_read_and_lines_stay_whole() -> None:
    data = LOG + b"ping timed out, again\n" * 200_000 + LOG
    out, told = through(data)
    assert len(out) < len(LOG) * 2 + KEPT + 4 * WINDOW
    assert out.startswith(LOG)
    assert out.endswith(LOG)
    assert set(out.splitlines()) == set(data.splitlines())
    assert [p.code for p in told] == ["IN033"]


@given(st.binary(min_size=1, max_size=40), st.integers(1, 9000), st.binary(max_size=50))
def test_a_stream_that_does_not_repeat_for_long_is_given_as_it_is(line: bytes, times: int, after: bytes) -> None:
    data = line * times + after
    assert through(data, 7919) == (data, [])


def test_an_archive_is_given_whole() -> None:
    data = bytes(KEPT * 3)
    pipe = Pipe("stdin", io.BytesIO(data), lambda _: None)
    pipe.exact()
    assert drained(pipe) == data


class Interrupted:
    """Gives a piece, then is silent until an interrupt."""

    def __init__(self) -> None:
        self._pieces = iter([b"the bot is silent\n"])

    def read1(self, size: int) -> bytes:
        del size
        for piece in self._pieces:
            return piece
        raise KeyboardInterrupt

    read = read1


@pytest.mark.parametrize(("silent", "ended"), [(5.0, True), (0.1, False)])
def test_an_interrupt_ends_the_reading_of_a_silent_pipe_only(
    silent: float, ended: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0.0, 1.0, 1.0 + silent])
    monkeypatch.setattr(pipes, "monotonic", lambda: next(clock))
    told: list[Problem] = []
    pipe = Pipe("stdin", Interrupted(), told.append)
    assert pipe.read1(100) == b"the bot is silent\n"
    if not ended:
        with pytest.raises(KeyboardInterrupt):
            pipe.read1(100)
        return
    assert pipe.read1(100) == b""
    assert pipe.read1(100) == b""
    assert [(p.code, p.severity) for p in told] == [("IN032", "warning")]


def test_that_more_is_awaited_is_told_before_each_read() -> None:
    heard: list[tuple[str, int | None]] = []
    pipe = Pipe("stdin", io.BytesIO(b"x"), lambda _: None, lambda path, count: heard.append((path, count)))
    assert drained(pipe) == b"x"
    assert heard == [("stdin", None)] * 2
