"""Conversation details of the analytics API -> facts.

Takes a page of the details query, the results of an async job, a list, or one conversation; also the live
conversation (`GET /conversations/{id}`) and media statistics, through `live`. One fact is one thing that a field
says; what the API does not name (media timeouts, moves) is derived in `moves`, with the fields that showed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from diagnose.model import Draft, Place, SourceReport
from diagnose.read.genesys import live, pages
from diagnose.read.genesys.contrast import Outcome, scope_drafts
from diagnose.read.genesys.conversation import SOURCE, Conversation, Leg, legs_of
from diagnose.read.genesys.legs import SILENCE_MS, bot_session, flows, grade, is_bot_session, leg_drafts
from diagnose.read.genesys.moves import broke, event_drafts, mass_restart, move_drafts, named_events
from diagnose.read.shapes import exit_category, is_transfer, millis, some

_NORMAL_ENDS = frozenset({"peer", "client", "endpoint", "spam", "takeover", "uncallable"})
_FAILED_EXITS = frozenset({"error", "expired", "recognition_failure"})

Found = tuple[list[Draft], SourceReport]


class _Reader:
    """Gathers the facts of conversations one by one; of a conversation only its facts and its broken legs are kept."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.drafts: list[Draft] = []
        self.broken: list[Leg] = []
        self.outcomes: list[Outcome] = []
        self.wrong: list[str] = []
        self.records = self.skipped = self.repaired = 0
        self.first: int | None = None
        self.last: int | None = None

    def add(self, pointer: str, item: Any, line: int | None = None) -> None:
        """Read one conversation, raw or parsed; `line` is where it stands in JSON lines."""
        self.records += 1
        conversation, reason = pages.decode(item)
        if reason:
            self.wrong.append(f"{f'line {line}' if line else pointer or '/'}: {reason}")
        if conversation is None:
            self.skipped += 1
            return
        self.repaired += bool(reason)
        place = Place(self.path, line, pointer)
        legs = legs_of(conversation, place)
        self.drafts += _conversation(conversation, legs, place)
        self.broken += filter(broke, legs)
        self.outcomes.append(_outcome(legs))
        self._seen(millis(conversation.conversation_start)[0])
        self._seen(millis(conversation.conversation_end)[0])
        for leg in legs:
            self._seen(leg.start)
            self._seen(leg.end)

    def _seen(self, at: int | None) -> None:
        if at is not None:
            self.first = at if self.first is None else min(self.first, at)
            self.last = at if self.last is None else max(self.last, at)

    def found(self) -> Found:
        """The drafts and the report."""
        drafts = [*self.drafts, *mass_restart(self.broken), *scope_drafts(self.outcomes, self.path)]
        whys = []
        if self.skipped > len(self.wrong) - self.repaired:
            whys.append(f"{self.skipped - len(self.wrong) + self.repaired} no conversation")
        if self.repaired:
            whys.append(f"{self.repaired} read without values of a wrong type")
        return drafts, SourceReport(
            path=self.path, kind=SOURCE, records=self.records, facts=len(drafts), from_=self.first, to=self.last,
            clock="cloud", skipped=self.skipped, why="; ".join(whys + self.wrong[:3]),
            covers=self.records > self.skipped,
        )  # fmt: skip


def claims(obj: object) -> bool:
    """Whether a parsed JSON value holds conversation details, a live conversation or media statistics."""
    if isinstance(obj, dict) and obj.keys() >= {"conversations", "totalHits"}:
        return True
    return any(pages.looks_like_one(item) for _, item in pages.of_value(obj)) or live.claims(obj)


def read(obj: object, path: str) -> Found:
    """The facts of the conversations in `obj`, and the report of the source. Raises nothing: what cannot be decoded
    is counted and named in the report.
    """
    items = pages.of_value(obj)
    if live.claims(obj) and not any(pages.looks_like_one(item) for _, item in items):
        return live.read(obj, path)
    return _read(items, path)


def _read(items: pages.Items, path: str) -> Found:
    reader = _Reader(path)
    for pointer, item in items:
        reader.add(pointer, item)
    return reader.found()


def claims_json(head: str) -> bool:
    """Whether a text that begins with `head` (64 KiB) is JSON that may hold conversation details."""
    return '"participants"' in head and '"sessions"' in head and '"conversationId"' in head


