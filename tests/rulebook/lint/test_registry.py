"""Every check keeps its word: its example has the mistake, its way out has not."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import diagnose
from diagnose.rulebook.lint import CHECKS, LintReport
from diagnose.rulebook.lint.check import Check

ALL = pytest.mark.parametrize("check", CHECKS.values(), ids=str)


def _found(report: LintReport) -> list[tuple[str, str]]:
    return [(p.code, p.severity) for p in report.problems if p.path == "own.yaml"]


@ALL
def test_the_example_has_the_mistake_with_its_place(check: Check, lint_text: Callable[[str], LintReport]) -> None:
    problems = [p for p in lint_text(check.wrong).problems if p.code == check.code]
    assert problems, lint_text(check.wrong).problems
    for problem in problems:
        assert problem.severity == check.severity
        assert problem.line or check.code == "R040"
        assert problem.message


@ALL
def test_the_way_out_is_one(check: Check, lint_text: Callable[[str], LintReport]) -> None:
    assert check.right != check.wrong
    report = lint_text(check.right)
    assert check.code not in {p.code for p in report.problems}, report.problems
    assert [p for p in report.problems if p.severity == "error"] == []


@ALL
def test_what_is_said_is_in_sentences(check: Check) -> None:
    assert check.title.endswith(".")
    assert check.why.endswith(".")
    assert check.way_out.endswith(".")
    assert len(check.code) == 4


def test_every_code_in_the_source_has_a_check() -> None:
    package = Path(diagnose.__file__).parent
    used = {code for path in package.rglob("*.py") for code in re.findall(r'"(R0\d\d)"', path.read_text("utf-8"))}
    assert used <= CHECKS.keys()


def test_the_code_of_a_check_cannot_be_taken_twice() -> None:
    with pytest.raises(ValueError, match="R001"):
        type("Second", (Check,), {"code": "R001"})
