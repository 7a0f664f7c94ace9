"""Ten mistakes that authors make, each in a file of its own, are all reported in one run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from diagnose.cli import main

MISTAKES = Path(__file__).parent / "mistakes"
EXPECTED = {
    "misspelt-key.yaml:5:1": ("R007 unknown key 'setps'", "^^^^^ did you mean 'steps'?"),
    "wrong-type.yaml:3:8": ("R009 a number where text is needed", "^^^ put it in quotes"),
    "unknown-fact.yaml:5:15": ("R012 unknown fact 'ws.closed'", "^^^^^^^^^ did you mean 'ws.close'?"),
    "window-without-join.yaml:8:38": (
        "R025 the window down -> cut spans facts that no join ties together",
        "^^^ add join: {edge: [down, cut]}",
    ),
    "look-ahead.yaml:5:8": ("R023 RE2 refuses the pattern", "look-around is not possible in linear time"),
    "duplicate-id.yaml:8:5": ("R018 remedy 'demo-twice' is defined twice", "duplicate-id.yaml:2; change it with"),
    "dangling-remedy.yaml:8:14": ("R022 no remedy 'demo-restartt'", "^^^^^^^^^^^^^ did you mean 'demo-restart'?"),
    "probability.yaml:6:41": ("R010 1.2 is not between 0 and 1", "^^^ a share of all cases: 0.8 is four in five"),
    "circular-findings.yaml:2:5": (
        "R026 findings in a circle: demo.egg -> demo.hen -> demo.egg",
        "^^^^^^^^ cut one of these references",
    ),
    "tab.yaml:4:1": ("R003 a tab stands where YAML wants spaces", "^ replace it by spaces"),
}


def test_all_ten_are_reported_at_their_places_in_one_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "lint", str(MISTAKES)]) == 2
    out = capsys.readouterr().out
    reports = {}
    for block in re.split(r"^(?=.+:\d+:\d+  R\d)", out, flags=re.MULTILINE)[1:]:
        reports[Path(block.partition("  ")[0]).name] = block
    for place, words in EXPECTED.items():
        assert place in reports, out
        assert all(word in reports[place] for word in words), reports[place]
        assert " | " in reports[place]
        assert "^" in reports[place]
    assert out.splitlines()[-1].startswith("10 errors, 0 warnings in 10 files")
