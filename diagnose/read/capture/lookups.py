"""What a capture shows of names, errors of the network, and STUN: DNS, ICMP and TURN."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from diagnose.model import Draft
from diagnose.read.capture.packets import Packet
from diagnose.read.capture.place import Hosts, draft

SLOW_S = 1.0
"""A stub resolver asks again after a few seconds; an answer after 1 s has waited for another server."""
TIMEOUT_S = 5.0
"""glibc and Windows give up on a server after 5 s at most."""
MAX_QUERIES = 20_000

_RCODES = {0: "ok", 1: "failed", 2: "servfail", 3: "nxdomain", 5: "refused"}
_COOKIE = b"\x21\x12\xa4\x42"
_STUN_NORMAL = frozenset({300, 401, 438})
_TYPES = {1: "A", 28: "AAAA", 33: "SRV", 35: "NAPTR"}


class Query(msgspec.Struct):
    """A question to a name server: its packet, the name, how often it was sent, and what came back."""

    packet: Packet
    name: str
    kind: str = "A"
    times: int = 1
    outcome: str = ""
    answered: float = 0.0


class Names:
    """DNS questions and answers, from packets or from lines of text."""

    def __init__(self) -> None:
        self._queries: dict[tuple[str, int, str, int], Query] = {}

    def add(self, packet: Packet, hosts: Hosts) -> None:
        """Take a datagram from or to port 53."""
        import dpkt

        try:
            found = dpkt.dns.DNS(packet.payload)
        except (dpkt.UnpackError, ValueError, IndexError, TypeError, KeyError, UnicodeError):
            return
        name = found.qd[0].name if found.qd else ""
        if not found.qr:
            if found.qd:
                self.ask(packet, found.id, name, _TYPES.get(found.qd[0].type, "other"))
            return
        sizes = {1: 4, 28: 16}
        addresses = [dpkt.utils.inet_to_str(a.rdata) for a in found.an if len(a.rdata) == sizes.get(a.type)]
        for address in addresses:
            hosts.names.setdefault(address, name)
        outcome = _RCODES.get(found.rcode, "failed")
        if outcome == "ok" and not found.an:
            outcome = "truncated" if found.tc else "empty"
        self.answer(packet, found.id, outcome)

    def ask(self, packet: Packet, number: int, name: str, kind: str) -> None:
        """Note a question."""
        key = (packet.src, packet.sport, packet.dst, number)
        old = self._queries.get(key)
        if old is not None and not old.outcome:
            old.times += 1
        elif len(self._queries) < MAX_QUERIES:
            self._queries[key] = Query(packet, name, kind)

    def answer(self, packet: Packet, number: int, outcome: str) -> None:
        """Note an answer."""
        found = self._queries.get((packet.dst, packet.dport, packet.src, number))
        if found is not None and not found.outcome:
            found.outcome, found.answered = outcome, packet.t

    def drafts(self, path: str, hosts: Hosts) -> Iterator[Draft]:
        """The facts: each failure, and one of success for each name. An empty answer for AAAA alone is usual."""
        told: set[tuple[str, str]] = set()
        good = {q.name for q in self._queries.values() if q.outcome == "ok"}
        for one in self._queries.values():
            outcome = one.outcome or ("timeout" if hosts.last - one.packet.t >= TIMEOUT_S or one.times > 2 else "")
            usual = outcome == "empty" and (one.kind != "A" or one.name in good)
            if not outcome or usual or (one.name, outcome) in told:
                continue
            told.add((one.name, outcome))
            took = one.answered - one.packet.t if one.outcome else None
            yield draft(
                path, one.packet, "dns.result",
                outcome=outcome, name=one.name or None, server=one.packet.dst,
                rtt_ms=round(took * 1000, 1) if took is not None else None,
                slow=True if took is not None and took >= SLOW_S else None,
            )  # fmt: skip


class Errors:
    """ICMP messages: what could not be delivered, by whom it was said."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str, str, int], list[Packet]] = {}

    def add(self, packet: Packet) -> None:
        """Note an ICMP error."""
        dst, port = (packet.inner[1], packet.inner[2]) if packet.inner else ("", 0)
        held = self._held.setdefault((packet.flags, packet.src, dst, port), [])
        if len(self._held) < MAX_QUERIES:
            held.append(packet)

    def drafts(self, path: str, hosts: Hosts) -> Iterator[Draft]:
        """One fact for each kind of error about one destination, with how often it came."""
        for (what, said_by, dst, port), held in self._held.items():
            if not held:
                continue
            first = held[0]
            yield draft(
                path, first, "icmp.error", until=held[-1].t, host=hosts.shown(dst, port) if dst else None,
                error=what, by=said_by, times=len(held), target=hosts.target(dst, port) if dst else None,
                protocol=first.inner[3].lower() if first.inner else None, port=port or None,
            )  # fmt: skip
            if what == "frag_needed":
                yield draft(path, first, "mtu.state", state="small", bytes=first.size or None)
            elif what == "admin_prohibited":
                yield draft(path, first, "firewall.event", outcome="deny", target=hosts.shown(dst, port) or None)


class Relays:
    """STUN and TURN (RFC 8489, RFC 8656): errors, and servers that do not answer."""

    def __init__(self) -> None:
        self._asked: dict[tuple[str, int], list[Packet]] = {}
        self._answered: set[tuple[str, int]] = set()
        self._errors: dict[tuple[str, int], Packet] = {}

    def add(self, packet: Packet) -> bool:
        """Take a datagram that is STUN."""
        data = packet.payload
        if len(data) < 20 or data[4:8] != _COOKIE or data[0] >> 6:
            return False
        kind = int.from_bytes(data[:2], "big")
        if kind & 0x0110 == 0:
            asked = self._asked.setdefault((packet.dst, packet.dport), [])
            if len(asked) < 50:
                asked.append(packet)
        elif kind & 0x0100:
            self._answered.add((packet.src, packet.sport))
            code = _stun_error(data) if kind & 0x0110 == 0x0110 else 0
            if code and code not in _STUN_NORMAL:
                self._errors.setdefault((packet.src, code), packet)
        return True

    def drafts(self, path: str, hosts: Hosts) -> Iterator[Draft]:
        """The facts: a TURN error that is no challenge, and a server that was asked three times in vain."""
        for (_, code), packet in self._errors.items():
            yield draft(path, packet, "ice.state", state="no_relay", code=code)
        for end, asked in self._asked.items():
            waited = hosts.last - asked[0].t
            if end not in self._answered and len(asked) >= 3 and waited >= TIMEOUT_S:
                note = f"{len(asked)} STUN requests to {hosts.shown(*end)} got no answer"
                yield draft(path, asked[0], "ice.state", state="no_answer", note=note)


def _stun_error(data: bytes) -> int:
    at = 20
    while at + 4 <= len(data):
        kind, length = int.from_bytes(data[at : at + 2], "big"), int.from_bytes(data[at + 2 : at + 4], "big")
        if kind == 9 and at + 8 <= len(data):
            return (data[at + 6] & 7) * 100 + data[at + 7]
        at += 4 + (length + 3) // 4 * 4
    return 0
