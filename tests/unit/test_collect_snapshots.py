"""Snapshots: private, reused while nothing has changed, whole or not there."""

from __future__ import annotations

import json
import stat

import pyarrow.parquet as pq
import pytest

from tests.collecting import (
    SECRET,
    VARIABLES,
    csv_of,
    engine,
    run,
    small,
    source,
)
from zaragoza.collect import collect
from zaragoza.engine import Engine
from zaragoza.model.source import ColumnMapping as Map

__all__ = ["engine"]


def test_a_snapshot_is_private_and_tells_where_it_comes_from(engine, tmp_path):
    collected = run(engine, tmp_path, small(tmp_path))
    files = sorted(path for path in (tmp_path / "snapshots").iterdir() if path.name != ".lock")
    name = f"test-{collected.snapshot.checksum[:12]}"
    assert [file.name for file in files] == [f"{name}.json", f"{name}.parquet"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "snapshots").stat().st_mode) == 0o700
    origin = json.loads(files[0].read_text())["snapshot"]
    assert origin["mapping"] == {"person": "id", "age": "age", "weight": "w"}
    assert origin["files"][0]["name"] == "persons.csv"
    assert origin["files"][0]["size"] == (tmp_path / "persons.csv").stat().st_size
    assert collected.snapshot.key_id in files[0].read_text()
    assert SECRET.hex() not in files[0].read_text()
    assert pq.read_table(files[1]).to_pydict() == collected.table.arrow().to_pydict()


def test_a_snapshot_is_reused_while_nothing_has_changed(engine, tmp_path):
    first = run(engine, tmp_path, small(tmp_path))
    file = next((tmp_path / "snapshots").glob("*.parquet"))
    before = file.stat().st_mtime_ns
    again = run(engine, tmp_path, small(tmp_path))
    assert (again.snapshot, again.quality) == (first.snapshot, first.quality)
    assert file.stat().st_mtime_ns == before


def test_files_mapping_secret_and_meaning_each_make_a_new_snapshot(engine, tmp_path):
    base = small(tmp_path)
    checksums = {run(engine, tmp_path, base).snapshot.checksum}
    checksums.add(run(engine, tmp_path, base, secret=SECRET[::-1]).snapshot.checksum)
    other = source(person="id", age=Map(column="age", missing=("x",)), weight="w")
    checksums.add(run(engine, tmp_path, other).snapshot.checksum)
    narrower = {**VARIABLES, "age": VARIABLES["weight"]}
    checksums.add(collect(base, tmp_path, narrower, SECRET, engine, tmp_path / "snapshots").snapshot.checksum)
    changed = small(tmp_path, csv_of("id;age;w", ["1;40;2", "2;41;0"]))
    checksums.add(run(engine, tmp_path, changed).snapshot.checksum)
    assert len(checksums) == 5


@pytest.mark.parametrize("damage", ["origin", "rows", "table"])
def test_a_damaged_snapshot_is_made_again(engine, tmp_path, damage):
    first = run(engine, tmp_path, small(tmp_path))
    table, origin = (next((tmp_path / "snapshots").glob(f"*.{suffix}")) for suffix in ("parquet", "json"))
    if damage == "origin":
        origin.write_text(origin.read_text()[:-40])
    elif damage == "rows":
        pq.write_table(pq.read_table(table).slice(1), table)
    else:
        table.write_bytes(b"PAR1")
    with Engine() as fresh:
        again = run(fresh, tmp_path, small(tmp_path))
        assert again.table.arrow().num_rows == first.quality.rows == 3


def test_an_interrupted_write_leaves_nothing(engine, tmp_path, monkeypatch):
    from zaragoza.engine import Table

    written = Table.write_parquet

    def fail(table, path):
        written(table, path)
        if "snapshots" in str(path):
            raise KeyboardInterrupt

    monkeypatch.setattr(Table, "write_parquet", fail)
    with pytest.raises(KeyboardInterrupt):
        run(engine, tmp_path, small(tmp_path))
    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == [".lock"]


def test_what_a_killed_run_left_of_persons_is_removed_by_the_next(engine, tmp_path):
    left = tmp_path / "snapshots" / ".aside-killed"
    left.mkdir(parents=True)
    (left / "persons.parquet").write_bytes(b"rows")
    run(engine, tmp_path, small(tmp_path))
    assert not left.exists()
