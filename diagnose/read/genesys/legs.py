"""What one leg of a conversation shows by itself: its end, its packets, its quality, its flow, its bot session."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from diagnose.model import Draft
from diagnose.read.genesys.conversation import Leg, Stat
from diagnose.read.shapes import disconnect_type, exit_category, integer, millis, some, squash, text

LINGER_MS = 60_000
"""A bot session that ends within this time of the caller's leg ended with it: clocks and hang-ups take their time."""
PACKET_FLOOR = 500
"""Fewer received packets than this (10 s of 20 ms audio) say nothing about quality."""
SILENCE_MS = 10_000
"""A leg that lived longer than this without a packet had no media; shorter ones may not have begun to talk."""

GOOD_MOS, BAD_MOS = 4.02, 3.1
"""ITU-T G.107: R 80 and R 60 as MOS."""
GOOD_MOS_G729 = 3.6
"""G.729 tops out near MOS 4.1, so its good band ends at R 70 (ITU-T G.109, medium)."""
GOOD_R, BAD_R = 80.0, 60.0
"""ITU-T G.109: high and low speech quality."""
GOOD_DISCARD, BAD_DISCARD = 0.5, 2.0
"""Percent of received packets that were thrown away or missing at play-out (engineering judgement)."""

_BOT_FLOWS = frozenset({"bot", "digitalbot", "voice"})
_FINAL_ERROR = 400
"""SIP answers from here on are failures (RFC 3261, 21)."""


def leg_drafts(leg: Leg) -> Iterator[Draft]:
    """All facts that one leg shows by itself."""
    yield from _disconnect(leg)
    yield from _packets(leg)
    yield from _quality(leg)
    yield from _flow_exit(leg)
    yield from _speech(leg)


def _disconnect(leg: Leg) -> Iterator[Draft]:
    last = leg.last
    if last is None:
        return
    q850 = next((n for n in map(integer, last.q850_response_codes or ()) if n is not None), None)
    sip = next((n for n in map(integer, last.sip_response_codes or ()) if n is not None), None)
    age = leg.age_ms
    kind = disconnect_type(last.disconnect_type) if last.disconnect_type else None
    fields = some(
        type=kind, leg=leg.kind, code=last.error_code, q850=q850, sip=sip, age_s=None if age is None else age / 1000
    )
    at = millis(last.segment_end)[0]
    shown = some(
        disconnectType=last.disconnect_type,
        errorCode=last.error_code,
        errorCodeDescription=text(leg.session.error_code_description),
        sipResponseCodes=last.sip_response_codes,
        q850ResponseCodes=last.q850_response_codes,
    )
    yield leg.draft("disconnect", fields, shown, at=at)
    if sip is not None and sip >= _FINAL_ERROR:
        yield leg.draft("sip.response", some(code=sip, q850=q850), shown, at=at)


def silent(leg: Leg, received: int | None) -> bool:
    """Whether no packet came on a leg that had to carry media for more than `SILENCE_MS`."""
    needed = leg.media_ms
    return received == 0 and needed is not None and needed > SILENCE_MS


def _packets(leg: Leg) -> Iterator[Draft]:
    for number, received in enumerate(leg.epochs):
        if received == 0 and not silent(leg, received):
            continue
        fields: dict[str, Any] = {"leg": leg.kind, "received": received}
        if received == 0:
            fields["direction"] = "none"
        if number:
            fields["moved"] = True
        yield leg.draft("media.flow", fields, f"receivedPackets {received}", start=leg.start)


def flows(leg: Leg) -> bool:
    """Whether packets came on the leg until it ended, or nearly: at least 60 % of 50 packets a second."""
    needed = leg.media_ms
    return bool(needed and leg.epochs and leg.epochs[-1] >= 0.6 * needed / 20)


def grade(
    *, mos: float | None, r_factor: float | None, discard_pct: float | None, low_rate: bool = False
) -> str | None:
    """good, fair or bad by the worst of the measures; None when nothing was measured. `low_rate` says G.729."""
    if mos is None and r_factor is None and discard_pct is None:
        return None
    if (
        (mos is not None and mos < BAD_MOS)
        or (r_factor is not None and r_factor < BAD_R)
        or (discard_pct is not None and discard_pct > BAD_DISCARD)
    ):
        return "bad"
    good_mos = GOOD_MOS_G729 if low_rate else GOOD_MOS
    fair = (
        (mos is not None and mos < good_mos)
        or (r_factor is not None and r_factor < GOOD_R and not low_rate)
        or (discard_pct is not None and discard_pct > GOOD_DISCARD)
    )
    return "fair" if fair else "good"


