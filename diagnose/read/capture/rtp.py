"""RTP and RTCP (RFC 3550): each stream counted, streams paired to two-way media, and what the receivers report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from diagnose.model import Draft
from diagnose.read.capture.calls import End, Leg, by_end, silent
from diagnose.read.capture.packets import Packet
from diagnose.read.capture.place import Hosts, draft
from diagnose.read.shapes import some
from diagnose.read.sip.sdp import scope_of

MIN_PACKETS = 10
"""Fewer packets in sequence are no stream: anything may look like RTP by chance."""
MAX_STREAMS = 5_000
FAIR_LOSS, BAD_LOSS = 1.0, 3.0
"""Percent of packets: from 1 on speech suffers, from 3 on with concealment too (engineering judgement, ITU-T G.113)."""
FAIR_JITTER, BAD_JITTER = 20.0, 50.0
"""ms: a usual jitter buffer holds 50 ms (engineering judgement)."""
STOP_S = 5.0
"""A direction that ends so much before the other has stopped; a hang-up takes less."""
LATE_S = 3.0
"""A direction that begins so much after the other is late."""

_CLOCKS = (8_000, 16_000, 48_000, 90_000)
_STATIC_RATE = {0: 8_000, 3: 8_000, 8: 8_000, 9: 8_000, 13: 8_000, 18: 8_000}
_LEARN = 12

Key = tuple[str, int, str, int, int]


class Stream:
    """The packets of one SSRC in one direction."""

    def __init__(self, first: Packet, seq: int, kind: int) -> None:
        self.first = first
        self.count = 0
        self.last_t = first.t
        self.base = self.highest = seq
        self.cycles = self.bad = 0
        self.kinds: dict[int, Packet] = {kind: first}
        self.max_gap = self.jitter = self.worst_jitter = 0.0
        self.tos = first.tos
        self._clock = float(_STATIC_RATE.get(kind, 0))
        self._early: list[tuple[float, int]] = []
        self._transit: float | None = None

    def add(self, packet: Packet, seq: int, stamp: int, kind: int) -> None:
        """Count a packet."""
        self.count += 1
        step = (seq - self.highest) & 0xFFFF
        if 0 < step < 3_000:
            self.cycles += seq < self.highest
            self.highest = seq
        elif step >= 3_000 and step < 65_000:
            self.bad += 1
        self.max_gap = max(self.max_gap, packet.t - self.last_t)
        self.last_t = packet.t
        if kind not in self.kinds and len(self.kinds) < 8:
            self.kinds[kind] = packet
        self._jitter(packet.t, stamp)

    def _jitter(self, t: float, stamp: int) -> None:
        if not self._clock:
            self._early.append((t, stamp))
            if len(self._early) == _LEARN:
                seconds = self._early[-1][0] - self._early[0][0]
                rate = ((self._early[-1][1] - self._early[0][1]) & 0xFFFFFFFF) / seconds if seconds > 0 else 8_000
                self._clock = float(min(_CLOCKS, key=lambda c: abs(c - rate)))
            return
        transit = t - stamp / self._clock
        if self._transit is not None:
            change = abs(transit - self._transit)
            if change < 5:
                self.jitter += (change - self.jitter) / 16
                if self.count > 30:
                    self.worst_jitter = max(self.worst_jitter, self.jitter)
        self._transit = transit

    @property
    def real(self) -> bool:
        """Whether it is a stream and no chance likeness."""
        return self.count >= MIN_PACKETS and self.bad * 5 < self.count and self.lost < self.count * 20

    @property
    def lost(self) -> int:
        """Packets that are missing, as RFC 3550 counts them; never less than 0."""
        expected = self.cycles * 65_536 + self.highest - self.base + 1
        return max(0, expected - self.count)

    @property
    def loss_pct(self) -> float:
        """The share of lost packets."""
        return round(100 * self.lost / max(1, self.count + self.lost), 2)


class Media:
    """All streams of a capture."""

    def __init__(self) -> None:
        self.streams: dict[Key, Stream] = {}
        self.dropped = 0
        self._reports: dict[tuple[str, str], list[tuple[Packet, float, float]]] = {}

    def add(self, packet: Packet) -> bool:
        """Take a UDP packet that looks like RTP or RTCP."""
        data = packet.payload
        if len(data) < 12 or data[0] >> 6 != 2:
            return False
        kind = data[1]
        if 200 <= kind <= 207:
            self._report(packet)
            return True
        kind &= 0x7F
        if 72 <= kind <= 76 or 35 <= kind <= 71:
            return False
        seq, stamp = int.from_bytes(data[2:4], "big"), int.from_bytes(data[4:8], "big")
        key = (packet.src, packet.sport, packet.dst, packet.dport, int.from_bytes(data[8:12], "big"))
        stream = self.streams.get(key)
        if stream is None:
            if len(self.streams) >= MAX_STREAMS:
                self.dropped += 1
                return True
            stream = self.streams[key] = Stream(packet, seq, kind)
        stream.add(packet, seq, stamp, kind)
        return True

    def _report(self, packet: Packet) -> None:
        data = packet.payload
        at = 28 if data[1] == 200 else 8
        if data[1] not in {200, 201}:
            return
        for _ in range(data[0] & 0x1F):
            block = data[at : at + 24]
            if len(block) < 24:
                return
            loss, jitter = block[4] / 2.56, int.from_bytes(block[12:16], "big") / 8.0
            held = self._reports.setdefault((packet.src, packet.dst), [])
            if len(held) < 500:
                held.append((packet, loss, jitter))
            at += 24

    def drafts(self, path: str, hosts: Hosts, legs: Sequence[Leg] = ()) -> Iterator[Draft]:
        """The facts of the streams: quality of each, and both directions of each leg of a call that announced its ends,
        and of each other pair of ends."""
        of_end = by_end(legs)
        pairs: dict[tuple[End, End], list[tuple[Key, Stream]]] = {}
        for key, stream in self.streams.items():
            if not stream.real:
                continue
            ends = (key[0], key[1]), (key[2], key[3])
            leg = of_end.get(ends[1]) or of_end.get(ends[0])
            yield quality(path, stream, hosts, leg)
            yield from _changed(path, stream)
            low, high = (leg.offerer, leg.answerer) if leg is not None else sorted(ends)
            pairs.setdefault((low, high), []).append((key, stream))
        for (one, other), found in pairs.items():
            yield from _pair(path, found, hosts, of_end.get(one) or of_end.get(other))
        real = {key: stream for key, stream in self.streams.items() if stream.real}
        for ends, address in astray([((k[0], k[1]), (k[2], k[3])) for k in real]).items():
            sent = next(s.first for k, s in real.items() if ((k[0], k[1]), (k[2], k[3])) == ends)
            yield draft(path, sent, "media.address", address=address, scope="private", matches_source=False)
        if legs:
            yield from silent(path, legs, [((k[0], k[1]), (k[2], k[3])) for k in self.streams])
        yield from self._told(path)

    def _told(self, path: str) -> Iterator[Draft]:
        for reports in self._reports.values():
            worst = max(reports, key=lambda r: r[1])
            mean = sum(r[1] for r in reports) / len(reports)
            fields = some(grade=grade(mean, 0.0), loss_pct=round(mean, 2), worst_pct=round(worst[1], 2))
            yield draft(path, worst[0], "media.quality", leg="unknown", by="rtcp", reports=len(reports), **fields)


def astray(streams: Sequence[tuple[End, End]]) -> dict[tuple[End, End], str]:
    """Streams that go to a private address while what comes back to the same port comes from a public one, with that
    private address: the side that announced it sits behind a translation."""
    known = set(streams)
    alone = [(a, b) for a, b in streams if (b, a) not in known and scope_of(b[0]) == "private"]
    return {
        (a, b): b[0]
        for a, b in alone
        for other, here in streams
        if here == a and other[0] != b[0] and scope_of(other[0]) == "public" and (here, other) not in known
    }


def grade(loss: float, jitter: float) -> str:
    """good, fair or bad by loss in percent and jitter in ms."""
    if loss >= BAD_LOSS or jitter >= BAD_JITTER:
        return "bad"
    return "fair" if loss >= FAIR_LOSS or jitter >= FAIR_JITTER else "good"


def quality(path: str, stream: Stream, hosts: Hosts, leg: Leg | None = None) -> Draft:
    """The quality of one stream as a draft, placed at its first packet; `leg` is that of the call it belongs to."""
    jitter = round(max(stream.jitter, stream.worst_jitter) * 1000, 1)
    return draft(
        path, stream.first, "media.quality", until=stream.last_t, session=leg.call_id if leg else None,
        leg="unknown",
        by="rtp",
        grade=grade(stream.loss_pct, jitter),
        loss_pct=stream.loss_pct,
        jitter_ms=jitter,
        max_gap_ms=round(stream.max_gap * 1000),
        packets=stream.count,
        duration_s=max(0.0, round(stream.last_t - stream.first.t, 1)),
        way=_way(stream.first, hosts),
        dscp=stream.tos >> 2 if stream.tos >= 0 else None,
    )  # fmt: skip


def _way(packet: Packet, hosts: Hosts) -> str | None:
    """in or out of the host at which the capture ran; None when that is not known or has no part in it."""
    here = hosts.here
    return "in" if packet.dst == here else "out" if packet.src == here else None


def _changed(path: str, stream: Stream) -> Iterator[Draft]:
    """A payload type that changes on the way; comfort noise and telephone events (96 and up, rare) do not count."""
    kinds = [k for k in stream.kinds if k != 13 and k < 96]
    if len(kinds) > 1:
        detail = f"payload type {kinds[0]} became {kinds[1]}"
        yield draft(path, stream.kinds[kinds[1]], "media.codec", outcome="differs", detail=detail)


def _goes_out(key: Key, first: Key, here: str, leg: Leg | None) -> bool:
    """Whether a stream goes out, seen from the host of the capture; where that is neither end, from the sender of the
    `first` stream. With a leg it counts where a stream goes to, else where it comes from."""
    if leg is None:
        ours = (first[2], first[3]) if first[2] == here else (first[0], first[1])
        return (key[0], key[1]) == ours
    offered = leg.offerer[0] == here or (leg.answerer[0] != here and _to_answerer(first, leg))
    return _to_answerer(key, leg) == offered


def _to_answerer(key: Key, leg: Leg) -> bool:
    to = (key[2], key[3])
    return to == leg.answerer or (to != leg.offerer and (key[0], key[1]) == leg.offerer)


def _pair(path: str, found: list[tuple[Key, Stream]], hosts: Hosts, leg: Leg | None) -> Iterator[Draft]:
    """Both directions between two ends: how many packets went each way, and whether one stopped or began late."""
    outgoing = [_goes_out(k, found[0][0], hosts.here, leg) for k, _ in found]
    out = [s for (_, s), goes in zip(found, outgoing, strict=True) if goes]
    back = [s for (_, s), goes in zip(found, outgoing, strict=True) if not goes]
    call = leg.call_id if leg is not None else None
    sent, received = sum(s.count for s in out), sum(s.count for s in back)
    direction = "both" if sent and received else "out_only" if sent else "in_only"
    first = min((s for _, s in found), key=lambda s: s.first.t)
    last = max(s.last_t for _, s in found)
    yield draft(
        path, first.first, "media.flow", until=last, session=call,
        leg="unknown", direction=direction, sent=sent, received=received,
    )  # fmt: skip
    if not (sent and received):
        return
    ends = max(s.last_t for s in out), max(s.last_t for s in back)
    starts = min(s.first.t for s in out), min(s.first.t for s in back)
    if abs(ends[0] - ends[1]) >= STOP_S:
        stopped = max(out if ends[0] < ends[1] else back, key=lambda s: s.last_t)
        yield draft(
            path, stopped.first, "media.event", session=call, event="media_stopped", leg="unknown",
            note=f"{'outgoing' if ends[0] < ends[1] else 'incoming'} packets ended "
            f"{abs(ends[0] - ends[1]):.0f} s before the other way",
        )  # fmt: skip
    if abs(starts[0] - starts[1]) >= LATE_S:
        late = min(out if starts[0] > starts[1] else back, key=lambda s: s.first.t)
        delay = round(abs(starts[0] - starts[1]) * 1000)
        fields = some(outcome="late", delay_ms=delay, step="first RTP packet")
        yield draft(path, late.first, "media.setup", session=call, **fields)
