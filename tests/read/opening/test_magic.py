"""Bytes that are not text are called by their name."""

from __future__ import annotations

import pytest

from diagnose.read.opening import magic


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"PK\x03\x04....", "zip"),
        (b"\x1f\x8b\x08", "gz"),
        (b"BZh91AY&SY", "bz2"),
        (b"BZhang said the call dropped", None),
        (b"\xfd7zXZ\x00", "xz"),
        (b"\x28\xb5\x2f\xfd", "zst"),
        (bytes(257) + b"ustar  ", "tar"),
        (b"PKCS error", None),
        (b"", None),
    ],
)
def test_archives_are_told_from_words_that_begin_alike(head: bytes, kind: str | None) -> None:
    assert magic.archive(head) == kind


@pytest.mark.parametrize(
    ("head", "what", "way_out"),
    [
        (b"%PDF-1.7\n", "a PDF", "pdftotext"),
        (b"\x89PNG\r\n", "a picture", "type"),
        (b"MZ\x90\x00\x03", "a program", "leave it out"),
        (b"\x00\x01\x02", "binary, not text", "--encoding"),
        (bytes(90), "nothing but zero bytes", "fetch it again"),
    ],
)
def test_what_is_no_text_is_named_with_the_way_out(head: bytes, what: str, way_out: str) -> None:
    found = magic.binary(head)
    assert found[0] == what
    assert way_out in found[1]


def test_words_are_no_magic() -> None:
    for words in (b"MZ is the zone of Mozambique", b"ID of the call", b"The call dropped"):
        assert magic.foreign(words) is None
