"""A server that answers with every recorded message: what is data becomes a vintage, what is not leaves none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connectors.fake_server import FakeServer, serving
from tests.connectors.test_fetch import always, ask, leavings
from tests.connectors.test_published_files import DATA, LARGE, PARQUET, REFUSED, shared
from tests.support import needs_shared
from zaragoza.collect.fetch import Query, datasets
from zaragoza.collect.published import read
from zaragoza.errors import ZaragozaError

# Tables of StatLine are asked for in pages (test_fetch_tables.py); the largest files say nothing more.
MESSAGES = [
    file for file in DATA if file not in (*LARGE, *PARQUET) and not file.startswith(("cbs/", "unhcr/"))
]
NO_DATA = [file for file, _ in REFUSED if not file.startswith("cbs/")]


@pytest.fixture(scope="module")
def server() -> Iterator[FakeServer]:
    with serving(always(b"")) as running:
        yield running


@needs_shared
@pytest.mark.parametrize("file", MESSAGES)
def test_a_recorded_message_becomes_a_vintage(server: FakeServer, file: str, tmp_path: Path) -> None:
    server.route = always(shared(file).read_bytes())
    found = ask(server, tmp_path, Query(source="eurostat", dataset="recorded"))
    parts, expected = datasets(found.path), read(shared(file))
    assert [part.table.drop_columns("dataset") for part in parts] == [
        part.table.drop_columns("dataset") for part in expected
    ]
    assert found.vintage.rows == sum(part.table.num_rows for part in expected)


@needs_shared
@pytest.mark.parametrize("file", NO_DATA)
def test_a_recorded_message_without_figures_leaves_no_vintage(
    server: FakeServer, file: str, tmp_path: Path
) -> None:
    server.route = always(shared(file).read_bytes())
    with pytest.raises(ZaragozaError) as caught:
        ask(server, tmp_path, Query(source="eurostat", dataset="recorded"))
    assert all(fault.expected and fault.found and fault.way_out for fault in caught.value.faults)
    assert leavings(tmp_path) == []
