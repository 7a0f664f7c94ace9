"""Interfaces of a host -> link facts: carrier, flaps, errors, drops, speed and duplex.

Whether an interface is the WAN or the LAN is taken from its name or alias only where these say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from diagnose.model import Draft, Place
from diagnose.read.programs.runs import Run, stretches
from diagnose.read.shapes import excerpt, integer, some

KIND = "network.link"

FLAPS = 3
"""So many losses of carrier are no cable that was plugged in once."""
FAULTY_SHARE = 0.001
"""Errors or drops in so many of the packets are heard (0.1 %, engineering judgement)."""
FEW = 10
"""Fewer errors since boot are left over from plugging in a cable."""

_VIRTUAL = re.compile(r"^(lo|docker|veth|br-|virbr|cni|flannel|dummy|ifb|sit|ip6tnl|gre|erspan|tunl)", re.I)
_WAN = re.compile(r"\b(wan|uplink|isp|internet|mpls|ppp|wwan|lte)\d*\b", re.I)
_LAN = re.compile(r"\b(lan|phones?|voice-?vlan|local)\d*\b", re.I)

_ITEM = re.compile(
    r"^(?:\[\d{4}-[\dT:.-]+\] )?(?:Deleted )?\d+: (?P<name>[\w.-]+)(?:@\S+)?: <(?P<flags>[A-Z_,0-9-]*)>"
    r"[^\n]*?(?:state (?P<state>\w+))?(?: [^\n]*)?$",
    re.M,
)
_WATCHED = re.compile(r"^(?:Timestamp: |\[\d{4}-\d\d-\d\dT[\d:.]+\] )", re.M)
_ALIAS = re.compile(r"^[ \t]+alias (?P<alias>[^\n]+)$", re.M)
_COUNTS = re.compile(r"^[ \t]+(?P<way>RX|TX):\s+bytes\s+packets\s+errors\s+dropped[^\n]*\n\s+(?P<row>[\d ]+)", re.M)
_BRIEF = re.compile(r"^(?P<name>[\w.-]+)(?:@\S+)?\s+(?P<state>UP|DOWN|LOWERLAYERDOWN)\s", re.M)
_MODE = re.compile(r"^Settings for (?P<name>[\w.-]+):\n(?P<body>(?:[ \t]+[^\n]*\n?)+)", re.M)
_SPEED, _DUPLEX = re.compile(r"Speed: (?P<mbps>\d+)Mb/s"), re.compile(r"Duplex: (?P<word>\w+)")
_DETECTED = re.compile(r"Link detected: (?P<word>yes|no)")
_STATISTICS = re.compile(r"^NIC statistics:\s*\n(?P<body>(?:[ \t]+[^\n]*\n?)+)", re.M)
_COUNTER = re.compile(r"^[ \t]+(?P<name>[\w.\[\]-]+): (?P<value>\d+)\s*$", re.M)
_CLASSIC = re.compile(r"^(?P<name>[\w.-]+)(?:: flags=| +Link encap)[^\n]*\n(?P<body>(?:[ \t]+[^\n]*\n?)+)", re.M)
_CLASSIC_COUNTS = re.compile(
    r"(?P<way>RX|TX)(?: packets[: ](?P<packets>\d+))?[^\n]*?errors[: ](?P<errors>\d+)\s+dropped[: ](?P<drops>\d+)"
)


def is_links(obj: object) -> bool:
    """Whether a parsed JSON value is the output of `ip -j link` or `ip -j addr`."""
    return (
        isinstance(obj, list)
        and bool(obj)
        and all(isinstance(i, dict) and "ifname" in i and ("operstate" in i or "flags" in i) for i in obj if i)
    )


def read_items(obj: list[Any], path: str) -> Iterator[Draft]:
    """The facts of `ip -j link`. A snapshot: what it does not show may have been so earlier."""
    for number, item in enumerate(obj):
        if isinstance(item, Mapping):
            place = Place(path, pointer=f"/{number}", excerpt=excerpt(_told(item)))
            yield from _link(Run("", path), item, place)


def role_of(*names: object) -> str:
    """wan or lan where an interface's name or alias says so, else unknown."""
    text = " ".join(str(n) for n in names if n).replace("_", " ")
    wan, lan = bool(_WAN.search(text)), bool(_LAN.search(text))
    return "unknown" if wan == lan else "wan" if wan else "lan"


