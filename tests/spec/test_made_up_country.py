"""Every computed definition on the made-up country: somebody is in it, and where it divides people, on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from zaragoza.catalogue import load_catalogue
from zaragoza.catalogue.monitor_scope import ingredients
from zaragoza.compute import Sampled, Threshold, compute, compute_panels, compute_ratios
from zaragoza.compute.estimates import Options
from zaragoza.derive import derive
from zaragoza.engine import Engine, Table
from zaragoza.model.classification import Breakdown
from zaragoza.model.design import Design
from zaragoza.model.estimate import LEVEL
from zaragoza.synthetic import VARIABLES, Sampler, make_country, persons_before

CATALOGUE = load_catalogue()
COMPUTED = {name: one for name, one in CATALOGUE.indicators.items() if one.computed}
SIZE, SEED = 20_000, 4
BEFORE = ("", "_year_before", "_two_years_before", "_three_years_before")
WHOLE = {"classifications": [], "breakdowns": [Breakdown(())], "geo": "XZ", "options": Options()}


def years(engine: Engine) -> list[Table]:
    """The whole population now and in the three years before, with what is derived of each."""
    country = make_country(SIZE, SEED)
    now = Sampler(country, VARIABLES).persons
    over_years = frozenset[str]().union(
        *(one.measure.variables for one in COMPUTED.values() if one.over_years)
    )
    needed = ingredients(over_years, CATALOGUE.variables) | {"person", "household", "age", "years_of_stay"}
    earlier = now.select([name for name in now.column_names if name in needed])
    tables: dict[int, Table] = {}
    for lag in (3, 2, 1, 0):
        persons = persons_before(earlier, lag, SEED) if lag else now
        at = date(country.year - lag, 12, 31)
        bound = [v.bind(at, country.code, CATALOGUE.country_sets) for v in CATALOGUE.variables.values()]
        tables[lag] = engine.materialise(derive(engine.table(persons), bound, {} if lag else tables))
    return [tables[lag] for lag in range(4)]


def levels() -> Iterator[dict[str, object]]:
    of_kind = {
        kind: [one for one in COMPUTED.values() if (one.kind if one.over_years else "yearly") == kind]
        for kind in ("yearly", "panel", "two_source_ratio")
    }
    with Engine(threads=1) as engine:
        now, before, *others = (Sampled("", table, Design()) for table in years(engine))
        yearly = compute(now.persons, of_kind["yearly"], design=Design(), period="", **WHOLE)
        lines = {
            f"poverty_threshold{when}": Threshold(year, "equivalised_income")
            for when, year in zip(BEFORE, (now, before, *others), strict=True)
        }
        panels = compute_panels(now, lines, of_kind["panel"], **WHOLE)
        ratios = compute_ratios(before, now, of_kind["two_source_ratio"], **WHOLE)
        for table in (yearly, panels, ratios):
            yield from (row for row in table.to_pylist() if row["statistic"] == LEVEL)


@pytest.fixture(scope="module")
def level() -> dict[str, dict[str, object]]:
    return {str(row["indicator"]): row for row in levels()}


def test_every_computed_definition_has_a_value(level) -> None:
    assert set(level) == set(COMPUTED)
    assert [name for name, row in level.items() if row["value"] is None or not row["n"]] == []


def test_who_is_divided_is_on_both_sides(level) -> None:
    shares = [name for name, one in COMPUTED.items() if one.additive_kind in ("share", "two_source_ratio")]
    assert len(shares) > 150
    assert [name for name in shares if not 0 < level[name]["value"] < 1] == []
