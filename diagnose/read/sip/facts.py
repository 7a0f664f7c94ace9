"""A trace's messages -> drafts and the report on the trace."""

from __future__ import annotations

from collections.abc import Sequence

from diagnose.model import Draft, SourceReport
from diagnose.read.shapes import span_of
from diagnose.read.sip.dialogs import life
from diagnose.read.sip.ladder import Call, answered_by, calls_of
from diagnose.read.sip.media import media
from diagnose.read.sip.message import Message
from diagnose.read.sip.outcomes import SOURCE, outcomes

MAX_DRAFTS = 50_000
"""Drafts kept of one trace."""


def facts_of(
    messages: Sequence[Message], path: str, *, excerpt: bool = False, dropped: int = 0
) -> tuple[list[Draft], SourceReport]:
    """The facts of all calls of a trace. An `excerpt` never covers; `dropped` messages were beyond the limit."""
    calls = calls_of(messages)
    answered = answered_by(calls)
    drafts: list[Draft] = []
    for call in calls:
        for part in (outcomes(call, answered, path), life(call, path), media(call, path)):
            drafts.extend(part)
        if len(drafts) > MAX_DRAFTS:
            del drafts[MAX_DRAFTS:]
            break
    first, last = span_of(m.travel.ms for m in messages)
    why = f"{dropped} messages after the first {len(messages)} were left out" if dropped else ""
    report = SourceReport(
        path=path,
        kind=SOURCE,
        records=len(messages),
        facts=len(drafts),
        from_=first,
        to=last,
        clock=path,
        skipped=dropped,
        why=why,
        covers=not excerpt and first is not None and any(map(_whole, calls)),
    )
    return drafts, report


def _whole(call: Call) -> bool:
    """Whether a call is shown from its INVITE to a final answer, with headers: then what is missing did not happen."""
    return bool(call.call_id) and any(t.request is not None and t.final is not None for t in call.invites)
