"""The live conversation (`GET /conversations/{id}`) and the preview media statistics -> facts.

Both are snapshots that vanish with the call: `errorInfo` and `disconnectReasons` stand only here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from diagnose.model import Draft, Place, SourceReport
from diagnose.read.shapes import (
    disconnect_type,
    entities_of,
    excerpt,
    integer,
    leg_of,
    millis,
    real,
    some,
    span_of,
    text,
)

SOURCE = "analytics"


def _is_live(obj: object) -> bool:
    return (
        isinstance(obj, dict)
        and "conversationId" not in obj
        and isinstance(obj.get("participants"), list)
        and any(isinstance(p, dict) and ("calls" in p or "disconnectReasons" in p) for p in obj["participants"])
    )


def _is_statistics(obj: object) -> bool:
    return isinstance(obj, dict) and isinstance(obj.get("mediaStatistics"), list)


def claims(obj: object) -> bool:
    """Whether a parsed JSON value is a live conversation or media statistics, or a page of either."""
    return any(_is_live(item) or _is_statistics(item) for item in entities_of(obj)[:1])


def read(obj: object, path: str) -> tuple[list[Draft], SourceReport]:
    """The facts of live conversations and media statistics; a snapshot, so its silence proves nothing."""
    drafts: list[Draft] = []
    records = 0
    paged = entities_of(obj)
    for number, item in enumerate(paged):
        pointer = "" if item is obj else f"/entities/{number}" if isinstance(obj, dict) else f"/{number}"
        if _is_live(item):
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
    conversation = text(item.get("id"))
    for p, party in enumerate(item["participants"]):
        if not isinstance(party, Mapping):
            continue
        calls = party.get("calls") if isinstance(party.get("calls"), list) else [party]
        for c, call in enumerate(calls or ()):
            if isinstance(call, Mapping) and (call.get("disconnectType") or call.get("errorInfo")):
                place = Place(path, pointer=f"{pointer}/participants/{p}/calls/{c}", excerpt=_shown(call))
                yield _ended(call, place, leg_of(party.get("purpose")), conversation)


def _shown(call: Mapping[str, Any]) -> str:
    return excerpt({k: call[k] for k in ("state", "disconnectType", "errorInfo", "disconnectReasons") if call.get(k)})


def _ended(call: Mapping[str, Any], place: Place, leg: str, conversation: str | None) -> Draft:
    listed = call.get("disconnectReasons")
    reasons = [r for r in listed if isinstance(r, Mapping)] if isinstance(listed, list) else []
    codes = {str(r.get("type")).casefold(): integer(r.get("code")) for r in reasons}
    error = call.get("errorInfo")
    at, local = millis(call.get("disconnectedTime"))
    start, _ = millis(call.get("connectedTime"))
    kind = call.get("disconnectType")
    return Draft(
        kind="disconnect",
        source=SOURCE,
        place=place,
        fields=some(
            type=disconnect_type(kind) if kind else None,
            leg=leg,
            code=text(error.get("code")) if isinstance(error, Mapping) else None,
            sip=codes.get("sip"),
            q850=codes.get("q850"),
            age_s=(at - start) / 1000 if at is not None and start is not None else None,
        ),
        entities=some(conversation=conversation, session=text(call.get("id")), edge=text(call.get("edgeId"))),
        start=at,
        end=at,
        local=local,
        signal="live",
    )


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
