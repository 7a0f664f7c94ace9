"""Entries in the user's cache folder."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from diagnose import cached


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(cached, "folder", lambda kind: tmp_path / "cache" / kind)
    return tmp_path / "cache" / "things"


def test_an_entry_is_found_again_and_only_the_user_can_read_it(place: Path) -> None:
    assert cached.read("things", "a") is None
    cached.write("things", "a", b"1")
    cached.write("things", "a", b"2")
    assert cached.read("things", "a") == b"2"
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert [p.name for p in place.iterdir()] == ["a"]


def test_the_oldest_beyond_some_are_removed(place: Path) -> None:
    for n in range(cached.KEEP + 3):
        cached.write("things", str(n), b"")
        os.utime(place / str(n), (n, n))
    cached.write("things", "last", b"")
    assert sorted(p.name for p in place.iterdir()) == sorted([*(str(n) for n in range(4, cached.KEEP + 3)), "last"])


def test_a_folder_that_cannot_be_written_is_no_error(place: Path) -> None:
    place.parent.mkdir()
    place.write_text("a file where the folder should be")
    cached.write("things", "a", b"1")
    assert cached.read("things", "a") is None


def test_the_name_tells_the_parts_apart() -> None:
    assert cached.name_of([b"ab", b"c"]) != cached.name_of([b"a", b"bc"])
    assert cached.name_of([b"ab"]) == cached.name_of([b"ab"])
