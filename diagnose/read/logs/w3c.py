"""Logs in the W3C extended format, whose `#Fields:` line says what stands in each column: IIS, gateways, CDNs.

See https://www.w3.org/TR/WD-logfile: times are UTC and `-` is nothing. IIS counts `time-taken` in ms, others in s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diagnose.read.logs.rows import Broken, JsonRow

_FIELDS = re.compile(r"^#Fields:[ \t]*(?P<names>\S+(?:[ \t]+\S+)+)[ \t]*$", re.MULTILINE)
_DATE = re.compile(r"^#Date:[ \t]*(?P<date>\d{4}-\d\d-\d\d)")
_NEAR_TOP = 20
_MOST_COLUMNS = 200
SHAPE = "w3c"


def is_w3c(head: str) -> bool:
    """Whether a text is such a log: comments stand at its top, and one names the fields."""
    first = head.lstrip("\ufeff \t\r\n").splitlines()[:_NEAR_TOP]
    return bool(first) and first[0].startswith("#") and any(_FIELDS.match(line) for line in first)


def rows(lines: Iterable[tuple[int, str]]) -> Iterator[JsonRow | Broken]:
    """The lines of such a log as records, or why one could not be read. The fields may change on the way."""
    from diagnose.read.logs.rows import Broken, rows_of

    names: list[str] = []
    date, in_ms = "", False
    for number, raw in lines:
        line = raw.strip("\ufeff \t\r\n")
        if line.startswith("#"):
            if (found := _FIELDS.match(line)) is not None:
                names = [_plain(name) for name in found["names"].split()[:_MOST_COLUMNS]]
            elif (day := _DATE.match(line)) is not None:
                date = day["date"]
            elif line.startswith("#Software:"):
                in_ms = "Internet Information Services" in line
            continue
        if not line:
            continue
        values = line.split("\t") if "\t" in line else line.split()
        if len(values) < len(names):
            yield Broken(number, f"it holds {len(values)} values for {len(names)} fields")
            continue
        record = {name: value for name, value in zip(names, values, strict=False) if value != "-"}
        yield from rows_of({**record, **_told(record, date, in_ms)}, number, line)


def _plain(name: str) -> str:
    """`cs(User-Agent)` -> `cs_user_agent`."""
    return re.sub(r"\W+", "_", name.casefold()).strip("_")


def _told(record: dict[str, str], date: str, in_ms: bool) -> dict[str, object]:
    """What every record has: when, and in one line what was asked and how it was answered, as access logs say it."""
    query = record.get("cs_uri_query")
    path = record.get("cs_uri_stem") or record.get("cs_uri") or ""
    said = [record.get("cs_method") or record.get("c_method") or "", f"{path}?{query}" if query else path]
    told: dict[str, object] = {"shape": SHAPE, "message": " ".join(filter(None, [*said, record.get("sc_status")]))}
    day, time = record.get("date", date), record.get("time", "")
    if day and time:
        told["timestamp"] = f"{day}T{time}Z"
    taken = record.get("time_taken", "")
    if re.fullmatch(r"\d{1,12}(?:\.\d{1,9})?", taken):
        told["age_s"] = float(taken) / 1000 if in_ms else float(taken)
    return told
