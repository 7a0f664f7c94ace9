"""`chronyc`, `ntpq`, `ntpdate`, `ntpdig`, `timedatectl` -> how far a clock is off, and whether it follows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diagnose.model import Draft
from diagnose.read.programs.runs import Run
from diagnose.read.programs.tables import parsed
from diagnose.read.shapes import real, some

KIND = "host.clock"

OFF_MS = 1000.0
"""A clock that is a second off breaks tokens' start times and the order of logs (engineering judgement)."""

_SYSTEM = re.compile(r"^System time\s*: (?P<seconds>\d+(?:\.\d+)?) seconds (?P<way>slow|fast) of NTP time", re.M)
_REFERENCE = re.compile(r"^Reference ID\s*: (?P<id>[\dA-F]{8})", re.M)
_STRATUM = re.compile(r"^Stratum\s*: (?P<stratum>\d+)", re.M)
_LEAP = re.compile(r"^Leap status\s*: (?P<status>[^\n]+)", re.M)
_SOURCE = re.compile(r"^[\^=#](?P<state>[*+\-?x~]) (?P<name>\S+)\s+(?P<stratum>\d+)\s+\d+\s+(?P<reach>[0-7]+)\s+", re.M)
_OFFSET = re.compile(
    r"\boffset\s+(?P<seconds>[+-]?\d+\.\d+)\s*(?:sec|s\b|,|$)|\([+-]\d{4}\) (?P<digest>[+-]?\d+\.\d+) \+/-", re.M
)
_SYNCED = re.compile(r"(?:System clock synchronized|NTP synchronized|NTPSynchronized)\s*[:=] ?(?P<word>yes|no)", re.I)
_PEERS = re.compile(r"^[ \t]*remote\s+refid\s+st\s+t\s+when", re.M)
_WINDOWS = re.compile(
    r"^(?:Phase Offset: (?P<a>[+-]?\d+(?:\.\d+)?)s|\d\d:\d\d:\d\d, (?P<b>[+-]?\d+(?:\.\d+)?)s$)", re.M
)


def claims(text: str) -> bool:
    """Whether a text holds output of a program that looks at clocks."""
    return any(p.search(text) for p in (_SYSTEM, _SOURCE, _SYNCED, _PEERS, _OFFSET))


def state_of(offset_ms: float) -> str:
    """ok or off."""
    return "off" if abs(offset_ms) >= OFF_MS else "ok"


def read(run: Run) -> Iterator[Draft]:
    """The facts on the clock that a run shows."""
    yield from _chrony(run)
    yield from _peers(run)
    for pattern in (_OFFSET, _WINDOWS):
        for found in pattern.finditer(run.text):
            seconds = next(g for g in found.groups() if g)
            yield _offset(run, found.start(), float(seconds) * 1000)
    if (synced := _SYNCED.search(run.text)) is not None and not _SYSTEM.search(run.text):
        good = synced.group("word").casefold() == "yes"
        fields = {"state": "ok" if good else "unreachable", "synchronised": good}
        yield run.draft("clock.offset", KIND, run.place(synced.start()), fields)


def _offset(run: Run, offset: int, ms: float, **more: bool) -> Draft:
    return run.draft("clock.offset", KIND, run.place(offset), {"offset_ms": round(ms, 3), "state": state_of(ms)} | more)


def _chrony(run: Run) -> Iterator[Draft]:
    if (found := _SYSTEM.search(run.text)) is not None:
        ms = float(found.group("seconds")) * (-1000 if found.group("way") == "slow" else 1000)
        reference, leap, stratum = _REFERENCE.search(run.text), _LEAP.search(run.text), _STRATUM.search(run.text)
        lost = (
            (reference is not None and int(reference.group("id"), 16) in {0, 0x7F7F0101})
            or (leap is not None and "Not synchronised" in leap.group("status"))
            or (stratum is not None and int(stratum.group("stratum")) in {0, 16})
        )
        if lost:
            fields = {"state": "unreachable", "synchronised": False}
            yield run.draft("clock.offset", KIND, run.place(found.start()), fields)
        else:
            yield _offset(run, found.start(), ms, synchronised=True)
    sources = list(_SOURCE.finditer(run.text))
    if sources and not any(m.group("state") in "*+" for m in sources):
        silent = all(m.group("reach") == "0" for m in sources)
        fields = some(
            state="unreachable", synchronised=False, note="no source answers" if silent else "no source selected"
        )
        yield run.draft("clock.offset", KIND, run.place(sources[0].start()), fields)


def _peers(run: Run) -> Iterator[Draft]:
    head = _PEERS.search(run.text)
    if head is None:
        return
    rows = parsed("ntpq", run.text[head.start() :].split("\n\n")[0] + "\n")
    chosen = [r for r in rows if r.get("state") in {"*", "o"}]
    if rows and not chosen:
        fields = {"state": "unreachable", "synchronised": False}
        yield run.draft("clock.offset", KIND, run.place(head.start()), fields)
    for row in chosen[:1]:
        offset = real(row.get("offset"))
        if offset is not None:
            yield run.draft("clock.offset", KIND, run.at(str(row.get("remote"))), {
                "offset_ms": offset, "state": state_of(offset), "synchronised": True,
            })  # fmt: skip
