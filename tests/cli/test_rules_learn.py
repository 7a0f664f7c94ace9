"""`diagnose rules learn`, on a small pack in place of what is built in."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import yaml

from diagnose.cli import main
from diagnose.cli.rules_learn import fields_of
from diagnose.rulebook import files
from tests.rulebook.conftest import FACTS

KNOWN = """\
kind: signals
defaults: {from: [log], fact: link.state}
rows:
  - {id: a.link, match: 'carrier lost', set: {state: down}, examples: {match: ['uplink: carrier lost on the wire']}}
"""
LINE = "2026-03-17 14:03:39 WARN - uplink of modem 2 lost carrier, reason 'no sync'"


@pytest.fixture(autouse=True)
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pack to write into; the built-in ones are a dictionary and one signal."""
    base, own = tmp_path / "base", tmp_path / "own"
    base.mkdir()
    own.mkdir()
    (base / "facts.yaml").write_text(FACTS)
    (base / "a.yaml").write_text(KNOWN)
    (own / "pack.yaml").write_text("kind: pack\nid: own\nversion: 0.1.0\n")
    monkeypatch.setattr(files, "built_in_folders", lambda: [base])
    monkeypatch.chdir(tmp_path)
    return own


def call(*arguments: str) -> int:
    return main(["rules", *arguments])


def test_a_signal_is_proposed_on_stdout_and_the_reasons_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("learn", LINE) == 0
    out, err = capsys.readouterr()
    signal, test, near = yaml.safe_load_all(out)
    assert signal["fact"] == test["expect"]["facts"][0]["fact"] == "link.state"
    assert near["expect"]["not_facts"]
    assert "like a.link by: " in err
    assert "'no sync'  -> reason: 'reason' stands before it" in err


def test_into_a_pack_it_is_written_with_its_test_and_holds_at_once(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("learn", LINE, "--pack", "own", "--id", "own.carrier") == 0
    assert "wrote own" in capsys.readouterr().out
    assert (pack / "signals-own.carrier.yaml").is_file()
    assert (pack / "tests" / "signal-own.carrier.yaml").is_file()
    assert call("lint", "own") == 0
    assert call("test", "own", "--run", "own.carrier") == 0
    assert "2 passed" in capsys.readouterr().out


def test_a_known_line_names_the_signal_that_reads_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("learn", "12:00:00 uplink: carrier lost again") == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "by signal a.link  (base" in err
    assert "as link.state state=down" in err
    assert call("learn", "12:00:00 uplink: carrier lost again", "--anyway") == 0


def test_lines_come_through_a_pipe(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f"{LINE}\r\n{LINE}\r\n\xff".encode("latin-1"))))
    assert call("learn", "-") == 0
    out, err = capsys.readouterr()
    assert next(yaml.safe_load_all(out))["fact"] == "link.state"
    assert "(and 1 more of this form)" in err
    assert "left out: " in err


def test_nothing_is_overwritten(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("learn", LINE, "-o", "new.yaml") == 0
    assert call("learn", LINE, "-o", "new.yaml") == 3
    assert "new.yaml: is there already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["  "], "no log line to learn from"),
        ([LINE, "--id", "Two Words"], "is no id"),
        ([LINE, "--id", "a.link"], "exists in base"),
        ([LINE, "--set", "state"], "is no FIELD=VALUE"),
        ([LINE, "--match", "(?=x)"], "RE2 refuses the pattern"),
        ([LINE, "--match", "something else"], "does not match"),
        ([LINE, "--fact", "link.stat"], "did you mean 'link.state'"),
        ([LINE, "--from", "egde.log"], "did you mean 'edge.log'"),
        ([LINE, "--set", "state=dwon"], "did you mean 'down'"),
        ([LINE, "--set", "sate=down"], "did you mean 'state'"),
        ([LINE, "--pack", "nowhere"], "diagnose rules new pack"),
        (["12 34"], "too few words"),
        (["\n".join(f"link {n} down" for n in range(300))], "too many to learn from"),
        (["SIP/2.0 404 Not Found", "--fact", "hello", "-o", "x.yaml"], "is not written"),
    ],
)
def test_mistakes_say_the_way_out(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("learn", *arguments) in (2, 3)
    out, err = capsys.readouterr()
    assert words in err
    assert out == ""


def test_values_are_told_by_their_looks() -> None:
    pairs = ["a=1", "b=0.5", "c=true", "d=no", "e=[x", "f=2026-01-01", "g=", "h=x=y"]
    assert fields_of(pairs) == {
        "a": 1, "b": 0.5, "c": True, "d": "no", "e": "[x", "f": "2026-01-01", "g": "", "h": "x=y",
    }  # fmt: skip
