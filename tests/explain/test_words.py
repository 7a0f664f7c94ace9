"""Counts, shares, rhythms, places, wrapped lines."""

from __future__ import annotations

import pytest

from diagnose.explain.view import common_folder
from diagnose.explain.words import count, length, lower_first, percent, places, rhythm, with_right, wrap
from tests.conftest import fact


@pytest.mark.parametrize(
    ("p", "words"),
    [
        (0.912, "91 %"),
        (0.004, "0.4 %"),
        (0.0001, "under 0.1 %"),
        (0.0, "under 0.1 %"),
        (0.999, "over 99 %"),
        (1.0, "over 99 %"),
    ],
)
def test_a_probability_is_never_a_false_certainty(p: float, words: str) -> None:
    assert percent(p) == words


@pytest.mark.parametrize(("n", "words"), [(0, "0 lines"), (1, "1 line"), (14212, "14 212 lines")])
def test_counts_are_spelled_with_thousands_apart(n: int, words: str) -> None:
    assert count(n, "line") == words


@pytest.mark.parametrize(
    ("ms", "words"), [(350, "350 ms"), (2000, "2 s"), (2500, "2.5 s"), (240_000, "4 min"), (5_400_000, "1.5 h")]
)
def test_lengths_of_time_are_said_as_one_says_them(ms: int, words: str) -> None:
    assert length(ms) == words


def test_steady_facts_have_a_period() -> None:
    assert (
        rhythm([fact(n, "tcp.failure", "a.log", n, 2 * n + 0.1 * (n % 2)) for n in range(20)]) == "every 2 s, 20 times"
    )


def test_scattered_facts_have_a_span_and_no_period() -> None:
    assert rhythm([fact(n, "link.state", "a.log", n, t) for n, t in enumerate((0, 40, 120))]) == "3 times in 2 min"


def test_one_gap_in_a_steady_row_does_not_hide_the_period() -> None:
    times = [*range(0, 40, 2), *range(100, 140, 2)]
    assert rhythm([fact(n, "tcp.failure", "a.log", n, t) for n, t in enumerate(times)]) == "every 2 s, 40 times"


def test_facts_of_different_kinds_are_not_counted_together() -> None:
    assert rhythm([fact(1, "link.state", "a.log", 1, 0), fact(2, "tcp.failure", "a.log", 2, 1)]) == ""


def test_facts_without_a_time_have_no_rhythm() -> None:
    assert rhythm([fact(n, "symptom", "t.txt", n, None) for n in range(5)]) == ""


def test_the_same_events_in_two_sources_are_counted_once() -> None:
    times = [0, 40, 120]
    facts = [fact(n, "link.state", path, n, t) for path in ("a.log", "b.json") for n, t in enumerate(times)]
    assert rhythm(facts) == "3 times in 2 min"


def test_a_mixture_of_kinds_has_no_rhythm() -> None:
    facts = [fact(n, "link.state", "a.log", n, 40 * n) for n in range(4)]
    assert rhythm([*facts, *(fact(9 + n, "tcp.failure", "a.log", n, 7 * n) for n in range(4))]) == ""


def test_how_things_stand_is_not_counted() -> None:
    assert rhythm([fact(n, "edge.state", "a.log", n, 60 * n) for n in range(9)]) == ""


def test_lines_of_one_file_share_its_name() -> None:
    assert places([fact(n, "scope", "t.txt", 3 + n, None) for n in (1, 2, 3)]) == "t.txt:4, :5"


def test_places_in_two_files_are_named_one_each() -> None:
    facts = [fact(1, "scope", "t.txt", 4, None), fact(2, "scope", "t.txt", 5, None), fact(3, "scope", "e.log", 9, 1)]
    assert places(facts) == "t.txt:4, e.log:9"


def test_a_second_place_that_takes_too_much_room_is_left_out() -> None:
    facts = [fact(1, "scope", "t.txt", 4, None), fact(2, "scope", "a" * 60, 9, 1)]
    assert places(facts) == "t.txt:4"


def test_a_common_folder_is_left_out_of_places() -> None:
    assert places([fact(1, "scope", "case/7/t.txt", 4, None)], root="case/") == "7/t.txt:4"


@pytest.mark.parametrize(
    ("paths", "folder"),
    [
        (["a/x", "a/y"], "a/"),
        (["a/b/x", "a/c/y"], "a/"),
        (["/data/x"], "/data/"),
        (["x", "a/y"], ""),
        (["a/x", "b/y"], ""),
        (["-"], ""),
        ([], ""),
    ],
)
def test_the_folder_that_all_paths_share(paths: list[str], folder: str) -> None:
    assert common_folder(paths) == folder


def test_no_facts_have_no_place() -> None:
    assert places([]) == ""


def test_a_right_part_that_does_not_fit_gets_a_line_of_its_own() -> None:
    assert with_right(["abc"], "def", 10, 2) == ["abc    def"]
    assert with_right(["abcdefgh"], "def", 10, 2) == ["abcdefgh", "       def"]
    assert with_right(["ab"], "one two three four", 10, 2) == ["ab", "  one two", "  three", "  four"]


def test_wrapped_lines_hang_under_their_first() -> None:
    assert wrap("aa bb cc", 8, "1  ") == ["1  aa bb", "   cc"]
    assert wrap("", 8, "1  ") == ["1"]


def test_only_a_plain_word_loses_its_capital() -> None:
    assert lower_first("The bot") == "the bot"
    assert lower_first("WAN is down") == "WAN is down"
    assert lower_first("A party hung up") == "a party hung up"
