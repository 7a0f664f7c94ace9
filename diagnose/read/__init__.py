"""Reading: from paths to drafts of facts, a report on every source, and problems as values.

    paths --opening--> inputs --sniff--> format --a reader--> drafts --gathered--> Reading

`read` takes what users have: files, folders, archives, standard input. What an input is, is told by its content. The
way of one fact, from its line in a log to the draft:

1. `opening.paths` finds the file, opens what is packed, and gives it as an `Input`: a label and a stream.
2. `dispatch` asks the readers of bytes (`readers`), turns the stream into lines (`opening.text`), and asks `sniff` for
   the format.
3. A log goes to `logs.scanning`: `logs.records` makes records of the lines, `signals.scan` says which signals match.
   JSON and programs' output go to the reader that claims them, a ticket to `prose.ticket`, which gives what was pasted
   into it back to the others.
4. A draft comes out: kind and fields of the fact dictionary, the time as it stood there, file and line.
5. `gathered` keeps it, and at the end dates stamps without a year and says what several sources show only together.

Imports run one way, from the first line to the last; packages on one line do not know each other:

    dispatch                            one input to its reader
    gathered, readers, sniff            what they brought; the table of readers; the format of a text
    prose                               tickets and notes
    genesys, capture                    answers and events of the platform; packets
    programs, sip                       output of programs; SIP messages
    logs                                records of any logger or log store
    signals                             patterns and what they take
    opening                             bytes and text
    shapes                              times, words, excerpts
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from diagnose.model import Reading
    from diagnose.read.opening.inputs import Limits, Ticker
    from diagnose.read.signals.scan import Scanner

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
