"""Bytes of any encoding become lines."""

from __future__ import annotations

import codecs
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnose.read.opening.text import BLOCK, Text, guess_encoding, looks_utf16


def text(data: bytes, encoding: str = "utf-8") -> list[tuple[int, str]]:
    return list(Text(io.BytesIO(data), encoding).lines())


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


def test_encodings_are_guessed_from_the_first_bytes() -> None:
    assert guess_encoding(b"\xff\xfeh\x00") == "utf-16"
    assert guess_encoding(b"\x1b[31mred\x1b[0m") == "utf-8"
    assert guess_encoding(b"\x00\x01\x02\x03") is None
    assert looks_utf16("up\n".encode("utf-16-be") * 9) == "utf-16-be"
    assert looks_utf16(b"\x00\x01\x02\x03" * 9) is None


@pytest.mark.parametrize(
    ("encoding", "line"),
    [
        ("cp932", "通話が切れました。ボットは応答しません。"),
        ("gb18030", "通话中断。机器人没有响应。边缘节点离线。"),
        ("cp949", "통화가 끊겼습니다. 봇이 응답하지 않습니다."),
        ("cp1251", "Звонок прервался, бот не отвечает. Узел недоступен."),
    ],
)
def test_other_scripts_are_known_by_their_letters(encoding: str, line: str) -> None:
    data = f"2031-03-04T05:06:07Z INFO up\n{line}\n".encode(encoding) * 5
    assert text(data, guess_encoding(data) or "")[1] == (2, line)


def test_stray_bytes_of_a_western_encoding_in_utf8_are_read_and_counted() -> None:
    source = Text(io.BytesIO("Brücke steht\n".encode() + "Zürich an Köln\n".encode("cp1252")), "utf-8")
    assert [line for _, line in source.lines()] == ["Brücke steht", "Zürich an Köln"]
    assert source.replaced == 2


def test_a_replacement_character_that_stands_in_the_text_is_not_counted() -> None:
    source = Text(io.BytesIO("a \ufffd b\n".encode()), "utf-8")
    assert list(source.lines()) == [(1, "a \ufffd b")]
    assert source.replaced == 0


def test_a_byte_order_mark_within_joined_files_is_no_character() -> None:
    assert text(b"a\n\xef\xbb\xbfb\n") == [(1, "a"), (2, "b")]


def test_the_lines_are_still_there_when_the_whole_is_too_long_or_was_taken() -> None:
    data = b"x" * 70_000 + b"\nend\n"
    for limit in (10, 1 << 20):
        source = Text(io.BytesIO(data), "utf-8")
        assert (source.all(limit) is None) == (limit == 10)
        assert [n for n, _ in source.lines()] == [1, 2]


@given(st.binary(max_size=300), st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le", "cp932", "latin-1"]))
def test_any_bytes_are_text_without_surrogates(data: bytes, encoding: str) -> None:
    lines = list(text(data, encoding))
    assert [number for number, _ in lines] == list(range(1, len(lines) + 1))
    assert not any("\ud800" <= character <= "\udfff" for _, line in lines for character in line)


@given(st.binary(min_size=1, max_size=200))
def test_a_guess_is_an_encoding_that_python_knows(data: bytes) -> None:
    guess = guess_encoding(data)
    if guess is not None:
        assert codecs.lookup(guess).name
        assert text(data, guess) is not None


def test_blocks_are_whole_lines_whatever_ends_them() -> None:
    data = b"a\r\n" + b"b" * (BLOCK - 4) + b"\r" + b"c\n\n" + b"d" * (2 * BLOCK) + b"\ne"
    source = Text(io.BytesIO(data), "utf-8")
    blocks = list(source.blocks())
    assert all(b.endswith(b"\n") for b in blocks[:-1])
    lines = b"".join(blocks).decode().split("\n")
    assert [(line[:1], len(line)) for line in lines] == [
        ("a", 1), ("b", BLOCK - 4), ("c", 1), ("", 0), ("d", BLOCK), ("e", 1)
    ]  # fmt: skip
    assert source.cut == 1


def test_one_line_of_a_hundred_megabytes_takes_little_memory() -> None:
    class Long(io.BytesIO):
        left = 100

        def read(self, size: int | None = -1) -> bytes:
            self.left -= 1
            return b"x" * (size or 0) if self.left > 0 else b"\nend"[: 4 * (self.left == 0)]

    tracemalloc.start()
    source = Text(Long(), "utf-8")
    assert [(n, len(line)) for n, line in source.lines()] == [(1, BLOCK), (2, 3)]
    assert tracemalloc.get_traced_memory()[1] < 8 * BLOCK
    tracemalloc.stop()
