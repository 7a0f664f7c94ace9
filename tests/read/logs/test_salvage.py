"""What can still be read of JSON that breaks off, repeats or is wrapped."""

from __future__ import annotations

import json

from diagnose.read.logs import salvage


def test_documents_in_a_row_are_all_read() -> None:
    assert salvage.objects('{"a": 1}\n{"b": 2},\n[3]') == ([{"a": 1}, {"b": 2}, [3]], False)


def test_what_stands_before_the_break_is_read_and_the_rest_is_told() -> None:
    assert salvage.objects('{"a": 1} {"b": ') == ([{"a": 1}], True)


def test_the_whole_elements_of_a_cut_list_stay_in_their_envelope() -> None:
    text = json.dumps({"conversations": [{"id": 1}, {"id": 2}, {"id": 3}]})
    assert salvage.salvaged(text[:-8]) == {"conversations": [{"id": 1}, {"id": 2}]}
    assert salvage.salvaged('[{"id": 1}, {"id"') == [{"id": 1}]
    assert salvage.salvaged('{"id": {"x"') is None


def test_records_are_taken_out_of_their_envelope() -> None:
    assert salvage.unwrapped({"logs": [1, 2]}) == [1, 2]
    assert salvage.unwrapped([1]) == [1]
    assert salvage.unwrapped({"message": "up", "logs": [1]}) == [{"message": "up", "logs": [1]}]


def test_a_line_that_is_no_json_is_none() -> None:
    assert salvage.value("{") is None
    assert salvage.value("[" * 100_000) is None
    assert list(salvage.parsed(["{}", "[1]", "x"])) == [{}]


def test_many_documents_in_a_row_are_read_in_one_pass() -> None:
    values, leftover = salvage.objects('{"a": 1}\n' * 20_000)
    assert (len(values), leftover) == (20_000, False)
