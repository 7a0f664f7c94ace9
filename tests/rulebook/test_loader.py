"""YAML with places."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnose.errors import Problem
from diagnose.rulebook.loader import Source, load_documents, read_source


def load(text: str):
    return load_documents(Source("a.yaml", tuple(text.splitlines())))


def test_only_true_and_false_are_booleans() -> None:
    documents, problems = load("kind: x\na: [yes, no, on, off, true, false]\nyes: no\n")
    assert problems == []
    assert documents[0].data["a"] == ["yes", "no", "on", "off", True, False]
    assert documents[0].data["yes"] == "no"


def test_dates_and_clock_times_stay_text() -> None:
    documents, _ = load("a: 2026-01-01\nb: 12:30:00\nc: 0x10\nd: 1_000\n")
    assert documents[0].data == {"a": "2026-01-01", "b": "12:30:00", "c": "0x10", "d": "1_000"}


def test_numbers_are_numbers() -> None:
    documents, _ = load("a: 1\nb: -2\nc: 0.5\nd: .5\ne: 1e-3\nf: null\ng: +95s\n")
    assert documents[0].data == {"a": 1, "b": -2, "c": 0.5, "d": 0.5, "e": 0.001, "f": None, "g": "+95s"}


def test_every_key_and_value_keeps_its_place_across_documents() -> None:
    documents, _ = load("a: 1\n---\nb:\n  c: [x, yy]\n")
    second = documents[1]
    assert (second.mark(("b", "c", 1)).line, second.mark(("b", "c", 1)).column, second.mark(("b", "c", 1)).width) == (
        4,
        10,
        2,
    )
    assert (second.mark(("b", "c"), key=True).line, second.mark(("b", "c"), key=True).column) == (4, 3)


def test_the_place_of_a_list_item_falls_back_to_a_single_value() -> None:
    documents, _ = load("from: edge.log\n")
    assert documents[0].mark(("from", 0)).column == 7


def test_a_missing_place_falls_back_to_what_is_around_it() -> None:
    documents, _ = load("a: {b: 1}\n")
    assert documents[0].mark(("a", "nothing", "here")).column == 4


def test_a_duplicate_key_is_an_error_that_names_the_first_line() -> None:
    _, problems = load("a: 1\nb: 2\na: 3\n")
    assert [(p.code, p.line, p.column) for p in problems] == [("R004", 3, 1)]
    assert "first in line 1" in problems[0].hint


def test_a_tab_in_the_indent_is_named_as_such() -> None:
    _, problems = load("a:\n\tb: 1\n")
    assert [(p.code, p.line, p.column) for p in problems] == [("R003", 2, 1)]


def test_a_syntax_error_costs_one_document_only() -> None:
    documents, problems = load("a: [1\n---\nb: 2\n---\nc: }\n")
    assert [d.data for d in documents] == [{"b": 2}]
    assert [(p.code, p.line) for p in problems] == [("R002", 1), ("R002", 5)] or [p.code for p in problems] == [
        "R002"
    ] * 2


def test_a_document_that_is_no_mapping_is_an_error() -> None:
    _, problems = load("- a\n- b\n")
    assert [(p.code, p.line) for p in problems] == [("R005", 1)]


def test_an_empty_file_is_a_warning() -> None:
    _, problems = load("# only a comment\n")
    assert [(p.code, p.severity) for p in problems] == [("R040", "warning")]


def test_an_alias_that_holds_itself_ends_in_a_message() -> None:
    _, problems = load("a: &x [*x]\n")
    assert [p.code for p in problems] == ["R002"]


def test_a_key_that_is_no_word_is_an_error() -> None:
    _, problems = load("? [a, b]\n: 1\n")
    assert [p.code for p in problems] == ["R009"]


@pytest.mark.parametrize(("raw", "line", "column"), [(b"a: 1\nb: \xff\n", 2, 4), (b"\xe9", 1, 1)])
def test_a_file_that_is_not_utf8_names_the_byte_and_its_place(raw: bytes, line: int, column: int) -> None:
    problem = read_source(Path("a.yaml"), "a.yaml", raw)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.line, problem.column) == ("R001", line, column)


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    source = read_source(Path("a.yaml"), "a.yaml", b"\xef\xbb\xbfa: 1\n")
    assert isinstance(source, Source)
    assert source.lines == ("a: 1",)
