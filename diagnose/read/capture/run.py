"""Output of `tcpdump` and `tshark` among that of other programs: a family as `diagnose.read.programs` takes them."""

from __future__ import annotations

from diagnose.model import Draft
from diagnose.read.capture import dump
from diagnose.read.capture.place import SOURCE
from diagnose.read.programs.runs import Run

KIND = SOURCE


def claims(text: str) -> bool:
    """Whether a text is lines of packets or the table of streams."""
    return dump.is_capture(text)


def read(run: Run) -> list[Draft]:
    """The facts of the packets that a run shows."""
    return dump.read_lines(enumerate(run.text.splitlines(), run.first), run.path)[0]
