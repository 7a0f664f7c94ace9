"""The page of the codes of the linter."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnose.report.lintpage import markdown, page
from diagnose.rulebook.lint import CHECKS

PAGE = Path(__file__).parents[2] / "docs" / "lint.md"


@pytest.mark.skipif(not PAGE.exists(), reason="docs/ is not part of the source distribution")
def test_the_page_is_the_one_that_the_checks_give() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown(CHECKS.values()), "stale: make docs writes it anew"


def test_an_entry_tells_why_and_shows_the_mistake_and_the_way_out() -> None:
    shown = page(CHECKS["R048"])
    assert shown.startswith("R048  A named group of a pattern is taken by nothing.\nwarning\n")
    assert "Why: " in shown
    assert "Way out: " in shown
    assert "    take: {age_s: age}" in shown
    assert shown.endswith("--fix turns the group into one without a name.")
