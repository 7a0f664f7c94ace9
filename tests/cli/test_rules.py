"""`diagnose rules` and `diagnose knowledge`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from diagnose.cli.knowledge import knowledge
from diagnose.cli.rules import rules

DICTIONARY = "ws.close: {fields: {code: {type: integer}}, sources: [edge.log]}\n"
PACK = """\
kind: finding
id: zz.one
title: A finding of one's own
about: [edge]
match: {x: {fact: ws.close, where: {code: 1006}}}
observable_by: [edge.log]
"""


@pytest.fixture
def pack(make_pack: Callable[[str, str], Path]) -> Path:
    return make_pack(DICTIONARY, PACK)


def call(group, *arguments: object) -> Result:
    return CliRunner().invoke(group, [str(a) for a in arguments])


def test_list_and_show_know_documents_from_outside(pack: Path) -> None:
    listed = call(rules, "list", "--kind", "finding", "--rules", pack)
    assert "zz.one" in listed.output
    shown = call(rules, "show", "zz.one", "--rules", pack)
    assert "own.yaml:1" in shown.output
    assert "title: A finding of one's own" in shown.output


def test_show_offers_the_nearest_name(pack: Path) -> None:
    result = call(rules, "show", "zz.onne", "--rules", pack)
    assert result.exit_code == 3
    assert "did you mean 'zz.one'?" in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["causes"], "wan.link_flap"),
        (["causes", "wan.link_flap"], "base rate"),
        (["remedies"], "route-bot-over-sip-trunk"),
        (["remedies", "route-bot-over-sip-trunk"], "steps:"),
        (["facts"], "ws.close"),
        (["facts", "ws.close"], "shown by edge.log"),
        (["codes"], "R001 ..."),
        (["codes", "websocket-close"], "does not prove"),
        (["codes", "1006"], "WebSocket close codes"),
        (["codes", "r012"], "not in the fact dictionary"),
    ],
)
def test_knowledge_can_be_looked_up(arguments: list[str], words: str) -> None:
    result = call(knowledge, *arguments)
    assert result.exit_code == 0, result.output
    assert words in result.output


@pytest.mark.parametrize("what", ["causes", "remedies", "facts", "codes"])
def test_what_is_not_known_exits_with_3(what: str) -> None:
    result = call(knowledge, what, "nothing-like-it")
    assert result.exit_code == 3
    assert "nothing-like-it" in result.output
