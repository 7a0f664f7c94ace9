"""Names that stand for nothing: facts, fields, sources, documents; found by the compiler."""

from __future__ import annotations

from diagnose.rulebook.lint.check import Check, Misspelt

_FINDING = "kind: finding\nid: demo.own\ntitle: Own\n"
_CAUSE = "kind: cause\nid: demo.own\ntitle: Own\nprior: 0.02\n"
_EXPLAINS = "explains: [{finding: demo.flap, seen_when_true: 0.4}]\n"
_FIX = "remedies: [{remedy: demo-restart, fixes: 0.5}]\n"


class UnknownFact(Misspelt):
    """The kind of fact is not in the fact dictionary."""

    code = "R012"
    why = "No reader and no signal makes such a fact, so the rule would never match."
    way_out = "`diagnose knowledge facts` lists the kinds; a kind of your own goes into a `facts.yaml` of your pack."
    wrong = _FINDING + "match: {x: {fact: ws.closed}}\n"
    mend = ("ws.closed", "ws.close")


class UnknownField(Misspelt):
    """The fact has no such field, and it is no entity key."""

    code = "R013"
    why = "A test of a field that is never there never holds."
    way_out = "`diagnose knowledge facts KIND` lists the fields of a kind."
    wrong = _FINDING + "match: {x: {fact: ws.close, where: {cod: 1006}}}\n"
    mend = ("cod:", "code:")


class UnknownValue(Misspelt):
    """The dictionary does not allow this value for the field."""

    code = "R014"
    why = "Fields of type word have a closed list of values; another one is never there."
    way_out = "Use one of the values that the message lists."
    wrong = _FINDING + "match: {x: {fact: ws.close, where: {by: pier}}}\n"
    mend = ("pier", "peer")


class UnknownSource(Misspelt):
    """The kind of source is unknown."""

    code = "R015"
    why = "No reader reports such a source, so nothing would ever come from it."
    way_out = "Use a source kind such as edge.log, bot.log, ticket or analytics; `log` means every log."
    wrong = _FINDING + "match: {x: {fact: ws.close}}\nobservable_by: [edge.logg]\n"
    mend = ("edge.logg", "edge.log")


class UnknownOperator(Misspelt):
    """The operator of a `where` is unknown."""

    code = "R016"
    why = "There is a fixed list of operators and no free expressions."
    way_out = "Use eq, ne, in, gt, gte, lt, lte, matches, exists or cidr."
    wrong = _FINDING + "match: {x: {fact: ws.close, where: {age_s: {gtee: 60}}}}\n"
    mend = ("gtee", "gte")


class DuplicateId(Check):
    """An id is defined twice."""

    code = "R018"
    why = "Which of the two counts would depend on the order of files."
    way_out = "Choose another id, or change the first document with `override:` and `because:`."
    wrong = "kind: remedy\nid: demo-restart\ntitle: Another\ndoes: removes\nsteps: [restart it]\n"
    mend = (wrong, "override: demo-restart\nset: {title: Another}\nbecause: we call it so\n")


class NoSuchFinding(Check):
    """A finding that is named does not exist."""

    code = "R020"
    why = "A cause that weighs a missing finding weighs nothing."
    way_out = "`diagnose rules list --kind finding` lists them."
    wrong = _CAUSE + "explains: [{finding: demo.flapp, seen_when_true: 0.4}]\n" + _FIX
    mend = ("flapp", "flap")


class NoSuchCause(Check):
    """A cause that is named does not exist."""

    code = "R021"
    why = "What points at a missing cause points at nothing."
    way_out = "`diagnose rules list --kind cause` lists them."
    wrong = "kind: story\ncause: demo.losst\ntold: [the line was lost]\n"
    mend = ("losst", "lost")


class NoSuchRemedy(Check):
    """A remedy that is named does not exist."""

    code = "R022"
    why = "A cause with a missing remedy leaves the reader of a report without help."
    way_out = "`diagnose rules list --kind remedy` lists them; write one when none fits."
    wrong = _CAUSE + _EXPLAINS + "remedies: [{remedy: demo-restarts, fixes: 0.5}]\n"
    mend = ("restarts", "restart")


class NoSuchAlias(Check):
    """An alias that is named is not in `match`."""

    code = "R024"
    why = "A join, a step or a count of something that is not matched has no meaning."
    way_out = "Name the aliases as `match` does."
    wrong = (
        _FINDING + "match: {down: {fact: link.state}, cut: {fact: ws.close}}\n"
        "join: {edge: [down, cut]}\nsequence: {after: down, then: cutt, within: 5s}\n"
    )
    mend = ("cutt", "cut")


class UnknownEntity(Misspelt):
    """A key of an entity is unknown."""

    code = "R032"
    why = "Facts are tied together only by these keys; any other ties nothing."
    way_out = "Use edge, site, conversation, session, trunk, bot, node, host, flow or user."
    wrong = _FINDING + "about: [egde]\nmatch: {x: {fact: ws.close}}\n"
    mend = ("egde", "edge")


class UnknownTerm(Check):
    """A pattern uses a term that the lexicon does not know, or that holds itself."""

    code = "R033"
    why = (
        "`{term}` stands for the wordings of a `kind: lexicon`; an unknown one would be searched for as it is written."
    )
    way_out = "Define the term, or write `\\{` where a brace is meant."
    wrong = "kind: signal\nid: demo.sig\nfrom: [edge.log]\nmatch: '{no_such_term} closed'\nfact: ws.close\n"
    mend = ("{no_such_term}", "socket")
