"""No input, however spoilt, ends in anything but our own errors."""

from __future__ import annotations

import io
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.errors import NothingReadError, Problem
from diagnose.read import read
from diagnose.read.signals.scan import Scanner
from diagnose.read.signals.signal import Signal
from tests.read import mutate
from tests.read.opening.test_archives import tarred, zipped
from tests.read.sound import sound

SCANNER = Scanner([Signal("l.reset", "t", ("log", "ticket"), "tcp.failure", "(?i)reset by peer", (), {})])
RECORD = {"timestamp": "2031-03-04T05:06:07Z", "component": "media-bridge", "message": "reset by peer"}
SAMPLES = [
    json.dumps(RECORD),
    json.dumps([RECORD, RECORD], indent=1),
    "\n".join(json.dumps(RECORD | {"n": n}) for n in range(4)),
    json.dumps({"conversations": [{"conversationId": "c", "participants": [{"purpose": "customer", "sessions": []}]}]}),
    "2031-03-04T05:06:07Z media-bridge: reset by peer\n  at x.y(z)\n" * 3,
    "Mar  4 05:06:07 n1 kernel: eth0: carrier lost\n" * 3,
    "The uplink went down. It says:\n> 2031-03-04 05:06:07 ERROR reset by peer\n\nThen we called again.\n",
    "PING h (192.0.2.1) 56(84) bytes of data.\n64 bytes from 192.0.2.1: icmp_seq=1 ttl=51 time=12.1 ms\n\n"
    "--- h ping statistics ---\n5 packets transmitted, 4 received, 20% packet loss, time 4005ms\n",
]
ARCHIVES = [
    zipped(a__edge=SAMPLES[4].encode(), b=SAMPLES[0].encode()),
    zipped(inner=tarred("x/edge.log", SAMPLES[5].encode())),
    tarred("edge.log", SAMPLES[4].encode()),
]


def answered(data: bytes) -> tuple[Problem, ...]:
    """The problems with these bytes; every one says what is wrong and what to do, and what was read is sound."""
    try:
        reading = read(["-"], SCANNER, stdin=io.BytesIO(data))
        problems = reading.problems
        sound(reading.drafts)
        assert reading.sources
    except NothingReadError as error:
        problems = error.problems
        assert problems
    assert all(p.message and p.hint for p in problems)
    return problems


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=2000))
def test_any_bytes_are_answered(data: bytes) -> None:
    answered(data)


@settings(deadline=None, max_examples=200)
@given(mutate.texts(SAMPLES), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "utf-32"]))
def test_spoilt_text_in_any_encoding_is_answered(text: str, encoding: str) -> None:
    answered(text.encode(encoding, "replace"))


@settings(deadline=None, max_examples=150)
@given(mutate.data(ARCHIVES))
def test_spoilt_archives_are_answered(data: bytes) -> None:
    answered(data)
