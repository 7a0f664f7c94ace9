"""Packs: versions that are required, packs loaded twice."""

from __future__ import annotations

import pytest

from diagnose.rulebook.files import RuleFile
from diagnose.rulebook.library import gather
from diagnose.version import VERSION

PACK = "kind: pack\nid: acme\nversion: '1.2'\n"


@pytest.mark.parametrize("wanted", ["base", "base>=0", "diagnose>=0.0.1,<99", f"diagnose=={VERSION}", "acme>=1.1,<2"])
def test_a_requirement_that_holds_is_no_problem(library, wanted: str) -> None:
    assert library(PACK + f"requires: ['{wanted}']\n").problems == []


@pytest.mark.parametrize(
    ("wanted", "code", "message"),
    [
        ("acme>=2", "R034", "acme>=2 is required, and the pack 'acme' that is loaded is 1.2"),
        ("diagnose>=99", "R034", f"diagnose>=99 is required, and this is diagnose {VERSION}"),
        ("basse", "R031", "pack 'basse' is required and not loaded"),
        ("base >> 2", "R010", "'base >> 2' is no requirement"),
        ("base @ https://example.org/x", "R010", "'base @ https://example.org/x' is no requirement"),
    ],
)
def test_a_requirement_that_does_not_hold_is_placed(library, wanted: str, code: str, message: str) -> None:
    (problem,) = library(PACK + f"requires: [base, '{wanted}']\n").problems
    assert (problem.code, problem.message, problem.line, problem.column) == (code, message, 4, 18)


def test_a_version_that_is_none_meets_no_requirement(library) -> None:
    (problem,) = library(PACK.replace("'1.2'", "spring") + "requires: [acme>1]\n").problems
    assert (problem.code, problem.message) == (
        "R034",
        "acme>1 is required, and the pack 'acme' that is loaded is spring",
    )


def test_a_pack_loaded_twice_is_one_mistake_and_its_documents_count_once() -> None:
    cause = b"---\nkind: cause\nid: c.one\ntitle: One\nprior: 0.1\nexplains: []\nremedies: []\n"
    files = [RuleFile(f"{f}/pack.yaml", f, PACK.encode() + cause) for f in ("here", "there")]
    found = gather(files)
    (problem,) = found.problems
    assert (problem.code, problem.path, problem.line) == ("R035", "there/pack.yaml", 2)
    assert "first in here/pack.yaml:2" in problem.hint
    assert found.of("cause")["c.one"].document.start.source.path == "here/pack.yaml"
