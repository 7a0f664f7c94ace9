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
