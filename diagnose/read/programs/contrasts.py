"""What works beside what fails: another port, place, host, interface or protocol. Each bounds where the fault is.

- ports: the host answers on one port and not on another
- places: the same port answers when it is asked from elsewhere
- hosts: another host answers on the same port, asked from the same place
- addresses: the host answers at an address that was given by hand, and not at the one that its name leads to
- protocols: the host answers a ping, and its port keeps silent
- interfaces: the host answers through a named interface, and not on the way that packets take by themselves
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from diagnose.model import Draft

_FAILED = frozenset({"timeout", "refused", "unreachable", "reset"})


class Try(msgspec.Struct, frozen=True):
    """One attempt: at whom, how (`icmp` or `tcp`), from where, by which interface, and how it ended."""

    host: str
    port: int | None
    protocol: str
    place: str
    interface: str | None
    outcome: str
    draft: Draft


def contrasts(drafts: Iterable[Draft], names: Mapping[str, str]) -> Iterator[Draft]:
    """A `reach.contrast` for every failed attempt beside one that worked; `names` gives the name of an address."""
    tries = [t for d in drafts if (t := _tried(d, names)) is not None]
    fine = [t for t in tries if t.outcome == "ok"]
    told: set[tuple[str, str, int | None]] = set()
    for bad in (t for t in tries if t.outcome != "ok"):
        for between, good in ((_between(bad, g), g) for g in fine):
            key = (between or "", bad.host, bad.port)
            if between is not None and key not in told:
                told.add(key)
                yield _contrast(between, bad, good)


def _tried(draft: Draft, names: Mapping[str, str]) -> Try | None:
    fields = draft.fields
    kind = draft.kind if draft.signal == "programs" else ""
    host = str(fields.get("address") or draft.entities.get("host") or "").partition(",")[0]
    if kind == "probe.result":
        outcome = "unreachable" if fields["outcome"] == "unreachable" else "ok"
    elif kind == "tcp.failure" and fields["outcome"] in _FAILED and fields.get("phase") != "established":
        outcome = fields["outcome"]
    elif kind == "tls.ok":
        outcome = "ok"
    else:
        return None
    protocol = "icmp" if kind == "probe.result" and fields.get("protocol") != "tcp" else "tcp"
    place = str(fields.get("seen_from", "unknown"))
    return Try(names.get(host, host), fields.get("port"), protocol, place, fields.get("interface"), outcome, draft)


def _between(bad: Try, good: Try) -> str | None:
    """What differs between an attempt that failed and one that worked, where it is one thing only."""
    alike = bad.protocol == good.protocol
    if bad.host != good.host:
        near = bad.place == good.place and alike and bad.port == good.port and bad.port is not None
        return "hosts" if near else None
    if bad.place != good.place:
        known = "unknown" not in {bad.place, good.place}
        return "places" if known and alike and bad.port == good.port else None
    if bad.interface != good.interface:
        return "interfaces" if bad.interface is None and bad.outcome in {"unreachable", "timeout"} else None
    if alike and bad.port == good.port and bad.port is not None:
        pinned = good.draft.fields.get("pinned") and not bad.draft.fields.get("pinned")
        return "addresses" if pinned else None
    if alike:
        return "ports" if bad.port is not None and good.port is not None and bad.port != good.port else None
    return "protocols" if bad.protocol == "tcp" and bad.outcome == "timeout" else None


def _contrast(between: str, bad: Try, good: Try) -> Draft:
    fields = {"between": between, "how": bad.outcome, "target": bad.draft.fields.get("target", "unknown")}
    more = {"port": bad.port} if bad.port is not None else {}
    seen = {} if bad.place == "unknown" else {"seen_from": bad.place}
    return Draft(
        "reach.contrast", bad.draft.source, bad.draft.place, fields | more | seen, bad.draft.entities, signal="programs"
    )
