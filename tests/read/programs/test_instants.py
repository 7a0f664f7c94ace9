"""When a transcript was taken, and clocks that it shows side by side."""

from __future__ import annotations

import pytest

from diagnose.read.programs.instants import between, instant_of, instants
from diagnose.read.programs.runs import Run

TEN = 1772618400000  # 2026-03-04T10:00:00Z


@pytest.mark.parametrize(
    "text",
    [
        "Wed Mar  4 10:00:00 UTC 2026",
        ";; WHEN: Wed Mar 04 10:00:00 UTC 2026",
        "< date: Wed, 04 Mar 2026 10:00:00 GMT",
        "           Universal time: Wed 2026-03-04 10:00:00 UTC",
        "2026-03-04T10:00:00Z",
        "2026-03-04T10:00:00+00:00",
    ],
)
def test_each_form_gives_the_instant(text: str) -> None:
    assert instant_of(f"before\n{text}\n") == TEN


@pytest.mark.parametrize(
    "text",
    ["Wed Mar  4 10:00:00 CET 2026", "2026-03-04T10:00:00+01:00", "Wed Mar 34 10:00:00 UTC 2026", ""],
)
def test_what_is_in_an_unknown_zone_or_no_date_gives_none(text: str) -> None:
    assert instant_of(text) is None
    assert list(instants(text)) == []


def dated(host: str, second: int, minute: int = 0) -> Run:
    return Run(f"Wed Mar  4 10:{minute:02}:{second:02} UTC 2026\n", "x.txt", command="date", host=host)


@pytest.mark.parametrize(
    ("minute", "second", "expected"),
    [(0, 2, [(0.0, "ok")]), (0, 30, []), (3, 0, [(180_000.0, "off")])],
)
def test_hosts_whose_dates_stand_side_by_side_agree_are_off_or_prove_nothing(
    minute: int, second: int, expected: list[tuple[float, str]]
) -> None:
    found = between([dated("edge1", 0), dated("bot1", second, minute)])
    assert [(d.fields["offset_ms"], d.fields["state"]) for d in found] == expected


def test_a_second_host_that_is_behind_is_off() -> None:
    (found,) = between([dated("edge1", 30), dated("bot1", 0)])
    assert found.fields == {"offset_ms": -30_000.0, "state": "off", "seen_from": "bot"}


def test_one_host_is_not_held_against_itself() -> None:
    assert list(between([dated("edge1", 0), dated("edge1", 0, 9)])) == []


@pytest.mark.parametrize(("second", "state"), [("03", "ok"), ("40", "off")])
def test_a_servers_date_beside_ones_own(second: str, state: str) -> None:
    text = f"Wed Mar  4 10:00:00 UTC 2026\nHTTP/1.1 200 OK\nDate: Wed, 04 Mar 2026 10:00:{second} GMT\n"
    (found,) = between([Run(text, "x.txt", command="date; curl -sI https://bot.example")])
    assert found.fields["state"] == state
