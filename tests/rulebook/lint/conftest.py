"""A small rulebook that the examples of the checks speak of, in the words of the built-in dictionary."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from diagnose.rulebook import files
from diagnose.rulebook.files import RuleFile
from diagnose.rulebook.library import gather
from diagnose.rulebook.lint import LintReport, lint

KINDS = ("link.state", "ws.close", "survivability.state")
DEMO = """\
kind: pack
id: demo
version: '1'
---
kind: finding
id: demo.flap
title: The line flaps
match: {x: {fact: link.state, where: {state: down}}}
---
kind: cause
id: demo.lost
title: The line is lost
prior: 0.02
explains: [{finding: demo.flap, seen_when_true: always}]
remedies: [{remedy: demo-restart, fixes: 0.9}]
---
kind: cause
id: demo.busy
title: The line is busy
prior: 0.02
explains: [{finding: demo.flap, seen_when_true: 0.01}]
remedies: [{remedy: demo-restart, fixes: 0.2}]
---
kind: remedy
id: demo-restart
title: Restart the line
does: removes
steps: [restart it]
---
kind: test
name: the line flaps
sources: [edge.log]
events: [{at: +0s, fact: link.state, state: down}]
expect: {findings: [demo.flap]}
"""


@pytest.fixture(scope="session")
def demo_files() -> list[RuleFile]:
    """The small rulebook and its dictionary."""
    dictionary = next(p for folder in files.built_in_folders() for p in folder.glob("facts.yaml"))
    known = yaml.safe_load(dictionary.read_text(encoding="utf-8"))
    facts = yaml.safe_dump({kind: known[kind] for kind in KINDS})
    return [RuleFile("facts.yaml", "base", facts.encode()), RuleFile("demo.yaml", "demo", DEMO.encode())]


@pytest.fixture
def lint_text(demo_files: list[RuleFile]) -> Callable[[str], LintReport]:
    """Lints a document together with the small rulebook, remarks included."""

    def run(text: str) -> LintReport:
        own = RuleFile("own.yaml", "own", text.encode("latin-1" if "\xe9" in text else "utf-8"))
        return lint(gather([*demo_files, own]), strict=True)

    return run


@pytest.fixture
def built_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, demo_files: list[RuleFile]) -> Path:
    """A folder with the small rulebook, which takes the place of what is built in."""
    base = tmp_path / "base"
    base.mkdir()
    for file in demo_files:
        (base / file.shown).write_bytes(file.raw)
    monkeypatch.setattr(files, "built_in_folders", lambda: [base])
    return base
