"""The live conversation (`GET /conversations/{id}`) and the preview media statistics -> facts.

Both are snapshots that vanish with the call: `errorInfo` and `disconnectReasons` stand only here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from diagnose.model import Draft, Place, SourceReport
from diagnose.read.shapes import (
    code_event,
    disconnect_type,
    entities_of,
    excerpt,
    integer,
    is_transfer,
    leg_of,
    millis,
    real,
    some,
    span_of,
    text,
)

SOURCE = "analytics"

_OF_A_CALL = frozenset({"calls", "disconnectReasons", "disconnectType", "errorInfo", "confined", "recordingState"})
_FINAL_ERROR = 400
"""SIP answers from here on are failures (RFC 3261, 21)."""


def is_live(obj: object) -> bool:
    """Whether a parsed JSON value is a live conversation: participants with `calls`, or that are calls themselves."""
    return (
        isinstance(obj, dict)
        and "conversationId" not in obj
        and isinstance(obj.get("participants"), list)
        and any(isinstance(p, dict) and "sessions" not in p and p.keys() & _OF_A_CALL for p in obj["participants"])
    )


def _is_statistics(obj: object) -> bool:
    return isinstance(obj, dict) and isinstance(obj.get("mediaStatistics"), list)


def claims(obj: object) -> bool:
    """Whether a parsed JSON value is a live conversation or media statistics, or a page of either."""
    return any(is_live(item) or _is_statistics(item) for item in entities_of(obj)[:1])


def read(obj: object, path: str) -> tuple[list[Draft], SourceReport]:
    """The facts of live conversations and media statistics; a snapshot, so its silence proves nothing."""
    drafts: list[Draft] = []
    records = 0
    paged = entities_of(obj)
    for number, item in enumerate(paged):
        pointer = "" if item is obj else f"/entities/{number}" if isinstance(obj, dict) else f"/{number}"
        if is_live(item):
            drafts += _live(item, path, pointer)
        elif _is_statistics(item):
            drafts += _statistics(item, path, pointer)
        else:
            continue
        records += 1
    first, last = span_of(t for d in drafts for t in (d.start, d.end))
    return drafts, SourceReport(
        path=path, kind=SOURCE, records=records, facts=len(drafts), from_=first, to=last, clock="cloud",
        skipped=len(paged) - records,
    )  # fmt: skip


def _live(item: Mapping[str, Any], path: str, pointer: str) -> Iterator[Draft]:
    return snapshot(item, Place(path, pointer=pointer))


def snapshot(item: Mapping[str, Any], place: Place, source: str = SOURCE, at: int | None = None) -> Iterator[Draft]:
    """The facts of one live conversation that stands at `place`; `at` (ms) is when it was so, if known."""
    conversation = text(item.get("id"))
    for p, party in enumerate(item["participants"]):
        if not isinstance(party, Mapping):
            continue
        listed = party.get("calls")
        calls = listed if isinstance(listed, list) else [party]
        for c, call in enumerate(calls):
            if isinstance(call, Mapping) and (call.get("disconnectType") or call.get("errorInfo")):
                deep = f"/participants/{p}" + (f"/calls/{c}" if call is not party else "")
                where = Place(place.path, place.line, (place.pointer or "").rstrip("/") + deep, _shown(call))
                leg = leg_of(party.get("purpose"))
                yield from _ended(call, leg, Draft("disconnect", source, where, {}, _keys(call, conversation)), at)


def _shown(call: Mapping[str, Any]) -> str:
    return excerpt({k: call[k] for k in ("state", "disconnectType", "errorInfo", "disconnectReasons") if call.get(k)})


def _keys(call: Mapping[str, Any], conversation: str | None) -> dict[str, str]:
    return some(conversation=conversation, session=text(call.get("id")), edge=text(call.get("edgeId")))


def _ended(call: Mapping[str, Any], leg: str, base: Draft, seen: int | None) -> Iterator[Draft]:
    """How a call ended, the SIP answer that ended it, and whether its error code speaks of its media."""
    listed = call.get("disconnectReasons")
    reasons = [r for r in listed if isinstance(r, Mapping)] if isinstance(listed, list) else []
    codes = {str(r.get("type")).casefold(): integer(r.get("code")) for r in reasons}
    error = call.get("errorInfo")
    code = text(error.get("code")) if isinstance(error, Mapping) else None
    at, local = millis(call.get("disconnectedTime") or call.get("endTime"))
    start, _ = millis(call.get("connectedTime"))
    kind = call.get("disconnectType")
    age = (at - start) / 1000 if at is not None and start is not None else None
    when = seen if at is None else at
    ended = msgspec.structs.replace(base, start=when, end=when, local=local, signal="live")
    sip, q850 = codes.get("sip"), codes.get("q850")
    fields = some(type=disconnect_type(kind) if kind else None, leg=leg, code=code, sip=sip, q850=q850, age_s=age)
    yield msgspec.structs.replace(ended, fields=fields)
    if sip is not None and sip >= _FINAL_ERROR and not is_transfer(disconnect_type(kind or "")):
        yield msgspec.structs.replace(ended, kind="sip.response", fields=some(code=sip, q850=q850))
    event = code_event(code or "")
    if event:
        yield msgspec.structs.replace(ended, kind="media.event", fields=some(event=event, leg=leg, code=code))


def _statistics(item: Mapping[str, Any], path: str, pointer: str) -> Iterator[Draft]:
    at, local = millis(item.get("creationMilliseconds"))
    entities = some(conversation=text(item.get("conversationId")), session=text(item.get("communicationId")))
    for number, part in enumerate(item["mediaStatistics"]):
        if not isinstance(part, Mapping):
            continue
        place = Place(path, pointer=f"{pointer}/mediaStatistics/{number}", excerpt=excerpt(part))
        for kind, fields in _of_part(part):
            yield Draft(kind, SOURCE, place, fields, entities, at, at, local, signal="live")
    preferred, effective = text(item.get("preferredRegion")), text(item.get("effectiveRegion"))
    if preferred and effective and preferred != effective:
        place = Place(path, pointer=pointer or "/", excerpt=f"preferredRegion {preferred}, effectiveRegion {effective}")
        fields = {"old": preferred, "new": effective, "outcome": "unknown", "leg": "unknown", "by": "effectiveRegion"}
        yield Draft("media_server.change", SOURCE, place, fields, entities, at, at, local, signal="live")


def _of_part(part: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    leg = "trunk" if part.get("trunk") else "agent" if part.get("user") or part.get("station") else "unknown"
    rtp = part.get("rtp")
    if isinstance(rtp, Mapping):
        received, sent = integer(rtp.get("packetsReceived")), integer(rtp.get("packetsSent"))
        if received is not None and sent is not None:
            direction = {(1, 1): "both", (1, 0): "in_only", (0, 1): "out_only", (0, 0): "none"}
            way = direction[(int(received > 0), int(sent > 0))]
            yield "media.flow", {"leg": leg, "direction": way, "received": received, "sent": sent}
        mos, jitter = real(rtp.get("estimatedAverageMos")), real(rtp.get("averageJitter"))
        if mos is not None:
            result = "bad" if mos < 3.1 else "fair" if mos < 4.02 else "good"
            yield "media.quality", some(leg=leg, grade=result, mos=mos, jitter_ms=jitter)
    ice = part.get("ice")
    pairs = ice.get("selectedPairs") if isinstance(ice, Mapping) else None
    if isinstance(pairs, list):
        yield "ice.state", {"state": "connected" if pairs else "failed"}
    moved = (integer(part.get("reconnectAttempts")) or 0) > 0 or (isinstance(pairs, list) and len(pairs) > 1)
    if moved:
        yield "media_server.change", {"outcome": "unknown", "leg": leg, "by": "reconnectAttempts"}
