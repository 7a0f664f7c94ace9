"""The table of `tshark -q -z rtp,streams`: streams with their loss, jitter and times, as tshark counted them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from diagnose.model import Draft, Place
from diagnose.read.capture.calls import End
from diagnose.read.capture.place import SIGNAL, SOURCE
from diagnose.read.capture.rtp import LATE_S, STOP_S, astray, grade
from diagnose.read.shapes import MAX_EXCERPT, some

_TITLE = re.compile(r"=+ RTP Streams =+")
_ADDRESS = r"[\da-fA-F.:]{3,45}"
_ROW = re.compile(
    rf"^\s*(?:(?P<start>\d+\.\d+)\s+(?P<end>\d+\.\d+)\s+)?(?P<src>{_ADDRESS})\s+(?P<sport>\d+)\s+(?P<dst>{_ADDRESS})\s+"
    r"(?P<dport>\d+)\s+(?P<ssrc>0x[0-9A-Fa-f]+)\s+(?P<codec>.+?)\s+(?P<count>\d+)\s+(?P<lost>-?\d+) "
    r"\((?P<pct>-?[\d.]+)%\)\s*(?P<figures>[\d.\s]*)"
)


class Row(msgspec.Struct, frozen=True):
    """A line of the table: its place, ends, packets, and figures in s, percent and ms."""

    line: int
    text: str
    a: End
    b: End
    start: float
    end: float
    count: int
    loss: float
    gap: float | None
    jitter: float | None


def is_table(text: str) -> bool:
    """Whether a text holds the table."""
    return _TITLE.search(text) is not None


def rows_of(lines: Sequence[tuple[int, str]]) -> list[Row]:
    """The rows of the table."""
    found = ((n, text, m) for n, text in lines if (m := _ROW.match(text)) is not None)
    return [_row(n, text, m) for n, text, m in found]


def _row(number: int, text: str, found: re.Match[str]) -> Row:
    figures = [float(f) for f in found["figures"].split() if f.replace(".", "", 1).isdecimal()]
    full = len(figures) >= 6
    return Row(
        line=number,
        text=" ".join(text.split())[:MAX_EXCERPT],
        a=(found["src"], int(found["sport"])),
        b=(found["dst"], int(found["dport"])),
        start=float(found["start"] or 0),
        end=float(found["end"] or 0),
        count=int(found["count"]),
        loss=max(0.0, float(found["pct"])),
        gap=figures[2] if full else figures[0] if figures else None,
        jitter=figures[4] if full else figures[2] if len(figures) > 2 else None,
    )


def drafts(rows: Sequence[Row], path: str) -> Iterator[Draft]:
    """The facts: quality of each stream, and the directions of each pair of ends. The streams of a call that is seen
    from two networks differ in their addresses; then a stream without its way back is one direction alone."""
    for row in rows:
        yield _draft(
            row, path, "media.quality",
            leg="unknown", by="rtp", grade=grade(row.loss, row.jitter or 0.0), loss_pct=row.loss, jitter_ms=row.jitter,
            max_gap_ms=row.gap, packets=row.count, duration_s=round(row.end - row.start, 1) if row.end else None,
        )  # fmt: skip
    for ends_of, address in astray([(r.a, r.b) for r in rows]).items():
        row = next(r for r in rows if (r.a, r.b) == ends_of)
        yield _draft(row, path, "media.address", address=address, scope="private", matches_source=False)
    ends = {host: sum(host in {r.a[0], r.b[0]} for r in rows) for r in rows for host in (r.a[0], r.b[0])}
    for row in rows:
        back = [r for r in rows if (r.a, r.b) == (row.b, row.a)]
        if back and back[0].line < row.line:
            continue
        incoming = ends[row.b[0]] > ends[row.a[0]]
        counts = (row.count, back[0].count if back else 0)
        received, sent = counts if incoming else counts[::-1]
        direction = "both" if back else "in_only" if incoming else "out_only"
        yield _draft(row, path, "media.flow", leg="unknown", direction=direction, received=received, sent=sent)
        if back and row.end:
            yield from _uneven(row, back[0], path)


def _uneven(row: Row, back: Row, path: str) -> Iterator[Draft]:
    if abs(row.end - back.end) >= STOP_S:
        yield _draft(min(row, back, key=lambda r: r.end), path, "media.event", event="media_stopped", leg="unknown")
    if abs(row.start - back.start) >= LATE_S:
        delay = round(abs(row.start - back.start) * 1000)
        late = max(row, back, key=lambda r: r.start)
        yield _draft(late, path, "media.setup", outcome="late", delay_ms=delay, step="first RTP packet")


def _draft(row: Row, path: str, kind: str, **fields: object) -> Draft:
    return Draft(kind, SOURCE, Place(path, row.line, None, row.text), some(**fields), signal=SIGNAL)
