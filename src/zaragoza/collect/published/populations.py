"""Sizes of populations, whole or by group, from datasets of other producers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.catalogue.contents import Catalogue
from zaragoza.collect.published.dataset import Dataset, unclear
from zaragoza.collect.published.observations import BREAKDOWNS, categories_of
from zaragoza.errors import Fault, InputError
from zaragoza.model.classification import TOTAL

_PLACE = ("geo", "period")


def populations(
    datasets: Iterable[Dataset],
    where: Mapping[str, str],
    breakdowns: Mapping[str, str],
    catalogue: Catalogue,
) -> pa.Table:
    """The size of each country's population by year and group: geo, period, the breakdowns, persons.

    Args:
        datasets: of population, with codes; the first that has a figure counts.
        where: dimension -> the one code that is read.
        breakdowns: dimension -> breakdown of ours; dimensions that a dataset lacks are its total.
        catalogue: with the categories of the breakdowns.

    Raises:
        InputError: a dataset lacks the places or a dimension of `where`, has another dimension of which no code is
            chosen, or a figure twice or without a period; of all datasets together.
    """
    given = list(datasets)
    faults = [
        fault
        for dataset in given
        for fault in (*_lacking(dataset, where), *_undecided(dataset, where, breakdowns), *unclear(dataset))
    ]
    if faults:
        raise InputError(faults)
    found: dict[tuple[str, ...], float] = {}
    for dataset in given:
        rows = dataset.table
        for dimension, code in where.items():
            rows = rows.filter(pc.equal(rows[dimension], code))
        codes = {
            name: (dimension, categories_of(name, catalogue))
            for dimension, name in breakdowns.items()
            if dimension in dataset.dimensions
        }
        wanted = [*_PLACE, "value", *(dimension for dimension, _ in codes.values())]
        for row in rows.filter(pc.is_valid(rows["value"])).select(wanted).to_pylist():
            groups = [
                codes[name][1].get(row[codes[name][0]]) if name in codes else TOTAL for name in BREAKDOWNS
            ]
            if None not in groups:
                found.setdefault((row["geo"], row["period"], *map(str, groups)), row["value"])
    columns = {
        name: pa.array([key[place] for key in found], pa.string())
        for place, name in enumerate((*_PLACE, *BREAKDOWNS))
    }
    return pa.table({**columns, "persons": pa.array(list(found.values()), pa.float64())})


def _lacking(dataset: Dataset, where: Mapping[str, str]) -> list[Fault]:
    missing = sorted({"geo", *where} - set(dataset.dimensions))
    if not missing:
        return []
    found, way_out = f"none of {', '.join(missing)}", "Correct `where`, or name other files."
    return [Fault(dataset.id, "dimensions", "those of `where`, and geo", found, way_out)]


def _undecided(dataset: Dataset, where: Mapping[str, str], breakdowns: Mapping[str, str]) -> list[Fault]:
    """Dimensions with several codes, of which one would be taken by chance."""
    others = [name for name in dataset.dimensions if name not in {"geo", *where, *breakdowns}]
    several = [name for name in others if len(dataset.table[name].unique()) > 1]
    if not several:
        return []
    found, way_out = f"{', '.join(several)}, of which no code is chosen", "Add them to `where`."
    return [Fault(dataset.id, "dimensions", "one figure a country, year and group", found, way_out)]
