"""`diagnose rules graph`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from diagnose.cli import main


def test_mermaid_goes_to_the_terminal_and_svg_into_a_file_of_that_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", "graph", "wan.flap", "--depth", "1"]) == 0
    assert capsys.readouterr().out.startswith("flowchart LR\n")
    target = tmp_path / "flap.svg"
    assert main(["rules", "graph", "wan.flap", "-o", str(target)]) == 0
    assert target.read_text(encoding="utf-8").startswith("<svg ")


def test_json_holds_nodes_and_edges(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "graph", "wan.flap", "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["root"] == "finding:wan.flap"
    assert data["edges"]


def test_an_unknown_rule_exits_with_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "graph", "wan.flop"]) == 3
    assert "did you mean 'wan.flap'?" in capsys.readouterr().err
