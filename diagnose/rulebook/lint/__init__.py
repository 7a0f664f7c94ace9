"""`rules lint`: a registry of checks, one class each, over the documents of all packs."""

from __future__ import annotations

from diagnose.rulebook.lint.registry import CHECKS
from diagnose.rulebook.lint.run import LintReport, lint

__all__ = ["CHECKS", "LintReport", "lint"]
