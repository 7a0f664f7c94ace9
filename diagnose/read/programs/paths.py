"""`mtr`, `traceroute`, `tracert`, `tracepath` -> where on the way packets are lost, delayed or turned back.

A hop in the middle that answers few probes only limits its own answers when the hops behind it lose nothing; loss
counts where it begins and lasts to the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from diagnose.model import Draft, Place
from diagnose.read.programs.runs import Run
from diagnose.read.programs.targets import ETHERNET_MTU, LOSS_PCT, PROBE, is_private, probe
from diagnose.read.shapes import excerpt, real

KIND = "network.route"

LONGEST = 20_000
"""Characters of one trace: 255 hops fit."""
JUMP_MS = 100.0
"""A hop that adds so much to the round trip, kept to the end, delays the way (engineering judgement)."""

_MTR_HEAD = re.compile(r"^HOST: (?P<source>\S+)\s+Loss%\s+Snt\b.*$", re.M)
_MTR_HOP = re.compile(
    r"^[ \t]*(\d+)\.\s?(?:\|--"
    r"|--)?\s*(?:AS\S+\s+)?(\S+)(?: \([\d.:a-f]+\))?\s+(\d+(?:\.\d+)?)%?\s+\d+\s+[\d.]+\s+(\d+(?:\.\d+)?)"
)
_HEAD = re.compile(
    r"^(?:\S*[#$] )?(?P<tool>tracepath"
    r"|traceroute)6?(?: to)? (?:-\S+(?: \d+)? )*(?P<host>[^\s,]+)(?: \((?P<address>[^)\n]+)\))?"
    r"|^Tracing route to (?P<host2>\S+)(?: \[(?P<address2>[^\]\n]+)\])?",
    re.M,
)
_HOP = re.compile(r"^[ \t]*(\d+)[:?]?\s+(.*)$")
_PMTU = re.compile(r"pmtu (\d+)")
_TIMES = re.compile(r"<?(\d+(?:\.\d+)?) ?ms")
_BARRED = re.compile(r"!(?:X|A|C|\d+)\b")
_NO_WAY = re.compile(r"!(?:H|N|P)\b")
_COUNTED_LATER = re.compile(r"^Computing statistics for", re.M)
"""pathping: `hoptables` reads it."""
_FILLERS = re.compile(r"^(?:over a maximum|\s*$)")


class Hop(msgspec.Struct, frozen=True):
    """One router on the way: `host` is None when it kept silent; `loss` in percent, `rtt` in ms where known."""

    host: str | None
    loss: float | None = None
    rtt: float | None = None


def is_mtr(obj: object) -> bool:
    """Whether a parsed JSON value is the output of `mtr --json`."""
    report = obj.get("report") if isinstance(obj, dict) else None
    return isinstance(report, dict) and isinstance(report.get("hubs"), list)


def read_mtr(obj: Mapping[str, Any], path: str) -> Iterator[Draft]:
    """The facts of the output of `mtr --json`."""
    report = obj["report"]
    hubs = [h for h in report["hubs"] if isinstance(h, Mapping)]
    found = report.get("mtr")
    head = found if isinstance(found, Mapping) else {}
    hops = [Hop(_shown(h.get("host")), real(h.get("Loss%")), real(h.get("Avg"))) for h in hubs]
    target = str(head.get("dst") or (hubs[-1].get("host") if hubs else ""))
    run = Run("", path, host=str(head.get("src") or ""))
    last = len(hubs) - 1
    shown = excerpt(dict(hubs[-1])) if hubs else f"mtr to {target}: no hop answered"
    place = Place(path, pointer=f"/report/hubs/{last}" if hubs else "/report/hubs", excerpt=shown)
    first = Place(path, pointer="/report/hubs/0", excerpt=excerpt(dict(hubs[0]))) if hubs else place
    yield from of_hops(run, "mtr", target, hops, place, first)


def _shown(host: object) -> str | None:
    return None if host in (None, "", "???") else str(host)


def lossy_from(hops: Sequence[Hop]) -> int | None:
    """The first hop, from 1, from which on all that answer lose packets, to the end; None when the end does not."""
    begin = None
    for number, hop in reversed(list(enumerate(hops, 1))):
        if hop.host is None or hop.loss is None:
            continue
        if hop.loss < LOSS_PCT:
            break
        begin = number
    return begin


def slow_from(hops: Sequence[Hop]) -> int | None:
    """The hop, from 1, that adds `JUMP_MS` to the round trip, to the end; None when none does."""
    timed = [(n, h.rtt) for n, h in enumerate(hops, 1) if h.host is not None and h.rtt is not None]
    for index in range(1, len(timed)):
        floor = max(rtt for _, rtt in timed[:index]) + JUMP_MS
        if all(rtt >= floor for _, rtt in timed[index:]):
            return timed[index][0]
    return None


def of_hops(run: Run, tool: str, target: str, hops: Sequence[Hop], place: Place, first: Place) -> Iterator[Draft]:
    """The probe of the target by `tool`, and that of the first router where its share of the loss is known.

    `place` is where the last hop stands, `first` where the first does.
    """
    answered = sum(1 for h in hops if h.host is not None)
    last = hops[-1] if hops else Hop(None)
    if last.host is not None and last.loss is None:
        return
    reached = last.host is not None
    loss = last.loss if reached and last.loss is not None else 100.0
    begin = lossy_from(hops) if reached else None
    rtt = last.rtt if loss < 100 else None
    more = {
        "protocol": _protocol(run),
        "hops": answered,
        "loss_from_hop": begin,
        "slow_from_hop": slow_from(hops) if reached else None,
    }
    yield probe(run, tool, target, place, loss=loss, rtt=rtt, more=more)
    gateway = hops[0] if len(hops) > 1 else None
    if gateway is not None and gateway.host is not None and is_private(gateway.host) and gateway.loss is not None:
        lost = gateway.loss if begin == 1 or gateway.loss >= 100 else 0.0
        yield probe(run, tool, gateway.host, first, loss=lost, rtt=gateway.rtt, target="gateway")


def _protocol(run: Run) -> str | None:
    words = run.command.split()
    if "-T" in words or "--tcp" in words or "tcptraceroute" in run.tools:
        return "tcp"
    return "udp" if "-u" in words or "--udp" in words else None


def claims(text: str) -> bool:
    """Whether a text holds output of mtr, traceroute, tracert or tracepath."""
    return bool(_MTR_HEAD.search(text) or any(_blocks(text)))


def read(run: Run) -> Iterator[Draft]:
    """The facts of all traces in a run."""
    for head in _MTR_HEAD.finditer(run.text):
        lines = run.text[head.end() : head.end() + LONGEST].split("\n")[1:]
        rows = []
        for line in lines:
            found = _MTR_HOP.match(line)
            if found is None:
                break
            rows.append(Hop(_shown(found.group(2)), float(found.group(3)), float(found.group(4))))
        if not rows and "mtr" not in run.tools:
            continue
        asked = [w for w in run.command.split()[1:] if not w.startswith("-") and not w.isdecimal()]
        target = asked[-1] if asked else next((h.host for h in reversed(rows) if h.host), "")
        at = msgspec.structs.replace(run, host=run.host or head.group("source"))
        yield from of_hops(
            at,
            "mtr",
            target or "",
            rows,
            run.at(lines[len(rows) - 1] if rows else head.group()),
            run.place(head.end() + 1),
        )
    for head, lines in _blocks(run.text):
        yield from _trace(run, head, lines)


def _blocks(text: str) -> Iterator[tuple[re.Match[str], list[str]]]:
    """The head of every trace in the text, and the lines of its hops."""
    for head in _HEAD.finditer(text):
        hops: list[str] = []
        for line in text[head.end() : head.end() + LONGEST].split("\n")[1:]:
            if not _HOP.match(line) and "pmtu" not in line and not (not hops and _FILLERS.match(line)):
                break
            if line.strip() and not _FILLERS.match(line):
                hops.append(line)
        if hops and not _COUNTED_LATER.search(text, head.end(), head.end() + LONGEST):
            yield head, hops


def _trace(run: Run, head: re.Match[str], lines: list[str]) -> Iterator[Draft]:
    tool = head.group("tool") or "tracert"
    host = head.group("host") or head.group("host2")
    address = head.group("address") or head.group("address2")
    hops = [m.group(2) for m in map(_HOP.match, lines) if m and "[LOCALHOST]" not in m.group(2)]
    silent = [i for i, hop in enumerate(hops) if _is_silent(hop)]
    answered = [hop for i, hop in enumerate(hops) if i not in silent]
    arrived = bool(hops) and len(hops) - 1 not in silent and (host in hops[-1] or bool(address and address in hops[-1]))
    reached = (tool != "tracepath" and arrived) or any("reached" in line for line in lines)
    place = run.place(head.start(), lines[-1] if not answered else f"{answered[-1]} ... {lines[-1]}")
    times = [float(t) for t in _TIMES.findall(hops[-1])] if hops and reached else []
    more = {"hops": len(answered), "protocol": _protocol(run), "address": address if address != host else None}
    if reached:
        yield probe(run, tool, host, place, loss=0.0, rtt=sum(times) / len(times) if times else None, more=more)
    elif (silent and silent[-1] == len(hops) - 1) or any(_NO_WAY.search(h) for h in hops[-1:]):
        yield probe(run, tool, host, place, loss=100.0, more=more)
    yield from _refusals(run, place, hops, host)
    sizes = [int(n) for line in lines for n in _PMTU.findall(line)]
    if sizes and (reached or min(sizes) < ETHERNET_MTU):
        state = "ok" if min(sizes) >= ETHERNET_MTU else "small"
        yield run.draft("mtu.state", PROBE, place, {"state": state, "bytes": min(sizes)}, host)


def _is_silent(hop: str) -> bool:
    words = set(hop.split())
    return "no reply" in hop or words <= {"*"} or (words & {"*"} != set() and not re.search(r"\d\.\d|:\w", hop))


def _refusals(run: Run, place: Place, hops: list[str], host: str) -> Iterator[Draft]:
    """A router that turns packets back by policy, and packets that go round in circles."""
    if any(_BARRED.search(hop) for hop in hops):
        yield run.draft("firewall.event", "network.note", place, {"outcome": "deny", "target": host}, host)
    names = [hop.split()[0] for hop in hops if not _is_silent(hop)]
    if any(names[i] == names[i + 2] != names[i + 1] == names[i + 3] for i in range(len(names) - 3)):
        yield run.draft("route.state", KIND, place, {"state": "loop", "detail": f"{names[-2]} and {names[-1]}"}, host)
