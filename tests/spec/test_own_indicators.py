"""An office's own indicator works like one of the package, and a wrong one is refused with all its faults."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from zaragoza.catalogue import load_catalogue
from zaragoza.catalogue.monitor import inspect_monitor, load_monitor
from zaragoza.collect.propose import propose, write_monitor
from zaragoza.errors import Fault
from zaragoza.model.indicator import Indicator
from zaragoza.model.text import Text
from zaragoza.pipeline import run
from zaragoza.synthetic import draw_survey, make_country, write_office_files

OWN = "own_"


@pytest.fixture(scope="module")
def monitor(tmp_path_factory) -> Path:
    """A monitor of a made-up survey with one breakdown and every indicator that its file allows."""
    folder = tmp_path_factory.mktemp("office")
    country = make_country(12_000, seed=3)
    survey = draw_survey(country, 1_200, seed=3)
    (path,) = (p for p in write_office_files(country, survey, folder) if p.name == "survey.csv")
    answers = {"country": "XZ", "period": "2023", "kind": "survey", "synthetic": "yes"}
    made = folder / "monitor"
    toml = write_monitor(propose(made, [path], answers, None, load_catalogue()), made)
    text = re.sub(r"\[\[breakdowns\]\]\nby = .*\n", "", toml.read_text(encoding="utf-8"))
    toml.write_text(text + '\n[[breakdowns]]\nby = ["birth_group"]\n', encoding="utf-8")
    return made


def one_of_each_kind(monitor: Path) -> list[Indicator]:
    """The first indicator of every kind that the survey allows; a poverty rate with other reasons is a kind too."""
    found: dict[tuple[str, bool], Indicator] = {}
    for indicator in load_monitor(monitor).indicators:
        found.setdefault((indicator.kind, indicator.also is not None), indicator)
    return list(found.values())


def plain(value: object) -> object:
    return {"en": value.en, "nl": value.nl} if isinstance(value, Text) else value


def as_yaml(indicator: Indicator, name: str) -> str:
    """The definition as an office would write it, under another id."""
    written: dict[str, object] = {}
    for field in fields(indicator):
        value = getattr(indicator, field.name)
        if field.name == "id" or value in (None, (), field.default):
            continue
        written[field.name] = [plain(one) for one in value] if isinstance(value, tuple) else plain(value)
    return yaml.safe_dump({name: written}, allow_unicode=True)


def write_own(monitor: Path, text: str) -> None:
    folder = monitor / "catalogue" / "indicators"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "own.yaml").write_text(text, encoding="utf-8")


def choose(monitor: Path, names: list[str]) -> None:
    path = monitor / "monitor.toml"
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^indicators = .*$", f"indicators = {json.dumps(names)}", text)
    path.write_text(text, encoding="utf-8")


def test_a_copy_of_each_kind_gives_the_figures_of_the_original(monitor: Path) -> None:
    originals = one_of_each_kind(monitor)
    assert {"share", "mean", "quantile", "poverty_rate", "gini"} <= {one.kind for one in originals}
    assert any(one.also for one in originals)
    write_own(monitor, "".join(as_yaml(one, OWN + one.id) for one in originals))
    choose(monitor, [name for one in originals for name in (one.id, OWN + one.id)])
    rows = pq.read_table(run(load_monitor(monitor)).path / "observations.parquet").to_pylist()
    for one in originals:
        theirs, ours = (
            [{**row, "indicator": ""} for row in rows if row["indicator"] == name]
            for name in (one.id, OWN + one.id)
        )
        assert any(row["value"] is not None for row in theirs), one.id
        assert ours == theirs, one.id


RATIO_AND_TOTAL = """
own_ratio:
  area: employment
  kind: ratio
  title: {en: Employed per person, nl: Werkenden per persoon}
  definition: {en: Employed people per person who answered., nl: Werkenden per persoon die antwoord gaf.}
  of: CASE WHEN activity = 'employed' THEN 1 ELSE 0 END
  over: "1"
  among: age BETWEEN 20 AND 64 AND activity IS NOT NULL AND activity <> 'conscript'
  direction: higher_is_better
  source: us
own_total:
  area: employment
  kind: total
  title: {en: Employed people, nl: Werkenden}
  definition: {en: Employed people aged 20 to 64., nl: Werkenden van 20 tot en met 64 jaar.}
  of: CASE WHEN activity = 'employed' THEN 1 ELSE 0 END
  among: age BETWEEN 20 AND 64 AND activity IS NOT NULL AND activity <> 'conscript'
  direction: neutral
  unit: persons
  source: us
"""


def test_a_ratio_and_a_total_of_ones_own(monitor: Path) -> None:
    """The employment rate, written as a ratio; and its numerator."""
    write_own(monitor, RATIO_AND_TOTAL)
    choose(monitor, ["employment_rate", "own_ratio", "own_total"])
    rows = pq.read_table(run(load_monitor(monitor)).path / "observations.parquet").to_pylist()
    levels = {
        (row["indicator"], row["birth_group"]): row
        for row in rows
        if row["statistic"] == "level" and row["value"] is not None
    }
    groups = {group for name, group in levels if name == "own_ratio"}
    assert "_T" in groups
    for group in groups & {group for name, group in levels if name == "employment_rate"}:
        rate, ratio = levels["employment_rate", group], levels["own_ratio", group]
        assert ratio["value"] == pytest.approx(rate["value"], rel=1e-12)
        assert ratio["standard_error"] == pytest.approx(rate["standard_error"], rel=1e-9)
    total, rate = levels["own_total", "_T"], levels["employment_rate", "_T"]
    assert total["value"] == pytest.approx(rate["value"] * rate["n_hat"], rel=1e-9)


WORDS = """\
  area: employment
  title: {en: Ours, nl: Van ons}
  definition: {en: Ours., nl: Van ons.}
  direction: neutral
  source: us
