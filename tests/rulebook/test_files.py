"""Where documents are looked for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from diagnose.errors import InputError
from diagnose.rulebook.files import ENVIRONMENT, built_in_folders, extra_folders, read_files


def test_the_built_in_folders_hold_the_dictionary() -> None:
    shown = [Path(f.shown).name for f in read_files(built_in_folders())]
    assert shown.count("facts.yaml") == 1


def test_the_environment_and_the_options_add_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = [tmp_path / name for name in ("a", "b", "c")]
    for folder in folders:
        folder.mkdir()
    monkeypatch.setenv(ENVIRONMENT, os.pathsep.join(map(str, folders[:2])))
    assert extra_folders([folders[2]])[-3:] == folders


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere: no such folder"):
        extra_folders([tmp_path / "nowhere"])


def test_files_are_sorted_once_each_and_hidden_ones_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("b.yaml", "a.yml", "sub/c.yaml", ".git/d.yaml", "note.md"):
        (tmp_path / name).write_text("a: 1\n")
    monkeypatch.chdir(tmp_path)
    assert [f.shown for f in read_files([tmp_path, tmp_path / "b.yaml"])] == ["a.yml", "b.yaml", "sub/c.yaml"]


def test_a_file_belongs_to_the_nearest_folder_with_a_pack(tmp_path: Path) -> None:
    (tmp_path / "acme" / "tests").mkdir(parents=True)
    for name in ("acme/pack.yaml", "acme/tests/t.yaml", "loose.yaml"):
        (tmp_path / name).write_text("a: 1\n")
    folders = {Path(f.shown).name: Path(f.folder).name for f in read_files([tmp_path])}
    assert folders == {"pack.yaml": "acme", "t.yaml": "acme", "loose.yaml": tmp_path.name}


def install(site: Path, name: str, package: str) -> None:
    info = site / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[diagnose.packs]\n{name} = {package}\n")


def test_packs_of_installed_distributions_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "acme_edge_rules").mkdir()
    (tmp_path / "acme_edge_rules" / "__init__.py").write_text("")
    install(tmp_path, "acme", "acme_edge_rules")
    assert tmp_path / "acme_edge_rules" in extra_folders()


def test_an_installed_pack_without_its_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    install(tmp_path, "broken", "no_such_package_of_rules")
    with pytest.raises(InputError, match="installed pack 'broken' cannot be found"):
        extra_folders()


def test_a_diagnosis_reads_neither_tests_nor_stories(tmp_path: Path) -> None:
    for folder in ("acme/tests", "acme/stories"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("acme/pack.yaml", "acme/tests/t.yaml", "acme/stories/s.yaml"):
        (tmp_path / name).write_text("a: 1\n")
    assert [Path(f.shown).name for f in read_files([tmp_path], authoring=False)] == ["pack.yaml"]
    assert len(read_files([tmp_path])) == 3


def test_the_code_of_an_installed_pack_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "rules_with_code").mkdir()
    (tmp_path / "rules_with_code" / "__init__.py").write_text("raise RuntimeError('run')\n")
    install(tmp_path, "coded", "rules_with_code")
    assert tmp_path / "rules_with_code" in extra_folders()


@pytest.mark.parametrize("package", ["single_module_of_rules", "single_module_of_rules:PACK"])
def test_an_entry_point_that_names_no_folder_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "single_module_of_rules.py").write_text("")
    install(tmp_path, "single", package)
    with pytest.raises(InputError, match="installed pack 'single' cannot be found"):
        extra_folders()
