"""Other answers of the platform API: audits, flow executions, tests of data actions, rate limits, refusals -> facts.

{"entities": [{"eventDate", "action", "entityType", "entity", "propertyChanges", ...}]}      an audit query
{"entities": [{"flowId", "flowErrorReason", "startDateTime", ...}]}                          flow executions
{"operations": [{"step", "name", "success", "error"}], "success": false}                     a test of a data action
{"results": [{"group", "data": [{"interval", "metrics": [{"metric": "oRateLimit...", ...}]}]}]}   rate limits
{"message", "code", "status", "contextId", "details", "errors"}                              a refusal of the API itself
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from diagnose.model import Draft, Place, SourceReport
from diagnose.read.shapes import entities_of, excerpt, integer, millis, real, some, span_of, squash, text

SOURCE = "events"

Item = Mapping[str, Any]
Facts = Iterator[tuple[str, dict[str, Any], dict[str, str], int | None]]
"""(kind, fields, entities, time in ms) of each fact."""

_READS = ("view", "read", "list", "search", "download", "export", "login", "logout", "get", "access")
_CHANGED = (
    ("certificate", ("certificate",)),
    ("credentials", ("credential", "oauthclient", "apikey", "token", "role", "permission", "policy")),
    ("update", ("softwareupdate", "softwareversion", "edgeupdate")),
    (
        "config",
        (
            "edge",
            "trunk",
            "site",
            "phone",
            "station",
            "line",
            "did",
            "interface",
            "integration",
            "action",
            "queue",
            "route",
            "routing",
            "ivr",
            "numberplan",
            "schedule",
            "prompt",
            "bot",
            "knowledge",
        ),
    ),
)
_ENTITIES = {"edge": "edge", "trunk": "trunk", "flow": "flow", "site": "site", "integration": "bot", "user": "user"}
_TOO_MANY = 429


def _is_audit(item: Item) -> bool:
    return "eventDate" in item and "action" in item and ("entityType" in item or "serviceName" in item)


def _is_execution(item: Item) -> bool:
    return "flowErrorReason" in item or ("flowId" in item and "startDateTime" in item)


def _is_action_test(item: Item) -> bool:
    return isinstance(item.get("operations"), list) and isinstance(item.get("success"), bool)


def _is_refusal(item: Item) -> bool:
    return "contextId" in item and "message" in item and isinstance(item.get("status"), int)


def _is_rate(item: Item) -> bool:
    return any("oratelimit" in squash(metric.get("metric") or "") for _, metric in _metrics(item))


def claims(obj: object) -> bool:
    """Whether a parsed JSON value is such an answer, or a page of them."""
    return any(isinstance(item, Mapping) and _reader(item) is not None for item in _items(obj)[1][:20])


def _items(obj: object) -> tuple[str, list[Any]]:
    """The name of the page's list and its items."""
    if isinstance(obj, dict) and isinstance(obj.get("results"), list):
        return "results", list(obj["results"])
    return "entities", entities_of(obj)


def _reader(item: Item) -> Callable[[Item], Facts] | None:
    return next((facts for test, facts in _KINDS if test(item)), None)


def read(obj: object, path: str) -> tuple[list[Draft], SourceReport]:
    """The facts of the answers in `obj`; items of another kind are counted as skipped."""
    drafts: list[Draft] = []
    name, items = _items(obj)
    skipped = 0
    for number, item in enumerate(items):
        pointer = "/" if item is obj else f"/{name}/{number}" if isinstance(obj, dict) else f"/{number}"
        facts = _reader(item) if isinstance(item, Mapping) else None
        if facts is None:
            skipped += 1
            continue
        place = Place(path, pointer=pointer, excerpt=excerpt(item))
        drafts += [Draft(kind, SOURCE, place, f, keys, at, at, signal="answers") for kind, f, keys, at in facts(item)]
    first, last = span_of(d.start for d in drafts)
    return drafts, SourceReport(
        path=path, kind=SOURCE, records=len(items), facts=len(drafts), from_=first, to=last, clock="cloud",
        skipped=skipped, why="an answer of no known shape" if skipped else "",
    )  # fmt: skip


def _audit(item: Item) -> Facts:
    """A change that somebody made; looking at things and changes that failed are none."""
    action, kind = squash(item.get("action") or ""), squash(item.get("entityType") or item.get("serviceName") or "")
    if action.startswith(_READS) or squash(item.get("status") or "") == "failure":
        return
    entity = item.get("entity")
    name = entity.get("name") or entity.get("id") if isinstance(entity, Mapping) else None
    what = "publish" if "publish" in action and "un" not in action else _what(kind)
    key = next((known for word, known in _ENTITIES.items() if kind.startswith(word)), None)
    keys = some(**{key: text(entity)}) if key else {}
    words = [str(item.get("action")), str(item.get("entityType") or item.get("serviceName")), str(name or "")]
    detail = " ".join(w for w in words if w) + _changed(item.get("propertyChanges"))
    yield "change", {"what": what, "detail": detail[:300]}, keys, millis(item.get("eventDate"))[0]


