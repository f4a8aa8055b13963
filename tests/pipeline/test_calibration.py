"""A monitor whose weights are calibrated: totals are met, errors are those of the API, faults name the margin."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import zaragoza as z
from tests.pipeline.surveys import MAPPED, faults, folder, levels, text_of
from zaragoza.api.weighting import calibrate
from zaragoza.catalogue.monitor import load_monitor
from zaragoza.errors import DefinitionError, DesignError
from zaragoza.model.design import Calibration, Design
from zaragoza.pipeline import run
from zaragoza.synthetic import Sampler, make_country

DESIGN = Design("weight", "stratum", "psu")
EMPLOYED = {"e": z.share("activity = 'employed'", among="age BETWEEN 20 AND 64")}
AGES = (("Y_LT15", 15), ("Y15-24", 25), ("Y25-54", 55), ("Y55-64", 65))


@pytest.fixture(scope="module")
def sampler() -> Sampler:
    return Sampler(make_country(12_000, seed=3))


@pytest.fixture(scope="module")
def survey(sampler) -> pa.Table:
    return sampler.draw(1_000, seed=5)


def classes(table: pa.Table) -> list[tuple[str, str]]:
    """Age group and sex of every person, from the words of the classification."""
    ages = [next((code for code, limit in AGES if age < limit), "Y_GE65") for age in table["age"].to_pylist()]
    return list(zip(ages, table["sex"].cast(pa.string()).to_pylist(), strict=True))


def known(sampler) -> dict[tuple[str, str], int]:
    found = classes(sampler.persons)
    return {each: found.count(each) for each in sorted(set(found))}


def with_classes(table: pa.Table) -> pa.Table:
    return table.append_column("age_group", pa.array([age for age, _ in classes(table)]))


@pytest.fixture(scope="module")
def population(sampler) -> str:
    """A file with a row a class."""
    return "age_group;sex;size\n" + "".join(f"{a};{s};{n}\n" for (a, s), n in known(sampler).items())


@pytest.fixture(scope="module")
def released(survey, population, tmp_path_factory):
    text = text_of(
        '[calibration]\nmethod = "raking"\n\n'
        '[[calibration.margins]]\nby = ["age_group", "sex"]\nfile = "population.csv"\n'
    )
    where = folder(tmp_path_factory.mktemp("here"), text, {"survey.parquet": survey})
    (where / "population.csv").write_text(population, encoding="utf-8")
    assert faults(where) == ()
    return run(load_monitor(where))


def agrees(found: Mapping[str, object], expected: Mapping[str, object], rel: float = 1e-9) -> bool:
    names = ("value", "standard_error", "ci_low", "ci_high", "n", "n_hat")
    return all(found[name] == pytest.approx(expected[name], rel=rel) for name in names)


def test_figures_and_errors_are_those_of_the_api(survey, sampler, released):
    sizes = {("age_group", "sex"): known(sampler)}
    done = calibrate(with_classes(survey), sizes, design=DESIGN, method="raking")
    expected = z.estimate(done.data, EMPLOYED, by="sex", design=done.design, interval="logit").to_pylist()
    found = levels(released.observations, "employment_rate", "sex")
    for row in expected:
        assert agrees(found[row["sex"]], row)


def test_totals_are_met(sampler, released):
    """The weighted number behind a rate of ages 20 to 64 is not known, but that of whole classes is."""
    done = released.manifest["calibration"]["effect"]
    assert done["greatest_factor"] > 1 > done["least_factor"] > 0
    found = released.observations.filter(pc.equal(released.observations["statistic"], "level"))
    assert found.num_rows
    weighed = levels(released.observations, "employment_rate", "sex")
    truth = pc.sum(
        pc.and_(pc.greater_equal(sampler.persons["age"], 20), pc.less_equal(sampler.persons["age"], 64))
    ).as_py()
    assert weighed["_T"]["n_hat"] == pytest.approx(truth, rel=0.03)


def test_the_manifest_and_the_page_tell_what_was_done(released, survey):
    said = released.manifest["calibration"]
    assert (said["by"], said["method"], said["margins"], said["base_weight"]) == (
        "run",
        "raking",
        [["age_group", "sex"]],
        "weight",
    )
    assert said["classes"] == [10]
    assert list(said["files"]) == ["population.csv"]
    weights = survey["weight"].to_numpy()
    kish = weights.sum() ** 2 / (weights**2).sum()
    assert said["effect"]["n_eff_before"] == pytest.approx(kish)
    assert said["effect"]["deff_before"] == pytest.approx(len(weights) / kish)
    english, dutch = (
        (released.path / language / "quality.html").read_text(encoding="utf-8") for language in ("en", "nl")
    )
    assert "Age × Sex" in english
    assert "raking (exponential)" in english
    assert "Effectieve steekproefomvang, voor en na" in dutch
    assert f"{kish:,.0f} →" in english


def test_weights_that_the_office_calibrated(survey, sampler, tmp_path):
    """The same margins, sizes unknown to the monitor: the same figures and errors."""
    sizes = {"sex": {s: sum(n for (_, c), n in known(sampler).items() if c == s) for s in ("F", "M")}}
    done = calibrate(survey, sizes, design=DESIGN)
    names = [{"weight": "base", "calibrated_weight": "weight"}.get(n, n) for n in done.data.column_names]
    ours = done.data.rename_columns(names)
    text = text_of('[calibration]\nmargins = [["sex"]]\n', variables=MAPPED)
    text = text.replace('weight = "weight"', 'weight = "weight"\nbase_weight = "base"')
    where = folder(tmp_path, text, {"survey.parquet": ours})
    assert faults(where) == ()
    release = run(load_monitor(where))
    design = Design("weight", "stratum", "psu", calibration=Calibration("base", (("sex",),)))
    (expected,) = z.estimate(ours, EMPLOYED, design=design, interval="logit").to_pylist()
    found = levels(release.observations, "employment_rate", "sex")["_T"]
    assert agrees(found, expected)
    assert release.manifest["calibration"]["by"] == "office"
    assert release.manifest["calibration"]["effect"]["n_eff_after"] == pytest.approx(done.summary.n_eff_after)
    (plain,) = z.estimate(ours, EMPLOYED, design=DESIGN).to_pylist()
    assert found["standard_error"] != pytest.approx(plain["standard_error"], rel=1e-4)


def test_inline_sizes_of_households_whose_members_share_a_factor(survey, sampler, tmp_path):
    of_sex = {s: sum(n for (_, c), n in known(sampler).items() if c == s) for s in ("F", "M")}
    text = text_of(
        '[calibration]\nunits = ["household"]\ntrim = 4\nnumbers = { "1" = 12000 }\n'
        f'[[calibration.margins]]\nby = ["sex"]\nsizes = {{ F = {of_sex["F"]}, M = {of_sex["M"]} }}\n'
    )
    where = folder(tmp_path, text, {"survey.parquet": survey})
    assert sum(of_sex.values()) == 12_000
    assert faults(where) == ()
    said = run(load_monitor(where)).manifest["calibration"]
    assert (said["units"], said["trim"], said["numbers"]) == (["household"], 4.0, ["1"])
    assert 0 <= said["effect"]["trimmed_share"] < 0.5


def test_replicates_made_from_the_design_are_calibrated_anew(survey, sampler, tmp_path):
    of_sex = {s: sum(n for (_, c), n in known(sampler).items() if c == s) for s in ("F", "M")}
    text = text_of(
        '[source.replicates]\nmethod = "JKn"\n'
        f'[[calibration.margins]]\nby = ["sex"]\nsizes = {{ F = {of_sex["F"]}, M = {of_sex["M"]} }}\n'
    )
    where = folder(tmp_path, text, {"survey.parquet": survey})
    assert faults(where) == ()
    found = levels(run(load_monitor(where)).observations, "employment_rate", "sex")
    done = calibrate(survey, {"sex": of_sex}, design=z.Replicates("JKn", design=DESIGN))
    expected = z.estimate(done.data, EMPLOYED, by="sex", design=done.design, interval="logit").to_pylist()
    assert agrees(found["F"], next(row for row in expected if row["sex"] == "F"))
    taylor = calibrate(survey, {"sex": of_sex}, design=DESIGN)
    error = z.estimate(taylor.data, EMPLOYED, by="sex", design=taylor.design).to_pylist()[0]["standard_error"]
    assert found["F"]["standard_error"] == pytest.approx(error, rel=0.02)


@pytest.mark.parametrize(
    ("sizes", "found"),
    [
        ("{ F = 6000 }", "sex"),  # the men have no size
        ("{ F = 6000, M = 5000, X = 10 }", "sex"),  # nobody in the sample
    ],
)
def test_a_failure_names_the_margin(survey, tmp_path, sizes, found):
    text = text_of(f'[[calibration.margins]]\nby = ["sex"]\nsizes = {sizes}\n')
    where = folder(tmp_path, text, {"survey.parquet": survey})
    (fault,) = faults(where)
    assert (fault.where, fault.field) == ("monitor.toml, [calibration]", found)
    with pytest.raises(DesignError) as caught:
        run(load_monitor(where))
    assert caught.value.faults == (fault,)
    assert not (where / "releases").exists()


def test_margins_of_other_sums_contradict_each_other(survey, tmp_path):
    text = text_of(
        'calibration.numbers = { "1" = 12000 }\n'
        '[[calibration.margins]]\nby = ["sex"]\nsizes = { F = 6000, M = 5000 }\n'
    ).replace("calibration.numbers", "[calibration]\nnumbers")
    (fault,) = faults(folder(tmp_path, text, {"survey.parquet": survey}))
    assert fault.kind is DefinitionError
    assert "sum of sex" in fault.expected


def test_no_base_weight_of_a_person_in_the_release(released, survey):
    text = json.dumps(released.manifest)
    weights = [repr(weight) for weight in np.unique(survey["weight"].to_numpy()).tolist()]
    assert not any(weight in text for weight in weights if len(weight) > 8)
    (snapshot,) = released.path.parent.parent.glob("snapshots/*.parquet")
    assert "calibrated_weight" not in pq.read_schema(snapshot).names
