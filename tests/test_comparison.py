"""docs/comparison.md: what it says of our own linter holds."""

from __future__ import annotations

from pathlib import Path

from diagnose.rulebook.files import built_in_folders, read_files
from diagnose.rulebook.library import gather
from diagnose.rulebook.lint import lint

ROOT = Path(__file__).parents[1]
WRONG = ROOT / "tests" / "benchmarks" / "peers" / "diagnose" / "wrong"
TOLD = [
    ("01", "R007", 9, 1), ("02", "R009", 4, 8), ("03", "R013", 7, 46), ("04", "R025", 9, 40), ("05", "R023", 4, 8),
    ("06", "R018", 14, 5), ("07", "R022", 6, 21), ("08", "R010", 4, 8), ("09", "R026", 2, 5), ("10", "R003", 10, 1),
]  # fmt: skip


def test_ten_mistakes_are_told_in_one_run_each_at_its_place() -> None:
    problems = lint(gather(read_files([*built_in_folders(), WRONG]))).problems
    errors = [p for p in problems if p.severity == "error"]
    assert [(Path(p.path).name[:2], p.code, p.line, p.column) for p in errors] == TOLD


def test_the_page_of_runs_quotes_what_is_told() -> None:
    page = (ROOT / "docs" / "comparison-runs.md").read_text(encoding="utf-8")
    for problem in lint(gather(read_files([*built_in_folders(), WRONG]))).problems:
        if problem.severity == "error":
            message = problem.render().splitlines()[0].rpartition("peers/")[2]
            assert message in page, "run tests/benchmarks/compare_rule_tools.py anew"
