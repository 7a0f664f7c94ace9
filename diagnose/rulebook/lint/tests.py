"""Mistakes in tests of rules; found when the tests are made ready, without running them."""

from __future__ import annotations

from diagnose.rulebook.lint.check import Check

_TEST = "kind: test\nname: demo\nsources: [edge.log]\n"
_EVENTS = "events: [{at: +0s, fact: link.state, edge: e1, state: down}]\n"


class ExpectsNothing(Check):
    """A test expects nothing."""

    code = "R060"
    why = "Such a test passes whatever the rules do."
    way_out = "Say under `expect` what must be seen, not seen, or come first."
    wrong = _TEST + _EVENTS
    mend = (_EVENTS, _EVENTS + "expect: {findings: [demo.flap]}\n")


class NamesNothing(Check):
    """A test names an id that does not exist, or selects nothing."""

    code = "R061"
    why = "After a renaming, a test that expects the old name not to be seen would pass for ever."
    way_out = "Use an id that exists; the message names the nearest."
    wrong = _TEST + _EVENTS + "expect: {not_findings: [demo.flapp]}\n"
    mend = ("not_findings: [demo.flapp]", "findings: [demo.flap]")


class NoEvents(Check):
    """A test has no events, texts or `like`."""

    code = "R062"
    why = "Without evidence nothing can be seen, and what is not seen proves little."
    way_out = "Give it `events`, `text`, or `like` with the name of another test."
    wrong = _TEST + "expect: {not_findings: [demo.flap]}\n"
    mend = ("expect: {not_findings", _EVENTS + "expect: {findings")
