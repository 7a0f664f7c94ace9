"""How fast conversation details become facts, beside plain `json.loads` of the same bytes.

    python tests/benchmarks/bench_conversations.py [CONVERSATIONS] [ROUNDS]

Conversations of about 18 KB are made without chance: every fifth fails in one of five ways. Each round measures, in
turns, the whole way from bytes to drafts (pages of 100, JSON lines, one page with all) and `json.loads` alone, which
has no facts to show for its time. CPU time of this process, so that others on the machine do not count. Target: 10 000
conversations, 184 MB, within 2 s in each form.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median
from time import process_time
from typing import Any

from diagnose.read.genesys import analytics
from diagnose.read.opening.text import Text

TARGET_S = 2.0
PAGE = 100
_START = datetime(2031, 3, 4, 8, 0, 0, tzinfo=UTC)
_METRICS = (
    "nConnected",
    "tConnected",
    "nFlow",
    "tFlow",
    "tIvr",
    "nError",
    "tTalk",
    "tHeld",
    "tAcw",
    "tHandle",
    "tAnswered",
)
_FAILURES = (
    {},
    {"disconnectType": "error", "errorCode": "error.ininedgecontrol.callflow.document.join.media"},
    {"disconnectType": "timeout"},
    {"disconnectType": "transportFailure", "sipResponseCodes": [503], "q850ResponseCodes": [41]},
    {"disconnectType": "peer", "q850ResponseCodes": [16]},
)


def _uuid(*parts: int) -> str:
    number = 0
    for part in parts:
        number = (number * 0x9E3779B97F4A7C15 + part + 0x1234567) % (1 << 128)
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _at(call: int, seconds: float) -> str:
    when = _START + timedelta(seconds=call * 7 + seconds)
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _metrics(call: int, leg: int, end: float) -> list[dict[str, Any]]:
    return [
        {"name": name, "value": (call * 31 + leg * 7 + n) % 9000, "emitDate": _at(call, end)}
        for n, name in enumerate(_METRICS)
    ]


def _segments(call: int, leg: int, failing: bool) -> list[dict[str, Any]]:
    kinds = ("alert", "interact", "hold", "interact", "wrapup") if leg > 3 else ("system", "ivr" if leg else "interact")
    out = []
    for number, kind in enumerate(kinds):
        out.append(
            {
                "segmentStart": _at(call, leg * 20 + number * 15),
                "segmentEnd": _at(call, leg * 20 + number * 15 + 15),
                "segmentType": kind,
                "conference": False,
                "queueId": _uuid(call % 40, 7),
                "requestedRoutingSkillIds": [_uuid(n, 3) for n in range(2)],
                "subject": "call of the morning",
            }
        )
    out[-1] |= _FAILURES[call // 5 % 5] if failing else {"disconnectType": "peer" if leg else "endpoint"}
    return out


def _stat(call: int, leg: int, received: int) -> dict[str, Any]:
    return {
        "codecs": ["audio/PCMU"], "eventTime": _at(call, leg * 20 + 60), "receivedPackets": received,
        "discardedPackets": call % 9, "duplicatePackets": 0, "invalidPackets": 0, "overrunPackets": 0,
        "underrunPackets": 1, "maxLatencyMs": 40 + call % 60, "minMos": 4.3, "minRFactor": 88.1,
    }  # fmt: skip


def _session(call: int, leg: int) -> dict[str, Any]:
    failing = call % 5 == 0 and leg == 2
    found: dict[str, Any] = {
        "sessionId": _uuid(call, leg, 1),
        "mediaType": "voice",
        "direction": "inbound",
        "provider": "Edge",
        "edgeId": _uuid(call % 12, 2),
        "peerId": _uuid(call, leg + 1, 1),
        "ani": "tel:+15550100",
        "dnis": "tel:+15550199",
        "protocolCallId": _uuid(call, leg, 9),
        "requestedRoutings": ["Standard"],
        "metrics": _metrics(call, leg, leg * 20 + 60),
        "segments": _segments(call, leg, failing),
    }
    if leg in (0, 2, 4, 5):
        found["mediaEndpointStats"] = [_stat(call, leg, received=0 if failing else 2900)]
    if leg in (1, 2):
        found["flow"] = {
            "flowId": _uuid(leg, 5), "flowName": "Main" if leg == 1 else "Claims bot", "flowVersion": "7.0",
            "flowType": "INBOUNDCALL" if leg == 1 else "BOT", "entryType": "dnis", "exitReason": "TRANSFER",
            "startingLanguage": "en-us", "outcomes": [{"flowOutcomeId": _uuid(leg, 6), "flowOutcomeValue": "SUCCESS"}],
        }  # fmt: skip
    return found


def conversation(call: int) -> dict[str, Any]:
    """One conversation: caller, flow, bot, queue and two agents."""
    purposes = ("customer", "ivr", "botflow", "acd", "agent", "agent")
    return {
        "conversationId": _uuid(call, 0),
        "conversationStart": _at(call, 0),
        "conversationEnd": _at(call, 200),
        "originatingDirection": "inbound",
        "divisionIds": [_uuid(1, 1)],
        "mediaStatsMinConversationMos": 4.3,
        "mediaStatsMinConversationRFactor": 88.1,
        "participants": [
            {"participantId": _uuid(call, leg, 4), "participantName": f"party {leg}", "purpose": purpose,
             "attributes": {} if leg else {f"attribute {n}": "some value that a flow has set " * 4 for n in range(10)},
             "sessions": [_session(call, leg)]}
            for leg, purpose in enumerate(purposes)
        ],
    }  # fmt: skip


def _pages(rows: list[bytes], size: int) -> Iterator[bytes]:
    for first in range(0, len(rows), size):
        part = rows[first : first + size]
        yield b'{"conversations": [' + b",".join(part) + b'], "totalHits": ' + str(len(rows)).encode() + b"}"


def _facts(files: list[bytes], *, lines: bool) -> int:
    return sum(_read(data, lines=lines) for data in files)


def _read(data: bytes, *, lines: bool) -> int:
    text = Text(io.BytesIO(data), "utf-8")
    if lines:
        return len(analytics.read_lines(text.lines(), "lines.jsonl")[0])
    found = analytics.read_json(text.all(len(data)) or "", "page.json")
    return len(found[0]) if found else 0


def _loads(files: list[bytes], *, lines: bool) -> int:
    return sum(1 for data in files for part in (data.splitlines() if lines else [data]) if json.loads(part))


def _timed(work: Callable[[], int]) -> tuple[float, int]:
    started = process_time()
    count = work()
    return process_time() - started, count


def main(count: int, rounds: int) -> int:
    """Measure, print, and say by the exit code whether the target is met (scaled to the number of conversations)."""
    rows = [json.dumps(conversation(n)).encode() for n in range(count)]
    forms = {
        f"pages of {PAGE}": list(_pages(rows, PAGE)),
        "JSON lines": [b"\n".join(rows)],
        "one page": list(_pages(rows, count)),
    }
    size = sum(map(len, rows))
    print(f"{count} conversations, {size / 1e6:.0f} MB, {size / count / 1000:.1f} KB each, median of {rounds} rounds")
    del rows
    met = True
    for name, files in forms.items():
        ours, theirs, facts = [], [], 0
        for _ in range(rounds):
            took, facts = _timed(partial(_facts, files, lines=name == "JSON lines"))
            ours.append(took)
            theirs.append(_timed(partial(_loads, files, lines=name == "JSON lines"))[0])
        mine, plain = median(ours), median(theirs)
        met = met and mine <= TARGET_S * count / 10_000
        print(
            f"{name:13} {mine:6.2f} s  {mine / count * 1e6:4.0f} us each  {facts} facts;"
            f"  json.loads alone {plain:5.2f} s, ratio {mine / plain:.2f}"
        )
    print(f"largest memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, input included")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(*(int(a) for a in (sys.argv[1:] + ["10000", "5"][len(sys.argv) - 1 :]))))
