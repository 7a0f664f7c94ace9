"""Files with holes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from diagnose.read.opening.holes import Holes

FAR = 8 << 20


def read(path: Path) -> tuple[bytes, list[int]]:
    told: list[int] = []
    with path.open("rb") as file:
        holes = Holes(file, told.append)
        out = b""
        while piece := holes.read1(65_536):
            out += piece
        assert holes.read1(10) == b"", "the end stays the end"
    return out, told


@pytest.mark.skipif(not hasattr(os, "SEEK_DATA"), reason="this system does not tell where the holes are")
def test_a_hole_is_stepped_over_and_its_length_told(tmp_path: Path) -> None:
    path = tmp_path / "edge.log"
    with path.open("wb") as out:
        out.write(b"before\n")
        out.seek(FAR)
        out.write(b"after\n")
    data, told = read(path)
    assert data.replace(b"\0", b"") == b"before\nafter\n"
    assert len(data) + sum(told) == FAR + 6
    assert told == [] or told[0] > FAR // 2, "a file system without holes has nothing to tell"


def test_a_file_without_holes_comes_whole_and_nothing_is_told(tmp_path: Path) -> None:
    path = tmp_path / "edge.log"
    path.write_bytes(b"x" * 200_000)
    assert read(path) == (b"x" * 200_000, [])


def test_an_empty_file_ends_at_once(tmp_path: Path) -> None:
    path = tmp_path / "empty.log"
    path.write_bytes(b"")
    assert read(path) == (b"", [])


def test_a_system_that_knows_no_holes_gives_every_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "SEEK_DATA", raising=False)
    path = tmp_path / "edge.log"
    with path.open("wb") as out:
        out.write(b"before\n")
        out.truncate(2 << 20)
    data, told = read(path)
    assert len(data) == 2 << 20
    assert told == []
