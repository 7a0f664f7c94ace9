"""Captures as text: lines of `tcpdump` and `tshark`, the trees of `tshark -V`, the table of `-z rtp,streams`."""

from __future__ import annotations

from collections.abc import Iterable

from diagnose.model import Draft, SourceReport
from diagnose.read.capture.text import is_packet

_NEAR_TOP = 6
_SHARE = 0.3
_LOOKED_AT = 300


def claims_text(head: str) -> bool:
    """Whether a text is a capture alone; where other programs ran too, `diagnose.read.programs` takes it apart."""
    from diagnose.read.programs import runs
    from diagnose.read.programs.families import TOOLS

    return is_capture(head) and sum(1 for run in runs.split(head, "", TOOLS) if run.text.strip()) == 1


def is_capture(head: str) -> bool:
    """Whether a text begins with a packet, is packets for a good part, or holds the table of streams.

    A trace of SIP alone is none; `diagnose.read.sip` reads it.
    """
    from diagnose.read.capture.tables import is_table
    from diagnose.read.capture.verbose import is_verbose

    if is_table(head) or is_verbose(head):
        return True
    lines = [line for line in head.splitlines() if line.strip()][:_LOOKED_AT]
    hits = [n for n, line in enumerate(lines) if is_packet(line) and not _leads_to_sip(lines[n + 1 : n + 2])]
    return bool(hits) and (hits[0] < _NEAR_TOP or len(hits) >= _SHARE * len(lines))


def _leads_to_sip(following: list[str]) -> bool:
    return any("SIP, length" in line for line in following)


def read_text(text: str, path: str) -> tuple[list[Draft], SourceReport]:
    """The facts of a capture as text; SIP messages in it are read as a trace."""
    return read_lines(enumerate(text.splitlines(), 1), path)


def read_lines(numbered: Iterable[tuple[int, str]], path: str) -> tuple[list[Draft], SourceReport]:
    """The facts of a capture in lines with their numbers."""
    from diagnose.read.capture import tables, verbose
    from diagnose.read.capture.text import packets_of
    from diagnose.read.capture.watch import Watch
    from diagnose.read.sip import Trace

    trace = Trace()
    numbered = list(numbered)
    if any(line.startswith("Frame ") and verbose.is_verbose(line) for _, line in numbered):
        return Watch().take(verbose.packets_of(numbered)).found(path)
    lines = list(trace.rest(numbered))
    watch = Watch().take(packets_of(lines))
    drafts, report = watch.found(path)
    rows = tables.rows_of(lines)
    drafts.extend(tables.drafts(rows, path))
    records = report.records + len(rows)
    if trace:
        found, told = trace.facts(path)
        drafts.extend(found)
        records += told.records
    return drafts, _with(report, records, len(drafts))


def _with(report: SourceReport, records: int, facts: int) -> SourceReport:
    from msgspec.structs import replace

    return replace(report, records=records, facts=facts)
