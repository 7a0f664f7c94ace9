"""What is going on is shown on a terminal only, and leaves nothing behind."""

from __future__ import annotations

import io
import time

import pytest

from diagnose.cli import progress
from diagnose.cli.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_path_that_is_read_and_how_much_came_of_it() -> None:
    shown = Progress()
    shown.tick("a.log", 1 << 20)
    shown.tick("a.log", 1 << 20)
    assert shown.line(79) == "reading a.log  2 MB"
    shown.tick("b.log", 100)
    assert shown.line(79) == "reading b.log  100 bytes"
    shown.tick("x" * 200, 5)
    assert len(shown.line(79)) == 79
    shown.tick("", 0)
    assert shown.line(79) == "looking for causes"


def test_nothing_is_shown_in_a_pipe_or_when_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not Progress().active
    monkeypatch.setattr("sys.stderr", Terminal())
    assert Progress().active
    assert not Progress(quiet=True).active


def test_a_pipe_that_is_silent_is_told_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Progress()
    shown.tick("stdin", 2048)
    shown.tick("stdin", None)
    assert shown.line(79) == "reading stdin  2 kB"
    monkeypatch.setattr(progress, "monotonic", lambda: time.monotonic() + progress.AFTER_S)
    assert shown.line(100) == "waiting for the end of stdin, 2 kB so far; Ctrl-C goes on with that"
    shown.tick("stdin", 0)
    assert shown.line(79) == "reading stdin  2 kB"


def test_where_no_terminal_is_a_long_wait_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr(progress, "WAIT_S", 0.001)
    monkeypatch.setattr(progress, "AFTER_S", 0.001)
    with Progress() as shown:
        shown.tick("stdin", None)
        for _ in range(500):
            if stream.getvalue():
                break
            time.sleep(0.01)
    assert stream.getvalue() == "diagnose: waiting for the end of stdin, 0 bytes so far; Ctrl-C goes on with that\n"


def test_on_a_terminal_the_line_is_shown_and_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr(progress, "AFTER_S", 0.001)
    with Progress() as shown:
        shown.tick("a.log", 7)
        for _ in range(500):
            if "a.log" in terminal.getvalue():
                break
            time.sleep(0.01)
    assert "reading a.log  7 bytes" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[2K")


def test_what_is_quick_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with Progress() as shown:
        shown.tick("a.log", 7)
    assert terminal.getvalue() == ""
