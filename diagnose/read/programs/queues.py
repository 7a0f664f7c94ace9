"""`tc -s qdisc` -> packets that a host threw away itself before they went out, by interface."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diagnose.model import Draft
from diagnose.read.programs.links import counted
from diagnose.read.programs.runs import Run

KIND = "network.link"

_ROOT = re.compile(
    r"^qdisc (?P<what>\S+) \S+ (?:dev (?P<dev>\S+) )?root\b[^\n]*\n"
    r"[ \t]+Sent \d+ bytes (?P<sent>\d+) pkts? \(dropped (?P<dropped>\d+),",
    re.M,
)
_ANY = re.compile(r"^qdisc \S+ \S+ (?:dev \S+ )?(?:root|parent)\b", re.M)


def claims(text: str) -> bool:
    """Whether a text is the output of tc."""
    return _ANY.search(text) is not None


def read(run: Run) -> Iterator[Draft]:
    """The facts of the queues at the root of each interface, which count those below them too."""
    for found in _ROOT.finditer(run.text):
        if found["what"] in {"noqueue", "ingress", "clsact"}:
            continue
        name = found["dev"] or run.option("dev") or "unknown"
        dropped, sent = int(found["dropped"][:15]), int(found["sent"][:15])
        yield from counted(run, run.place(found.start()), name, sent + dropped, 0, dropped)
