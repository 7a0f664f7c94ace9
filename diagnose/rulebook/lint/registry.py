"""All checks by code: importing the modules that define them fills the table."""

from __future__ import annotations

from diagnose.rulebook.lint import (
    allow,
    beliefs,
    check,
    engines,
    findings,
    loading,
    names,
    overrides,
    patterns,
    shape,
    signals,
    tests,
)

MODULES = (loading, shape, names, patterns, signals, findings, beliefs, engines, overrides, tests, allow)
"""Where the checks are, in the order of the page."""

CHECKS: dict[str, check.Check] = dict(sorted(check.CHECKS.items()))
"""Code to check; R001 to R039 are errors, R040 to R059 and R070 on come from the linter, R060 to R069 from tests."""
