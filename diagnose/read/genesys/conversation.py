"""Conversation details of the analytics API, decoded, and seen as legs.

Field names are those of the API's JSON (`mediaEndpointStats`, `segments`, ...); `mediaServer` and `mediaEvents` are not
fields of the API, but other tools write them, so they are read where they stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from diagnose.model import Draft, Place
from diagnose.read.shapes import disconnect_type, excerpt, leg_of, millis, some

SOURCE = "analytics"

_SILENT_TYPES = frozenset(
    {"hold", "alert", "wrapup", "contacting", "dialing", "delay", "system", "parked", "scheduled"}
)
"""Segments in which a party need not send media."""


class _Api(msgspec.Struct, rename="camel", gc=False):
    pass


class Stat(_Api):
    """One entry of `mediaEndpointStats`: packet counters and quality of one endpoint at `event_time`."""

    event_time: Any = None
    received_packets: int | None = None
    discarded_packets: int | None = None
    invalid_packets: int | None = None
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


class Metric(_Api):
    """One metric of a session, by its name."""

    name: Any = None
    value: Any = None


class Session(_Api):
    """One session (leg) of a participant."""

    session_id: str | None = None
    edge_id: str | None = None
    media_bridge_id: str | None = None
    media_server: Any = None
    media_events: list[Any] | None = None
    media_type: str | None = None
    peer_id: str | None = None
    protocol_call_id: str | None = None
    remote: str | None = None
    error_code_description: Any = None
    detected_speech_start: Any = None
    flow: Flow | None = None
    metrics: list[Metric] | None = None
    segments: list[Segment] | None = None
    media_endpoint_stats: list[Stat] | None = None


class Participant(_Api):
    """One participant with its sessions."""

    purpose: str | None = None
    participant_name: str | None = None
    sessions: list[Session] | None = None
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


class Leg(msgspec.Struct, frozen=True, gc=False):
    """One session with what every derivation asks of it.

    `line` is where its conversation stands in JSON lines, `party` the number of its participant; `kind` is bot,
    customer, agent, trunk or unknown; `start` and `end` are UTC ms, None when not known (an open session has no
    end); `ended_by` is the last disconnect type in the form of analytics, `error` the last error code in lower case
    or an empty text; `epochs` holds packets received, one number for each time the counters began anew; `media_ms`
    is how long the party had to send media, None when not known: held, muted, ringing and bookkeeping segments do
    not count. `entities` are the keys of facts about it.
    """

    path: str
    line: int | None
    pointer: str
    party: int
    conversation: str | None
    kind: str
    purpose: str
    session: Session
    start: int | None
    end: int | None
    local: bool
    last: Segment | None
    ended_by: str | None
    error: str
    epochs: tuple[int, ...]
    media_ms: int | None
    media_server: str | None
    entities: dict[str, str]

    @property
    def age_ms(self) -> int | None:
        """How long the leg lived, in ms."""
        return None if self.start is None or self.end is None else self.end - self.start

    def draft(self, kind: str, fields: dict[str, Any], shown: object, *, at: int | None = None, **extra: Any) -> Draft:
        """A fact about this leg; `shown` is what proves it, `at` its time (the leg's end when left out)."""
        when = self.end if at is None else at
        return Draft(
            kind,
            SOURCE,
            Place(self.path, self.line, extra.get("pointer", self.pointer), excerpt(shown)),
            fields,
            extra.get("entities") or self.entities,
            extra.get("start", when),
            when,
            self.local,
            signal="analytics",
        )


def legs_of(conversation: Conversation, place: Place) -> list[Leg]:
    """The legs of a conversation that stands at `place`, in the order of the file."""
    found = []
    for p, participant in enumerate(conversation.participants or ()):
        for s, session in enumerate(participant.sessions or ()):
            found.append(_leg(conversation, participant, session, place, (p, s)))
    return found


def _leg(
    conversation: Conversation, participant: Participant, session: Session, place: Place, at: tuple[int, int]
) -> Leg:
    times = _times(session.segments or ())
    last, server = times.last, session.media_server or participant.media_server
    return Leg(
        path=place.path,
        line=place.line,
        pointer=f"{place.pointer or ''}/participants/{at[0]}/sessions/{at[1]}",
        party=at[0],
        conversation=conversation.conversation_id,
        kind=leg_of(participant.purpose),
        purpose=(participant.purpose or "").casefold(),
        session=session,
        start=times.start,
        end=None if times.still_open else times.end,
        local=times.local,
        last=last,
        ended_by=disconnect_type(last.disconnect_type) if last and last.disconnect_type else None,
        error=((last and last.error_code) or "").casefold(),
        epochs=_epochs(session.media_endpoint_stats or []),
        media_ms=times.media,
        media_server=server if isinstance(server, str) else None,
        entities=some(
            conversation=conversation.conversation_id or None,
            session=session.session_id or None,
            edge=session.edge_id or None,
        ),
    )


class _Times(msgspec.Struct):
    """What the segments of a session say of its times; `last` ended last among those which say how they ended."""

    start: int | None = None
    end: int | None = None
    local: bool = False
    still_open: bool = True
    last: Segment | None = None
    last_end: int = -1
    media: int | None = 0


def _times(segments: Sequence[Segment]) -> _Times:
    times = _Times(still_open=not segments)
    for segment in segments:
        start, local = millis(segment.segment_start)
        end, too = millis(segment.segment_end)
        times.local = times.local or local or too
        times.still_open = times.still_open or segment.segment_end is None
        for at in (start, end):
            if at is not None:
                times.start = at if times.start is None or at < times.start else times.start
                times.end = at if times.end is None or at > times.end else times.end
        if (segment.disconnect_type or segment.error_code) and (end or 0) > times.last_end:
            times.last, times.last_end = segment, end or 0
        if times.media is not None and not _silent(segment):
            times.media = None if start is None or end is None else times.media + end - start
    return times


def _silent(segment: Segment) -> bool:
    """Whether the party need not send media: it is held, muted or ringing, or the segment is bookkeeping."""
    kind = (segment.segment_type or "").casefold()
    return kind in _SILENT_TYPES or bool(segment.audio_muted) or bool(segment.held)


def _epochs(stats: list[Stat]) -> tuple[int, ...]:
    """Packets received in each run of the counters: a counter that falls has begun anew."""
    ordered = sorted(stats, key=lambda stat: millis(stat.event_time)[0] or 0) if len(stats) > 1 else stats
    epochs: list[int] = []
    for stat in ordered:
        if stat.received_packets is None:
            continue
        if epochs and stat.received_packets >= epochs[-1]:
            epochs[-1] = stat.received_packets
        else:
            epochs.append(stat.received_packets)
    return tuple(epochs)
