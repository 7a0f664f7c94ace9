"""A graph of rules as SVG: columns from evidence to remedy, boxes with text that can be read and searched.

The layout is a plain layered one: a column per distance from the end, boxes ordered by the mean of their neighbours.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from html import escape

import msgspec

from diagnose.report.mermaid import COLOURS
from diagnose.report.rulegraph import Edge, Graph, Node

WIDTH, GAP, SPACE, MARGIN = 236, 132, 14, 16
"""Of boxes, between columns, between boxes, around all; in pixels."""
LINE, PAD = 16, 8
NAME_SIGNS, TEXT_SIGNS, LABEL_SIGNS = 26, 32, 22
"""Characters that fit a line of a box's name, of its text, and the gap."""
SWEEPS = 6
_STYLE = """\
text { font: 12px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1c2024; }
.ground { fill: #fff; } .name { font-weight: 600; } .note, .label, .head { fill: #56606a; } .label { font-size: 11px; }
.head { font-weight: 600; } .label { paint-order: stroke; stroke: #fff; stroke-width: 4px; stroke-linejoin: round; }
.box { fill: #f6f8f9; stroke-width: 1.5; } .root { stroke-width: 3.5; }
.edge { fill: none; stroke: #7b8791; stroke-width: 1.3; }
.against { stroke-dasharray: 5 4; } .tip { fill: #7b8791; }
"""
_DARK = """\
@media (prefers-color-scheme: dark) {
text { fill: #e6e9ec; } .ground { fill: #14181c; } .box { fill: #1d2329; } .note, .label, .head { fill: #a9b3bd; }
.label { stroke: #14181c; }
}
"""
_HEADS = {"signal": "signals", "fact": "facts", "finding": "findings", "cause": "causes", "remedy": "remedies"}


class Box(msgspec.Struct):
    """A node's place: its column, the middle of its left edge (`x`, `y`), its height, and its lines (class, text)."""

    node: Node
    column: int
    lines: list[tuple[str, str]]
    x: float = 0.0
    y: float = 0.0

    @property
    def height(self) -> float:
        """In pixels."""
        return LINE * len(self.lines) + 2 * PAD - 4


def svg(graph: Graph) -> str:
    """The drawing, light or dark as the reader's system is."""
    boxes = layout(graph)
    columns = 1 + max(b.column for b in boxes.values())
    width = 2 * MARGIN + columns * WIDTH + (columns - 1) * GAP
    height = MARGIN + max(b.y + b.height / 2 for b in boxes.values())
    root = boxes[graph.root].node
    title = escape(f"{root.name}: {root.title}" if root.title else root.name)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height:.0f}" '
        f'viewBox="0 0 {width} {height:.0f}" role="img" aria-labelledby="title">',
        f'<title id="title">{title}</title>',
        f"<style>\n{_STYLE}{_colours()}{_DARK}</style>",
        '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path class="tip" d="M0 0L8 4L0 8z"/></marker>',
        '<rect class="ground" width="100%" height="100%"/>',
        *_headings(boxes),
        *(_path(edge, boxes) for edge in graph.edges),
        *(_box(box, box.node.key == graph.root) for box in boxes.values()),
        *_labels(graph, boxes),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def layout(graph: Graph) -> dict[str, Box]:
    """Every node's box: no two overlap, and every edge goes from left to right."""
    boxes = {n.key: Box(n, 0, _lines(n)) for n in graph.nodes}
    for key, number in _columns(graph).items():
        boxes[key].column = number
    columns: list[list[Box]] = [[] for _ in range(1 + max(b.column for b in boxes.values()))]
    for box in boxes.values():
        box.x = MARGIN + box.column * (WIDTH + GAP)
        columns[box.column].append(box)
    neighbours: dict[str, list[Box]] = {key: [] for key in boxes}
    for edge in graph.edges:
        neighbours[edge.source].append(boxes[edge.target])
        neighbours[edge.target].append(boxes[edge.source])
    for column in columns:
        _stack(column)
    for sweep in range(SWEEPS):
        for column in columns if sweep % 2 else reversed(columns):
            wanted = {b.node.key: _middle(neighbours[b.node.key], b.y) for b in column}
            column.sort(key=lambda b: (b.node.kind == "more", wanted[b.node.key]))
            _stack(column, wanted)
    top = min(b.y - b.height / 2 for b in boxes.values()) - MARGIN - LINE
    for box in boxes.values():
        box.y -= top
    return boxes


def _columns(graph: Graph) -> dict[str, int]:
    """A column per node: as far left of the last one as its longest way to an end is long."""
    following: dict[str, list[str]] = {n.key: [] for n in graph.nodes}
    for edge in graph.edges:
        following[edge.source].append(edge.target)
    known: dict[str, int] = {}

    def far(key: str) -> int:
        if key not in known:
            known[key] = 0
            known[key] = max((far(k) + 1 for k in following[key]), default=0)
        return known[key]

    longest = max(far(n.key) for n in graph.nodes)
    return {n.key: longest - far(n.key) for n in graph.nodes}


