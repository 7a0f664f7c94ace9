"""What runs say only together, over all files: sizes of packets, two resolvers, and whose address an address is."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from diagnose.model import Draft
from diagnose.read.programs.contrasts import contrasts
from diagnose.read.programs.targets import FULL_BYTES, LARGE_BYTES, PROBE, is_address, is_private, target_of

_HEADERS = 28
"""Bytes of the IPv4 and ICMP headers before the payload of an echo (RFC 791, RFC 792)."""
_ROLES = ("bot", "cloud", "trunk")
_SIP = re.compile(r"sips?:(?:[^@\s>;]+@)?(?P<host>[\d.]+)(?=[:;>\s]|$)")
_PAIR = re.compile(r"(?P<name>[\w-]+(?:\.[\w-]+)+)(?::\d+)?[^\n]{0,160}?\(?'?(?P<address>\d+\.\d+\.\d+\.\d+)'?[,):\s]")


def together(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts with what follows from several of them: roles of addresses, packet sizes, resolvers that disagree."""
    probes = [d for d in drafts if d.kind == "probe.result" and d.source == PROBE and d.signal == "programs"]
    names = [d for d in drafts if d.kind == "dns.result" and d.signal == "programs"]
    lost, fine = _reached(drafts)
    named = _named(drafts)
    more = [*_sizes(probes, drafts), *_disagree(names, lost, fine), *_dead_ways(drafts)]
    return [*named, *more, *contrasts(named, _names(drafts))]


def _named(drafts: Sequence[Draft]) -> list[Draft]:
    """Probes of a bare address, called after what other evidence knows the address as."""
    roles = _roles(drafts)
    out = []
    for draft in drafts:
        host = draft.entities.get("host", "")
        target = roles.get(host) if draft.kind == "probe.result" and draft.fields.get("target") == "unknown" else None
        out.append(msgspec.structs.replace(draft, fields=draft.fields | {"target": target}) if target else draft)
    return out


def _names(drafts: Iterable[Draft]) -> dict[str, str]:
    """The name of every address that just one name was seen with."""
    seen: dict[str, set[str]] = {}
    for draft in drafts:
        host, address = draft.entities.get("host", ""), draft.fields.get("address")
        if draft.signal == "programs" and isinstance(address, str) and is_address(address) and not is_address(host):
            seen.setdefault(address, set()).add(host)
    return {address: names.pop() for address, names in seen.items() if len(names) == 1}


def _roles(drafts: Iterable[Draft]) -> dict[str, str]:
    """bot, cloud or trunk for every address that evidence shows beside a name of that sort."""
    found: dict[str, set[str]] = {}
    for draft in drafts:
        host, address = draft.entities.get("host", ""), draft.fields.get("address")
        if draft.kind in {"dns.result", "probe.result"} and isinstance(address, str) and not is_address(host):
            for one in address.split(", "):
                found.setdefault(one, set()).add(target_of(host))
        if draft.kind in {"trunk.state", "sip.response", "sip.silence", "sip.registration"}:
            for match in _SIP.finditer(draft.place.excerpt):
                found.setdefault(match.group("host"), set()).add("trunk")
        if draft.kind in {"tcp.failure", "bot.media.handshake"}:
            for match in _PAIR.finditer(draft.place.excerpt):
                found.setdefault(match.group("address"), set()).add(target_of(match.group("name")))
    return {address: known.pop() for address, roles in found.items() if len(known := roles & set(_ROLES)) == 1}


