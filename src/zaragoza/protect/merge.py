"""Several releases as one table: what a reader has who keeps them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from zaragoza.model.classification import TOTAL
from zaragoza.model.disclosure import Policy
from zaragoza.model.estimate import LEVEL
from zaragoza.model.indicator import Indicator
from zaragoza.model.observation import KEY_FIELDS, OBSERVATION_FIELDS, STATUS
from zaragoza.protect.figures import Bools, Floats, Ints, encode, group_rows, numbers
from zaragoza.protect.quantities import count_bounds

_FIXED = (*KEY_FIELDS, *(name for name, _ in OBSERVATION_FIELDS))
_KEYS = (*KEY_FIELDS, "statistic", "reference", "adjustment", "detail")
_NUMBERS = ("value", "n", "n_hat")
Cell = tuple[
    str, ...
]  # indicator, period and place, and the categories that are no totals, in alphabetical order

_ROUNDING = 1e-9
SENSITIVE = ("too_few", "dominance")
_FEW_IN_A_CLASS = (*SENSITIVE, "not_measured", "confidential")  # or nobody


@dataclass(frozen=True)
class Told:
    """Observations with what their statuses tell, one entry a row.

    Attributes:
        observations: of all releases together; a figure that one of them shows is shown.
        columns: the breakdown columns.
        hidden: whether no release shows it.
        sensitive: whether one hides it for the sake of people.
        nobody: whether it is known that nobody is behind it.
        least, most: bounds of n.
        classes: how many persons of a share are in its numerator at least, and how many are not.
        small: of a share that is hidden for too few: below this number are its persons, or those in the numerator, or
            the others.
        amount: rows whose numerator is a sum of amounts for which there are rules on the largest contributions.
        origin: the row's place in the tables of all releases, one after the other.
        earlier: whether another release than the newest shows it.
        binary: means and totals of which a release tells that they were judged as shares.
    """

    observations: pa.Table
    columns: tuple[str, ...]
    hidden: Bools
    sensitive: Bools
    nobody: Bools
    least: Floats
    most: Floats
    classes: Floats
    small: Floats
    amount: Bools
    origin: Ints
    earlier: Bools
    binary: frozenset[str]


def breakdown_columns(observations: pa.Table) -> tuple[str, ...]:
    """The columns that observations are broken down by."""
    return tuple(name for name in observations.column_names if name not in _FIXED)


@dataclass(frozen=True)
class Seen:
    """One release.

    Attributes:
        observations: its table.
        policy: the public part.
        numerator_counts: rows of which too few may be meant of the numerator.
        apart: rows whose numerator counts other people than the denominator, and others that may hold nobody.
        classes: how many persons of a share are in its numerator at least, and how many are not, as its reason tells.
        small: below this number are the persons of a share, those in its numerator or the others, as its reason tells.
        amount: rows whose numerator is a sum of amounts for which there are rules on the largest contributions.
        binary: means and totals that were judged as shares.
    """

    observations: pa.Table
    policy: Policy
    numerator_counts: Bools
    apart: Bools
    classes: Floats
    small: Floats
    amount: Bools
    binary: frozenset[str]


class Published(NamedTuple):
    """A release as readers have it.

    Attributes:
        observations: as `protect` makes them.
        policy: of which the minimum count and whether numerators count are public.
        indicators: the definitions by id.
        binary: means and totals in which every person counts 1 or 0, and which were judged as shares.
    """

    observations: pa.Table
    policy: Policy
    indicators: Mapping[str, Indicator]
    binary: frozenset[str] = frozenset()


def cells_of(table: pa.Table, columns: tuple[str, ...]) -> list[Cell]:
    """Every row's key, whatever columns a table has beside those that the row is broken down by."""
    keys = zip(*(table[name].to_pylist() for name in KEY_FIELDS), strict=True)
    named = [[f"{name}={code}" for code in table[name].to_pylist()] for name in columns]
    codes = np.array(named, dtype=object).reshape(len(columns), len(table)).T
    return [
        (*map(str, key), *sorted(code for code in row if not code.endswith(f"={TOTAL}")))
        for key, row in zip(keys, codes.tolist(), strict=True)
    ]


