"""What bytes are that are not text, by the first of them: an archive, compressed, or something to export first."""

from __future__ import annotations

_ARCHIVES = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\x1f\x8b": "gz",
    b"BZh": "bz2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zst",
}
_BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")
_TAR_AT = 257

_FOREIGN = {
    b"7z\xbc\xaf": ("a 7-Zip archive", "unpack it first: 7z x FILE"),
    b"Rar!": ("a RAR archive", "unpack it first: unrar x FILE"),
    b"%PDF-": ("a PDF", "copy its text into a file: pdftotext FILE"),
    b"\xd0\xcf\x11\xe0": ("an old Office document", "save it as plain text or CSV"),
    b"\x89PNG": ("a picture", "type what it shows into a text file"),
    b"\xff\xd8\xff": ("a picture", "type what it shows into a text file"),
    b"GIF8": ("a picture", "type what it shows into a text file"),
    b"RIFF": ("a sound or video file", "describe what is heard in a text file"),
    b"OggS": ("a sound file", "describe what is heard in a text file"),
    b"ID3": ("a sound file", "describe what is heard in a text file"),
    b"ElfFile\x00": ("a Windows event log", "export it as text: wevtutil qe FILE /lf:true /f:text"),
    b"LPKSHHRH": ("a systemd journal", "export it as text: journalctl --file FILE -o short-iso-precise"),
    b"\x7fELF": ("a program or core dump", "leave it out; the log beside it tells more"),
    b"MZ": ("a program", "leave it out; the log beside it tells more"),
    b"SQLite format 3\x00": ("a database", "export the tables as text or CSV"),
}
"""First bytes: what it is, and the way out."""


def archive(head: bytes) -> str | None:
    """The kind of archive or compression that the first bytes show: zip, tar, gz, bz2, xz, zst; None for others."""
    for mark, kind in _ARCHIVES.items():
        if head.startswith(mark) and (kind != "bz2" or head[4:10] in _BZIP2_BLOCKS):
            return kind
    return "tar" if head[_TAR_AT : _TAR_AT + 5] == b"ustar" else None


def foreign(head: bytes) -> tuple[str, str] | None:
    """What a file is that is neither text nor an archive we open, and what to do with it; None when nothing tells."""
    for mark, told in _FOREIGN.items():
        if head.startswith(mark) and (len(mark) > 2 or b"\x00" in head):
            return told
    return None


def binary(head: bytes) -> tuple[str, str]:
    """What is wrong with bytes that are not text, and the way out."""
    if not head.strip(b"\x00"):
        return "nothing but zero bytes", "it was never written, or lost in a crash: fetch it again"
    return foreign(head) or ("binary, not text", "export it as text, or name the encoding: --encoding utf-16-le")
