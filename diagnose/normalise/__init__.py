"""From what the readers saw to facts on one time line, with coverage, and with private data taken out."""

from diagnose.normalise.facts import normalise

__all__ = ["normalise"]
