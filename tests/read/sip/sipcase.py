"""A trace written message by message, as tests want it: times in seconds from the first."""

from __future__ import annotations

from collections.abc import Sequence

from diagnose.model import Draft
from diagnose.read.sip import Trace

A, B = "10.0.0.1:5060", "198.51.100.7:5060"
SDP = "v=0\no=- 1 1 IN IP4 {ip}\ns=-\nc=IN IP4 {ip}\nt=0 0\nm=audio {port} {profile} {payloads}{more}"


def sdp(
    ip: str = "10.0.0.1", *, port: int = 4000, profile: str = "RTP/AVP", payloads: str = "0 101", more: str = ""
) -> str:
    """A session description with one audio stream and telephone events as payload 101 when they are listed."""
    events = "\na=rtpmap:101 telephone-event/8000" if "101" in payloads.split() else ""
    return SDP.format(ip=ip, port=port, profile=profile, payloads=payloads, more=f"{events}{more}")


def stamp(second: float) -> str:
    """A stamp so many seconds after 10:00 on a day of 2026."""
    whole = int(second)
    return (
        f"2026-03-04 {10 + whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{round((second - whole) * 1e6):06}"
    )


class Case:
    """A trace in the form of sngrep; a request is `INVITE`, an answer `200`."""

    def __init__(self, call_id: str = "call-1") -> None:
        self.call_id = call_id
        self.lines: list[str] = []

    def add(
        self,
        at: float,
        what: str,
        *headers: str,
        cseq: str = "1 INVITE",
        body: str = "",
        back: bool = False,
        tags: tuple[str, str] = ("a", ""),
        branch: str = "z9hG4bK1",
        via: str = "10.0.0.1:5060",
    ) -> Case:
        """Add a message; `back` goes from B to A, which is the way of an answer to A's request."""
        answer = what[0].isdigit()
        src, dst = (B, A) if back else (A, B)
        start = f"SIP/2.0 {what}" if answer else f"{what} sip:b@{dst} SIP/2.0"
        to = f";tag={tags[1]}" if tags[1] else ""
        self.lines += [
            f"{stamp(at)} {src} -> {dst}",
            start,
            f"Via: SIP/2.0/UDP {via};branch={branch}",
            f"From: <sip:a@example.com>;tag={tags[0]}",
            f"To: <sip:b@example.com>{to}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {cseq}",
            *headers,
            f"Content-Length: {len(body)}",
            "",
            *body.splitlines(),
            "",
        ]
        return self

    def answered(self, offer: str = "", answer: str = "", *headers: str) -> Case:
        """INVITE, 180, 200 and ACK in the first two seconds."""
        self.add(0, "INVITE", body=offer or sdp())
        self.add(0.5, "180 Ringing", back=True, tags=("a", "b"))
        self.add(2, "200 OK", *headers, back=True, tags=("a", "b"), body=answer or sdp("198.51.100.7"))
        return self.add(2.1, "ACK", cseq="1 ACK", tags=("a", "b"), branch="z9hG4bKack")

    def bye(self, at: float, *headers: str, back: bool = False) -> Case:
        """BYE from A (from B with `back`) and its 200."""
        tags = ("b", "a") if back else ("a", "b")
        number = "1 BYE" if back else "2 BYE"
        self.add(at, "BYE", *headers, cseq=number, tags=tags, branch="z9hG4bKbye", back=back)
        return self.add(at + 0.1, "200 OK", cseq=number, tags=tags, branch="z9hG4bKbye", back=not back)

    def drafts(self) -> list[Draft]:
        """The facts of it."""
        return read(self.lines)

    def facts(self, kind: str) -> list[dict[str, object]]:
        """The fields of the facts of one kind."""
        return [d.fields for d in self.drafts() if d.kind == kind]


def read(lines: Sequence[str]) -> list[Draft]:
    """The facts in the lines of a trace."""
    trace = Trace()
    list(trace.rest(enumerate(lines, 1)))
    return trace.facts("trace.txt")[0] if trace else []
