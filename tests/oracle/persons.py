"""Persons of a sample as a table of cells, for oracle tests of standardisation and decompositions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import pyarrow as pa

import zaragoza as z
from tests.oracle.designs import SAMPLES, table
from zaragoza.compute.adjust.table import Part, make_table
from zaragoza.engine import Engine
from zaragoza.model.design import Design

HOUSEHOLDS = SAMPLES["eusilc_hh"].design
Errors = list[tuple[float, float]]  # standard error, half the width of the interval


class Persons:
    """Persons of a sample, each a cell of its own; who takes no part keeps the units of the design whole."""

    def __init__(
        self, data: pa.Table, design: Design, keep: Sequence[bool], group: Sequence[bool],
        covariates: Mapping[str, Sequence], y: Sequence[float], base: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.data, self.design, self.keep = data, design, np.asarray(keep, dtype=bool)
        self.y = np.asarray(y, dtype=float)[self.keep]
        self.weight = number(data, design.weight)[self.keep]
        chosen = {
            name: values[self.keep]
            if isinstance(values, np.ndarray)
            else [v for v, kept in zip(values, self.keep, strict=True) if kept]
            for name, values in covariates.items()
        }
        self.table = make_table(
            np.asarray(group, dtype=bool)[self.keep], chosen, self.weight, self.weight * self.y, base=base
        )

    def errors(self, parts: Sequence[Part]) -> Errors:
        """Of the total of each part's scores."""
        columns = {}
        for i, part in enumerate(parts):
            column = np.zeros(len(self.data))
            column[self.keep] = part.by_total * self.y + part.by_size
            columns[f"score {i}"] = column
        return errors_of_totals(self.data, self.design, columns)


def errors_of_totals(data: pa.Table, design: Design, columns: Mapping[str, np.ndarray]) -> Errors:
    for name, column in columns.items():
        data = data.append_column(name, pa.array(column))
    with Engine() as engine:
        measures = {name: z.total(f'"{name}"') for name in columns}
        found = {
            r["measure"]: r for r in z.estimate(data, measures, design=design, engine=engine).to_pylist()
        }
    return [
        (r["standard_error"], (r["ci_high"] - r["ci_low"]) / 2) for r in (found[name] for name in columns)
    ]


def number(data: pa.Table, name: str) -> np.ndarray:
    return data[name].cast(pa.float64()).to_numpy()


def words(data: pa.Table, name: str) -> list[str]:
    return [str(value) for value in data[name].to_pylist()]


def near(ours: float, theirs: str | float, tolerance: float = 1e-9) -> bool:
    return math.isclose(ours, float(theirs), rel_tol=tolerance, abs_tol=1e-12)


def agrees(row: Mapping[str, str], value: float, error: tuple[float, float] | None) -> bool:
    """Value, and where the row has them standard error, limits."""
    fine = near(value, row["value"])
    if row["se"]:
        assert error is not None
        fine &= near(error[0], row["se"])
        if row["ci_low"]:
            fine &= near(value - error[1], row["ci_low"]) and near(value + error[1], row["ci_high"])
    return fine


@cache
def adults(outcome: str, covariates: tuple[str, ...]) -> Persons:
    """EU-SILC, 20-64: foreign citizens against Austrians."""
    data = table("eusilc")
    age, foreign, y = (number(data, name) for name in ("age", "foreign", outcome))
    keep = np.isfinite(foreign) & np.isfinite(number(data, "employed")) & (age >= 20) & (age <= 64)
    columns = {name: number(data, name) if name == "hsize" else words(data, name) for name in covariates}
    base = {"rb090": "male", "agegrp": "25-49", "db040": "Burgenland"}
    return Persons(data, HOUSEHOLDS, keep, foreign == 1, columns, np.where(keep, y, 0.0), base)
