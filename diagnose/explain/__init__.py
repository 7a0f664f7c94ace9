"""Explanations of a diagnosis: how it came about, and why not another. They need nothing but the diagnosis."""

from __future__ import annotations

from diagnose.errors import UsageError
from diagnose.model import Diagnosis

KINDS = ("how", "why-not")


def explain(diagnosis: Diagnosis, what: str, target: str = "") -> str:
    """The explanation `what` (one of `KINDS`) of a cause, finding or fact `target`.

    An empty target means the first cause for `how` and the second for `why-not`.
    Raises UsageError for another kind, and for a target that the diagnosis does not hold.
    """
    from diagnose.explain.how import how
    from diagnose.explain.whynot import why_not

    if what == "how":
        return how(diagnosis, target)
    if what == "why-not":
        return why_not(diagnosis, target)
    raise UsageError(f"no explanation {what!r}: choose one of {', '.join(KINDS)}")
