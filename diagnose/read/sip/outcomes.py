"""How requests ended: final answers, silence, repetition, challenges, registrations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from diagnose.model import Draft, Place
from diagnose.read.shapes import MAX_EXCERPT, integer, some
from diagnose.read.sip.ladder import Call, Transaction, age_ms, is_silent, others_answered
from diagnose.read.sip.message import Message

SOURCE = "sip.trace"
SIGNAL = "sip"

_CHALLENGES = frozenset({401, 407})
_STALE = re.compile(r"\bstale\s*=\s*\"?true", re.IGNORECASE)
_WARNING = re.compile(r'\d{3}\s+\S+\s+"?([^"]+)')
_EXPIRES = re.compile(r";\s*expires\s*=\s*(\d+)", re.IGNORECASE)
_CLIENT_HOSTS = re.compile(r"\.invalid\b|transport=wss?\b", re.IGNORECASE)


def draft(path: str, call: Call, message: Message, kind: str, **fields: Any) -> Draft:
    """A draft placed at a message; unknown fields (None) are left out."""
    shown = message.start + _shown(message)
    place = Place(path, message.line, message.pointer, shown[:MAX_EXCERPT])
    at = message.travel.ms
    entities = {"session": call.call_id} if call.call_id else {}
    if message.travel.conversation:
        entities["conversation"] = message.travel.conversation
    return Draft(kind, SOURCE, place, some(**fields), entities, at, at, message.travel.local, signal=SIGNAL)


def _shown(message: Message) -> str:
    names = ("CSeq", "Reason", "Warning") if message.code else ("CSeq", "Reason")
    return "".join(f" | {n}: {value}" for n in names if (value := message.headers.get(n)))


def outcomes(call: Call, answered: Mapping[str, int], path: str) -> Iterator[Draft]:
    """The facts of how the requests of a call ended; `answered` tells how many requests each destination answered."""
    told: set[tuple[str, int, int]] = set()
    for transaction in call.transactions:
        final = transaction.final
        if final is not None and final.code >= 300 and _matters(call, transaction):
            key = (transaction.method, transaction.number, final.code)
            if key not in told:
                told.add(key)
                yield _response(call, transaction, final, path)
        if is_silent(transaction, call.until):
            yield from _silence(call, transaction, answered, path)
        yield from _repeated(call, transaction, path)
    yield from _challenged(call, path)
    yield from _registered(call, path)


def _matters(call: Call, transaction: Transaction) -> bool:
    """Whether a failure is one: not a challenge that was answered, nor the 487 of a call that the caller gave up, nor a
    423 or 422 after which the client came again."""
    final = transaction.final
    assert final is not None
    if final.code in _CHALLENGES:
        return not _went_on(call, transaction)
    if final.code in {422, 423}:
        return not any(t.final is not None and t.final.code < 300 for t in _later(call, transaction))
    return not (final.code == 487 and transaction.method == "INVITE" and call.of("CANCEL"))


def _later(call: Call, transaction: Transaction) -> list[Transaction]:
    """Transactions of the same method with a higher number."""
    return [t for t in call.of(transaction.method) if t.number > transaction.number]


def _went_on(call: Call, transaction: Transaction) -> bool:
    """Whether a challenge was answered with credentials: then the answer to that tells, not the challenge."""
    return any(t.has_credentials for t in _later(call, transaction))


def _response(call: Call, transaction: Transaction, final: Message, path: str) -> Draft:
    warning = _WARNING.search(final.headers.get("Warning") or "")
    return draft(
        path, call, final, "sip.response",
        code=final.code,
        method=transaction.method or None,
        reason=final.reason or None,
        q850=final.cause("Q.850"),
        text=final.reason_text or None,
        warning=warning[1].strip() if warning else final.headers.get("Warning"),
        server=final.headers.get("Server") or final.headers.get("User-Agent"),
        retry_after_s=integer((final.headers.get("Retry-After") or "").split("(")[0].split(";")[0].strip() or None),
        after_ms=age_ms(transaction.request, final) if transaction.request is not None else None,
        in_dialog=transaction.in_dialog if transaction.request is not None else None,
    )  # fmt: skip


def _silence(call: Call, transaction: Transaction, answered: Mapping[str, int], path: str) -> Iterator[Draft]:
    request = transaction.request
    assert request is not None
    given_up = any(t.number == transaction.number for t in call.of("CANCEL"))
    if given_up and any(code > 100 for code in transaction.provisional):
        return
    yield draft(
        path, call, request, "sip.silence",
        method=transaction.method,
        provisional=max(transaction.provisional, default=None),
        times=len(transaction.sent),
        span_s=_span_s(transaction),
        bytes=request.size or None,
        transport=request.transport or None,
        peer_alive=others_answered(transaction, answered),
        in_dialog=transaction.in_dialog,
    )  # fmt: skip


def _span_s(transaction: Transaction) -> float | None:
    known = [ms for ms in transaction.sent if ms is not None]
    return round((known[-1] - known[0]) / 1000, 1) if len(known) > 1 else None


def _repeated(call: Call, transaction: Transaction, path: str) -> Iterator[Draft]:
    request = transaction.request
    if request is not None and len(transaction.sent) > 1 and transaction.answers:
        yield draft(
            path, call, request, "sip.retransmit",
            of="request", method=transaction.method, times=len(transaction.sent) - 1, span_s=_span_s(transaction),
        )  # fmt: skip
    for code, again in transaction.repeats.items():
        if code >= 200 and transaction.method == "INVITE":
            yield from _unacknowledged(call, transaction, code, again, path)


def _unacknowledged(
    call: Call, transaction: Transaction, code: int, again: list[Message], path: str
) -> Iterator[Draft]:
    """A final answer that was sent again: its ACK was late, or did not come at all."""
    answer = next(a for a in transaction.answers if a.code == code)
    acked = [a for a in call.acks if a.number == transaction.number]
    times = len(again)
    span = age_ms(answer, again[-1])
    common: dict[str, Any] = {"times": times, "span_s": None if span is None else round(span / 1000, 1)}
    yield draft(path, call, again[-1], "sip.retransmit", of="response", method="INVITE", code=code, **common)
    ended = any(t.first.travel.ms is not None and _after(t.first, again[-1]) for t in call.of("BYE"))
    if not acked and (times >= 3 or ended):
        yield draft(path, call, answer, "sip.silence", method="ACK", in_dialog=True, **common)


def _after(message: Message, other: Message) -> bool:
    age = age_ms(other, message)
    return age is not None and age >= 0


def _challenged(call: Call, path: str) -> Iterator[Draft]:
    """Credentials that were refused: a request that carried them was challenged again, and not for a stale nonce."""
    for transaction in call.transactions:
        final = transaction.final
        if final is None or not transaction.has_credentials:
            continue
        challenge = f"{final.headers.get('WWW-Authenticate')} {final.headers.get('Proxy-Authenticate')}"
        if final.code in _CHALLENGES and not _STALE.search(challenge):
            yield draft(path, call, final, "auth.result", outcome="refused", **{"for": _subject(transaction)})
        elif final.code == 403:
            yield draft(path, call, final, "auth.result", outcome="forbidden", **{"for": _subject(transaction)})
        elif final.code < 300 and transaction.method in {"INVITE", "REGISTER"}:
            yield draft(path, call, final, "auth.result", outcome="ok", **{"for": _subject(transaction)})


def _subject(transaction: Transaction) -> str:
    """client for WebRTC, phone or trunk by what is registered (a number, or a name)."""
    request = transaction.request
    if request is not None and _CLIENT_HOSTS.search(f"{request.uri} {request.headers.get('Contact') or ''}"):
        return "client"
    return "trunk"


def _registered(call: Call, path: str) -> Iterator[Draft]:
    """The last outcome of the registrations under one Call-ID."""
    last = next((t for t in reversed(call.of("REGISTER")) if t.final is not None), None)
    if last is None or last.final is None or (last.final.code in _CHALLENGES and not last.has_credentials):
        return
    final = last.final
    if final.code < 300:
        expires = _expiry(last)
        state = "unregistered" if expires == 0 else "registered"
        yield draft(path, call, final, "sip.registration", state=state, subject=_subject(last), expires_s=expires)
    elif final.code in {401, 403, 407}:
        yield draft(path, call, final, "sip.registration", state="refused", subject=_subject(last))


def _expiry(transaction: Transaction) -> int | None:
    for message in (transaction.final, transaction.request):
        if message is None:
            continue
        found = _EXPIRES.search(message.headers.get("Contact") or "")
        value = found[1] if found else message.headers.get("Expires")
        if integer(value) is not None:
            return integer(value)
    return None
