"""Which call a media stream belongs to: the ends that session descriptions announce, against those of the packets.

A phone may send from another port than the one that it announced, so that the two directions of its media are no pair
of ends; and a call whose media stays away shows in no stream at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from diagnose.model import Draft, Place
from diagnose.read.capture.place import SIGNAL, SOURCE
from diagnose.read.sip.sdp import Audio, scope_of

if TYPE_CHECKING:  # what reads messages is imported when there are some
    from diagnose.read.sip.ladder import Call
    from diagnose.read.sip.message import Message

End = tuple[str, int]
"""Address and port."""
TALK_MS = 3_000
"""A leg that lasted less may be over before a packet came."""


class Leg(msgspec.Struct, frozen=True):
    """An agreement on media: the Call-ID, the ends where the side that offered and the side that answered want to hear,
    the message that closed it, how long it held in ms, and whether both sides were to send.

    A proxy that relays media rewrites the ends, so that a call has an agreement on each side of it.
    """

    call_id: str
    offerer: End
    answerer: End
    answer: Message
    lasted: int
    open: bool


def legs_of(messages: Sequence[Message]) -> list[Leg]:
    """The agreements of all calls in a capture, without those on hold or on a refused stream."""
    from diagnose.read.sip.ladder import calls_of

    return [leg for call in calls_of(messages) if call.call_id for leg in _legs(call)]


def by_end(legs: Sequence[Leg]) -> Mapping[End, Leg]:
    """Each announced end with the agreement it stands in first."""
    out: dict[End, Leg] = {}
    for leg in legs:
        out.setdefault(leg.offerer, leg)
        out.setdefault(leg.answerer, leg)
    return out


def silent(path: str, legs: Sequence[Leg], streams: Collection[tuple[End, End]]) -> Iterator[Draft]:
    """Legs that had to carry audio both ways and have no packet in the capture, though it sees media of the same hosts.

    `streams` are the (source, destination) of all that went by. Media of a host that no call announced may be that of
    any of its calls.
    """
    announced = by_end(legs)
    ends = {end for stream in streams for end in stream}
    hosts = {address for address, _ in ends}
    strays = {end[0] for stream in streams if not any(e in announced for e in stream) for end in stream}
    for leg in legs:
        own = {leg.offerer[0], leg.answerer[0]}
        seen = {leg.offerer, leg.answerer} & ends
        if not leg.open or leg.lasted < TALK_MS or seen or not own & hosts or own & strays:
            continue
        at, message = leg.answer.travel.ms, leg.answer
        fields = {"leg": "unknown", "direction": "none", "sent": 0, "received": 0}
        place = Place(path, message.line, message.pointer, message.start)
        entities = {"session": leg.call_id}
        yield Draft("media.flow", SOURCE, place, fields, entities, at, at, message.travel.local, signal=SIGNAL)


def _legs(call: Call) -> Iterator[Leg]:
    from diagnose.read.sip.media import exchanges

    bye = next((t.request for t in call.of("BYE") if t.request is not None), None)
    end = bye.travel.ms if bye is not None else call.until
    found = [e for e in exchanges(call) if e.transaction.final is not None and e.transaction.final.code < 300]
    told: set[tuple[End, End]] = set()
    for exchange in found:
        if exchange.answered is None or exchange.answer is None:
            continue
        offerer, answerer = _end(exchange.offer), _end(exchange.answer)
        if offerer is None or answerer is None or (offerer, answerer) in told:
            continue
        told.add((offerer, answerer))
        began = exchange.answered.travel.ms
        later = [e.answered.travel.ms for e in found if e.answered is not None and e.transaction.in_dialog]
        until = min((ms for ms in (*later, end) if ms is not None and began is not None and ms > began), default=began)
        lasted = until - began if until is not None and began is not None else 0
        both = exchange.offer.direction == exchange.answer.direction == "sendrecv"
        yield Leg(call.call_id, offerer, answerer, exchange.answered, lasted, both)


def _end(audio: Audio) -> End | None:
    return (audio.address, audio.port) if audio.port and scope_of(audio.address) not in {None, "unset"} else None
