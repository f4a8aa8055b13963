"""A run of stage `collect`: what stops it, and what does not change its table."""

from __future__ import annotations

import gzip

import pytest

from tests.collecting import (
    CANARY,
    csv_of,
    engine,
    everything_said,
    run,
    small,
    source,
    write,
)
from zaragoza.errors import DefinitionError, InputError

__all__ = ["engine"]


def test_what_would_falsify_figures_stops_the_run_with_nothing_written(engine, tmp_path):
    rows = [f"1;1;{CANARY}", "1;-1;b", ";1;c", "4;;d"]
    write(tmp_path, csv_of("id;w;x", rows))
    with pytest.raises(InputError) as caught:
        run(engine, tmp_path, source(person="id", weight="w", region="x"))
    found = [fault.found for fault in caught.value.faults]
    assert found == [
        "none on 1 row",
        "2 rows whose person is on another row too",
        "negative weights on 1 row",
        "none on 1 row",
    ]
    assert not (tmp_path / "snapshots").exists()
    assert CANARY not in everything_said(caught.value)


def test_a_short_secret_is_refused(engine, tmp_path):
    with pytest.raises(DefinitionError, match="at least 32 bytes"):
        run(engine, tmp_path, source(person="id"), secret=b"kort")


def test_the_order_of_rows_does_not_change_the_table(engine, tmp_path):
    rows = [f"{i};{i % 90};{i / 7}" for i in range(2000)]
    first = run(engine, tmp_path, small(tmp_path, csv_of("id;age;w", rows))).table.arrow()
    second = run(engine, tmp_path, small(tmp_path, csv_of("id;age;w", rows[::-1]))).table.arrow()
    assert first.equals(second)


def test_compressed_and_plain_files_give_the_same_table(engine, tmp_path):
    text = csv_of("id;age;w", (f"{i};{i};1" for i in range(50)))
    plain = run(engine, tmp_path, small(tmp_path, text)).table.arrow()
    write(tmp_path, gzip.compress(text.encode()), "p.csv.gz")
    packed = run(engine, tmp_path, source(("p.csv.gz",), person="id", age="age", weight="w")).table.arrow()
    assert plain.equals(packed)
