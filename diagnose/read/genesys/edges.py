"""Edges and their metrics, the other objects of `trunks`, and the answers of the Edge's diagnostics -> facts.

An entity is a snapshot without a time of its own: its facts have no time, unless the file says when it was taken.
"OFFLINE" means that the cloud cannot hear the Edge, not that the Edge is dead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from diagnose.model import Draft, Place, SourceReport
from diagnose.read.genesys import trunks
from diagnose.read.genesys.trunks import EDGE, Facts, Item, rows
from diagnose.read.shapes import entities_of, excerpt, millis, real, some, span_of, squash, text

HIGH_CPU, FULL_CPU = 80.0, 95.0
"""Percent active over all processors (engineering judgement)."""
HIGH_SPACE, FULL_SPACE = 90.0, 98.0
"""Percent of memory or disk in use (engineering judgement)."""
HIGH_DELAY_MS, FULL_DELAY_MS = 100.0, 1000.0
"""`delayMs` of a subsystem (engineering judgement; the vendor gives no figure)."""
FULL_LINK = 95.0
"""Percent of an interface's bandwidth in use from which packets are lost (engineering judgement)."""
FRESH_MS = 3_600_000
"""An Edge that has been up for less than this restarted recently enough to matter."""
ARRIVED = "its metrics reached the cloud"
"""Note of an `edge.state` that was not told but shown: an Edge whose metrics arrive is online at their time."""

Entities = dict[str, str]


def _is_edge(item: Item) -> bool:
    return "onlineStatus" in item or "edgeDeploymentType" in item


def _is_metrics(item: Item) -> bool:
    return "upTimeMsec" in item or {"processors", "memory"} <= item.keys()


def _is_diagnostics(item: Item) -> bool:
    return isinstance(item.get("diagnostics"), str) and "commandCorrelationId" in item


def claims(obj: object) -> bool:
    """Whether a parsed JSON value holds Edges, metrics, trunks, phones, integrations or a diagnostics answer."""
    tests = (_is_edge, _is_metrics, _is_diagnostics, *(test for test, _ in trunks.KINDS))
    return any(isinstance(item, dict) and any(test(item) for test in tests) for item in entities_of(obj)[:20])


def read(obj: object, path: str) -> tuple[list[Draft], SourceReport]:
    """The facts of platform objects in `obj`. Diagnostics text goes to the reader of command output."""
    drafts: list[Draft] = []
    items = entities_of(obj)
    skipped = 0
    uptimes: list[tuple[int, float, Entities, Place]] = []
    for number, item in enumerate(items):
        pointer = "/" if item is obj else f"/entities/{number}" if isinstance(obj, dict) else f"/{number}"
        if not isinstance(item, Mapping):
            skipped += 1
            continue
        if _is_diagnostics(item):
            from diagnose.read import programs

            told, _ = programs.read_text(item["diagnostics"], path, pointer=f"{pointer.rstrip('/')}/diagnostics")
            drafts += told
            skipped += not told
            continue
        found = object_drafts(item, Place(path, pointer=pointer, excerpt=excerpt(_shown(item))))
        skipped += not found and not trunks.is_trunk_metrics(item)
        drafts += found
        up = _uptime(item, path, pointer)
        if up:
            uptimes.append(up)
    drafts = thin(drafts) + list(restarts(uptimes))
    first, last = span_of(t for d in drafts for t in (d.start, d.end))
    kinds = {d.source for d in drafts}
    return drafts, SourceReport(
        path=path, kind=EDGE if EDGE in kinds or not kinds else min(kinds), records=len(items), facts=len(drafts),
        from_=first, to=last, clock="cloud", skipped=skipped, covers=False,
        why="no state that the reader knows" if skipped else "",
    )  # fmt: skip


_SHOWN = (
    "id", "name", "onlineStatus", "statusCode", "callDrainingState", "softwareStatus", "edge", "eventTime",
    "upTimeMsec", "trunkType", "enabled", "inService", "connectedStatus", "optionsStatus", "registersStatus",
    "operationalStatus", "status", "intendedState", "reportedState", "ifStatus", "useForWanInterface", "currentState",
    "executeStartTime", "executeStopTime", "lineStatuses",
)  # fmt: skip


def _shown(item: Item) -> dict[str, Any]:
    return {name: item[name] for name in _SHOWN if name in item} or dict(item)


def object_drafts(item: Item, place: Place, *, at: int | None = None) -> list[Draft]:
    """The facts of one platform object; `at` (ms) is when it was so, where something else tells."""
    readers: Sequence[tuple[Callable[[Item], bool], Callable[[Item], Facts]]] = (
        (_is_metrics, _metrics),
        (_is_edge, _edge),
        *trunks.KINDS,
    )
    for test, facts in readers:
        if test(item):
            return [
                Draft(kind, source, place, fields, entities, _first(when, at), _first(when, at), signal="edges")
                for kind, source, fields, entities, when in facts(item)
            ]
    return []


def _first(*times: int | None) -> int | None:
    return next((t for t in times if t is not None), None)


def _edge(item: Item) -> Facts:
    site = item.get("site")
    status = item.get("softwareStatus")
    entities = some(
        edge=text(item.get("id")) or text(item.get("name")),
        node=text(item.get("name")),
        site=text(site.get("name")) or text(site) if isinstance(site, Mapping) else None,
    )
    fields = some(
        online=_online(item.get("onlineStatus")),
        status=text(item.get("statusCode")),
        draining=text(item.get("callDrainingState")),
        software=text(status.get("status")) if isinstance(status, Mapping) else None,
        version=text(item.get("currentVersion")) or text(item.get("fullSoftwareVersion")),
        deployment=text(item.get("edgeDeploymentType")),
    )
    yield "edge.state", EDGE, fields, entities, None


