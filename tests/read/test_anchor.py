"""Years and dates for stamps that lack them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from diagnose.model import Draft, Place, SourceReport
from diagnose.read.anchor import Undated, date_drafts


def ms(*parts: int) -> int:
    return round(datetime(*parts, tzinfo=UTC).timestamp() * 1000)  # type: ignore[arg-type,misc]


def shifted(first: int, lacks: str, near: int | None, modified: int | None = None) -> int | None:
    drafts = [Draft(kind="ws.close", source="log", place=Place("a", 1), start=first, end=first)]
    sources = [SourceReport(path="a", kind="log", from_=first, to=first)]
    if near is not None:
        sources.append(SourceReport(path="b", kind="log", from_=near, to=near))
    moved, _ = date_drafts(drafts, sources, [Undated("a", lacks, modified)])
    return moved[0].start


@pytest.mark.parametrize(
    ("stamp", "near", "expected"),
    [
        (ms(1972, 3, 4, 5, 6, 7), ms(2031, 3, 4, 6), ms(2031, 3, 4, 5, 6, 7)),
        (ms(1972, 12, 31, 23), ms(2031, 1, 1, 2), ms(2030, 12, 31, 23)),
        (ms(1972, 1, 1, 1), ms(2031, 12, 31, 22), ms(2032, 1, 1, 1)),
    ],
)
def test_the_year_is_the_one_nearest_to_the_other_sources(stamp: int, near: int, expected: int) -> None:
    assert shifted(stamp, "year", near) == expected


def test_the_day_is_the_one_nearest_to_the_other_sources() -> None:
    assert shifted(ms(1970, 1, 1, 23, 59), "date", ms(2031, 3, 4, 0, 5)) == ms(2031, 3, 3, 23, 59)


def test_alone_a_log_is_dated_by_when_its_file_was_written() -> None:
    written = ms(2031, 3, 4, 12)
    assert shifted(ms(1972, 12, 24), "year", None, written) == ms(2030, 12, 24)
    assert shifted(ms(1970, 1, 1, 13), "date", None, written) == ms(2031, 3, 3, 13)


def test_with_nothing_to_go_by_a_time_of_day_is_no_time() -> None:
    assert shifted(ms(1970, 1, 1, 13), "date", None) is None
    assert shifted(ms(1972, 3, 4), "year", None) == ms(1972, 3, 4)


def test_dated_logs_stay_as_they_are() -> None:
    draft = Draft(kind="ws.close", source="log", place=Place("b", 1), start=5)
    assert date_drafts([draft], [], [Undated("a", "year")])[0] == [draft]
