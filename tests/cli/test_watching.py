"""Waiting for files to be saved."""

from __future__ import annotations

from pathlib import Path

from diagnose.cli.watching import changes, stamp


def test_a_stamp_knows_rule_files_only(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("x")
    (tmp_path / "b.txt").write_text("x")
    assert [Path(p).name for p in stamp([tmp_path])] == ["a.yaml"]
    assert [Path(p).name for p in stamp([tmp_path / "b.txt", tmp_path / "none"])] == ["b.txt"]


def test_a_change_is_told_once_and_only_when_the_files_are_still() -> None:
    looks = iter(
        [{"a": (1, 1)}, {"a": (1, 1)}, {"a": (2, 0)}, {"a": (3, 9)}, {"a": (3, 9)}, {"b": (4, 1)}, {"b": (4, 1)}]
    )
    waits: list[float] = []
    seen = changes(lambda: next(looks), waits.append)
    assert next(seen) == ["a"]
    assert next(seen) == ["a", "b"]
    assert len(waits) == 6
