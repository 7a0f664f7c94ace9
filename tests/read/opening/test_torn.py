"""Of a zip that breaks off the members before the break are read, and what is lost is told."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.errors import NothingReadError
from diagnose.model import Reading
from diagnose.read import read
from diagnose.read.opening import torn
from diagnose.read.signals.scan import Scanner

NOTHING = Scanner([])
LINES = b"".join(b"2031-03-04T05:06:07Z INFO step %d %d\n" % (n, n * 7919 % 10_007) for n in range(4000))


class Unseekable(io.RawIOBase):
    """A pipe into which a zip is written: its headers cannot know the sizes."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.data += bytes(data)
        return len(data)


def zipped(*names: str, method: int = zipfile.ZIP_DEFLATED, piped: bool = False) -> bytes:
    out: Any = Unseekable() if piped else io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name in names:
            archive.writestr(name, LINES)
    return cast(bytes, out.data if piped else out.getvalue())


def opened(tmp_path: Path, data: bytes) -> Reading:
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    return read([str(path)], NOTHING)


def read_of(reading: Reading) -> dict[str, int]:
    return {Path(s.path).name: s.records for s in reading.sources}


@pytest.mark.parametrize("piped", [False, True])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_member_in_which_a_zip_breaks_off_is_read_up_to_the_break(tmp_path: Path, method: int, piped: bool) -> None:
    data = zipped("one.log", "two.log", "three.log", method=method, piped=piped)
    reading = opened(tmp_path, data[: len(data) // 2])
    found = read_of(reading)
    assert found["one.log"] == 4000
    assert 1000 < found["two.log"] < 4000
    assert "three.log" not in found
    assert "breaks off after" in next(s.why for s in reading.sources if s.path.endswith("two.log"))
    last = reading.problems[-1]
    assert (last.path, last.severity) == (f"{tmp_path}/a.zip", "warning")
    assert "the members before the break were read" in last.message
    assert last.hint == "fetch it again: others may be lost"


@pytest.mark.parametrize("piped", [False, True])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_without_the_end_of_its_list_loses_nothing(tmp_path: Path, method: int, piped: bool) -> None:
    reading = opened(tmp_path, zipped("one.log", "two.log", method=method, piped=piped)[:-30])
    assert read_of(reading) == {"one.log": 4000, "two.log": 4000}
    assert [p.message for p in reading.problems] == ["the list at its end is damaged; the members were read without it"]


def test_a_zip_from_a_pipe_and_one_in_a_zip_are_mended_too() -> None:
    data = zipped("one.log", "two.log")[:-30]
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("inner.zip", data)
    for sent in (data, outer.getvalue(), outer.getvalue()[:-30]):
        assert read_of(read(["-"], NOTHING, stdin=io.BytesIO(sent))) == {"one.log": 4000, "two.log": 4000}


def test_a_member_damaged_in_the_middle_costs_no_other(tmp_path: Path) -> None:
    data = bytearray(zipped("one.log", "two.log", "three.log", piped=True)[:-30])
    at = data.index(b"PK\x03\x04", 10) + 4000
    data[at : at + 200] = b"\xff" * 200
    found = read_of(opened(tmp_path, bytes(data)))
    assert (found["one.log"], found["three.log"]) == (4000, 4000)


def test_folders_hidden_encrypted_and_oddly_packed_members_are_told_or_passed_over(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("folder/", "__MACOSX/._x", "../../etc/passwd"):
            archive.writestr(name, b"" if name.endswith("/") else LINES)
        archive.writestr("odd.log", LINES, compress_type=zipfile.ZIP_BZIP2)
        archive.writestr("secret.log", LINES)
    data = bytearray(out.getvalue()[:-30])
    data[data.index(b"secret.log") - 24] |= 1
    reading = opened(tmp_path, bytes(data))
    assert {s.path.removeprefix(f"{tmp_path}/"): s.records for s in reading.sources if s.records} == {
        "a.zip/etc/passwd": 4000
    }
    told = {Path(p.path).name: p.message for p in reading.problems if p.code in {"IN012", "IN013"}}
    assert told == {
        "odd.log": "not read: packed in a way not known here", "secret.log": "not read: it is encrypted",
    }  # fmt: skip
    assert any("points outside the archive" in p.message for p in reading.problems)


def test_sizes_of_more_than_4_gb_stand_in_a_field_of_their_own() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open("large.log", "w", force_zip64=True) as member:
        member.write(LINES)
    (found,) = torn.members(io.BytesIO(out.getvalue()))
    assert found.content is not None
    assert b"".join(iter(lambda: found.content.read1(5000) if found.content else b"", b"")) == LINES


def tarred(*names: str, mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = len(LINES)
            archive.addfile(info, io.BytesIO(LINES))
    return out.getvalue()


@pytest.mark.parametrize("cut", [0, 5, 100])
@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_a_member_in_which_a_tar_breaks_off_is_read_up_to_the_break(tmp_path: Path, mode: str, cut: int) -> None:
    data = tarred("one.log", "two.log", "three.log", mode=mode)
    reading = opened(tmp_path, data[: len(data) // 2 + cut])
    found = read_of(reading)
    assert found["one.log"] == 4000
    assert found["two.log"] >= 1900
    assert "three.log" not in found
    told = [(Path(p.path).name, p.code) for p in reading.problems]
    assert told[-2:] == [("two.log", "IN029"), (Path(reading.problems[-1].path).name, "IN029")]
    assert "breaks off after" in reading.sources[1].why


def test_a_tar_that_breaks_off_in_a_header_or_has_a_damaged_one_is_told(tmp_path: Path) -> None:
    data = tarred("one.log", "two.log")
    second = data.index(b"two.log")
    cut = opened(tmp_path, data[: second + 99])
    assert read_of(cut) == {"one.log": 4000}
    assert [p.message for p in cut.problems] == ["it breaks off in or behind member 1"]
    spoilt = opened(tmp_path, data[: second + 99] + b"\xff" * 99 + data[second + 198 :])
    assert read_of(spoilt) == {"one.log": 4000}
    (told,) = spoilt.problems
    assert told.message == "not read behind member 1: a header is damaged, or another tar follows"
    assert told.hint == "fetch it again, or unpack it: tar -xif FILE"


def test_a_whole_tar_has_nothing_to_tell(tmp_path: Path) -> None:
    for data in (tarred("one.log"), tarred("one.log")[:-8192], tarred("one.log") + bytes(1 << 20)):
        reading = opened(tmp_path, data)
        assert read_of(reading) == {"one.log": 4000}
        assert reading.problems == ()


def test_what_is_left_of_a_zip_cut_in_its_first_header_is_nothing(tmp_path: Path) -> None:
    with pytest.raises(NothingReadError, match="damaged"):
        opened(tmp_path, zipped("one.log")[:20])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3000), st.binary(max_size=12), st.booleans())
def test_whatever_a_zip_holds_ends_in_members(at: int, odd: bytes, piped: bool) -> None:
    data = zipped("a", "b", piped=piped)
    spoilt = data[:at] + odd + data[at + len(odd) : -30]
    for count, member in enumerate(torn.members(io.BytesIO(spoilt))):
        assert count < 100
        if member.content is not None and count % 2:
            try:
                assert len(member.content.read1(100)) <= 100
            except (EOFError, torn.zlib.error):
                continue
