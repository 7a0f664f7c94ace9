"""Tables of log records as text: CSV and TSV with a header, as Kibana, Splunk, Datadog, CloudWatch and Azure export."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from diagnose.read.logs.vocabulary import plain, vocabulary

if TYPE_CHECKING:
    from diagnose.read.logs.rows import Broken, JsonRow

_DELIMITERS = ",\t;|"
_ZONE = re.compile(r"\s*[\[(](?:UTC|GMT|Z)[\])]$", re.IGNORECASE)
_HEADER = 4096
_MOST_COLUMNS = 400


def delimiter(head: str) -> str | None:
    """What separates the columns of a table of log records; None for a text that is none.

    Its first line names columns, one of them a time and one a message, and a second line follows.
    """
    first, _, rest = head.lstrip("\ufeff \t\r\n").partition("\n")
    if not rest.strip() or len(first) > _HEADER or first[:1] in "{[":
        return None
    names = vocabulary().fields
    for mark in _DELIMITERS:
        columns = {plain(_name(cell)) for cell in first.split(mark)}
        if len(columns) > 1 and columns.intersection(names["time"]) and columns.intersection(names["message"]):
            return mark
    return None


def _name(cell: str) -> str:
    """A column's name without quotes, the zone that Azure adds and the `_source.` of Elasticsearch."""
    return _ZONE.sub("", cell.strip().strip('"')).removeprefix("_source.").strip()


def rows(lines: Iterable[tuple[int, str]], mark: str) -> Iterator[JsonRow | Broken]:
    """The rows of a table as records, or why one could not be read. A quoted cell may hold several lines."""
    import csv

    from diagnose.read.logs.rows import Broken, rows_of

    last = 0

    def texts() -> Iterator[str]:
        nonlocal last
        for number, line in lines:
            last = number
            yield line + "\n"

    reader = csv.reader(texts(), delimiter=mark)
    header: list[str] = []
    while True:
        start = last + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Broken(start, str(error))
            continue
        if not header:
            header = [_name(cell.lstrip("\ufeff")) for cell in cells[:_MOST_COLUMNS]]
        elif any(cells):
            record = {name: cell for name, cell in zip(header, cells, strict=False) if name and cell}
            yield from rows_of(record, start, mark.join(cells))
