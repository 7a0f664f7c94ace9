"""Age and quiet of a connection at its close, from the other records of its session."""

from __future__ import annotations

from diagnose.model import Draft, Place
from diagnose.read.logs.ages import Sessions


def close(**fields: object) -> Draft:
    return Draft("ws.close", "log", Place("p"), {"code": 1006, **fields})


def test_a_close_gets_the_age_of_its_session_and_the_time_since_its_last_record() -> None:
    sessions = Sessions()
    sessions.note("s1", 1_000, [])
    sessions.note("s2", 2_000, [])
    sessions.note("s1", 11_000, [])

    (draft,) = sessions.note("s1", 361_000, [close()])

    assert (draft.fields["age_s"], draft.fields["quiet_s"]) == (360.0, 350.0)


def test_what_the_record_says_itself_is_kept() -> None:
    sessions = Sessions()
    sessions.note("s1", 0, [])

    (draft,) = sessions.note("s1", 60_000, [close(age_s=12)])

    assert draft.fields["age_s"] == 12


def test_a_session_that_was_not_seen_before_has_no_age() -> None:
    assert Sessions().note("s1", 60_000, [close()])[0].fields == {"code": 1006}
    assert Sessions().note(None, 60_000, [close()])[0].fields == {"code": 1006}


def test_after_a_close_the_same_id_is_another_connection() -> None:
    sessions = Sessions()
    sessions.note("s1", 0, [])
    sessions.note("s1", 60_000, [close()])
    sessions.note("s1", 61_000, [])

    assert sessions.note("s1", 71_000, [close()])[0].fields["age_s"] == 10.0


def test_other_facts_are_left_alone() -> None:
    sessions = Sessions()
    sessions.note("s1", 0, [])
    other = Draft("tcp.failure", "log", Place("p"), {"outcome": "reset"})

    assert sessions.note("s1", 60_000, [other]) == [other]
