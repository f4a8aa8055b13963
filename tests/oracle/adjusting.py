"""What oracle tests of adjustment share: the data as tables of persons, and errors of scores under a design."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import zaragoza as z
from tests.oracle.designs import SAMPLES, table
from zaragoza.compute.adjust.table import AdjustTable, make_table
from zaragoza.model.design import Design

HOUSEHOLDS = SAMPLES["eusilc_hh"].design
OUTCOME = "re78"


def number(data: pa.Table, name: str) -> np.ndarray:
    """A column as floats, NaN where it is missing."""
    return data[name].cast(pa.float64()).to_numpy()


def words(data: pa.Table, name: str) -> list[str]:
    return data[name].to_pylist()


def standard_error(data: pa.Table, design: Design, scores: np.ndarray) -> float:
    """The design-based error of the total of scores, one a row of the data; 0 outside a domain."""
    weight = number(data, design.weight)
    values = np.divide(scores, weight, out=np.zeros(len(data)), where=weight > 0)
    scored = data.append_column("score", pa.array(values))
    return z.estimate(scored, {"score": z.total("score")}, design=design).to_pylist()[0]["standard_error"]


def scores(part, weight: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Of persons, each a cell of its own."""
    return part.by_total * weight * y + part.by_size * weight


def unweighted(rows: int) -> tuple[pa.Table, Design]:
    return pa.table({"w": np.ones(rows)}), Design(weight="w")


@cache
def lalonde(base: str = "white") -> AdjustTable:
    """The 614 persons; 185 were treated: the group."""
    data = table("lalonde")
    covariates: dict = {name: number(data, name) for name in ("age", "educ")}
    covariates["race"] = words(data, "race")
    covariates |= {name: number(data, name) for name in ("married", "nodegree", "re74", "re75")}
    return make_table(
        number(data, "treat") == 1, covariates, np.ones(len(data)), number(data, OUTCOME), base={"race": base}
    )


@cache
def adults() -> pa.Table:
    """EU-SILC, 20-64 with a citizenship."""
    data = table("eusilc")
    return data.filter(
        pc.and_(
            pc.is_valid(data["foreign"]),
            pc.and_(pc.greater_equal(data["age"], 20), pc.less_equal(data["age"], 64)),
        )
    )


@cache
def adults_table(outcome: str, crossed: bool) -> AdjustTable:
    """Foreign citizens against Austrians by sex, age, region and household size; sex by age where crossed."""
    data = adults()
    sex, age = words(data, "rb090"), words(data, "agegrp")
    covariates: dict = {"rb090": sex, "agegrp": age}
    if crossed:
        covariates = {"sex by age": [f"{s} {a}" for s, a in zip(sex, age, strict=True)]}
    covariates |= {"db040": words(data, "db040"), "hsize": number(data, "hsize")}
    weight = number(data, "rb050")
    return make_table(
        number(data, "foreign") == 1,
        covariates,
        weight,
        weight * number(data, outcome),
        base={"rb090": "male", "agegrp": "25-49", "db040": "Burgenland"},
    )
