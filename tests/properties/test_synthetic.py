"""The made-up country comes near the published figures, and its samples estimate without bias."""

from __future__ import annotations

import csv
import gzip
import math
import re
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import ROOT, SHARED, needs_shared
from zaragoza.synthetic import Sampler, make_country, persons_table
from zaragoza.synthetic.origins import GROUP_OF, ORIGINS, country_codes
from zaragoza.synthetic.targets import TARGETS, Target

SIZE = 300_000
CLUSTERED = 2.5  # members of a household and neighbours are alike: variance of a share over that of independent persons
PARENTS = ("mother", "father")
GROUPS = ("NAT", "EU27_2020_FOR", "NEU27_2020_FOR")
GROUP_BY_COUNTRY = {code: GROUPS[group] for code, group in zip(country_codes("XZ"), GROUP_OF, strict=True)}


MEMBER_STATES = {
    "Austria", "Belgium", "Bulgaria", "Croatia", "Cyprus", "Czechia", "Denmark", "Estonia", "Finland", "France",
    "Germany", "Greece", "Hungary", "Ireland", "Italy", "Latvia", "Lithuania", "Luxembourg", "Malta", "Netherlands",
    "Poland", "Portugal", "Romania", "Slovakia", "Slovenia", "Spain", "Sweden",
}  # fmt: skip
UN_NAMES = {
    "RO": "Romania", "PL": "Poland", "DE": "Germany", "IT": "Italy", "PT": "Portugal", "FR": "France", "ES": "Spain",
    "BG": "Bulgaria", "EL": "Greece", "HR": "Croatia", "MA": "Morocco", "TR": "Turkey", "RU": "Russian Federation",
    "UK": "United Kingdom", "UA": "Ukraine", "SY": "Syrian Arab Republic", "AL": "Albania", "CN": "China",
    "RS": "Serbia", "BR": "Brazil", "IN": "India", "US": "United States of America", "IQ": "Iraq",
    "AF": "Afghanistan", "NG": "Nigeria", "SR": "Suriname", "SO": "Somalia", "ID": "Indonesia", "CW": "Curaçao",
}  # fmt: skip


