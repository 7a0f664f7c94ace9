"""`diagnose explain` on saved diagnoses."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from diagnose.cli import main
from diagnose.model import Diagnosis
from diagnose.report.formats import json_text


@pytest.fixture
def saved(sample: Diagnosis, tmp_path: Path) -> str:
    """The sample's JSON as a file."""
    path = tmp_path / "d.json"
    path.write_text(json_text(sample), encoding="utf-8")
    return str(path)


def test_without_options_it_explains_the_first_cause(saved: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", saved]) == 0
    assert capsys.readouterr().out.startswith("edge.path  91 %, established")


@pytest.mark.parametrize(
    ("options", "starts"),
    [
        (["--how"], "edge.path"),
        (["--how", "wan.down"], "wan.down (edge delft-edge-01)"),
        (["--why-not"], "bot.logic"),
        (["--why-not", "call.hung_up"], "call.hung_up"),
    ],
)
def test_an_id_may_be_given_or_left_out(
    options: list[str], starts: str, saved: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", saved, *options]) == 0
    assert capsys.readouterr().out.startswith(starts)


def test_both_explanations_can_be_had_at_once(saved: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", saved, "--how", "f8", "--why-not", "bot.logic"]) == 0
    out = capsys.readouterr().out
    assert out.index("f8 link.state") < out.index("bot.logic")


def test_a_diagnosis_can_come_from_standard_input(
    sample: Diagnosis, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json_text(sample).encode())))
    assert main(["explain", "-"]) == 0
    assert "edge.path" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "says"), [(None, "No such file"), ("hello", "not JSON"), ("{}", "not a diagnosis")]
)
def test_a_file_that_is_no_diagnosis_ends_with_code_3_and_its_name(
    content: str | None, says: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "other.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert main(["explain", str(path)]) == 3
    err = capsys.readouterr().err
    assert "other.json" in err
    assert says in err


def test_an_unknown_id_ends_with_code_3_and_the_nearest(saved: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", saved, "--why-not", "bot.logik"]) == 3
    assert "did you mean 'bot.logic'" in capsys.readouterr().err