def _what(kind: str) -> str:
    return next((what for what, words in _CHANGED if any(word in kind for word in words)), "other")


def _changed(changes: object) -> str:
    """`: property old -> new, ...` of the first changes."""
    rows = [row for row in changes if isinstance(row, Mapping)] if isinstance(changes, list) else []
    told = (
        f"{row.get('property')} {_values(row.get('oldValues'))} -> {_values(row.get('newValues'))}" for row in rows[:3]
    )
    shown = ", ".join(told)
    return f": {shown}" if shown else ""


def _values(values: object) -> str:
    return "/".join(str(v)[:40] for v in values[:2]) or "nothing" if isinstance(values, list) else "nothing"


def _execution(item: Item) -> Facts:
    """A run of a flow that ended with an error."""
    reason = text(item.get("flowErrorReason"))
    if reason:
        keys = some(flow=text(item.get("flowId")), conversation=text(item.get("conversationId")))
        fields = some(
            reason=reason,
            category="error",
            flow_type=text(item.get("flowType")),
            flow_version=text(item.get("flowVersion")),
        )
        yield "flow.exit", fields, keys, millis(item.get("endDateTime") or item.get("startDateTime"))[0]


def _action_test(item: Item) -> Facts:
    """The steps of a data action that was run by hand: the first that failed, or that it works."""
    steps = [step for step in item["operations"] if isinstance(step, Mapping)]
    bad = next((step for step in steps if step.get("success") is False), None)
    if bad is None and item["success"]:
        yield "flow.step", {"kind": "data_action", "outcome": "ok"}, {}, None
        return
    error = (bad or item).get("error")
    told = text(error.get("message")) if isinstance(error, Mapping) else None
    late = "timeout" in squash(error) or "timedout" in squash(error)
    name = text((bad or {}).get("name"))
    fields = some(step=name, outcome="timeout" if late else "error", kind="data_action", detail=told)
    yield "flow.step", fields, {}, None
    status = integer(error.get("status")) if isinstance(error, Mapping) else None
    if status is not None and status >= 400:
        yield "http.status", some(status=status, where="data_action", detail=told), {}, None


def _metrics(item: Item) -> Iterator[tuple[Item, Item]]:
    """(data, metric) of an aggregate's group."""
    rows = item.get("data")
    for row in rows if isinstance(rows, list) else ():
        metrics = row.get("metrics") if isinstance(row, Mapping) else None
        for metric in metrics if isinstance(metrics, list) else ():
            if isinstance(metric, Mapping):
                yield row, metric


def _rates(item: Item) -> Facts:
    """Limits of the platform that were nearly or wholly used up: there is data only from 90 % of a limit upwards."""
    group = item.get("group")
    name = " ".join(str(v) for v in group.values()) if isinstance(group, Mapping) else None
    for row, metric in _metrics(item):
        stats = metric.get("stats")
        most = real(stats.get("max")) or real(stats.get("ratio")) if isinstance(stats, Mapping) else None
        if "oratelimit" in squash(metric.get("metric") or "") and most is not None:
            limit = real(stats.get("denominator")) or 100.0 if isinstance(stats, Mapping) else 100.0
            state = "exceeded" if most >= limit else "near"
            at = millis(str(row.get("interval") or "").partition("/")[0])[0]
            yield "quota.state", some(state=state, of="platform", note=name), {}, at


def _refusal(item: Item) -> Facts:
    """The API answered a program of the customer's with an error."""
    status, code = item["status"], text(item.get("code"))
    if status < 400:
        return
    fields = some(status=status, where="api", by="platform", detail=code or text(item.get("message")))
    yield "http.status", fields, {}, None
    if status == _TOO_MANY:
        limit = item.get("limit")
        name = limit.get("key") if isinstance(limit, Mapping) else None
        yield "quota.state", some(state="exceeded", of="platform", note=name or code), {}, None


_KINDS: tuple[tuple[Callable[[Item], bool], Callable[[Item], Facts]], ...] = (
    (_is_audit, _audit),
    (_is_execution, _execution),
    (_is_action_test, _action_test),
    (_is_rate, _rates),
    (_is_refusal, _refusal),
)
