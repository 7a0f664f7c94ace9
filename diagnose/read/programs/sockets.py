"""`ss`, `netstat`, `conntrack`, `lsof -i` -> what state connections are in, and what they wait for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from diagnose.model import Draft
from diagnose.read.programs.runs import Run
from diagnose.read.programs.tables import parsed
from diagnose.read.programs.targets import PROBE
from diagnose.read.shapes import integer, some

KIND = PROBE

MANY_CLOSE_WAIT, MANY_TIME_WAIT = 20, 10_000
"""So many sockets of a state are a sign; Linux has 28 000 ephemeral ports (engineering judgement)."""
STANDING_BYTES = 1_000
"""Bytes that wait in a queue while nothing is acknowledged."""
REPEATED_SHARE = 0.05
"""Segments sent again, of all sent, from here on are loss (engineering judgement)."""
FULL_SHARE = 0.9
"""A table of connections is full from this share on."""

_ROW = re.compile(
    r"^(?:(?:tcp|udp)6?\s+)?(?:(?P<state>ESTAB(?:LISHED)?|SYN-SENT|SYN-RECV|FIN-WAIT-[12]|TIME-WAIT"
    r"|CLOSE-WAIT|LAST-ACK|LISTEN"
    r"|CLOSING|UNCONN)\s+)?(?P<recv>\d+)\s+(?P<send>\d+)\s+(?P<local>\S+:\S+)\s+(?P<peer>\S+:\S+)(?P<rest>[^\n]*)"
    r"(?:\n[ \t]+(?P<info>[^\n]*))?",
    re.M,
)
_HEAD = re.compile(r"^(?:Netid +)?(?:State +)?Recv-Q +Send-Q +Local Address:Port", re.M)
_NETSTAT = re.compile(r"^Proto\s+Recv-Q\s+Send-Q\s+Local Address", re.M)
_TIMER = re.compile(r"timer:\(on,[^,]+,(?P<tries>\d+)\)")
_RETRANS = re.compile(r"\bretrans:\d+/(?P<total>\d+)")
_SENT = re.compile(r"\bdata_segs_out:(?P<sent>\d+)")
_TRACKED = re.compile(r"^(?:ipv[46]\s+\d+\s+)?(?:tcp|udp|icmp)\s+\d+\s+\d+\s+", re.M)
_COUNT_MAX = re.compile(r"nf_conntrack_count\s*=\s*(?P<count>\d+)[\s\S]{0,2000}?nf_conntrack_max\s*=\s*(?P<most>\d+)")
_TABLE_FULL = re.compile(r"^[^\n]*nf_conntrack: (?:nf_conntrack: )?table full, dropping packet[^\n]*$", re.M)
_TIMEOUT = re.compile(r"nf_conntrack_(?P<name>udp_timeout(?:_stream)?|tcp_timeout_established)\s*=\s*(?P<seconds>\d+)")


class Socket(msgspec.Struct, frozen=True):
    """One connection: its state in the words of ss, what waits in its queues in bytes, both ends, and what ss adds."""

    state: str
    recv: int
    send: int
    local: str
    peer: str
    info: str = ""


def claims(text: str) -> bool:
    """Whether a text holds a table of sockets or of tracked connections."""
    return any(p.search(text) for p in (_HEAD, _NETSTAT, _TRACKED, _COUNT_MAX, _TIMEOUT))


def read(run: Run) -> Iterator[Draft]:
    """The facts on connections in a run."""
    yield from _of_sockets(run, [*_ss(run.text), *_netstat(run.text)])
    yield from _tracking(run)


def _ss(text: str) -> list[Socket]:
    if not _HEAD.search(text):
        return []
    return [
        Socket(
            m.group("state") or "ESTAB", int(m.group("recv")), int(m.group("send")), m.group("local"), m.group("peer"),
            f"{m.group('rest')} {m.group('info') or ''}",
        )
        for m in _ROW.finditer(text)
    ]  # fmt: skip


def _netstat(text: str) -> list[Socket]:
    head = _NETSTAT.search(text)
    if head is None:
        return []
    rows = parsed("netstat", "Active Internet connections (w/o servers)\n" + text[head.start() :])
    words = {"SYN_SENT": "SYN-SENT", "CLOSE_WAIT": "CLOSE-WAIT", "TIME_WAIT": "TIME-WAIT", "ESTABLISHED": "ESTAB"}
    return [
        Socket(
            words.get(str(r.get("state")), str(r.get("state"))),
            integer(r.get("recv_q")) or 0, integer(r.get("send_q")) or 0,
            f"{r.get('local_address')}:{r.get('local_port')}", f"{r.get('foreign_address')}:{r.get('foreign_port')}",
        )
        for r in rows
    ]  # fmt: skip


def _of_sockets(run: Run, sockets: Sequence[Socket]) -> Iterator[Draft]:
    states = Counter(s.state for s in sockets)
    waiting = [s for s in sockets if s.state == "SYN-SENT"]
    for peer, count in Counter(s.peer for s in waiting).most_common(5):
        host, _, port = peer.rpartition(":")
        fields = some(
            outcome="timeout", phase="connect", target="unknown", port=integer(port), times=count, address=host
        )
        yield run.draft("tcp.failure", KIND, run.at("SYN"), fields, host)
    for state, many, problem in (
        ("CLOSE-WAIT", MANY_CLOSE_WAIT, "close_wait"),
        ("TIME-WAIT", MANY_TIME_WAIT, "time_wait"),
    ):
        if states[state] >= many:
            yield run.draft("socket.state", KIND, run.at(state), {"problem": problem, "count": states[state]})
    if states["TIME-WAIT"] >= MANY_TIME_WAIT:
        yield run.draft("edge.resource", "host.resource", run.at("TIME-WAIT"), {"resource": "ports", "state": "high"})
    stuck = [s for s in sockets if _is_stuck(s)]
    repeating = [s for s in sockets if s not in stuck and _repeated(s) >= REPEATED_SHARE]
    for problem, found in (("unacknowledged", stuck), ("repeats", repeating)):
        if found:
            worst = max(found, key=lambda s: (_repeated(s), s.send))
            share = min(100.0, round(100 * _repeated(worst), 1))
            fields = {
                "problem": problem,
                "count": len(found),
                "repeated_pct": share,
                "bytes": worst.send,
                "peer": worst.peer,
            }
            host = worst.peer.rpartition(":")[0].strip("[]")
            yield run.draft("socket.state", KIND, run.at(worst.peer), fields, host)
    unread = [s for s in sockets if s.state == "ESTAB" and s.recv >= 64 * STANDING_BYTES]
    if unread:
        fields = {"problem": "not_read", "count": len(unread), "bytes": max(s.recv for s in unread)}
        yield run.draft("socket.state", KIND, run.at(unread[0].local), fields)
    if not stuck and not repeating and any(s.state == "ESTAB" and s.info.strip() for s in sockets):
        yield run.draft("socket.state", KIND, run.at("ESTAB"), {"problem": "none", "count": states["ESTAB"]})
    yield from _listening(run, sockets)


def _is_stuck(one: Socket) -> bool:
    """Whether a connection sends the same bytes again and again without an answer."""
    timer = _TIMER.search(one.info)
    return one.state != "SYN-SENT" and one.send > 0 and timer is not None and int(timer.group("tries")) >= 3


def _repeated(one: Socket) -> float:
    """The share of what was sent that was sent again."""
    again, sent = _RETRANS.search(one.info), _SENT.search(one.info)
    if again is None or sent is None or int(sent.group("sent")) < 10:
        return 0.0
    return int(again.group("total")) / int(sent.group("sent"))


def _listening(run: Run, sockets: Sequence[Socket]) -> Iterator[Draft]:
    """Ports that only the host itself can reach, named by a command that asks for listening ones."""
    own = [s for s in sockets if s.state == "LISTEN"]
    by_port: dict[str, set[str]] = {}
    for one in own:
        address, _, port = one.local.rpartition(":")
        by_port.setdefault(port, set()).add(address.strip("[]"))
    for port, addresses in by_port.items():
        only = all(a.startswith("127.") or a == "::1" for a in addresses)
        fields = some(port=integer(port), scope="loopback" if only else "any")
        if fields.get("port") and (only or run.option("sport")):
            yield run.draft("socket.listen", KIND, run.at(f":{port}"), fields)


def _tracking(run: Run) -> Iterator[Draft]:
    if (full := _TABLE_FULL.search(run.text)) is not None:
        yield run.draft("conntrack.state", "network.note", run.place(full.start()), {"problem": "full"})
    elif (sizes := _COUNT_MAX.search(run.text)) is not None and int(sizes.group("most")):
        share = int(sizes.group("count")) / int(sizes.group("most"))
        fields = {"problem": "full" if share >= FULL_SHARE else "none", "used_pct": round(100 * share, 1)}
        yield run.draft("conntrack.state", "network.note", run.place(sizes.start()), fields)
    for found in _TIMEOUT.finditer(run.text):
        fields = {
            "of": "udp" if found.group("name").startswith("udp") else "tcp",
            "timeout_s": int(found.group("seconds")),
        }
        yield run.draft("conntrack.timeout", "network.note", run.place(found.start()), fields)
    if not _TRACKED.search(run.text):
        return
    rows = parsed("conntrack", "\n".join(m for m in run.text.splitlines() if _TRACKED.match(m)))
    silent = [r for r in rows if "UNREPLIED" in (r.get("status") or ())]
    ends = Counter((str(r.get("orig_dst")), integer(r.get("orig_dport")), str(r.get("protocol"))) for r in silent)
    for (address, port, protocol), count in ends.most_common(5):
        fields = some(problem="unreplied", count=count, port=port, protocol=protocol, address=address)
        yield run.draft("conntrack.state", "network.note", run.at(f"dst={address}"), fields, address)
