"""Paths, folders, stdin and encodings become text, or a problem that says what to do."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from diagnose.errors import NothingReadError, Problem, UsageError
from diagnose.read import read
from diagnose.read.opening.inputs import Limits
from diagnose.read.opening.paths import Finder
from diagnose.read.signals.scan import Scanner

NOTHING = Scanner([])


def unread(path: Path | str, **more: str) -> Problem:
    """The problem of a path that is the only input."""
    with pytest.raises(NothingReadError) as caught:
        read([str(path)], NOTHING, **more)  # type: ignore[arg-type]
    return caught.value.problems[-1]


def test_a_missing_path_is_named() -> None:
    found = unread("no/such/file.log")
    assert (found.path, found.message) == ("no/such/file.log", "no such file or folder")


def test_an_empty_file_and_one_of_blanks_are_no_evidence(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "b").write_bytes(b" \r\n\t\n")
    assert "empty" in unread(tmp_path / "a").message
    assert "blanks" in unread(tmp_path / "b").message


def test_binary_files_are_refused_with_a_way_out(tmp_path: Path) -> None:
    path = tmp_path / "edge.log"
    path.write_bytes(bytes(range(256)) * 40)
    assert unread(path).message == "not read: binary, not text"
    path.write_bytes(b"%PDF-1.7" + bytes(400))
    assert "pdftotext" in unread(path).hint


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_the_encoding_shows_in_the_first_bytes(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "edge.log"
    path.write_bytes("2031-03-04T05:06:07Z INFO Brücke steht\r\n".encode(encoding))
    reading = read([str(path)], NOTHING)
    assert reading.sources[0].records == 1
    assert reading.problems == ()


def test_an_unknown_encoding_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="klingon"):
        read([str(tmp_path)], NOTHING, encoding="klingon")


def test_bytes_of_another_encoding_are_replaced_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "edge.log"
    path.write_bytes(b"2031-03-04T05:06:07Z Br\xfccke steht\n")
    (found,) = read([str(path)], NOTHING).problems
    assert found.severity == "warning"
    assert found.message == "1 byte was not valid utf-8 and read as Windows-1252"


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    assert "a pipe" in unread(path).message


def test_a_path_with_a_zero_byte_is_no_traceback() -> None:
    assert unread("a\x00b").path == "a\\0b"


def test_a_folder_is_read_in_sorted_order_and_hidden_files_are_named(tmp_path: Path) -> None:
    for name in ("b.log", "a.log", ".hidden", "sub/c.log"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("2031-03-04T05:06:07Z INFO up\n")
    reading = read([str(tmp_path)], NOTHING)
    assert [Path(s.path).name for s in reading.sources] == ["a.log", "b.log", "c.log"]
    assert "1 hidden file" in reading.problems[0].message


def test_an_empty_folder_holds_no_evidence(tmp_path: Path) -> None:
    assert "no evidence" in unread(tmp_path).message


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("2031-03-04T05:06:07Z INFO up\n")
    assert len(read([str(tmp_path), str(tmp_path / "a.log")], NOTHING).sources) == 1


def test_what_cannot_be_read_among_others_is_a_problem_and_an_unread_source(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("2031-03-04T05:06:07Z INFO up\n")
    reading = read([str(tmp_path / "gone.log"), str(tmp_path / "a.log")], NOTHING)
    assert [s.kind for s in reading.sources] == ["unread", "log"]
    assert reading.sources[0].why == "no such file or folder"
    assert len(reading.problems) == 1


def test_stdin_is_read_by_its_dash() -> None:
    reading = read(["-"], NOTHING, stdin=io.BytesIO(b"The uplink went down and the bot was silent.\n"))
    assert [(s.path, s.kind) for s in reading.sources] == [("stdin", "ticket")]


def test_no_stdin_is_a_problem() -> None:
    problems: list[Problem] = []
    assert list(Finder(problems).find(["-"], None)) == []
    assert "stdin" in problems[0].message


def test_a_long_line_is_said_to_be_cut(tmp_path: Path) -> None:
    path = tmp_path / "edge.log"
    path.write_text("2031-03-04T05:06:07Z INFO up\n" * 9 + "2031-03-04T05:06:07Z " + "x" * 2_000_000 + "\n")
    reading = read([str(path)], NOTHING)
    assert reading.sources[0].records == 10
    assert "longer than 1 MB" in reading.problems[0].message


def sparse(path: Path, *pieces: tuple[int, bytes], size: int) -> Path:
    """A file of `size` bytes that holds only the pieces at their places."""
    with path.open("wb") as file:
        for at, data in pieces:
            file.seek(at)
            file.write(data)
        file.truncate(size)
    return path


LOG = b"2031-03-04T05:06:07Z INFO media-bridge up\n"
GIGABYTE = 1 << 30


def test_a_file_of_gigabytes_of_nothing_is_said_to_be_that(tmp_path: Path) -> None:
    found = unread(sparse(tmp_path / "edge.log", size=10 * GIGABYTE))
    assert found.message == "not read: nothing but zero bytes"
    assert "fetch it again" in found.hint


def test_the_holes_of_a_file_are_stepped_over(tmp_path: Path) -> None:
    size = 64 * GIGABYTE
    path = sparse(tmp_path / "edge.log", (0, LOG * 2000), (40 * GIGABYTE, LOG * 2000), size=size)
    reading = read([str(path)], NOTHING)
    assert reading.sources[0].records >= 3999
    (told,) = reading.problems
    assert "64 GB were never written" in told.message


def test_a_log_that_was_cut_under_its_writer_begins_with_its_data(tmp_path: Path) -> None:
    path = sparse(tmp_path / "edge.log", (20 * GIGABYTE, LOG * 100), size=20 * GIGABYTE + len(LOG) * 100)
    assert read([str(path)], NOTHING).sources[0].records == 100


def test_a_line_of_a_hundred_megabytes_is_cut_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "edge.log"
    with path.open("wb") as file:
        file.write(LOG * 9)
        for _ in range(100):
            file.write(b"x" * (1 << 20))
        file.write(b"\n" + LOG)
    reading = read([str(path)], NOTHING)
    assert reading.sources[0].records == 10  # the long line belongs to the stamped one before it
    assert "1 line was longer than 1 MB and cut" in reading.sources[0].why


def test_json_of_a_hundred_thousand_levels_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"a":[' * 50_000 + "]}" * 50_000)
    found = unread(path)
    assert "nested too deep" in found.message
    assert found.hint


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no /dev/zero here")
def test_a_device_that_never_ends_is_not_read(tmp_path: Path) -> None:
    assert "a device" in unread("/dev/zero").message
    (tmp_path / "link").symlink_to("/dev/zero")
    assert "a device" in unread(tmp_path / "link").message
    with Path("/dev/zero").open("rb") as zeros, pytest.raises(NothingReadError, match="zero bytes"):
        read(["-"], NOTHING, stdin=zeros)


def test_a_file_that_vanishes_between_two_looks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "edge.log"
    path.write_bytes(LOG)
    known = Finder._known

    def vanish(self: Finder, name: str, info: os.stat_result) -> bool:
        Path(name).unlink()
        return known(self, name, info)

    monkeypatch.setattr(Finder, "_known", vanish)
    assert unread(path).message == "no such file or folder"


def test_links_in_a_ring_and_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(LOG)
    (tmp_path / "ring").symlink_to(tmp_path / "ring")
    (tmp_path / "up").symlink_to(tmp_path)
    reading = read([str(tmp_path)], NOTHING)
    assert [Path(s.path).name for s in reading.sources if s.records] == ["a.log"]
    told = [p.message for p in reading.problems]
    assert "1 link to a folder was not followed" in told
    assert any("symbolic links" in t for t in told)


def test_a_link_to_a_file_that_is_read_already_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(LOG)
    (tmp_path / "current.log").symlink_to(tmp_path / "a.log")
    reading = read([str(tmp_path)], NOTHING)
    assert len(reading.sources) == 1
    assert "the same file" in reading.problems[0].message


def test_what_a_shell_puts_in_the_place_of_a_command_is_read() -> None:
    ours, theirs = os.pipe()
    os.write(theirs, LOG)
    os.close(theirs)
    try:
        reading = read([f"/dev/fd/{ours}"], NOTHING)
    finally:
        os.close(ours)
    assert reading.sources[0].records == 1


def test_a_file_over_the_size_limit_is_read_up_to_it(tmp_path: Path) -> None:
    path = tmp_path / "edge.log"
    path.write_bytes(LOG * 5000)
    reading = read([str(path)], NOTHING, limits=Limits(size=len(LOG) * 3000))
    assert reading.sources[0].records == 3000
    assert reading.problems[0].hint == "split it, or allow more with --max-size"


def test_a_folder_of_more_files_than_allowed_says_so(tmp_path: Path) -> None:
    for n in range(5):
        (tmp_path / f"{n}.log").write_bytes(LOG)
    reading = read([str(tmp_path)], NOTHING, limits=Limits(files=3))
    assert len(reading.sources) == 3
    assert "only the first 3 files were read" in reading.problems[0].message


def test_each_block_that_is_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "edge.log"
    path.write_bytes(LOG * 5000)
    told: list[tuple[str, int]] = []
    read([str(path)], NOTHING, tick=lambda name, count: told.append((name, count)))
    assert {name for name, _ in told} == {str(path)}
    assert sum(count for _, count in told) == len(LOG) * 5000
