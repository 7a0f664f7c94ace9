from __future__ import annotations

import pytest

from diagnose.read import shapes


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2031-03-04T12:00:00Z", (1930392000000, False)),
        ("2031-03-04T14:00:00.250+02:00", (1930392000250, False)),
        ("2031-03-04T12:00:00", (1930392000000, True)),
        (1930392000000, (1930392000000, False)),
        (1930392000, (1930392000000, False)),
        ("1930392000000", (1930392000000, False)),
        ("soon", (None, False)),
        (True, (None, False)),
        (None, (None, False)),
        (42, (None, False)),
        (float("nan"), (None, False)),
        (-1.8e305, (None, False)),
        (1e18, (None, False)),
        ([], (None, False)),
    ],
)
def test_times_come_as_milliseconds_with_or_without_zone(value: object, expected: tuple[int | None, bool]) -> None:
    assert shapes.millis(value) == expected


@pytest.mark.parametrize(
    ("word", "event"),
    [
        ("MEDIA_TIMEOUT", "media_timeout"),
        ("mediaRecovered", "media_recovery"),
        ("media.started", "media_started"),
        ("flow", None),
    ],
)
def test_media_events_are_known_in_every_spelling(word: str, event: str | None) -> None:
    assert shapes.media_event(word) == event


def test_numbers_that_are_none_are_left_out() -> None:
    assert [shapes.integer(v) for v in ("12", 12.9, "x", True, float("inf"), None)] == [12, 12, None, None, None, None]


def test_a_long_excerpt_is_cut() -> None:
    assert len(shapes.excerpt({"text": "x" * 1000})) == shapes.MAX_EXCERPT


def test_the_span_of_times_leaves_unknown_ones_out() -> None:
    assert shapes.span_of([None, 5, 3]) == (3, 5)
    assert shapes.span_of([None]) == (None, None)
