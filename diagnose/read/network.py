"""Output of network commands -> link, probe, route and MTU facts.

`ip -j link`, `mtr --json`, `ping`, `tracepath` and `traceroute`, as files or as the text of an Edge's own diagnostics.
Whether an interface is the WAN or the LAN is taken from its name or alias only where these say so.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any

from diagnose.model import Draft, Place, SourceReport
from diagnose.read.shapes import excerpt, integer, real, some

LINK, PROBE, ROUTE = "network.link", "network.probe", "network.route"

LOSS_PCT = 1.0
"""Loss from here on is trouble for voice and for speech recognition (engineering judgement)."""
SLOW_MS = 300.0
"""A round trip of 300 ms is the one-way 150 ms of ITU-T G.114."""
FLAPS = 3
"""So many losses of carrier are no cable that was plugged in once."""
ETHERNET_MTU = 1500

_VIRTUAL = re.compile(r"^(lo|docker|veth|br-|virbr|cni|flannel|dummy|ifb|sit|ip6tnl|gre|erspan|tunl)", re.I)
_WAN = re.compile(r"\b(wan|uplink|isp|internet|mpls|ppp|wwan|lte)\d*\b", re.I)
_LAN = re.compile(r"\b(lan|phones?|voice-?vlan|local)\d*\b", re.I)

_PING_HEAD = re.compile(r"^PING (\S+)(?: \(([^)]+)\))?", re.M)
_PING_TAIL = re.compile(
    r"^--- (\S+) ping statistics ---\s*\n(\d+) packets transmitted, (\d+)(?: packets)? received.*?"
    r"([\d.]+)% packet loss.*(?:\n(?:rtt|round-trip) [^=]*= [\d.]+/([\d.]+)/)?",
    re.M,
)
_TRACE_HEAD = re.compile(r"^(?:\S*[#$] )?(tracepath|traceroute)6?(?: to)? (?:-\S+(?: \d+)? )*(\S+)", re.M)
_HOP = re.compile(r"^\s*(\d+)[:?]?\s+(.*)$")
_PMTU = re.compile(r"pmtu (\d+)")


def _is_links(obj: object) -> bool:
    return (
        isinstance(obj, list)
        and bool(obj)
        and all(isinstance(i, dict) and "ifname" in i and ("operstate" in i or "flags" in i) for i in obj if i)
    )


def _is_mtr(obj: object) -> bool:
    report = obj.get("report") if isinstance(obj, dict) else None
    return isinstance(report, dict) and isinstance(report.get("hubs"), list)


def claims(obj: object) -> bool:
    """Whether a parsed JSON value is the output of `ip -j link` or `mtr --json`."""
    return _is_links(obj) or _is_mtr(obj)


def read(obj: object, path: str) -> tuple[list[Draft], SourceReport]:
    """The facts of `ip -j link` or `mtr --json`. A snapshot: what it does not show may have been so earlier."""
    drafts: list[Draft] = []
    records = 1
    if isinstance(obj, list):
        drafts = [d for n, item in enumerate(obj) if isinstance(item, Mapping) for d in _link(item, path, n)]
        records, kind = len(obj), LINK
    else:
        kind = PROBE
        if isinstance(obj, dict) and _is_mtr(obj):
            drafts = list(_mtr(obj["report"], path))
    return drafts, SourceReport(path=path, kind=kind, records=records, facts=len(drafts), clock=path)


def role_of(*names: object) -> str:
    """wan or lan where an interface's name or alias says so, else unknown."""
    text = " ".join(str(n) for n in names if n).replace("_", " ")
    wan, lan = bool(_WAN.search(text)), bool(_LAN.search(text))
    return "unknown" if wan == lan else "wan" if wan else "lan"


def _link(item: Mapping[str, Any], path: str, number: int) -> Iterator[Draft]:
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
    shown = some(ifname=name, operstate=item.get("operstate"), flags=flags, carrier_changes=changes)
    yield Draft("link.state", LINK, Place(path, pointer=f"/{number}", excerpt=excerpt(shown)), fields, signal="network")


def _carrier_changes(item: Mapping[str, Any]) -> int | None:
    up, down = integer(item.get("carrier_up_count")), integer(item.get("carrier_down_count"))
    if up is not None and down is not None:
        return up + down
    found = integer(item.get("carrier_changes"))
    stats = item.get("stats64") or item.get("stats")
    if found is None and isinstance(stats, Mapping) and isinstance(stats.get("tx"), Mapping):
        found = integer(stats["tx"].get("carrier_changes"))
    return found


def target_of(host: str) -> str:
    """What a probed host is, where its name or address tells: cloud, bot, internet, gateway or unknown."""
    name = host.casefold().rstrip(".")
    if "bot" in name or "audiohook" in name or "audioconnector" in name:
        return "bot"
    if name.endswith(("mypurecloud.com", "mypurecloud.ie", "mypurecloud.de", "mypurecloud.jp", "mypurecloud.com.au",
                      "pure.cloud", "genesys.cloud")):  # fmt: skip
        return "cloud"
    if name in {"1.1.1.1", "1.0.0.1", "8.8.8.8", "8.8.4.4", "9.9.9.9"}:
        return "internet"
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return "gateway" if "gateway" in name or name.startswith("gw") else "trunk" if "sip" in name else "unknown"
    last = int(address) & 0xFF
    return "gateway" if last in {1, 254} and _rfc1918(address) else "unknown"


