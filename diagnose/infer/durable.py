"""The engine on durable-rules: the same meaning as the reference engine, inside what the library does safely.

A stratum is run in one go: its atoms are asserted, then the token that every rule begins with, then what fired is
drained and the library's state deleted. So a negative sees every atom, whatever their order, no state outlives a
call, and nothing that fired is fed back while rules still run. The C functions are called directly: the library's
own host starts threads and swallows errors.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from functools import cache
from typing import Any

import msgspec

from diagnose.errors import EngineFailedError, UnsupportedProgramError
from diagnose.infer.effort import check_effort
from diagnose.infer.index import index_of
from diagnose.infer.match import FOREVER, MAX_FIRINGS, Atom, Firing
from diagnose.infer.once import once
from diagnose.infer.program import Program, Rule
from diagnose.infer.rete import START, TOKEN, Shard, shards

MAX_ATOMS = 100_000
"""Atoms an incident. The library tells facts apart by a 32-bit hash of their ids, which are running numbers here: no
two of the numbers up to 300,000 collide."""
MAX_SECONDS = 20.0
"""Wall time an incident may take in the engine."""

SID = "0"
_MATCHED, _UNMATCHED = 0, 1
_lock = threading.Lock()
_handles: dict[str, int] = {}


def available() -> bool:
    """Whether durable-rules is installed and imports on this Python."""
    try:
        _library()
    except UnsupportedProgramError:
        return False
    return True


@cache
def _library() -> Any:
    try:
        import durable_rules_engine  # type: ignore[import-not-found,unused-ignore]
    except ImportError as error:
        raise UnsupportedProgramError(f"durable-rules does not import on this Python: {error}") from error
    return durable_rules_engine


@once
def _shards_of(program: Program) -> dict[int, list[Shard]]:
    """The rulesets of each stratum."""
    return {stratum: shards(rules) for stratum, rules in index_of(program).rules_of.items()}


class DurableEngine:
    """Runs programs on durable-rules; several objects, also in several threads, share the compiled rulesets."""

    name = "durable"

    def __init__(self) -> None:
        self._shards: dict[int, list[Shard]] = {}
        self.end()

    def begin(self, program: Program) -> None:
        """Start an incident of `program`.

        Raises UnsupportedProgramError when the library does not import or a rule lies outside its safe subset.
        """
        _library()
        self._index, self._shards = index_of(program), _shards_of(program)
        self.end()
        self._deadline = time.monotonic() + MAX_SECONDS

    def fire(self, stratum: int, new: Sequence[Atom]) -> list[Firing]:
        """All firings of the rules of `stratum`. Raises EngineFailedError over a cap or on any error of the library."""
        self._count += len(new)
        if self._count > MAX_ATOMS:
            raise EngineFailedError(f"more than {MAX_ATOMS} things to join in one incident")
        for atom in new:
            self._atoms[atom.alpha].append(atom)
        out: list[Firing] = []
        for shard in self._shards.get(stratum, ()):
            rules = [r for r in shard.rules.values() if self._atoms.keys() >= self._index.parts[r.id]]
            if rules:
                out += self._run(shard, rules)
        return out

    def end(self) -> None:
        """Forget the incident."""
        self._atoms: dict[str, list[Atom]] = defaultdict(list)
        self._numbers: dict[str, int] = {}
        self._count = 0
        self._firings = 0
        self._deadline = 0.0

    def _run(self, shard: Shard, rules: Sequence[Rule]) -> list[Firing]:
        """Firings of one ruleset, of which only `rules` can fire on these atoms."""
        check_effort(rules, self._atoms)
        alphas = {a for r in rules for _, a in r.positives} | {n.alpha for r in rules for n in r.negatives}
        facts = [f for alpha in sorted(alphas) for f in _facts(shard, alpha, self._atoms.get(alpha, ()), self._numbers)]
        out = []
        with _lock, closing(_fire(_library(), shard, facts)) as fired:
            try:
                for name, message in fired:
                    out.append(_firing(shard.rules[name], message))
                    self._firings += 1
                    self._check_caps(out[-1])
            except EngineFailedError:
                raise
            except Exception as error:
                raise EngineFailedError(f"durable-rules failed: {error}") from error
        return out

    def _check_caps(self, last: Firing) -> None:
        if self._firings > MAX_FIRINGS:
            raise EngineFailedError(f"rule {last.rule} and those before it matched more than {MAX_FIRINGS} times")
        if time.monotonic() > self._deadline:
            raise EngineFailedError(f"rule {last.rule} and those before it took more than {MAX_SECONDS:g} s")


def _facts(shard: Shard, alpha: str, atoms: Iterable[Atom], numbers: dict[str, int]) -> Iterator[dict[str, Any]]:
    """Atoms as the library takes them, whole numbers and short constants only; `numbers` counts the entities."""
    kind = shard.kinds[alpha]
    properties = [(key, shard.keys[key]) for key in sorted(shard.joined[alpha])]
    for atom in atoms:
        if not (-FOREVER <= atom.lo <= atom.hi <= FOREVER and -FOREVER <= atom.end_hi <= FOREVER):
            raise EngineFailedError(f"a time of {alpha} lies out of range")
        fact: dict[str, Any] = {"k": kind, "g": 0, "z": 0, "n": atom.n}
        fact["w"] = numbers.setdefault(atom.stands_for(), len(numbers))
        fact |= {"a": atom.lo, "b": atom.hi, "d": atom.end_hi}
        for key, name in properties:
            if key not in atom.keys:
                raise EngineFailedError(f"something matched {alpha} without the {key} that it is joined on")
            fact[name] = numbers.setdefault(atom.keys[key], len(numbers))
        yield fact


def _fire(
    library: Any, shard: Shard, facts: Sequence[dict[str, Any]]
) -> Generator[tuple[str, dict[str, Any]], None, None]:
    """Take `facts` through one ruleset: (rule name, fact by alias) of everything that fires."""
    handle = _handle(library, shard)
    # A state in which no action ever ran must not be deleted, so the first fact makes one run.
    state = _put(library, handle, {"id": "0", "sid": SID, "k": START})
    for _ in _drain(library, handle, state):
        pass
    try:
        for i, fact in enumerate((*facts, {"k": TOKEN, "g": 0, "z": 0}), start=1):
            _put(library, handle, {"id": str(i), "sid": SID, **fact})
        yield from _drain(library, handle, state)
    finally:
        library.delete_state(handle, SID)


def _handle(library: Any, shard: Shard) -> int:
    """The library's number for a ruleset, which is made once a process."""
    if shard.definition not in _handles:
        _handles[shard.definition] = library.create_ruleset(f"diagnose{len(_handles)}", shard.definition)
    return _handles[shard.definition]


def _put(library: Any, handle: int, fact: dict[str, Any]) -> int:
    """Assert one fact; gives the library's number for the state it is in."""
    code, state = library.assert_fact(handle, msgspec.json.encode(fact).decode())
    if code not in (_MATCHED, _UNMATCHED):
        raise EngineFailedError(f"durable-rules took fact {fact['id']} for one that it had (code {code})")
    return int(state)


def _drain(library: Any, handle: int, state: int) -> Iterator[tuple[str, dict[str, Any]]]:
    first = library.start_action_for_state(handle, state)
    message = first[1] if first else None
    while message:
        yield from msgspec.json.decode(message).items()
        message = library.complete_and_start_action(handle, state)


def _firing(rule: Rule, message: dict[str, Any]) -> Firing:
    bound = ((alias, message[f"m{i}"]["n"]) for i, (alias, _) in enumerate(rule.positives))
    return Firing(rule.id, tuple(sorted(bound)))