"""
# A wrong definition of each kind, and the field and what is found of every fault in it.
WRONG = {
    "share": (
        "of: age + 1\n  among: agee > 20\n  fraction: 0.5\n  unit: euro\n",
        {"of": "no condition", "among": "the unknown name `agee`", "fraction": "one of a share", "unit": "`euro`"},
    ),
    "mean": (
        "of: activity = 'employed'\n  over: age\n  next_review: soon\n",
        {"of": "a condition or a code", "over": "one of a mean", "next_review": "`soon`"},
    ),
    "ratio": (
        "of: rooms\n  direktion: up\n  oecd: ['3.99']\n",
        {"over": "none", "direktion": "`up`"},
    ),
    "total": (
        "of: activity\n  unit: proportion\n  p: 0.3\n  ages: 64-20\n",
        {"of": "a condition or a code", "unit": "`proportion`", "p": "one of a total", "ages": "`64-20`"},
    ),
    "quantile": (
        "of: equivalised_incom\n  p: 50\n  rule: schol\n  threshold: own\n",
        {"of": "the unknown name `equivalised_incom`", "p": "another", "rule": "`schol`",
         "threshold": "one of a quantile"},
    ),
    "poverty_rate": (
        "of: equivalised_income\n  also: age + 1\n  fraction: -1\n  threshold: own\n  interval: score\n",
        {"also": "no condition", "fraction": "another", "interval": "one of a poverty_rate"},
    ),
    "gini": (
        "of: sex = 'Q'\n  variant: means\n",
        {"of": "`Q`", "variant": "another"},
    ),
    "two_source_ratio": ("of: '1'\n  over: age\n  numerator_variables: {citizenship: citizensip}\n",
                         {"of": "no condition", "over": "no condition",
                          "numerator_variables": "the unknown name `citizensip`"}),
    "panel": ("of: age\n  over: '1'\n  numerator_variables: {sex: age}\n",
              {"of": "no condition", "over": "one of a panel", "numerator_variables": "one of a panel"}),
    "sharre": ("of: age > 20\n", {"kind": "`sharre`"}),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "monitor.toml").write_text("[monitor]\n", encoding="utf-8")
    return tmp_path


def faults(folder: Path, text: str) -> tuple[Fault, ...]:
    """Those that the monitor's check has of the office's definitions."""
    write_own(folder, text)
    return tuple(f for f in inspect_monitor(folder)[1] if f.where.startswith("catalogue/"))


def definition(kind: str) -> str:
    return f"{OWN}{kind}:\n  kind: {kind}\n{WORDS}  {WRONG[kind][0]}"


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_one_is_refused_with_all_its_faults_at_once(folder: Path, kind: str) -> None:
    found = faults(folder, definition(kind))
    assert all(f.where.startswith("catalogue/indicators/own.yaml, line ") for f in found)
    assert all(f.field.startswith(f"{OWN}{kind}.") for f in found)
    assert all(f.expected and f.way_out for f in found)
    told = {f.field.split(".")[1]: f.found for f in found}
    assert {name: told.get(name) for name in WRONG[kind][1]} == WRONG[kind][1]


def test_wrong_ones_in_one_file_are_told_together(folder: Path) -> None:
    found = faults(folder, "".join(map(definition, WRONG)))
    assert {f.field.split(".")[0] for f in found} == {OWN + kind for kind in WRONG}
    assert len(found) >= sum(len(expected) for _, expected in WRONG.values())


def test_nothing_to_compute_needs_the_data_named(folder: Path) -> None:
    text = f"{OWN}none:\n  kind: share\n{WORDS}"
    (fault,) = faults(folder, text)
    assert (fault.field, fault.found) == (f"{OWN}none.of", "neither")
    assert faults(folder, text + "  needs: [a count of our own]\n") == ()


def test_an_id_of_the_package_is_not_taken(folder: Path) -> None:
    taken = next(iter(load_catalogue().indicators))
    (fault,) = faults(folder, f"{taken}:\n  kind: share\n{WORDS}  of: age > 20\n")
    assert fault.expected == "an indicator that is new"
    assert "catalogue/indicators/" in fault.found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kind: panel\n  of: age > {}\n  plausible: 2\n", {"plausible": "2"}),
        ("kind: share\n  of: equivalised_income < poverty_threshold\n", {"of": "`poverty_threshold`"}),
        (
            "kind: panel\n  of: age > 2\n  among: equivalised_income < poverty_threshold\n",
            {"among": "`poverty_threshold`"},
        ),
        ("kind: panel\n  of: equivalised_income < poverty_threshold\n", {}),
    ],
)
def test_thresholds_and_several_periods_have_their_place(
    folder: Path, text: str, told: dict[str, str]
) -> None:
    kind, rest = text.split("\n", 1)
    found = faults(folder, f"{OWN}x:\n  {kind}\n{WORDS}{rest}")
    assert {f.field.split(".")[1]: f.found for f in found} == told


def test_an_empty_text_is_told_in_words_that_read_on(folder: Path) -> None:
    text = definition("mean").replace("{en: Ours, nl: Van ons}", '{en: Ours, nl: " "}')
    (fault,) = (f for f in faults(folder, text) if f.field.endswith(".title"))
    assert fault.expected == "a text in English and in Dutch, neither of them empty"
