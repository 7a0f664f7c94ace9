"""The matrix of causes and findings as text."""

from __future__ import annotations

import pytest

from diagnose.infer.program import CauseDef, FindingDef, Link, Program
from diagnose.report.matrix import render, share, times
from diagnose.rulebook.matrix import Matrix

CAUSES = tuple(
    CauseDef(f"c.n{i}", f"Cause {i}", 0.01, links=(Link(f"f.n{i}", 0.9), Link("f.all", 0.5))) for i in range(30)
)
FINDINGS = tuple(FindingDef(f"f.n{i}", f"Finding {i}", (), background=0.01) for i in range(30))


@pytest.fixture
def matrix() -> Matrix:
    return Matrix(Program(findings=(*FINDINGS, FindingDef("f.all", "All show it", ())), causes=CAUSES))


@pytest.mark.parametrize(("p", "text"), [(0.8, "80"), (0.025, "2.5"), (0.005, ".5"), (0.0995, "10"), (0.07, "7")])
def test_shares_are_short(p: float, text: str) -> None:
    assert share(p) == text


@pytest.mark.parametrize(("nats", "text"), [(0.0, "-"), (2.3026, "x10"), (-0.7, "x2"), (0.4, "x1.5")])
def test_factors_are_without_a_sign(nats: float, text: str) -> None:
    assert times(nats) == text


def test_more_causes_than_fit_a_line_go_on_in_a_block_below(matrix: Matrix) -> None:
    lines = render(matrix, list(matrix.causes)[:20], most=3).splitlines()
    assert max(map(len, lines)) <= 80
    assert [line.split()[2] for line in lines if line.startswith("finding")] == ["A", "L"]
    assert lines[-1] == "and 17 weaker ones: --most 20"


def test_what_all_show_alike_is_left_out(matrix: Matrix) -> None:
    text = render(matrix, ["c.n1", "c.n2"])
    assert "2 findings tell them apart" in text
    assert "f.all" not in text
    assert "unknown" in text


def test_a_single_cause_of_a_rulebook_has_no_rival() -> None:
    assert "Cause 0" in render(Matrix(Program(findings=FINDINGS, causes=CAUSES[:1])), ["c.n0"])
