"""Windows' `ipconfig /all`, `netsh interface ip show config|subinterfaces` -> gateway, resolvers, packet size.

An adapter without a cable is usual on a laptop, so that its state is a fact only when none of them leads anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from diagnose.model import Draft
from diagnose.read.programs.runs import Run, stretches
from diagnose.read.programs.targets import ETHERNET_MTU, PROBE, is_address
from diagnose.read.shapes import some

KIND = "network.route"

_HEAD = re.compile(
    r"^(?:(?P<sort>[A-Z][\w -]{0,60}?) adapter (?P<name>[^\n]{1,120}?):|"
    r'Configuration for interface "(?P<name2>[^"\n]{1,120})")[ \t]*$',
    re.M,
)
_VALUE = re.compile(r"^[ \t]+(?P<key>[A-Z][\w()/ -]{0,60}?)[ .]{0,80}:[ \t]*(?P<value>[^\n]*)$")
_MORE = re.compile(r"^[ \t]{20,}(?P<value>\S+)[ \t]*$")
_SUBINTERFACE = re.compile(
    r"^[ \t]*(?P<mtu>\d{1,12})[ \t]+\d+[ \t]+(?P<bytes_in>\d{1,18})[ \t]+(?P<bytes_out>\d{1,18})"
    r"[ \t]+(?P<name>\S[^\n]{0,120}?)[ \t]*$",
    re.M,
)
_SUBINTERFACES = re.compile(r"^[ \t]*MTU[ \t]+MediaSenseState\b", re.M)
_TUNNEL = re.compile(r"(?i)\b(?:vpn|tunnel|ppp|tap|wireguard|anyconnect|globalprotect|fortinet|zscaler|pangp)")
_OWN_MAKING = "169.254."
"""Addresses that a host gives itself when no DHCP server answers (RFC 3927)."""


class Adapter(msgspec.Struct, frozen=True):
    """An adapter: its name, what is told of it by key, and where its text begins."""

    name: str
    told: dict[str, list[str]]
    offset: int
    tunnel: bool

    def values(self, *keys: str) -> list[str]:
        """What stands under the keys that begin so, bare of `(Preferred)` and zones."""
        found = (v for key, values in self.told.items() if key.startswith(keys) for v in values)
        return [v.partition("(")[0].partition("%")[0].strip() for v in found]


def claims(text: str) -> bool:
    """Whether a text holds the output of ipconfig, or of netsh on interfaces."""
    return _SUBINTERFACES.search(text) is not None or any(a.told for a in _adapters(text))


def read(run: Run) -> Iterator[Draft]:
    """The facts on the adapters that a run shows."""
    found = [a for a in _adapters(run.text) if a.told]
    if found:
        yield from _ways(run, found)
        yield from _resolvers(run, found)
    if (table := _SUBINTERFACES.search(run.text)) is not None:
        yield from _sizes(run, table.end())


def _adapters(text: str) -> Iterator[Adapter]:
    heads = list(_HEAD.finditer(text))
    for head, (_, end) in zip(heads, stretches([m.start() for m in heads], len(text)), strict=True):
        told: dict[str, list[str]] = {}
        values: list[str] = []
        for line in text[head.end() : end].splitlines():
            if (found := _VALUE.match(line)) is not None:
                values = told.setdefault(found["key"].casefold(), [])
                values.extend([found["value"].strip()] if found["value"].strip() else [])
            elif (more := _MORE.match(line)) is not None:
                values.append(more["value"])
        name = head["name"] or head["name2"]
        about = f"{head['sort']} {name} {' '.join(told.get('description', []))}"
        yield Adapter(name, told, head.start(), _TUNNEL.search(about) is not None)


def _ways(run: Run, adapters: list[Adapter]) -> Iterator[Draft]:
    """The gateways, or that there is none; addresses that no server gave."""
    used = [
        a
        for a in adapters
        if any(is_address(v) for v in a.values("ipv4 address", "ip address", "autoconfiguration ip"))
    ]
    ways = [(a, v) for a in used for v in a.values("default gateway") if is_address(v) and v not in {"0.0.0.0", "::"}]
    for adapter in used:
        own = [
            v for v in adapter.values("autoconfiguration ip", "ipv4 address", "ip address") if v.startswith(_OWN_MAKING)
        ]
        if own and not adapter.tunnel and not ways:
            fields = {"state": "missing", "detail": f"{adapter.name} has an address of its own making, {own[0]}"}
            yield run.draft("route.state", KIND, run.place(adapter.offset), fields)
    if ways:
        first, gateway = min(ways, key=lambda way: ":" in way[1])
        fields = some(
            interface=first.name, gateway=gateway, defaults=len({a.name for a, _ in ways}), interfaces=len(used),
            tunnel=True if first.tunnel else None,
        )  # fmt: skip
        yield run.draft("route.default", KIND, run.place(first.offset), fields)
        yield run.draft(
            "link.state",
            "network.link",
            run.place(first.offset),
            {"link": "lan", "state": "up", "interface": first.name},
        )
    elif used and all(any(k.startswith("default gateway") for k in a.told) for a in used if not a.tunnel):
        fields = {"state": "missing", "detail": "no default gateway"}
        yield run.draft("route.state", KIND, run.place(used[0].offset), fields)
    elif not used:
        for adapter in adapters:
            if "disconnected" in " ".join(adapter.told.get("media state", [])) and not adapter.tunnel:
                fields = {"link": "lan", "state": "down", "interface": adapter.name}
                yield run.draft("link.state", "network.link", run.place(adapter.offset), fields)


def _resolvers(run: Run, adapters: list[Adapter]) -> Iterator[Draft]:
    keys = ("dns servers", "statically configured dns", "dns server")
    asked = [(a, v) for a in adapters for v in a.values(*keys) if is_address(v) and not v.startswith("fec0:")]
    servers = list(dict.fromkeys(v for _, v in asked))
    if servers:
        fields = {"count": len(servers), "servers": ", ".join(servers)}
        yield run.draft("dns.config", "network.dns", run.at(servers[0]), fields)


def _sizes(run: Run, start: int) -> Iterator[Draft]:
    """Adapters that carry traffic, are no tunnels, and take smaller packets than Ethernet does."""
    for found in _SUBINTERFACE.finditer(run.text, start):
        mtu = int(found["mtu"])
        busy = int(found["bytes_in"]) and int(found["bytes_out"])
        if busy and mtu < ETHERNET_MTU and not _TUNNEL.search(found["name"]):
            yield run.draft("mtu.state", PROBE, run.place(found.start()), {"state": "small", "bytes": mtu})