def seen(
    table: pa.Table, policy: Policy, indicators: Mapping[str, Indicator], binary: frozenset[str] = frozenset()
) -> Seen:
    """A release, with the rows of which too few may be meant of the numerator, and those whose numerator is apart.

    Where groups in one category are not broken down, dominance may be meant of a category that nobody is in. Where
    numerators count, a share that is hidden for any reason but people's sake has enough in both classes.
    """
    names: list[str] = table["indicator"].to_pylist()
    apart = np.array([indicators[name].kind == "two_source_ratio" for name in names], dtype=np.bool_)
    shares = np.array(
        [indicators[name].additive_kind == "share" or name in binary for name in names], np.bool_
    )
    shares &= policy.numerator_counts
    divided = [policy.limits_classes and (indicators[name].divides or name in binary) for name in names]
    veiled = np.array([reason == "dominance" for reason in table["reason"].to_pylist()], dtype=np.bool_)
    sums = {
        name
        for name, one in indicators.items()
        if one.additive_kind in ("mean", "total") and not one.counts_people
    }
    amount = np.array([policy.limits_amounts and name in sums for name in names], np.bool_)
    reasons = np.array(table["reason"].to_pylist(), dtype=object)
    enough = shares & ~np.isin(reasons, _FEW_IN_A_CLASS) & (policy.all_but >= 0)
    few = (
        shares & (reasons == "too_few") & (not policy.household_counts) & (policy.all_but < policy.min_count)
    )
    return Seen(
        table,
        policy,
        np.array(divided, dtype=np.bool_) | apart,
        apart | (veiled & (policy.full_share is not None)),
        classes=np.where(enough, float(policy.min_count), 0.0),
        small=np.where(few, float(policy.min_count), np.inf),
        amount=amount,
        binary=binary,
    )


def shown_before(newest: Published, history: Sequence[Published]) -> Bools:
    """Rows of observations that an earlier release about the same data shows, so that hiding them now is no use.

    Args:
        newest: as if everything in it were shown.
        history: earlier releases.
    """
    found = np.zeros(len(newest[0]), dtype=np.bool_)
    told = told_by([seen(*each) for each in (newest, *history)])
    own = told.origin < len(found)
    found[told.origin[own]] = told.earlier[own]
    return found


def told_by(releases: Sequence[Seen]) -> Told:
    """What releases about the same people tell together.

    Of an indicator and period of which two releases show different numbers the data were revised: the earlier ones are
    then about other data, and left out.

    Args:
        releases: the newest first.
    """
    columns = tuple(dict.fromkeys(name for each in releases for name in breakdown_columns(each.observations)))
    table = pa.concat_tables([_completed(each.observations, columns) for each in releases])
    told = _read(table, columns, releases)
    older = told.origin >= len(releases[0].observations)
    group, groups = group_rows(_keys(table, columns))
    about, _ = group_rows(
        np.column_stack([encode(table[name])[0] for name in ("indicator", "period", "geo")])
    )
    kept = ~(np.isin(about, about[_revised(table, told.hidden, group, groups)]) & older)
    return _together(told, group, groups, kept)


def _completed(table: pa.Table, columns: Sequence[str]) -> pa.Table:
    """With a column for everything that any release is broken down by, total where it is not, and a set's name."""
    whole = pa.array([TOTAL] * len(table), pa.string())
    texts = {name: table[name].cast(pa.string()) if name in table.column_names else whole for name in columns}
    fields = {
        name: table[name].cast(pa.type_for_alias(kind))
        if name in table.column_names
        else pa.nulls(len(table), pa.type_for_alias(kind))
        for name, kind in OBSERVATION_FIELDS
    }
    return pa.table({**{name: table[name].cast(pa.string()) for name in KEY_FIELDS}, **texts, **fields})


