"""Reading: from paths to drafts of facts, a report on every source, and problems as values.

    paths --open--> inputs --sniff--> format --a reader--> drafts

`read` takes what users have: files, folders, archives, standard input. Every reader is told apart by content.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from diagnose.model import Reading
    from diagnose.read.inputs import Limits, Ticker
    from diagnose.read.scan import Scanner

__all__ = ["read", "read_strings"]


def read(
    paths: Sequence[str],
    scanner: Scanner,
    *,
    tz: str | None = None,
    encoding: str | None = None,
    stdin: BinaryIO | None = None,
    limits: Limits | None = None,
    tick: Ticker | None = None,
) -> Reading:
    """Read every input behind `paths`; `-` is `stdin` (the process's own when not given).

    `encoding` is used for every file in place of what its first bytes show. `tz` is taken for symmetry with the
    normaliser and moves nothing here: stamps without a zone stay local (`Draft.local`) and are shifted there. `limits`
    bound what is read of each input; `tick` is told of each block that is read. Raises NothingReadError when no input
    could be read, UsageError for an encoding that Python does not know.
    """
    from diagnose.errors import NothingReadError
    from diagnose.read.dispatch import Collector

    collector = Collector(scanner, encoding, limits, tick)
    source = stdin
    if source is None and "-" in paths:
        source = sys.stdin.buffer
    collector.read_paths(paths, source)
    if not collector.any_read:
        raise NothingReadError(collector.problems)
    return collector.reading()


def read_strings(texts: Mapping[str, str], scanner: Scanner, *, tz: str | None = None) -> Reading:
    """Read texts by source kind (`edge.log`, `ticket`, `analytics`, ...) as if each were a file of that kind."""
    from diagnose.read.dispatch import Collector

    collector = Collector(scanner)
    for kind, text in texts.items():
        collector.read_string(kind, text)
    return collector.reading()
