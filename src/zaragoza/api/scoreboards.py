"""Scoreboards of published figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.api.data import fault, names, opened, read
from zaragoza.api.figures import argument_faults, number_faults
from zaragoza.catalogue import load_catalogue
from zaragoza.compare.scoreboard import Errors, Rating, rate
from zaragoza.compare.scores import Bools, Floats, Places
from zaragoza.engine import Engine
from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.rating import RatingRule
from zaragoza.model.text import LANGUAGES, Language

AGGREGATES = ("EU", "EA", "EU27_2020", "EU28", "EU27_2007", "EA19", "EA20", "EA21")
_KEYS = ("indicator", "geo", "direction")
_NUMBERS = ("level", "change")
_ERRORS, _CORRELATION, _BROKEN = ("level_se", "change_se"), "correlation", "break"
_DIRECTIONS = {"high": True, "low": False}
_ROW = "row"
Rows = tuple[npt.NDArray[np.int64], pa.Table]


def scoreboard(
    table: object,
    *,
    rule: str | RatingRule = "jer",
    peers: str | None = None,
    aggregates: Iterable[str] = AGGREGATES,
    reference: str = "EU27_2020",
    fewest: int = 2,
    draws: int = 2000,
    seed: int = 1,
    language: Language = "en",
    engine: Engine | None = None,
) -> pa.Table:
    """Rates places by level and change, and says how likely each rating is the true one.

    Args:
        table: as `estimate` takes data, a row a place: `indicator`, `geo`, `level`, `change` (in the unit of the level,
            or in per cent where the rule's authors take that) and `direction` (`high` or `low` is good). Optional:
            `level_se`, `change_se`, `correlation` (of the two errors; without it the errors of the two years are taken
            as independent), and `break` (true where the change is across a break in the series).
        rule: `jer` (Social Scoreboard of the Joint Employment Report), `jaf` (Joint Assessment Framework), or a rule.
        peers: a column; each of its values is a group of places that are compared among themselves.
        aggregates: values of `geo` that count in no mean and no rank, such as the EU.
        reference: the aggregate that a rule refers to which does not take the mean of the places.
        fewest: places with a level below which nothing is rated.
        draws: of true figures.
        seed: of the draws; the same seed gives the same probabilities.
        language: of `label`.
        engine: an open engine to work with.

    Returns:
        The table with `level_score`, `change_score` (in the sign of the rule), `category`, `label`, `probability` (that
        the true category is this one), `rank` (1 the best), `rank_low` and `rank_high` (between which the true rank
        lies with probability 0.9), `undecided` (of the places that are compared and have a probability, the part in
        which it is below 0.9: their colour cannot be told apart), and `reason` (why there is no category, or no
        probability). Rows keep their order.

    Raises:
        DefinitionError: the call is wrong, or the table has not this form; all faults are reported.
        InputError: the table cannot be read.

    Source: methods/07: Council of the European Union, Joint Employment Report 2025, annex on method.
    """
    chosen = _rule(rule)
    with opened(engine) as held:
        given = read(held, table).arrow()
    wrong = argument_faults(
        "scoreboard", fewest=(fewest, 1, np.inf), draws=(draws, 1, np.inf), seed=(seed, 0, np.inf)
    )
    _check(given, peers, language, wrong)
    outside = set(names(aggregates))
    _check_places(given, peers, outside, reference, chosen)
    parts = [_rate(rows, outside, reference, chosen, fewest, draws, seed) for rows in _groups(given, peers)]
    order = np.concatenate([rows for rows, _ in parts] or [np.zeros(0, np.int64)])
    back = np.argsort(order, kind="stable")
    labels = {float(code): text[language] for code, text in chosen.categories.items()}
    for name, values in _columns([rating for _, rating in parts], labels).items():
        given = given.append_column(name, values.take(pa.array(back)))
    return given


def _rule(rule: str | RatingRule) -> RatingRule:
    if isinstance(rule, RatingRule):
        faults = [fault("rule", *problem) for problem in rule.problems]
        if faults:
            raise DefinitionError(faults)
        return rule
    known = load_catalogue().rating_rules
    if rule not in known:
        raise DefinitionError(fault("rule", "rule", f"one of {', '.join(known)}, or a rule", str(rule)))
    return known[rule]


def _check(table: pa.Table, peers: str | None, language: str, wrong: Iterable[Fault]) -> None:
    """Refuses a table of another form, and whatever else is wrong with the call."""
    faults = [*wrong]
    if language not in LANGUAGES:
        faults.append(fault("language", "language", f"one of {', '.join(LANGUAGES)}", "another"))
    wanted = (*_KEYS, *_NUMBERS, *names(peers or ()))
    missing = [name for name in wanted if name not in table.column_names]
    faults += [fault("table", name, "a column of this name", "none") for name in missing]
    taken = [name for name in _ADDED if name in table.column_names]
    faults += [fault("table", name, "a name that is free for the result", "a column") for name in taken]
    faults += number_faults(table, _NUMBERS) + number_faults(table, _ERRORS, low=0.0)
    faults += number_faults(table, (_CORRELATION,), low=-1.0, high=1.0)
    broken = table.schema.field(_BROKEN).type if _BROKEN in table.column_names else pa.null()
    if not (pa.types.is_boolean(broken) or pa.types.is_null(broken)):
        faults.append(fault("table", _BROKEN, "true and false", str(broken)))
    if faults:
        raise DefinitionError(faults)


def _check_places(
    table: pa.Table, peers: str | None, outside: set[str], reference: str, rule: RatingRule
) -> None:
    """Refuses rows that cannot be placed: directions, places given twice, an aggregate that is not there."""
    faults = []
    directions = set(table["direction"].to_pylist())
    if directions - set(_DIRECTIONS):
        faults.append(fault("table", "direction", "high or low in every row", "others"))
    keys = [name for name in ("indicator", "geo", peers) if name is not None]
    empty = sum(table[name].null_count for name in keys)
    if empty:
        faults.append(fault("table", ", ".join(keys), "a code in every row", f"{empty} without"))
    twice = len(table) - table.group_by(keys).aggregate([]).num_rows
    if twice:
        faults.append(fault("table", "geo", "every place once an indicator", f"{twice} rows more"))
    mixed = pc.sum(
        pc.greater(
            table.group_by("indicator").aggregate([("direction", "count_distinct")])[
                "direction_count_distinct"
            ],
            1,
        )
    ).as_py()
    if mixed:
        faults.append(fault("table", "direction", "one direction an indicator", f"{mixed} with both"))
    if rule.reference == "aggregate" and reference not in outside:
        faults.append(fault("reference", "reference", "one of `aggregates`", reference))
    if faults:
        raise DefinitionError(faults)


def _groups(table: pa.Table, peers: str | None) -> Iterator[Rows]:
    """The rows of each indicator, and of each group of peers."""
    keys = ["indicator"] if peers is None else ["indicator", peers]
    rows = table.append_column(_ROW, pa.array(range(len(table)), pa.int64()))
    for group in rows.group_by(keys, use_threads=False).aggregate([(_ROW, "list")])[f"{_ROW}_list"]:
        place = np.array(group.as_py(), dtype=np.int64)
        yield place, table.take(pa.array(place))


def _rate(
    rows: Rows, outside: set[str], reference: str, rule: RatingRule, fewest: int, draws: int, seed: int
) -> tuple[npt.NDArray[np.int64], Rating]:
    place, table = rows
    geo = np.array(table["geo"].to_pylist(), dtype=object)
    level, change = (_numbers(table, name) for name in _NUMBERS)
    at = np.flatnonzero(geo == reference)
    known = (float(level[at[0]]), float(change[at[0]])) if len(at) else (np.nan, np.nan)
    places = Places(
        level=level,
        change=change,
        high_is_good=_DIRECTIONS[table["direction"][0].as_py()],
        member=np.array([name not in outside for name in geo], dtype=np.bool_),
        comparable=~_flags(table, _BROKEN),
        reference=known,
    )
    errors = Errors(*(_numbers(table, name) for name in (*_ERRORS, _CORRELATION)))
    return place, rate(places, errors, rule, fewest=fewest, draws=draws, seed=seed)


def _numbers(table: pa.Table, name: str) -> Floats:
    """A column of numbers, NaN where there is none."""
    if name not in table.column_names:
        return np.full(len(table), np.nan)
    values: Floats = table[name].cast(pa.float64()).combine_chunks().to_numpy(zero_copy_only=False)
    return values


def _flags(table: pa.Table, name: str) -> Bools:
    if name not in table.column_names:
        return np.zeros(len(table), dtype=np.bool_)
    flags: Bools = (
        table[name].cast(pa.bool_()).fill_null(False).combine_chunks().to_numpy(zero_copy_only=False)
    )
    return flags


_ADDED = (
    "level_score", "change_score", "category", "label", "probability", "rank", "rank_low", "rank_high", "undecided",
    "reason",
)  # fmt: skip


def _columns(ratings: list[Rating], labels: Mapping[float, str]) -> dict[str, pa.Array]:
    """The columns of the result, in the order of the ratings; NaN is NULL."""

    def joined(parts: list[Floats], kind: pa.DataType | None = None) -> pa.Array:
        values = np.concatenate(parts or [np.zeros(0)])
        found = pa.array(values, pa.float64(), from_pandas=True)
        return found if kind is None else found.cast(kind)

    category = joined([r.scores.category for r in ratings], pa.int64())
    return {
        "level_score": joined([r.scores.level for r in ratings]),
        "change_score": joined([r.scores.change for r in ratings]),
        "category": category,
        "label": pa.array([None if c is None else labels[c] for c in category.to_pylist()], pa.string()),
        "probability": joined([r.probability for r in ratings]),
        "rank": joined([r.rank for r in ratings]),
        "rank_low": joined([r.rank_low for r in ratings]),
        "rank_high": joined([r.rank_high for r in ratings]),
        "undecided": joined([np.full(len(r.rank), r.undecided) for r in ratings]),
        "reason": pa.array([reason for r in ratings for reason in r.reason], pa.string()),
    }