def _sizes(probes: Iterable[Draft], drafts: Iterable[Draft]) -> Iterator[Draft]:
    """Pings of several sizes to one host: large ones vanish while small ones come back, or those of full size pass."""
    told = {d.entities.get("host") for d in drafts if d.kind == "mtu.state"}
    tried: dict[str, list[Draft]] = {}
    for probe in probes:
        if probe.fields.get("tool") in {"ping", "fping"}:
            tried.setdefault(probe.entities.get("host", ""), []).append(probe)
    for host, runs in tried.items():
        sizes = [(int(p.fields.get("size_bytes", 0)), p) for p in runs]
        lost = [(size, p) for size, p in sizes if size >= LARGE_BYTES and p.fields["outcome"] == "unreachable"]
        passed = [size for size, p in sizes if p.fields["outcome"] != "unreachable"]
        if host in told:
            continue
        if lost and any(size < min(lost, key=lambda pair: pair[0])[0] for size in passed):
            size, probe = min(lost, key=lambda pair: pair[0])
            yield _derived(probe, "mtu.state", {"state": "black_hole", "bytes": size + _HEADERS})
        elif not lost and max(passed, default=0) >= FULL_BYTES:
            probe = next(p for size, p in sizes if size == max(passed))
            yield _derived(probe, "mtu.state", {"state": "ok", "bytes": max(passed) + _HEADERS})


def _derived(draft: Draft, kind: str, fields: dict[str, object]) -> Draft:
    seen = {"seen_from": draft.fields["seen_from"]} if "seen_from" in draft.fields else {}
    return msgspec.structs.replace(draft, kind=kind, fields=fields | seen)


def _reached(drafts: Iterable[Draft]) -> tuple[set[str], set[str]]:
    """Addresses to which nothing got through, and those to which something did."""
    lost: set[str] = set()
    fine: set[str] = set()
    for draft in drafts:
        if draft.kind == "probe.result":
            address = draft.fields.get("address") or draft.entities.get("host")
            (lost if draft.fields.get("outcome") == "unreachable" else fine).add(str(address))
        elif draft.kind in {"tcp.failure", "bot.media.handshake"} and draft.fields.get("outcome") in {
            "timeout",
            "unreachable",
            "refused",
        }:
            lost.update(m.group("address") for m in _PAIR.finditer(draft.place.excerpt))
    return lost - fine, fine


def _disagree(names: Iterable[Draft], lost: set[str], fine: set[str]) -> Iterator[Draft]:
    """One name with different addresses at two servers; the answer is stale where nothing reaches that address."""
    asked: dict[tuple[str, str], list[Draft]] = {}
    for draft in names:
        if draft.fields.get("outcome") == "ok" and draft.fields.get("address"):
            asked.setdefault((draft.fields["name"].casefold(), str(draft.fields.get("record", "A"))), []).append(draft)
    for answers in asked.values():
        for number, one in enumerate(answers):
            own = _addresses(one)
            others = [o for o in answers[:number] + answers[number + 1 :] if not _addresses(o) & own]
            if own <= lost and any(_addresses(o) & fine for o in others):
                yield msgspec.structs.replace(one, fields=one.fields | {"outcome": "stale"})
            elif others and number and not any(_addresses(o) <= lost for o in others):
                split = {is_private(a) for a in own} != {is_private(a) for o in others for a in _addresses(o)}
                views = {"views": "private_and_public"} if split else {}
                yield msgspec.structs.replace(one, fields=one.fields | {"outcome": "differs"} | views)


def _addresses(draft: Draft) -> set[str]:
    return set(str(draft.fields["address"]).split(", "))


def _dead_ways(drafts: Iterable[Draft]) -> Iterator[Draft]:
    """The way that a host chooses, where a trace on it meets no router at all, or a VPN swallows what it is given."""
    known = [d for d in drafts if d.signal == "programs"]
    probes = [d for d in known if d.kind == "probe.result" and "interface" not in d.fields]
    silent = {d.entities.get("host") for d in probes if d.fields.get("hops") == 0}
    lost = {d.entities.get("host", "") for d in probes if d.fields.get("outcome") == "unreachable"}
    several = any(d.kind == "route.default" and int(d.fields.get("interfaces", 1)) > 1 for d in known)
    for draft in known:
        if draft.kind != "route.choice":
            continue
        target, way = str(draft.fields["target"]), draft.fields.get("interface")
        swallowed = draft.fields.get("tunnel") and any(_inside(host, target) for host in lost)
        if swallowed or (several and target in silent):
            detail = f"{target} leaves by {way}, where nothing answers"
            yield _derived(draft, "route.state", {"state": "dead", "detail": detail})


def _inside(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
