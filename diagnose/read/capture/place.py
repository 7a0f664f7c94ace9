"""What all parts of a capture share: who is who, and a draft placed at a packet."""

from __future__ import annotations

from collections import Counter
from typing import Any

from diagnose.model import Draft, Place
from diagnose.read.capture.packets import Packet
from diagnose.read.programs.targets import target_of
from diagnose.read.shapes import MAX_EXCERPT, some

SOURCE = "network.capture"
SIGNAL = "capture"
SIP_PORTS = frozenset({*range(5060, 5091), 8060, 8061})
"""5060 and 5061 of RFC 3261 and the ports beside them that are usual, and those on which Edges listen for phones."""
PROXY_PORTS = frozenset({3128, 8888})


class Hosts:
    """Names of addresses (by DNS answers, TLS server names, Host headers), and the host at which the capture ran."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self._seen: Counter[str] = Counter()
        self.first = self.last = 0.0
        self.relative = False

    def note(self, packet: Packet) -> None:
        """Count a packet's ends and its time."""
        if len(self._seen) < 100_000 or packet.src in self._seen:
            self._seen[packet.src] += 1
            self._seen[packet.dst] += 1
        self.first = self.first or packet.t
        self.relative = packet.relative
        self.last = max(self.last, packet.t)

    @property
    def here(self) -> str:
        """The address that most packets come from or go to; an empty text when two are even and the capture could have
        been made at either."""
        best = self._seen.most_common(2)
        if len(best) == 2 and best[0][1] == best[1][1]:
            return ""
        return best[0][0] if best else ""

    def target(self, address: str, port: int) -> str:
        """bot, cloud, trunk, proxy, other or unknown: what stands at an address, by its name and port."""
        found = target_of(self.names.get(address, ""))
        if found in {"bot", "cloud"}:
            return found
        if port in SIP_PORTS or found == "trunk":
            return "trunk"
        return "proxy" if port in PROXY_PORTS else "unknown"

    def shown(self, address: str, port: int) -> str:
        """An end in words: the name where it is known, and the port."""
        return f"{self.names.get(address, address)}:{port}" if port else self.names.get(address, address)


def draft(
    path: str,
    packet: Packet,
    kind: str,
    until: float | None = None,
    host: str | None = None,
    session: str | None = None,
    **fields: Any,
) -> Draft:
    """A draft placed at a packet; `until` in s closes its interval, `session` is the Call-ID of the call that it
    belongs to, fields of None are left out."""
    pointer = None if packet.line is not None else f"/packet/{packet.number}"
    place = Place(path, packet.line, pointer, packet.words[:MAX_EXCERPT])
    at = packet.ms if packet.t and not packet.relative else None
    end = at if until is None or at is None else max(at, round(until * 1000))
    entities = some(host=host, session=session)
    return Draft(kind, SOURCE, place, some(**fields), entities, at, end, packet.local, signal=SIGNAL)