def _told(item: Mapping[str, Any]) -> dict[str, Any]:
    return some(
        ifname=item.get("ifname"),
        operstate=item.get("operstate"),
        flags=item.get("flags"),
        carrier_changes=_carrier_changes(item),
    )


def _link(run: Run, item: Mapping[str, Any], place: Place) -> Iterator[Draft]:
    name = str(item.get("ifname") or "")
    found = item.get("flags")
    flags: list[Any] = found if isinstance(found, list) else []
    if not name or _VIRTUAL.match(name) or "LOOPBACK" in flags or (flags and "UP" not in flags):
        return
    state = str(item.get("operstate") or "").upper()
    down = state in {"DOWN", "LOWERLAYERDOWN"} or "NO-CARRIER" in flags
    up = state == "UP" or "LOWER_UP" in flags
    if not down and not up:
        return
    changes = _carrier_changes(item)
    flaps = changes // 2 if changes is not None else None
    word = "down" if down else "flapping" if flaps is not None and flaps >= FLAPS else "up"
    fields = some(link=role_of(name, item.get("ifalias")), state=word, interface=name, flaps=flaps)
    yield run.draft("link.state", KIND, place, fields)
    stats = item.get("stats64") or item.get("stats")
    if isinstance(stats, Mapping):
        ways = [w for w in (stats.get("rx"), stats.get("tx")) if isinstance(w, Mapping)]
        packets, errors, drops = (
            sum(integer(w.get(key)) or 0 for w in ways) for key in ("packets", "errors", "dropped")
        )
        yield from counted(run, place, name, packets, errors, drops)


def counted(run: Run, place: Place, name: str, packets: int | None, errors: int, drops: int) -> Iterator[Draft]:
    """Whether an interface loses packets itself: errors count when they are many, or many of the packets."""
    if not packets:
        return
    bad = [n for n in (errors, drops) if n >= FEW and n >= FAULTY_SHARE * packets]
    state = "clean" if not bad else "errors" if errors in bad else "drops"
    fields = {"interface": name, "state": state, "errors": errors, "drops": drops, "packets": packets}
    yield run.draft("link.counters", KIND, place, fields)


def _carrier_changes(item: Mapping[str, Any]) -> int | None:
    up, down = integer(item.get("carrier_up_count")), integer(item.get("carrier_down_count"))
    if up is not None and down is not None:
        return up + down
    found = integer(item.get("carrier_changes"))
    stats = item.get("stats64") or item.get("stats")
    if found is None and isinstance(stats, Mapping) and isinstance(stats.get("tx"), Mapping):
        found = integer(stats["tx"].get("carrier_changes"))
    return found


def claims(text: str) -> bool:
    """Whether a text holds output of ip link, ip addr, ifconfig or ethtool."""
    return any(p.search(text) for p in (_ITEM, _MODE, _STATISTICS, _CLASSIC_COUNTS))


def read(run: Run) -> Iterator[Draft]:
    """The facts on interfaces: state, counters, speed and duplex."""
    items = list(_ITEM.finditer(run.text))
    if _WATCHED.search(run.text) is not None:
        yield from _watched(run, items)
        return
    for found, (_, end) in zip(items, stretches([m.start() for m in items], len(run.text)), strict=True):
        body = run.text[found.end() : end]
        alias = _ALIAS.search(body)
        item = {
            "ifname": found.group("name"), "flags": found.group("flags").split(","), "operstate": found.group("state"),
            "ifalias": alias.group("alias") if alias else None, "stats": _stats(body),
        }  # fmt: skip
        yield from _link(run, item, run.place(found.start()))
    for found in _BRIEF.finditer(run.text):
        item = {"ifname": found.group("name"), "operstate": found.group("state")}
        yield from _link(run, item, run.place(found.start()))
    for found in _MODE.finditer(run.text):
        yield from _mode(run, found)
    yield from _classic(run)
    yield from _statistics(run)


