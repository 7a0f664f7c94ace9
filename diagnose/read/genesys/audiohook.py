"""Messages of a bot's audio stream (AudioHook and Audio Connector, protocol version 2) -> facts, session by session.

    {"version": "2", "id": "...", "type": "open", "seq": 1, "serverseq": 0, "position": "PT0S", "parameters": {...}}

One message a line, as such or inside a record of a connector's log that names the time. A message with `serverseq` is
the platform's, one with `clientseq` the server's; each side numbers its own from 1 without a gap.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from diagnose.model import Draft, Place, SourceReport
from diagnose.read.shapes import entities_of, excerpt, integer, millis, real, some, span_of, squash, text

SOURCE = "bot.log"

LATE_MS = 3_000
"""From `open` to `opened`: the platform gives up after 5 s; from here on the first words are lost."""
SLOW_MS = 1_000
"""A round trip of a ping from which a dialogue is not possible any more (twice the 400 ms one way of ITU-T G.114)."""
_MOSTLY = 0.6

_TYPES = frozenset(
    {
        "open", "opened", "close", "closed", "ping", "pong", "discarded", "paused", "resumed", "pause", "resume",
        "error", "disconnect", "update", "updated", "event", "dtmf", "playback_started", "playback_completed",
        "reconnect", "reconnecting",
    }
)  # fmt: skip
_WRAPPED = ("message", "msg", "data", "payload", "body", "frame", "json")
_TIMES = ("timestamp", "time", "ts", "@timestamp", "received", "at")
_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$")
_TURNS = {"noinput": "no_input", "nomatch": "no_match", "match": "ok"}

Facts = Iterator[tuple[str, dict[str, Any]]]


class Message(msgspec.Struct, frozen=True):
    """One message: its type, number, parameters, whether the platform sent it, when (ms, if known), and its place."""

    type: str
    session: str
    seq: int | None
    parameters: Mapping[str, Any]
    ours: bool
    at: int | None
    local: bool
    place: Place


def claims(obj: object) -> bool:
    """Whether a parsed JSON value is such a message, or mostly a list of them."""
    sample = entities_of(obj)[:20]
    return bool(sample) and sum(_inner(item) is not None for item in sample) >= _MOSTLY * len(sample)


def _inner(item: object) -> Mapping[str, Any] | None:
    """The message that an item is, or that it carries under a usual name, also as JSON in a text."""
    if not isinstance(item, Mapping):
        return None
    if _typed(item) and "version" in item:
        return item
    for name in _WRAPPED:
        value = item.get(name)
        if isinstance(value, str) and value.startswith("{"):
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                continue
        if isinstance(value, Mapping) and _typed(value):
            return value
    return None


def _typed(item: Mapping[str, Any]) -> bool:
    """Whether an object has a type of the protocol and a number in the sequence of messages."""
    kind = item.get("type")
    return isinstance(kind, str) and kind in _TYPES and isinstance(item.get("seq"), int)


def read(obj: object, path: str) -> tuple[list[Draft], SourceReport]:
    """The facts of the messages in `obj`; what is no message is counted as skipped."""
    sessions: dict[str, list[Message]] = {}
    items = entities_of(obj)
    skipped = 0
    for number, item in enumerate(items):
        found = _inner(item)
        if found is None:
            skipped += 1
            continue
        message = _message(found, item, Place(path, pointer=f"/{number}", excerpt=excerpt(found)))
        sessions.setdefault(message.session, []).append(message)
    drafts = [draft for messages in sessions.values() for draft in _session(messages)]
    first, last = span_of(m.at for messages in sessions.values() for m in messages)
    return drafts, SourceReport(
        path=path, kind=SOURCE, records=len(items), facts=len(drafts), from_=first, to=last, clock="bot",
        skipped=skipped, why="no message of the stream" if skipped else "", covers=len(items) > skipped,
    )  # fmt: skip


def _message(found: Mapping[str, Any], outer: Mapping[str, Any], place: Place) -> Message:
    stamps = (millis(holder.get(name)) for holder in (outer, found) for name in _TIMES)
    at, local = next((stamp for stamp in stamps if stamp[0] is not None), (None, False))
    parameters = found.get("parameters")
    return Message(
        type=str(found["type"]),
        session=text(found.get("id")) or "",
        seq=integer(found.get("seq")),
        parameters=parameters if isinstance(parameters, Mapping) else {},
        ours="clientseq" not in found,
        at=at,
        local=local,
        place=place,
    )


def _session(messages: list[Message]) -> Iterator[Draft]:
    opened = next((m for m in messages if m.type == "open"), None)
    conversation = text(opened.parameters.get("conversationId")) if opened else None
    keys = some(session=messages[0].session or None, conversation=conversation)
    told = [*_opening(messages), *_order(messages), *_pings(messages)]
    told += [(message, fact) for message in messages for fact in _FACTS.get(message.type, _nothing)(message)]
    for message, (kind, fields) in told:
        yield Draft(
            kind, SOURCE, message.place, fields, keys, message.at, message.at, message.local, signal="audiohook"
        )


_Told = Iterator[tuple[Message, tuple[str, dict[str, Any]]]]


def _opening(messages: list[Message]) -> _Told:
    """Whether the stream was opened, and how long that took; an `open` that is the last message leaves it open."""
    asked = next((n for n, m in enumerate(messages) if m.type == "open"), None)
    if asked is None:
        return
    answer = next((m for m in messages[asked:] if m.type == "opened"), None)
    ended = next((m for m in messages[asked:] if m.type in {"error", "close", "disconnect"}), None)
    if answer is not None:
        yield answer, ("bot.media.handshake", {"outcome": "ok", "transport": "wss"})
        sent = messages[asked].at
        if sent is not None and answer.at is not None:
            delay = answer.at - sent
            yield answer, ("media.setup", {"delay_ms": delay, "outcome": "late" if delay >= LATE_MS else "ok"})
    elif ended is not None and squash(ended.parameters.get("reason")) != "unauthorized":
        yield ended, ("bot.media.handshake", {"outcome": "timeout", "transport": "wss"})


def _order(messages: list[Message]) -> _Told:
    """Numbers that a side left out or used twice."""
    for ours in (True, False):
        last: int | None = None
        for message in (m for m in messages if m.ours is ours and m.seq is not None):
            if last is not None and message.seq != last + 1:
                fields = {"protocol": "audiohook", "code": 400, "detail": f"seq {message.seq} after {last}"}
                yield message, ("protocol.error", fields)
            last = message.seq


def _pings(messages: list[Message]) -> _Told:
    """The slowest round trip, and a stream that ends while a ping is unanswered."""
    trips = [(rtt, m) for m in messages if m.type == "ping" and (rtt := _ms(m.parameters.get("rtt"))) is not None]
    if trips:
        worst, message = max(trips, key=lambda trip: trip[0])
        outcome = "slow" if worst >= SLOW_MS else "ok"
        yield message, ("probe.result", {"tool": "ping", "target": "bot", "outcome": outcome, "rtt_ms": worst})
    pings = [m for m in messages if m.type == "ping"]
    answered = sum(m.type == "pong" for m in messages)
    over = any(m.type in {"close", "closed", "disconnect"} for m in messages)
    if len(pings) - answered > 1 and not over:
        yield pings[-1], ("ws.close", {"code": 1006, "by": "none", "reason": "no pong", "target": "bot"})


def _ms(duration: object) -> float | None:
    """ISO 8601 duration (`PT0.25S`) or seconds as ms."""
    match = _DURATION.match(duration) if isinstance(duration, str) else None
    if match is None:
        number = real(duration)
        return None if number is None else round(number * 1000, 1)
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return round((hours * 3600 + minutes * 60 + seconds) * 1000, 1)


def _error(message: Message) -> Facts:
    code = integer(message.parameters.get("code"))
    detail = text(message.parameters.get("message"))
    yield "protocol.error", some(protocol="audiohook", code=code, detail=detail)
    if code == 415:
        yield "media.format", some(outcome="unsupported", detail=detail)
    if code == 429:
        wait = _ms(message.parameters.get("retryAfter"))
        yield "quota.state", some(state="exceeded", of="provider", retry_after_s=None if wait is None else wait / 1000)


def _disconnect(message: Message) -> Facts:
    reason = squash(message.parameters.get("reason"))
    if reason == "unauthorized":
        yield "auth.result", {"outcome": "refused", "for": "bot"}
    elif reason in {"error", "completed", "end"}:
        category = "error" if reason == "error" else "normal"
        told = text(message.parameters.get("info"))
        yield "bot.session", some(state="completed", category=category, result=told)


def _media(message: Message) -> Facts:
    lost = text(message.parameters.get("discarded"))
    yield "media.event", some(event=message.type, leg="bot", reason=lost)


def _event(message: Message) -> Facts:
    listed = message.parameters.get("entities")
    for entity in listed if isinstance(listed, list) else ():
        kind = squash(entity.get("type")) if isinstance(entity, Mapping) else ""
        data = entity.get("data") if isinstance(entity, Mapping) else None
        if kind == "bargein":
            yield "bot.audio", {"problem": "barge_in"}
        elif kind == "botturnresponse" and isinstance(data, Mapping):
            result = _TURNS.get(squash(data.get("disposition")))
            if result:
                yield "bot.turn", {"result": result, "has_input": bool(data.get("text")) or result == "ok"}


def _nothing(_message: Message) -> Facts:
    yield from ()


_FACTS: dict[str, Callable[[Message], Facts]] = {
    "error": _error,
    "disconnect": _disconnect,
    "close": _disconnect,
    "discarded": _media,
    "paused": _media,
    "resumed": _media,
    "event": _event,
}
