"""Archives are read from within, in memory, within limits."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from diagnose.errors import NothingReadError
from diagnose.read import archives, read
from diagnose.read.scan import Scanner

LINE = b"2031-03-04T05:06:07Z INFO media-bridge up\n"
NOTHING = Scanner([])


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def tarred(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def test_members_of_a_zip_are_read_in_sorted_order(tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(zipped(b__edge=LINE, a=LINE * 2))
    reading = read([str(path)], NOTHING)
    assert [(s.path, s.records) for s in reading.sources] == [(f"{path}/a", 2), (f"{path}/b/edge", 1)]


def test_gz_and_tar_gz_are_read(tmp_path: Path) -> None:
    (tmp_path / "edge.log.gz").write_bytes(gzip.compress(LINE * 3))
    (tmp_path / "more.tar.gz").write_bytes(tarred("../../x/edge.log", LINE))
    reading = read([str(tmp_path)], NOTHING)
    assert [(s.path, s.records) for s in reading.sources] == [
        (str(tmp_path / "edge.log"), 3),
        (f"{tmp_path}/more.tar/x/edge.log", 1),
    ]


def test_an_archive_in_an_archive_is_read_and_too_many_are_not(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(inner=zipped(edge=LINE)))
    assert read([str(path)], NOTHING).sources[0].path == f"{path}/inner/edge"
    data = LINE
    for _ in range(6):
        data = zipped(inner=data)
    path.write_bytes(data)
    with pytest.raises(NothingReadError, match="nested too deep"):
        read([str(path)], NOTHING)


@pytest.mark.parametrize("cut", [20, 60])
def test_a_damaged_archive_is_a_problem(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(edge=LINE * 50)[:cut])
    with pytest.raises(NothingReadError, match=r"damaged|could not"):
        read([str(path)], NOTHING)


def test_a_gz_that_breaks_off_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "a.log.gz"
    path.write_bytes(gzip.compress(LINE * 50)[:-12])
    with pytest.raises(NothingReadError, match="not read"):
        read([str(path)], NOTHING)


def test_what_unpacks_to_far_too_much_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_RATIO_FLOOR", 1000)
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(bomb=b"0" * 2_000_000))
    with pytest.raises(NothingReadError, match="far too much"):
        read([str(path)], NOTHING)
    (tmp_path / "b.gz").write_bytes(gzip.compress(b"0\n" * 1_000_000))
    with pytest.raises(NothingReadError, match="limits for unpacking"):
        read([str(tmp_path / "b.gz")], NOTHING)


def test_other_archives_name_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "a.7z"
    path.write_bytes(b"7z\xbc\xaf\x27\x1c" + bytes(100))
    with pytest.raises(NothingReadError, match="7z x"):
        read([str(path)], NOTHING)


def test_hidden_members_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(**{"__MACOSX/._edge.log": b"\x00", ".DS_Store": b"\x00", "edge": LINE}))
    assert [s.path for s in read([str(path)], NOTHING).sources] == [f"{path}/edge"]
