"""The life of a call: set up or given up, answered, ended by whom and after how long; transfers and session timers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from diagnose.model import Draft
from diagnose.read.shapes import integer
from diagnose.read.sip.ladder import SILENT_MS, Call, Transaction, age_ms, is_silent
from diagnose.read.sip.message import RESPONSE, Message
from diagnose.read.sip.outcomes import draft

NORMAL_CAUSES = frozenset({16, 31})
"""Q.850: normal clearing, and normal without further detail."""
TIMER_SLACK = 0.1
"""A BYE within a tenth of the session interval is taken to be the timer's."""

_INTERVAL = re.compile(r"\s*(\d+)")
_REFRESHER = re.compile(r";\s*refresher\s*=\s*(uac|uas)", re.IGNORECASE)
_SUBSCRIPTION_END = re.compile(r"terminated", re.IGNORECASE)


def life(call: Call, path: str) -> Iterator[Draft]:
    """The facts of a call's life; nothing for a Call-ID without an INVITE."""
    if call.invites:
        yield from _set_up(call, path)
        yield from _end(call, path)
    yield from _transfers(call, path)
    yield from _timer(call, path)


def _set_up(call: Call, path: str) -> Iterator[Draft]:
    first, answered = call.invites[0], call.answered
    if answered is not None and answered.final is not None:
        setup = age_ms(first.first, answered.final)
        early = any(a.has_sdp for a in answered.answers if a.code < 200)
        yield draft(
            path, call, answered.final, "sip.call",
            outcome="answered", setup_ms=setup, early_media=early or None, transport=first.first.transport or None,
        )  # fmt: skip
        return
    outcome = _unanswered(call)
    if outcome is not None:
        last = call.invites[-1]
        shown = last.final or last.first
        yield draft(
            path, call, shown, "sip.call",
            outcome=outcome,
            code=last.final.code if last.final is not None else None,
            ring_s=_ring_s(last),
        )  # fmt: skip


def _unanswered(call: Call) -> str | None:
    """Why a call was not answered, in a word; None when the trace does not show its end."""
    invites = call.invites
    progress = [code for t in invites for code in t.provisional]
    finals = [t.final.code for t in invites if t.final is not None]
    if call.of("CANCEL"):
        return "given_up"
    if finals:
        return "refused" if finals[-1] not in {401, 407} else "challenged"
    if not any(is_silent(t, call.until) for t in invites):
        return None
    return "rings_only" if max(progress, default=0) > 100 else "trying_only" if progress else "silent"


def _ring_s(transaction: Transaction) -> float | None:
    rang = next((a for a in transaction.answers if a.code in {180, 183}), None)
    until = transaction.final
    age = age_ms(rang, until) if rang is not None and until is not None else None
    return None if age is None else round(age / 1000, 1)


def _end(call: Call, path: str) -> Iterator[Draft]:
    answered = call.answered
    bye = next((t for t in call.of("BYE") if t.request is not None), None)
    if bye is None or bye.request is None:
        return
    request = bye.request
    began = answered.final if answered is not None else None
    age = age_ms(began, request) if began is not None else None
    q850, sip = request.cause("Q.850"), request.cause("SIP")
    side = call.side(request)
    lost_ack = _lost_ack(call)
    normal = (q850 is None or q850 in NORMAL_CAUSES) and (sip is None or sip == 200) and not lost_ack
    common: dict[str, Any] = {"q850": q850, "age_s": None if age is None else round(age / 1000, 1)}
    yield draft(
        path, call, request, "sip.bye",
        by=side, sip=sip, text=request.reason_text or None, normal=normal, unacknowledged=lost_ack or None, **common,
    )  # fmt: skip


def _lost_ack(call: Call) -> bool:
    """Whether the answer was repeated and no ACK came."""
    answered = call.answered
    if answered is None or answered.final is None:
        return False
    return bool(answered.repeats.get(answered.final.code)) and not any(a.number == answered.number for a in call.acks)


def _transfers(call: Call, path: str) -> Iterator[Draft]:
    """What became of a REFER: refused, accepted and then told of by NOTIFY, or never told of."""
    refers = [t for t in call.of("REFER") if t.request is not None]
    if not refers:
        return
    last = refers[-1]
    if last.final is None:
        return
    if last.final.code >= 300:
        yield draft(path, call, last.final, "sip.transfer", outcome="refused", code=last.final.code)
        return
    told = [(m, code) for m in call.messages if m.method == "NOTIFY" and not m.code and (code := _fragment(m))]
    final = next((pair for pair in reversed(told) if pair[1] >= 200), None)
    if final is not None:
        outcome = "ok" if final[1] < 300 else "failed"
        yield draft(path, call, final[0], "sip.transfer", outcome=outcome, code=final[1])
    elif (age_ms(last.final, call.until) or 0) >= SILENT_MS:
        yield draft(path, call, last.final, "sip.transfer", outcome="not_told", code=told[-1][1] if told else None)


def _fragment(message: Message) -> int:
    found = RESPONSE.search(message.body)
    return int(found["code"]) if found else 0


def _timer(call: Call, path: str) -> Iterator[Draft]:
    """The session timer that was agreed (RFC 4028), whether it was refreshed, and whether the call ended at it."""
    answered = call.answered
    if answered is None or answered.final is None:
        return
    agreed = answered.final
    interval = integer((_INTERVAL.match(agreed.headers.get("Session-Expires") or "") or [None, None])[1])
    if not interval:
        return
    refreshes = [
        t for t in call.transactions if t.method in {"INVITE", "UPDATE"} and t.in_dialog and t.final is not None
    ]
    ok = [t for t in refreshes if t.final is not None and t.final.code < 300]
    since = ok[-1].final if ok and ok[-1].final is not None else agreed
    bye = next((t.request for t in call.of("BYE") if t.request is not None), None)
    lived = age_ms(since, bye) if bye is not None else age_ms(since, call.until)
    limit = interval * 1000
    if lived is None or (bye is None and lived < limit):
        return
    ended = bye is not None and abs(lived - limit) <= max(limit * TIMER_SLACK, SILENT_MS) and lived >= limit / 2
    outcome = "expired" if ended else "missed" if bye is None or lived > limit else "refreshed" if ok else "unused"
    found = _REFRESHER.search(agreed.headers.get("Session-Expires") or "")
    yield draft(
        path, call, bye or agreed, "sip.session_timer",
        outcome=outcome,
        interval_s=interval,
        refresher=found[1].lower() if found else None,
        lived_s=round(lived / 1000),
    )  # fmt: skip
