"""Registers of a made-up country through init, check and run: a full count, so its figures are the known truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from zaragoza.catalogue import load_catalogue
from zaragoza.cli import app
from zaragoza.model.observation import STATUS
from zaragoza.synthetic import REGISTER_FILES, make_country, persons_table, truth, write_office_files

SIZE, SEED = 20_000, 5
ANSWERS = Path(__file__).parents[2] / "src" / "zaragoza" / "synthetic" / "answers.toml"
NATIVE, EU, NON_EU = "NAT", "EU27_2020_FOR", "NEU27_2020_FOR"
TOTAL, UNKNOWN = "_T", "_U"


@pytest.fixture(scope="module")
def country():
    return make_country(SIZE, SEED)


@pytest.fixture(scope="module")
def observations(country, tmp_path_factory) -> list[dict[str, object]]:
    """What the release holds, after init, check and run through the command line."""
    folder = tmp_path_factory.mktemp("registers")
    write_office_files(country, None, folder)
    monitor, files = folder / "monitor", [folder / name for name in REGISTER_FILES]
    for command in (["init", monitor, *files, "--answers", ANSWERS], ["check", monitor], ["run", monitor]):
        done = CliRunner().invoke(app, [str(word) for word in command])
        assert done.exit_code == 0, done.output
    (path,) = monitor.glob("releases/*/observations.parquet")
    return pq.read_table(path).to_pylist()


def groups(persons: pa.Table) -> dict[str, pa.Array]:
    """Country of birth, generation and duration of stay, from the definitions in words and not from the catalogue."""
    members = set(load_catalogue().country_sets["eu27_2020"])
    own, mother, father = (
        persons[name].cast(pa.string()).to_pylist()
        for name in ("birth_country", "mother_birth_country", "father_birth_country")
    )
    birth = [None if c is None else NATIVE if c == "XZ" else EU if c in members else NON_EU for c in own]
    generation = []
    for country, *parents in zip(own, mother, father, strict=True):
        abroad = any(parent not in (None, "XZ") for parent in parents)
        second = "second" if abroad else None if None in parents else "none"
        generation.append(None if country is None else "first" if country != "XZ" else second)
    stay = []
    for country, years in zip(own, persons["years_of_stay"].to_pylist(), strict=True):
        known = None if country is None or years is None else int(np.searchsorted([5, 10], years, "right"))
        band = None if known is None else ("Y_LT5", "Y5-9", "Y_GE10")[known]
        stay.append("_Z" if country == "XZ" else band)
    return {
        "birth_group": pa.array(birth),
        "generation": pa.array(generation),
        "duration_of_stay": pa.array(stay),
    }


@pytest.fixture(scope="module")
def population(country) -> pa.Table:
    persons = persons_table(country, derived=True)
    for name, labels in groups(persons).items():
        persons = persons.append_column(name, labels)
    for low, high in ((20, 64), (18, 120)):
        inside = pc.and_(pc.greater_equal(persons["age"], low), pc.less_equal(persons["age"], high))
        persons = persons.append_column(f"aged_{low}_{high}", inside)
    return persons.append_column("employed", pc.equal(persons["activity"].cast(pa.string()), "employed"))


def published(observations, indicator: str, by: str) -> dict[str, dict[str, object]]:
    """The levels of one indicator by one classification, all others in total."""
    margins = {"birth_group", "sex", "generation", "duration_of_stay"} - {by}
    return {
        str(row[by]): row
        for row in observations
        if row["indicator"] == indicator
        and row["statistic"] == "level"
        and all(row[name] in (TOTAL, None) for name in margins)
    }


def compare(found: dict[str, dict[str, object]], expected: pa.Table, by: str) -> int:
    """Every shown figure is the true one; how many are shown."""
    true = {row[by]: row for row in expected.to_pylist()}
    shown = {code: row for code, row in found.items() if STATUS[row["reason"]].shown and code != TOTAL}
    for code, row in shown.items():
        assert row["value"] == pytest.approx(true[code]["value"], rel=1e-12), code
        assert row["n"] == true[code]["n"], code
    assert true.keys() - {UNKNOWN} <= found.keys()
    return len(shown)


@pytest.mark.parametrize(("by", "least"), [("birth_group", 2), ("generation", 2), ("duration_of_stay", 2)])
def test_the_employment_rate_is_the_true_one(observations, population, by, least):
    expected = truth(population, "employed", among="aged_20_64", by=[by])
    assert compare(published(observations, "employment_rate", by), expected, by) >= least


@pytest.mark.parametrize(
    ("indicator", "of"),
    [("mean_equivalised_income", "equivalised_income"), ("overcrowding_rate", "overcrowded")],
)
def test_what_is_made_of_households_and_ages_is_the_true_one(observations, population, indicator, of):
    """The scale of equivalence and the rooms needed rest on the age, which the registers do not hold."""
    expected = truth(population, of, among="aged_18_120", by=["generation"])
    assert compare(published(observations, indicator, "generation"), expected, "generation") >= 2


def test_the_total_is_the_true_one(observations, population):
    (expected,) = truth(population, "employed", among="aged_20_64").to_pylist()
    found = published(observations, "employment_rate", "generation")[TOTAL]
    assert (found["value"], found["n"]) == (pytest.approx(expected["value"], rel=1e-12), expected["n"])


def test_hidden_figures_are_hidden_whole(observations):
    hidden = [row for row in observations if not STATUS[row["reason"]].shown]
    assert hidden
    assert all(row["value"] is None and row["n"] is None for row in hidden)
