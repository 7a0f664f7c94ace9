"""The example pack: its tests, its logs, and what it changes once it is installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import diagnose
from diagnose import pipeline
from diagnose.infer.durable import available
from diagnose.read.logs.vocabulary import vocabulary
from diagnose.rulebook import load_rulebook
from diagnose.rulebook.files import built_in_folders, read_files
from diagnose.rulebook.library import gather
from diagnose.rulebook.lint import lint
from diagnose.rulebook.ruletest import ENGINES, run_tests

EXAMPLE = Path(__file__).parents[2] / "examples" / "packs" / "brightline"
RULES = EXAMPLE / "diagnose_brightline"
INCIDENT = EXAMPLE / "incident"


def test_the_pack_has_no_problems_and_its_tests_pass() -> None:
    library = gather(read_files([*built_in_folders(), RULES]))
    assert [p.render() for p in lint(library).problems if "brightline" in p.path] == []
    outcome = run_tests(library, pipeline, "brightline", ENGINES if available() else ENGINES[:1])
    assert [(r.name, r.failures) for r in outcome.results if r.status != "passed"] == []
    assert len(outcome.results) == 4


def test_its_forms_of_lines_and_names_of_fields_are_read_with_it_only() -> None:
    before = vocabulary()
    ours = pipeline.gather([INCIDENT], load_rulebook([RULES]))
    theirs = pipeline.gather([INCIDENT], load_rulebook())
    assert vocabulary() == before
    kinds = [{Path(s.path).name: s.kind for s in g.sources}["gateway.log"] for g in (ours, theirs)]
    assert kinds == ["sip.log", "log"]
    found = [f for f in ours.facts if f.source.path.endswith("portal.jsonl") and f.kind == "sip.response"]
    assert [(f.entities["trunk"], f.entities["conversation"]) for f in found] == [
        ("genesys-emea", "9f2f"),
        ("genesys-emea", "9f30"),
    ]
    assert not [f for f in theirs.facts if f.source.path.endswith("portal.jsonl") and f.kind == "sip.response"]


def test_installed_it_changes_the_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = tmp_path / "source", tmp_path / "site"
    shutil.copytree(EXAMPLE, source)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-build-isolation",
               "--no-deps", "--no-index", "--target", target, source]  # fmt: skip
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    without = diagnose.diagnose([INCIDENT])
    assert without.causes[0].id == "trunk.capacity_exceeded"
    monkeypatch.syspath_prepend(target)
    found = diagnose.diagnose([INCIDENT])
    assert (found.causes[0].id, found.verdict) == ("trunk.auth_failed", "likely")
    assert found.remedies[0].id == "brightline-allow-address"
    assert "brightline" in {p.id for p in found.generated_by.packs}


def test_a_pack_that_is_installed_and_given_is_told_as_loaded_twice(tmp_path: Path) -> None:
    shutil.copytree(RULES, tmp_path / "copy")
    problems = gather(read_files([*built_in_folders(), RULES, tmp_path / "copy"])).problems
    assert [p.code for p in problems if p.severity == "error"] == ["R035"]
