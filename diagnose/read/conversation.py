"""Conversation details of the analytics API, decoded, and seen as legs.

Field names are those of the API's JSON (`mediaEndpointStats`, `segments`, ...); `mediaServer` and `mediaEvents` are not
fields of the API, but other tools write them, so they are read where they stand.
"""

from __future__ import annotations

from typing import Any

import msgspec

from diagnose.model import Draft, Place
from diagnose.read.shapes import disconnect_type, excerpt, leg_of, millis, span_of

SOURCE = "analytics"

_SILENT_TYPES = frozenset(
    {"hold", "alert", "wrapup", "contacting", "dialing", "delay", "system", "parked", "scheduled"}
)
"""Segments in which a party need not send media."""


class _Api(msgspec.Struct, rename="camel"):
    pass


class Stat(_Api):
    """One entry of `mediaEndpointStats`: packet counters and quality of one endpoint at `event_time`."""

    event_time: Any = None
    received_packets: int | None = None
    discarded_packets: int | None = None
    overrun_packets: int | None = None
    underrun_packets: int | None = None
    max_latency_ms: float | None = None
    min_mos: float | None = None
    min_r_factor: float | None = msgspec.field(name="minRFactor", default=None)
    codecs: list[Any] | None = None


class Segment(_Api):
    """One segment of a session; times as they stand in the file."""

    segment_start: Any = None
    segment_end: Any = None
    segment_type: str | None = None
    disconnect_type: str | None = None
    error_code: str | None = None
    sip_response_codes: list[Any] | None = None
    q850_response_codes: list[Any] | None = None
    audio_muted: bool | None = None
    held: bool | None = None
    media_server: Any = None


class Flow(_Api):
    """The flow that a session ran."""

    flow_id: str | None = None
    flow_name: str | None = None
    flow_type: str | None = None
    flow_version: str | None = None
    exit_reason: str | None = None
    recognition_failure_reason: str | None = None


class Session(_Api):
    """One session (leg) of a participant."""

    session_id: str | None = None
    edge_id: str | None = None
    media_bridge_id: str | None = None
    media_server: Any = None
    media_events: list[Any] | None = None
    media_type: str | None = None
    peer_id: str | None = None
    remote: str | None = None
    flow: Flow | None = None
    metrics: list[Any] | None = None
    segments: list[Segment] | None = None
    media_endpoint_stats: list[Stat] | None = None


class Participant(_Api):
    """One participant with its sessions."""

    purpose: str | None = None
    participant_name: str | None = None
    sessions: list[Session] | None = None
    edge_id: str | None = None
    media_server: Any = None
    media_events: list[Any] | None = None


class Conversation(_Api):
    """One conversation as the details query, the async results and the single GET give it."""

    conversation_id: str | None = None
    conversation_start: Any = None
    conversation_end: Any = None
    media_stats_min_conversation_mos: float | None = None
    media_stats_min_conversation_r_factor: float | None = msgspec.field(
        name="mediaStatsMinConversationRFactor", default=None
    )
    participants: list[Participant] | None = None
    media_events: list[Any] | None = None


class Leg(msgspec.Struct, frozen=True):
    """One session with what every derivation asks of it.

    `kind` is bot, customer, agent, trunk or unknown; `start` and `end` are UTC ms, None when not known (an open
    session has no end); `epochs` holds packets received, one number for each time the counters began anew.
    """

    path: str
    pointer: str
    conversation: str | None
    kind: str
    purpose: str
    session: Session
    start: int | None
    end: int | None
    local: bool
    last: Segment | None
    epochs: tuple[int, ...]
    media_server: str | None

    @property
    def age_ms(self) -> int | None:
        """How long the leg lived, in ms."""
        return None if self.start is None or self.end is None else self.end - self.start

    @property
    def ended_by(self) -> str | None:
        """Its last disconnect type in the form of analytics."""
        return disconnect_type(self.last.disconnect_type) if self.last and self.last.disconnect_type else None

    @property
    def error(self) -> str:
        """Its last error code, in lower case, or an empty text."""
        return ((self.last and self.last.error_code) or "").casefold()

    def entities(self) -> dict[str, str]:
        """The entity keys that the leg carries."""
        known = {"conversation": self.conversation, "session": self.session.session_id, "edge": self.session.edge_id}
        return {key: value for key, value in known.items() if value}

    def draft(self, kind: str, fields: dict[str, Any], shown: object, *, at: int | None = None, **extra: Any) -> Draft:
        """A fact about this leg; `shown` is what proves it, `at` its time (the leg's end when left out)."""
        when = self.end if at is None else at
        return Draft(
            kind=kind,
            source=SOURCE,
            place=Place(self.path, pointer=extra.pop("pointer", self.pointer), excerpt=excerpt(shown)),
            fields=fields,
            entities=extra.pop("entities", None) or self.entities(),
            start=extra.pop("start", when),
            end=when,
            local=self.local,
            signal="analytics",
        )

    def media_ms(self) -> int | None:
        """How long the party had to send media: segments that are neither held, muted, ringing nor bookkeeping."""
        total = 0
        for segment in self.session.segments or ():
            if (segment.segment_type or "").casefold() in _SILENT_TYPES or segment.audio_muted or segment.held:
                continue
            start, end = millis(segment.segment_start)[0], millis(segment.segment_end)[0]
            if start is None or end is None:
                return None
            total += end - start
        return total


def legs_of(conversation: Conversation, path: str, pointer: str) -> list[Leg]:
    """The legs of a conversation, in the order of the file."""
    found = []
    for p, participant in enumerate(conversation.participants or ()):
        for s, session in enumerate(participant.sessions or ()):
            where = f"{pointer}/participants/{p}/sessions/{s}"
            found.append(_leg(conversation, participant, session, path, where))
    return found


def _leg(conversation: Conversation, participant: Participant, session: Session, path: str, pointer: str) -> Leg:
    segments = session.segments or []
    stamps = [millis(v) for seg in segments for v in (seg.segment_start, seg.segment_end)]
    start, latest = span_of(stamp for stamp, _ in stamps)
    still_open = not segments or any(seg.segment_end is None for seg in segments)
    ends = [seg for seg in segments if seg.disconnect_type or seg.error_code]
    server = session.media_server or participant.media_server
    return Leg(
        path=path,
        pointer=pointer,
        conversation=conversation.conversation_id,
        kind=leg_of(participant.purpose),
        purpose=(participant.purpose or "").casefold(),
        session=session,
        start=start,
        end=None if still_open else latest,
        local=any(local for _, local in stamps),
        last=max(ends, key=lambda seg: millis(seg.segment_end)[0] or 0) if ends else None,
        epochs=_epochs(session.media_endpoint_stats or []),
        media_server=server if isinstance(server, str) else None,
    )


def _epochs(stats: list[Stat]) -> tuple[int, ...]:
    """Packets received in each run of the counters: a counter that falls has begun anew."""
    ordered = sorted(stats, key=lambda stat: millis(stat.event_time)[0] or 0)
    epochs: list[int] = []
    for stat in ordered:
        if stat.received_packets is None:
            continue
        if epochs and stat.received_packets >= epochs[-1]:
            epochs[-1] = stat.received_packets
        else:
            epochs.append(stat.received_packets)
    return tuple(epochs)
