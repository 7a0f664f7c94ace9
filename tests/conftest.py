"""A diagnosis made by hand, which tests of reports and explanations look at."""

from __future__ import annotations

import pytest

from diagnose.model import (
    CauseResult,
    Cost,
    Derivation,
    Diagnosis,
    Fact,
    FindingResult,
    GeneratedBy,
    PackInfo,
    Place,
    QuestionResult,
    RemedyResult,
    SourceReport,
    Span,
    Weight,
)

NOON = 1_767_268_800_000
"""2026-01-01 12:00:00 UTC."""


def fact(
    number: int, kind: str, path: str, line: int, after_s: float | None, excerpt: str = "", **fields: object
) -> Fact:
    """Fact `f<number>` of `kind`, read at `path:line`, `after_s` seconds after noon; None for an unknown time."""
    start = None if after_s is None else NOON + int(after_s * 1000)
    at = Span(start, start, path)
    return Fact(
        f"f{number}", kind, at, {"edge": "delft-edge-01"}, dict(fields), Place(path, line, None, excerpt), "log"
    )


@pytest.fixture
def sample() -> Diagnosis:
    """An established diagnosis with two causes worth naming, steady resets, and one thing nobody looked at."""
    resets = [
        fact(n, "tcp.failure", "edge.log", 10 + n, 2.0 * n, "stream setup failed: reset by peer", outcome="reset")
        for n in range(1, 8)
    ]
    down = fact(8, "link.state", "edge.log", 3, -30, "uplink lost carrier", link="wan", state="down")
    said = fact(9, "scope", "ticket.txt", 4, None, "Only the bot is mute.", who="bot_only")
    ids = tuple(f.id for f in resets)
    findings = (
        FindingResult(
            "wan.down",
            "The WAN of the site was down",
            "seen",
            {"edge": "delft-edge-01"},
            down.at,
            (Derivation("wan.down#0", ("f8",)),),
            ("f8",),
        ),
        FindingResult(
            "stream.resets",
            "The bot's stream is reset in the handshake",
            "seen",
            {},
            Span(resets[0].at.start, resets[-1].at.end),
            (Derivation("stream.resets#0", ids, (), False, "7 in 12 s"),),
            ids,
        ),
        FindingResult(
            "scope.bot_only",
            "Only the bot is affected",
            "seen",
            {},
            None,
            (Derivation("scope.bot_only#0", ("f9",)),),
            ("f9",),
        ),
        FindingResult(
            "path.lost_after_flap",
            "The bot's path was lost after the WAN fell",
            "seen",
            {},
            down.at,
            (Derivation("path.lost_after_flap#0", (), ("wan.down", "stream.resets"), True),),
            ("f8", *ids),
        ),
        FindingResult(
            "turn.error", "A turn of the bot ended in an error", "not_seen", why="bot.api would have shown it"
        ),
        FindingResult(
            "firewall.lost", "The firewall lost its state", "unknown", why="no network.note that covers the time"
        ),
    )
    first = CauseResult(
        "edge.path",
        "The bot's media stayed on the dead path",
        0.912345,
        "established",
        0.8,
        for_=(
            Weight("path.lost_after_flap", 3.1, ("f8", *ids), "seen", "expert, 'usually'"),
            Weight("stream.resets", 2.2, ids),
            Weight("wan.down", 1.5, ("f8",)),
            Weight("scope.bot_only", 0.7, ("f9",)),
        ),
        missing=("firewall.lost",),
        definition="Media of the bot goes where no packet passes.",
    )
    second = CauseResult(
        "bot.logic",
        "The bot's logic is wrong",
        0.004,
        "possible",
        0.7,
        for_=(Weight("scope.bot_only", 0.7, ("f9",)),),
        against=(Weight("turn.error", -1.9, (), "not_seen"),),
    )
    third = CauseResult(
        "call.hung_up",
        "A party hung up",
        0.0,
        "ruled out",
        0.2,
        for_=(Weight("wan.down", 0.1, ("f8",)),),
        excluded_by="stream.resets",
    )
    return Diagnosis(
        1,
        "sample",
        GeneratedBy("0.1.0", "reference", (PackInfo("core", "1.0", "ab"),)),
        "established",
        "The path is dead.",
        (first, second, third),
        0.05,
        remedies=(
            RemedyResult(
                "use-trunk",
                "Send the bot's calls over a trunk",
                "bypasses",
                0.8,
                Cost(10, "low", True, False),
                ("Open the route.", "Choose the trunk."),
                "Admin > Telephony",
                "nothing",
                ("Undo it.",),
                ("One call.",),
            ),
            RemedyResult("restart", "Restart the media service", "mitigates", 0.2, Cost(5, "medium", False, True)),
        ),
        findings=findings,
        facts=(down, *resets, said),
        next_questions=(
            QuestionResult(
                "ask.fw",
                "Did the firewall restart?",
                "Its log says.",
                "firewall.lost",
                ("edge.path", "bot.logic"),
                0.3,
                2,
            ),
        ),
        sources=(
            SourceReport("edge.log", "edge.log", 1200, 8),
            SourceReport("core.bin", "log", why="binary, not read"),
        ),
        warnings=("core.bin: not read: binary",),
    )
