"""Graphs of rules drawn as SVG."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import combinations

import pytest

from diagnose.report.graphsvg import MARGIN, SPACE, TEXT_SIGNS, layout, svg
from diagnose.report.rulegraph import Edge, Graph, Node, build
from diagnose.rulebook import load_rulebook


@pytest.fixture(scope="module", params=["bot.handshake.reset_after_failover", "edge.survivability_media_path"])
def graph(request: pytest.FixtureRequest) -> Graph:
    return build(load_rulebook(), request.param)


def test_boxes_do_not_overlap_and_edges_go_to_the_right(graph: Graph) -> None:
    boxes = layout(graph)
    for a, b in combinations(boxes.values(), 2):
        if a.column == b.column:
            assert abs(a.y - b.y) >= (a.height + b.height) / 2 + SPACE - 0.01
    assert all(boxes[e.source].column < boxes[e.target].column for e in graph.edges)
    assert min(b.y - b.height / 2 for b in boxes.values()) >= MARGIN
    assert all(len(text) <= TEXT_SIGNS for b in boxes.values() for _, text in b.lines)


def test_the_drawing_is_xml_that_needs_nothing_from_elsewhere(graph: Graph) -> None:
    text = svg(graph)
    root = ET.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    assert root.tag == f"{space}svg"
    assert len(root.findall(f"{space}path[@d]")) == len(graph.edges)
    assert text.count("http") == 1
    assert "prefers-color-scheme: dark" in text


def test_text_is_escaped_and_a_single_box_is_drawn() -> None:
    text = svg(Graph("finding:a", (Node("finding:a", "finding", "a", "less < more & so on"),), ()))
    assert "less &lt; more &amp; so on" in text
    ET.fromstring(text)


def test_a_long_way_and_a_short_one_end_in_the_same_column() -> None:
    nodes = tuple(Node(k, "finding", k) for k in "abc")
    boxes = layout(Graph("c", nodes, (Edge("a", "b"), Edge("b", "c"), Edge("a", "c"))))
    assert [boxes[k].column for k in "abc"] == [0, 1, 2]
