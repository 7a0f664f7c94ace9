"""The matrix of causes and findings as a page."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

from diagnose.infer.program import CauseDef, FindingDef, Link, Program
from diagnose.report.matrixpage import page
from diagnose.rulebook.matrix import Matrix

PROGRAM = Program(
    findings=(
        FindingDef("f.one", "Says </script> & <b>", (), background=0.05, observable_by=("edge.log",)),
        FindingDef("f.two", "Two", (), background=0.2),
    ),
    causes=(
        CauseDef("a.first", "First", 0.1, links=(Link("f.one", 0.9),)),
        CauseDef("b.second", 'A "second" one', 0.1, links=(Link("f.one", 0.01), Link("f.two", 0.4))),
    ),
)


class Cells(HTMLParser):
    """Counts tags, and fails on an end tag that closes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)


def test_titles_are_text_and_data_cannot_end_its_script() -> None:
    text = page(Matrix(PROGRAM), ["a.first", "b.second"])
    assert "<small>Says &lt;/script&gt; &amp; &lt;b&gt;</small>" in text
    assert 'title="A &quot;second&quot; one"' in text
    parser = Cells()
    parser.feed(text)
    assert parser.tags.count("script") == 2
    data = json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])
    assert data["findings"]["f.one"]["title"] == "Says </script> & <b>"
    assert data["findings"]["f.one"]["watched"] is True


def test_cells_tell_rare_from_frequent_and_blank_stays_blank() -> None:
    text = page(Matrix(PROGRAM), ["a.first", "b.second"])
    assert '<tr data-id="f.one"><th scope="row">f.one' in text
    assert "<td>5<td class=c5>90<td class=c1>1</tr>" in text
    assert "<td>20<td><td class=c3>40</tr>" in text


def test_one_cause_stands_beside_its_rivals() -> None:
    assert 'class="up">b.second' in page(Matrix(PROGRAM), ["a.first"])


def test_a_rulebook_of_one_cause_has_a_page() -> None:
    assert "f.one" in page(Matrix(Program(findings=PROGRAM.findings, causes=PROGRAM.causes[:1])), ["a.first"])
