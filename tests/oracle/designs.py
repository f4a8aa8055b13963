"""The oracle's designs as ours (oracle README, Designs), and its data as Arrow tables."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tests.support import SHARED
from zaragoza.model.design import Design


@dataclass(frozen=True)
class Sample:
    data: str
    design: Design


_CLUSTERS = {"weight": "pw", "psu": "dnum"}
SAMPLES = {
    "apisrs_fpc": Sample("apisrs", Design(weight="N_over_n", population_size="fpc")),
    "apistrat_fpc": Sample("apistrat", Design(weight="pw", stratum="stype", population_size="fpc")),
    "apistrat_nofpc": Sample("apistrat", Design(weight="pw", stratum="stype")),
    "apiclus1_fpc": Sample("apiclus1", Design(**_CLUSTERS, population_size="fpc")),
    "apiclus1_nofpc": Sample("apiclus1", Design(**_CLUSTERS)),
    "apiclus2_2stage": Sample(
        "apiclus2", Design(weight="two_stage", psu=("dnum", "snum"), population_size=("fpc1", "fpc2"))
    ),
    "apiclus2_wr": Sample("apiclus2", Design(**_CLUSTERS)),
    "apiclus2_2stage_ultimate": Sample(
        "apiclus2", Design(weight="two_stage", psu="dnum", population_size="fpc1")
    ),
    "mu284_2stage": Sample(
        "mu284", Design(weight="two_stage", psu=("id1", "id2"), population_size=("n1", "n2"))
    ),
    "nhanes": Sample("nhanes", Design(weight="WTMEC2YR", stratum="SDMVSTRA", psu="SDMVPSU")),
    "fpc_withN": Sample(
        "fpc", Design(weight="weight", stratum="stratid", psu="psuid", population_size="size")
    ),
    "fpc_noN": Sample("fpc", Design(weight="weight", stratum="stratid", psu="psuid")),
    "hospital": Sample("hospital", Design(weight="weighta", stratum="oblevel", population_size="tothosp")),
    "yrbs": Sample("yrbs", Design(weight="weight", stratum="stratum", psu="psu")),
    "crowd": Sample("crowd", Design(weight="weight", stratum="stratum", psu="cluster")),
    "eusilc_w": Sample("eusilc", Design(weight="rb050")),
    "eusilc_strat": Sample("eusilc", Design(weight="rb050", stratum="db040")),
    "eusilc_hh": Sample("eusilc", Design(weight="rb050", stratum="db040", psu="db030")),
    "eusilc_hh_fpc": Sample(
        "eusilc", Design(weight="rb050", stratum="db040", psu="db030", population_size="fpc_hh")
    ),
    "nhanes_lonely": Sample("nhanes_lonely", Design(weight="WTMEC2YR", stratum="SDMVSTRA", psu="SDMVPSU")),
    "lonely_small": Sample("lonely_small", Design(weight="w", stratum="stratum", psu="psu")),
    "lonely_small_fpc": Sample(
        "lonely_small", Design(weight="w", stratum="stratum", psu="psu", population_size="Nh")
    ),
}


@cache
def table(name: str) -> pa.Table:
    """A data set, with the weights that the README defines in words."""
    assert SHARED is not None
    found = pq.read_table(SHARED / "oracle" / "data" / f"{name}.parquet")
    if name == "apisrs":
        return found.append_column("N_over_n", pa.array(np.full(len(found), 6194 / 200)))
    if name == "apiclus2":
        districts = found["dnum"].to_numpy()
        sampled = np.array([(districts == d).sum() for d in districts])
        return found.append_column(
            "two_stage",
            pa.array(1 / ((40 / found["fpc1"].to_numpy()) * (sampled / found["fpc2"].to_numpy()))),
        )
    if name == "mu284":
        return found.append_column("two_stage", pa.array(50 / 5 * found["n2"].to_numpy() / 3))
    if name == "fpc":  # the package's columns nh and Nh differ only in case, which engines do not allow
        return found.rename_columns(["size" if c == "Nh" else c for c in found.column_names])
    if name == "eusilc":
        derived = table("eusilc_derived")
        assert pc.all(pc.equal(found["rb030"], derived["rb030"])).as_py()
        for column in derived.column_names[1:]:
            found = found.append_column(column, derived[column])
    return found


def rows(name: str) -> dict[tuple[str, str], list[dict[str, str]]]:
    """Result rows of a file by case and design."""
    if SHARED is None:
        return {}
    found = defaultdict(list)
    with (SHARED / "oracle" / f"{name}.csv").open() as file:
        for row in csv.DictReader(file):
            found[row["case"], row["design"]].append(row)
    return dict(found)
