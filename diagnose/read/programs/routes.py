"""`ip route`, `ip rule`, `route`, `netstat -r`, `route print` -> the default way out, and what is odd about it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from diagnose.model import Draft, Place
from diagnose.read.programs.runs import Run
from diagnose.read.programs.tables import parsed
from diagnose.read.shapes import excerpt, integer, some

KIND = "network.route"

_ROUTE = re.compile(
    r"^(?P<bar>unreachable|blackhole|prohibit)? ?(?P<dst>default|[\d.]+(?:/\d+)?|[\da-f:]*::?[\da-f:]*(?:/\d+)?)"
    r"(?= (?:via|dev|proto|scope|metric)| *$)(?P<rest>[^\n]*)$",
    re.M,
)
_WORD = re.compile(r"\b(via|dev|metric|src|table|proto|scope) (\S+)")
_RULE = re.compile(r"^(\d+):\s+from (?P<what>.+)$", re.M)
_ORDINARY = re.compile(r"^all\s+lookup (?:local|main|default)\s*$")
_REFUSED = re.compile(r"^RTNETLINK answers: (?:Network is unreachable|No route to host|Invalid argument)\s*$", re.M)
_TABLE = re.compile(r"^(?:Kernel IP routing table|Destination\s+Gateway\s+Genmask)", re.M)
_PRINT = re.compile(r"^IPv4 Route Table", re.M)
_BRIEF = re.compile(r"^(?P<dev>[\w.-]+)(?:@\S+)?\s+(?:UP|DOWN|UNKNOWN)\s+(?P<rest>[^\n]*)$", re.M)
_ADDRESS_OF = re.compile(r"^\d+: (?P<dev>[\w.-]+)(?:@\S+)?:|^[ \t]+inet6? (?P<address>[\da-f.:]+)/\d+", re.M)
_TUNNEL = re.compile(r"^(?:tun|tap|wg|ppp|utun|ipsec|vpn|cscotun|gpd|zt|tailscale)", re.I)
_VIRTUAL = re.compile(r"^(?:lo|docker|veth|br-|virbr|cni|flannel|dummy)", re.I)


class Route(msgspec.Struct, frozen=True):
    """One row of a routing table; `barred` says that it throws packets away."""

    dst: str
    via: str | None = None
    dev: str | None = None
    src: str | None = None
    metric: int = 0
    barred: bool = False
    link: bool = False


def is_routes(obj: object) -> bool:
    """Whether a parsed JSON value is the output of `ip -j route`."""
    return (
        isinstance(obj, list)
        and bool(obj)
        and all(isinstance(r, dict) and "dst" in r and ("dev" in r or "gateway" in r or "type" in r) for r in obj)
    )


def read_rows(obj: list[Any], path: str) -> Iterator[Draft]:
    """The facts of `ip -j route`."""
    rows = [
        Route(
            str(r["dst"]), r.get("gateway"), r.get("dev"), r.get("prefsrc"), integer(r.get("metric")) or 0,
            r.get("type") in {"unreachable", "blackhole", "prohibit"}, r.get("scope") == "link",
        )
        for r in obj if isinstance(r, Mapping)
    ]  # fmt: skip
    run = Run("", path)
    yield from _of_table(
        run, rows, lambda r: Place(path, pointer=f"/{rows.index(r)}", excerpt=excerpt(obj[rows.index(r)]))
    )


def claims(text: str) -> bool:
    """Whether a text holds a routing table."""
    default = re.search(r"^default via \S+ dev \S+|^\S+/\d+ dev \S+ proto kernel", text, re.M)
    return bool(default or _TABLE.search(text) or _PRINT.search(text) or _REFUSED.search(text))


def read(run: Run) -> Iterator[Draft]:
    """The facts of the routing tables, chosen routes and policy rules in a run."""
    if (refused := _REFUSED.search(run.text)) is not None:
        fields = {"state": "missing", "detail": refused.group().strip()}
        yield run.draft("route.state", KIND, run.place(refused.start()), fields)
    if re.search(r"\broute get\b", run.command) or re.search(
        r"^\S+ (?:via \S+ )?dev \S+.* src .*\n\s+cache", run.text, re.M
    ):
        yield from _chosen(run)
    elif _TABLE.search(run.text):
        yield from _of_table(run, _classic(run.text), lambda r: run.at(r.via or r.dst))
    elif _PRINT.search(run.text):
        yield from _of_table(run, _windows(run.text), lambda r: run.at(r.via or r.dst))
    elif not re.search(r"\bip (?:-\S+ )*(?:a|addr|address|l|link|n|neigh)\b", run.command):
        rows = [_row(m) for m in _ROUTE.finditer(run.text)]
        yield from _of_table(
            run, rows, lambda r: run.at(f"default via {r.via}" if r.dst == "default" and r.via else r.dst)
        )
    for found in _RULE.finditer(run.text):
        if not _ORDINARY.match(found.group("what")):
            yield run.draft(
                "route.policy", KIND, run.place(found.start()), {"rule": f"from {found.group('what').strip()}"}
            )


def _row(found: re.Match[str]) -> Route:
    words = dict(_WORD.findall(found.group("rest")))
    return Route(
        found.group("dst"), words.get("via"), words.get("dev"), words.get("src"), integer(words.get("metric")) or 0,
        found.group("bar") is not None, words.get("scope") == "link",
    )  # fmt: skip


def _classic(text: str) -> list[Route]:
    start = re.search(r"^Destination\s+Gateway", text, re.M)
    if start is None:
        return []
    rows = parsed("route", "Kernel IP routing table\n" + text[start.start() :])
    return [
        Route(
            "default" if r.get("destination") in {"0.0.0.0", "default"} else str(r.get("destination")),
            str(r.get("gateway")), r.get("iface"), None, integer(r.get("metric")) or 0, "!" in str(r.get("flags")),
            r.get("gateway") in {"0.0.0.0", "*"},
        )
        for r in rows
    ]  # fmt: skip


def _windows(text: str) -> list[Route]:
    found = next(iter(parsed("route_print", text)), {})
    table = found.get("ipv4_route_table")
    rows = table.get("active_routes", []) if isinstance(table, Mapping) else []
    return [
        Route(
            "default" if r.get("network_destination") == "0.0.0.0" else str(r.get("network_destination")),
            r.get("gateway"), r.get("interface"), None, integer(r.get("metric")) or 0, False,
            r.get("gateway") == "On-link",
        )
        for r in rows if isinstance(r, Mapping)
    ]  # fmt: skip


def _of_table(run: Run, rows: list[Route], place: Any) -> Iterator[Draft]:
    """The default route, whether it is the only one, and rows that throw packets away."""
    if not rows:
        return
    defaults = sorted((r for r in rows if r.dst == "default" and not r.barred), key=lambda r: r.metric)
    ways = {r.dev for r in rows if r.dev and not _VIRTUAL.match(r.dev)}
    for row in rows:
        if row.barred:
            fields = {"state": "barred", "detail": f"{row.dst} is thrown away"}
            yield run.draft("route.state", KIND, place(row), fields)
    if not defaults:
        if any(r.link for r in rows) and not re.search(r"\bip .*route (?:show|list|ls)? ?\S", run.command):
            yield run.draft("route.state", KIND, place(rows[0]), {"state": "missing", "detail": "no default route"})
        return
    first = defaults[0]
    fields = some(
        interface=first.dev, gateway=first.via, metric=first.metric or None, defaults=len(defaults),
        interfaces=len(ways) or None,
        tunnel=True if first.dev and _TUNNEL.match(first.dev) else None,
    )  # fmt: skip
    yield run.draft("route.default", KIND, place(first), fields)
    for row in rows:
        if row.dst != "default" and row.via and row.dev and _TUNNEL.match(row.dev):
            choice = some(target=row.dst, interface=row.dev, gateway=row.via, tunnel=True)
            yield run.draft("route.choice", KIND, place(row), choice)
    rivals = [r for r in defaults[1:] if r.metric == first.metric and r.dev != first.dev]
    if rivals:
        detail = f"default routes over {first.dev} and {rivals[0].dev} of the same metric"
        yield run.draft("route.state", KIND, place(first), {"state": "ambiguous", "detail": detail})


def _chosen(run: Run) -> Iterator[Draft]:
    """The way that the host takes to one address, and a source address that belongs to another interface."""
    owner = _owners(run.whole or run.text)
    for found in _ROUTE.finditer(run.text):
        row = _row(found)
        if row.dev is None or row.dst == "default":
            continue
        fields = some(target=row.dst, interface=row.dev, gateway=row.via, source=row.src)
        tunnel = {"tunnel": True} if _TUNNEL.match(row.dev) else {}
        yield run.draft("route.choice", KIND, run.place(found.start()), fields | tunnel, row.dst)
        if row.src and owner.get(row.src, row.dev) != row.dev:
            detail = f"leaves by {row.dev} with the address of {owner[row.src]}"
            yield run.draft(
                "route.state", KIND, run.place(found.start()), {"state": "wrong_interface", "detail": detail}, row.dst
            )


@lru_cache(maxsize=2)
def _owners(text: str) -> dict[str, str]:
    """Which interface has which address, from `ip addr` or `ip -br addr` anywhere in the same file."""
    owner = {}
    for found in _BRIEF.finditer(text):
        for word in found.group("rest").split():
            owner[word.partition("/")[0]] = found.group("dev")
    dev = ""
    for found in _ADDRESS_OF.finditer(text):
        dev = found.group("dev") or dev
        if found.group("address") and dev:
            owner[found.group("address")] = dev
    return {a: d for a, d in owner.items() if _is_ip(a)}


def _is_ip(text: str) -> bool:
    try:
        return not ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False
