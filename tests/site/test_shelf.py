"""The engines that read releases: one a thread, closed with it."""

from __future__ import annotations

import gc
import threading
import warnings
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from zaragoza.web.releases import shelf


def test_an_engine_is_closed_with_its_thread(tmp_path: Path) -> None:
    """A server with a thread a reader would otherwise keep an engine and a folder for each, and warn of them."""
    file = tmp_path / "observations.parquet"
    pq.write_table(pa.table({"value": [1, 2, 3]}), file)
    folders: list[Path] = []

    def ask() -> None:
        assert shelf.query(file, "SELECT sum(value) FROM {table}").rows() == [(6,)]
        folders.append(Path(shelf._reader().engine._spill.name))
        assert folders[0].is_dir()

    gc.collect()  # what other tests have left is none of this one's
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
        gc.collect()
    assert [str(each.message) for each in told if each.category is ResourceWarning] == []
    assert [folder.exists() for folder in folders] == [False]
