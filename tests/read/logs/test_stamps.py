"""Time stamps at the start of a line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from diagnose.read.logs.stamps import from_value, parse


def ms(*parts: int) -> int:
    return round(datetime(*parts, tzinfo=UTC).timestamp() * 1000)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("line", "when"),
    [
        ("2031-03-04T05:06:07Z up", ms(2031, 3, 4, 5, 6, 7)),
        ("2031-03-04T05:06:07.250+02:00 up", ms(2031, 3, 4, 3, 6, 7) + 250),
        ("[2031-03-04 05:06:07 UTC] up", ms(2031, 3, 4, 5, 6, 7)),
        ("<165>1 2031-03-04T05:06:07.003Z host app 1 - up", ms(2031, 3, 4, 5, 6, 7) + 3),
        ('10.1.2.3 - - [04/Mar/2031:05:06:07 +0100] "GET / HTTP/1.1" 200', ms(2031, 3, 4, 4, 6, 7)),
        ("1930367167.5 up", 1930367167500),
        ("20310304T050607Z up", ms(2031, 3, 4, 5, 6, 7)),
        ("Tue, 04 Mar 2031 05:06:07 GMT up", ms(2031, 3, 4, 5, 6, 7)),
        ("1930367167500 up", 1930367167500),
        ("Tue Mar  4 05:06:07 UTC 2031", ms(2031, 3, 4, 5, 6, 7)),
        ('level=warn time="2031-03-04T05:06:07Z" msg=up', ms(2031, 3, 4, 5, 6, 7)),
    ],
)
def test_a_stamp_with_a_zone_is_an_instant(line: str, when: int) -> None:
    found = parse(line)
    assert found is not None
    assert (found.ms, found.local) == (when, False)


@pytest.mark.parametrize(
    "line",
    [
        "2031-03-04 05:06:07,250 INFO up",
        "2031/03/04 05:06:07 up",
        "04-Mar-2031 05:06:07.000 up",
        "03/04/2031 05:06:07 AM up",
        "03/04/2031, 5:06:07 AM up",
        "04.03.2031 05:06:07 up",
        "20310304 05:06:07.250 up",
        "2031-03-04-05:06:07 up",
        "Mar 4, 2031 5:06:07 AM a.B c",
        "I20310304 05:06:07.1 1 a.cc:1] up",
    ],
)
def test_a_stamp_without_a_zone_stays_local(line: str) -> None:
    found = parse(line)
    assert found is not None
    assert found.local
    assert found.ms // 1000 == ms(2031, 3, 4, 5, 6, 7) // 1000


def test_the_rest_of_the_line_begins_behind_the_stamp() -> None:
    line = "[2031-03-04 05:06:07] WAN down"
    found = parse(line)
    assert found is not None
    assert line[found.rest :] == "WAN down"


@pytest.mark.parametrize(
    ("line", "lacks"),
    [
        ("Mar  4 05:06:07 edge kernel: up", "year"),
        ("E0304 05:06:07.1 1 a.go:3] up", "year"),
        ("05:06:07.1 - up", "date"),
        ("[0304/050607.123:ERROR:socket.cc(12)] up", "year"),
        ("*Mar  4 05:06:07.123: %LINK-3-UPDOWN: up", "year"),
    ],
)
def test_a_stamp_that_lacks_its_year_or_date_says_so(line: str, lacks: str) -> None:
    found = parse(line)
    assert found is not None
    assert found.lacks == lacks


@pytest.mark.parametrize(
    "line",
    ["", "Marching on", "2031-13-45T05:06:07Z", "2031-02-30 05:06:07 x", "99:99:99 x", "12345 calls", "\u0661\u0662"],
)
def test_what_is_no_time_is_no_stamp(line: str) -> None:
    assert parse(line) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2031-03-04T05:06:07Z", (ms(2031, 3, 4, 5, 6, 7), False)),
        ("2031-03-04 05:06:07", (ms(2031, 3, 4, 5, 6, 7), True)),
        (1930367167, (1930367167000, False)),
        (1930367167000, (1930367167000, False)),
        ("1930367167.25", (1930367167250, False)),
        (True, None),
        (17, None),
        ("soon", None),
        (None, None),
    ],
)
def test_a_time_field_may_be_text_or_a_number_of_any_unit(value: object, expected: tuple[int, bool] | None) -> None:
    assert from_value(value) == expected


def test_the_afternoon_and_days_that_can_be_no_month() -> None:
    afternoon, noon = parse("03/04/2031 1:06:07 PM up"), parse("03/04/2031 12:06:07 PM up")
    day_first = parse("24/03/2031 05:06:07 up")
    assert afternoon is not None
    assert noon is not None
    assert day_first is not None
    assert afternoon.ms == ms(2031, 3, 4, 13, 6, 7)
    assert noon.ms == ms(2031, 3, 4, 12, 6, 7)
    assert day_first.ms == ms(2031, 3, 24, 5, 6, 7)


@pytest.mark.parametrize("text", ["1712122512345", "1712122512", "1712122512345000000", "1712122512.345"])
def test_digits_are_counted_since_1970_and_never_read_as_a_date(text: str) -> None:
    found = from_value(text)
    assert found is not None
    assert found[0] // 1000 == 1712122512
