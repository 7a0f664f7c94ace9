"""`diagnose rules diff`, on the examples."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from diagnose.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples"
PACK = """\
override: bot.logic_error
kind: cause
set: {rules_out: [bot.turn.error]}
because: tried out
---
override: bot.connector_timeout
kind: cause
set: {prior: 0.2}
because: tried out
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "own.yaml").write_text(PACK)
    return folder


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    file = tmp_path / "labels.csv"
    rows = ["wan-flap-survivability,edge.survivability_media_path", "bot-logic-error,bot.logic_error"]
    file.write_text("\n".join(["incident,cause", *rows]) + "\n")
    return file


def test_without_a_difference_every_verdict_stays(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "diff", "built-in", "built-in", "--on", str(EXAMPLES / "failed-handoff")]) == 0
    assert capsys.readouterr().out == "0 of 1 verdict changed\n"


def test_a_pack_that_turns_a_verdict_is_told_with_its_reason(
    pack: Path, labels: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["rules", "diff", "built-in", str(pack), "--on", str(EXAMPLES), "--labels", str(labels)])
    out = capsys.readouterr().out
    assert code == 1
    assert "right -> wrong" in out
    assert "because  bot.turn.error" in out
    assert "rules out bot.logic_error" in out
    assert "1 of 2 verdicts changed" in out
    assert "right: 2 of 2 before, 1 after; 0 gained, 1 lost\n  lost   bot-logic-error" in out
    assert max(map(len, out.splitlines())) <= 80


def test_json_holds_every_incident(pack: Path, labels: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["rules", "diff", str(pack), "built-in", "--on", str(EXAMPLES), "--labels", str(labels), "--format", "json"])
    data = json.loads(capsys.readouterr().out)
    assert {i["incident"]: i["changed"] for i in data["incidents"]} == {
        "wan-flap-survivability": False,
        "bot-logic-error": True,
    }
    assert data["right"]["gained"] == ["bot-logic-error"]
    assert data["changed"] == 1


def test_an_experimental_pack_is_said_to_be_off(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (pack / "pack.yaml").write_text('kind: pack\nid: trial\nversion: "1"\nmaturity: experimental\n')
    words = ["rules", "diff", "built-in", str(pack), "--on", str(EXAMPLES / "failed-handoff")]
    main(words)
    assert "with them: --enable trial" in capsys.readouterr().err
    main([*words, "--quiet"])
    assert not capsys.readouterr().err


def test_a_whole_rulebook_stands_alone(capsys: pytest.CaptureFixture[str]) -> None:
    root = EXAMPLES.parent
    assert main(["rules", "diff", str(root), "built-in", "--on", str(EXAMPLES / "failed-handoff")]) == 0


def test_nothing_that_can_be_read_exits_with_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "diff", "built-in", "built-in", "--on", str(tmp_path / "none")]) == 3
    assert "no such incident" in capsys.readouterr().err


def test_a_side_that_is_not_there_exits_with_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "diff", "built-in", str(tmp_path / "none"), "--on", str(EXAMPLES)]) == 3
    assert "no such folder of rules" in capsys.readouterr().err
