"""A page a rule: links, examples, weights, places."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from diagnose.cli.rules import gather_library
from diagnose.errors import UsageError
from diagnose.report.pageparts import MARK, cell, code, factor, fenced
from diagnose.report.rulepages import Pages, write
from diagnose.rulebook.compile import compile_library
from tests.rulebook.conftest import gather_texts

LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^(`{3,}).*?^\1$|(`+)[^`].*?\2", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def pages() -> Pages:
    library = gather_library()
    return Pages(library, compile_library(library)[0])


@pytest.fixture(scope="module")
def texts(pages: Pages) -> dict[str, str]:
    return dict(pages.all())


def links(path: str, text: str) -> list[str]:
    """Where the links of a page lead, from the folder of pages on; code is passed over, save in a link's words."""
    plain = CODE.sub("", text.replace("[`", "[").replace("`]", "]"))
    return [(Path("x") / Path(path).parent / target).as_posix() for target in LINK.findall(plain)]


def test_every_link_leads_to_a_page(texts: dict[str, str], tmp_path: Path) -> None:
    known = {f"x/{path}" for path in texts}
    number, dead = 0, []
    for path, text in texts.items():
        for target in links(path, text):
            number += 1
            flat = re.sub(r"[^/]+/\.\./", "", target)
            dead += [f"{path} -> {target}"] if flat not in known else []
    assert not dead, dead[:10]
    assert number > 10_000


def test_every_rule_has_a_page_and_the_index_leads_to_it(pages: Pages, texts: dict[str, str]) -> None:
    names = {f"{folder}/{n}.md" for kind, folder in (("cause", "causes"), ("finding", "findings"),
             ("signal", "signals"), ("remedy", "remedies")) for n in pages.library.of(kind)}  # fmt: skip
    assert names | {"index.md"} == set(texts)
    assert {f"x/{n}" for n in names} == set(links("index.md", texts["index.md"]))


def test_a_finding_tells_what_it_sees_and_shows_a_test_and_a_near_miss(texts: dict[str, str]) -> None:
    page = texts["findings/bot.handshake.reset_after_failover.md"]
    assert "- in this order: local, then reset within 30 s" in page
    assert "in `rules/media-bridge/findings.yaml:" in page
    assert "| 70 % | x55 | /3.3 | expert, 0.7 |" in page
    example, miss = page.split("## Example that matches")[1].split("## Near miss that does not")
    assert "bot.media.handshake" in example
    assert "bot.media.handshake" in miss


def test_a_signal_shows_its_pattern_and_its_examples(texts: dict[str, str]) -> None:
    page = texts["signals/survivability.entered.md"]
    assert "## The fact it makes: `survivability.state`" in page
    assert "- `state` is `entered`" in page
    assert "[`bot.handshake.reset_after_failover`]" in page
    assert "## Near miss that does not" in page


def test_a_cause_shows_evidence_rivals_and_remedies(texts: dict[str, str]) -> None:
    page = texts["causes/edge.survivability_media_path.md"]
    assert "| [`edge.isolated`](../findings/edge.isolated.md) | 95 % |" in page
    assert "## Hardest to tell from it" in page
    assert "[`route-bot-over-sip-trunk`](../remedies/route-bot-over-sip-trunk.md)" in page
    assert "## Example that it wins" in page


def test_a_weight_that_an_override_set_names_its_place() -> None:
    told = "kind: finding\nid: {}\ntitle: T\nmatch: {{x: {{fact: hello}}}}\nbackground: 0.1\n---\n"
    link = "{finding: a.one, seen_when_true: often}"
    cause = f"kind: cause\nid: c.one\ntitle: C\nprior: 0.1\nexplains: [{link}]\n---\n"
    change = "override: c.one\nset: {explains.a.one.seen_when_true: always}\nbecause: seen more\n"
    library = gather_texts(told.format("a.one") + cause, site=change)
    page = dict(Pages(library, compile_library(library)[0]).all())["findings/a.one.md"]
    assert "| 95 % | x9.5 | unknown | expert, 'always', by `pack/site.yaml:2` |" in page


def test_a_pack_alone_links_only_to_its_own_pages(pages: Pages, tmp_path: Path) -> None:
    book, library = compile_library(pages.library)[0], pages.library
    own = dict(Pages(library, book, ["media-bridge"]).all())
    assert "findings/bot.handshake.reset.md" in own
    assert not [p for p in own if p.startswith("causes/")]
    assert not [t for p, text in own.items() for t in links(p, text) if "causes" in t]
    with pytest.raises(UsageError, match="no pack 'media'"):
        Pages(library, book, ["media"])


def test_pages_of_rules_that_are_gone_are_taken_out_and_nothing_else(tmp_path: Path) -> None:
    class Two(Pages):
        def __init__(self) -> None:
            pass

        def all(self):
            yield "index.md", MARK
            yield "causes/a.md", MARK

    (tmp_path / "causes").mkdir()
    (tmp_path / "causes" / "old.md").write_text(f"{MARK}\n# Old\n")
    (tmp_path / "causes" / "mine.md").write_text("# My own notes\n")
    assert write(Two(), tmp_path) == 2
    assert sorted(p.name for p in (tmp_path / "causes").iterdir()) == ["a.md", "mine.md"]


def test_text_cannot_break_a_table_or_become_markup() -> None:
    assert cell("a | b\n<b> [x] *y*") == "a \\| b &lt;b> \\[x] \\*y\\*"
    assert code("a|b") == "`a\\|b`"
    assert code("`") == "`` ` ``"
    assert fenced("x ``` y")[0] == "````text"
    assert (factor(0.01), factor(2.3026), factor(-1.1)) == ("-", "x10", "/3.0")