def _online(value: object) -> str | None:
    word = squash(value or "")
    return word if word in {"online", "offline"} else None


def edge_entities(item: Item) -> Entities:
    """The Edge that a metrics sample or event is about, by id and, where it is given, by name."""
    edge = item.get("edge")
    if isinstance(edge, Mapping):
        return some(edge=text(edge.get("id")) or text(edge.get("name")), node=text(edge.get("name")))
    return some(edge=text(edge) or text(item.get("edgeId")))


def _level(value: float, high: float, full: float) -> str:
    return "exhausted" if value >= full else "high" if value >= high else "ok"


def _metrics(item: Item) -> Facts:
    at, _ = millis(item.get("eventTime"))
    entities = edge_entities(item)
    if at is not None and entities:
        yield "edge.state", EDGE, {"online": "online", "note": ARRIVED}, entities, at
    for resource, used in _used(item):
        high, full = (HIGH_CPU, FULL_CPU) if resource == "cpu" else (HIGH_SPACE, FULL_SPACE)
        fields = {"resource": resource, "state": _level(used, high, full), "used_pct": round(used, 1)}
        yield "edge.resource", EDGE, fields, entities, at
    for link in rows(item, "networks"):
        busy = real(link.get("utilizationPct"))
        if busy is not None and busy >= FULL_LINK:
            from diagnose.read.programs import links

            name = text(link.get("ifname"))
            note = f"utilization {busy:g} %"
            fields = some(link=links.role_of(name), state="degraded", interface=name, note=note)
            yield "link.state", EDGE, fields, entities, at
    for part in _subsystems(item):
        delay = real(part.get("delayMs"))
        if delay is not None:
            state = _level(delay, HIGH_DELAY_MS, FULL_DELAY_MS)
            note = f"{part.get('processName', 'subsystem')} {delay:g} ms"
            yield "edge.resource", EDGE, {"resource": "delay", "state": state, "note": note}, entities, at


def _subsystems(item: Item) -> Iterator[Item]:
    """The subsystems of a sample, and the media subsystem that one may hold."""
    for part in rows(item, "subsystems"):
        yield part
        inner = part.get("mediaSubsystem")
        if isinstance(inner, Mapping):
            yield inner


def _used(item: Item) -> Iterator[tuple[str, float]]:
    """(resource, percent in use): all processors, physical memory, the fullest disk."""
    for cpu in rows(item, "processors"):
        active = real(cpu.get("activeTimePct"))
        if squash(cpu.get("cpuId")) == "total" and active is not None:
            yield "cpu", active
    for memory in rows(item, "memory"):
        used = _share(memory)
        if squash(memory.get("type")) == "physical" and used is not None:
            yield "memory", used
    disks = [used for used in map(_share, rows(item, "disks")) if used is not None]
    if disks:
        yield "disk", max(disks)


def _share(row: Item) -> float | None:
    free, total = real(row.get("availableBytes")), real(row.get("totalBytes"))
    return None if free is None or not total else 100 * (1 - free / total)


def _uptime(item: Item, path: str, pointer: str) -> tuple[int, float, Entities, Place] | None:
    at, up = millis(item.get("eventTime"))[0], real(item.get("upTimeMsec"))
    if at is None or up is None:
        return None
    return at, up, edge_entities(item), Place(path, pointer=pointer, excerpt=f"upTimeMsec {up:.0f}")


def restarts(samples: Sequence[tuple[int, float, Entities, Place]]) -> Iterator[Draft]:
    """Restarts seen in (time, uptime in ms, Edge, place): uptime fell, or the Edge has been up for less than an hour.

    The fact's time is the start of the new life, so two samples of one life give the same fact.
    """
    last: dict[str, tuple[int, float]] = {}
    for at, up, entities, place in sorted(samples, key=lambda s: s[0]):
        key = entities.get("edge", "")
        seen = last.get(key)
        fell = seen is not None and up < seen[1]
        if fell or (seen is None and up < FRESH_MS):
            born = round(at - up)
            fields = {"reason": "unknown", "process": "edge", "uptime_s": round(up / 1000, 1)}
            shown = f"{place.excerpt}, before {seen[1]:.0f}" if fell and seen else place.excerpt
            where = Place(place.path, place.line, place.pointer, shown)
            yield Draft("edge.restart", EDGE, where, fields, entities, born, born, signal="edges")
        last[key] = (at, up)


def thin(drafts: Sequence[Draft]) -> list[Draft]:
    """Facts of samples without the repetitions of one state: of each run the first and the last sample stay."""
    runs: dict[tuple[str, ...], list[Draft]] = {}
    drop: set[int] = set()
    for draft in sorted(drafts, key=lambda d: d.start or 0):
        if draft.kind not in {"edge.resource", "edge.state"} or draft.start is None:
            continue
        note = str(draft.fields.get("note", "")).split(" ")[0] if draft.kind == "edge.resource" else ""
        run = runs.setdefault((draft.entities.get("edge", ""), str(draft.fields.get("resource")), note), [])
        if run and _state(run[-1]) != _state(draft):
            run.clear()
        run.append(draft)
        if len(run) > _RUN:
            middle = run.pop(1)
            if middle.kind == "edge.resource" or middle.fields.get("note") == ARRIVED:
                drop.add(id(middle))
    return [d for d in drafts if id(d) not in drop]


_RUN = 2


def _state(draft: Draft) -> object:
    return draft.fields.get("state") or draft.fields.get("online")
