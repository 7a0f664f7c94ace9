"""Paths, folders, stdin and encodings become text, or a problem that says what to do."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from diagnose.errors import NothingReadError, Problem, UsageError
from diagnose.read import read
from diagnose.read.open import BLOCK, Text, find, guess_encoding, looks_utf16
from diagnose.read.scan import Scanner

NOTHING = Scanner([])


def unread(path: Path | str, **more: str) -> Problem:
    """The problem of a path that is the only input."""
    with pytest.raises(NothingReadError) as caught:
        read([str(path)], NOTHING, **more)  # type: ignore[arg-type]
    return caught.value.problems[-1]


def text(data: bytes, encoding: str = "utf-8") -> list[tuple[int, str]]:
    return list(Text(io.BytesIO(data), encoding).lines())


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
    path.write_bytes(b"\xd4\xc3\xb2\xa1" + bytes(400))
    assert "tshark" in unread(path).hint


def test_utf16_without_a_mark_says_which_encoding_to_name(tmp_path: Path) -> None:
    path = tmp_path / "edge.log"
    path.write_bytes("2031-03-04T05:06:07Z INFO bridge up\n".encode("utf-16-le") * 5)
    found = unread(path)
    assert "UTF-16 without BOM" in found.message
    assert found.hint == "try --encoding utf-16-le"
    assert read([str(path)], NOTHING, encoding="utf-16-le").sources[0].records == 5


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_followed(tmp_path: Path, encoding: str) -> None:
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
    assert found.message == "1 byte was not valid utf-8 and replaced"


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
    assert list(find(["-"], problems, None)) == []
    assert "stdin" in problems[0].message


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_every_kind_of_line_end_ends_a_line(end: bytes) -> None:
    assert text(end.join([b"one", b"", b"three"])) == [(1, "one"), (2, ""), (3, "three")]


def test_a_line_end_on_the_seam_of_two_blocks_is_one() -> None:
    data = b"x" * 65_535 + b"\r\n" + b"y" * (BLOCK - 2) + b"\r\nz"
    assert [(n, len(line)) for n, line in text(data)] == [(1, 65_535), (2, BLOCK - 2), (3, 1)]


def test_a_character_on_the_seam_of_two_blocks_is_whole() -> None:
    data = b"x" * 65_535 + "ü\n".encode()
    assert text(data)[0][1].endswith("ü")


def test_zero_bytes_are_blanks() -> None:
    assert text(b"a\x00b\n") == [(1, "a b")]


def test_a_line_of_megabytes_is_cut_and_the_next_one_is_whole() -> None:
    source = Text(io.BytesIO(b"a\n" + b"x" * (3 * BLOCK) + b"\nz\n"), "utf-8")
    assert [(n, len(line)) for n, line in source.lines()] == [(1, 1), (2, BLOCK), (3, 1)]
    assert source.cut == 1


def test_a_long_line_is_said_to_be_cut(tmp_path: Path) -> None:
    path = tmp_path / "edge.log"
    path.write_text("2031-03-04T05:06:07Z INFO up\n" * 9 + "2031-03-04T05:06:07Z " + "x" * 2_000_000 + "\n")
    reading = read([str(path)], NOTHING)
    assert reading.sources[0].records == 10
    assert "longer than 1 MB" in reading.problems[0].message


def test_encodings_are_guessed_from_the_first_bytes() -> None:
    assert guess_encoding(b"\xff\xfeh\x00") == "utf-16"
    assert guess_encoding(b"\x1b[31mred\x1b[0m") == "utf-8"
    assert guess_encoding(b"\x00\x01\x02\x03") is None
    assert looks_utf16("up\n".encode("utf-16-be") * 9) == "utf-16-be"
    assert looks_utf16(b"\x00\x01\x02\x03" * 9) is None
