"""A large log that several processes read: the same as one reads of it, whatever becomes of them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from diagnose.model import Reading
from diagnose.read import dispatch, read
from diagnose.read.logs import part, workers
from diagnose.read.signals.scan import Scanner
from diagnose.read.signals.signal import Signal

SIGNALS = (
    Signal("reset", "", ("log",), "log.event", r"reset by peer after (?P<age>\d+) s", take={"age_s": "age"},
           numbers=frozenset({"age_s"}), literals=((("reset by peer after ",),),)),
    Signal("closed", "", ("log",), "ws.close", "session closed", take={"session": "session_id"},
           literals=((("session closed",),),)),
)  # fmt: skip


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "LEAST", 60_000)
    monkeypatch.setattr(dispatch, "LEAST", 60_000)
    monkeypatch.setattr(workers, "cores", lambda: 3)


def stamp(n: int) -> str:
    return f"2031-03-04T{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}Z"


def json_log() -> Iterator[str]:
    for n in range(12_000):
        text = "link ok"
        if n % 97 == 3:
            text = f"reset by peer after {n} s"
        elif n % 501 == 7:
            text = "session closed"
        record = {"timestamp": stamp(n), "level": "INFO", "component": "media-bridge", "message": text}
        yield json.dumps({**record, "session_id": f"s-{n % 600}", "edge_node": f"edge-{n % 3}"})


def text_log() -> Iterator[str]:
    for n in range(45_000):
        yield f"{stamp(n)} INFO media-bridge tick {n} \u00e9 conversation=c{n % 90}"
        if n % 97 == 3:
            yield f"{stamp(n)} ERROR media-bridge reset by peer after {n} s"
            yield "java.io.IOException: broken\n\tat a.b.C(D.java:3)\n\tat a.b.E(F.java:9)"


def run(path: Path) -> Reading:
    return read([str(path)], Scanner(SIGNALS))


def both(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Reading, Reading, int]:
    """What several workers read, what one reads, and how many parts came back."""
    came: list[object] = []
    original = workers.Workers.parts

    def parts(self: workers.Workers) -> Iterator[tuple[int, part.Part]]:
        found = list(original(self))
        came.extend(found)
        yield from found

    monkeypatch.setattr(workers.Workers, "parts", parts)
    several = run(path)
    monkeypatch.setattr(workers, "cores", lambda: 1)
    return several, run(path), len(came)


@pytest.mark.parametrize("lines", [json_log, text_log])
def test_several_workers_read_what_one_reads(lines: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "edge.log"
    path.write_text("\n".join(lines()), encoding="utf-8")
    several, one, parts = both(path, monkeypatch)
    assert parts == 2
    assert several == one
    assert len(one.drafts) > 120
    assert max(d.place.line or 0 for d in one.drafts) > 11_900


def test_broken_lines_are_named_by_their_place_in_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = list(json_log())
    lines[9_001] = '{"message": "reset by peer after 4 s", "level'
    lines[11_500] = '{"message": "reset by peer after 5 s", "level"}'
    (tmp_path / "edge.log").write_text("\n".join(lines))
    several, one, parts = both(tmp_path / "edge.log", monkeypatch)
    assert parts == 2
    assert several == one
    assert "line 9002: the JSON breaks off; line 11501: not valid JSON" in several.problems[0].message


def test_a_part_that_holds_sip_messages_is_read_where_the_whole_trace_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = list(text_log())
    ids = ["Via: SIP/2.0/UDP 10.0.0.1", "From: <sip:a@b>;tag=1", "To: <sip:bot@b>;tag=2", "Call-ID: 9@b"]
    for head, method in (("INVITE sip:bot@b SIP/2.0", "INVITE"), ("SIP/2.0 503 Service Unavailable", "INVITE")):
        lines[-30:-30] = [head, *ids, f"CSeq: 1 {method}", ""]
    (tmp_path / "edge.log").write_text("\n".join(lines), encoding="utf-8")
    several, one, parts = both(tmp_path / "edge.log", monkeypatch)
    assert parts == 1
    assert several == one
    assert any(d.kind.startswith("sip.") for d in several.drafts)


@pytest.mark.parametrize("program", ["dies", "missing", ""])
def test_a_process_that_dies_or_cannot_start_costs_nothing_but_time(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "edge.log"
    path.write_text("\n".join(json_log()))
    dies = tmp_path / "dies"
    dies.write_text("#!/bin/sh\nexit 1\n")
    dies.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / program) if program else "")
    several, one, parts = both(path, monkeypatch)
    assert parts == 0
    assert several == one


def test_no_process_is_left_behind_when_reading_is_broken_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "edge.log"
    path.write_text("\n".join(json_log()))
    started: list[subprocess.Popen[bytes]] = []
    original = workers._run

    def note(job: part.Job) -> subprocess.Popen[bytes]:
        process = original(job)
        assert process is not None
        started.append(process)
        return process

    monkeypatch.setattr(workers, "_run", note)

    def interrupted(path: str, count: int) -> None:
        if started:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read([str(path)], Scanner(SIGNALS), tick=interrupted)
    assert len(started) == 2
    assert all(process.poll() is not None for process in started)


def test_a_job_goes_through_bytes_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "edge.log"
    path.write_text("\n".join(json_log()))
    about = ("edge.log", "edge.log", True, False, "", SIGNALS, ["reset by peer after "])
    job = part.Job(str(path), 0, path.stat().st_size, *about)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(job), type=part.Job) == job
    found = part.read_part(job)
    assert found is not None
    assert found.lines == found.tally.records == 12_000
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=part.Part) == found
