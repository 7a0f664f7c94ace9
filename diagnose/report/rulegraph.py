"""How a rule is derived and what it leads to: signals, facts, findings, causes and remedies as a graph.

The graph is walked from one rule: back to the evidence that it stands on, and on to what stands on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import msgspec

from diagnose.errors import UsageError
from diagnose.explain.words import count, length, percent
from diagnose.infer.program import FINDING, Alpha, FindingDef, Negative, Rule, Summary
from diagnose.infer.scales import scales_of
from diagnose.read.signals.signal import Signal
from diagnose.rulebook.compiled import CompiledRulebook
from diagnose.rulebook.words import nearest
from diagnose.where import Test, holds

Kind = Literal["signal", "fact", "finding", "cause", "remedy", "more"]
BACK, ON = 6, 1
"""Steps that are walked by default: back to signals, and one step on."""
MOST = 6
_COMPARED = {"ne": "not ", "gt": "over ", "gte": "at least ", "lt": "under ", "lte": "at most ", "matches": "matches "}


class Node(msgspec.Struct, frozen=True):
    """A rule, or a kind of fact as a rule asks for it (`notes`: its conditions); `more` stands for those left out."""

    key: str
    kind: Kind
    name: str
    title: str = ""
    notes: tuple[str, ...] = ()


class Edge(msgspec.Struct, frozen=True):
    """`source` leads to `target`, both keys of nodes; `against` when it speaks against it or must not be there."""

    source: str
    target: str
    label: str = ""
    against: bool = False


class Graph(msgspec.Struct, frozen=True):
    """Nodes in the order in which they were met, edges, and the key of the rule that was asked for."""

    root: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


Step = tuple[Node, str, bool]
"""A neighbour: the node, the label of the edge, whether it speaks against."""


def build(book: CompiledRulebook, name: str, *, depth: int | None = None, most: int = MOST) -> Graph:
    """The graph around the finding, cause, signal or remedy `name`, at most `most` neighbours a node.

    `depth` is how many steps are walked either way; by default all the way back, and one step on (from a signal on to
    findings, from a remedy back to causes). Raises UsageError for a name that no rule has.
    """
    walk = _Walk(book, most)
    root = walk.root(name)
    if root.kind == "finding":
        root = msgspec.structs.replace(root, notes=order(walk.findings[name].rules))
    usual = {"signal": (0, 2), "remedy": (1, 0)}.get(root.kind, (BACK, ON))
    back, on = usual if depth is None else (depth, depth)
    walk.go(root, back, walk.sources, forward=False)
    walk.go(root, on, walk.targets, forward=True)
    return Graph(root.key, tuple(walk.nodes.values()), tuple(dict.fromkeys(walk.edges)))


class _Walk:
    def __init__(self, book: CompiledRulebook, most: int) -> None:
        program = book.program
        self.most = most
        self.signals = {s.id: s for s in book.signals}
        self.findings = {f.id: f for f in program.findings}
        self.causes = {c.id: c for c in program.causes}
        self.remedies = {r.id: r for r in program.remedies}
        self.alphas = {a.id: a for a in program.alphas}
        self.summaries = {s.id: s for s in program.summaries}
        self.scales = scales_of(program)
        self.facts: dict[str, Alpha] = {}
        self.nodes: dict[str, Node] = {}
        self.edges: list[Edge] = []

    def root(self, name: str) -> Node:
        """The node of the rule that is asked for."""
        kinds: tuple[tuple[dict[str, Any], Callable[[Any], Node]], ...] = (
            (self.findings, self._finding), (self.causes, self._cause),
            (self.signals, self._signal), (self.remedies, self._remedy),
        )  # fmt: skip
        for table, make in kinds:
            if name in table:
                return make(name)
        names = [n for table, _ in kinds for n in table]
        raise UsageError(f"no finding, cause, signal or remedy '{name}'  {nearest(name, names)}".rstrip())

    def go(self, root: Node, depth: int, neighbours: Callable[[Node], list[Step]], *, forward: bool) -> None:
        """Walk `depth` steps from `root`, each node once."""
        self.nodes[root.key] = root
        level, done = [root], {root.key}
        for _ in range(depth):
            following: dict[str, Node] = {}
            for node in level:
                for other, label, against in self._capped(node, neighbours(node), forward):
                    self.nodes.setdefault(other.key, other)
                    ends = (node.key, other.key) if forward else (other.key, node.key)
                    self.edges.append(Edge(*ends, label, against))
                    if other.key not in done:
                        following[other.key] = other
            done |= following.keys()
            level = list(following.values())

    def _capped(self, node: Node, steps: list[Step], forward: bool) -> list[Step]:
        most = max(2, self.most // 2) if node.kind == "fact" and not forward else self.most
        left = len(steps) - most
        if left <= 1:
            return steps
        kind = steps[-1][0].kind
        rest = Node(f"more:{node.key}:{forward}", "more", f"and {left} more {_plural(kind)}")
        return [*steps[:most], (rest, "", False)]

    def sources(self, node: Node) -> list[Step]:
        """What `node` stands on."""
        if node.kind == "fact":
            return [(self._signal(s.id), "", False) for s in self._feeding(self.facts[node.key])]
        if node.kind == "finding":
            return self._conditions(self.findings[node.name])
        if node.kind == "cause":
            return self._evidence(node.name)
        if node.kind == "remedy":
            fixed = [(fix.p, c.id) for c in self.causes.values() for fix in c.remedies if fix.remedy == node.name]
            return [
                (self._cause(c), f"ends {percent(p)}", False) for p, c in sorted(fixed, key=lambda t: (-t[0], t[1]))
            ]
        return []

    def targets(self, node: Node) -> list[Step]:
        """What stands on `node`."""
        if node.kind == "signal":
            signal = self.signals[node.name]
            found = (a for a in self.alphas.values() if not a.kind.startswith(FINDING) and may_make(signal, a))
            return [(n, "", False) for n in {n.key: n for n in map(self._fact, found)}.values()]
        if node.kind in ("fact", "finding"):
            on = self.scales.on.get(node.name, {}) if node.kind == "finding" else {}
            causes = sorted(on, key=lambda c: (-on[c].tells, c))
            return [*self._built_on(node), *((self._cause(c), *self._link(node.name, c)) for c in causes)]
        if node.kind == "cause":
            fixes = sorted(self.causes[node.name].remedies, key=lambda fix: (-fix.p, fix.remedy))
            return [(self._remedy(fix.remedy), f"ends {percent(fix.p)}", False) for fix in fixes]
        return []

    def _built_on(self, node: Node) -> list[Step]:
        """The findings that ask for a fact or a finding."""
        out: list[Step] = []
        for finding in self.findings.values():
            hit = [step for step in self._conditions(finding) if step[0].key == node.key]
            out += [(self._finding(finding.id), label, against) for _, label, against in hit[:1]]
        return out

    def _conditions(self, finding: FindingDef) -> list[Step]:
        """What a finding asks for, over all its branches, each once; several branches are numbered as ways."""
        steps: dict[tuple[str, bool], tuple[Node, list[str], list[int]]] = {}
        for number, rule in enumerate(finding.rules, 1):
            for node, label, against in self._asked(rule):
                _, labels, ways = steps.setdefault((node.key, against), (node, [], []))
                labels += [label] if label and label not in labels else []
                ways += [number] if number not in ways else []
        out: list[Step] = []
        for (_, against), (node, labels, ways) in steps.items():
            some = "" if len(ways) == len(finding.rules) else f"way {', '.join(map(str, ways))}"
            out.append((node, "; ".join(filter(None, [some, *labels])), against))
        return out

    def _asked(self, rule: Rule) -> Iterator[Step]:
        for _, alpha in rule.positives:
            summary = self.summaries.get(alpha)
            yield self._condition(summary.alpha if summary else alpha), counted(summary) if summary else "", False
        for negative in rule.negatives:
            yield self._condition(negative.alpha), absent(negative), True

    def _condition(self, alpha_id: str) -> Node:
        summary = self.summaries.get(alpha_id)
        alpha = self.alphas[summary.alpha if summary else alpha_id]
        if alpha.kind.startswith(FINDING):
            return self._finding(alpha.kind.removeprefix(FINDING))
        return self._fact(alpha)

    def _evidence(self, cause: str) -> list[Step]:
        links = next(s.links for s in self.scales.causes if s.cause.id == cause)
        ruling = [(self._finding(f), "rules it out", True) for f in self.causes[cause].rules_out]
        return [
            *ruling,
            *((self._finding(scale.link.finding), *self._link(scale.link.finding, cause)) for scale in links),
        ]

    def _link(self, finding: str, cause: str) -> tuple[str, bool]:
        share, background = self.scales.rates[finding][cause], self.scales.background[finding]
        return f"{percent(share)}, else {percent(background)}", share < background

    def _feeding(self, alpha: Alpha) -> list[Signal]:
        """Signals whose fact may be the one asked for, those that settle most of its conditions first."""
        found = [s for s in self.signals.values() if may_make(s, alpha)]
        return sorted(found, key=lambda s: (-sum(t.field in s.set for t in alpha.where), s.id))

    def _signal(self, name: str) -> Node:
        signal = self.signals[name]
        title = signal.title if signal.title != name else ""
        return Node(f"signal:{name}", "signal", name, title, ("from " + ", ".join(signal.sources),))

    def _fact(self, alpha: Alpha) -> Node:
        notes = tuple(condition(t) for t in alpha.where) + (("denied",) if alpha.polarity == "denied" else ())
        key = f"fact:{alpha.kind} {'; '.join(notes)}"
        self.facts.setdefault(key, alpha)
        return Node(key, "fact", alpha.kind, "", notes)

    def _finding(self, name: str) -> Node:
        return Node(f"finding:{name}", "finding", name, self.findings[name].title)

    def _cause(self, name: str) -> Node:
        cause = self.causes[name]
        return Node(f"cause:{name}", "cause", name, cause.short or cause.title)

    def _remedy(self, name: str) -> Node:
        remedy = self.remedies.get(name)
        return Node(f"remedy:{name}", "remedy", name, remedy.title if remedy else "", (remedy.kind,) if remedy else ())


def may_make(signal: Signal, alpha: Alpha) -> bool:
    """Whether a signal can make the fact that `alpha` asks for: what it takes from the text may be anything."""
    told = bool({"ticket", "prose", "answer"} & set(signal.sources))
    if signal.polarity != alpha.polarity and not told:
        return False
    made = [(signal.fact, signal.set)] if not signal.coded else [(c.fact, c.set) for c in signal.coded.values()]
    return any(
        kind == alpha.kind and all(t.field in signal.take or holds(t, fields) for t in alpha.where)
        for kind, fields in made
    )


def condition(test: Test) -> str:
    """A test of a field as one would say it: `outcome: reset or timeout`, `age_s: over 55`."""
    if test.op == "exists":
        return f"{test.field}: {'known' if test.value else 'not known'}"
    values = test.value if isinstance(test.value, tuple | list) else (test.value,)
    return f"{test.field}: {_COMPARED.get(test.op, '')}{' or '.join(str(v) for v in values)}"


def counted(summary: Summary) -> str:
    """How many facts are asked for: `2 or more in 1 h`."""
    distinct = f" different {summary.distinct}" if summary.distinct else ""
    if summary.kind == "period":
        return f"{summary.at_least} or more, evenly spaced"
    most = f" to {summary.at_most}" if summary.at_most is not None else " or more"
    within = f" in {_span(summary.within)}" if summary.within is not None else ""
    return f"{summary.at_least}{most}{distinct}{within}"


def _span(ms: int) -> str:
    """A length of time that no line break divides."""
    return length(ms).replace(" ", "\u00a0")


def absent(negative: Negative) -> str:
    """Where in time nothing may be: `none within 30 min before reset`."""
    side = f" before {negative.before}" if negative.before else f" after {negative.after}" if negative.after else ""
    within = f" within {_span(negative.within)}" if negative.within is not None else ""
    return f"none{within}{side}"


def order(rules: Sequence[Rule]) -> tuple[str, ...]:
    """What rules ask of the order and distance in time, a line a step: `flap, then local within 90 s`."""
    out = []
    for rule in rules:
        for step in rule.steps:
            within = f" within {length(step.within)}" if step.within is not None else ""
            out.append(f"{step.after}, then {step.then}{within}")
    return tuple(dict.fromkeys(out))


def _plural(kind: str) -> str:
    return "remedies" if kind == "remedy" else count(2, kind).removeprefix("2 ")
