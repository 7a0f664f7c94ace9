"""TCP connections: refused, unanswered, reset by whom and when, repeated segments, closed windows; TLS and WebSocket
upgrades on their first bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diagnose.model import Draft
from diagnose.read.capture.packets import Packet
from diagnose.read.capture.place import Hosts, draft
from diagnose.read.capture.tls import Alert, alert_of, is_hello, server_name

MAX_CONNECTIONS = 50_000
HANG_S = 3.0
"""So long without an answer is a hang: a first SYN is repeated after 1 s (RFC 6298), a server answers in less."""
LOSSY_PCT = 1.0
"""Repeated segments from here on show loss on the path."""
TTL_SLACK = 3
"""A reset whose TTL differs by more from the other packets of its sender was made by something else on the path."""

_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
_UPGRADE = re.compile(rb"^GET \S+ HTTP/1\.1\r\n(?=[\s\S]*?\r\nUpgrade:\s*websocket)", re.IGNORECASE)
_HOST = re.compile(rb"\r\nHost:\s*([^\s:]+)", re.IGNORECASE)


class Connection:
    """One connection, from the side of its client (the sender of the first SYN, or of the first packet)."""

    def __init__(self, first: Packet) -> None:
        self.first = first
        self.client = (first.src, first.sport)
        self.server = (first.dst, first.dport)
        self.syns: list[float] = []
        self.answer: Packet | None = None
        self.reset: Packet | None = None
        self.fin = False
        self.last_t = first.t
        self.before_reset = first.t
        self.sent: dict[bool, int] = {True: 0, False: 0}
        self.segments = self.repeated = 0
        self.window: Packet | None = None
        self.ttl: dict[bool, int] = {}
        self.hello: Packet | None = None
        self.server_hello: Packet | None = None
        self.name = ""
        self.alert: tuple[Packet, bool, Alert] | None = None
        self.upgrade: Packet | None = None
        self.status: tuple[Packet, int] | None = None
        self._next: dict[bool, int] = {}

    def add(self, packet: Packet) -> None:
        """Note a packet of it."""
        ours = (packet.src, packet.sport) == self.client
        if "R" in packet.flags:
            if self.reset is None:
                self.reset, self.before_reset = packet, self.last_t
        elif "S" in packet.flags:
            self._opened(packet, ours)
        elif "F" in packet.flags:
            self.fin = True
        if "R" not in packet.flags:
            self.ttl.setdefault(ours, packet.ttl)
            self.last_t = packet.t
            if packet.window == 0 and "S" not in packet.flags and self.window is None:
                self.window = packet
        if packet.size:
            self._data(packet, ours)

    def _opened(self, packet: Packet, ours: bool) -> None:
        if "A" in packet.flags:
            self.answer = self.answer or packet
        elif ours:
            self.syns.append(packet.t)

    def _data(self, packet: Packet, ours: bool) -> None:
        end = packet.seq + packet.size
        known = self._next.get(ours, 0)
        self.segments += 1
        if known and packet.size > 1 and 0 < known - packet.seq < 1 << 30 and end <= known:
            self.repeated += 1
            return
        self._next[ours] = end
        self.sent[ours] += packet.size
        if packet.payload:
            self._content(packet, ours)

    def _content(self, packet: Packet, ours: bool) -> None:
        data = packet.payload
        found = alert_of(data)
        if found is not None and self.alert is None:
            self.alert = (packet, ours, found)
        if ours and self.hello is None and is_hello(data, 1):
            self.hello, self.name = packet, server_name(data)
        elif not ours and self.server_hello is None and is_hello(data, 2):
            self.server_hello = packet
        if ours and self.upgrade is None and _UPGRADE.match(data):
            self.upgrade = packet
            host = _HOST.search(data)
            self.name = host[1].decode("ascii", "replace") if host else self.name
        elif not ours and self.upgrade is not None and self.status is None and (status := _STATUS.match(data)):
            self.status = (packet, int(status[1]))

    @property
    def phase(self) -> str:
        """How far it came: connect, handshake (TLS or upgrade not done) or established."""
        if self.answer is None and not self.sent[False]:
            return "connect"
        waits = self.hello is not None and self.server_hello is None
        asked = self.upgrade is not None and self.status is None
        nothing = self.syns and self.sent[True] and not self.sent[False]
        return "handshake" if waits or asked or nothing else "established"


class Connections:
    """All connections of a capture."""

    def __init__(self) -> None:
        self._by_ends: dict[tuple[str, int, str, int], Connection] = {}
        self.dropped = 0

    def add(self, packet: Packet) -> None:
        """Note a TCP packet."""
        key = (packet.src, packet.sport, packet.dst, packet.dport)
        back = (packet.dst, packet.dport, packet.src, packet.sport)
        found = self._by_ends.get(key) or self._by_ends.get(back)
        again = "S" in packet.flags and "A" not in packet.flags
        if found is not None and again and found.reset is not None:
            found = None
        if found is None:
            if len(self._by_ends) >= MAX_CONNECTIONS:
                self.dropped += 1
                return
            turned = "S" in packet.flags and "A" in packet.flags
            found = Connection(_turned(packet) if turned else packet)
            if again and key in self._by_ends:
                self._by_ends[(*key[:2], f"{key[2]}#{packet.number}", key[3])] = self._by_ends.pop(key)
            self._by_ends[back if turned else key] = found
        found.add(packet)

    def drafts(self, path: str, hosts: Hosts) -> Iterator[Draft]:
        """The facts of all connections."""
        for one in self._by_ends.values():
            if one.name:
                hosts.names.setdefault(one.server[0], one.name)
        for one in self._by_ends.values():
            yield from _judged(one, path, hosts)


def _turned(packet: Packet) -> Packet:
    from msgspec.structs import replace

    return replace(packet, src=packet.dst, sport=packet.dport, dst=packet.src, dport=packet.sport)


def _judged(one: Connection, path: str, hosts: Hosts) -> Iterator[Draft]:
    target = hosts.target(*one.server)
    where = hosts.shown(*one.server)
    silent = hosts.last - one.first.t >= HANG_S
    if one.reset is not None:
        yield from _reset(one, path, target, where)
    elif one.syns and one.answer is None and (len(one.syns) > 1 or silent):
        yield draft(
            path, one.first, "tcp.failure", host=where,
            outcome="timeout", phase="connect", target=target, times=len(one.syns), port=one.server[1],
        )  # fmt: skip
    yield from _tls(one, path, target, where, hosts)
    if one.status is not None:
        packet, status = one.status
        yield draft(path, packet, "http.status", host=where, status=status, where="upgrade", detail=one.name or None)
    share = round(100 * one.repeated / max(1, one.segments), 1)
    if (one.repeated >= 3 and share >= LOSSY_PCT) or one.window is not None:
        yield draft(
            path, one.window or one.first, "tcp.quality", until=one.last_t, host=where,
            repeated=one.repeated, repeated_pct=share, zero_window=one.window is not None, target=target,
        )  # fmt: skip


def _reset(one: Connection, path: str, target: str, where: str) -> Iterator[Draft]:
    packet = one.reset
    assert packet is not None
    by = "client" if (packet.src, packet.sport) == one.client else "server"
    if one.fin and one.phase == "established":
        return
    other = one.ttl.get(by == "client")
    refused = one.phase == "connect" and by == "server" and bool(one.syns)
    yield draft(
        path, packet, "tcp.failure", host=where,
        outcome="refused" if refused else "reset",
        phase=one.phase if one.syns else "unknown" if one.phase == "connect" else one.phase,
        target=target,
        by=by,
        age_s=round(packet.t - one.first.t, 3),
        quiet_s=round(packet.t - one.before_reset, 3),
        port=one.server[1],
        ttl_differs=abs(packet.ttl - other) > TTL_SLACK if other and packet.ttl else None,
    )  # fmt: skip


def _tls(one: Connection, path: str, target: str, where: str, hosts: Hosts) -> Iterator[Draft]:
    if one.alert is not None:
        packet, ours, alert = one.alert
        if alert.reason:
            yield draft(
                path, packet, "tls.failure", host=where,
                reason=alert.reason, alert=alert.name, by="client" if ours else "server",
                target=_tls_target(target), name=one.name or None,
            )  # fmt: skip
        return
    if one.hello is None:
        return
    if one.server_hello is None and not one.sent[False]:
        waited = (one.reset.t if one.reset is not None else hosts.last) - one.hello.t
        if one.reset is not None or waited >= HANG_S:
            reason = "reset" if one.reset is not None else "timeout"
            yield draft(
                path, one.hello, "tls.failure", host=where,
                reason=reason, target=_tls_target(target), name=one.name or None, after_s=round(waited, 1),
            )  # fmt: skip


def _tls_target(target: str) -> str:
    return target if target in {"bot", "cloud", "trunk"} else "unknown"
