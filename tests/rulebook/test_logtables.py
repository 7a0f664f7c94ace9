"""Names of fields and forms of lines that packs add."""

from __future__ import annotations

import pytest

from diagnose.read.logs.lines import fields_of
from diagnose.read.logs.records import from_object
from diagnose.read.logs.vocabulary import Vocabulary, extended, vocabulary

LINES = """\
kind: log-lines
lines:
  - id: acme.gateway
    title: A gateway
    source: sip.log
    has: ['<< ']
    match: '^(?P<gw>\\w+) << (?P<result>\\w+)'
    examples: ['gw7 << refused']
"""
FIELDS = """\
kind: log-fields
fields: {message: [acme_says, msg]}
entities: {trunk: [acme-trunk]}
levels: {acme_grade: {7: ERROR}}
"""


def test_what_a_pack_adds_is_read_while_it_is_extended(library) -> None:
    found = library(LINES, FIELDS)
    assert found.problems == []
    assert found.vocabulary.fields == {"message": ("acmesays",)}
    line = "gw7 << refused"
    record = {"acme_says": "no", "acmeTrunk": "t1", "acme_grade": 7}
    with extended(found.vocabulary):
        assert fields_of(line, line, stamped=True)["shape"] == "acme.gateway"
        read = from_object(record, 1, "")
        assert (read.message, read.entities["trunk"], read.fields["level"]) == ("no", "t1", "ERROR")
    assert "shape" not in fields_of(line, line, stamped=True)
    assert "trunk" not in from_object(record, 1, "").entities


def test_the_tables_of_the_product_add_nothing_to_themselves(library) -> None:
    from diagnose.rulebook.files import built_in_folders, read_files
    from diagnose.rulebook.library import gather

    tables = [f for f in read_files(built_in_folders()) if f.name.startswith("log-")]
    assert len(tables) == 2
    found = gather(tables)
    assert (found.problems, found.vocabulary) == ([], Vocabulary())


def test_an_empty_extension_forgets_nothing() -> None:
    with extended(Vocabulary()):
        kept = vocabulary()
    assert vocabulary() is kept


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        (("    examples: ['gw7 << refused']\n", "    examples: []\n"), "R010", 8),
        (("(?P<result>", "(?=x)(?P<result>"), "R023", 7),
        (("sip.log", "sip.lgo"), "R015", 5),
        (("gw7 << refused'", "gw7 refused'"), "R041", 8),
        (("<< refused'", "<< '"), "R041", 8),
        (("acme.gateway", "access"), "R018", 3),
        (("    title: A gateway\n", ""), "R008", 3),
    ],
)
def test_mistakes_in_forms_of_lines_are_placed(library, change: tuple[str, str], code: str, line: int) -> None:
    assert [(p.code, p.line) for p in library(LINES.replace(*change)).problems] == [(code, line)]


def test_an_unknown_entity_is_placed(library) -> None:
    (problem,) = library(FIELDS.replace("trunk: [", "trnuk: [")).problems
    assert (problem.code, problem.line, problem.hint) == ("R032", 3, "did you mean 'trunk'?")
