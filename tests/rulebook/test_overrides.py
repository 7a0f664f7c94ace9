"""What overlays set and add, and the difference that stays."""

from __future__ import annotations

import pytest

from diagnose.rulebook.overrides import effective

CAUSE = """\
kind: cause
id: c.one
title: One
prior: 0.1
explains:
  - {finding: f.a.b, seen_when_true: often}
remedies: []
"""
ADD = "override: c.one\nadd: {explains: [{finding: f.new, seen_when_true: %s}]}\nbecause: ours\n"


def shown(found) -> list[tuple[str, str, object, object, str]]:
    return [(c.id, c.path, c.old, c.new, c.place) for c, _ in effective(found.changes)]


def test_a_change_tells_both_values_its_place_and_its_reason(library) -> None:
    override = (
        "override: c.one\nset:\n  prior: 0.3\n  explains.f.a.b.seen_when_true: always\n  short: new\nbecause: x\n"
    )
    found = library(CAUSE, override)
    assert shown(found) == [
        ("c.one", "explains.f.a.b.seen_when_true", "often", "always", "pack/1.yaml:4"),
        ("c.one", "prior", 0.1, 0.3, "pack/1.yaml:3"),
        ("c.one", "short", None, "new", "pack/1.yaml:5"),
    ]
    assert found.changes[0].because == "x"


def test_the_last_of_several_overlays_stays_and_names_what_it_hides(library) -> None:
    found = library(CAUSE, *(f"override: c.one\nset: {{prior: {n}}}\nbecause: x\n" for n in (0.2, 0.3)))
    ((change, hidden),) = effective(found.changes)
    assert (change.old, change.new, change.place) == (0.1, 0.3, "pack/2.yaml:2")
    assert [(h.new, h.place) for h in hidden] == [(0.2, "pack/1.yaml:2")]


def test_add_puts_items_behind_a_list_and_mistakes_in_them_are_placed(library) -> None:
    found = library(CAUSE, ADD % "often")
    assert [link.finding for link in found.of("cause")["c.one"].model.explains] == ["f.a.b", "f.new"]
    assert found.problems == []
    assert found.changes[0].added
    (problem,) = library(CAUSE, ADD % "oftn").problems
    assert (problem.path, problem.code, problem.line) == ("pack/1.yaml", "R010", 2)


@pytest.mark.parametrize(
    ("override", "code", "line"),
    [
        ("override: c.one\nset: {prior: 0.1}\nbecause: x\n", "R036", 2),
        ("override: c.one\nadd: {prior: [0.1]}\nbecause: x\n", "R019", 2),
        ("override: c.one\nbecause: x\n", "R008", 1),
        ("override: c.one\nadd: {explains: []}\nbecause: x\n", "R010", 2),
    ],
)
def test_what_changes_nothing_is_told(library, override: str, code: str, line: int) -> None:
    found = library(CAUSE, override)
    assert [(p.code, p.line) for p in found.problems] == [(code, line)]
    assert found.changes == []
