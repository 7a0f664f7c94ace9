"""A graph of rules as Mermaid text, and the colours that both drawings of it have."""

from __future__ import annotations

from diagnose.report.rulegraph import Graph

COLOURS = {
    "signal": "#5b6f82", "fact": "#1f7a4d", "finding": "#0b62c4", "cause": "#b3261e", "remedy": "#8a5a00",
    "more": "#8a8f94",
}  # fmt: skip
"""The colour of each kind of node, readable on light and dark ground."""
_SHAPES = {
    "signal": '>"{}"]', "fact": '(["{}"])', "finding": '["{}"]', "cause": '{{{{"{}"}}}}', "remedy": '[/"{}"/]',
    "more": '("{}")',
}  # fmt: skip


def mermaid(graph: Graph) -> str:
    """The graph as text that Mermaid draws, as GitHub and many wikis do."""
    names = {node.key: f"n{i}" for i, node in enumerate(graph.nodes, 1)}
    lines = ["flowchart LR"]
    for node in graph.nodes:
        text = "<br/>".join(_escaped(t) for t in (node.name, node.title, *node.notes) if t)
        lines.append(f"  {names[node.key]}{_SHAPES[node.kind].format(text)}:::{node.kind}")
    for edge in graph.edges:
        arrow = "-.->" if edge.against else "-->"
        label = f'|"{_escaped(edge.label)}"|' if edge.label else ""
        lines.append(f"  {names[edge.source]} {arrow}{label} {names[edge.target]}")
    lines += [f"  classDef {kind} stroke:{colour},stroke-width:1.5px" for kind, colour in COLOURS.items()]
    return "\n".join([*lines, f"  style {names[graph.root]} stroke-width:4px"]) + "\n"


def _escaped(text: str) -> str:
    """Text that is plain inside a quoted Mermaid label."""
    for sign, code in (("#", "#35;"), ("&", "#amp;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;"), ("`", "#96;")):
        text = text.replace(sign, code)
    return text
