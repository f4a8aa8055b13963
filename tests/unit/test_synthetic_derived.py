"""What the stage `derive` makes of the made-up country, against the truth that the country computes on its own."""

from __future__ import annotations

import datetime

import pyarrow as pa
import pytest

from zaragoza.catalogue import load_catalogue
from zaragoza.derive import derive
from zaragoza.engine import Engine
from zaragoza.synthetic import make_country, persons_table
from zaragoza.synthetic.derived import DERIVED


@pytest.fixture(scope="module")
def both():
    catalogue, country = load_catalogue(), make_country(6_000, 3)
    on = datetime.date(country.year, 12, 31)
    variables = [v.bind(on, country.code, catalogue.country_sets) for v in catalogue.variables.values()]
    with Engine(threads=1) as engine:
        made = derive(engine.table(persons_table(country)), variables).arrow()
    return made, persons_table(country, derived=True)


@pytest.mark.parametrize("name", DERIVED)
def test_both_ways_agree(both, name):
    made, truth = (table[name] for table in both)
    if pa.types.is_dictionary(truth.type):
        truth = truth.cast(pa.string())
    assert made.null_count < len(made)
    if pa.types.is_floating(truth.type):
        found = [None if value is None else pytest.approx(value, rel=1e-12) for value in truth.to_pylist()]
        assert made.to_pylist() == found
    else:
        assert made.to_pylist() == truth.to_pylist()
