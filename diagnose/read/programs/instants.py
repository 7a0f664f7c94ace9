"""When a transcript was taken, as its programs print it in passing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise

from diagnose.model import Draft
from diagnose.read.programs.runs import Run

CLOCK = "host.clock"

_STAMPS = (
    (re.compile(r"^(\w{3} \w{3} +\d+ \d\d:\d\d:\d\d UTC \d{4})$", re.M), "%a %b %d %H:%M:%S UTC %Y"),
    (re.compile(r"^;; WHEN: (\w{3} \w{3} +\d+ \d\d:\d\d:\d\d UTC \d{4})$", re.M), "%a %b %d %H:%M:%S UTC %Y"),
    (re.compile(r"^< date: \w{3}, (\d+ \w{3} \d{4} \d\d:\d\d:\d\d) GMT", re.M | re.I), "%d %b %Y %H:%M:%S"),
    (re.compile(r"Universal time: \w{3} (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC"), "%Y-%m-%d %H:%M:%S"),
    (re.compile(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:Z|[+-]00:?00)$", re.M), "%Y-%m-%dT%H:%M:%S"),
)


def instants(text: str) -> Iterator[tuple[int, int]]:
    """(offset, UTC ms) of every `date`, `WHEN:`, HTTP date or universal time in a text."""
    for pattern, form in _STAMPS:
        for found in pattern.finditer(text):
            try:
                stamp = datetime.strptime(" ".join(found.group(1).split()), form)
            except ValueError:
                continue
            yield found.start(), round(stamp.replace(tzinfo=UTC).timestamp() * 1000)


@lru_cache(maxsize=2)
def instant_of(text: str) -> int | None:
    """The first such instant, UTC ms; None when the text shows none."""
    return min(instants(text), default=(0, None))[1]


def _dates(runs: Sequence[Run]) -> Iterator[Draft]:
    """How far apart two hosts' clocks are, from `date` on both in one file.

    The commands were typed one after the other, so a few seconds apart prove nothing; equal ones prove that they agree.
    """
    shown = [(r, next(iter(instants(r.text)), None)) for r in runs if "date" in r.tools and r.host]
    for (one, a), (two, b) in pairwise(shown):
        if a is None or b is None or one.host == two.host:
            continue
        apart = b[1] - a[1]
        if -1000 <= apart < 5000:
            yield two.draft("clock.offset", CLOCK, two.place(b[0]), {"offset_ms": 0.0, "state": "ok"})
        elif not 0 <= apart <= 60_000:
            yield two.draft("clock.offset", CLOCK, two.place(b[0]), {"offset_ms": float(apart), "state": "off"})


_HTTP_DATE = re.compile(r"^(?:< ?)?date: \w{3}, (\d+ \w{3} \d{4} \d\d:\d\d:\d\d) GMT", re.M | re.I)
_LOCAL = re.compile(r"^(\w{3} \w{3} +\d+ \d\d:\d\d:\d\d UTC \d{4})$", re.M)
SERVER_MS = 5000
"""A server's Date header has whole seconds and may wait in a cache; a greater difference is one of the clocks."""


def between(runs: Sequence[Run]) -> Iterator[Draft]:
    """Differences of clocks that a transcript shows: `date` on two hosts, or beside the Date header of an answer."""
    yield from _dates(runs)
    for run in runs:
        local, remote = _LOCAL.search(run.text), _HTTP_DATE.search(run.text)
        if "date" in run.tools and local is not None and remote is not None:
            apart = _at(remote.group(1), "%d %b %Y %H:%M:%S") - _at(local.group(1), "%a %b %d %H:%M:%S UTC %Y")
            state = "off" if abs(apart) > SERVER_MS else "ok"
            fields = {"offset_ms": float(apart) if state == "off" else 0.0, "state": state}
            yield run.draft("clock.offset", CLOCK, run.place(remote.start()), fields)


def _at(text: str, form: str) -> int:
    """A stamp as UTC ms; 0 for one that is no date."""
    try:
        return round(datetime.strptime(" ".join(text.split()), form).replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        return 0
