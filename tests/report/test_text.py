"""The text report."""

from __future__ import annotations

import re

import msgspec
import pytest

from diagnose.model import Cost, Diagnosis
from diagnose.report.text import WIDTH, cost_words, render


def blocks(text: str) -> dict[str, str]:
    """The report's blocks by the word in their margin."""
    return {b.split(" ", 1)[0].split("\n", 1)[0]: b for b in text.rstrip("\n").split("\n\n")}


def test_the_verdict_stands_first_with_its_id_probability_and_band(sample: Diagnosis) -> None:
    first, second = render(sample).splitlines()[:2]
    assert first == "ROOT CAUSE   The bot's media stayed on the dead path"
    assert second.split() == ["edge.path", "91", "%", "established"]


def test_reasons_stand_in_the_order_of_time_and_those_without_a_time_last(sample: Diagnosis) -> None:
    why = blocks(render(sample))["WHY"]
    order = [why.index(t) for t in ("11:59:30", "12:00:02", "Only the bot is affected")]
    assert order == sorted(order)


def test_the_zone_and_the_day_are_said_once(sample: Diagnosis) -> None:
    text = render(sample)
    assert text.count("UTC (+00:00)") == 1
    assert text.count("2026-01-01") == 1


def test_repeated_facts_are_one_line_with_their_rhythm_and_place(sample: Diagnosis) -> None:
    why = " ".join(blocks(render(sample))["WHY"].split())
    assert "is reset in the handshake, every 2 s, 7 times edge.log:11, :12" in why
    assert why.count("reset in the handshake") == 1


def test_a_reason_names_the_entity_that_it_is_about(sample: Diagnosis) -> None:
    assert "The WAN of the site was down (delft-edge-01)" in render(sample)


def test_rivals_are_named_with_what_speaks_against_them(sample: Diagnosis) -> None:
    against = " ".join(blocks(render(sample))["NOT"].split())
    assert "The bot's logic is wrong (0.4 %): would show, and did not: a turn of the bot ended in an error" in against
    assert "A party hung up (under 0.1 %): ruled out: the bot's stream is reset in the handshake" in against


def test_what_nobody_looked_at_is_named(sample: Diagnosis) -> None:
    assert "The firewall lost its state" in blocks(render(sample))["UNSEEN"]


def test_the_first_remedy_comes_with_price_steps_and_check_the_second_with_its_kind(sample: Diagnosis) -> None:
    do = blocks(render(sample))["DO"]
    assert "10 min, low risk, reversible, keeps current calls" in do
    assert "- Choose the trunk." in do
    assert "verify: One call." in do
    assert re.search(r"2  Restart the media service +mitigates$", do, re.M)
    assert "5 min" not in do


def test_the_next_question_says_how_long_it_takes_and_what_it_tells_apart(sample: Diagnosis) -> None:
    ask = " ".join(blocks(render(sample))["ASK"].split())
    assert "Did the firewall restart? about 2 min: Its log says." in ask
    assert "tells apart: The bot's media stayed on the dead path / The bot's logic is wrong" in ask


def test_verbose_adds_findings_sources_and_warnings(sample: Diagnosis) -> None:
    short, long = blocks(render(sample)), blocks(render(sample, verbose=True))
    assert set(long) - set(short) == {"FINDINGS", "READ", "WARNINGS"}
    assert "1 200 records, 8 facts" in long["READ"]
    assert "binary, not read" in long["READ"]
    assert "back: Undo it." in long["DO"]


def test_an_undecided_report_names_candidates_and_asks_before_it_proposes(sample: Diagnosis) -> None:
    first, second = (
        msgspec.structs.replace(c, band="possible", probability=p)
        for c, p in zip(sample.causes, (0.4, 0.3), strict=False)
    )
    text = render(msgspec.structs.replace(sample, verdict="inconclusive", causes=(first, second)))
    assert text.startswith("ROOT CAUSE   not certain yet")
    assert "1   The bot's media stayed on the dead path" in text
    assert "2   The bot's logic is wrong" in text
    assert text.index("ASK") < text.index("\nDO ")


def test_an_undecided_report_without_any_candidate_says_that_more_is_needed(sample: Diagnosis) -> None:
    bare = tuple(msgspec.structs.replace(c, for_=(), probability=0.02) for c in sample.causes)
    text = render(msgspec.structs.replace(sample, verdict="inconclusive", causes=bare))
    assert "more of it is needed" in text.splitlines()[0]


def test_when_nothing_failed_the_report_says_so_and_proposes_nothing(sample: Diagnosis) -> None:
    normal = msgspec.structs.replace(sample.causes[0], id="normal.no_fault", title="It works as designed")
    text = render(msgspec.structs.replace(sample, causes=(normal, *sample.causes[1:])))
    assert text.startswith("NOTHING FAILED   It works as designed")
    assert "DO" not in blocks(text)


def test_contradictions_are_told_with_places_instead_of_ids(sample: Diagnosis) -> None:
    text = render(msgspec.structs.replace(sample, contradictions=("The WAN was down: seen, yet f9 says the opposite",)))
    assert "seen, yet ticket.txt:4 says the opposite" in blocks(text)["BUT"]


def test_a_diagnosis_without_causes_says_why(sample: Diagnosis) -> None:
    assert "no causes" in render(msgspec.structs.replace(sample, causes=()))


@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize("verdict", ["established", "inconclusive"])
def test_no_line_is_wider_than_the_page_even_with_long_names(sample: Diagnosis, verbose: bool, verdict: str) -> None:
    long = msgspec.structs.replace(sample.findings[0], title="w" * 200, id="finding." + "x" * 60)
    cause = msgspec.structs.replace(sample.causes[0], title="word " * 60)
    crowded = msgspec.structs.replace(
        sample, verdict=verdict, findings=(long, *sample.findings), causes=(cause, *sample.causes[1:])
    )
    assert max(len(line) for line in render(crowded, verbose=verbose).splitlines()) <= WIDTH


def test_colour_adds_nothing_but_escape_sequences(sample: Diagnosis) -> None:
    coloured = render(sample, colour=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render(sample)


def test_lines_have_no_blanks_at_their_end(sample: Diagnosis) -> None:
    assert not re.search(r" $", render(sample, verbose=True), re.M)


def test_a_price_says_what_cannot_be_undone_and_what_drops_calls() -> None:
    assert cost_words(Cost(2.5, "high", False, True)) == "2.5 min, high risk, cannot be undone, drops current calls"
