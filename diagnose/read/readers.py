"""The readers that know a shape, in one table: who is asked, in which order.

Three sorts of readers, each a module below `diagnose/read/` that is imported when an input may be its own:

- of parsed JSON: `claims(obj) -> bool`, `read(obj, path) -> Found`
- of text: `claims_text(head) -> bool`, `read_text(text, path) -> Found`; `head` is the first 64 KiB
- of bytes: `claims_bytes(head) -> bool`, `read_bytes(stream, path) -> Found`; `stream.read(n)` begins at the first byte

The first that claims an input reads it. To add a reader is to add a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any, NamedTuple

from diagnose.model import Draft, SourceReport

Found = tuple[Sequence[Draft], SourceReport]
"""What a reader gives: drafts, and the report on its source."""


class Row(NamedTuple):
    """A reader: its module, and whether the text is scanned for signals too, as a log of the kind that it reports."""

    module: str
    scanned: bool = False


OBJECTS = (
    Row("genesys.analytics"),
    Row("genesys.audiohook"),
    Row("genesys.events"),
    Row("genesys.edges"),
    Row("genesys.bots"),
    Row("genesys.answers"),
    Row("programs"),
    Row("sip.exports"),
)
"""Readers of parsed JSON."""
RAW_JSON = (Row("genesys.analytics"),)
"""Readers of JSON that decode it themselves, which saves time and memory. They are asked before `OBJECTS`.

`claims_json(head)`; `read_json(text, path)` for a document, where None declines; `read_lines(lines, path)`.
"""
TEXTS = (Row("capture.dump"), Row("sip.screen"), Row("programs", scanned=True))
"""Readers of a program's output. They are asked for texts that are neither JSON nor a ticket."""
BYTES = (Row("capture.pcap"),)
"""Readers of what is not text. They are asked before anything else."""


def _module(row: Row) -> Any:
    return import_module(f"diagnose.read.{row.module}")


def claimed(obj: Any) -> bool:
    """Whether a reader claims this parsed JSON value."""
    return any(_module(row).claims(obj) for row in OBJECTS)


def read_object(obj: Any, path: str) -> tuple[list[Draft], SourceReport] | None:
    """What the reader that claims this parsed JSON value reads from it; None when none does."""
    for row in OBJECTS:
        reader = _module(row)
        if reader.claims(obj):
            drafts, report = reader.read(obj, path)
            return list(drafts), report
    return None


def of_json(head: str) -> Row | None:
    """The row of the reader that claims JSON by its head to decode it itself."""
    return next((row for row in RAW_JSON if _module(row).claims_json(head)), None)


def read_json(row: Row, text: str, path: str) -> Found | None:
    """What the reader of this row reads from a JSON document; None when it is broken or something else after all."""
    found: Found | None = _module(row).read_json(text, path)
    return found


def read_lines(row: Row, lines: Iterable[tuple[int, str]], path: str) -> Found:
    """What the reader of this row reads from lines of JSON."""
    found: Found = _module(row).read_lines(lines, path)
    return found


def of_text(head: str) -> Row | None:
    """The row of the reader that claims a text by its head."""
    return next((row for row in TEXTS if _module(row).claims_text(head)), None)


def read_text(row: Row, text: str, path: str) -> Found:
    """What the reader of this row reads from a text that it claimed."""
    found: Found = _module(row).read_text(text, path)
    return found


def of_bytes(head: bytes) -> Row | None:
    """The row of the reader that claims bytes by the first of them."""
    return next((row for row in BYTES if _module(row).claims_bytes(head)), None)


def read_bytes(row: Row, stream: Any, path: str) -> Found:
    """What the reader of this row reads from bytes that it claimed."""
    found: Found = _module(row).read_bytes(stream, path)
    return found