def _rfc1918(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    nets = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
    return isinstance(address, ipaddress.IPv4Address) and any(address in ipaddress.ip_network(n) for n in nets)


def outcome_of(loss: float, rtt: float | None) -> str:
    """ok, loss, slow or unreachable, from loss in percent and the mean round trip in ms."""
    if loss >= 100:
        return "unreachable"
    if loss >= LOSS_PCT:
        return "loss"
    return "slow" if rtt is not None and rtt > SLOW_MS else "ok"


def _probe(tool: str, host: str, loss: float, rtt: float | None, place: Place) -> Draft:
    fields = some(
        tool=tool, target=target_of(host), outcome=outcome_of(loss, rtt), loss_pct=loss, rtt_ms=rtt, note=host
    )
    return Draft("probe.result", PROBE, place, fields, {"host": host}, signal="network")


def _mtr(report: Mapping[str, Any], path: str) -> Iterator[Draft]:
    hubs = [h for h in report["hubs"] if isinstance(h, Mapping)]
    head = report.get("mtr")
    target = str(head.get("dst")) if isinstance(head, Mapping) else str(hubs[-1].get("host")) if hubs else ""
    if not hubs:
        place = Place(path, pointer="/report/hubs", excerpt=f"mtr to {target}: no hop answered")
        yield _probe("mtr", target, 100.0, None, place)
        return
    last = hubs[-1]
    loss = real(last.get("Loss%"))
    if loss is None:
        return
    reached = last.get("host") != "???"
    place = Place(path, pointer=f"/report/hubs/{len(hubs) - 1}", excerpt=excerpt(dict(last)))
    loss = loss if reached else 100.0
    yield _probe("mtr", target, loss, real(last.get("Avg")) if loss < 100 else None, place)


def claims_text(text: str) -> bool:
    """Whether a text is the output of ping, tracepath or traceroute."""
    return bool(_PING_TAIL.search(text) or _PING_HEAD.search(text) or _trace_blocks(text))


def read_text(text: str, path: str, *, pointer: str | None = None) -> tuple[list[Draft], SourceReport]:
    """The facts in the output of ping, tracepath and traceroute; a file may hold several runs.

    `pointer` is given when the text stood inside a JSON document; then lines are not counted.
    """
    drafts = [*_pings(text, path, pointer), *_traces(text, path, pointer)]
    return drafts, SourceReport(path=path, kind=PROBE, records=text.count("\n") + 1, facts=len(drafts), clock=path)


def _place(text: str, offset: int, path: str, pointer: str | None, shown: str) -> Place:
    line = None if pointer else text.count("\n", 0, offset) + 1
    return Place(path, line, pointer, excerpt(" ".join(shown.split())))


def _pings(text: str, path: str, pointer: str | None) -> Iterator[Draft]:
    for found in _PING_TAIL.finditer(text):
        host, _, _, loss, average = found.groups()
        place = _place(text, found.start(), path, pointer, found.group())
        yield _probe("ping", host, float(loss), float(average) if average else None, place)


def _trace_blocks(text: str) -> list[tuple[int, str, str, list[str]]]:
    """(offset, tool, host, lines with hops) of every trace in the text."""
    blocks = []
    heads = list(_TRACE_HEAD.finditer(text))
    for head in heads:
        lines = text[head.end() :].split("\n")[1:]
        hops = []
        for line in lines:
            if not _HOP.match(line) and "pmtu" not in line:
                break
            hops.append(line)
        if hops:
            blocks.append((head.start(), head.group(1), head.group(2).rstrip(","), hops))
    return blocks


def _traces(text: str, path: str, pointer: str | None) -> Iterator[Draft]:
    for offset, tool, host, lines in _trace_blocks(text):
        hops = [m.group(2) for m in map(_HOP.match, lines) if m and "[LOCALHOST]" not in m.group(2)]
        silent = [i for i, hop in enumerate(hops) if "no reply" in hop or set(hop.split()) <= {"*"}]
        answered = [hop for i, hop in enumerate(hops) if i not in silent]
        arrived = tool == "traceroute" and _arrived(hops, silent, text, host)
        reached = arrived or any("reached" in line for line in lines)
        place = _place(text, offset, path, pointer, lines[-1] if not answered else f"{answered[-1]} ... {lines[-1]}")
        if reached:
            yield _probe(tool, host, 0.0, None, place)
        elif silent and silent[-1] == len(hops) - 1:
            yield _probe(tool, host, 100.0, None, place)
        sizes = [int(n) for line in lines for n in _PMTU.findall(line)]
        if sizes and reached:
            state = "ok" if min(sizes) >= ETHERNET_MTU else "small"
            fields = {"state": state, "bytes": min(sizes)}
            yield Draft("mtu.state", PROBE, place, fields, {"host": host}, signal="network")


def _arrived(hops: list[str], silent: list[int], text: str, host: str) -> bool:
    if not hops or len(hops) - 1 in silent:
        return False
    known = re.search(rf"traceroute to {re.escape(host)} \(([^)]+)\)", text)
    return host in hops[-1] or bool(known and known.group(1) in hops[-1])
