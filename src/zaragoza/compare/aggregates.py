"""Figures of a union of countries, made of those of its members where nobody has published them."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.compare.rows import breakdown_columns, derived, shown
from zaragoza.compare.zones import COVERAGE
from zaragoza.model.estimate import LEVEL


def aggregates(
    observations: pa.Table, weights: pa.Table, members: Sequence[str], geo: str, enough: float = COVERAGE
) -> pa.Table:
    """Population-weighted means of the members' levels, where the union itself has no figure.

    A mean is shown where members with at least `enough` of the union's population have a figure; it is then flagged as
    estimated. Below that, the row says that it is not measured. Where the population of a member is not known in a
    year, nothing is made for that year.

    Args:
        observations: of `model.observation`; only levels are read.
        weights: geo, period, `weight`: the population, or another size to weigh by.
        members: codes of the countries.
        geo: code of the union, e.g. EU27_2020.
        enough: smallest share of the population.

    Source: Eurostat, EU-SILC aggregation of indicators (thr_min = 0.7).
    """
    levels = observations.filter(pc.equal(observations["statistic"], LEVEL))
    keys = ["indicator", "period", *breakdown_columns(levels), "unit"]
    whole = _whole(weights, members)
    present = levels.filter(pc.and_(pc.is_in(levels["geo"], pa.array(members)), shown(levels["reason"])))
    weighed = present.join(weights, ["geo", "period"], join_type="inner")
    weighed = weighed.append_column("product", pc.multiply(weighed["value"], weighed["weight"]))
    sums = weighed.group_by(keys).aggregate([("product", "sum"), ("weight", "sum")])
    known = levels.filter(pc.equal(levels["geo"], geo)).select(keys).group_by(keys).aggregate([])
    missing = sums.join(known, keys, join_type="left anti").join(whole, ["period"], join_type="inner")
    covered = pc.divide(missing["weight_sum"], missing["whole"])
    said = {
        "statistic": pa.repeat(LEVEL, missing.num_rows),
        "value": pc.divide(missing["product_sum"], missing["weight_sum"]),
        "reason": pc.if_else(pc.greater_equal(covered, enough), "estimated", "not_measured"),
        "unit": missing["unit"],
        "source": pa.repeat(f"mean of the members of {geo}, weighted by population", missing.num_rows),
    }
    places = {key: missing[key] for key in keys if key != "unit"} | {"geo": pa.repeat(geo, missing.num_rows)}
    order = [name for name in levels.column_names if name in places]
    made = derived({name: places[name] for name in order}, said, missing.num_rows)
    return made.sort_by([(name, "ascending") for name in order])


def _whole(weights: pa.Table, members: Sequence[str]) -> pa.Table:
    """The population of all members, of years in which each of them is known."""
    inside = weights.filter(
        pc.and_(pc.is_in(weights["geo"], pa.array(members)), pc.is_valid(weights["weight"]))
    )
    summed = inside.group_by(["period"]).aggregate([("weight", "sum"), ("geo", "count_distinct")])
    full = summed.filter(pc.equal(summed["geo_count_distinct"], len(set(members))))
    return pa.table({"period": full["period"], "whole": full["weight_sum"]})