def read_json(text: str, path: str) -> Found | None:
    """The facts of one JSON document; None when it is broken or holds something else, and has to be read in general."""
    items = pages.of_text(text)
    if not items or pages.decode(items[0][1])[0] is None:
        return None
    return _read(items, path)


def read_lines(lines: Iterable[tuple[int, str]], path: str) -> Found:
    """The facts of conversations of which one stands on each line."""
    reader = _Reader(path)
    for number, line in lines:
        if line.strip():
            reader.add("", msgspec.Raw(line), number)
    return reader.found()


def _conversation(conversation: Conversation, legs: list[Leg], place: Place) -> Iterator[Draft]:
    pointer = place.pointer or ""
    yield from _lowest_quality(conversation, place)
    media_seen = any(flows(leg) for leg in legs)
    for leg in legs:
        yield from leg_drafts(leg)
        yield from event_drafts(leg, media_seen=media_seen)
    for p, participant in enumerate(conversation.participants or ()):
        own = [leg for leg in legs if leg.party == p]
        yield from move_drafts(own)
        for leg in own:
            if leg.session.media_events:
                yield from named_events(leg.session.media_events, leg)
        if own and participant.media_events:
            yield from named_events(participant.media_events, _lift(own[0], f"{pointer}/participants/{p}"))
    if legs and conversation.media_events:
        yield from named_events(conversation.media_events, _lift(legs[0], pointer))
    yield from _sip_legs(legs)
    yield from _bot_sessions(conversation, legs)
    yield from _telemetry(conversation, legs)


def _lift(leg: Leg, pointer: str) -> Leg:
    """The leg as the place of events that stand above it in the document: of no leg and no session."""
    session = msgspec.structs.replace(leg.session, session_id=None)
    return msgspec.structs.replace(leg, pointer=pointer, kind="unknown", session=session)


def _lowest_quality(conversation: Conversation, place: Place) -> Iterator[Draft]:
    mos = conversation.media_stats_min_conversation_mos
    r_factor = conversation.media_stats_min_conversation_r_factor
    result = grade(mos=mos, r_factor=r_factor, discard_pct=None)
    if result is None:
        return
    at, local = millis(conversation.conversation_end)
    yield Draft(
        kind="media.quality",
        source=SOURCE,
        place=Place(place.path, place.line, place.pointer or "/", f"mediaStatsMinConversationMos {mos}"),
        fields=some(leg="all", grade=result, mos=mos, r_factor=r_factor),
        entities=some(conversation=conversation.conversation_id),
        start=millis(conversation.conversation_start)[0],
        end=at,
        local=local,
        signal="analytics",
    )


def _sip_legs(legs: list[Leg]) -> Iterator[Draft]:
    """The Call-ID of each leg that tells it; a Call-ID once."""
    told: set[str] = set()
    for leg in legs:
        call_id = leg.session.protocol_call_id
        if call_id and leg.conversation and call_id not in told:
            told.add(call_id)
            yield leg.draft("sip.leg", {"call_id": call_id, "leg": leg.kind}, {"protocolCallId": call_id}, at=leg.start)


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
    callers = [leg for leg in legs if leg.kind == "customer" and (leg.media_ms or 0) > SILENCE_MS]
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


def _outcome(legs: list[Leg]) -> Outcome:
    """What a comparison of conversations asks of one."""
    flows_run = [leg.session.flow for leg in legs if leg.session.flow is not None]
    return Outcome(
        failed=any(_failed(leg) for leg in legs),
        edges=frozenset(leg.session.edge_id for leg in legs if leg.session.edge_id),
        flows=frozenset(flow.flow_id for flow in flows_run if flow.flow_id),
        bot=any(leg.purpose in {"botflow", "bot"} for leg in legs),
    )


def _failed(leg: Leg) -> bool:
    flow = leg.session.flow
    if leg.error or (leg.epochs and leg.epochs[-1] == 0 and (leg.media_ms or 0) > SILENCE_MS):
        return True
    if flow is not None and exit_category(flow.exit_reason or "") in _FAILED_EXITS:
        return True
    return leg.ended_by is not None and leg.ended_by not in _NORMAL_ENDS and not is_transfer(leg.ended_by)
