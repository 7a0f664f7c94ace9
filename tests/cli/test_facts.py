"""`diagnose facts`: what was understood, as a table and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from diagnose.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples"
FLAP = "wan-flap-survivability"


@pytest.fixture(autouse=True)
def in_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES)


def test_the_table_shows_facts_with_their_places_and_every_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", FLAP, "-q"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"files in {FLAP}/\n")
    assert "link-state.json /0" in out
    for path in (EXAMPLES / FLAP).iterdir():
        assert f"\n{path.name}\n" in out
    assert max(map(len, out.splitlines())) <= 80


def test_only_the_kinds_asked_for_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", FLAP, "--format", "json", "-q", "--kind", "link.state", "--kind", "route"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert {f["kind"] for f in data["facts"]} <= {"link.state", "route"}
    assert len({s["path"] for s in data["sources"]}) == 5


def test_a_kind_that_is_not_there_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", FLAP, "--kind", "nonsense"]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("files in")
    assert "diagnose knowledge facts" in captured.err


def test_a_window_leaves_facts_out_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", FLAP, "--format", "json", "-q", "--at", "14:05:27", "--window", "10s"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert "left out (--at, --window)" in data["truncated"][0]
    assert data["facts"]


def test_the_facts_are_those_of_the_diagnosis(capsys: pytest.CaptureFixture[str]) -> None:
    main(["facts", FLAP, "--format", "json", "-q"])
    facts = json.loads(capsys.readouterr().out)
    main(["run", FLAP, "--format", "json", "-q"])
    run = json.loads(capsys.readouterr().out)
    assert facts["facts"] == run["facts"]
    assert facts["sources"] == run["sources"]


def test_nothing_to_read_is_code_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", "missing.log"]) == 3
    assert "missing.log" in capsys.readouterr().err
    assert main(["facts"]) == 3