def _keys(table: pa.Table, columns: Sequence[str]) -> Ints:
    return np.column_stack([encode(table[name])[0] + 1 for name in (*_KEYS, *columns)])


def _read(table: pa.Table, columns: tuple[str, ...], releases: Sequence[Seen]) -> Told:
    reasons = np.array(table["reason"].to_pylist(), dtype=object)
    few, sizes = reasons == "too_few", [len(each.observations) for each in releases]
    least, most = np.zeros(len(few)), np.zeros(len(few))
    ends = np.cumsum([0, *sizes])
    for place, each in enumerate(releases):
        own = slice(ends[place], ends[place + 1])
        least[own], most[own] = count_bounds(
            few[own], each.policy, numerator_counts=each.numerator_counts, apart=each.apart
        )
    apart = np.concatenate([each.apart for each in releases])
    shown = np.array([STATUS[reason].shown for reason in reasons], dtype=np.bool_)
    return Told(
        observations=table,
        columns=columns,
        hidden=~shown,
        sensitive=np.isin(reasons, SENSITIVE),
        nobody=(reasons == "not_measured") & ~apart,  # of two sources one side may have people
        least=least,
        most=most,
        classes=np.concatenate([each.classes for each in releases]),
        small=np.concatenate([each.small for each in releases]),
        amount=np.concatenate([each.amount for each in releases]),
        origin=np.arange(len(table)),
        earlier=(np.arange(len(table)) >= sizes[0]) & shown,
        binary=frozenset().union(*(each.binary for each in releases)),
    )


def _revised(table: pa.Table, hidden: Bools, group: Ints, groups: int) -> Bools:
    """Shown levels of which another release shows another number."""
    level = np.array([name == LEVEL for name in table["statistic"].to_pylist()], dtype=np.bool_)
    found = np.zeros(len(hidden), dtype=np.bool_)
    for name in _NUMBERS:
        value = numbers(table, name)
        there = level & ~hidden & ~np.isnan(value)
        low, high = np.full(groups, np.inf), np.full(groups, -np.inf)
        np.minimum.at(low, group[there], value[there])
        np.maximum.at(high, group[there], value[there])
        differ = high - low > _ROUNDING * np.maximum(np.abs(low), np.abs(high))
        found |= there & differ[group]
    return found


def _together(told: Told, group: Ints, groups: int, kept: Bools) -> Told:
    """One row a figure: the newest that is shown, else the newest; with all that the others tell of it."""
    sensitive = np.bincount(group, told.sensitive & kept, groups) > 0
    least, most, classes, small = (np.full(groups, bound) for bound in (0.0, np.inf, 0.0, np.inf))
    unseen = kept & told.hidden & ~told.nobody
    np.maximum.at(least, group[unseen], told.least[unseen])
    np.minimum.at(most, group[unseen], told.most[unseen])
    np.maximum.at(classes, group[kept], told.classes[kept])
    np.minimum.at(small, group[kept], told.small[kept])
    order = np.lexsort((told.origin, told.hidden, ~kept, group))
    _, first = np.unique(group[order], return_index=True)
    row = np.sort(order[first])
    row = row[kept[row]]
    chosen = group[row]
    return Told(
        observations=told.observations.take(pa.array(row)),
        columns=told.columns,
        hidden=told.hidden[row],
        sensitive=sensitive[chosen],
        nobody=told.nobody[row],
        least=np.where(told.hidden[row], least[chosen], told.least[row]),
        most=np.where(told.hidden[row], most[chosen], told.most[row]),
        classes=classes[chosen],
        small=small[chosen],
        amount=(np.bincount(group, told.amount & kept, groups) > 0)[chosen],
        origin=told.origin[row],
        earlier=(np.bincount(group, told.earlier & kept, groups) > 0)[chosen],
        binary=told.binary,
    )