def _middle(neighbours: list[Box], y: float) -> float:
    return sum(b.y for b in neighbours) / len(neighbours) if neighbours else y


def _stack(column: list[Box], wanted: Mapping[str, float] | None = None) -> None:
    """Put boxes of a column below each other, as near to where they are wanted as room and order allow."""
    bottom = float("-inf")
    for box in column:
        box.y = max(bottom + SPACE + box.height / 2, wanted[box.node.key] if wanted else 0.0)
        bottom = box.y + box.height / 2
    if wanted and column:
        shift = sum(wanted[b.node.key] - b.y for b in column) / len(column)
        for box in column:
            box.y += shift


def _lines(node: Node) -> list[tuple[str, str]]:
    name = node.name if node.kind == "more" else _breakable(node.name)
    lines = [("name", t.replace(" ", "") if node.kind != "more" else t) for t in textwrap.wrap(name, NAME_SIGNS)]
    lines += [("", t) for t in textwrap.wrap(node.title, TEXT_SIGNS)]
    return lines + [("note", t) for note in node.notes for t in textwrap.wrap(note, TEXT_SIGNS)]


def _breakable(name: str) -> str:
    """An id with blanks where a line may end, if it is too long for one."""
    return name if len(name) <= NAME_SIGNS else name.replace(".", ". ").replace("_", "_ ").replace("-", "- ")


def _colours() -> str:
    return "".join(f".{kind} {{ stroke: {colour}; }}\n" for kind, colour in COLOURS.items())


def _headings(boxes: Mapping[str, Box]) -> list[str]:
    """What stands in a column, above its first box."""
    tops: dict[int, Box] = {}
    kinds: dict[int, set[str]] = {}
    for box in boxes.values():
        kinds.setdefault(box.column, set()).add(box.node.kind)
        if box.column not in tops or box.y - box.height / 2 < tops[box.column].y - tops[box.column].height / 2:
            tops[box.column] = box
    out = []
    for column, box in tops.items():
        words = ", ".join(word for kind, word in _HEADS.items() if kind in kinds[column])
        out.append(f'<text class="head" x="{box.x + 2}" y="{box.y - box.height / 2 - 7:.1f}">{words}</text>')
    return out


def _box(box: Box, root: bool) -> str:
    top = box.y - box.height / 2
    round_ = {"fact": box.height / 2 if box.height < 3 * LINE else 16, "more": 10}.get(box.node.kind, 4)
    rect = (
        f'<rect class="box {box.node.kind}{" root" if root else ""}" x="{box.x}" y="{top:.1f}" width="{WIDTH}" '
        f'height="{box.height:.1f}" rx="{round_:.0f}"/>'
    )
    texts = [
        f'<text class="{style}" x="{box.x + 12}" y="{top + PAD + LINE * i + 9:.1f}">{escape(text)}</text>'
        for i, (style, text) in enumerate(box.lines)
    ]
    return "".join([rect, *texts])


def _path(edge: Edge, boxes: Mapping[str, Box]) -> str:
    a, b = boxes[edge.source], boxes[edge.target]
    left, right = a.x + WIDTH, b.x - 1
    bend = min(GAP, right - left) / 2
    style = "edge against" if edge.against else "edge"
    curve = f"M{left} {a.y:.1f}C{left + bend} {a.y:.1f} {right - bend} {b.y:.1f} {right} {b.y:.1f}"
    return f'<path class="{style}" marker-end="url(#tip)" d="{curve}"/>'


def _labels(graph: Graph, boxes: Mapping[str, Box]) -> list[str]:
    """Beside the end that an edge has for itself: where it leaves its source or arrives, else in its middle.

    Around a cause or remedy only its own edges have room for labels.
    """
    leaving, arriving = ([getattr(e, end) for e in graph.edges] for end in ("source", "target"))
    out = []
    of_root = boxes[graph.root].node.kind in ("cause", "remedy")
    for edge in graph.edges:
        if of_root and graph.root not in (edge.source, edge.target):
            continue
        a, b = boxes[edge.source], boxes[edge.target]
        if leaving.count(edge.source) == 1:
            x, y, anchor = a.x + WIDTH + 5, a.y, "start"
        elif arriving.count(edge.target) == 1:
            x, y, anchor = b.x - 10, b.y, "end"
        else:
            x, y, anchor = (a.x + WIDTH + b.x) / 2, (a.y + b.y) / 2, "middle"
        lines = textwrap.wrap(edge.label, LABEL_SIGNS)
        for i, text in enumerate(lines, 1):
            top = y - 5 - 12 * (len(lines) - i)
            out.append(f'<text class="label" x="{x}" y="{top:.1f}" text-anchor="{anchor}">{escape(text)}</text>')
    return out
