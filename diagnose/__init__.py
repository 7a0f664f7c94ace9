"""Root causes of failed calls and voice bots on Genesys Cloud Edges, from whatever evidence there is.

    import diagnose
    d = diagnose.diagnose(["edge.log", "conversation.json"])
    d.causes[0].id, d.remedies[0].steps, d.explain("why-not", "bot.logic_error")

Public names are resolved when they are first used: importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diagnose.version import VERSION

if TYPE_CHECKING:
    from diagnose.errors import DiagnoseError
    from diagnose.pipeline import Diagnosis, diagnose
    from diagnose.rulebook import load_rulebook

__version__ = VERSION

_HOMES = {
    "DiagnoseError": "diagnose.errors",
    "Diagnosis": "diagnose.pipeline",
    "diagnose": "diagnose.pipeline",
    "load_rulebook": "diagnose.rulebook",
}

__all__ = ["DiagnoseError", "Diagnosis", "__version__", "diagnose", "load_rulebook"]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'diagnose' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
