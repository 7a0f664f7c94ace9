"""Archives are read from within, in memory, within limits."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from diagnose.errors import NothingReadError, Problem
from diagnose.model import Reading
from diagnose.read import read
from diagnose.read.opening import archives, inputs
from diagnose.read.opening.inputs import Limits
from diagnose.read.signals.scan import Scanner

LINE = b"2031-03-04T05:06:07Z INFO media-bridge up\n"
NOTHING = Scanner([])


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def tarred(name: str, data: bytes, *more: tarfile.TarInfo, mode: str = "w:gz") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for odd in more:
            archive.addfile(odd)
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = target
    return info


def zstd(data: bytes) -> bytes:
    module = pytest.importorskip("backports.zstd", reason="zstd is an extra")
    packed: bytes = module.compress(data)
    return packed


def opened(tmp_path: Path, data: bytes, name: str = "a", limits: Limits | None = None) -> Reading:
    path = tmp_path / name
    path.write_bytes(data)
    return read([str(path)], NOTHING, limits=limits)


def unread(tmp_path: Path, data: bytes, limits: Limits | None = None) -> Problem:
    with pytest.raises(NothingReadError) as caught:
        opened(tmp_path, data, limits=limits)
    return caught.value.problems[-1]


def read_of(reading: Reading) -> list[tuple[str, int]]:
    """Name and records of each source."""
    return [(Path(s.path).name, s.records) for s in reading.sources]


def test_members_of_a_zip_are_read_in_sorted_order(tmp_path: Path) -> None:
    reading = opened(tmp_path, zipped(b__edge=LINE, a=LINE * 2))
    assert [(s.path, s.records) for s in reading.sources] == [(f"{tmp_path}/a/a", 2), (f"{tmp_path}/a/b/edge", 1)]


@pytest.mark.parametrize(
    ("suffix", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress), ("zst", zstd)]
)
@pytest.mark.parametrize("named", [True, False])
def test_a_compressed_file_is_known_by_its_content(
    suffix: str, pack: Callable[[bytes], bytes], named: bool, tmp_path: Path
) -> None:
    reading = opened(tmp_path, pack(LINE * 3), f"edge.log.{suffix}" if named else "edge.log")
    assert read_of(reading) == [("edge.log", 3)]


def test_a_tar_is_read_plain_and_compressed(tmp_path: Path) -> None:
    for mode, name in (("w", "a.tar"), ("w:gz", "a.tgz"), ("w:xz", "a.txz"), ("w:bz2", "a.tar.bz2")):
        reading = opened(tmp_path, tarred("x/edge.log", LINE, mode=mode), name)
        assert [s.path for s in reading.sources] == [f"{tmp_path}/a.tar/x/edge.log"]


@pytest.mark.parametrize(
    "data",
    [
        zipped(inner=zipped(edge=LINE)),
        zipped(inner=tarred("edge", LINE)),
        tarred("inner", zipped(edge=LINE)),
        tarred("inner", gzip.compress(tarred("edge", LINE, mode="w:bz2"))),
        lzma.compress(gzip.compress(bz2.compress(LINE))),
    ],
)
def test_archives_in_archives_are_read_in_any_mixture_also_from_a_pipe(data: bytes, tmp_path: Path) -> None:
    for reading in (opened(tmp_path, data), read(["-"], NOTHING, stdin=io.BytesIO(data))):
        assert [s.records for s in reading.sources] == [1]
        assert reading.problems == ()


def test_archives_nested_without_end_are_not_followed(tmp_path: Path) -> None:
    data = LINE
    for _ in range(8):
        data = zipped(inner=data)
    found = unread(tmp_path, data)
    assert "nested too deep" in found.message
    assert found.hint


def test_a_member_that_climbs_out_is_read_under_the_rest_of_its_name_and_told(tmp_path: Path) -> None:
    for data in (tarred("../../x/edge.log", LINE), zipped(**{"/etc/edge.log": LINE}), tarred("/etc/edge.log", LINE)):
        reading = opened(tmp_path, data, "a.tar")
        assert reading.sources[0].path in {f"{tmp_path}/a.tar/x/edge.log", f"{tmp_path}/a.tar/etc/edge.log"}
        (told,) = reading.problems
        assert told.severity == "warning"
        assert "1 name points outside the archive" in told.message
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.tar"]


def test_links_and_devices_in_a_tar_are_left_out_and_counted(tmp_path: Path) -> None:
    odd = [
        special("passwd", tarfile.SYMTYPE, "/etc/passwd"),
        special("hard", tarfile.LNKTYPE, "edge.log"),
        special("null", tarfile.CHRTYPE),
        special("pipe", tarfile.FIFOTYPE),
    ]
    reading = opened(tmp_path, tarred("edge.log", LINE, *odd))
    assert read_of(reading) == [("edge.log", 1)]
    assert [p.message for p in reading.problems] == ["4 links or devices were left out"]


@pytest.mark.parametrize("cut", [10, 20])
def test_a_damaged_archive_is_a_problem(tmp_path: Path, cut: int) -> None:
    assert "damaged" in unread(tmp_path, zipped(edge=LINE * 50)[:cut]).message


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstd])
def test_what_stands_before_the_break_of_a_compressed_file_is_read(
    pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    lines = b"".join(b"2031-03-04T05:06:07Z INFO step %d %d\n" % (n, n * 7919 % 10_007) for n in range(80_000))
    packed = pack(lines)
    reading = opened(tmp_path, packed[: len(packed) * 3 // 4], "edge.log.z")
    (source,) = reading.sources
    assert source.records > 1000
    assert "breaks off after" in source.why
    assert reading.problems[0].hint == "what stands before was read; fetch it again"


def test_a_tar_that_breaks_off_gives_the_members_before(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for n in range(3):
            info = tarfile.TarInfo(f"{n}.log")
            info.size = len(LINE) * 100
            archive.addfile(info, io.BytesIO(LINE * 100))
    reading = opened(tmp_path, out.getvalue()[:9000])
    assert read_of(reading)[0] == ("0.log", 100)
    assert any("breaks off" in p.message for p in reading.problems)


def test_a_bomb_by_its_header_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "RATIO_FLOOR", 100_000)
    found = unread(tmp_path, zipped(bomb=b"0" * 2_000_000))
    assert (found.path, found.message) == (f"{tmp_path}/a/bomb", "not read: it unpacks to far too much")


def test_a_bomb_that_says_nothing_of_its_size_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "RATIO_FLOOR", 100_000)
    monkeypatch.setattr(inputs, "MAX_RATIO", 10)
    reading = opened(tmp_path, gzip.compress(LINE * 100_000))
    assert reading.sources[0].records < 80_000
    assert "far too much" in reading.problems[0].message
    assert "far too much" in reading.sources[0].why


def test_what_many_members_unpack_to_is_counted_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "RATIO_FLOOR", 100_000)
    monkeypatch.setattr(inputs, "MAX_RATIO", 1)
    data = zipped(**{f"m{n}": zipped(**{f"x{k}": LINE * 1000 for k in range(9)}) for n in range(9)})
    reading = opened(tmp_path, data)
    assert sum(s.records for s in reading.sources) * len(LINE) <= 100_000
    assert any("far too much" in p.message for p in reading.problems)


def test_members_over_the_limit_are_not_read(tmp_path: Path) -> None:
    data = zipped(**{f"m{n}": LINE for n in range(30)})
    reading = opened(tmp_path, data, limits=Limits(files=10))
    assert len(reading.sources) == 10
    assert [p.message for p in reading.problems] == ["only the first 10 files were read"]


def test_a_member_over_the_size_limit_is_read_up_to_it(tmp_path: Path) -> None:
    reading = opened(tmp_path, tarred("edge.log", LINE * 10_000), limits=Limits(size=len(LINE) * 2000))
    assert reading.sources[0].records == 2000
    assert "only the first" in reading.sources[0].why
    assert "--max-size" in reading.problems[0].hint


def encrypted(data: bytes) -> bytes:
    """A zip whose headers say that its member is encrypted."""
    out = bytearray(data)
    out[6] |= 1
    out[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(out)


def test_an_encrypted_member_names_the_way_out(tmp_path: Path) -> None:
    found = unread(tmp_path, encrypted(zipped(edge=LINE)))
    assert found.path == f"{tmp_path}/a/edge"
    assert "encrypted" in found.message
    assert "password" in found.hint


def test_other_archives_and_office_documents_name_the_way_out(tmp_path: Path) -> None:
    assert unread(tmp_path, b"7z\xbc\xaf\x27\x1c" + bytes(100)).hint == "unpack it first: 7z x FILE"
    office = zipped(**{"[Content_Types].xml": b"<x/>", "word__document.xml": b"<x/>"})
    assert unread(tmp_path, office).hint == "save it as plain text or CSV"


def test_without_zstd_the_message_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = zstd(LINE)

    def missing(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(archives, "import_module", missing)
    found = unread(tmp_path, data)
    assert "zstd" in found.message
    assert found.hint == "pip install 'edge-diagnose[zstd]', or unpack it first: zstd -d FILE"
    assert import_module("diagnose")


def test_a_member_without_a_name_is_read(tmp_path: Path) -> None:
    data = zipped(x=LINE).replace(b"x", b"/", 2).replace(b"/", b"\0", 2)
    reading = opened(tmp_path, data)
    assert [s.records for s in reading.sources] == [1]


def test_hidden_members_are_passed_over(tmp_path: Path) -> None:
    data = zipped(**{"__MACOSX/._edge.log": b"\x00", ".DS_Store": b"\x00", "edge": LINE})
    assert read_of(opened(tmp_path, data)) == [("edge", 1)]
