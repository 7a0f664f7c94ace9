"""WinMTR's text export and Windows' `pathping`: tables of hops, with what each lost and how long it took."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diagnose.model import Draft
from diagnose.read.programs.paths import LONGEST, Hop, of_hops
from diagnose.read.programs.runs import Run

KIND = "network.route"

_WINMTR = re.compile(r"WinMTR statistics")
_WINMTR_HOP = re.compile(
    r"^[ \t]{0,80}(?:\|[ \t]{0,80})?(?P<host>\S[^|\n]{0,200}?)[ \t]{1,80}-[ \t]{1,80}(?P<loss>\d{1,3})[ \t]*\|"
    r"(?P<rest>(?:[ \t]*\d{1,9}[ \t]*\|){6})",
    re.M,
)
_SILENT = re.compile(r"(?i)^(?:no response from host|request timed out\.?|\?+|0\.0\.0\.0)$")

_PATHPING = re.compile(r"^Computing statistics for[^\n]*$", re.M)
_ROUTE_TO = re.compile(r"^Tracing route to (?P<host>\S+)", re.M)
_PATHPING_HOP = re.compile(
    r"^[ \t]*(?P<number>\d{1,3})\s+(?:(?P<rtt>\d{1,9})ms|---)\s+\d+/\s*\d+ =\s*(?P<loss>\d{1,3})%"
    r"\s+\d+/\s*\d+ =\s*\d+%\s+"
    r"(?P<host>\S+)(?: \[(?P<address>[^\]\n]+)\])?",
    re.M,
)


def claims(text: str) -> bool:
    """Whether a text holds a table of WinMTR or pathping."""
    return bool((_WINMTR.search(text) and _WINMTR_HOP.search(text)) or _PATHPING.search(text))


def read(run: Run) -> Iterator[Draft]:
    """The facts of all tables in a run."""
    for head in _WINMTR.finditer(run.text):
        rows = list(_WINMTR_HOP.finditer(run.text, head.end(), _end(run, head, _WINMTR)))
        hops = [Hop(_named(m["host"]), float(m["loss"]), float(m["rest"].split("|")[3])) for m in rows]
        yield from _told(run, "winmtr", rows, hops, hops[-1].host if hops else None)
    for head in _PATHPING.finditer(run.text):
        rows = list(_PATHPING_HOP.finditer(run.text, head.end(), _end(run, head, _PATHPING)))
        hops = [Hop(_named(m["host"]), float(m["loss"]), float(m["rtt"]) if m["rtt"] else None) for m in rows]
        asked = list(_ROUTE_TO.finditer(run.text, 0, head.start()))
        yield from _told(run, "pathping", rows, hops, asked[-1]["host"] if asked else hops[-1].host if hops else None)


def _end(run: Run, head: re.Match[str], begins: re.Pattern[str]) -> int:
    """Where the table behind this head ends at the latest: at the next one."""
    following = begins.search(run.text, head.end())
    return min(following.start() if following else len(run.text), head.end() + LONGEST)


def _told(run: Run, tool: str, rows: list[re.Match[str]], hops: list[Hop], target: str | None) -> Iterator[Draft]:
    """The probes of a table. Where its last hops kept silent the target was not reached."""
    if rows:
        yield from of_hops(
            run, tool, target or "", hops, run.place(rows[-1].start("host")), run.place(rows[0].start("host"))
        )


def _named(host: str) -> str | None:
    return None if _SILENT.match(host) else host
