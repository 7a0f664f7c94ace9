"""Runs the tutorial word for word, and writes anew what its commands print: python -m tests.tutorial

In a Markdown page, a block behind "Save this as `PATH`:" is a file, and a `console` block holds commands, each behind
`$ `, with what they print. `diagnose` and `cat` are the commands there are. A last line `...` stands for the rest of an
output.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from diagnose.cli import main

PAGE = Path(__file__).parents[1] / "docs" / "tutorial.md"
MORE = "..."
"""A line that stands for the rest of an output."""
_FILE = re.compile(r"Save this as `([^`]+)`[^\n]*:\n\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ALONE = re.compile(r"^durable-rules does not import on this Python[^\n]*\n", re.MULTILINE)
_COUNTS = re.compile(r" *\d+ (files?\b|documents?\b|%)")


class Step(msgspec.Struct, frozen=True):
    """A file to save, or a command with what it prints; `span` is where that stands on the page."""

    span: tuple[int, int]
    path: str = ""
    command: str = ""
    text: str = ""


def steps(page: str) -> list[Step]:
    """The files and commands of a page, in their order."""
    found = [Step(m.span(2), path=m[1], text=m[2]) for m in _FILE.finditer(page)]
    for block in _CONSOLE.finditer(page):
        found += _commands(block[1], block.start(1))
    return sorted(found, key=lambda s: s.span)


def _commands(block: str, start: int) -> Iterator[Step]:
    for m in re.finditer(r"^\$ ([^\n]+)\n((?:(?!\$ )[^\n]*\n)*)", block, re.MULTILINE):
        yield Step((start + m.start(2), start + m.end(2)), command=m[1], text=m[2])


def run(command: str) -> str:
    """What a command prints, errors and output in the order in which they come."""
    program, *arguments = shlex.split(command)
    if program == "cat":
        return "".join(Path(a).read_text(encoding="utf-8") for a in arguments)
    assert program == "diagnose", f"the tutorial runs no {program}"
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        main(arguments)
    return "\n".join(line.rstrip() for line in out.getvalue().rstrip("\n").split("\n")) + "\n"


def shown(printed: str, before: str) -> str:
    """What the page shows of an output: as many lines as before where it leaves out the rest."""
    kept = before.splitlines()
    if kept and kept[-1] == MORE:
        return "\n".join([*printed.splitlines()[: len(kept) - 1], MORE]) + "\n"
    return printed


def plain(text: str) -> str:
    """A text without what differs elsewhere or after a change of rules: counts, percentages, engines."""
    text = _ALONE.sub("", text).replace(" on reference and durable\n", " on reference\n")
    return _COUNTS.sub(r"N \1", text)


def follow(page: str, folder: Path) -> Iterator[tuple[Step, str]]:
    """Do the steps of a page in a folder; each command with what the page should show of it."""
    for step in steps(page):
        if step.path:
            (folder / step.path).parent.mkdir(parents=True, exist_ok=True)
            (folder / step.path).write_text(step.text, encoding="utf-8")
        else:
            yield step, shown(run(step.command), step.text)


def rewritten(page: str, folder: Path) -> str:
    """The page with what its commands print today; outputs that differ in counts alone stay."""
    out = page
    for step, printed in reversed([*follow(page, folder)]):
        if plain(printed) != plain(step.text):
            out = out[: step.span[0]] + printed + out[step.span[1] :]
    return out


if __name__ == "__main__":
    for name in ("COLUMNS", "DIAGNOSE_RULES"):
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8"), Path(place)), encoding="utf-8")
