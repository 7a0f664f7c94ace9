"""Logs whose `#Fields:` line names their columns, in whatever order and number."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from diagnose.read import read
from diagnose.read.logs import w3c
from diagnose.read.logs.rows import Broken, JsonRow
from diagnose.read.signals.scan import Scanner
from tests.read import mutate
from tests.read.sound import sound_row

IIS = """#Software: Microsoft Internet Information Services 10.0
#Version: 1.0
#Date: 2031-03-04 05:06:00
#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) sc-status sc-win32-status time-taken
2031-03-04 05:06:07 10.1.0.9 GET /stream id=7 10.1.0.4 Go-http-client/1.1 502 12002 30011
2031-03-04 05:06:08 10.1.0.9 POST /hook - 10.1.0.4 - 200 0 12
"""
GATEWAY = "#Fields:\ttime\tc-ip\tcs-method\tcs-uri\tsc-status\ttime-taken\n05:06:07\t10.1.0.4\tGET\t/stream\t101\t2.5\n"


def rows_of(text: str) -> list[JsonRow | Broken]:
    assert w3c.is_w3c(text)
    return list(w3c.rows(enumerate(text.splitlines(), 1)))


def told(row: JsonRow | Broken) -> tuple[object, ...]:
    assert isinstance(row, JsonRow)
    when = row.when()
    return (row.line, row.text(), when and when[:2], row.record().fields.get("age_s"))


def test_a_line_is_a_record_that_says_what_was_asked_and_answered() -> None:
    one, two = rows_of(IIS)
    assert told(one) == (5, "GET /stream?id=7 502", (1930367167000, False), 30.011)
    assert told(two) == (6, "POST /hook 200", (1930367168000, False), 0.012)
    assert isinstance(one, JsonRow)
    assert (one.record().fields["status"], one.record().fields["c_ip"]) == ("502", "10.1.0.4")


def test_the_day_may_stand_in_a_comment_and_seconds_are_seconds() -> None:
    (row,) = rows_of("#Date: 2031-03-04 05:00:00\n" + GATEWAY)
    assert told(row) == (3, "GET /stream 101", (1930367167000, False), 2.5)
    (row,) = rows_of(GATEWAY)
    assert told(row)[2] is None


def test_fields_may_change_and_a_line_that_breaks_off_is_named() -> None:
    rows = rows_of(
        IIS + "#Fields: date time cs-method cs-uri-stem sc-status\n2031-03-04 05:06:09 GET /ws 404\n2031-03-04 05:06\n"
    )
    assert told(rows[2])[1] == "GET /ws 404"
    assert str(rows[3]) == "line 9: it holds 2 values for 5 fields"


@pytest.mark.parametrize(
    "text", ["", "# a comment\nbody\n", "#Fields: one\n", "x\n#Fields: date time\n", "#Fields:\n\n"]
)
def test_other_texts_are_none(text: str) -> None:
    assert not w3c.is_w3c(text)


def test_such_a_log_is_that_of_a_proxy(tmp_path: Path) -> None:
    path = tmp_path / "u_ex310304.log"
    path.write_text(IIS * 10)
    (source,) = read([str(path)], Scanner([])).sources
    assert (source.kind, source.records, source.from_) == ("proxy.log", 20, 1930367167000)


@settings(max_examples=150, deadline=None)
@given(mutate.texts([IIS, GATEWAY]))
def test_spoilt_logs_are_read_as_far_as_they_go(text: str) -> None:
    for row in w3c.rows(enumerate(text.splitlines(), 1)):
        sound_row(row)
