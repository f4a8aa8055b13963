"""A monitor whose errors come from replicate weights has those of `estimate`, and takes nothing for a weight."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import zaragoza as z
from tests.pipeline.surveys import faults, folder, levels, text_of
from zaragoza.catalogue.monitor import load_monitor
from zaragoza.errors import DefinitionError, DesignError, InputError
from zaragoza.model.design import Design, Replicates
from zaragoza.pipeline import run
from zaragoza.synthetic import Sampler, make_country

R = 40
NAMES = tuple(f"RW{number}" for number in range(1, R + 1))
GIVEN = '[source.replicates]\ncolumns = "RW*"\nmethod = "Fay"\nrho = 0.5\n'
EMPLOYED = {"e": z.share("activity = 'employed'", among="age BETWEEN 20 AND 64")}


@pytest.fixture(scope="module")
def survey() -> pa.Table:
    table = Sampler(make_country(12_000, seed=3)).draw(1_000, seed=5)
    units, place = np.unique(table["psu"].to_numpy(), return_inverse=True)
    weight = table["weight"].to_numpy()
    halves = np.random.default_rng(1).integers(0, 2, (R, len(units))) + 0.5
    for name, factor in zip(NAMES, halves, strict=True):
        table = table.append_column(name, pa.array(factor[place] * weight))
    return table.append_column("RWA", pa.array(["x"] * len(table)))


@pytest.fixture(scope="module")
def released(survey, tmp_path_factory):
    where = folder(tmp_path_factory.mktemp("given"), text_of(GIVEN), {"survey.parquet": survey})
    assert faults(where) == ()
    return run(load_monitor(where))


def by_citizenship(survey: pa.Table, design: Design | Replicates) -> dict[str, dict[str, object]]:
    found = z.estimate(survey, EMPLOYED, by="citizenship", design=design, interval="logit").to_pylist()
    return {row["citizenship"]: row for row in found}


def agrees(found: dict[str, object], expected: dict[str, object]) -> bool:
    names = ("value", "standard_error", "ci_low", "ci_high", "n")
    return all(found[name] == pytest.approx(expected[name], rel=1e-12) for name in names)


def test_errors_are_those_of_the_columns(survey, released):
    design = Replicates("Fay", weight="weight", replicates=NAMES, rho=0.5)
    found = levels(released.observations, "employment_rate", "citizen_group")["NAT"]
    assert agrees(found, by_citizenship(survey, design)["XZ"])


def test_the_release_tells_of_one_set(released):
    assert released.manifest["design"]["replicates"] == {
        "method": "Fay", "rho": 0.5, "scale": None, "rscales": None, "centre": "mean", "factors": False,
        "degrees_of_freedom": None, "columns": ["RW*"], "count": R,
    }  # fmt: skip
    assert not [item for item in released.manifest["quality"]["items"] if "replicate" in item["variable"]]
    assert released.manifest["sources"][0]["mapping"]["replicates"] == "RW*"
    page = (released.path / "en" / "quality.html").read_text(encoding="utf-8")
    assert page.count("RW*") == 1
    assert "Fay: 40 of the source (RW*)" in page
    assert "Fay: 40 van de bron (RW*)" in (released.path / "nl" / "quality.html").read_text(encoding="utf-8")


def test_factors_of_the_weight_in_a_csv_file_beside_the_persons(survey, released, tmp_path):
    """The same weights as factors in another file give the same figures."""
    weight = survey["weight"].to_numpy()
    factors = {name: survey[name].to_numpy() / weight for name in NAMES}
    lines = [",".join(("person", *NAMES))]
    numbers = np.column_stack(list(factors.values()))
    lines += [
        f"{p},{','.join(map(repr, row))}"
        for p, row in zip(survey["person"].to_pylist(), numbers.tolist(), strict=True)
    ]
    text = text_of(GIVEN + "factors = true\n", files=("survey.parquet", "weights.csv"))
    where = folder(tmp_path, text, {"survey.parquet": survey.drop(list(NAMES))})
    (where / "weights.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert faults(where) == ()
    again = levels(run(load_monitor(where)).observations, "employment_rate", "citizen_group")["NAT"]
    first = levels(released.observations, "employment_rate", "citizen_group")["NAT"]
    assert again["standard_error"] == pytest.approx(first["standard_error"], rel=1e-9)


def test_made_from_the_design(survey, tmp_path):
    made = '[source.replicates]\nmethod = "bootstrap"\ncount = 60\nseed = 9\n'
    where = folder(tmp_path, text_of(made), {"survey.parquet": survey})
    assert faults(where) == ()
    release = run(load_monitor(where))
    design = Replicates("bootstrap", design=Design("weight", "stratum", "psu"), count=60, seed=9)
    found = levels(release.observations, "employment_rate", "citizen_group")["NAT"]
    expected = by_citizenship(survey, design)["XZ"]
    # the seed draws units in the order of their names, which are keys in a release: equal but for that order
    assert found["value"] == pytest.approx(expected["value"], rel=1e-12)
    assert found["standard_error"] == pytest.approx(expected["standard_error"], rel=0.25)
    again = levels(run(load_monitor(where)).observations, "employment_rate", "citizen_group")["NAT"]
    assert again["standard_error"] == found["standard_error"]
    assert release.manifest["design"]["replicates"]["seed"] == 9
    page = (release.path / "nl" / "quality.html").read_text(encoding="utf-8")
    assert "gemaakt uit het steekproefontwerp" in page


def test_bad_weights_are_counted_and_not_shown(survey, tmp_path):
    values = survey["RW7"].to_numpy().copy()
    values[:3] = -774411.25
    spoiled = survey.set_column(survey.column_names.index("RW7"), "RW7", pa.array(values))
    missing = [None] * 2 + spoiled["RW9"].to_pylist()[2:]
    spoiled = spoiled.set_column(spoiled.column_names.index("RW9"), "RW9", pa.array(missing))
    where = folder(tmp_path, text_of(GIVEN), {"survey.parquet": spoiled})
    found = faults(where)
    assert {(fault.found, fault.kind) for fault in found} == {
        ("negative ones on 3 rows", DesignError),
        ("none, or no number, on 2 rows", DesignError),
    }
    assert "774411" not in str(found)
    with pytest.raises(InputError) as caught:
        run(load_monitor(where))
    assert set(caught.value.faults) == set(found)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ('["RW1", "RW2", "RW99"]', "RW99 in none of them"),
        ('"QW*"', "0 like QW*"),
        ('["RW1", "person"]', "person mapped to person"),
        ('["RW1", "ssu"]', "1 of 2 columns with less than half or more than twice of it"),
        ('["RW1", "RWA"]', "none or no number on {rows} rows"),
    ],
)
def test_what_is_no_replicate_weight_is_refused(survey, tmp_path, columns, words):
    """Nor does a number of a household pass as one, though it is a number of 0 or more."""
    text = f'[source.replicates]\ncolumns = {columns}\nmethod = "BRR"\n'
    where = folder(tmp_path, text_of(text), {"survey.parquet": survey})
    (fault,) = faults(where)
    assert words.format(rows=len(survey)) in fault.found.replace(",", "")
    with pytest.raises((InputError, DefinitionError)):
        run(load_monitor(where))
    assert not (where / "snapshots").exists()


def test_factors_that_do_not_fit_the_columns(survey, tmp_path):
    text = GIVEN + f"rscales = {json.dumps([1] * (R - 1))}\n"
    (fault,) = faults(folder(tmp_path, text_of(text), {"survey.parquet": survey}))
    assert (fault.field, fault.found) == ("rscales", f"{R - 1} for {R} columns")


def test_nothing_but_keys_and_weights_is_kept(released):
    (snapshot,) = (released.path.parent.parent / "snapshots").glob("*.parquet")
    assert {"RWA", *NAMES}.isdisjoint(pq.read_schema(snapshot).names)
    assert f"replicate_{R}" in pq.read_schema(snapshot).names


def test_a_design_that_cannot_be_replicated_is_told_by_check(survey, tmp_path):
    text = text_of('[source.replicates]\nmethod = "BRR"\n')
    (fault,) = faults(folder(tmp_path, text, {"survey.parquet": survey}))
    assert fault.kind is DesignError
