"""Who is hit, by comparing the conversations that failed with those that did not -> `scope`.

Three that failed and three that did not are the least from which a difference is read. What all failing conversations
share says nothing when the others share it too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from diagnose.model import Draft, Place
from diagnose.read.genesys.conversation import SOURCE

LEAST = 3
"""So many conversations on each side of a comparison."""


class Outcome(msgspec.Struct, frozen=True):
    """One conversation: whether it failed, and the Edges and flows that carried it; `bot` says that it had a bot."""

    failed: bool
    edges: frozenset[str]
    flows: frozenset[str]
    bot: bool


def scope_drafts(outcomes: Sequence[Outcome], path: str) -> Iterator[Draft]:
    """The scopes that set the failing conversations apart: one Edge, one flow, those with a bot."""
    failed = [o for o in outcomes if o.failed]
    fine = [o for o in outcomes if not o.failed]
    if len(failed) < LEAST or len(fine) < LEAST:
        return
    counts = f"{len(failed)} failed, {len(fine)} did not"
    for who, name in (("one_edge", "edges"), ("one_flow", "flows")):
        shared = frozenset.intersection(*(getattr(o, name) for o in failed))
        elsewhere = [getattr(o, name) for o in fine if getattr(o, name)]
        only = sorted(shared - frozenset().union(*elsewhere))
        if len(only) == 1 and len(elsewhere) >= LEAST:
            key = {"one_edge": "edge", "one_flow": "flow"}[who]
            shown = f"{counts}; {key} {only[0]} carried only those that failed"
            yield _draft(path, who, shown, {key: only[0]})
    if all(o.bot for o in failed) and not any(o.bot for o in fine):
        yield _draft(path, "bot_only", f"{counts}; only those that failed had a bot", {})


def _draft(path: str, who: str, shown: str, entities: dict[str, str]) -> Draft:
    return Draft("scope", SOURCE, Place(path, pointer="/", excerpt=shown), {"who": who}, entities, signal="analytics")
