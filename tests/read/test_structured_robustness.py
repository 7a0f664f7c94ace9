"""Whatever JSON comes, the structural readers answer; they never raise."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.normalise import normalise
from tests.normalise.drafts import reading

KEYS = [
    "conversations", "participants", "sessions", "segments", "mediaEndpointStats", "mediaEvents", "purpose",
    "sessionId", "conversationId", "edgeId", "segmentStart", "segmentEnd", "disconnectType", "errorCode",
    "receivedPackets", "eventTime", "flow", "exitReason", "calls", "mediaStatistics", "rtp", "ice",
    "selectedPairs", "topicName", "eventBody", "detail", "detail-type", "time", "event", "type", "state",
    "interface", "edge", "onlineStatus", "upTimeMsec", "processors", "memory", "disks", "entities", "id", "name",
    "trunkType", "connectedStatus", "optionsStatus", "registersStatus", "status", "reportedState",
    "intendedState", "diagnostics", "commandCorrelationId", "report", "hubs", "mtr", "host", "Loss%", "ifname",
    "operstate", "flags", "stats64", "botResult", "askAction", "askActionResult", "userInput", "botPrompts",
    "channel", "dateCreated", "dateCompleted", "sessionEndDetails", "toolCalls", "intent", "errorInfo",
    "disconnectReasons", "softwareStatus", "site",
]  # fmt: skip
WORDS = (
    "2031-03-04T12:00:00Z",
    "media_timeout",
    "error",
    "customer",
    "ivr",
    "botflow",
    "offline",
    "link_down",
    "handoff",
    "x",
)
leaves = st.none() | st.booleans() | st.integers(-1, 2**70) | st.floats() | st.sampled_from(WORDS) | st.text(max_size=5)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=8),
    max_leaves=25,
)


@pytest.mark.parametrize(
    "name",
    [*(f"genesys.{n}" for n in ("analytics", "live", "events", "edges", "bots", "answers", "audiohook")), "programs"],
)
@settings(max_examples=150, deadline=None)
@given(value=values)
def test_a_reader_takes_any_json(name: str, value: Any) -> None:
    reader = import_module(f"diagnose.read.{name}")
    reader.claims(value)
    drafts, report = reader.read(value, "x.json")
    assert report.facts == len(drafts)
    assert len(normalise(reading(*drafts)).facts) <= len(drafts)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=" \n0123456789.%-*abcinghoprstuxPING,:", max_size=200))
def test_the_reader_of_command_output_takes_any_text(text: str) -> None:
    programs = import_module("diagnose.read.programs")
    programs.claims_text(text)
    drafts, report = programs.read_text(text, "x.txt")
    assert report.facts == len(drafts)
