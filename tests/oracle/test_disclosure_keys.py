"""Key counts of the Austrian EU-SILC example file against R (cases X01)."""

from __future__ import annotations

import csv

import pyarrow.parquet as pq
import pytest

import zaragoza as z
from tests.support import SHARED, needs_shared

# the oracle's name -> the API's; `records_violating_a_anonymity` is asked for each a
STATISTICS = {
    "distinct_keys": "combinations",
    "sample_uniques": "unique_records",
    "expected_reidentifications[sum 1/Fk]": "expected_reidentifications",
    "max_risk[1/Fk]": "largest_one_over_population",
    "classes_with_distinct_l_diversity<2": "combinations_failing_distinct_l",
    "records_in_such_classes": "records_failing_distinct_l",
}
COLUMNS = {"pb": "pb220a", "hs": "hs"}


def expected() -> list[dict[str, str]]:
    with (SHARED / "oracle" / "31_sdc.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["case"] == "X01"]


def persons():
    folder = SHARED / "oracle" / "data"
    data, derived = pq.read_table(folder / "eusilc.parquet"), pq.read_table(folder / "eusilc_derived.parquet")
    size = [min(6, int(n)) for n in data["hsize"].to_pylist()]  # the oracle's hs
    return data.append_column("agegrp", derived["agegrp"]).append_column("hs", [size])


@needs_shared
def test_every_row_of_the_oracle():
    data, rows = persons(), expected()
    assert len(rows) == 23
    for row in rows:
        keys, _, sensitive = row["design"].removeprefix("keys: ").partition(", sensitive ")
        names = [COLUMNS.get(name, name) for name in keys.split("+")]
        k, statistic = 3, STATISTICS.get(row["statistic"])
        if statistic is None:
            k, statistic = int(row["statistic"].split("_")[2]), "records_below_k"
        found = z.microdata_risk(data, names, sensitive=[sensitive] if sensitive else (), weight="rb050", k=k)
        value = {r["statistic"]: r["value"] for r in found.summary.to_pylist()}[statistic]
        assert value == pytest.approx(float(row["value"]), rel=1e-9), (row["design"], row["statistic"])
