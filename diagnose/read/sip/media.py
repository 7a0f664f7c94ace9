"""What the session descriptions of a call agree on, announce and change, and what translation shows on the way."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from diagnose.model import Draft
from diagnose.read.shapes import some
from diagnose.read.sip.frame import host_of
from diagnose.read.sip.ladder import Call, Transaction, age_ms
from diagnose.read.sip.message import Message
from diagnose.read.sip.outcomes import draft
from diagnose.read.sip.sdp import Audio, audio_of, common, scope_of, security

_NARROW = {"loopback": 0, "private": 1, "public": 2}


class Exchange(msgspec.Struct, frozen=True):
    """An offer and its answer, the messages they stood in, and the transaction."""

    transaction: Transaction
    offered: Message
    offer: Audio
    answered: Message | None = None
    answer: Audio | None = None


def exchanges(call: Call) -> list[Exchange]:
    """The offers of a call in order, with their answers; an offer in a 2xx is answered in the ACK."""
    out = []
    for transaction in call.transactions:
        if transaction.method not in {"INVITE", "UPDATE", "PRACK"}:
            continue
        request = transaction.request
        replies = [a for a in transaction.answers if a.has_sdp]
        reply = next((a for a in replies if 200 <= a.code < 300), replies[-1] if replies else None)
        acked = next((a for a in call.acks if a.number == transaction.number and a.has_sdp), None)
        pair = (request, reply) if request is not None and request.has_sdp else (reply, acked)
        offered, answered = pair
        offer = audio_of(offered.body) if offered is not None else None
        if offered is None or offer is None:
            continue
        answer = audio_of(answered.body) if answered is not None else None
        out.append(Exchange(transaction, offered, offer, answered if answer is not None else None, answer))
    return out


def media(call: Call, path: str) -> Iterator[Draft]:
    """The facts that the session descriptions of a call show."""
    found = exchanges(call)
    told: set[tuple[str, ...]] = set()
    for exchange in found:
        for one in _agreed(call, exchange, path):
            key = (one.kind, *(f"{k}={v}" for k, v in sorted(one.fields.items())))
            if key not in told:
                told.add(key)
                yield one
    yield from _addresses(call, found, path)
    yield from _held(call, found, path)
    yield from _moved(call, found, path)
    yield from _translated(call, path)


def _agreed(call: Call, exchange: Exchange, path: str) -> Iterator[Draft]:
    offer, answer = exchange.offer, exchange.answer
    at = exchange.answered or exchange.offered
    if answer is not None:
        detail = "audio refused (port 0)" if answer.port == 0 else _ptimes(offer, answer)
        yield draft(
            path, call, at, "media.codec",
            outcome=common(offer, answer), offered=offer.shown, answered=answer.shown, detail=detail,
        )  # fmt: skip
        if offer.events is None or (answer.port and answer.events is None):
            outcome = "not_offered" if offer.events is None else "missing"
            yield draft(path, call, at, "media.dtmf", outcome=outcome)
    elif offer.port and not offer.codecs:
        yield draft(path, call, at, "media.codec", outcome="no_common", offered=offer.shown)
    outcome = security(offer, answer)
    if outcome != "agreed" or offer.security != "rtp":
        answered = answer.security if answer is not None and answer.port else None
        yield draft(path, call, at, "media.security", outcome=outcome, offered=offer.security, answered=answered)


def _ptimes(offer: Audio, answer: Audio) -> str | None:
    if offer.ptime and answer.ptime and offer.ptime != answer.ptime:
        return f"packet time {offer.ptime} ms offered, {answer.ptime} ms answered"
    return None


def _addresses(call: Call, found: list[Exchange], path: str) -> Iterator[Draft]:
    """Each address that is announced, once, beside the address that its packet came from.

    A call that was refused has no media, so its addresses say nothing.
    """
    if call.answered is None and any(t.final is not None for t in call.invites):
        return
    told: set[str] = set()
    for exchange in found:
        for message, audio in ((exchange.offered, exchange.offer), (exchange.answered, exchange.answer)):
            if message is None or audio is None or not audio.port or audio.address in told:
                continue
            told.add(audio.address)
            scope = scope_of(audio.address)
            if scope is None or (scope == "unset" and exchange.transaction.in_dialog):
                continue
            yield draft(
                path, call, message, "media.address",
                address=audio.address, scope=scope, matches_source=_matches(call, message, audio.address),
            )  # fmt: skip


def _matches(call: Call, message: Message, address: str) -> bool | None:
    """True for the packet's own source, False when the source is of a wider scope, None when nothing can be told.

    A media server beside the SIP server has an address of its own, so a difference within one scope says nothing.
    """
    source = _seen_from(call, message)
    if not source:
        return None
    if source == address:
        return True
    here, there = _NARROW.get(scope_of(address) or ""), _NARROW.get(scope_of(source) or "")
    return False if here is not None and there is not None and here < there else None


def _seen_from(call: Call, message: Message) -> str:
    """The address that a message came from, as its receiver says (Via received) or as the trace shows."""
    if not message.code:
        replies = [a for t in call.transactions if t.request is message for a in t.answers]
        said = next((r for a in replies if (r := a.via_parameter("received"))), message.via_parameter("received"))
        if said:
            return said
    return host_of(message.travel.src)


def _held(call: Call, found: list[Exchange], path: str) -> Iterator[Draft]:
    """A stream that is held or one-way by agreement, and whether that was ever taken back."""
    state: tuple[Message, str, str] | None = None
    ok = [e for e in found if e.transaction.final is not None and e.transaction.final.code < 300]
    for exchange in ok:
        one_way = exchange.offer.held or (exchange.answer is not None and exchange.answer.held)
        if one_way and state is None:
            by_offer = exchange.offer.held
            audio = exchange.offer if by_offer or exchange.answer is None else exchange.answer
            side = call.side(exchange.offered)
            other = {"caller": "callee", "callee": "caller"}.get(side, side)
            unset = scope_of(audio.address) == "unset"
            direction = "inactive" if unset else audio.direction
            state = (exchange.offered, direction, side if by_offer else other)
        elif not one_way and state is not None:
            yield _hold(call, state, exchange.offered, path)
            state = None
    if state is not None:
        yield _hold(call, state, None, path)


def _hold(call: Call, state: tuple[Message, str, str], until: Message | None, path: str) -> Draft:
    message, direction, by = state
    bye = next((t.request for t in call.of("BYE") if t.request is not None), None)
    age = age_ms(message, until or bye or call.until)
    held_s = None if age is None else round(age / 1000, 1)
    return draft(
        path, call, message, "media.direction",
        direction=direction, by=by, resumed=until is not None, held_s=held_s,
    )  # fmt: skip


def _moved(call: Call, found: list[Exchange], path: str) -> Iterator[Draft]:
    """A re-INVITE or UPDATE in which a side announces another address than before."""
    last: dict[str, str] = {}
    for exchange in found:
        final = exchange.transaction.final
        side = call.side(exchange.offered)
        old, new = last.get(side, ""), exchange.offer.address
        real = scope_of(new) in _NARROW and scope_of(old) in _NARROW
        if old and old != new and real and exchange.transaction.in_dialog:
            outcome = "unknown" if final is None else "ok" if final.code < 300 else "failed"
            fields = some(old=old, new=new, outcome=outcome, by=f"re-{exchange.transaction.method}")
            yield draft(path, call, exchange.offered, "media_server.change", **fields)
        if final is None or final.code < 300:
            last[side] = new if scope_of(new) in _NARROW else old
        if exchange.answer is not None and side in {"caller", "callee"}:
            other = "callee" if side == "caller" else "caller"
            last.setdefault(other, exchange.answer.address)


def _translated(call: Call, path: str) -> Iterator[Draft]:
    """A request that came from another address than its Via says, or an answer whose Via is not the one sent."""
    for transaction in call.transactions:
        request = transaction.request
        via = request.via if request is not None else None
        if request is None or via is None:
            continue
        for answer in transaction.answers:
            back = answer.via
            if back is None:
                continue
            if back.host != via.host and answer.branch == request.branch:
                detail = f"Via {via.host} came back as {back.host}"
                yield draft(path, call, answer, "nat.state", state="rewritten", detail=detail)
                return
            seen = answer.via_parameter("received")
            if seen and host_of(seen) and host_of(via.host) and seen != via.host:
                detail = f"Via {via.host} was received from {seen}"
                yield draft(path, call, answer, "nat.state", state="translated", detail=detail)
                return
