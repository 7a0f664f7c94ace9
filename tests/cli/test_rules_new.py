"""`diagnose rules new`: with flags, with answers on a terminal, and with neither."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnose.cli import main, rules_new
from diagnose.rulebook import files
from tests.rulebook.conftest import FACTS
from tests.rulebook.test_scaffold import KNOWN


@pytest.fixture(autouse=True)
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dictionary and a small pack in place of what is built in."""
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "facts.yaml").write_text(FACTS)
    (tmp_path / "base" / "a.yaml").write_text(KNOWN)
    monkeypatch.setattr(files, "built_in_folders", lambda: [tmp_path / "base"])
    monkeypatch.chdir(tmp_path)


def call(*arguments: str) -> int:
    return main(["rules", *arguments])


def test_every_kind_is_written_clean_and_passes_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("new", "pack", "--pack", "My Pack") == 0
    assert "id: my-pack" in Path("My Pack/pack.yaml").read_text()
    into = ["--pack", "My Pack"]
    line = "12:00:00 modem: link 7 down"
    assert call("new", "signal", *into, "--id", "s.a", "--line", line, "--fact", "link.state") == 0
    seen = ["--fact", "edge.move", "--where", "state=left"]
    titled = ["--title", "The Edge came back"]
    assert call("new", "finding", *into, "--id", "f.a", *titled, *seen, "--cause", "c.old") == 0
    assert call("new", "cause", *into, "--id", "c.a", "--title", "Heat", "--fact", "hello", "--step", "Cool it") == 0
    capsys.readouterr()
    assert call("lint", "My Pack") == 0
    assert "My Pack" not in capsys.readouterr().out
    assert call("test", "My Pack", "--run", "My Pack") == 0
    assert "6 passed" in capsys.readouterr().out


def test_what_is_missing_is_asked_for_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    call("new", "pack", "--pack", "p")
    answers = iter(["F B", "f.b", "The Edge came back", "edge.mvoe", "edge.move", "state", "state=left", "c.old"])
    asked: list[str] = []

    def prompt(question: str, **_: object) -> str:
        asked.append(question)
        return next(answers)

    monkeypatch.setattr(rules_new, "on_terminal", lambda: True)
    monkeypatch.setattr(rules_new.click, "prompt", prompt)
    assert call("new", "finding", "--pack", "p") == 0, capsys.readouterr().err
    err = capsys.readouterr().err
    for words in ("'F B' is no id", "did you mean 'edge.move'", "'state' is no FIELD=VALUE"):
        assert words in err
    assert "FIELD=VALUE (state)" in asked[-2]
    assert "override: c.old" in Path("p/findings-f.b.yaml").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["pack"], "--pack is missing"),
        (["finding", "--pack", "none"], "diagnose rules new pack --pack none"),
        (["finding", "--pack", "p"], "--id is missing"),
        (["finding", "--pack", "p", "--id", "f.old"], "exists in base"),
        (["finding", "--pack", "p", "--id", "f.b", "--title", "t", "--fact", "helo"], "did you mean 'hello'"),
        (["finding", "--pack", "p", "--id", "f.b", "--title", "t", "--within", "90"], "write it with a unit"),
        (["signal", "--pack", "p"], "--line is missing"),
        (["cause", "--pack", "p", "--id", "c.b", "--title", "t", "--finding", "f.odl"], "did you mean 'f.old'"),
    ],
)
def test_what_is_missing_or_wrong_says_the_way_out(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    call("new", "pack", "--pack", "p")
    capsys.readouterr()
    assert call("new", *arguments) == 3
    assert words in capsys.readouterr().err
    assert [p.name for p in Path("p").rglob("*")] == ["pack.yaml"]


def test_a_pack_is_not_overwritten(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("new", "pack", "--pack", "p") == 0
    assert call("new", "pack", "--pack", "p") == 3
    assert "is there already" in capsys.readouterr().err
