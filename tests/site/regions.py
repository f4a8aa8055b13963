"""A made-up office whose figures are of regions too, and where these lie: five squares and an island."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from tests.web.definitions import SNAPSHOT
from tests.web.made_up import COLUMNS, INDICATORS, NOW, TABLE, Cell, _along, few, monitor, observations
from tests.web.releases import write
from zaragoza.model.classification import Breakdown, Category, Classification
from zaragoza.model.period import Period
from zaragoza.model.text import Text

SERIES = "regions"
ONE = tuple(one for one in INDICATORS if one.id == "employment_rate")
# Codes, names in the outlines, and what each adds to a level; in the south the groups are too small to be shown.
REGIONS = {
    "R1": ("Northland", 0.05),
    "R2": ("Westland", -0.10),
    "R3": ("Southland", None),
    "R4": ("Isle", 0.0),
}
REGION = Classification(
    id="region",
    title=Text("Region", "Regio"),
    categories=tuple(Category(code, Text(code, code), f"region = '{code}'") for code in REGIONS),
    source="made up",
)


def table(period: str = "2023", add: float = 0.0) -> pa.Table:
    """Levels and gaps by country of birth, of the country and of each region."""
    found = observations(ONE)
    rows = [row for row in found.to_pylist() if row["urbanisation"] == "_T"]
    for code, (_, part) in REGIONS.items():
        cells = tuple(_of(cell, part) for cell in TABLE[ONE[0]])
        rows += _along(ONE[0], "birth_group", cells, {"urbanisation": code})
    for row in rows:
        row["region"] = row.pop("urbanisation")
        row["period"] = period
        if row.get("value") is not None and row["statistic"] == "level":
            for name in ("value", "ci_low", "ci_high"):
                row[name] += add
    names = ["region" if name == "urbanisation" else name for name in found.column_names]
    types = [found.schema.field(name).type for name in found.column_names]
    return pa.table({n: pa.array([row.get(n) for row in rows], t) for n, t in zip(names, types, strict=True)})


def _of(cell: Cell, part: float | None) -> Cell:
    if part is None or cell.value is None:
        return few()
    return replace(cell, value=cell.value * (1 + part), n=cell.n // 4)


def office(folder: Path, period: str = "2023", **others: Any) -> Any:
    """Its monitor."""
    made = monitor(folder, ONE)
    breakdowns = (
        Breakdown(("birth_group", "sex")),
        Breakdown(("citizen_group",)),
        Breakdown(("birth_group", "region")),
    )
    classifications = (*(each for each in made.classifications if each.id != "urbanisation"), REGION)
    own = {"classifications": classifications, "breakdowns": breakdowns, "period": Period(period)}
    return replace(made, **{"id": SERIES} | own | others)


def release(folder: Path, period: str = "2023", now: datetime = NOW, add: float = 0.0, **others: Any) -> Path:
    """A release of it."""
    made = office(folder, period, **others)
    snapshots = [SNAPSHOT for _ in made.earlier]
    path: Path = write(folder, table(period, add), monitor=made, now=now, earlier=snapshots).path
    return path


assert "urbanisation" in COLUMNS


def square(west: float, south: float, size: float = 1.0) -> list[list[float]]:
    """A closed ring."""
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def geojson(**changes: Any) -> dict[str, Any]:
    """The regions, or with other features in the place of some."""
    squares = {
        "R1": [[square(4, 52)]],
        "R2": [[square(3, 51)]],
        "R3": [[square(4, 51)]],
        "R4": [[square(6, 53, 0.1)]],
    }
    features = {
        code: {
            "type": "Feature",
            "properties": {"code": code, "naam": REGIONS[code][0]},
            "geometry": {"type": "MultiPolygon", "coordinates": coordinates},
        }
        for code, coordinates in squares.items()
    }
    return {"type": "FeatureCollection", "features": [*(features | changes).values()]}


def written(content: object, path: Path) -> Path:
    """A file of it."""
    path.write_text(json.dumps(content), encoding="utf-8")
    return path
