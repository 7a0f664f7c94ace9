"""Bytes to text: which encoding they are in, and the lines of a text of any size.

Text that claims to be UTF-8 is often not so throughout: logs are joined, tickets are pasted. Bytes that are not valid
UTF-8 are read as Windows-1252, byte by byte, which keeps the accents of western languages; where the first bytes show
another encoding, the whole is read in that.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator

from diagnose.read.opening.inputs import HEAD

BLOCK = 1 << 20
"""Bytes read at a time; also the longest line that is kept whole."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY_SHARE = 0.02
_ZERO_SHARE = 0.2
_WESTERN = frozenset({"ascii", "utf_8", "latin_1", "cp1252", "cp1250", "cp1254", "cp1257", "cp1258", "mac_roman"})
_FOREIGN_SHARE = 0.3
_STRAY = re.compile("[\udc80-\udcff]")
_WESTERN_OF = {0xDC00 + b: bytes([b]).decode("cp1252", "replace") for b in range(0x80, 0x100)}
"""What Python's `surrogateescape` makes of a stray byte -> the character that the byte is in Windows-1252."""


def guess_encoding(head: bytes) -> str | None:
    """The encoding that the first bytes show, by mark, zero bytes or letters; None when they are not text."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if not head:
        return "utf-8"
    wide = looks_utf16(head)
    if wide is not None:
        return wide
    odd = sum(head.count(b) for b in range(32) if b not in b"\t\n\r\x0b\x0c\x1b\x08")
    if odd / len(head) > _BINARY_SHARE:
        return None
    return _by_letters(head)


def _by_letters(head: bytes) -> str:
    """UTF-8, or the encoding of another script in which the lines that are not UTF-8 make sense."""
    lines = [line for line in head.split(b"\n")[: None if len(head) < HEAD else -1] if not line.isascii()]
    wrong = b"\n".join(line for line in lines if _not_utf8(line))
    high = sum(1 for b in wrong if b >= 0x80)
    letters = sum(1 for b in wrong if b >= 0x41)
    if high < 4 or high < _FOREIGN_SHARE * letters:
        return "utf-8"
    from charset_normalizer import from_bytes

    best = from_bytes(wrong).best()
    return "utf-8" if best is None or best.encoding in _WESTERN else best.encoding


def _not_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return True
    return False


def looks_utf16(head: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` when every other byte of `head` is zero, as in plain text without a mark."""
    half = max(1, len(head) // 2)
    even, odd = head[::2].count(0) / half, head[1::2].count(0) / half
    if odd > 1 - _ZERO_SHARE * 2 and even < _ZERO_SHARE:
        return "utf-16-le"
    if even > 1 - _ZERO_SHARE * 2 and odd < _ZERO_SHARE:
        return "utf-16-be"
    return None


def split_lines(block: bytes) -> list[str]:
    """The lines of a piece of text, as `Text.blocks` gives it; a character that was cut in two is left out."""
    return block.decode("utf-8", "ignore").removesuffix("\n").split("\n")


class Text:
    """The text of one input, read once: the first bytes to look at, then whole lines.

    `lenient` says that stray bytes are read as Windows-1252. `replaced` counts the bytes that were not of the encoding,
    `cut` the lines over `BLOCK` bytes; both grow while the lines are read. A zero byte is read as a blank, a byte
    order mark anywhere as nothing.
    """

    def __init__(self, stream: io.BufferedIOBase, encoding: str) -> None:
        """Read the head from `stream`; `encoding` is a Python codec name."""
        self._stream = stream
        self.encoding = encoding
        self.lenient = encoding in {"utf-8", "utf-8-sig"}
        self._decoder = codecs.getincrementaldecoder(encoding)("surrogateescape" if self.lenient else "replace")
        self.replaced = 0
        self.cut = 0
        raw = stream.read(HEAD)
        self.whole = len(raw) < HEAD
        self.head = self._decode(raw, self.whole)
        self._held = [self.head]

    def _decode(self, raw: bytes, final: bool) -> str:
        text = self._decoder.decode(raw, final)
        if not self.lenient:
            self.replaced += text.count("\ufffd")
        elif not text.isascii() and (strays := len(_STRAY.findall(text))):
            self.replaced += strays
            text = text.translate(_WESTERN_OF)
        return text.replace("\x00", " ").replace("\ufeff", "")

    def _utf8(self, raw: bytes, final: bool) -> bytes:
        """As `_decode`, but in UTF-8; the bytes themselves as long as they are ASCII."""
        if self.lenient and raw.isascii() and not self._decoder.getstate()[0]:
            return raw.replace(b"\x00", b" ")
        return self._decode(raw, final).encode("utf-8", "replace")

    def _pieces(self) -> Iterator[bytes]:
        held, self._held = self._held, []
        yield from (piece.encode("utf-8", "replace") for piece in held)
        while not self.whole:
            raw = self._stream.read(BLOCK)
            self.whole = not raw
            yield self._utf8(raw, self.whole)

    def blocks(self) -> Iterator[bytes]:
        """The text in UTF-8, in pieces of whole lines, each ended by `\\n`, the last one perhaps not.

        CRLF and a lone CR end a line too. Of a line longer than `BLOCK` only the beginning is there.
        """
        rest, cutting = b"", False
        for piece in self._pieces():
            text = rest + piece
            held = b"\r" if text.endswith(b"\r") and not self.whole else b""
            if b"\r" in text:
                text = text.removesuffix(held).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            end = text.rfind(b"\n") + 1
            block, rest = text[:end], text[end:] + held
            if block and cutting:
                block, cutting = block[block.find(b"\n") + 1 :], False
            if block:
                yield self._limited(block)
            if len(rest) > BLOCK:
                if not cutting:
                    yield self._limited(rest)
                rest, cutting = b"", True
        if rest and not cutting:
            yield self._limited(rest)

    def lines(self) -> Iterator[tuple[int, str]]:
        """Each line with its number from 1, without its line end."""
        return enumerate((line for block in self.blocks() for line in split_lines(block)), start=1)

    def _limited(self, block: bytes) -> bytes:
        """The block with its first line cut to `BLOCK`; the others are short, since one piece was read at a time."""
        end = block.find(b"\n")
        if (end if end >= 0 else len(block)) <= BLOCK:
            return block
        self.cut += 1
        return block[:BLOCK] + b"\n" + (block[end + 1 :] if end >= 0 else b"")

    def all(self, limit: int) -> str | None:
        """The whole text when it is at most `limit` characters, else None; either way `lines` still gives all of it."""
        size = sum(map(len, self._held))
        while not self.whole and size <= limit:
            raw = self._stream.read(BLOCK)
            self.whole = not raw
            self._held.append(self._decode(raw, self.whole))
            size += len(self._held[-1])
        return "".join(self._held) if size <= limit else None
