"""What the media of a conversation went through: moves to another Edge or bridge, timeouts, restarts.

The API has no field for any of these. They are derived from real fields, under guards:

- legs of different participants are never compared, since each may rightly sit on its own Edge;
- a leg that ended with a transfer is followed by a new session that is no move;
- silence counts only where the party had to send: not while held, muted, ringing or within the first 10 s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from diagnose.model import Draft
from diagnose.read.genesys.conversation import Leg, Segment
from diagnose.read.genesys.legs import flows, silent
from diagnose.read.shapes import code_event, disconnect_type, excerpt, is_transfer, media_event, millis, some, squash

TOUCH_MS = 5_000
"""Two sessions of one participant with at most this gap (or overlap) are one call that moved."""
SOON_MS = 60_000
"""A new leg that fails within this time shows that the move itself failed."""
BLINK_MS = 2_000
"""A leg shorter than this proves nothing about its media."""
SAME_MOMENT_MS = 5_000
"""Calls that end within this time of each other ended together."""
MASS = 3
"""So many calls of one Edge that fail together are an event of the Edge, not of a call."""

_FAILED_ENDS = frozenset({"error", "transportFailure", "timeout"})
_LOST_ENDS = frozenset({"timeout", "inactivity", "sessionExpired"})
_RECOVERY = "media_recovery"


def move_drafts(legs: Sequence[Leg]) -> Iterator[Draft]:
    """The moves of one participant's media: `legs` are that participant's, in any order."""
    ordered = sorted((leg for leg in legs if leg.start is not None), key=lambda leg: (leg.start or 0, leg.pointer))
    told = set()
    for old, new in pairwise(ordered):
        if not _touch(old, new):
            continue
        by = _what_changed(old, new)
        if by:
            told.add(old.pointer)
            yield _move(old, new, by)
    for leg in legs:
        yield from _moves_inside(leg, recovered=leg.pointer in told)


def _touch(old: Leg, new: Leg) -> bool:
    if old.end is None or new.start is None or is_transfer(old.ended_by or ""):
        return False
    if old.session.peer_id and new.session.peer_id and old.session.peer_id != new.session.peer_id:
        return False
    return -TOUCH_MS <= new.start - old.end <= TOUCH_MS


def _what_changed(old: Leg, new: Leg) -> list[tuple[str, str, str]]:
    pairs = [
        ("mediaServer", old.media_server, new.media_server),
        ("edgeId", old.session.edge_id, new.session.edge_id),
        ("mediaBridgeId", old.session.media_bridge_id, new.session.media_bridge_id),
    ]
    changed = [(name, was, now) for name, was, now in pairs if was and now and was != now]
    if not changed and code_event(old.error) == _RECOVERY:
        changed = [("errorCode", old.session.session_id or "", new.session.session_id or "")]
    return changed


def _move(old: Leg, new: Leg, changed: list[tuple[str, str, str]]) -> Draft:
    _, was, now = changed[0]
    gap = (new.start or 0) - (old.end or 0)
    received = f", receivedPackets {new.epochs[-1]}" if new.epochs else ""
    shown = "; ".join(f"{n} {a} -> {b}" for n, a, b in changed) + received
    fields = some(
        old=was or None, new=now or None, outcome=outcome(new), leg=new.kind, by=", ".join(n for n, _, _ in changed),
        gap_ms=gap,
    )  # fmt: skip
    entities = dict(new.entities)
    if old.session.edge_id != new.session.edge_id:
        entities.pop("edge", None)
    return new.draft("media_server.change", fields, shown, at=new.start, entities=entities)


def outcome(new: Leg) -> str:
    """Whether a move worked, by the leg after it: failed (no packet, or it broke within a minute), ok, or unknown."""
    received = new.epochs[-1] if new.epochs else None
    age = new.age_ms
    if silent(new, received):
        return "failed"
    if age is not None and age <= SOON_MS and new.ended_by in _FAILED_ENDS:
        return "failed"
    if received and (age is None or age > BLINK_MS):
        return "ok"
    return "unknown"


def _moves_inside(leg: Leg, *, recovered: bool) -> Iterator[Draft]:
    yield from _server_of_segments(leg)
    if len(leg.epochs) > 1:
        before, after = leg.epochs[-2:]
        result = "ok" if after else "unknown"
        shown = f"receivedPackets began anew after {before}, then {after}"
        fields = {"outcome": result, "leg": leg.kind, "by": "mediaEndpointStats"}
        at = _restart_time(leg)
        yield leg.draft("media_server.change", fields, shown, at=at)
        yield leg.draft(
            "media.event",
            {"event": "media_restart", "leg": leg.kind, "reason": "packet counters began anew"},
            shown,
            at=at,
        )
    elif not recovered and code_event(leg.error) == _RECOVERY:
        fields = {"outcome": "unknown", "leg": leg.kind, "by": "errorCode"}
        yield leg.draft("media_server.change", fields, some(errorCode=leg.last and leg.last.error_code))


def _restart_time(leg: Leg) -> int | None:
    stats = sorted(leg.session.media_endpoint_stats or (), key=lambda s: millis(s.event_time)[0] or 0)
    for old, new in pairwise(stats):
        if old.received_packets is not None and (new.received_packets or 0) < old.received_packets:
            return millis(new.event_time)[0]
    return leg.end


def _server_of_segments(leg: Leg) -> Iterator[Draft]:
    named = [s for s in leg.session.segments or () if isinstance(s.media_server, str) and s.media_server]
    for old, new in pairwise(named):
        if old.media_server == new.media_server or is_transfer(disconnect_type(old.disconnect_type or "")):
            continue
        yield leg.draft(
            "media_server.change",
            {"old": old.media_server, "new": new.media_server, "outcome": outcome(leg), "leg": leg.kind,
             "by": "mediaServer"},
            f"mediaServer {old.media_server} -> {new.media_server}",
            at=millis(new.segment_start)[0],
        )  # fmt: skip


def event_drafts(leg: Leg, *, media_seen: bool) -> Iterator[Draft]:
    """Timeouts and recoveries of one leg. `media_seen`: packets of this conversation flowed until the end."""
    if leg.error and code_event(leg.error) == _RECOVERY:
        yield leg.draft(
            "media.event",
            some(event="media_recovery", leg=leg.kind, code=leg.last and leg.last.error_code, reason="errorCode"),
            some(errorCode=leg.last and leg.last.error_code),
        )
    reason = _timeout_reason(leg, media_seen=media_seen)
    if reason:
        fields = some(event="media_timeout", leg=leg.kind, reason=reason, code=leg.last and leg.last.error_code)
        code = leg.last and leg.last.error_code
        shown = some(disconnectType=leg.ended_by, errorCode=code, receivedPackets=_last(leg))
        yield leg.draft("media.event", fields, shown)


def _last(leg: Leg) -> int | None:
    return leg.epochs[-1] if leg.epochs else None


def _timeout_reason(leg: Leg, *, media_seen: bool) -> str | None:
    if silent(leg, _last(leg)):
        return "no packet received"
    if leg.error and code_event(leg.error) == "media_timeout":
        return "error code"
    if leg.kind not in {"bot", "customer"} or not _talked(leg.session.segments or []):
        return None
    if leg.ended_by == "transportFailure":
        return "disconnect transportFailure"
    if leg.ended_by in _LOST_ENDS and not media_seen and not flows(leg):
        return f"disconnect {leg.ended_by}"
    return None


def _talked(segments: list[Segment]) -> bool:
    return any((s.segment_type or "").casefold() in {"interact", "ivr"} for s in segments)


def named_events(events: object, leg: Leg) -> Iterator[Draft]:
    """Media events as they stand in a list: `[{eventType, timestamp, mediaServer, ...}]`."""
    if not isinstance(events, list):
        return
    server = None
    for number, event in enumerate(e for e in events if isinstance(e, Mapping)):
        pointer = f"{leg.pointer}/mediaEvents/{number}"
        at, _ = millis(next((event[k] for k in ("timestamp", "eventTime", "time", "emitDate") if event.get(k)), None))
        word = event.get("eventType") or event.get("type") or event.get("event") or ""
        name = media_event(word)
        if name:
            code = _text(event, "errorCode", "code")
            fields = some(event=name, leg=leg.kind, reason=_text(event, "reason"), code=code)
            yield leg.draft("media.event", fields, dict(event), at=at, pointer=pointer)
        change = hand_off(event, leg.kind)
        now = _text(event, "mediaServer", "edgeId", "node")
        if change is None and server and now and now != server:
            change = {"old": server, "new": now, "outcome": "unknown", "leg": leg.kind, "by": "mediaEvents"}
        if change is not None:
            yield leg.draft("media_server.change", change, dict(event), at=at, pointer=pointer)
        server = now or server


def hand_off(event: Mapping[str, Any], leg: str) -> dict[str, Any] | None:
    """The fields of a move that an event names itself (`handoff`, `media_server_changed`, ...), or None."""
    key = squash(event.get("eventType") or event.get("type") or event.get("event") or "")
    if not any(word in key for word in ("handoff", "handover", "mediaserverchange", "mediaanchorchange")):
        return None
    result = squash(_text(event, "outcome", "result", "status", "state") or "")
    failed = "fail" in key or "fail" in result or "timeout" in result or "error" in result
    done = any(word in key + result for word in ("success", "succeed", "complete", "ok"))
    return some(
        old=_text(event, "old", "from", "previous", "oldMediaServer", "previousMediaServer"),
        new=_text(event, "new", "to", "current", "newMediaServer", "mediaServer"),
        outcome="failed" if failed else "ok" if done else "unknown",
        leg=leg,
        by="handoff event",
    )


def _text(event: Mapping[str, Any], *names: str) -> str | None:
    for name in names:
        value = event.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return str(value)
    return None


def broke(leg: Leg) -> bool:
    """Whether a leg that carried media ended with a failure of its Edge.

    Codes that name the media path itself (`.media`, `webrtc`) do not count: they speak of the network.
    """
    failed = leg.ended_by in {"error", "system"} and not leg.error.endswith(".media") and "webrtc" not in leg.error
    known = leg.end is not None and leg.session.edge_id and leg.conversation
    return failed and bool(known) and (leg.media_ms or 0) > 0


def mass_restart(broken: Sequence[Leg]) -> Iterator[Draft]:
    """A restart of an Edge's media: `MASS` or more of its calls have `broken` legs that end within `SAME_MOMENT_MS`."""
    by_edge: dict[str, list[Leg]] = {}
    for leg in broken:
        by_edge.setdefault(str(leg.session.edge_id), []).append(leg)
    for edge, group in sorted(by_edge.items()):
        group.sort(key=lambda leg: (leg.end or 0, leg.pointer))
        for first in group:
            together = [leg for leg in group if 0 <= (leg.end or 0) - (first.end or 0) <= SAME_MOMENT_MS]
            calls = {leg.conversation for leg in together}
            if len(calls) >= MASS:
                reason = f"{len(calls)} calls of one Edge broke within {SAME_MOMENT_MS // 1000} s"
                fields = {"event": "media_restart", "leg": "unknown", "reason": reason}
                yield first.draft("media.event", fields, excerpt(reason), entities={"edge": edge})
                break
