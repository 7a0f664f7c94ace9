"""The table of streams that tshark prints."""

from __future__ import annotations

from diagnose.read.capture import tables
from tests.read.programs.runcase import part

HEAD = """========================= RTP Streams ========================
   Start time      End time     Src IP addr  Port    Dest IP addr  Port       SSRC          Payload  Pkts         Lost
"""


def row(
    src: str = "10.0.0.5", dst: str = "198.51.100.7", *, start: float = 0.1, end: float = 9.1, count: int = 450,
    lost: str = "0 (0.0%)", jitter: float = 0.4,
) -> str:  # fmt: skip
    ports = (20000, 30000) if src.startswith("10.") else (30000, 20000)
    return (
        f"     {start:.6f}      {end:.6f} {src:>15} {ports[0]} {dst:>15} {ports[1]} 0x1A2B3C4D            g711U"
        f"   {count}     {lost}      19.0     20.0     41.5     0.1     {jitter}      2.0\n"
    )


def drafts(*rows: str) -> dict[str, list[dict[str, object]]]:
    text = HEAD + "".join(rows)
    assert tables.is_table(text)
    out: dict[str, list[dict[str, object]]] = {}
    for draft in tables.drafts(tables.rows_of(list(enumerate(text.splitlines(), 1))), "x.txt"):
        out.setdefault(draft.kind, []).append(draft.fields)
    return out


BACK = ("198.51.100.7", "10.0.0.5")


def test_a_stream_has_its_loss_jitter_and_longest_gap() -> None:
    (found,) = drafts(row(lost="45 (9.1%)", jitter=30.5))["media.quality"]
    assert part(found, "loss_pct", "jitter_ms", "max_gap_ms", "packets", "duration_s") == (9.1, 30.5, 41.5, 450, 9.0)
    assert found["grade"] != drafts(row())["media.quality"][0]["grade"]


def test_packets_that_came_twice_are_no_loss() -> None:
    assert drafts(row(lost="-3 (-0.7%)"))["media.quality"][0]["loss_pct"] == 0.0


def test_two_streams_between_the_same_ends_are_one_call_both_ways() -> None:
    (flow,) = drafts(row(), row(*BACK))["media.flow"]
    assert flow["direction"] == "both"


def test_a_stream_that_ends_before_its_way_back_stopped() -> None:
    assert [e["event"] for e in drafts(row(), row(*BACK, end=4.0))["media.event"]] == ["media_stopped"]
    assert "media.event" not in drafts(row(), row(*BACK, end=9.0))


def test_a_stream_that_begins_after_its_way_back_is_late() -> None:
    (setup,) = drafts(row(), row(*BACK, start=5.1))["media.setup"]
    assert part(setup, "outcome", "delay_ms") == ("late", 5000)
    assert "media.setup" not in drafts(row(), row(*BACK, start=0.2))


def test_the_words_alone_make_no_table() -> None:
    assert not tables.is_table("All RTP Streams were fine.\n")
    assert tables.rows_of([(1, "10.0.0.5 20000 something else")]) == []
