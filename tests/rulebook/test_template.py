"""Messages as words and variables, and the patterns made of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnose.rulebook.patterns import compiled, refusal
from diagnose.rulebook.template import alike, cut, merged, pattern, words


@pytest.mark.parametrize(
    ("text", "kind", "key", "unit"),
    [
        ("stream 4f1c9a2b-11aa-4c4e-9d11-0123456789ab gone", "uuid", "stream", ""),
        ("starved for 5200 ms", "duration", "for", "ms"),
        ("starved for 2.5 minutes", "duration", "for", "min"),
        ("loss of 12% on the path", "size", "of", "percent"),
        ("peer 10.1.2.3:5004 gone", "address", "peer", ""),
        ("peer [2001:db8::7]:443 gone", "address", "peer", ""),
        ("wrote 0xdeadbeef there", "hex", "wrote", ""),
        ("session=ab12cd34 lost", "hex", "session", ""),
        ("could not open 'voice port' now", "quoted", "open", ""),
        ("calls wss://bot.example.com/x now", "url", "calls", ""),
        ("to sip:4711@example.com failed", "party", "to", ""),
        ("link of edge-lyon-02 lost", "id", "of", ""),
        ("close code 1006 from far", "code", "code", ""),
        ("worker 12 died", "number", "worker", ""),
        ("since 2026-03-17T14:03:39Z it hangs", "time", "since", ""),
        ("mac 00:11:22:33:44:55 moved", "mac", "mac", ""),
        ("gateway media.eu.example.net:8443 lost", "host", "gateway", ""),
    ],
)
def test_variables_are_told_by_their_form(text: str, kind: str, key: str, unit: str) -> None:
    found = [p for p in cut(text) if p.kind]
    assert [(p.kind, p.key, p.unit) for p in found] == [(kind, key, unit)]


@pytest.mark.parametrize("term", ["TLSv1.2", "SIP/2.0", "G.711", "RFC3261", "H264", "ORA-00600", "E4711", "IPv6"])
def test_terms_and_codes_stay_words(term: str) -> None:
    pieces = cut(f"peer speaks {term} no more")
    assert not [p for p in pieces if p.kind]
    assert compiled(pattern(pieces, lambda _: "")).search(f"peer speaks {term} no more")


ROOT = Path(__file__).parents[2]
LINES = [
    "codec bridge starved for 5200 ms on stream 4f1c9a2b-11aa-4c4e-9d11-0123456789ab, peer 10.1.2.3:5004 gone",
    "vendor gateway (east) rejected call c-8812: error 4711 'no licence left', 45% used",
    "session=ab12 bridge [7] *lost* its peer+mate at 14:03:39 ^here$",
]


@pytest.mark.parametrize("line", LINES)
def test_a_pattern_finds_its_own_line_and_that_with_other_values(line: str) -> None:
    pieces = cut(line)
    made = pattern(pieces, lambda i: f"v{i}")
    assert refusal(made) == ""
    assert compiled(made).search(line)
    assert compiled(pattern(pieces, lambda _: "")).search(line.replace("5200", "17").replace("c-8812", "c-1"))


def test_groups_hold_the_values_alone() -> None:
    pieces = cut(LINES[0])
    found = compiled(pattern(pieces, lambda i: {"duration": "ms", "address": "peer"}.get(pieces[i].kind, ""))).search(
        LINES[0]
    )
    assert found.groupdict() == {"ms": "5200", "peer": "10.1.2.3:5004"}


def test_variables_at_the_ends_that_nothing_takes_are_left_out() -> None:
    assert pattern(cut("7: link lost contact after 30 s"), lambda _: "") == r"(?i)\blink lost contact\b"


def test_a_code_that_nothing_takes_stays() -> None:
    assert "error 4711" in pattern(cut("gateway error 4711 rejected all"), lambda _: "")
    assert pattern(cut("gateway refused, code 4711"), lambda _: "") == r"(?i)\bgateway refused, code 4711\b"


def test_lines_of_one_form_become_one() -> None:
    first, second = cut("user alice lost port 7 of switch"), cut("user bob lost port 12 of switch")
    assert alike(first, second)
    both = merged(first, second)
    assert [p.kind for p in both if p.kind] == ["word", "number"]
    assert not alike(first, cut("the fan of the power supply stopped"))


def test_words_are_the_literal_ones() -> None:
    assert words(cut("SIM 2 deregistered, uplink gone")) == ["sim", "deregistered", "uplink", "gone"]


def test_patterns_of_real_lines_find_their_lines() -> None:
    logs = [*(ROOT / "examples").rglob("*.log"), *sorted((ROOT / "tests" / "incidents").rglob("*.log"))[:40]]
    lines = {line for log in logs for line in log.read_text(encoding="utf-8", errors="replace").splitlines()[:30]}
    assert len(lines) > 300
    for line in lines:
        for made in (pattern(cut(line), lambda i: f"v{i}"), pattern(cut(line), lambda _: "")):
            assert refusal(made) == ""
            assert compiled(made).search(line), f"{made}\n{line}"


def test_a_pair_with_an_empty_value_and_names_with_underscores_stay_whole() -> None:
    line = "asr text='' done rx_gap_max_ms=47"
    assert compiled(pattern(cut(line), lambda _: "")).search(line)


def test_long_lines_are_cut_between_words() -> None:
    line = "bridge " + "frobnicated " * 60
    assert compiled(pattern(cut(line), lambda _: "")).search(line)
