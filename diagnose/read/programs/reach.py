"""`ping` of Linux, BusyBox, macOS and Windows, `fping` and `hping` -> probe, packet size and name facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from diagnose.model import Draft
from diagnose.read.programs.runs import Run
from diagnose.read.programs.targets import ETHERNET_MTU, FULL_BYTES, LARGE_BYTES, PROBE, probe
from diagnose.read.shapes import some

KIND = PROBE

_UNIX = re.compile(
    r"^--- (?P<host>\S+) h?ping statistics? ---\s*\n(?P<sent>\d+) packets t\w+, (?P<got>\d+)(?: packets)? received.*?"
    r"(?P<loss>\d+(?:\.\d+)?)% packet loss.*"
    r"(?:\n(?:rtt|round-trip) [^=\n]*= (?P<rtt>\d+(?:\.\d+)?(?:/\d+(?:\.\d+)?)*))?",
    re.M,
)
_WINDOWS = re.compile(
    r"^Ping\S* ?\w* (?:for"
    r"|\S+) (?P<host>[\w.:-]+?):\s*\n\s*\w+: \w+ = (?P<sent>\d+), \w+ = (?P<got>\d+), \w+ = \d+\s*\n?"
    r"\s*\((?P<loss>\d+)% [^)]*\),?.*(?:\n.*\n\s*\w+ = \d+ ?ms, \w+ = \d+ ?ms, \w+ = (?P<rtt>\d+) ?ms)?",
    re.M,
)
_FPING = re.compile(
    r"^(?P<host>\S+)\s*: xmt/rcv/%loss = (?P<sent>\d+)/(?P<got>\d+)/(?P<loss>\d+(?:\.\d+)?)%"
    r"(?:, min/avg/max = [\d.]+/(?P<rtt>\d+(?:\.\d+)?)/[\d.]+)?",
    re.M,
)
_ALIVE = re.compile(r"^(?P<host>[\w.:-]+) is (?P<state>alive|unreachable)\b", re.M)
_HEAD = re.compile(
    r"^PING6?(?:\(\d+=[^)\n]*\))? (?P<host>[^\s(]+)(?: ?\((?P<address>[^)\n]+)\))?:?(?: from \S+(?:"
    r" \S+)?:| \S+ --> \S+)? "
    r"(?P<size>\d+)(?:\(\d+\))?(?: data)? bytes"
    r"|^(?:Pinging|Ping wird ausgef\S+ f\S+r) (?P<host2>[\w.-]+)(?: \[(?P<address2>[^\]\n]+)\])? (?:with"
    r"|mit) (?P<size2>\d+) ",
    re.M,
)
_TOO_BIG = re.compile(
    r"^.*(?:[Ff]rag(?:mentation)? needed|[Mm]essage too long|[Pp]acket (?:too big|needs to be fragmented)).*$", re.M
)
_MTU = re.compile(r"mtu ?[=:] ?(\d+)")
_NO_NAME = re.compile(
    r"^(?:\S*ping6?: )?(?:unknown host (?P<a>\S+)|(?P<b>\S+): (?:Name or service not known|Temporary failure in name "
    r"resolution|No address associated with hostname)|cannot resolve (?P<c>\S+): .*|bad address '(?P<d>[^']+)'"
    r"|Ping request could not find host (?P<e>\S+?)\. .*)",
    re.M,
)
_NO_WAY = re.compile(r"^(?:ping6?: )?(?:connect|sendmsg|sendto): (?:Network is unreachable|No route to host).*$", re.M)
_BARRED = re.compile(r"^(?:ping6?: )?(?:sendmsg|sendto): Operation not permitted.*$", re.M)
_STATISTICS = (_UNIX, _WINDOWS, _FPING)
_ANSWER = re.compile(r"bytes from [^\n]*(?:icmp_|\b)seq[= ](?P<number>\d+)")

GAP = 3
"""So many answers in a row that are missing are an interruption, not loss (3 s at the usual pace)."""


def claims(text: str) -> bool:
    """Whether a text holds output of a ping."""
    return any(p.search(text) for p in (*_STATISTICS, _HEAD))


def read(run: Run) -> Iterator[Draft]:
    """The facts of all pings in a run."""
    heads = list(_HEAD.finditer(run.text))
    for pattern in _STATISTICS:
        for found in pattern.finditer(run.text):
            head = next((h for h in reversed(heads) if h.start() < found.start()), None)
            size = int(head.group("size") or head.group("size2")) if head else None
            address = (head.group("address") or head.group("address2")) if head else None
            printed = run.text[head.end() if head else 0 : found.start()]
            yield _statistics(run, found, size, address, _gaps(printed, int(found.group("sent"))))
    for found in _ALIVE.finditer(run.text):
        yield probe(
            run,
            "fping",
            found.group("host"),
            run.place(found.start()),
            loss=0.0 if found.group("state") == "alive" else 100.0,
        )
    yield from _said(run)


def _gaps(printed: str, sent: int) -> int | None:
    """How often answers stayed away for `GAP` packets and more, where that is most of what was lost, else None."""
    came = [0, *sorted({int(m.group("number")) for m in _ANSWER.finditer(printed)}), sent + 1]
    holes = [after - before - 1 for before, after in pairwise(came)]
    long = [hole for hole in holes if hole >= GAP]
    return len(long) if len(came) > GAP + 2 and long and sum(long) >= 0.8 * sum(holes) else None


def _statistics(run: Run, found: re.Match[str], size: int | None, address: str | None, gaps: int | None) -> Draft:
    host, rtt, loss = found.group("host"), found.group("rtt"), float(found.group("loss"))
    figures = [float(n) for n in rtt.split("/")] if rtt else []
    mean = (figures[1] if len(figures) > 1 else figures[0]) if figures and loss < 100 else None
    fields = some(
        sent=int(found.group("sent")),
        jitter_ms=figures[3] if len(figures) > 3 and loss < 100 else None,
        size_bytes=size if size is not None and size >= LARGE_BYTES else None,
        interface=run.option("-I") if "ping" in run.tools else None,
        gaps=gaps,
        address=address if address and address != host else None,
    )
    tool = "fping" if "xmt" in found.group() else "hping" if "hping" in found.group() else "ping"
    return probe(run, tool, host, run.place(found.start(), found.group()), loss=loss, rtt=mean, more=fields)


def _said(run: Run) -> Iterator[Draft]:
    """What ping says in words: too big, no such name, no way, not permitted."""
    refused = [(m, _MTU.search(m.group())) for m in _TOO_BIG.finditer(run.text)]
    mtus = [(m, int(size.group(1))) for m, size in refused if size]
    if mtus and 0 < min(n for _, n in mtus) < ETHERNET_MTU:
        place, size = min(((run.place(m.start()), n) for m, n in mtus), key=lambda pair: pair[1])
        yield run.draft("mtu.state", PROBE, place, {"state": "small", "bytes": size})
    elif refused and not mtus and (run.option("-l") or run.option("-s") or "0").isdecimal():
        asked = int(run.option("-l") or run.option("-s") or "0")
        if 0 < asked <= FULL_BYTES:
            yield run.draft(
                "mtu.state", PROBE, run.place(refused[0][0].start()), {"state": "small", "bytes": asked + 27}
            )
    for found in _NO_NAME.finditer(run.text):
        name = next(g for g in found.groups() if g)
        fields = {"outcome": "failed", "name": name.rstrip(":")}
        yield run.draft("dns.result", "network.dns", run.place(found.start()), fields, name.rstrip(":"))
    if (no_way := _NO_WAY.search(run.text)) is not None:
        fields = {"state": "missing", "detail": no_way.group().strip()}
        yield run.draft("route.state", "network.route", run.place(no_way.start()), fields)
    if (barred := _BARRED.search(run.text)) is not None:
        yield run.draft(
            "firewall.event", "network.note", run.place(barred.start()), {"outcome": "deny", "target": "icmp"}
        )
