"""Standardisation against R and epitools (oracle file 25, and M05 of 07)."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tests.oracle.designs import SAMPLES, rows, table
from tests.oracle.persons import HOUSEHOLDS, Persons, adults, agrees, near, number, words
from tests.support import SHARED, needs_shared
from zaragoza.compute.adjust.smooth import level_of
from zaragoza.compute.adjust.standardise import gamma_interval, standardise, standardise_indirectly
from zaragoza.compute.adjust.table import AdjustTable, Part, make_table


def counts() -> dict[str, list]:
    assert SHARED is not None
    with (SHARED / "oracle" / "data" / "standardisation_table.csv").open() as file:
        listed = list(csv.DictReader(file))
    return {name: [row[name] for row in listed] for name in listed[0]}


def against_everybody(of: Mapping[str, list], citizenship: str) -> AdjustTable:
    """A citizenship against all three together: rates by cell of the standard population."""
    cells, groups = of["cell"], ("AT", "EU", "Other")
    own = [float(v) for v in of[citizenship]], [float(v) for v in of[f"unemployed.{citizenship}"]]
    everybody = (
        [math.fsum(float(of[g][i]) for g in groups) for i in range(len(cells))],
        [math.fsum(float(of[f"unemployed.{g}"][i]) for g in groups) for i in range(len(cells))],
    )
    flags = [True] * len(cells) + [False] * len(cells)
    return make_table(flags, {"cell": cells * 2}, own[0] + everybody[0], own[1] + everybody[1])


@needs_shared
def test_rates_of_counts():
    of = counts()
    standard = {cell: float(size) for cell, size in zip(of["cell"], of["standard"], strict=True)}
    whole = math.fsum(standard.values())
    compared = 0
    for case in ("N01", "N02"):
        for row in rows("25_standardised_rates")[case, "unweighted counts"]:
            citizenship = row["domain"].removeprefix("pb220a=")
            cells = against_everybody(of, citizenship)
            direct = {p.statistic: p.value for p in standardise(cells, standard).parts}
            indirect = {p.statistic: p.value for p in standardise_indirectly(cells).parts}
            share = np.array(list(standard.values())) / whole
            people, events = (
                np.array(of[name], dtype=float) for name in (citizenship, f"unemployed.{citizenship}")
            )
            variance = float((share**2 * events / people**2).sum())
            value = {
                "crude_rate": level_of(cells, True).value,
                "direct_standardised_rate": direct["adjusted_level"],
                "SIR": indirect["observed_to_expected"],
                "expected": indirect["expected"],
                "observed": indirect["observed"],
                "indirect_standardised_rate": indirect["indirectly_standardised_level"],
            }[row["statistic"]]
            assert near(value, row["value"])
            compared += 1
            if row["se"]:
                assert near(math.sqrt(variance), row["se"])
                limits = gamma_interval(value, variance, float((share / people).max()))
                assert near(limits[0], row["ci_low"])
                assert near(limits[1], row["ci_high"])
            elif row["ci_low"]:  # of the ratio, log-normal with Poisson events; 1.96 as the file has it
                factor = math.exp(1.959963984540054 / math.sqrt(indirect["observed"]))
                assert near(value / factor, row["ci_low"])
                assert near(value * factor, row["ci_high"])
    assert compared == 18


@cache
def labour_force() -> tuple[pa.Table, np.ndarray, list[str]]:
    """Adults 20-64 with work or without, by sex and age."""
    data = table("eusilc")
    age = number(data, "age")
    keep = pc.is_valid(data["pb220a"]).to_numpy(zero_copy_only=False) & np.isfinite(
        number(data, "unemployed")
    )
    keep &= (age >= 20) & (age <= 64)
    band = np.select([age < 30, age < 40, age < 50], ["20-29", "30-39", "40-49"], "50-64")
    return data, keep, [f"{sex}:{b}" for sex, b in zip(words(data, "rb090"), band, strict=True)]


@needs_shared
def test_rates_of_a_survey():
    data, keep, cell = labour_force()
    weight = number(data, "rb050")
    standard = {c: float(weight[keep & (np.array(cell) == c)].sum()) for c in set(np.array(cell)[keep])}
    citizenship = np.array(words(data, "pb220a"))
    compared = 0
    for row in rows("25_standardised_rates")["N03", "eusilc_hh"]:
        compared += 1
        if row["statistic"] == "standard_population":
            assert near(standard[row["domain"]], row["value"])
            continue
        group = citizenship == row["domain"].removeprefix("pb220a=")
        unemployed = np.where(keep, number(data, "unemployed"), 0.0)
        persons = Persons(data, HOUSEHOLDS, keep, group, {"cell": cell}, unemployed)
        if row["statistic"] == "crude_rate":
            part = level_of(persons.table, True).part("level")
        else:
            part = next(
                p for p in standardise(persons.table, standard).parts if p.statistic == "adjusted_level"
            )
        assert agrees(row, part.value, persons.errors([part])[0])
        assert int(row["n"]) == int((keep & group).sum())
    assert compared == 14


# Age-standardised means of surveys, M05 of file 07


def standardised_level(persons: Persons, standard: Mapping[str, float]) -> Part:
    found = standardise(persons.table, standard)
    assert found.diagnostics["empty_cells"] == 0
    return next(p for p in found.parts if p.statistic == "adjusted_level")


@needs_shared
def test_standardised_means_of_nhanes():
    data = table("nhanes")
    y = number(data, "HI_CHOL")
    ages = dict(zip(("(0,19]", "(19,39]", "(39,59]", "(59,Inf]"), (55901, 77670, 72816, 45364), strict=True))
    compared = 0
    for row in rows("07_survey_models")["M05", "nhanes"]:
        group = np.ones(len(data), bool)
        for condition in row["domain"].split("|"):
            column, value = condition.split("=")
            group &= number(data, column) == float(value)
        keep = np.isfinite(y)
        persons = Persons(
            data,
            SAMPLES["nhanes"].design,
            keep,
            group,
            {"age": words(data, "agecat")},
            np.where(keep, y, 0.0),
        )
        part = standardised_level(persons, ages)
        assert agrees(row, part.value, persons.errors([part])[0])
        compared += 1
    assert compared == 10


@needs_shared
def test_standardised_rates_of_eusilc():
    whole = adults("employed", ("rb090", "agegrp"))
    levels = whole.table.levels
    standard = {
        row: float(whole.weight[whole.table.category == code].sum()) for code, row in enumerate(levels)
    }
    citizenship = np.array(words(whole.data, "pb220a"))
    compared = 0
    for row in rows("07_survey_models")["M05", "eusilc_hh"]:
        group = citizenship == row["domain"].partition("|")[0].removeprefix("pb220a=")
        covariates = {name: words(whole.data, name) for name in ("rb090", "agegrp")}
        y = np.where(whole.keep, number(whole.data, "employed"), 0.0)
        persons = Persons(whole.data, HOUSEHOLDS, whole.keep, group, covariates, y)
        part = standardised_level(persons, standard)
        assert agrees(row, part.value, persons.errors([part])[0])
        compared += 1
    assert compared == 3


@needs_shared
def test_every_case_is_compared_or_left_out():
    """M01-M04 belong to regressions and g-computation; M06 are test statistics (decision 11)."""
    assert {case for case, _ in rows("25_standardised_rates")} == {"N01", "N02", "N03"}
    assert {case for case, _ in rows("07_survey_models")} == {"M01", "M02", "M03", "M04", "M05", "M06"}
