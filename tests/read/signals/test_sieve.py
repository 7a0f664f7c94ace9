"""Passing over lines loses nothing: random logs, signals and block borders, with both engines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diagnose.read.logs import scanning
from diagnose.read.logs.rows import begins
from diagnose.read.signals import sieve as sieves
from diagnose.read.signals.prefilter import search_for
from diagnose.read.signals.scan import Scanner
from diagnose.read.signals.sieve import Sieve
from diagnose.read.signals.signal import Signal
from diagnose.rulebook.fragments import fragments
from diagnose.rulebook.literals import required

PATTERNS = (
    r"reset by peer",
    r"(?i)RESET by (?:the )?peer",
    r"(?i)kiosk (?:lost|silent)",
    r"status=404|path \"/bot\"",
    r"(?:wss|https)://bot/(?P<value>\w+)",
    r"(?i)größe lost",
    r"^closed\b",
    r"lost$",
    r"peer.*\n.*at bot",
    r"a<b & c>d",
    r"(?i)timed out|silent|404",
    r"(?:ok|no)\b[^;]*\b[1-9]\d{3,5} ?ms\b",
)
PIECES = (
    "reset by peer", "Reset BY the Peer", "\u212aiosk lost", "kio\u017fk silent", "kiosk lost", "status=404",
    'path "/bot"', "wss://bot/x1", "größe lost", "GRÖSSE LOST", "closed", "lost", "peer", "at bot", "a<b & c>d",
    "silent", "404", "ok", ";", "4321 ms", "54321ms", "quiet", "quiet", "quiet", "quiet",
    " ", "\t", "é", "\\", '"', "\u2028", "\x00", "timed out",
)  # fmt: skip


def signal(number: int, pattern: str) -> Signal:
    return Signal(
        f"s{number}", "", ("log",), "log.event", pattern, (), {"n": number}, {"value": "value"},
        literals=required(pattern), fragments=fragments(pattern),
    )  # fmt: skip


SIGNALS = tuple(signal(n, p) for n, p in enumerate(PATTERNS))


@pytest.fixture(autouse=True)
def _small_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "SAMPLE", 1)
    monkeypatch.setattr(sieves, "SAMPLES", 1)


@pytest.fixture(params=["hyperscan", "re2"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "re2":
        monkeypatch.setitem(sys.modules, "hyperscan", None)
    else:
        pytest.importorskip("hyperscan", reason="Hyperscan is in the extra `fast`")
    return str(request.param)


texts = st.lists(st.sampled_from(PIECES), max_size=4).map("".join)
subsets = st.lists(st.sampled_from(SIGNALS), min_size=1, max_size=4, unique_by=lambda s: s.id)


def blocks_of(lines: list[str], size: int) -> Iterator[bytes]:
    """The first line, which is read before anything is passed over, then blocks of `size` lines."""
    yield f"{lines[0]}\n".encode()
    for at in range(1, len(lines), size):
        yield "".join(f"{line}\n" for line in lines[at : at + size]).encode()


def same(plain: scanning.Log, sifted: scanning.Log) -> None:
    assert sifted.drafts == plain.drafts
    assert sifted.report.facts == plain.report.facts


@st.composite
def json_lines(draw: st.DrawFn) -> list[str]:
    out = []
    for n, text in enumerate(draw(st.lists(texts, min_size=6, max_size=60))):
        record = {"timestamp": f"2031-03-04T05:06:{n:02}Z", "message": text, "code": n}
        line = json.dumps(record, ensure_ascii=draw(st.booleans()))
        how = draw(st.integers(0, 4))
        if how == 0:
            line = line.replace("/", "\\/").replace("<", "\\u003c").replace("s", "\\u0073")
        elif how == 1:
            line = text.replace("\n", " ")
        out.append(line)
    return out


@st.composite
def text_lines(draw: st.DrawFn) -> list[str]:
    out = []
    for n, text in enumerate(draw(st.lists(texts, min_size=6, max_size=80))):
        head = draw(st.sampled_from((f"2031-03-04 05:06:{n:02} ", "", "    ", "\tat ", "Caused by: ")))
        out.append(head + text)
    return out


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(json_lines(), subsets, st.sampled_from((8, 20, 1000)))
def test_json_lines_that_are_sifted_give_the_same_drafts(
    engine: str, lines: list[str], signals: list[Signal], size: int
) -> None:
    """`engine` is the one that the fixture leaves to be imported."""
    scanner = Scanner(signals)
    plain = scanning.read_json_log(enumerate(lines, 1), "a.log", scanner)
    sieve = Sieve(blocks_of(lines, size), whole=0)
    same(plain, scanning.read_json_log(sieve, "a.log", scanner))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text_lines(), subsets, st.sampled_from((8, 20, 1000)), st.booleans())
def test_text_lines_that_are_sifted_give_the_same_drafts(
    engine: str, lines: list[str], signals: list[Signal], size: int, sparse: bool
) -> None:
    """`engine` is the one that the fixture leaves to be imported."""
    scanner = Scanner(signals)
    plain = scanning.read_text_log(enumerate(lines, 1), "a.log", scanner, sparse=sparse)
    sieve = Sieve(blocks_of(lines, size), partial(begins, sparse=sparse), whole=0)
    same(plain, scanning.read_text_log(sieve, "a.log", scanner, sparse=sparse, sieve=sieve))


def test_what_is_passed_over_is_counted_and_the_span_is_that_of_the_whole() -> None:
    def record(n: int, message: str) -> str:
        return json.dumps({"timestamp": f"2031-03-04T05:{n // 60:02}:{n % 60:02}Z", "message": message})

    lines = [record(n, "reset by peer" if n % 500 == 3 else f"tick {n}") for n in range(3000)]
    scanner = Scanner(SIGNALS[:1])
    sieve = Sieve(blocks_of(lines, 1000), whole=0)
    log = scanning.read_json_log(sieve, "a.log", scanner)
    plain = scanning.read_json_log(enumerate(lines, 1), "a.log", scanner)
    assert sieve.passed > 1900
    assert (log.report.records, log.report.from_, log.report.to) == (3000, plain.report.from_, plain.report.to)
    assert log.drafts == plain.drafts


def test_a_signal_without_literals_has_every_line_read() -> None:
    lines = [json.dumps({"message": f"took {n} ms"}) for n in range(100)]
    sieve = Sieve(blocks_of(lines, 10), whole=0)
    log = scanning.read_json_log(sieve, "a.log", Scanner([Signal("s", "", ("log",), "log.event", r"\d\d ms")]))
    assert sieve.passed == 0
    assert len(log.drafts) == 90


def test_a_block_with_the_mark_and_the_next_one_are_read_whole() -> None:
    blocks = [f"2031-03-04 05:06:0{n} quiet\n".encode() * 20 for n in range(5)]
    blocks[2] += b"BYE sip:a@b SIP/2.0\n"
    sieve = Sieve(blocks, partial(begins, sparse=False), mark="SIP/2.0", whole=0)
    sieve.use(lambda block: search_for(Scanner(SIGNALS[:1]).sought("log", block) or []))
    assert {n for n, _ in sieve} >= set(range(41, 82))
    assert sieve.passed == 3 * 18


def test_sessions_that_close_in_what_was_sifted_are_looked_up_for_their_age() -> None:
    def record(n: int, session: str, message: str) -> str:
        return json.dumps({"timestamp": f"2031-03-04T05:{n // 60:02}:{n % 60:02}Z", "session_id": session,
                           "message": message})  # fmt: skip

    lines = [record(n, f"s-{n % 7}", "closed by peer" if n % 97 == 3 else f"tick {n}") for n in range(3000)]
    closes = [Signal("c", "", ("log",), "ws.close", "closed by peer", literals=((("closed by peer",),),))]
    plain = scanning.read_json_log(enumerate(lines, 1), "a.log", Scanner(closes))
    again = Sieve(blocks_of(lines, 500), whole=0, again=lambda: blocks_of(lines, 400))
    same(plain, scanning.read_json_log(again, "a.log", Scanner(closes)))
    assert sum("quiet_s" in d.fields for d in plain.drafts) > 20
    once = scanning.read_json_log(Sieve(blocks_of(lines, 500), whole=0), "a.log", Scanner(closes))
    assert not any("quiet_s" in d.fields for d in once.drafts)
