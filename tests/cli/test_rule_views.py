"""The page on the views of rules speaks of commands and options that exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from diagnose.cli.rules import rules

PAGE = (Path(__file__).parents[2] / "docs" / "rule-views.md").read_text(encoding="utf-8")
COMMANDS = [
    shlex.split(line, comments=True)[2:] for line in re.findall(r"^    (diagnose rules .*)$", PAGE, re.MULTILINE)
]


def test_the_page_shows_all_four_commands() -> None:
    assert {words[0] for words in COMMANDS} == {"matrix", "diff", "graph", "docs"}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_options_of_the_page_exist(words: list[str]) -> None:
    known = {name for parameter in rules.commands[words[0]].params for name in parameter.opts}
    assert {w for w in words if w.startswith("-")} <= known


def test_options_that_the_text_names_exist() -> None:
    known = {n for c in ("matrix", "diff", "graph", "docs") for p in rules.commands[c].params for n in p.opts}
    assert set(re.findall(r"`(--[a-z]+)\b", PAGE)) <= known
