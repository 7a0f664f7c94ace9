"""`diagnose rules lint`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from diagnose.cli import lint as command
from diagnose.cli import main

DICTIONARY = "ws.close: {fields: {code: {type: integer}}, sources: [edge.log]}\n"
FINDING = "kind: finding\nid: zz.one\ntitle: One\nmatch: {x: {fact: ws.close}}\n"


@pytest.fixture
def pack(make_pack: Callable[[str, str], Path]) -> Path:
    return make_pack(DICTIONARY, FINDING)


def test_a_single_file_can_be_checked(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "lint", str(pack / "own.yaml")]) == 0
    assert "R042 warning: no cause and no finding uses 'zz.one'" in capsys.readouterr().out


def test_mistakes_are_placed_and_the_code_is_2(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (pack / "own.yaml").write_text(FINDING.replace("ws.close", "ws.clsoe"))
    assert main(["rules", "lint", str(pack)]) == 2
    out = capsys.readouterr().out
    assert "own.yaml:4:19  R012 unknown fact 'ws.clsoe'" in out
    assert "did you mean 'ws.close'?" in out


def test_strict_fails_on_warnings(pack: Path) -> None:
    assert main(["rules", "lint", str(pack), "--strict"]) == 2


def test_a_folder_that_does_not_exist_is_code_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "lint", "no-such-folder"]) == 3
    assert "no-such-folder: no such folder of rules" in capsys.readouterr().err


def test_fixes_are_written_and_told(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (pack / "own.yaml").write_text(FINDING.replace("title", "titel"))
    assert main(["rules", "lint", str(pack), "--fix"]) == 0
    assert (pack / "own.yaml").read_text() == FINDING
    out = capsys.readouterr().out
    assert "own.yaml:3  R007 unknown key 'titel'\n    - titel: One\n    + title: One\n" in out
    assert out.splitlines()[-1].endswith(", 1 fixed")


def test_fixes_are_told_on_standard_error_where_the_format_has_no_place_for_them(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (pack / "own.yaml").write_text(FINDING.replace("title", "titel"))
    assert main(["rules", "lint", str(pack), "--fix", "--format", "github"]) == 0
    captured = capsys.readouterr()
    assert "    + title: One" in captured.err
    assert "fixed" not in captured.out


def test_what_is_built_in_is_not_mended_by_the_way(pack: Path) -> None:
    wrong = pack.parent / "base" / "wrong.yaml"
    wrong.write_text(FINDING.replace("title", "titel"))
    assert main(["rules", "lint", str(pack), "--fix"]) == 2
    assert "titel" in wrong.read_text()
    main(["rules", "lint", "--fix"])
    assert "title" in wrong.read_text()


@pytest.mark.parametrize("form", ["json", "sarif", "github"])
def test_other_programs_get_it_into_a_file(pack: Path, tmp_path: Path, form: str) -> None:
    (pack / "own.yaml").write_text(FINDING.replace("title", "titel"))
    target = tmp_path / "out"
    assert main(["rules", "lint", str(pack), "--format", form, "-o", str(target)]) == 2
    written = target.read_text()
    assert "R007" in written
    if form != "github":
        json.loads(written)


def test_a_code_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "lint", "--explain", "r048"]) == 0
    assert capsys.readouterr().out.startswith("R048  A named group")
    assert main(["rules", "lint", "--explain", "all"]) == 0
    assert "\n## R071\n" in capsys.readouterr().out
    assert main(["rules", "lint", "--explain", "R499"]) == 3
    assert "no code 'R499'" in capsys.readouterr().err


def test_it_watches_until_interrupted_and_checks_after_every_save(
    pack: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def saves(_look):
        (pack / "own.yaml").write_text(FINDING.replace("title", "titel"))
        yield [str(pack / "own.yaml")]
        (pack / "own.yaml").unlink()
        (pack / "own.yaml").mkdir()
        yield [str(pack / "own.yaml")]
        raise KeyboardInterrupt

    monkeypatch.setattr("diagnose.cli.watching.changes", saves)
    assert main(["rules", "lint", str(pack), "--watch"]) == 0
    captured = capsys.readouterr()
    assert captured.out.count("R007") == 1
    assert "0 errors, 0 warnings" in captured.out.splitlines()[-1]
    assert "saved: " in captured.err
    assert "Traceback" not in captured.err


def test_watching_does_not_mend(pack: Path) -> None:
    assert main(["rules", "lint", str(pack), "--watch", "--fix"]) == 3


def test_documents_of_unchanged_files_are_kept(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    original = command._checker(strict=False)
    monkeypatch.setattr(
        "diagnose.rulebook.library.load_documents", lambda source: (read.append(source.path), ([], []))[1]
    )
    found = command._read([str(pack)])
    original(found)
    original(found)
    assert len(read) == 2