def _quality(leg: Leg) -> Iterator[Draft]:
    stats = leg.session.media_endpoint_stats or []
    if not stats or sum(leg.epochs) < PACKET_FLOOR:
        return
    mos = min((s.min_mos for s in stats if s.min_mos is not None), default=None)
    r_factor = min((s.min_r_factor for s in stats if s.min_r_factor is not None), default=None)
    latency = max((s.max_latency_ms for s in stats if s.max_latency_ms is not None), default=None)
    discard = _discard_pct(stats)
    low_rate = any("g729" in squash(codec) for s in stats for codec in s.codecs or ())
    result = grade(mos=mos, r_factor=r_factor, discard_pct=discard, low_rate=low_rate)
    if result is None:
        return
    fields = some(leg=leg.kind, grade=result, mos=mos, r_factor=r_factor, latency_ms=latency, discard_pct=discard)
    shown = some(minMos=mos, minRFactor=r_factor, maxLatencyMs=latency, receivedPackets=sum(leg.epochs))
    yield leg.draft("media.quality", fields, shown, start=leg.start)


def _lost(stat: Stat) -> tuple[int | None, ...]:
    """Packets that came and were not played: too late, too many, too few, or not valid (keys that do not fit)."""
    return stat.discarded_packets, stat.overrun_packets, stat.underrun_packets, stat.invalid_packets


def _discard_pct(stats: list[Stat]) -> float | None:
    worst = None
    for stat in stats:
        if stat.received_packets is None or stat.received_packets < PACKET_FLOOR:
            continue
        lost = sum(n or 0 for n in _lost(stat))
        share = round(100 * lost / stat.received_packets, 2)
        worst = share if worst is None else max(worst, share)
    return worst


def _flow_exit(leg: Leg) -> Iterator[Draft]:
    flow = leg.session.flow
    if flow is None or not flow.exit_reason:
        return
    fields = some(
        reason=flow.exit_reason,
        category=exit_category(flow.exit_reason),
        flow_version=flow.flow_version,
        flow_type=flow.flow_type,
    )
    entities = leg.entities | some(flow=flow.flow_id or flow.flow_name)
    yield leg.draft("flow.exit", fields, fields, entities=entities)


def _speech(leg: Leg) -> Iterator[Draft]:
    """That the party was heard to speak, and why its speech was not recognised."""
    at = millis(leg.session.detected_speech_start)[0]
    if at is not None:
        fields = {"event": "media_started", "leg": leg.kind, "reason": "speech was detected"}
        yield leg.draft(
            "media.event", fields, some(detectedSpeechStart=leg.session.detected_speech_start), at=at, start=at
        )
    reason = leg.session.flow and leg.session.flow.recognition_failure_reason
    if reason:
        fields = {"part": "recognition", "outcome": "error", "detail": reason}
        yield leg.draft("speech.result", fields, {"recognitionFailureReason": reason})


def is_bot_session(leg: Leg, *, only_ivr: bool) -> bool:
    """Whether a leg is a bot's session: its purpose, flow type or metrics say so.

    `only_ivr` says that no leg of the conversation has the purpose botflow; then an ivr leg that names no flow counts.
    """
    flow = leg.session.flow
    if leg.purpose in {"botflow", "bot"}:
        return True
    if flow is not None and squash(flow.flow_type or "") in _BOT_FLOWS:
        return True
    if any(m.name == "nBotInteractions" for m in leg.session.metrics or ()):
        return True
    return only_ivr and leg.purpose == "ivr" and (flow is None or flow.flow_type is None)


def bot_session(leg: Leg, caller_end: int | None) -> Draft:
    """The bot session that a leg is; orphaned when it outlived the caller's leg, which ended at `caller_end` (ms).

    A session that is still open, or that ran into its time limit later than `LINGER_MS` after the caller left, did.
    """
    reason = leg.session.flow.exit_reason if leg.session.flow else None
    open_state = "open" if caller_end is None else "orphaned"
    state = open_state if leg.end is None else "completed"
    category = exit_category(reason) if reason else None
    if leg.end is not None and caller_end is not None and leg.end - caller_end > LINGER_MS and category == "expired":
        state = "orphaned"
    age = leg.age_ms
    fields = some(
        state=state,
        result=reason,
        category={"transfer": "normal", "disconnect": "normal"}.get(category, category) if category else None,
        duration_s=None if age is None else age / 1000,
        channel=leg.session.media_type,
    )
    flow = leg.session.flow
    entities = leg.entities | some(flow=flow and (flow.flow_id or flow.flow_name), bot=flow and flow.flow_name)
    return leg.draft("bot.session", fields, fields, start=leg.start, entities=entities)
