"""Graphs of rules as Mermaid."""

from __future__ import annotations

from diagnose.report.mermaid import mermaid
from diagnose.report.rulegraph import Edge, Graph, Node


def test_mermaid_escapes_what_it_would_read_as_its_own() -> None:
    graph = Graph(
        "finding:a", (Node("finding:a", "finding", "a", 'says "<b>" #1'), Node("cause:b", "cause", "b")),
        (Edge("finding:a", "cause:b", "rules it out", True),),
    )  # fmt: skip
    text = mermaid(graph)
    assert text.startswith("flowchart LR\n")
    assert 'n1["a<br/>says #quot;#lt;b#gt;#quot; #35;1"]:::finding' in text
    assert 'n1 -.->|"rules it out"| n2' in text
