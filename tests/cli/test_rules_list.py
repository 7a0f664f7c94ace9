"""`diagnose rules list` and `rules show`: packs, overlays, what is off."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from diagnose.cli.rules import rules
from diagnose.rulebook import files

BASE = """\
kind: finding
id: zz.one
title: A finding
match: {x: {fact: ws.close}}
---
kind: finding
id: zz.two
title: Another
match: {x: {fact: ws.close}}
"""
PACK = """\
kind: pack
id: own
version: 1.0.0
maturity: experimental
---
override: zz.one
set: {background: 0.2}
because: we see it every day
---
override: zz.one
set: {background: 0.3}
because: even more
---
override: zz.one
add: {observable_by: [edge.log]}
because: its log tells
---
disable: zz.two
because: noisy here
---
kind: finding
id: zz.own
title: One of our own
match: {x: {fact: ws.close}}
"""


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "facts.yaml").write_text("ws.close: {fields: {code: {type: integer}}, sources: [edge.log]}\n")
    (tmp_path / "base" / "rules.yaml").write_text(BASE)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "own.yaml").write_text(PACK)
    monkeypatch.setattr(files, "built_in_folders", lambda: [tmp_path / "base"])
    monkeypatch.chdir(tmp_path)
    return tmp_path / "own"


def say(*arguments: object) -> str:
    result = CliRunner().invoke(rules, [str(a) for a in arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_overrides_are_listed_with_both_values_and_their_places(pack: Path) -> None:
    assert say("list", "--overrides", "--rules", pack).splitlines() == [
        "finding zz.one",
        "  background: (nothing) -> 0.3",
        "    by own/own.yaml:11: even more",
        "    hides 0.2 of own/own.yaml:7",
        "  observable_by: + edge.log",
        "    by own/own.yaml:15: its log tells",
        "finding zz.own",
        "  off, experimental",
        "finding zz.two",
        "  off, disabled: noisy here  (own/own.yaml:18)",
    ]


def test_without_overlays_a_sentence_says_so(pack: Path) -> None:
    assert say("list", "--overrides") == "no pack changes or disables anything of another\n"


def test_packs_are_listed_with_version_maturity_and_folder(pack: Path) -> None:
    listed = [line.split() for line in say("list", "--packs", "--rules", pack).splitlines()]
    assert listed == [
        ["base", "0", "stable", "2", "documents,", "1", "off", "base"],
        ["own", "1.0.0", "experimental", "1", "document,", "1", "off", "own"],
    ]


def test_the_list_marks_what_is_experimental_and_off(pack: Path) -> None:
    assert "[own, experimental off]" in say("list", "--kind", "finding", "--rules", pack)
    assert "[own, experimental]" in say("list", "--rules", pack, "--enable", "own")
    assert "[base, off]" in say("list", "--disable", "zz.two")


def test_show_tells_what_overlays_changed(pack: Path) -> None:
    text = say("show", "zz.one", "--rules", pack)
    assert "# background: (nothing) -> 0.3\n#   by own/own.yaml:11: even more\n" in text
    assert "background: 0.3" in text
    assert "# off" in say("show", "zz.two", "--disable", "zz.two")


def test_an_unknown_id_ends_with_its_place_and_code_2(pack: Path) -> None:
    result = CliRunner().invoke(rules, ["list", "--disable", "zz.three"])
    assert result.exit_code == 2
    assert "--disable:1:10  R019 nothing is called 'zz.three'" in result.output


def test_a_diagnosis_says_what_is_off_and_uses_it_when_enabled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from diagnose.cli import main

    (tmp_path / "pack.yaml").write_text(
        "kind: pack\nid: trial\nversion: '1'\nmaturity: experimental\n---\nkind: finding\nid: trial.seen\n"
        "title: A close\nmatch: {x: {fact: ws.close}}\n"
    )
    log = tmp_path / "edge.log"
    log.write_text("2026-03-02T09:14:07Z ERROR websocket closed: close 1006 (abnormal closure)\n")
    main(["run", str(log), "--rules", str(tmp_path), "-v"])
    off = capsys.readouterr()
    assert "1 experimental rule of pack 'trial' is off; to try it: --enable trial" in off.err
    assert "trial 1 (experimental)" in " ".join(off.out.split())
    assert "trial.seen" not in off.out
    main(["run", str(log), "--rules", str(tmp_path), "-v", "--enable", "trial"])
    assert "A close (experimental)" in capsys.readouterr().out
    assert main(["knowledge", "causes", "wan.flap", "--disable", "no.such"]) == 2
    assert main(["rules", "trace", "trial.seen", str(log), "--rules", str(tmp_path)]) == 3
    assert "--enable trial" in capsys.readouterr().err
