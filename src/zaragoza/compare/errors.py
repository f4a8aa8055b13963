"""Standard errors of published shares that come without one: models, to be named beside what is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.classification import TOTAL
from zaragoza.model.observation import ERRORS_FROM, KEY_FIELDS, ErrorOrigin
from zaragoza.model.source_table import Survey

Requirement = Literal[
    "lfs_unemployment_quarter",
    "silc_poverty_or_exclusion",
    "silc_persistent_poverty",
    "silc_poverty_or_exclusion_region",
]
# a and b of f(N) = a sqrt(N) + b, N in millions: Regulation (EU) 2019/1700, annex II (methods/05 section 7)
_REQUIRED: dict[Requirement, tuple[float, float]] = {
    "lfs_unemployment_quarter": (7800, -4500),
    "silc_poverty_or_exclusion": (900, 2600),
    "silc_persistent_poverty": (350, 1000),
    "silc_poverty_or_exclusion_region": (600, 0),
}
_OF_SURVEY: dict[Survey, Requirement] = {
    "lfs": "lfs_unemployment_quarter",
    "silc": "silc_poverty_or_exclusion",
}


def modelled_error(share: float, n: float, design_effect: float = 1.0) -> float:
    """The standard error that a share of n persons has, if its sample is worth n / design_effect random ones.

    Args:
        share: 0 to 1.
        n: persons behind it, unweighted.
        design_effect: variance over that of a simple random sample of the same size.

    Raises:
        DefinitionError: a number that cannot be.
    """
    if not (0 <= share <= 1 and n > 0 and design_effect > 0):
        expected = "a share from 0 to 1, and a number of persons and a design effect above 0"
        raise DefinitionError(Fault("modelled_error", "arguments", expected, "others", "Correct the call."))
    return float(np.sqrt(design_effect * share * (1 - share) / n))


def required_error(share: float, population: float, requirement: Requirement) -> float:
    """The largest standard error that European law allows a survey for this share: an upper limit, not the error.

    Args:
        share: 0 to 1.
        population: persons (lfs) or private households (silc) of the country or region, in millions.
        requirement: which one of annex II.

    Raises:
        DefinitionError: a number that cannot be, or an unknown requirement.

    Source: Regulation (EU) 2019/1700, annex II.
    """
    faults = []
    if requirement not in _REQUIRED:
        known = ", ".join(get_args(Requirement))
        faults.append(
            Fault("required_error", "requirement", f"one of {known}", "another", "Correct the call.")
        )
    size = effective_size(population, requirement) if requirement in _REQUIRED and population > 0 else 1.0
    if not (0 <= share <= 1 and population > 0 and size > 0):
        expected = "a share from 0 to 1 and a population in millions that the formula is made for"
        faults.append(Fault("required_error", "arguments", expected, "others", "Correct the call."))
    if faults:
        raise DefinitionError(faults)
    return float(np.sqrt(share * (1 - share) / size))


def effective_size(population: float, requirement: Requirement) -> float:
    """Persons of a simple random sample that is as precise as the law asks; not above 0 where it asks nothing.

    Args:
        population: as of `required_error`.
        requirement: which one of annex II.
    """
    a, b = _REQUIRED[requirement]
    return float(a * np.sqrt(population) + b)


def with_required_errors(
    levels: pa.Table, persons: pa.Table, surveys: Mapping[str, Survey], household_size: float | None
) -> pa.Table:
    """Levels with the errors of samples as large as European law asks for, where no error is known.

    The law asks for the precision of a share of a whole country. Its effective sample is divided among groups by their
    part of the population, so a group has the error of a simple random sample of its part. It is a model, not the
    error. Errors may be smaller: the labour force survey is asked for a quarter, and samples may be larger. They may be
    larger: sizes are those of people of all ages, and migrants live together and answer less often.

    Args:
        levels: of `model.observation`.
        persons: geo, period, the breakdowns, `persons`: sizes of groups and of whole populations.
        surveys: source of a figure, as in `source` -> the survey that it is from.
        household_size: persons a private household; None: no errors for surveys of income.

    Returns:
        The same rows with `standard_error` for shares of a group and year of which the size is known and that had none,
        and `ERRORS_FROM`. Shares of 0 and 1 have none: by the formula they would be certain.

    Source: Regulation (EU) 2019/1700, annex II.
    """
    columns = [name for name in persons.column_names if name != "persons"]
    sizes = dict(zip(_keys(persons, columns), persons["persons"].to_pylist(), strict=True))
    rows = zip(
        _keys(levels, columns),
        *(levels[name].to_pylist() for name in ("value", "unit", "source", "standard_error")),
        strict=True,
    )
    whole = (TOTAL,) * (len(columns) - 2)
    errors = []
    for key, value, unit, source, known in rows:
        size = None
        if unit == "proportion" and known is None and value is not None and 0 < value < 1:
            size = _part(sizes.get(key), sizes.get((*key[:2], *whole)), surveys.get(source), household_size)
        errors.append(None if size is None else float(np.sqrt(value * (1 - value) / size)))
    return _filled(levels, errors, "required")


def with_published_errors(
    levels: pa.Table, errors: Mapping[tuple[str, ...], float], columns: Sequence[str]
) -> pa.Table:
    """Levels with the errors that are known of them.

    Args:
        levels: of `model.observation`.
        errors: standard errors by indicator, period, geo and breakdowns.
        columns: the breakdowns, in their order.

    Returns:
        The same rows with `standard_error` where one is known of a figure, and `ERRORS_FROM`.
    """
    keys = _keys(levels, (*KEY_FIELDS, *columns))
    values = levels["value"].to_pylist()
    known = [None if value is None else errors.get(key) for key, value in zip(keys, values, strict=True)]
    return _filled(levels, known, "published")


def _filled(levels: pa.Table, errors: Sequence[float | None], origin: ErrorOrigin) -> pa.Table:
    """The levels with errors where they had none, and what these are from."""
    there, given = levels["standard_error"], pa.array(errors, pa.float64())
    if ERRORS_FROM not in levels.column_names:
        levels = levels.append_column(ERRORS_FROM, pa.nulls(levels.num_rows, pa.string()))
    new = pc.and_(pc.is_null(there), pc.is_valid(given))
    for name, values in (
        ("standard_error", pc.coalesce(there, given)),
        (ERRORS_FROM, pc.if_else(new, origin, levels[ERRORS_FROM])),
    ):
        levels = levels.set_column(levels.column_names.index(name), name, values)
    return levels


def _keys(table: pa.Table, columns: Sequence[str]) -> list[tuple[str, ...]]:
    return list(zip(*(table[name].to_pylist() for name in columns), strict=True))


def _part(
    group: float | None, country: float | None, survey: Survey | None, household_size: float | None
) -> float | None:
    """The part of a country's effective sample that is of a group; None where it is not known."""
    if group is None or country is None or not 0 < group <= country:
        return None
    if survey is None or (survey == "silc" and household_size is None):
        return None
    population = country / 1e6 / (household_size or 1.0) if survey == "silc" else country / 1e6
    size = effective_size(population, _OF_SURVEY[survey]) * group / country
    return size if size > 0 else None