class People:
    """Columns of the country as arrays; coded ones as text, with an empty text for not known."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table
        self.read = lru_cache(None)(self._read)

    def _read(self, name: str) -> np.ndarray:
        if name in {"birth_group", "citizenship_group"}:
            country = {"birth_group": "birth_country", "citizenship_group": "citizenship"}[name]
            return _words(self.table[country], GROUP_BY_COUNTRY)
        column = self.table[name]
        if pa.types.is_dictionary(column.type):
            return _words(column, {})
        empty = False if pa.types.is_boolean(column.type) else -1
        return column.fill_null(empty).combine_chunks().to_numpy(zero_copy_only=False)

    def among(self, target: Target) -> np.ndarray:
        inside = (self["age"] >= target.ages[0]) & (self["age"] <= target.ages[1])
        if target.sex != "_T":
            inside &= self["sex"] == target.sex
        if target.group != "_T":
            group = self[f"{target.axis}_group"]
            foreign = (group == GROUPS[1]) | (group == GROUPS[2])
            inside &= foreign if target.group == "FOR" else group == target.group
        return inside

    def __getitem__(self, name: str) -> np.ndarray:
        return self.read(name)

    @property
    def employed(self) -> np.ndarray:
        return self["activity"] == "employed"

    @property
    def poor(self) -> np.ndarray:
        return self["equivalised_income"] < 0.6 * np.median(self["equivalised_income"])


def _words(column: pa.ChunkedArray, group: dict[str, str]) -> np.ndarray:
    """The words of a coded column, or the groups to which they belong."""
    coded = column.combine_chunks()
    words = np.array(["", *(group.get(word, word) for word in coded.dictionary.to_pylist())])
    return words[coded.indices.fill_null(-1).to_numpy() + 1]


@lru_cache
def people() -> People:
    return People(persons_table(make_country(SIZE, 20_24), derived=True))


Condition = Callable[[People], np.ndarray]


def _abroad(p: People, parents: int) -> np.ndarray:
    foreign = sum((p[f"{one}_birth_country"] != "XZ") & (p[f"{one}_birth_country"] != "") for one in PARENTS)
    return (p["birth_country"] == "XZ") & (foreign == parents)


def _everybody(p: People) -> np.ndarray:
    return p["age"] >= 0


def _excluded(p: People) -> np.ndarray:
    return p.poor | (p["deprivation_items"] >= 7) | ((p["low_work_intensity"] == 1) & (p["age"] < 65))


def _schooled(p: People) -> np.ndarray:
    return p["education"] != ""


# What a measure counts, and among whom: the definitions of Eurostat (methods 01 and 02).
MEASURES: dict[str, tuple[Condition, Condition]] = {
    "one_parent_abroad": (lambda p: _abroad(p, 1), _everybody),
    "two_parents_abroad": (lambda p: _abroad(p, 2), _everybody),
    "employment_rate": (lambda p: p.employed, _everybody),
    "employment_rate_low": (lambda p: p.employed, lambda p: p["education"] == "ED0-2"),
    "employment_rate_high": (lambda p: p.employed, lambda p: p["education"] == "ED5-8"),
    "unemployment_rate": (
        lambda p: p["activity"] == "unemployed",
        lambda p: p.employed | (p["activity"] == "unemployed"),
    ),
    "long_term_unemployed": (
        lambda p: p["unemployment_months"] >= 12,
        lambda p: p["activity"] == "unemployed",
    ),
    "part_time": (lambda p: p["working_time"] == "part_time", lambda p: p.employed),
    "temporary": (lambda p: p["contract"] == "temporary", lambda p: p["professional_status"] == "employee"),
    "self_employed": (lambda p: p["professional_status"] == "self_employed", lambda p: p.employed),
    "newly_employed": (lambda p: p["job_tenure_months"] < 12, lambda p: p.employed),
    "over_qualification": (
        lambda p: p["occupation"] >= "OC4",
        lambda p: p.employed & (p["education"] == "ED5-8") & (p["occupation"] != "OC0"),
    ),
    "neet": (lambda p: ~p.employed & ~p["in_education"], _everybody),
    "early_leavers": (lambda p: (p["education"] == "ED0-2") & ~p["in_education"], _schooled),
    "tertiary": (lambda p: p["education"] == "ED5-8", _schooled),
    "low_education": (lambda p: p["education"] == "ED0-2", _schooled),
    "learning": (lambda p: p["in_education"], _everybody),
    "poverty": (lambda p: p.poor, _everybody),
    "deprivation": (lambda p: p["deprivation_items"] >= 5, _everybody),
    "severe_deprivation": (lambda p: p["deprivation_items"] >= 7, _everybody),
    "low_work_intensity": (
        lambda p: p["low_work_intensity"] == 1,
        lambda p: people().table["low_work_intensity"].is_valid().to_numpy(),
    ),
    "poverty_or_exclusion": (_excluded, _everybody),
    "cost_overburden": (lambda p: p["housing_cost_overburden"], _everybody),
    "overcrowded": (lambda p: p["overcrowded"], _everybody),
    "owners": (
        lambda p: np.isin(p["tenure"], ["owner_outright", "owner_mortgage"]),
        lambda p: p["tenure"] != "",
    ),
    "good_health": (lambda p: np.isin(p["health"], ["very_good", "good"]), lambda p: p["health"] != ""),
    "unmet_need": (lambda p: p["unmet_medical_need"] == 1, _everybody),
    "lacks_computer": (lambda p: p["lacks_computer"], _everybody),
    "not_informed": (
        lambda p: np.isin(p["informed_on_integration"], ["not_well", "not_at_all"]),
        lambda p: p["informed_on_integration"] != "",
    ),
}


def measured(p: People, target: Target) -> tuple[float, int]:
    """The figure in the made-up country, and the persons behind it."""
    among = p.among(target)
    if target.measure == "income_ratio":
        native = p.among(Target("", "NAT", "_T", target.ages, 0, 0, "assumed", "", target.axis))
        income = p["equivalised_income"]
        return float(np.median(income[among]) / np.median(income[native])), int(among.sum())
    if target.measure == "share":
        low, high = target.ages
        all_ages = (p["age"] >= low) & (p["age"] <= high)
        return among.sum() / all_ages.sum(), int(all_ages.sum())
    of, within = MEASURES[target.measure]
    counted = among & within(p)
    return float(of(p)[counted].mean()), int(counted.sum())


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.id)
def test_the_country_comes_near_the_figure(target: Target) -> None:
    value, n = measured(people(), target)
    spread = 0.5 if target.measure == "income_ratio" else math.sqrt(target.value * (1 - target.value))
    chance = 4 * spread * math.sqrt(CLUSTERED / n)
    assert abs(value - target.value) <= target.tolerance + chance


@needs_shared
def test_published_figures_are_those_of_their_source() -> None:
    folder = SHARED / "data" / "scoreboard"
    with gzip.open(folder / "jaf_all_2025-06-03.csv.gz", "rt", encoding="utf-8") as lines:
        rows = (line.split(",") for line in lines if ",EU27_2020,2019," in line)
        stored = {key: value for key, _, _, value, *_ in rows}
    taken = [target for target in TARGETS if target.jaf_key]
    assert len(taken) > 20
    for target in taken:
        assert target.value == pytest.approx(float(stored[target.jaf_key]) / 100, abs=0.000_51), target.id


@needs_shared
def test_countries_of_origin_have_the_stocks_of_the_united_nations() -> None:
    path = SHARED / "data" / "un" / "un_migrant_stock_origin_destination_total.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["Year"].strip() == "2019"]
    members = [row for row in rows if row["Destination"].strip() in MEMBER_STATES]
    assert len(members) == 27
    for origin in ORIGINS:
        cells = [row[UN_NAMES[origin.code]].strip() for row in members]
        people = sum(float(cell.replace(" ", "")) for cell in cells if cell not in {"", ".."})
        assert origin.stock == pytest.approx(people / 1000, abs=0.51), origin.code


def test_the_page_lists_every_figure_with_its_source() -> None:
    page = (ROOT / "docs" / "synthetic-country.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([^`]+)` \| ([\d.]+) \| (\w+) \| (.+?) \|$", page, re.MULTILINE)
    stocks = re.findall(r"^\| (\w\w) \| [\w ]+ \| (\d+) \|$", page, re.MULTILINE)
    assert stocks == [(origin.code, f"{origin.stock:.0f}") for origin in ORIGINS]
    assert listed == [(t.id, f"{100 * t.value:.1f}", t.basis, t.source) for t in TARGETS]


def test_composition_explains_part_of_the_gap() -> None:
    """Within age, education and place the employment gap of the non-EU-born is smaller than the raw one."""
    p = people()
    adult = (p["age"] >= 25) & (p["age"] <= 64) & (p["education"] != "")
    native, migrant = (
        p["birth_country"] == "XZ",
        p.among(Target("", GROUPS[2], "_T", (25, 64), 0, 0, "assumed", "")),
    )
    education, region = (np.unique(p[name], return_inverse=True)[1] for name in ("education", "region"))
    cell = 100 * (p["age"] // 10) + 10 * education + region
    here, there = adult & native, adult & migrant
    size = cell.max() + 1
    count = [np.bincount(cell[one], minlength=size) for one in (here, there)]
    rate = [
        np.bincount(cell[one], weights=p.employed[one], minlength=size) / np.maximum(n, 1)
        for one, n in zip((here, there), count, strict=True)
    ]
    weight = np.minimum(*count)
    within = np.average(rate[1] - rate[0], weights=weight)
    raw = p.employed[there].mean() - p.employed[here].mean()
    assert raw < within < 0
    for name, codes in (("sex", ("M", "F")), ("education", ("ED5-8", "ED0-2")), ("region", ("XZ12", "XZ31"))):
        high, low = (p.employed[here & (p[name] == code)].mean() for code in codes)
        assert high - low > 0.03


def test_neighbours_and_members_of_a_household_are_alike() -> None:
    """Poverty varies between districts by more than chance: the design effect that a survey has to reckon with."""
    country = make_country(60_000, 5)
    table = Sampler(country, derived=True).draw(4_000, 1)
    poor = table["equivalised_income"].to_numpy() < 11_000
    rates = [poor[table["psu"].to_numpy() == psu] for psu in set(table["psu"].to_pylist())]
    between = np.var([len(r) * (r.mean() - poor.mean()) for r in rates])
    independent = poor.var() * np.mean([len(r) for r in rates])
    assert between > 1.5 * independent


@settings(max_examples=12, deadline=None)
@given(size=st.integers(2_000, 9_000), seed=st.integers(0, 2**32 - 1))
def test_any_size_and_seed_gives_a_whole_country(size: int, seed: int) -> None:
    country = make_country(size, seed)
    table = persons_table(country, ["person", "household", "age", "mother"])
    assert table.num_rows == size
    assert table["person"].null_count == table["household"].null_count == 0
    households = country.registers["households"]
    assert set(table["household"].to_pylist()) == set(households["household_nr"].to_pylist())
    strata = set(zip(households["region"].to_pylist(), households["urbanisation"].to_pylist(), strict=True))
    assert len(strata) == 15
    adults = set(table.filter(pa.compute.greater_equal(table["age"], 18))["household"].to_pylist())
    assert adults == set(table["household"].to_pylist())


def test_samples_estimate_totals_without_bias() -> None:
    """Horvitz-Thompson: over 300 samples the mean of an estimated total lies within 4 standard errors of the truth."""
    country = make_country(30_000, 11)
    sampler = Sampler(country, ["activity", "age", "household"])
    whole = sampler.persons
    truths = {
        "persons": whole.num_rows,
        "households": country.registers["households"].num_rows,
        "employed": pa.compute.sum(pa.compute.equal(whole["activity"], "employed")).as_py(),
        "age": pa.compute.sum(whole["age"]).as_py(),
    }
    estimates: dict[str, list[float]] = {name: [] for name in truths}
    for seed in range(300):
        sample = sampler.draw(500, seed)
        weight = sample["weight"].to_numpy()
        employed = np.array(sample["activity"].cast(pa.string()).to_pylist()) == "employed"
        _, first = np.unique(sample["household"].to_numpy(), return_index=True)
        estimates["persons"].append(weight.sum())
        estimates["households"].append(weight[first].sum())
        estimates["employed"].append(weight[employed].sum())
        estimates["age"].append((weight * sample["age"].to_numpy()).sum())
    for name, true in truths.items():
        found = np.array(estimates[name])
        assert abs(found.mean() - true) <= 4 * found.std(ddof=1) / math.sqrt(len(found)), name
        assert found.std() < 0.1 * true  # one sample is of use too
