"""What lines of text show without the bytes of packets: media by the rate of datagrams, and look-ups of names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diagnose.model import Draft
from diagnose.read.capture.lookups import Names
from diagnose.read.capture.packets import Packet
from diagnose.read.capture.place import Hosts, draft

MIN_PACKETS = 25
MIN_RATE, MAX_RATE = 10.0, 110.0
"""Packets a second of one voice stream: 10 to 100 for packet times of 100 to 10 ms."""

_SERVICES = frozenset({53, 123, 443, 3478, 5060, 5061})
_ASKED = re.compile(r"^(?P<id>\d+)[+%$*-]* (?:\[[^\]]*\] )?(?P<kind>A|AAAA|SRV|NAPTR|PTR)\? (?P<name>\S+?)\.? ")
_TOLD = re.compile(
    r"^(?P<id>\d+)(?P<marks>[*|$-]*) (?:(?P<code>NXDomain|ServFail|Refused|FormErr)[*|$-]* )?(?P<count>\d+)/\d+/\d+"
)
_SHARK_ASKED = re.compile(r"^Standard query (?P<id>0x[0-9a-f]+) (?P<kind>\w+) (?P<name>\S+)")
_SHARK_TOLD = re.compile(
    r"^Standard query response (?P<id>0x[0-9a-f]+) (?P<code>No such name|Server failure|Refused)?(?P<more>.*)"
)
_ADDRESS = re.compile(r"\bA (\d+\.\d+\.\d+\.\d+)")
_CODES = {
    "NXDomain": "nxdomain", "ServFail": "servfail", "Refused": "refused", "FormErr": "failed",
    "No such name": "nxdomain", "Server failure": "servfail",
}  # fmt: skip


class Flows:
    """Datagrams of which only the ends are known, counted by pair of ends."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, int, str, int], tuple[Packet, int, float]] = {}

    def add(self, packet: Packet) -> None:
        """Count a datagram."""
        if packet.sport in _SERVICES or packet.dport in _SERVICES or not packet.dport:
            return
        key = (packet.src, packet.sport, packet.dst, packet.dport)
        first, count, _ = self._held.get(key, (packet, 0, 0.0))
        if count or len(self._held) < 5_000:
            self._held[key] = (first, count + 1, packet.t)

    def drafts(self, path: str, hosts: Hosts) -> Iterator[Draft]:
        """The directions of what goes at the rate of voice."""
        told: set[tuple[str, int, str, int]] = set()
        for key, (first, count, last) in self._held.items():
            back = (*key[2:], *key[:2])
            seconds = last - first.t
            if count < MIN_PACKETS or key in told or not MIN_RATE <= count / max(seconds, 0.01) <= MAX_RATE:
                continue
            told |= {key, back}
            other = self._held.get(back, (first, 0, last))
            out = key[0] == hosts.here or key[2] != hosts.here
            sent, received = (count, other[1]) if out else (other[1], count)
            direction = "both" if sent and received else "out_only" if sent else "in_only"
            yield draft(
                path, first, "media.flow", until=max(last, other[2]),
                leg="unknown", direction=direction, sent=sent, received=received,
            )  # fmt: skip


def look_up(packet: Packet, names: Names, hosts: Hosts) -> bool:
    """Take a line of DNS; False when it is none."""
    text = packet.flags
    asked = _ASKED.match(text) or _SHARK_ASKED.match(text)
    if asked is not None:
        names.ask(packet, int(asked["id"], 0), asked["name"], asked["kind"])
        return True
    told = _TOLD.match(text)
    if told is not None:
        outcome = _CODES.get(told["code"] or "") or ("ok" if int(told["count"]) else "empty")
        outcome = "truncated" if "|" in told["marks"] else outcome
        names.answer(packet, int(told["id"]), outcome)
        return True
    shark = _SHARK_TOLD.match(text)
    if shark is not None:
        found = _ADDRESS.search(shark["more"])
        names.answer(packet, int(shark["id"], 16), _CODES.get(shark["code"] or "") or ("ok" if found else "empty"))
    return shark is not None
