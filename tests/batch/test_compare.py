"""Incidents under two rulebooks."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnose.batch.compare import compare, incidents_in
from diagnose.errors import InputError
from diagnose.rulebook import load_rulebook

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_a_folder_of_folders_is_many_and_any_other_is_one(tmp_path: Path) -> None:
    for name in ("b", "a", ".hidden"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "edge.log").write_text("x")
    assert [p.name for p, _ in incidents_in([tmp_path])] == ["a", "b"]
    assert incidents_in([tmp_path / "a", tmp_path / "b" / "edge.log"]) == [
        (tmp_path / "a", None),
        (tmp_path / "b" / "edge.log", None),
    ]


def test_labels_choose_the_incidents(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("incident,cause\nb,wan.link_flap\n")
    found = incidents_in([tmp_path])
    assert [(p.name, label and label.cause) for p, label in found] == [("b", "wan.link_flap")]


def test_a_place_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such incident"):
        incidents_in([tmp_path / "none"])


def test_an_incident_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    book = load_rulebook()
    result = compare(book, book, [(tmp_path / "gone", None), (EXAMPLES / "failed-handoff", None)])
    assert [name for name, _ in result.failed] == ["gone"]
    assert [c.incident for c in result.changes] == ["failed-handoff"]
    assert not result.changed
