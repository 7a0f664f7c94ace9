"""Tables of records: CSV and TSV as log stores export them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from diagnose.read.logs import tables
from diagnose.read.logs.rows import Broken, JsonRow
from tests.read import mutate
from tests.read.sound import sound_row

TABLES = {
    "Kibana": '"@timestamp","_source.message","host.name"\n"2031-03-04T05:06:07Z","reset by peer","n1"\n',
    "Splunk": '"_time",host,"_raw"\n2031-03-04T05:06:07Z,n1,"reset\nby peer"\n',
    "Datadog": "Date,Host,Service,Message\n2031-03-04T05:06:07Z,n1,bridge,reset by peer\n",
    "Azure": "\ufeffTimeGenerated [UTC],Computer,Message\n3/4/2031 5:06:07 AM,n1,reset by peer\n",
    "TSV": "time\thost\tmessage\n1930367167\tn1\treset by peer\n",
    "semicolons": "timestamp;host;message\n2031-03-04 05:06:07;n1;reset by peer\n",
}


def rows_of(text: str) -> list[JsonRow | str]:
    mark = tables.delimiter(text)
    assert mark is not None
    return list(tables.rows(enumerate(text.rstrip("\n").split("\n"), start=1), mark))


@pytest.mark.parametrize("store", TABLES)
def test_a_row_is_a_record(store: str) -> None:
    (row,) = rows_of(TABLES[store])
    assert isinstance(row, JsonRow)
    when = row.when()
    assert when is not None
    assert when[0] == 1930367167000
    assert row.text().split() == ["reset", "by", "peer"]
    assert (row.line, row.record().entities["host"]) == (2, "n1")


def test_lines_are_counted_over_cells_of_many_lines() -> None:
    rows = rows_of('time,message\n1930367167,"a\nb\nc"\n1930367168,d\n')
    assert [row.line for row in rows if isinstance(row, JsonRow)] == [2, 5]


def test_json_in_a_cell_is_taken_apart() -> None:
    (row,) = rows_of('_time,_raw\n1930367167,"{""level"":""error"",""msg"":""reset""}"\n')
    assert isinstance(row, JsonRow)
    assert (row.text(), row.record().fields["level"]) == ("reset", "error")


@pytest.mark.parametrize(
    "text",
    ["", "time,message", "time,message\n", "name,count\na,1\n", "The time, we think, and the message\nx\n", "[]\n[]"],
)
def test_other_texts_are_no_tables(text: str) -> None:
    assert tables.delimiter(text) is None


def test_a_cell_that_is_too_large_is_named_and_the_rest_is_read() -> None:
    rows = rows_of("time,message\n1930367167," + "x" * 200_000 + "\n1930367168,reset\n")
    assert isinstance(rows[0], Broken)
    assert isinstance(rows[-1], JsonRow)


def test_a_quote_that_is_never_closed_ends_with_the_file() -> None:
    assert len(rows_of('time,message\n1930367167,"reset\nby peer\n')) == 1


@settings(deadline=None, max_examples=150)
@given(mutate.texts(list(TABLES.values())))
def test_a_spoilt_table_is_answered(text: str) -> None:
    mark = tables.delimiter(text)
    if mark is not None:
        for row in tables.rows(enumerate(text.split("\n"), start=1), mark):
            sound_row(row)
