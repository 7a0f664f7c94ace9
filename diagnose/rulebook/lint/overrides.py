"""Overrides that change nothing, and packs that do not fit together; found when packs are gathered."""

from __future__ import annotations

from diagnose.rulebook.lint.check import Check


class DeadOverride(Check):
    """An override changes nothing: its target or its path does not exist."""

    code = "R019"
    why = "After an update of a pack an override may point at what is no longer there, and silently do nothing."
    way_out = "`diagnose rules show ID` shows the document and its paths; drop an override that is not needed any more."
    wrong = "override: demo-restrat\nset: {title: Restart both}\nbecause: we run two\n"
    mend = ("restrat", "restart")


class IdleOverride(Check):
    """An override sets what is so without it."""

    code = "R036"
    severity = "warning"
    why = "It once changed something, and the document has been changed since; now it only hides later changes."
    way_out = "Drop it; `diagnose rules show ID` shows what the document says."
    wrong = "override: demo-restart\nset: {does: removes}\nbecause: it does\n"
    mend = ("does: removes", "does: bypasses")


class MissingPack(Check):
    """A pack that is required is not loaded."""

    code = "R031"
    why = "Its findings and facts would be missing one by one; this says it once."
    way_out = "Install it, or name its folder with `--rules` or DIAGNOSE_RULES."
    wrong = "kind: pack\nid: own\nversion: '1'\nrequires: [no-such-pack]\n"
    mend = ("no-such-pack", "demo")


class OtherVersion(Check):
    """A pack, or the product, is there in another version than the one required."""

    code = "R034"
    why = "Rules that were written for another version may name what has been renamed or removed since."
    way_out = "Install a version that fits, or test the pack with this one and widen `requires`."
    wrong = "kind: pack\nid: own\nversion: '1'\nrequires: ['demo>=2']\n"
    mend = ("demo>=2", "demo>=1")


class LoadedTwice(Check):
    """A pack is loaded twice."""

    code = "R035"
    why = "Each of its documents would be there twice; so the second one is left out as a whole."
    way_out = "Take one out of `--rules` and DIAGNOSE_RULES, or uninstall it."
    wrong = "kind: pack\nid: demo\nversion: '2'\n"
    mend = ("id: demo", "id: own")
