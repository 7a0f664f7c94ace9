"""The screens of sipp: a table of how many messages were sent, repeated, waited for in vain, or not expected."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from diagnose.model import Draft, Place, SourceReport
from diagnose.read.logs import stamps
from diagnose.read.shapes import some
from diagnose.read.sip import METHODS

SOURCE = "sip.trace"

_TABLE = re.compile(r"^\s*Messages\s+Retrans\s+Timeout\s+Unexpected-Msg", re.MULTILINE)
_ROW = re.compile(
    rf"^\s*(?P<what>{METHODS}|[1-6]\d\d) (?P<way>-+>|<-+)\s+(?:[BE]-RTD\d+ )?(?P<counts>\d+(?:\s+\d+)*)\s*$"
)
_NOW = re.compile(r"^\s*Current Time\s*\|\s*(?P<at>\d{4}-\d\d-\d\d\s+\d\d:\d\d:\d\d\.\d+)", re.MULTILINE)
_TOTAL = re.compile(r"^\s*(?P<which>Successful|Failed) call\s*\|\s*\d*\s*\|\s*(?P<count>\d+)", re.MULTILINE)


class Row(msgspec.Struct, frozen=True):
    """A line of the table: a method or code, whether it was sent, its counters, and the request that it answers."""

    line: int
    text: str
    what: str
    sent: bool
    messages: int
    repeated: int = 0
    timeouts: int = 0
    unexpected: int = 0
    asked: str = ""


def claims_text(head: str) -> bool:
    """Whether a text holds the table of a scenario."""
    return _TABLE.search(head) is not None


def read_text(text: str, path: str) -> tuple[list[Draft], SourceReport]:
    """The facts of the last screen in a text; sipp prints a new one every second."""
    tables = list(_TABLE.finditer(text))
    start = tables[-1].start() if tables else 0
    rows = _rows(text[start:], text.count("\n", 0, start) + 1)
    found = list(_NOW.finditer(text, start)) or list(_NOW.finditer(text))
    stamp = stamps.parse(" ".join(found[-1]["at"].split()) + " ") if found else None
    at, local = (stamp.ms, stamp.local) if stamp is not None else (None, False)
    drafts = [
        Draft(kind, SOURCE, Place(path, row.line, None, row.text), fields, {}, at, at, local, signal="sipp")
        for row, kind, fields in _facts(rows, {m["which"]: int(m["count"]) for m in _TOTAL.finditer(text, start)})
    ]
    report = SourceReport(
        path=path, kind=SOURCE, records=len(rows), facts=len(drafts), from_=at, to=at, clock=path
    )  # fmt: skip
    return drafts, report


def _rows(table: str, first: int) -> list[Row]:
    out: list[Row] = []
    asked = ""
    for number, line in enumerate(table.split("\n"), first):
        found = _ROW.match(line)
        if found is None:
            continue
        sent = found["way"].endswith(">")
        counts = [int(c) for c in found["counts"].split()]
        asked = found["what"] if not found["what"].isdecimal() and sent else asked
        names = ("messages", "repeated", "timeouts", "unexpected")
        fields = dict(zip(names, counts, strict=False))
        out.append(Row(number, " ".join(line.split()), found["what"], sent, asked=asked, **fields))
    return out


def _facts(rows: list[Row], totals: dict[str, int]) -> Iterator[tuple[Row, str, dict[str, object]]]:
    for row in rows:
        if row.what.isdecimal():
            continue
        answers = [r for r in rows if r.what.isdecimal() and r.asked == row.what and r.line > row.line]
        came = sum(r.messages + r.unexpected for r in answers)
        waited = row.timeouts + sum(r.timeouts for r in answers)
        silent = row.sent and row.messages > 0 and answers and not came and row.repeated > 0
        if row.sent and (waited or silent):
            yield row, "sip.silence", {"method": row.what, "times": row.messages + row.repeated}
        elif row.sent and row.repeated:
            yield row, "sip.retransmit", {"of": "request", "method": row.what, "times": row.repeated}
    final = next((r for r in rows if r.what == "200" and r.asked == "INVITE" and r.messages), None)
    if final is not None and not totals.get("Failed"):
        yield final, "sip.call", some(outcome="answered", note=f"{final.messages} calls of a test were answered")