def _watched(run: Run, items: list[re.Match[str]]) -> Iterator[Draft]:
    """`ip monitor`: how often each interface went down while it was watched."""
    seen: dict[str, list[tuple[bool, re.Match[str]]]] = {}
    for found in items:
        if not _VIRTUAL.match(found.group("name")):
            down = found.group("state") in {"DOWN", "LOWERLAYERDOWN"} or "NO-CARRIER" in found.group("flags")
            seen.setdefault(found.group("name"), []).append((down, found))
    for name, states in seen.items():
        losses = [m for (before, _), (now, m) in pairwise([(False, states[0][1]), *states]) if now and not before]
        word = "flapping" if len(losses) > 1 else "down" if losses else "up"
        fields = some(link=role_of(name), state=word, interface=name, flaps=len(losses) or None)
        yield run.draft("link.state", KIND, run.place((losses or [states[-1][1]])[0].start()), fields)


def _stats(body: str) -> dict[str, dict[str, int]]:
    rows = {}
    for found in _COUNTS.finditer(body):
        numbers = [int(n) for n in found.group("row").split()]
        rows[found.group("way").casefold()] = dict(
            zip(("bytes", "packets", "errors", "dropped"), numbers, strict=False)
        )
    return rows


def _mode(run: Run, found: re.Match[str]) -> Iterator[Draft]:
    name, body = found.group("name"), found.group("body")
    speed, duplex, detected = _SPEED.search(body), _DUPLEX.search(body), _DETECTED.search(body)
    place = run.place(found.start())
    if detected is not None:
        state = "up" if detected.group("word") == "yes" else "down"
        yield run.draft("link.state", KIND, place, {"link": role_of(name), "state": state, "interface": name})
    if duplex is not None and duplex.group("word") in {"Half", "Full"}:
        fields = some(
            interface=name,
            duplex=duplex.group("word").casefold(),
            speed_mbps=int(speed.group("mbps")) if speed else None,
        )
        yield run.draft("link.mode", KIND, place, fields)


def _classic(run: Run) -> Iterator[Draft]:
    for found in _CLASSIC.finditer(run.text):
        if _VIRTUAL.match(found.group("name")):
            continue
        ways = list(_CLASSIC_COUNTS.finditer(found.group("body")))
        packets = re.findall(r"(?:RX|TX) packets[: ](\d+)", found.group("body"))
        errors, drops = (sum(int(m.group(k)) for m in ways) for k in ("errors", "drops"))
        yield from counted(
            run, run.place(found.start()), found.group("name"), sum(int(n) for n in packets), errors, drops
        )


def _statistics(run: Run) -> Iterator[Draft]:
    """`ethtool -S`: the sums of what counts as an error or a drop, held against the packets."""
    found = _STATISTICS.search(run.text)
    if found is None:
        return
    counts = {m.group("name").casefold(): int(m.group("value")) for m in _COUNTER.finditer(found.group("body"))}
    packets = sum(counts.get(n, 0) for n in ("rx_packets", "tx_packets"))
    errors = max((n for name, n in counts.items() if re.search(r"err|crc|collision|fifo|carrier", name)), default=0)
    drops = max((n for name, n in counts.items() if re.search(r"drop|discard|no_buffer|missed", name)), default=0)
    name = run.command.split()[-1] if run.command else "unknown"
    yield from counted(run, run.place(found.start()), name, packets, errors, drops)
