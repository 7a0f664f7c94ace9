from __future__ import annotations

import json
from typing import Any

import pytest

from diagnose.read.genesys import audiohook

TIME_MS = 1930392000000


def stream(*messages: tuple[str, dict[str, Any]], **more: Any) -> list[dict[str, Any]]:
    """Messages of one session, numbered as each side should; the type `>pong` comes from the server."""
    count = {True: 0, False: 0}
    out = []
    for kind, parameters in messages:
        ours = not kind.startswith(">")
        count[ours] += 1
        other = {"serverseq" if ours else "clientseq": count[not ours]}
        message = {"version": "2", "id": "s1", "type": kind.lstrip(">"), "seq": count[ours], "parameters": parameters}
        out.append(message | other | more)
    return out


def facts(messages: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    assert audiohook.claims(messages)
    return [(d.kind, d.fields) for d in audiohook.read(messages, "stream.jsonl")[0]]


OPEN = ("open", {"conversationId": "c1"})


def test_a_stream_that_is_opened_and_ends_is_a_connection_and_a_normal_session() -> None:
    drafts, report = audiohook.read(stream(OPEN, (">opened", {}), ("close", {"reason": "end"}), (">closed", {})), "s")
    assert [(d.kind, d.fields, d.entities) for d in drafts] == [
        ("bot.media.handshake", {"outcome": "ok", "transport": "wss"}, {"session": "s1", "conversation": "c1"}),
        ("bot.session", {"state": "completed", "category": "normal"}, {"session": "s1", "conversation": "c1"}),
    ]
    assert (report.records, report.skipped, report.covers) == (4, 0, True)


def test_an_open_without_answer_is_a_timeout_once_the_stream_is_given_up() -> None:
    found = facts(stream(OPEN, ("error", {"code": 408, "message": "no opened"})))
    assert found == [
        ("bot.media.handshake", {"outcome": "timeout", "transport": "wss"}),
        ("protocol.error", {"protocol": "audiohook", "code": 408, "detail": "no opened"}),
    ]


def test_near_misses_an_open_that_is_the_last_line_and_one_that_is_refused_are_no_timeout() -> None:
    assert facts(stream(OPEN)) == []
    assert facts(stream(OPEN, (">disconnect", {"reason": "unauthorized"}))) == [
        ("auth.result", {"outcome": "refused", "for": "bot"})
    ]


@pytest.mark.parametrize(
    ("code", "more"),
    [
        (409, []),
        (415, [("media.format", {"outcome": "unsupported"})]),
        (429, [("quota.state", {"state": "exceeded", "of": "provider", "retry_after_s": 5.0})]),
    ],
)
def test_error_codes_tell_what_was_wrong(code: int, more: list[tuple[str, dict[str, Any]]]) -> None:
    parameters = {"code": code, "retryAfter": "PT5S"}
    assert facts(stream(("error", parameters))) == [("protocol.error", {"protocol": "audiohook", "code": code}), *more]


def test_a_number_that_is_left_out_breaks_the_protocol_and_both_sides_count_for_themselves() -> None:
    messages = stream(OPEN, (">opened", {}), ("ping", {}), (">pong", {}))
    assert [kind for kind, _ in facts(messages)] == ["bot.media.handshake"]
    messages[2]["seq"] = 5
    assert ("protocol.error", {"protocol": "audiohook", "code": 400, "detail": "seq 5 after 1"}) in facts(messages)


@pytest.mark.parametrize(("rtt", "outcome"), [("PT0.12S", "ok"), ("PT1.5S", "slow")])
def test_the_slowest_round_trip_is_a_probe_of_the_bot(rtt: str, outcome: str) -> None:
    (found,) = facts(stream(("ping", {"rtt": "PT0.02S"}), (">pong", {}), ("ping", {"rtt": rtt}), (">pong", {})))
    assert (found[0], found[1]["outcome"]) == ("probe.result", outcome)


def test_pings_without_answer_at_the_end_are_a_lost_socket_and_one_in_flight_is_none() -> None:
    lost = ("ws.close", {"code": 1006, "by": "none", "reason": "no pong", "target": "bot"})
    assert facts(stream(("ping", {}), (">pong", {}), ("ping", {}), ("ping", {}))) == [lost]
    assert facts(stream(("ping", {}), (">pong", {}), ("ping", {}))) == []


def test_audio_that_is_thrown_away_and_pauses_by_design_are_told_apart() -> None:
    found = facts(stream(("discarded", {"start": "PT8S", "discarded": "PT1.1S"}), ("paused", {}), ("resumed", {})))
    assert [(fields["event"], fields.get("reason")) for _, fields in found] == [
        ("discarded", "PT1.1S"), ("paused", None), ("resumed", None),
    ]  # fmt: skip


def test_turns_and_interruptions_of_an_audio_connector_are_read() -> None:
    entities = [{"type": "barge_in", "data": {}}, {"type": "bot_turn_response", "data": {"disposition": "no_input"}}]
    assert facts(stream((">event", {"entities": entities}))) == [
        ("bot.audio", {"problem": "barge_in"}),
        ("bot.turn", {"result": "no_input", "has_input": False}),
    ]


def test_a_message_in_a_record_of_a_log_has_that_record_s_time() -> None:
    messages = stream(OPEN, (">opened", {}))
    rows: list[dict[str, Any]] = [
        {"timestamp": "2031-03-04T12:00:00Z", "direction": "out", "message": json.dumps(messages[0])},
        {"timestamp": "2031-03-04T12:00:04Z", "direction": "in", "message": messages[1]},
    ]
    drafts = audiohook.read(rows, "log.jsonl")[0]
    assert [(d.kind, d.fields.get("delay_ms"), d.fields["outcome"], d.start) for d in drafts] == [
        ("bot.media.handshake", None, "ok", TIME_MS + 4000), ("media.setup", 4000, "late", TIME_MS + 4000),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "obj",
    [None, [], {"type": "open"}, {"type": "error", "message": "x", "level": "ERROR"}, [{"message": "{"}], [3, "x"]],
)
def test_other_json_is_not_claimed(obj: object) -> None:
    assert not audiohook.claims(obj)


def test_a_log_in_which_few_records_are_messages_is_left_to_the_reader_of_logs() -> None:
    rows: list[Any] = [{"level": "INFO", "message": "call started"}] * 3
    assert not audiohook.claims([*rows, *stream(OPEN)])
