"""Traces in files, logs and tickets, as the dispatch hands them over."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from diagnose.model import Reading
from diagnose.read import read
from diagnose.read.signals.scan import Scanner
from diagnose.read.signals.signal import Signal
from tests.read.sip.sipcase import Case, sdp

RESET = Signal("l.reset", "t", ("log",), "tcp.failure", "(?i)reset by peer", (), {"outcome": "reset"})
SCANNER = Scanner([RESET])
BUSY = Case().add(0, "INVITE", body=sdp()).add(1, "486 Busy Here", back=True, tags=("a", "b")).lines


def reading(tmp_path: Path, name: str, text: str) -> Reading:
    (tmp_path / name).write_text(text)
    return read([str(tmp_path / name)], SCANNER)


def test_a_trace_is_one_source_that_covers_its_time(tmp_path: Path) -> None:
    found = reading(tmp_path, "trace.txt", "\n".join(BUSY))
    (source,) = found.sources
    assert (source.kind, source.records, source.covers) == ("sip.trace", 2, True)
    assert source.from_ is not None
    assert {d.kind for d in found.drafts} == {"sip.response", "sip.call"}
    (response,) = [d for d in found.drafts if d.kind == "sip.response"]
    assert (response.place.line, response.entities) == (BUSY.index("SIP/2.0 486 Busy Here") + 1, {"session": "call-1"})


def test_messages_in_a_log_leave_the_log_to_be_read(tmp_path: Path) -> None:
    log = ["2026-03-04 09:59:59.000 edge: stream was reset by peer", *BUSY, "2026-03-04 10:00:09.000 edge: all is well"]
    found = reading(tmp_path, "edge.log", "\n".join(log))
    assert {d.kind for d in found.drafts} >= {"tcp.failure", "sip.response"}
    assert sorted(s.kind for s in found.sources) == ["edge.log", "sip.trace"]


def test_a_pasted_message_in_a_ticket_is_an_excerpt(tmp_path: Path) -> None:
    text = "Hello,\n\nwe cannot call out since this morning, and this is what we see:\n\n" + "\n".join(BUSY)
    found = reading(tmp_path, "ticket.txt", text + "\nCan you please tell us what is wrong with it?\n")
    assert {s.kind: s.covers for s in found.sources} == {"ticket": False, "sip.trace": False}
    assert "sip.response" in {d.kind for d in found.drafts}


def test_stamps_without_a_date_get_that_of_the_file(tmp_path: Path) -> None:
    found = reading(tmp_path, "trace.txt", "\n".join(BUSY).replace("2026-03-04 ", ""))
    (response,) = [d for d in found.drafts if d.kind == "sip.response"]
    assert response.start is not None
    assert response.start > 1_700_000_000_000


def test_a_trace_with_the_headers_of_a_server_is_no_output_of_a_program(tmp_path: Path) -> None:
    trace = Case().add(0, "INVITE", body=sdp()).add(1, "503 No", "Server: 10.0.0.53", back=True, tags=("a", "b")).lines
    assert [s.kind for s in reading(tmp_path, "trace.txt", "\n".join(trace)).sources] == ["sip.trace"]


def test_a_long_log_without_messages_imports_nothing_that_reads_them() -> None:
    code = (
        "import sys; from diagnose.read.sip import Trace; t = Trace();"
        "print(len(list(t.rest([(n, 'x') for n in range(99)]))), bool(t), 'sipmessage' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["99", "False", "False"]
