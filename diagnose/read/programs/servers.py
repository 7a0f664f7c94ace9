"""haproxy `show stat`, nginx stub_status, `kamcmd`, `turnutils`, `asterisk -rx` -> what stands behind, and is it up."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from diagnose.model import Draft
from diagnose.read.programs.runs import Run
from diagnose.read.shapes import integer, some

KIND = "log"

_STAT = re.compile(r"^# pxname,svname,[^\n]*\n(?P<rows>(?:[^\n]+,[^\n]*\n?)+)", re.M)
_STUB = re.compile(
    r"^Active connections: (?P<active>\d+)\s*\nserver accepts handled requests\s*\n\s*"
    r"(?P<accepts>\d+) (?P<handled>\d+) \d+",
    re.M,
)
_DESTINATION = re.compile(r"URI: (?P<uri>sips?:\S+)\s*\n\s*FLAGS: (?P<flags>[AIDTXP]{2})\b")
_PEER = re.compile(
    r"^(?P<name>\S+?)(?:/\S+)?\s+(?:\(?[\d.]+\)?|\S+)\s.*?\b(?P<state>OK \(\d+ ms\)|UNREACHABLE|LAGGED|Unmonitored)",
    re.M,
)
_CONTACT = re.compile(r"^[ \t]*Contact:\s+(?P<name>\S+)\s+\S+\s+(?P<state>Avail|Unavail|NonQual|Unknown)\b", re.M)
_REGISTRY = re.compile(
    r"^[ \t]*(?P<name>\S+)\s+\S+\s+(?:\d+\s+)?(?P<state>Registered|Rejected|Unregistered|Request Sent|Auth\. Sent)\b",
    re.M,
)
_TURN_LOST = re.compile(r"Total lost packets (?P<count>\d+) \((?P<pct>[\d.]+)%\)")
_TURN_ERROR = re.compile(r"error (?P<code>4\d\d|5\d\d) \((?P<words>[^)\n]+)\)")


def claims(text: str) -> bool:
    """Whether a text holds the state of a server in a form known here."""
    return any(p.search(text) for p in (_STAT, _STUB, _DESTINATION, _CONTACT, _TURN_LOST))


def read(run: Run) -> Iterator[Draft]:
    """The facts on servers and what stands behind them."""
    yield from _haproxy(run)
    yield from _dispatcher(run)
    yield from _asterisk(run)
    yield from _turn(run)
    if (stub := _STUB.search(run.text)) is not None and int(stub.group("accepts")) > int(stub.group("handled")):
        dropped = int(stub.group("accepts")) - int(stub.group("handled"))
        fields = {"resource": "sessions", "state": "exhausted", "note": f"{dropped} connections dropped"}
        yield run.draft("edge.resource", "host.resource", run.place(stub.start()), fields)


def _haproxy(run: Run) -> Iterator[Draft]:
    """Servers that are down, and front ends at their limit of sessions."""
    for table in _STAT.finditer(run.text):
        text = table.group().removeprefix("# ")
        for row in _rows(text):
            name, server, status = (
                row.get("pxname") or "",
                row.get("svname") or "",
                (row.get("status") or "").split(" ")[0],
            )
            if server not in {"FRONTEND", "BACKEND"} and status in {"UP", "DOWN", "MAINT", "DRAIN", "NOLB"}:
                detail = row.get("last_chk") or row.get("check_status") or None
                fields = some(state=status.casefold(), server=f"{name}/{server}", detail=detail)
                yield run.draft("server.state", KIND, run.at(f"{name},{server},"), fields)
            now, most = integer(row.get("scur") or None), integer(row.get("slim") or None)
            if now is not None and most and now >= most:
                fields = {"resource": "sessions", "state": "exhausted", "note": f"{name}/{server}"}
                yield run.draft("edge.resource", "host.resource", run.at(f"{name},{server},"), fields)


def _rows(text: str) -> Iterator[dict[str, str]]:
    """The rows of a table with a header; lines that cannot be taken apart are left out."""
    reader = csv.DictReader(io.StringIO(text))
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            continue


def _dispatcher(run: Run) -> Iterator[Draft]:
    """Kamailio's destinations: A answers, T is on trial, I and D get no calls; P means that it is probed."""
    for found in _DESTINATION.finditer(run.text):
        state = "up" if found.group("flags")[0] == "A" else "down"
        fields = {"state": state, "reason": f"flags {found.group('flags')}"}
        host = re.sub(r"^sips?:(?:[^@]*@)?", "", found.group("uri")).split(";")[0]
        yield run.draft(
            "trunk.state",
            "sip.log",
            run.place(found.start(), found.group("uri")),
            fields,
            host.rpartition(":")[0] or host,
        )


def _asterisk(run: Run) -> Iterator[Draft]:
    if "asterisk" in run.tools or "rasterisk" in run.tools:
        for found in _PEER.finditer(run.text):
            if not found.group("state").startswith("Unmonitored"):
                state = "up" if found.group("state").startswith("OK") else "down"
                yield run.draft("trunk.state", "sip.log", run.place(found.start()), {"state": state})
        for found in _REGISTRY.finditer(run.text):
            word = found.group("state")
            state = "registered" if word == "Registered" else "refused" if word == "Rejected" else "unregistered"
            yield run.draft(
                "sip.registration", "sip.log", run.place(found.start()), {"subject": "trunk", "state": state}
            )
    for found in _CONTACT.finditer(run.text):
        if found.group("state") in {"Avail", "Unavail"}:
            state = "up" if found.group("state") == "Avail" else "down"
            yield run.draft("trunk.state", "sip.log", run.place(found.start()), {"state": state})


def _turn(run: Run) -> Iterator[Draft]:
    """`turnutils_uclient`: the relay answers, refuses, or (where a time limit cut it off) says nothing."""
    if not any(tool.startswith("turnutils") for tool in run.tools):
        return
    if (refused := _TURN_ERROR.search(run.text)) is not None:
        yield run.draft("ice.state", "client.log", run.place(refused.start()), {"state": "no_relay"})
    elif _TURN_LOST.search(run.text) is not None:
        yield run.draft("ice.state", "client.log", run.at("Total lost packets"), {"state": "connected"})
    elif "timeout" in run.command.split() and not run.text.strip():
        yield run.draft("ice.state", "client.log", run.place(0, f"{run.command}: no answer"), {"state": "no_relay"})
