"""gzip is unpacked up to its last byte, whole or cut off, with isal and without."""

from __future__ import annotations

import gzip
import io
import zlib
from types import SimpleNamespace

import pytest

from diagnose.read.opening import gunzip
from diagnose.read.opening.gunzip import Gunzip
from diagnose.read.opening.inputs import is_failure

LINES = b"".join(b"2031-03-04T05:06:07Z INFO step %d %d\n" % (n, n * 7919 % 10_007) for n in range(4000))


@pytest.fixture(params=["zlib", "isal"], autouse=True)
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "isal":
        pytest.importorskip("isal.isal_zlib", reason="isal is an extra")
    else:
        monkeypatch.setattr(gunzip, "import_module", lambda _: SimpleNamespace(decompressobj=zlib.decompressobj))


def drain(stream: Gunzip, size: int = 1 << 16) -> bytes:
    return b"".join(iter(lambda: stream.read1(size), b""))


def unpacked(data: bytes, size: int = 1 << 16) -> bytes:
    return drain(Gunzip(io.BytesIO(data)), size)


@pytest.mark.parametrize("size", [1000, 1 << 16, 1 << 20])
def test_all_members_are_given_also_with_zeros_between_and_behind(size: int) -> None:
    one = gzip.compress(LINES)
    assert unpacked(one, size) == LINES
    assert unpacked(one + bytes(100_000) + one + one + bytes(9), size) == LINES * 3


def test_all_that_stands_before_a_break_is_given() -> None:
    packed = gzip.compress(LINES)
    half = packed[: len(packed) // 2]
    whole = len(zlib.decompressobj(31).decompress(half))
    stream, out = Gunzip(io.BytesIO(half)), b""
    while len(out) < whole - 10:
        out += stream.read1(5000)
    assert LINES.startswith(out)
    with pytest.raises(EOFError, match="cut off"):
        drain(stream)


def test_what_follows_and_is_no_gzip_is_an_error() -> None:
    with pytest.raises(Exception, match=r"(?i)header|gzip") as caught:
        unpacked(gzip.compress(LINES) + b"something else")
    assert is_failure(caught.value)
