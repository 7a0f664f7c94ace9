"""Packets -> drafts: each packet goes to the part that knows its protocol, all in one pass and in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from diagnose.model import Draft, SourceReport
from diagnose.read.capture.calls import Leg, legs_of
from diagnose.read.capture.flows import Flows, look_up
from diagnose.read.capture.lookups import Errors, Names, Relays
from diagnose.read.capture.packets import Packet
from diagnose.read.capture.place import SOURCE, Hosts
from diagnose.read.capture.rtp import Media
from diagnose.read.capture.tcp import Connections
from diagnose.read.shapes import some

MAX_DRAFTS = 50_000
"""Drafts kept of one capture."""


class Watch:
    """What is known of a capture while its packets go by."""

    def __init__(self) -> None:
        from diagnose.read.capture.signalling import Signalling

        self.hosts = Hosts()
        self.names, self.errors, self.relays = Names(), Errors(), Relays()
        self.media, self.connections, self.signalling = Media(), Connections(), Signalling()
        self.flows = Flows()
        self.count = 0

    def take(self, packets: Iterable[Packet]) -> Watch:
        """Look at all packets."""
        for packet in packets:
            self.count += 1
            self.hosts.note(packet)
            if packet.proto == "TCP":
                self.connections.add(packet)
                if packet.payload:
                    self.signalling.add(packet)
            elif packet.proto == "ICMP":
                self.errors.add(packet)
            elif packet.payload:
                self._datagram(packet)
            elif not look_up(packet, self.names, self.hosts):
                self.flows.add(packet)
        return self

    def _datagram(self, packet: Packet) -> None:
        if 53 in (packet.sport, packet.dport):
            self.names.add(packet, self.hosts)
        elif not (self.signalling.add(packet) or self.relays.add(packet)):
            self.media.add(packet)

    def found(self, path: str, *, why: str = "", skipped: int = 0) -> tuple[list[Draft], SourceReport]:
        """The facts and the report; `why` and `skipped` say what could not be read."""
        drafts: list[Draft] = []
        legs: Sequence[Leg] = ()
        if self.signalling.messages:
            from diagnose.read.sip.facts import facts_of

            drafts.extend(facts_of(self.signalling.messages, path, dropped=self.signalling.dropped)[0])
            legs = legs_of(self.signalling.messages) if self.media.streams else ()
        for part in (self.connections, self.names, self.errors, self.relays, self.flows):
            drafts.extend(part.drafts(path, self.hosts))
        drafts.extend(self.media.drafts(path, self.hosts, legs))
        limits = [why] if why else []
        for name, count in (("connections", self.connections.dropped), ("media packets", self.media.dropped)):
            if count:
                limits.append(f"{count} {name} beyond the limit were left out")
        if len(drafts) > MAX_DRAFTS:
            limits.append(f"{len(drafts) - MAX_DRAFTS} facts after the first {MAX_DRAFTS} were left out")
            del drafts[MAX_DRAFTS:]
        first, last = self.hosts.first, self.hosts.last
        times: dict[str, Any] = (
            some(from_=round(first * 1000), to=round(last * 1000)) if first and not self.hosts.relative else {}
        )
        report = SourceReport(
            path=path, kind=SOURCE, records=self.count, facts=len(drafts), clock=path, skipped=skipped,
            why="; ".join(limits), **times,
        )  # fmt: skip
        return drafts, report
