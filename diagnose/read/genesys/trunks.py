"""Trunks, phones, interfaces, software updates and integrations of the platform API -> facts.

Each is a snapshot; where a state says since when it holds, that is the time of its fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from diagnose.read.shapes import millis, some, squash, text

EDGE, TRUNK = "edge.api", "trunk.api"

Item = Mapping[str, Any]
Facts = Iterator[tuple[str, str, dict[str, Any], dict[str, str], int | None]]
"""(kind, source kind, fields, entities, time in ms) of each fact."""

_UPDATED = frozenset({"IN_PROGRESS", "SUCCEEDED"})


def is_trunk(item: Item) -> bool:
    """Whether an object is a trunk, or what the topic of a trunk carries."""
    return "trunkType" in item or "connectedStatus" in item or "optionsStatus" in item or "registersStatus" in item


def is_trunk_metrics(item: Item) -> bool:
    """Whether an object counts the calls of a trunk; it says nothing about the trunk's state."""
    return "trunk" in item and isinstance(item.get("calls"), Mapping) and "qos" in item


def is_phone(item: Item) -> bool:
    """Whether an object is a phone, or the status of one."""
    status = item.get("status")
    return "operationalStatus" in item or (isinstance(status, Mapping) and "operationalStatus" in status)


def is_interface(item: Item) -> bool:
    """Whether an object is a logical interface of an Edge."""
    return "useForWanInterface" in item or ("ifStatus" in item and "edgeAssignedId" in item)


def is_update(item: Item) -> bool:
    """Whether an object is a software update of an Edge."""
    return "executeStartTime" in item or ("downloadStartTime" in item and "status" in item)


def is_integration(item: Item) -> bool:
    """Whether an object is an integration with its states."""
    return "reportedState" in item and "intendedState" in item


def rows(item: Item, name: str) -> list[Item]:
    """The objects of a list that may be missing or something else."""
    listed = item.get(name)
    return [row for row in listed if isinstance(row, Mapping)] if isinstance(listed, list) else []


def trunk(item: Item) -> Facts:
    """State and registration of a trunk."""
    entities = some(trunk=text(item.get("name")) or text(item.get("id")), edge=text(item.get("edge")))
    state, reason, at = _trunk_state(item)
    fields = some(state=state, reason=reason, trunk_type=text(item.get("trunkType")))
    if state:
        yield "trunk.state", TRUNK, fields, entities, at
    for row in rows(item, "registersStatus"):
        registered = row.get("registerState")
        if isinstance(registered, bool):
            state = "registered" if registered else "refused" if row.get("errorInfo") else "unregistered"
            when = millis(row.get("registerStateTime"))[0]
            yield "sip.registration", TRUNK, {"subject": "trunk", "state": state}, entities, when


def _trunk_state(item: Item) -> tuple[str | None, str | None, int | None]:
    if item.get("enabled") is False:
        return "out_of_service", "disabled", None
    connected = item.get("connectedStatus")
    if isinstance(connected, Mapping) and connected.get("connected") is False:
        return "down", _error(item.get("ipStatus")) or "not connected", millis(connected.get("connectedStateTime"))[0]
    for row in rows(item, "optionsStatus"):
        if row.get("optionState") is False:
            reason = _error(row) or f"no answer to OPTIONS from {row.get('proxyAddress', 'the peer')}"
            return "down", reason, millis(row.get("optionStateTime"))[0]
    if any(row.get("registerState") is False for row in rows(item, "registersStatus")):
        return None, None, None
    if item.get("inService") is False:
        return "out_of_service", _error(item.get("ipStatus")), None
    if item.get("inService") is True or isinstance(connected, Mapping):
        return "in_service", None, None
    return None, None, None


def _error(row: object) -> str | None:
    info = row.get("errorInfo") if isinstance(row, Mapping) else None
    return text(info.get("text")) or text(info.get("code")) if isinstance(info, Mapping) else None


def phone(item: Item) -> Facts:
    """Registration of a phone."""
    status = item.get("status")
    word = item.get("operationalStatus") or (status.get("operationalStatus") if isinstance(status, Mapping) else None)
    state = {"operational": "registered", "offline": "unregistered"}.get(squash(word or ""))
    lines = rows(status if isinstance(status, Mapping) else item, "lineStatuses")
    if state is None and lines and not any(line.get("reachable") for line in lines):
        state = "unregistered"
    if state:
        entities = some(user=text(item.get("name")) or text(item.get("id")))
        times = (millis(line.get("reachableStateTime"))[0] for line in lines)
        since = next((at for at in times if at is not None), None)
        yield "sip.registration", TRUNK, {"subject": "phone", "state": state}, entities, since


def _why(reported: object) -> str | None:
    """What the platform says of the state that an integration reports: its effect, and the message of its detail."""
    if not isinstance(reported, Mapping):
        return None
    detail = reported.get("detail")
    said = (reported.get("effective"), detail.get("message") if isinstance(detail, Mapping) else detail)
    return "; ".join(found for part in said if (found := text(part))) or None


def integration(item: Item) -> Facts:
    """State of an integration."""
    reported = item.get("reportedState")
    code = squash(reported.get("code") or "") if isinstance(reported, Mapping) else squash(reported or "")
    word = {"deactivating": "inactive"}.get(code, code)
    known = word if word in {"active", "inactive", "error", "activating"} else None
    entities = some(bot=text(item.get("name")) or text(item.get("id")))
    fields = some(intended=text(item.get("intendedState")), reported=known, detail=_why(reported))
    at = millis(reported.get("lastUpdated"))[0] if isinstance(reported, Mapping) else None
    yield "integration.state", EDGE, fields, entities, at


def interface(item: Item) -> Facts:
    """State of a logical interface of an Edge."""
    from diagnose.read.programs import links

    name = text(item.get("friendlyName")) or text(item.get("name"))
    role = "wan" if item.get("useForWanInterface") is True else links.role_of(name)
    state = {"up": "up", "down": "down"}.get(squash(item.get("ifStatus") or ""))
    current = text(item.get("currentState"))
    if current == "EXCEPTION":
        state = state if state == "down" else "degraded"
    if state:
        entities = some(edge=(text(item.get("edgeUri")) or "").rpartition("/")[2] or None)
        yield "link.state", EDGE, some(link=role, state=state, interface=name, note=current), entities, None


def update(item: Item) -> Facts:
    """State of a software update; one that ran restarted the software of the Edge, as planned."""
    status = text(item.get("status"))
    begun = millis(item.get("executeStartTime"))[0]
    entities = some(edge=(text(item.get("edgeUri")) or text(item.get("id")) or "").rpartition("/")[2] or None)
    if status:
        yield "edge.state", EDGE, {"software": status}, entities, begun
    if begun is not None and status in _UPDATED:
        yield "edge.restart", EDGE, {"reason": "update", "process": "edge"}, entities, begun


def nothing(_item: Item) -> Facts:
    """No fact: the object is known and says nothing about a state."""
    yield from ()


KINDS: tuple[tuple[Callable[[Item], bool], Callable[[Item], Facts]], ...] = (
    (is_update, update),
    (is_interface, interface),
    (is_trunk, trunk),
    (is_trunk_metrics, nothing),
    (is_phone, phone),
    (is_integration, integration),
)
"""How each kind of object is told, and what reads it."""
