"""Notifications, EventBridge envelopes and plain lists of events -> facts.

    {"topicName": "v2...", "eventBody": {...}, "metadata": {...}}               a notification
    {"detail-type": "v2...", "detail": {"topicName", "eventBody"}, "time"}      the same in an EventBridge envelope
    {"time": "...", "event": "link_down", "interface": "wan0"}                  a plain event of a script or a tool

EventBridge delivers at least once and in any order: an event with the same topic, ids and time counts once. Detail
events carry no edgeId, no error code and no statistics; that silence is no evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from diagnose.model import Draft, Place, SourceReport
from diagnose.read.genesys import edges, live
from diagnose.read.genesys.moves import hand_off
from diagnose.read.shapes import (
    disconnect_type,
    excerpt,
    exit_category,
    integer,
    leg_of,
    media_event,
    millis,
    some,
    span_of,
    squash,
    text,
)

SOURCE = "events"

_TIMES = ("eventTime", "timestamp", "time", "received", "dateCreated", "ts", "at")
_WORDS = ("eventType", "event_type", "event", "type", "name")
_LOG_FIELDS = frozenset({"message", "msg", "level", "severity", "component", "logger"})
_TOPIC_ID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}")
_MEDIA_DETAIL = ("mediaServer", "sessionId", "edgeId", "participantId")
_LINK_STATES = {
    "down": "down", "up": "up", "flap": "flapping", "flapped": "flapping", "flapping": "flapping",
    "degraded": "degraded", "lost": "down", "restored": "up", "recovered": "up", "disconnected": "down",
    "connected": "up", "failed": "down",
}  # fmt: skip
_TRUNK_STATES = {
    "up": "up", "down": "down", "inservice": "in_service", "outofservice": "out_of_service", "full": "full",
}  # fmt: skip
_HTTP_ERROR, _HTTP_END = 400, 600
_LIMIT = re.compile(r"\b(?:maximum|limit)\b.*\b(?:channels?|sockets?|topics?|subscriptions?)\b", re.IGNORECASE)
_HTTP_STATUS = re.compile(r"\bHTTP(?:/[\d.]+)?\W{1,2}(?:status )?(\d{3})\b", re.IGNORECASE)
_ENTERED = ("enter", "start", "activ", "begin", "true", "on", "isolated")
_LEFT = ("left", "leave", "exit", "end", "inactiv", "deactiv", "stop", "false", "off", "recover", "restor")


class Event(msgspec.Struct, frozen=True):
    """One event without its envelope: topic (may be empty), body, when (UTC ms), and where it stands."""

    topic: str
    body: Mapping[str, Any]
    at: int | None
    local: bool
    place: Place

    def draft(self, kind: str, fields: dict[str, Any], entities: dict[str, str], source: str = SOURCE) -> Draft:
        """A fact of this event."""
        return Draft(kind, source, self.place, fields, entities, self.at, self.at, self.local, signal="events")


def _items(obj: object) -> list[tuple[str, Any]]:
    """(pointer, item) of a list, of `{"events": [...]}` and the like, or of the one object."""
    if isinstance(obj, list):
        return [(f"/{n}", item) for n, item in enumerate(obj)]
    if isinstance(obj, dict):
        for key in ("events", "Events", "notifications", "records", "Records", "entities"):
            if isinstance(obj.get(key), list):
                return [(f"/{key}/{n}", item) for n, item in enumerate(obj[key])]
    return [("/", obj)]


def claims(obj: object) -> bool:
    """Whether a parsed JSON value is an event or a list of events; a log record (it has a message or level) is none."""
    return any(isinstance(item, dict) and _is_event(item) for _, item in _items(obj)[:20])


def _is_event(item: Mapping[str, Any]) -> bool:
    if "detail-type" in item and "detail" in item:
        return True
    if "topicName" in item and "eventBody" in item:
        return True
    if "eventDefinition" in item and "dateCreated" in item:
        return True
    if item.keys() & _LOG_FIELDS or not any(k in item for k in _TIMES):
        return False
    place = Place("")
    return any(True for _ in _plain(Event("", item, None, False, place)))


def _event(item: Mapping[str, Any], place: Place) -> Event:
    inner = item.get("detail") if isinstance(item.get("detail"), Mapping) else item
    body = inner.get("eventBody") if isinstance(inner, Mapping) else None
    if not isinstance(body, Mapping) or not isinstance(inner, Mapping):
        body, inner = item, item
    topic = str(inner.get("topicName") or item.get("detail-type") or "")
    for source in (body, inner, item):
        for name in _TIMES:
            at, local = millis(source.get(name))
            if at is not None:
                return Event(topic, body, at, local, place)
    return Event(topic, body, None, False, place)


def read(obj: object, path: str, lines: Sequence[int] | None = None) -> tuple[list[Draft], SourceReport]:
    """The facts of the events in `obj`. `lines` are the line numbers of the items where the file is JSON lines.

    Events that say nothing of interest (heartbeats, unknown topics) are records without facts, not errors.
    """
    drafts: list[Draft] = []
    seen: set[tuple[Any, ...]] = set()
    events: list[Event] = []
    repeats = other = 0
    found = _items(obj)
    for number, (pointer, item) in enumerate(found):
        if not isinstance(item, Mapping):
            other += 1
            continue
        line = lines[number] if lines is not None and number < len(lines) else None
        event = _event(item, Place(path, line, None if line else pointer, excerpt(_shown(item))))
        key = (event.topic, event.at, excerpt(dict(event.body)))
        if key in seen and event.at is not None:
            repeats += 1
            continue
        seen.add(key)
        events.append(event)
        drafts += _facts(event)
    drafts = edges.thin(drafts) + list(_restarts(events)) + list(_sparse(events))
    first, last = span_of(e.at for e in events)
    why = ", ".join(w for n, w in ((repeats, f"{repeats} delivered twice"), (other, f"{other} not an object")) if n)
    return drafts, SourceReport(
        path=path, kind=SOURCE, records=len(found), facts=len(drafts), from_=first, to=last, clock="cloud",
        skipped=repeats + other, why=why, covers=len(events) > 1,
    )  # fmt: skip


def _shown(item: Mapping[str, Any]) -> object:
    inner = item.get("detail") if isinstance(item.get("detail"), Mapping) else item
    if isinstance(inner, Mapping) and isinstance(inner.get("eventBody"), Mapping):
        return {"topicName": inner.get("topicName"), **inner["eventBody"]}
    return dict(item)


def _facts(event: Event) -> Iterator[Draft]:
    topic, body = event.topic.casefold(), event.body
    if topic.startswith("v2.telephony.providers.edges"):
        yield from _platform(event)
    elif topic.startswith("v2.detail.events"):
        yield from _detail(event)
    elif live.is_live(body):
        yield from live.snapshot(body, event.place, SOURCE, event.at)
    elif topic.startswith("v2.operations.events") or "eventDefinition" in body:
        yield from _operational(event)
    elif topic == "v2.system.socket_closing":
        yield from _closing(event)
    elif not topic or "media" in topic or "telephony" in topic:
        yield from _plain(event)


def _platform(event: Event) -> Iterator[Draft]:
    """Edges, metrics and trunks: the body is the object of the platform API, or a part of it."""
    body = dict(event.body)
    ids = _TOPIC_ID.findall(event.topic)
    if ids and "id" not in body and "edge" not in body:
        body["id" if "metrics" not in event.topic else "edge"] = ids[-1]
    for draft in edges.object_drafts(body, event.place, at=event.at):
        source = SOURCE if draft.kind == "edge.state" else draft.source
        yield msgspec.structs.replace(draft, source=source, local=event.local)


def _restarts(events: Sequence[Event]) -> Iterator[Draft]:
    samples = [
        (e.at, float(e.body["upTimeMsec"]), edges.edge_entities(e.body), e.place)
        for e in events
        if e.at is not None and isinstance(e.body.get("upTimeMsec"), int | float)
    ]
    return edges.restarts(samples)


def _ids(body: Mapping[str, Any]) -> dict[str, str]:
    edge = text(body.get("edgeId")) or text(body.get("edge")) or text(body.get("edge_node")) or text(body.get("node"))
    return some(
        conversation=text(body.get("conversationId")) or text(body.get("conversation")),
        session=text(body.get("sessionId")) or text(body.get("session_id")),
        edge=edge,
        flow=text(body.get("flowId")),
        host=text(body.get("host")),
    )


def _detail(event: Event) -> Iterator[Draft]:
    """Detail events of a conversation: the end of a leg and of a flow."""
    body = event.body
    topic = event.topic.casefold()
    part = topic.rsplit(".", 2)[-2] if topic.count(".") > 1 else ""
    leg = {"flow": "bot", "customer": "customer", "user": "agent"}.get(part) or leg_of(body.get("purpose"))
    kind = text(body.get("disconnectType"))
    duration = integer(body.get("connectedDurationMs"))
    if kind and topic.endswith(".end"):
        age = duration / 1000 if duration is not None else None
        fields = some(type=disconnect_type(kind), leg=leg, code=text(body.get("errorCode")), age_s=age)
        yield event.draft("disconnect", fields, _ids(body))
    reason = text(body.get("exitReason"))
    if reason:
        fields = some(
            reason=reason,
            category=exit_category(reason),
            flow_version=text(body.get("flowVersion")),
            flow_type=text(body.get("flowType")),
        )
        yield event.draft("flow.exit", fields, _ids(body))


def _operational(event: Event) -> Iterator[Draft]:
    """Operational events: what a part of the platform reports of itself, told by its name and its values."""
    body = event.body
    definition = body.get("eventEntity") or body.get("eventDefinition")
    name = str(definition.get("name") or "") if isinstance(definition, Mapping) else str(definition or "")
    key = squash(f"{name} {body.get('entityType') or ''}")
    streamed = any(w in key for w in ("audiohook", "audioconn"))
    kind = "data_action" if "action" in key else "bot" if streamed or "bot" in key else None
    failed = any(word in key for word in ("fail", "error", "timeout", "unavailable", "disconnect"))
    if kind is None:
        yield from _values(event, key)
    elif failed:
        told = (name, body.get("errorCode"), body.get("errorMessage"), body.get("currentValue"))
        late = any("timeout" in word or "timedout" in word for word in map(squash, map(str, told)))
        detail = " ".join(str(v) for v in told if v)
        step, outcome = text(body.get("entityName")), "timeout" if late else "error"
        yield event.draft("flow.step", some(step=step, outcome=outcome, kind=kind, detail=detail or None), _ids(body))
        status = integer(body.get("errorCode")) or _http_status(body.get("currentValue"))
        if status is not None and _HTTP_ERROR <= status < _HTTP_END:
            where = "data_action" if kind == "data_action" else "upgrade" if streamed else "webhook"
            yield event.draft("http.status", some(status=status, where=where, detail=name or None), _ids(body))


def _closing(event: Event) -> Iterator[Draft]:
    """The platform closes the notification socket: it says why, and a limit on channels is no fault of the socket."""
    why = text(event.body.get("message"))
    yield event.draft("ws.close", some(by="peer", target="cloud", reason=why), _ids(event.body))
    if why and _LIMIT.search(why):
        yield event.draft("quota.state", {"state": "exceeded", "of": "platform"}, _ids(event.body))


def _http_status(value: object) -> int | None:
    """The status in the value of an event, as in "HTTP 401"."""
    found = _HTTP_STATUS.search(str(value))
    return int(found[1]) if found else None


def _values(event: Event, key: str) -> Iterator[Draft]:
    """The new value of an Edge, a trunk or an integration whose state changed."""
    body = event.body
    value, ids = squash(body.get("currentValue") or ""), _ids(body)
    entity = text(body.get("entityId")) or text(body.get("entityName"))
    if "edge" in key and value in {"online", "offline"}:
        yield event.draft("edge.state", {"online": value}, ids | some(edge=entity))
    elif "trunk" in key and value in _TRUNK_STATES:
        yield event.draft("trunk.state", {"state": _TRUNK_STATES[value]}, ids | some(trunk=entity))
    elif "integration" in key and value in {"active", "inactive", "error"}:
        yield event.draft("integration.state", {"reported": value}, ids | some(bot=entity))


def _plain(event: Event) -> Iterator[Draft]:
    """Media events by whatever topic, and plain events: links, Edges, trunks, survivability."""
    body = event.body
    word = next((str(body[k]) for k in _WORDS if isinstance(body.get(k), str)), "")
    state = next((str(body[k]) for k in ("state", "status", "value", "outcome") if isinstance(body.get(k), str)), "")
    key, ids = squash(word), _ids(body)
    name = media_event(word)
    change = hand_off(body, leg_of(body.get("leg") or body.get("purpose")))
    if name:
        fields = some(
            event=name,
            leg=leg_of(body.get("leg") or body.get("purpose")),
            reason=text(body.get("reason")),
            code=text(body.get("errorCode")) or text(body.get("code")),
        )
        yield event.draft("media.event", fields, ids)
    elif change is not None:
        yield event.draft("media_server.change", change, ids)
    elif "surviv" in key or "surviv" in squash(body.get("mode") or ""):
        yield from _survivability(event, key + squash(state), ids)
    else:
        yield from _states(event, word, state, ids)


def _survivability(event: Event, words: str, ids: dict[str, str]) -> Iterator[Draft]:
    rest = words.replace("survivability", "").replace("survivable", "")
    if any(w in rest for w in _LEFT):
        yield event.draft("survivability.state", {"state": "left"}, ids)
    elif not rest or any(w in rest for w in _ENTERED):
        yield event.draft("survivability.state", {"state": "entered"}, ids)


def _states(event: Event, word: str, state: str, ids: dict[str, str]) -> Iterator[Draft]:
    body, key = event.body, squash(word)
    interface = text(body.get("interface")) or text(body.get("ifname")) or text(body.get("link"))
    online = squash(body.get("onlineStatus") or state)
    if not online and key in {"edgeonline", "edgeoffline"}:
        online = key.removeprefix("edge")
    if online in {"online", "offline"} and (ids.get("edge") or "edge" in key):
        yield event.draft("edge.state", {"online": online}, ids)
    elif interface or "link" in key or key.startswith(("wan", "lan")):
        what = _state_word(state, word, _LINK_STATES)
        if what:
            from diagnose.read.programs import links

            role = links.role_of(interface, word, body.get("role"), body.get("alias"))
            yield event.draft("link.state", some(link=role, state=what, interface=interface), ids)
    elif "trunk" in key or "trunk" in body:
        what = _state_word(state, word, _TRUNK_STATES)
        if what:
            entities = ids | some(trunk=text(body.get("trunk")) or text(body.get("trunkId")))
            yield event.draft("trunk.state", some(state=what, reason=text(body.get("reason"))), entities)


def _state_word(state: str, word: str, known: Mapping[str, str]) -> str | None:
    """The state that an event names in its state field, else in its own name (`link_down`)."""
    return known.get(squash(state)) or next((known[part] for part in _parts(word) if part in known), None)


def _parts(word: str) -> list[str]:
    return [part for part in re.split(r"[^a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word).casefold()) if part]


def _sparse(events: Sequence[Event]) -> Iterator[Draft]:
    """Media events that name neither server, session nor Edge: the payload of a time in which the Edge was cut off."""
    media = [e for e in events if media_event(next((e.body[k] for k in _WORDS if isinstance(e.body.get(k), str)), ""))]
    bare = [e for e in media if not any(e.body.get(name) for name in _MEDIA_DETAIL)]
    for event in bare:
        yield event.draft("telemetry", {"state": "sparse", "of": "media"}, _ids(event.body))
