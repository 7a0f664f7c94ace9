"""The matrix of causes and findings."""

from __future__ import annotations

import math

import pytest

from diagnose.errors import UsageError
from diagnose.infer.program import CauseDef, FindingDef, Link, Program
from diagnose.rulebook.matrix import Matrix, as_data, closest

PROGRAM = Program(
    findings=(
        FindingDef("f.both", "Both show it", (), background=0.1, observable_by=("edge.log",)),
        FindingDef("f.one", "Only one shows it", (), background=0.05, observable_by=("edge.log",)),
        FindingDef("f.said", "Somebody said so", (), background=0.05),
    ),
    causes=(
        CauseDef("a.first", "First", 0.1, links=(Link("f.both", 0.8, "g"), Link("f.one", 0.9, "g"))),
        CauseDef("a.second", "Second", 0.1, links=(Link("f.both", 0.8), Link("f.said", 0.6))),
        CauseDef("b.third", "Third", 0.1, links=(Link("f.one", 0.01),)),
    ),
)


@pytest.fixture
def matrix() -> Matrix:
    return Matrix(PROGRAM)


def test_causes_are_chosen_by_id_family_and_pattern(matrix: Matrix) -> None:
    assert matrix.choose(["a"]) == ["a.first", "a.second"]
    assert matrix.choose(["b.third", "*.first", "a"]) == ["b.third", "a.first", "a.second"]
    assert matrix.choose([]) == ["a.first", "a.second", "b.third"]


def test_a_misspelt_cause_is_answered_with_the_nearest(matrix: Matrix) -> None:
    with pytest.raises(UsageError, match=r"no cause or family 'a.frist'  did you mean 'a.first'"):
        matrix.choose(["a.frist"])


def test_without_causes_there_is_nothing_to_show() -> None:
    with pytest.raises(UsageError, match="name no causes"):
        Matrix(Program()).choose([])


def test_a_separator_has_the_weights_of_the_engine(matrix: Matrix) -> None:
    found = matrix.separator("f.one", "a.first", "a.second")
    assert found.seen == pytest.approx(math.log(0.9 / 0.05))
    assert found.not_seen == pytest.approx(math.log(0.1 / 0.95))
    assert found.nats == pytest.approx(0.85 * (found.seen - found.not_seen) / 2)


def test_silence_tells_nothing_where_no_source_proves_it(matrix: Matrix) -> None:
    found = matrix.separator("f.said", "a.first", "a.second")
    assert found.not_seen is None
    assert found.seen < 0
    assert found.nats == pytest.approx(0.55 * math.log(0.6 / 0.05) / 2)


def test_what_both_show_alike_does_not_separate_and_a_group_counts_once(matrix: Matrix) -> None:
    assert [s.finding for s in matrix.pair("a.first", "a.second").by] == ["f.one", "f.said"]
    pair = matrix.pair("a.first", "b.third")
    assert {s.finding for s in pair.by} == {"f.one", "f.both"}
    assert pair.nats == pytest.approx(pair.by[0].nats)


def test_the_strongest_rows_are_those_of_the_best_pair(matrix: Matrix) -> None:
    causes = list(matrix.causes)
    best = max(matrix.separator("f.one", a, b).nats for a in causes for b in causes)
    assert matrix.rows(causes)[0] == ("f.one", pytest.approx(best))


def test_each_cause_stands_once_with_its_hardest_rival(matrix: Matrix) -> None:
    pairs = closest(matrix, list(matrix.causes))
    assert {c for p in pairs for c in (p.first, p.second)} == set(matrix.causes)
    assert [p.nats for p in pairs] == sorted(p.nats for p in pairs)
    assert matrix.rivals("b.third")[0].nats == min(p.nats for p in matrix.rivals("b.third"))


def test_as_data_holds_every_cell(matrix: Matrix) -> None:
    data = as_data(matrix, ["a.first", "b.third"])
    cells = {(c["finding"], c["cause"]): c["seen_when_true"] for c in data["cells"]}
    assert cells == {("f.one", "a.first"): 0.9, ("f.one", "b.third"): 0.01, ("f.both", "a.first"): 0.8}
