"""Indices of several indicators, or of answers about policies, from published figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa

from zaragoza.api.data import fault
from zaragoza.api.figures import argument_faults, number, read_figures
from zaragoza.compare import composite as _composite
from zaragoza.compare.policy_index import LEAST_ANSWERED, policy_rows
from zaragoza.engine import Engine
from zaragoza.errors import DefinitionError, Fault


def composite(
    table: object,
    *,
    weights: Mapping[str, float] | None = None,
    normalisation: _composite.Normalisation = "min_max",
    aggregation: _composite.Aggregation = "arithmetic",
    scale: tuple[float, float] = (1.0, 100.0),
    goalposts: Mapping[str, tuple[float, float]] | None = None,
    vary: float = 0.25,
    draws: int = 1000,
    seed: int = 1,
    engine: Engine | None = None,
) -> pa.Table:
    """A composite index with the interval in which each rank lies.

    Args:
        table: as `estimate` takes data, a row for every place and indicator: `geo`, `indicator`, `value`, `direction`
            (`high` or `low` is good), and `standard_error` where known.
        weights: by indicator; not given, all the same.
        normalisation: `min_max`, `z_score`, `goalposts` or `rank`.
        aggregation: `arithmetic`, `geometric` or `harmonic` mean.
        scale: between which normalised values lie.
        goalposts: lowest and highest value by indicator, for the normalisation of that name.
        vary: part by which weights vary in the draws.
        draws: behind the intervals of ranks.
        seed: of the draws.
        engine: an open engine to work with.

    Returns:
        A row a place: `geo`, `index` (NULL below 65 % of the weights), `rank` (1 the highest), `rank_median`,
        `rank_mean`, `rank_low`, `rank_high` (5th and 95th percentile of the draws), `normalisation` and `aggregation`.

    Raises:
        DefinitionError: the call is wrong, or the table has not this form.
        InputError: the table cannot be read.

    Source: OECD and JRC, Handbook on Constructing Composite Indicators (2008).
    """
    rows = read_figures(table, ("geo", "indicator", "value", "direction"), engine, ("value",))
    listed = rows.to_pylist()
    places = list(dict.fromkeys(row["geo"] for row in listed))
    indicators = list(dict.fromkeys(row["indicator"] for row in listed))
    given = dict.fromkeys(indicators, 1.0) if weights is None else dict(weights)
    wrong = argument_faults("composite", vary=(vary, 0, 1), draws=(draws, 1, np.inf), seed=(seed, 0, np.inf))
    _check_recipe(indicators, given, normalisation, aggregation, scale, goalposts, wrong)
    shape = (len(places), len(indicators))
    values, errors = np.full(shape, np.nan), np.full(shape, np.nan)
    for row in listed:
        at = places.index(row["geo"]), indicators.index(row["indicator"])
        values[at], errors[at] = number(row["value"]), number(row.get("standard_error"))
    good = {row["indicator"]: row["direction"] == "high" for row in listed}
    recipe = _composite.Recipe(
        high_is_good=tuple(good[name] for name in indicators),
        weights=tuple(given[name] for name in indicators),
        normalisation=normalisation,
        aggregation=aggregation,
        scale=scale,
        goalposts=None if goalposts is None else tuple(goalposts[name] for name in indicators),
    )
    made = _composite.index(_composite.normalise(values, recipe), np.array(recipe.weights), recipe)
    ranks = _composite.rank_intervals(values, errors, recipe, vary=vary, draws=draws, seed=seed)
    numbers = {
        "index": made, "rank": ranks.rank, "rank_median": ranks.median, "rank_mean": ranks.mean,
        "rank_low": ranks.low, "rank_high": ranks.high,
    }  # fmt: skip
    return pa.table(
        {
            "geo": pa.array(places, pa.string()),
            **{name: pa.array(column, pa.float64(), from_pandas=True) for name, column in numbers.items()},
            "normalisation": pa.array([normalisation] * len(places), pa.string()),
            "aggregation": pa.array([aggregation] * len(places), pa.string()),
        }
    )


def policy_index(
    table: object,
    *,
    levels: Sequence[str] = ("area", "dimension"),
    least: float = LEAST_ANSWERED,
    engine: Engine | None = None,
) -> pa.Table:
    """Scores of policies from answers to questions, averaged level by level.

    Args:
        table: as `estimate` takes data, a row for every place and question: `geo`, the columns `levels`, `question`,
            and `score` (0 to 100, such as 0, 50 and 100; NULL where not answered).
        levels: from the widest to the narrowest.
        least: part of a dimension's questions that must be answered.
        engine: an open engine to work with.

    Returns:
        A row for every place and level, `_T` where a level is averaged over: `geo`, the columns `levels`, `score`.

    Raises:
        DefinitionError: the call is wrong, the table has not this form, or a score lies outside 0 to 100.
        InputError: the table cannot be read.
    """
    rows = read_figures(table, ("geo", *levels, "question", "score"), engine, ("score",))
    listed = rows.to_pylist()
    if any(row["score"] is not None and not 0 <= row["score"] <= 100 for row in listed):
        raise DefinitionError(fault("table", "score", "scores from 0 to 100", "others"))
    paths = [(row["geo"], *(row[name] for name in levels), row["question"]) for row in listed]
    if len(set(paths)) < len(paths):
        raise DefinitionError(fault("table", "question", "every question once a place", "one given twice"))
    found: list[dict[str, str | float | None]] = []
    for geo in dict.fromkeys(row["geo"] for row in listed):
        answers = {path[1:]: row["score"] for path, row in zip(paths, listed, strict=True) if path[0] == geo}
        found += policy_rows(geo, answers, levels, least)
    fields = [(name, pa.string()) for name in ("geo", *levels)]
    return pa.Table.from_pylist(found, pa.schema([*fields, ("score", pa.float64())]))


def _check_recipe(
    indicators: Sequence[str],
    weights: Mapping[str, float],
    normalisation: str,
    aggregation: str,
    scale: tuple[float, float],
    goalposts: Mapping[str, tuple[float, float]] | None,
    wrong: Iterable[Fault],
) -> None:
    faults = [*wrong]
    for name, value, known in (
        ("normalisation", normalisation, _composite.NORMALISATIONS),
        ("aggregation", aggregation, _composite.AGGREGATIONS),
    ):
        if value not in known:
            faults.append(fault("composite", name, f"one of {', '.join(known)}", str(value)))
    if set(weights) != set(indicators) or not all(value > 0 for value in weights.values()):
        faults.append(fault("composite", "weights", "a weight above 0 for every indicator", "others"))
    if (normalisation == "goalposts") != (goalposts is not None) or set(goalposts or indicators) != set(
        indicators
    ):
        expected = "lowest and highest value of every indicator, with the normalisation of that name"
        faults.append(fault("composite", "goalposts", expected, "others"))
    if goalposts is not None and not all(low < high for low, high in goalposts.values()):
        faults.append(fault("composite", "goalposts", "a lowest value below the highest", "others"))
    positive = normalisation != "z_score" and 0 < scale[0] < scale[1]
    if aggregation in ("geometric", "harmonic") and not positive:
        expected = "a scale above 0, such as 1 to 100, for this mean"
        faults.append(fault("composite", "scale", expected, "one with values of 0 or below"))
    if faults:
        raise DefinitionError(faults)
