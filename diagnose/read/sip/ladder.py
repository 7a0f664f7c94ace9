"""Messages -> calls: everything with one Call-ID, as transactions of a request, its repetitions and its answers.

A transaction goes by CSeq and the branch of the topmost Via, so that both sides of a proxy in one trace stay apart.
Only what the messages show is kept; what it means is said in the modules that make facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from diagnose.read.sip.frame import host_of
from diagnose.read.sip.message import Message

TWICE_MS = 60
"""A copy of a message within this time is the same packet seen at two interfaces; the first repetition of
RFC 3261 comes after T1, 500 ms (some stacks use 100 ms)."""
SILENT_MS = 32_000
"""64 times T1: timers B, F and H of RFC 3261. A request that old without an answer gets none."""


class Transaction:
    """A request as it was first seen (None when only answers were), its repetitions, and the answers in order."""

    def __init__(self, method: str, number: int, branch: str) -> None:
        self.method, self.number, self.branch = method, number, branch
        self.request: Message | None = None
        self.sent: list[int | None] = []
        self.answers: list[Message] = []
        self.repeats: dict[int, list[Message]] = {}

    @property
    def first(self) -> Message:
        """The first message of it."""
        return self.request if self.request is not None else self.answers[0]

    @property
    def final(self) -> Message | None:
        """The first final answer."""
        return next((a for a in self.answers if a.code >= 200), None)

    @property
    def provisional(self) -> tuple[int, ...]:
        """The codes below 200 that came, in order."""
        return tuple(a.code for a in self.answers if a.code < 200)

    @property
    def began(self) -> int | None:
        """When the first message of it passed, in ms."""
        return self.first.travel.ms

    @property
    def in_dialog(self) -> bool:
        """Whether the request belonged to a call that already stood."""
        return self.request is not None and bool(self.request.to_tag)

    @property
    def has_credentials(self) -> bool:
        """Whether the request answered a challenge."""
        headers = self.request.headers if self.request is not None else None
        return headers is not None and bool(headers.get("Authorization") or headers.get("Proxy-Authorization"))

    def add_request(self, message: Message) -> None:
        """Note the request or a repetition of it; a copy of the same packet is passed over."""
        if self.request is None:
            self.request = message
        elif _same_packet(self.sent[-1], message.travel.ms):
            return
        self.sent.append(message.travel.ms)

    def add_answer(self, message: Message) -> None:
        """Note an answer or a repetition of one."""
        same = [a for a in self.answers if a.code == message.code and a.to_tag == message.to_tag]
        if not same:
            self.answers.append(message)
            return
        seen = [same[0], *self.repeats.get(message.code, [])]
        if not _same_packet(seen[-1].travel.ms, message.travel.ms) or message.travel.ms is None:
            self.repeats.setdefault(message.code, []).append(message)


def _same_packet(before: int | None, now: int | None) -> bool:
    return before is not None and now is not None and 0 <= now - before < TWICE_MS


class Call:
    """All that a trace shows under one Call-ID. `until` is when the trace ends, in ms."""

    def __init__(self, call_id: str) -> None:
        self.call_id = call_id
        self.transactions: list[Transaction] = []
        self.acks: list[Message] = []
        self.messages: list[Message] = []
        self.until: int | None = None
        self._by_key: dict[tuple[str, int, str], Transaction] = {}

    def add(self, message: Message) -> None:
        """Note a message, in the order of the trace."""
        self.messages.append(message)
        if message.method == "ACK":
            self.acks.append(message)
            return
        found = self._transaction(message)
        if message.code:
            found.add_answer(message)
        else:
            found.add_request(message)

    def _transaction(self, message: Message) -> Transaction:
        key = (message.method, message.number, message.branch)
        found = self._by_key.get(key)
        if found is None and message.code and not message.branch:
            alike = [t for t in self.transactions if (t.method, t.number) == key[:2] or not message.method]
            found = alike[-1] if alike else None
        bare = message.number < 0 and not message.branch
        if found is None or (bare and not message.code and found.final is not None):
            found = self._by_key[key] = Transaction(message.method, message.number, message.branch)
            self.transactions.append(found)
        return found

    @property
    def invites(self) -> list[Transaction]:
        """The INVITEs that set the call up: the first one, and those that answered a challenge or went by a proxy."""
        return [t for t in self.transactions if t.method == "INVITE" and not t.in_dialog]

    @property
    def answered(self) -> Transaction | None:
        """The INVITE that was answered with 2xx."""
        return next((t for t in self.invites if t.final is not None and t.final.code < 300), None)

    def of(self, method: str) -> list[Transaction]:
        """The transactions of a method, in order."""
        return [t for t in self.transactions if t.method == method]

    def side(self, message: Message) -> str:
        """caller, callee or unknown: who sent a request, by the tags of the dialog, else by addresses."""
        first = next((t.request for t in self.invites if t.request is not None), None)
        if first is None:
            return "unknown"
        if message.from_tag and first.from_tag:
            return "caller" if message.from_tag == first.from_tag else "callee"
        here, there = host_of(message.travel.src), host_of(first.travel.src)
        if here and there:
            ends = {there, host_of(first.travel.dst)}
            return "unknown" if here not in ends else "caller" if here == there else "callee"
        if message.travel.sent is None or first.travel.sent is None:
            return "unknown"
        return "caller" if message.travel.sent == first.travel.sent else "callee"


def calls_of(messages: Iterable[Message]) -> list[Call]:
    """The calls in a trace, in the order in which they began; messages without a Call-ID
    make one call for each pair of ends."""
    calls: dict[str, Call] = {}
    last: int | None = None
    for message in messages:
        key = message.call_id or " ".join(sorted((message.travel.src, message.travel.dst)))
        found = calls.get(key)
        if found is None:
            found = calls[key] = Call(message.call_id)
        found.add(message)
        if message.travel.ms is not None:
            last = max(last or 0, message.travel.ms)
    for call in calls.values():
        call.until = last
    return list(calls.values())


def age_ms(start: Message, end: Message | int | None) -> int | None:
    """Milliseconds from one message to another or to an instant, None when one of them has no time."""
    there = end.travel.ms if isinstance(end, Message) else end
    return None if there is None or start.travel.ms is None else there - start.travel.ms


def is_silent(transaction: Transaction, until: int | None) -> bool:
    """Whether a request stayed without any final answer long enough: it was repeated twice or more, or the trace
    goes on for 64 T1. A trace that ends before says nothing."""
    if transaction.request is None or transaction.final is not None:
        return False
    if len(transaction.sent) >= 3:
        return True
    age = age_ms(transaction.request, until)
    return age is not None and age >= SILENT_MS


def others_answered(transaction: Transaction, answered: Mapping[str, int]) -> bool | None:
    """Whether the destination of an unanswered request answered others; None when the destination is not known."""
    dst = transaction.first.travel.dst
    return answered.get(dst, 0) > (1 if transaction.answers else 0) if dst else None


def answered_by(calls: Iterable[Call]) -> Counter[str]:
    """How many requests each destination answered."""
    asked = (t for call in calls for t in call.transactions if t.request is not None and t.answers)
    return Counter(t.first.travel.dst for t in asked)
