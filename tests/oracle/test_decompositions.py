"""Standardisation and decompositions against R and statsmodels (oracle files 23, 24, 25, and M05 of 07).

The files' differences are A minus B with A the reference group: ours are turned (decision 1).
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import zaragoza as z
from tests.oracle.designs import SAMPLES, rows, table
from tests.support import SHARED, needs_shared
from zaragoza.compute.adjust.crossing import cross
from zaragoza.compute.adjust.kitagawa import kitagawa
from zaragoza.compute.adjust.oaxaca import oaxaca, oaxaca_threefold
from zaragoza.compute.adjust.smooth import level_of, raw_gap
from zaragoza.compute.adjust.standardise import gamma_interval, standardise, standardise_indirectly
from zaragoza.compute.adjust.table import AdjustTable, Part, make_table
from zaragoza.engine import Engine
from zaragoza.model.design import Design

NORMS = {
    "B": "group", "A": "reference", "mean": "reimers", "neumark": "neumark", "pooled": "pooled",
    "two_fold:pooled": "pooled", "two_fold:nuemark": "neumark", "two_fold:cotton": "cotton",
    "two_fold:reimers": "reimers", "two_fold:weight_of_higher_group=0": "group",
    "two_fold:weight_of_higher_group=1": "reference",
}  # fmt: skip
LEFT_OUT = {
    "23": "errors of the three parts: bootstraps of which the outer 1 % is trimmed (README, loose)",
    "07": "M01-M04 belong to regressions and g-computation; M06 are test statistics (decision 11)",
}
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


# Oaxaca-Blinder without weights, file 23


@cache
def earnings(weighted: bool) -> Persons:
    data = table("ses")
    data = data.append_column("one", pa.array(np.ones(len(data))))
    covariates = {name: words(data, name) for name in ("education", "age", "fullPart", "location")}
    base = {"education": "ISCED 3 and 4", "age": "(29,39]", "fullPart": "FT", "location": "AT1"}
    women = np.array([sex == "female" for sex in words(data, "sex")])
    y = np.log(number(data, "earningsHour"))
    design = Design(weight="weights" if weighted else "one")
    return Persons(data, design, np.ones(len(data), bool), women, covariates, y, base)


@cache
def wages() -> Persons:
    data = table("eusilc")
    age, wage = number(data, "age"), number(data, "py010n")
    with np.errstate(invalid="ignore"):
        keep = pc.is_valid(data["pb220a"]).to_numpy(zero_copy_only=False) & (wage > 0)
    keep &= (age >= 20) & (age <= 64)
    activity = [str(v) for v in pc.cast(data["pl030"], pa.int64(), safe=False).to_pylist()]
    covariates = {"age": age, "age2": age**2 / 100, "rb090": words(data, "rb090"), "db040": words(data, "db040"),
                  "pl030": activity}  # fmt: skip
    base = {"rb090": "male", "db040": "Vienna", "pl030": "1"}
    foreign = [citizenship != "AT" for citizenship in words(data, "pb220a")]
    return Persons(data, HOUSEHOLDS, keep, foreign, covariates, np.log(np.where(keep, wage, 1.0)), base)


def equal_weights(persons: Persons) -> AdjustTable:
    """Everybody counts as one."""
    return replace(persons.table, size=np.ones(len(persons.y)), total=persons.y)


@needs_shared
@pytest.mark.parametrize(
    ("case", "persons", "expected"), [("O01", lambda: earnings(False), 16), ("O02", wages, 16)]
)
def test_unweighted_decompositions(case, persons, expected):
    found = [
        row for (name, _), listed in rows("23_oaxaca_statsmodels").items() if name == case for row in listed
    ]
    cells = equal_weights(persons())
    wrong = []
    for row in found:
        domain = row["domain"]
        if row["statistic"] == "gap":
            ours = raw_gap(cells).value
        else:
            adjusted = oaxaca_threefold(cells) if domain == "three_fold" else oaxaca(cells, NORMS[domain])
            ours = next(p.value for p in adjusted.parts if p.statistic == row["statistic"])
        assert int(row["n"]) == len(cells.size)
        if not near(-ours, row["value"]):
            wrong.append((row, -ours))
    assert not wrong
    assert len(found) == expected


# Oaxaca-Blinder with weights and a design, and Kitagawa, file 24


@cache
def adults(outcome: str, covariates: tuple[str, ...]) -> Persons:
    """EU-SILC, 20-64: foreign citizens against Austrians."""
    data = table("eusilc")
    age, foreign, y = (number(data, name) for name in ("age", "foreign", outcome))
    keep = np.isfinite(foreign) & np.isfinite(number(data, "employed")) & (age >= 20) & (age <= 64)
    columns = {name: number(data, name) if name == "hsize" else words(data, name) for name in covariates}
    base = {"rb090": "male", "agegrp": "25-49", "db040": "Burgenland"}
    return Persons(data, HOUSEHOLDS, keep, foreign == 1, columns, np.where(keep, y, 0.0), base)


@cache
def schools() -> Persons:
    data = table("apistrat")
    covariates = {"meals": number(data, "meals"), "ell": number(data, "ell"), "stype": words(data, "stype")}
    group = [answer == "No" for answer in words(data, "sch.wide")]
    design = SAMPLES["apistrat_nofpc"].design
    return Persons(data, design, np.ones(len(data), bool), group, covariates, number(data, "api00"))


DECOMPOSED: dict[str, tuple[Callable[[], Persons], int]] = {
    "eusilc_hh: employed (linear probability), A = AT, B = foreign, 20-64": (
        lambda: adults("employed", ("rb090", "agegrp", "db040", "hsize")), 38),
    "ses: log(earningsHour), A = male, B = female, weighted": (lambda: earnings(True), 38),
    "ses: log(earningsHour), A = male, B = female, unweighted": (lambda: earnings(False), 38),
    "apistrat_nofpc: api00, A = sch.wide Yes, B = No": (schools, 34),
}  # fmt: skip


def parts_of(cells: AdjustTable, norm: str) -> dict[str, Part]:
    adjusted = oaxaca(cells, NORMS[norm], detail=True)
    found = {f"{p.statistic}:{p.detail}" if p.detail else p.statistic: p for p in adjusted.parts}
    return found | {"gap": raw_gap(cells).part("gap")}


@needs_shared
@pytest.mark.parametrize("design", DECOMPOSED)
def test_decompositions_with_a_design(design):
    make, expected = DECOMPOSED[design]
    persons = make()
    found = [row for (_, name), listed in rows("24_decompositions_weighted").items() if name == design
             for row in listed]  # fmt: skip
    three = {p.statistic: p for p in oaxaca_threefold(persons.table).parts}
    by_norm = {norm: parts_of(persons.table, norm) for norm in ("B", "A", "mean", "neumark", "pooled")}
    ours = []
    for row in found:
        statistic = row["statistic"].replace("(Intercept)", "constant")
        parts = three if row["domain"] == "three_fold" else by_norm[row["domain"].removeprefix("norm=")]
        ours.append(parts[statistic])
        assert int(row["n"]) == len(persons.y)
    errors = persons.errors(ours)
    wrong = [
        (row, part.value, error)
        for row, part, error in zip(found, ours, errors, strict=True)
        if not agrees(row, -part.value, error)
    ]
    assert not wrong
    assert len(found) == expected


@needs_shared
def test_jackknife_of_a_decomposition():
    """The decomposition is made anew with each set of weights: the delete-one jackknife, 200 replicates."""
    found = rows("24_decompositions_weighted")["O04", "apistrat_jkn"]
    persons = schools()
    stratum = np.array(words(persons.data, "stype"))
    size = {h: float((stratum == h).sum()) for h in set(stratum)}

    def decompose(weight: np.ndarray) -> list[float]:
        cells = replace(persons.table, size=weight, total=weight * persons.y)
        parts = parts_of(cells, "B")
        return [-parts[row["statistic"]].value for row in found]

    whole, made = decompose(persons.weight), []
    for left_out in range(len(stratum)):
        factor = np.where(
            stratum == stratum[left_out], size[stratum[left_out]] / (size[stratum[left_out]] - 1), 1.0
        )
        factor[left_out] = 0.0
        made.append(decompose(persons.weight * factor))
    scales = np.array([(size[h] - 1) / size[h] for h in stratum])
    errors = np.sqrt(scales @ (np.array(made) - np.mean(made, axis=0)) ** 2)
    for row, value, error in zip(found, whole, errors, strict=True):
        assert near(value, row["value"]) and near(error, row["se"])  # noqa: PT018 - one row, two numbers
    assert len(found) == 2


@needs_shared
@pytest.mark.parametrize("outcome", ["employed", "arop"])
def test_kitagawa(outcome):
    persons = adults(outcome, ("rb090", "agegrp"))
    design = f"eusilc_hh: {outcome}, A = AT, B = foreign, 20-64, cells sex x age"
    found = rows("24_decompositions_weighted")["O05", design]
    parts = {(p.detail, p.statistic): p for p in kitagawa(persons.table, detail=True).parts}
    parts[None, "difference"] = raw_gap(persons.table).part("gap")
    crossing = cross(persons.table)
    sides = {"A": 0, "B": 1}
    asked, plain = [], 0
    for row in found:
        label = None if row["domain"] == "all" else row["domain"].replace(":", " | ")
        kind, _, side = row["statistic"].partition("_")
        if side:  # shares and rates of the two sides
            values = {"share": crossing.share, "rate": crossing.rate}[kind]
            assert near(values[sides[side], crossing.labels.index(label)], row["value"])
            plain += 1
        else:
            asked.append((row, parts[label, row["statistic"]]))
    errors = persons.errors([part for _, part in asked])
    wrong = [
        (row, part.value) for (row, part), error in zip(asked, errors, strict=True)
        if not agrees(row, -part.value, error)
    ]  # fmt: skip
    assert not wrong
    assert (len(asked), plain) == (15, 24)


# Standardised rates, file 25


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
    cases = {file: {case for case, _ in rows(name)} for file, name in (
        ("23", "23_oaxaca_statsmodels"), ("24", "24_decompositions_weighted"), ("25", "25_standardised_rates"),
        ("07", "07_survey_models"),
    )}  # fmt: skip
    assert cases["23"] == {"O01", "O02"}
    assert cases["24"] == {"O03", "O04", "O05"}
    assert cases["25"] == {"N01", "N02", "N03"}
    assert cases["07"] - {"M05"} == {"M01", "M02", "M03", "M04", "M06"}
    assert set(LEFT_OUT) == {"23", "07"}
