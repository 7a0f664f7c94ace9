"""Signals of catalogues: one pattern for all rows, and the row that it found."""

from __future__ import annotations

from diagnose.read.signals.scan import Scanner
from diagnose.rulebook.catalogues import required_coded, unread
from diagnose.rulebook.lint import lint

CATALOGUE = """\
kind: catalogue
id: hello-codes
title: Codes of hello
source: our own
printed: ['error E{code}', '{name}!']
reads:
  - id: error
    from: [edge.log]
    fact: hello
    match: 'error E{code}\\b|(?i:{name})!(?: after (?P<age>\\d+) s)?'
    set: {first: true}
    take: {age_s: age}
    examples: {match: ['error E12', 'error ERESET_CODE'], not: ['error E14', 'E12']}
rows:
  - {code: 12, name: Peer Reset, also: [RESET-CODE], set: {outcome: reset}}
  - {code: 13, name: Gone Local, fact: edge.move, set: {state: entered}}
  - {code: 14, name: Fine, quiet: true}
"""


def found(book, text: str) -> list[tuple[str, dict[str, object]]]:
    return [(hit.fact, hit.fields) for hit in Scanner(book.signals).hits("edge.log", text, {})]


def test_what_a_pattern_finds_names_the_row_and_its_fact(compile_texts) -> None:
    book, problems = compile_texts(CATALOGUE)
    assert problems == []
    assert [s.id for s in book.signals] == ["hello-codes.error"]
    assert found(book, "error E12") == [("hello", {"first": True, "outcome": "reset"})]
    assert found(book, "error E13") == [("edge.move", {"state": "entered"})]
    assert found(book, "error E14") == found(book, "error E123") == found(book, "call 12") == []


def test_blanks_hyphens_and_underscores_in_a_spelling_are_free(compile_texts) -> None:
    book, _ = compile_texts(CATALOGUE)
    for text in ("error ERESET-CODE", "error ERESET_CODE", "error ERESETCODE", "peer_reset!", "PEER RESET!"):
        assert found(book, text) == [("hello", {"first": True, "outcome": "reset"})], text


def test_a_field_is_taken_only_by_the_fact_of_the_signal_itself(compile_texts) -> None:
    book, _ = compile_texts(CATALOGUE)
    assert found(book, "peer reset! after 7 s") == [("hello", {"first": True, "outcome": "reset", "age_s": 7})]
    assert found(book, "gone local! after 7 s") == [("edge.move", {"state": "entered"})]


def test_the_code_of_the_row_can_be_taken_however_it_was_spelled(compile_texts) -> None:
    text = CATALOGUE.replace("take: {age_s: age}", "take: {age_s: code}").replace("P<age>", ":")
    book, problems = compile_texts(text)
    assert problems == []
    assert found(book, "peer-reset!") == [("hello", {"first": True, "outcome": "reset", "age_s": 12})]


def test_a_code_that_another_signal_tells_in_full_is_not_told_again(compile_texts) -> None:
    signal = "kind: signal\nid: s\nfrom: [edge.log]\nfact: hello\nmatch: E12 on\nset: {outcome: reset, first: true}\n"
    book, problems = compile_texts(CATALOGUE, signal)
    assert problems == []
    hits = Scanner(book.signals).hits("edge.log", "error E12 on", {})
    assert [hit.signal.id for hit in hits] == ["s"]


def test_a_signal_of_any_pack_may_read_a_catalogue(compile_texts) -> None:
    signal = "kind: signal\nid: s\nfrom: [edge.log]\nfact: hello\nmatch: 'code {code} of'\ncatalogue: hello-codes\n"
    book, problems = compile_texts(CATALOGUE, signal)
    assert problems == []
    assert found(book, "code 13 of ours") == [("edge.move", {"state": "entered"})]


def test_mistakes_in_rows_are_placed(codes) -> None:
    assert codes(CATALOGUE.replace("outcome: reset", "outcome: rset")) == [("R014", 15, 69)]
    assert codes(CATALOGUE.replace("fact: edge.move", "fact: edge.moves")) == [("R012", 16, 40)]
    assert ("R008", 15, 5) in codes(CATALOGUE.replace("    fact: hello\n", "    title: no fact\n"))
    assert ("R007", 8, 5) in codes(CATALOGUE.replace("from: [edge.log]", "form: [edge.log]"))


def test_a_row_that_no_signal_reads_as_it_is_printed_is_warned_of(library) -> None:
    text = CATALOGUE.replace("'error E{code}'", "'error E{code}', 'E{code} came'").replace("[edge.log]", "[log]")
    problems = lint(library(text)).problems
    assert [(p.code, p.line) for p in problems if p.code == "R052"] == [("R052", 15), ("R052", 16)]


def test_a_search_goes_by_what_stands_around_the_codes_or_by_a_part_of_each() -> None:
    assert required_coded(r"error E(?P<row1>12|13)\b") == ((("error e",),),)
    pattern = r"\b(?P<row1>NO[ _-]?ROUTE|a\(b\)c|x\|yz)\b"
    assert required_coded(pattern) == ((("a(b)c", "route", "x|yz"),),)
    assert required_coded(r"\b(?P<row1>12|NO[ _-]?ROUTE)\b") == ()


def test_every_code_that_a_log_prints_is_read() -> None:
    from diagnose.cli.rules import gather_library
    from diagnose.rulebook.compile import compile_library

    library = gather_library()
    scanner = Scanner(compile_library(library)[0].signals)
    catalogues = {name: entry.model for name, entry in library.of("catalogue").items()}
    assert {name: list(unread(c, scanner)) for name, c in catalogues.items() if c.printed} == {
        name: [] for name, c in catalogues.items() if c.printed
    }
    of_records = {"genesys-disconnect-types", "genesys-flow-exits", "genesys-states", "genesys-webrtc"}
    elsewhere = {"google-speech", "media-quality"}  # statuses of gRPC; limits that findings hold
    assert {name for name, c in catalogues.items() if not c.printed} == of_records | elsewhere
