"""Conversation details of the analytics API -> facts.

Takes a page of the details query, the results of an async job, a list, or one conversation; also the live
conversation (`GET /conversations/{id}`) and media statistics, through `live`. One fact is one thing that a field
says; what the API does not name (media timeouts, moves) is derived in `moves`, with the fields that showed it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from diagnose.model import Draft, Place, SourceReport
from diagnose.read import live
from diagnose.read.conversation import SOURCE, Conversation, Leg, legs_of
from diagnose.read.legs import SILENCE_MS, bot_session, flows, grade, is_bot_session, leg_drafts
from diagnose.read.moves import event_drafts, mass_restart, move_drafts, named_events
from diagnose.read.shapes import exit_category, is_transfer, millis, some, span_of

_NORMAL_ENDS = frozenset({"peer", "client", "endpoint", "spam", "takeover", "uncallable"})
_FAILED_EXITS = frozenset({"error", "expired", "recognition_failure"})


def _conversations(obj: object) -> list[tuple[str, Any]]:
    """(pointer, object) of everything that looks like a conversation."""
    if isinstance(obj, dict):
        for key in ("conversations", "entities", "results"):
            if isinstance(obj.get(key), list):
                return [(f"/{key}/{n}", item) for n, item in enumerate(obj[key]) if _is_conversation(item)]
        for key in ("conversation", "result", "body"):
            if _is_conversation(obj.get(key)):
                return [(f"/{key}", obj[key])]
        return [("", obj)] if _is_conversation(obj) else []
    if isinstance(obj, list):
        return [(f"/{n}", item) for n, item in enumerate(obj) if _is_conversation(item)]
    return []


def _is_conversation(item: object) -> bool:
    return (
        isinstance(item, dict)
        and isinstance(item.get("participants"), list)
        and ("conversationId" in item or any(isinstance(p, dict) and "sessions" in p for p in item["participants"]))
    )


def claims(obj: object) -> bool:
    """Whether a parsed JSON value holds conversation details, a live conversation or media statistics."""
    if isinstance(obj, dict) and obj.keys() >= {"conversations", "totalHits"}:
        return True
    return bool(_conversations(obj)) or live.claims(obj)


def read(obj: object, path: str) -> tuple[list[Draft], SourceReport]:
    """The facts of the conversations in `obj`, and the report of the source. Raises nothing: what cannot be decoded
    is counted and named in the report.
    """
    if live.claims(obj) and not _conversations(obj):
        return live.read(obj, path)
    drafts: list[Draft] = []
    every: list[Leg] = []
    times: list[int | None] = []
    wrong: list[str] = []
    found = _conversations(obj)
    for pointer, item in found:
        try:
            conversation = msgspec.convert(item, Conversation, strict=False)
        except msgspec.ValidationError as error:
            wrong.append(f"{pointer or '/'}: {error}")
            continue
        legs = legs_of(conversation, path, pointer)
        every += legs
        drafts += _conversation(conversation, legs, path, pointer)
        times += [millis(conversation.conversation_start)[0], millis(conversation.conversation_end)[0]]
        times += [t for leg in legs for t in (leg.start, leg.end)]
    drafts += mass_restart(every)
    first, last = span_of(times)
    return drafts, SourceReport(
        path=path, kind=SOURCE, records=len(found), facts=len(drafts), from_=first, to=last, clock="cloud",
        skipped=len(wrong), why="; ".join(wrong[:3]), covers=True,
    )  # fmt: skip


def _conversation(conversation: Conversation, legs: list[Leg], path: str, pointer: str) -> Iterator[Draft]:
    yield from _lowest_quality(conversation, path, pointer)
    media_seen = any(flows(leg) for leg in legs)
    for leg in legs:
        yield from leg_drafts(leg)
        yield from event_drafts(leg, media_seen=media_seen)
    for p, participant in enumerate(conversation.participants or ()):
        own = [leg for leg in legs if leg.pointer.startswith(f"{pointer}/participants/{p}/")]
        yield from move_drafts(own)
        for leg in own:
            yield from named_events(leg.session.media_events, leg)
        if own:
            yield from named_events(participant.media_events, _lift(own[0], f"{pointer}/participants/{p}"))
    if legs:
        yield from named_events(conversation.media_events, _lift(legs[0], pointer))
    yield from _bot_sessions(conversation, legs)
    yield from _telemetry(conversation, legs)


def _lift(leg: Leg, pointer: str) -> Leg:
    """The leg as the place of events that stand above it in the document: of no leg and no session."""
    session = msgspec.structs.replace(leg.session, session_id=None)
    return msgspec.structs.replace(leg, pointer=pointer, kind="unknown", session=session)


def _lowest_quality(conversation: Conversation, path: str, pointer: str) -> Iterator[Draft]:
    mos = conversation.media_stats_min_conversation_mos
    r_factor = conversation.media_stats_min_conversation_r_factor
    result = grade(mos=mos, r_factor=r_factor, discard_pct=None)
    if result is None:
        return
    at, local = millis(conversation.conversation_end)
    yield Draft(
        kind="media.quality",
        source=SOURCE,
        place=Place(path, pointer=pointer or "/", excerpt=f"mediaStatsMinConversationMos {mos}"),
        fields=some(leg="all", grade=result, mos=mos, r_factor=r_factor),
        entities=some(conversation=conversation.conversation_id),
        start=millis(conversation.conversation_start)[0],
        end=at,
        local=local,
        signal="analytics",
    )


def _bot_sessions(conversation: Conversation, legs: list[Leg]) -> Iterator[Draft]:
    only_ivr = not any(leg.purpose == "botflow" for leg in legs)
    callers = [leg for leg in legs if leg.kind == "customer"]
    ended = [leg.end for leg in callers]
    caller_end = millis(conversation.conversation_end)[0]
    if caller_end is None and ended and None not in ended:
        caller_end = max(t for t in ended if t is not None)
    for leg in legs:
        if is_bot_session(leg, only_ivr=only_ivr):
            yield bot_session(leg, caller_end)


def _telemetry(conversation: Conversation, legs: list[Leg]) -> Iterator[Draft]:
    """Whether the callers' legs carry statistics, and whether the conversation as such shows a failure."""
    ended, _ = millis(conversation.conversation_end)
    callers = [leg for leg in legs if leg.kind == "customer" and (leg.media_ms() or 0) > SILENCE_MS]
    if ended is None or not legs:
        return
    base = legs[0]
    where = base.pointer.split("/participants/")[0] or "/"
    entities = some(conversation=conversation.conversation_id)
    if callers:
        bare = [leg for leg in callers if not leg.session.media_endpoint_stats]
        state = "sparse" if bare else "complete"
        shown = f"{len(bare)} of {len(callers)} callers' legs without mediaEndpointStats"
        yield base.draft(
            "telemetry", {"state": state, "of": "media"}, shown, at=ended, pointer=where, entities=entities
        )
    broken = [leg for leg in legs if _failed(leg)]
    shown = ", ".join(f"{leg.purpose} {leg.ended_by or ''} {leg.error}".strip() for leg in broken) or "ordinary ends"
    state = "failure_seen" if broken else "no_failure_seen"
    yield base.draft("incident.kind", {"state": state}, shown, at=ended, pointer=where, entities=entities)


def _failed(leg: Leg) -> bool:
    flow = leg.session.flow
    if leg.error or (leg.epochs and leg.epochs[-1] == 0 and (leg.media_ms() or 0) > SILENCE_MS):
        return True
    if flow is not None and exit_category(flow.exit_reason or "") in _FAILED_EXITS:
        return True
    return leg.ended_by is not None and leg.ended_by not in _NORMAL_ENDS and not is_transfer(leg.ended_by)
