"""Whether weights, strata, sampling units and population sizes can be those of a sample."""

from __future__ import annotations

from zaragoza.collect.linking import HOUSEHOLD, PERSON
from zaragoza.collect.standard import UNREADABLE, status_of
from zaragoza.collect.values import count_where
from zaragoza.collect.words import counted
from zaragoza.engine import Table, quote
from zaragoza.errors import DesignError, Fault
from zaragoza.model.source import Source, replicate_names

SHOWN_FROM = 10  # rows that must hold the code of a stratum before it may be shown (decision 22)
_SHOWN_STRATA = 5
_RESTARTS_FROM = 0.5  # share of PSU codes in several strata from which numbers restart in every stratum
_NO_STRATUM = "''"
_LIKE_THE_WEIGHT = (0.5, 2.0)  # sum of a replicate weight over the sum of the weight


def design_faults(table: Table, source: Source) -> list[Fault]:
    """Faults of the sampling design.

    Args:
        table: one row a person with the design columns that are mapped; identifiers are keys.
        source: names the columns.
    """
    return [
        *_weight_faults(table, source),
        *_replicate_faults(table, source),
        *_missing_faults(table, source),
        *_nesting_faults(table, source),
        *_size_faults(table, source),
    ]


def _fault(source: Source, name: str, expected: str, found: str, way_out: str) -> Fault:
    mapping = source.variables.get(name)
    field = f"{name} (column {mapping.column})" if mapping else name
    return Fault(source.id, field, expected, found, way_out, DesignError)


def _rows(table: Table, condition: str) -> int:
    count: int = table.aggregate({}, {"rows": count_where(condition)}).rows()[0][0]
    return count


def _weight_faults(table: Table, source: Source) -> list[Fault]:
    """A weight of 0 is legal, a negative or missing one is not (decision 7)."""
    return [fault for name in ("weight", "base_weight") for fault in _faults_of_weight(table, source, name)]


def _faults_of_weight(table: Table, source: Source, name: str) -> list[Fault]:
    if name not in table.columns:
        return []
    faults = []
    if negative := _rows(table, f"{name} < 0"):
        way_out = "Correct them, or map another weight."
        found = f"negative weights on {counted(negative, 'row')}"
        faults.append(_fault(source, name, "weights of 0 or more", found, way_out))
    unreadable = f"{quote(status_of(name))} = {UNREADABLE}"  # a fault of its own
    if missing := _rows(table, f"{name} IS NULL AND ({unreadable}) IS NOT TRUE"):
        way_out = "Leave out rows that do not belong to the sample, or give them a weight (0 is legal)."
        found = f"none on {counted(missing, 'row')}"
        faults.append(_fault(source, name, "a weight on every row", found, way_out))
    return faults


def _replicate_faults(table: Table, source: Source) -> list[Fault]:
    """Replicate weights as one set: on every row a number of 0 or more, with sums like that of the weight."""
    names = replicate_names(table.columns)
    if not names or source.replicates is None:
        return []
    expected, faults = "numbers of 0 or more on every row", []
    if negative := _rows(table, " OR ".join(f"{name} < 0" for name in names)):
        way_out = "Correct them, or leave the columns with negative weights out."
        found = f"negative ones on {counted(negative, 'row')}"
        faults.append(_replicate_fault(source, expected, found, way_out))
    if missing := _rows(table, " OR ".join(f"{name} IS NULL" for name in names)):
        way_out = "Give every row all replicate weights; 0 leaves it out of one."
        found = f"none, or no number, on {counted(missing, 'row')}"
        faults.append(_replicate_fault(source, expected, found, way_out))
    if not faults and "weight" in table.columns:
        times = "weight * " if source.replicates.factors else ""
        sums = {"weight": "sum(weight)", **{name: f"sum({times}{name})" for name in names}}
        whole, *parts = table.aggregate({}, sums).rows()[0]
        low, high = (limit * (whole or 0) for limit in _LIKE_THE_WEIGHT)
        if others := sum(not low <= part <= high for part in parts):
            expected = f"sums like that of the {'weight, times it' if times else 'weight'}"
            found = f"{others} of {len(names)} columns with less than half or more than twice of it"
            way_out = (
                "Name replicate weights alone; write `factors = true` if they are factors of the weight."
            )
            faults.append(_replicate_fault(source, expected, found, way_out))
    return faults


def _replicate_fault(source: Source, expected: str, found: str, way_out: str) -> Fault:
    field = f"replicates (columns {', '.join(source.replicate_columns[:_SHOWN_STRATA])})"
    return Fault(source.id, field, expected, found, way_out, DesignError)


def _missing_faults(table: Table, source: Source) -> list[Fault]:
    faults = []
    for name in ("psu", "ssu", "stratum", "population_size", "population_size_2"):
        if name in table.columns and (missing := _rows(table, f"{name} IS NULL")):
            unit = "sampling unit" if name in ("psu", "ssu") else name.removesuffix("_2").replace("_", " ")
            way_out = f"Fill in the {unit}, or leave `{name}` out of the mapping."
            faults.append(
                _fault(source, name, f"a {unit} on every row", f"none on {counted(missing, 'row')}", way_out)
            )
    return faults


def _unit(table: Table) -> str | None:
    """What was drawn first: the PSU, else the household; None where every person is a unit."""
    return next((name for name in ("psu", HOUSEHOLD) if name in table.columns), None)


def _nesting_faults(table: Table, source: Source) -> list[Fault]:
    faults, unit = [], _unit(table)
    if unit and "stratum" in table.columns:
        text = (
            f"FROM (FROM {{t}} SELECT count(DISTINCT stratum) AS strata WHERE {unit} IS NOT NULL GROUP BY {unit}) "
            f"SELECT count(*), {count_where('strata > 1')}"
        )
        units, shared = table.engine.query(text, t=table).rows()[0]
        # PSU numbers may restart in every stratum; then most of them occur in several, household numbers never
        if shared and (_is_household(unit, source) or shared < _RESTARTS_FROM * units):
            found = f"{shared} of {units} in several strata"
            way_out = "Correct the stratum of those rows, or give units of other strata other numbers."
            faults.append(_fault(source, unit, "every sampling unit in one stratum", found, way_out))
    if unit == "psu" and HOUSEHOLD in table.columns and not _is_household(unit, source):
        stratum = "coalesce(stratum, '')" if "stratum" in table.columns else _NO_STRATUM
        text = (
            f"FROM (FROM {{t}} SELECT count(DISTINCT ({stratum}, psu)) AS units "
            f"WHERE {HOUSEHOLD} IS NOT NULL AND psu IS NOT NULL GROUP BY {HOUSEHOLD}) "
            f"SELECT {count_where('units > 1')}"
        )
        if split := table.engine.query(text, t=table).rows()[0][0]:
            found = f"{counted(split, 'household')} in several"
            way_out = "Correct the sampling unit of those rows, or give households other numbers."
            faults.append(_fault(source, HOUSEHOLD, "every household in one sampling unit", found, way_out))
    return faults


def _is_household(unit: str, source: Source) -> bool:
    psu, household = source.variables.get("psu"), source.variables.get(HOUSEHOLD)
    same = bool(psu and household and psu.column == household.column and psu.file == household.file)
    return unit == HOUSEHOLD or same


def _size_faults(table: Table, source: Source) -> list[Fault]:
    stratum = "stratum" if "stratum" in table.columns else _NO_STRATUM
    faults = []
    if "population_size" in table.columns:
        unit = _unit(table) or (PERSON if PERSON in table.columns else "*")
        faults += _stage_faults(table, source, "population_size", stratum, [stratum], unit)
    if "population_size_2" in table.columns:
        if "ssu" in table.columns and "psu" in table.columns:
            faults += _stage_faults(table, source, "population_size_2", stratum, [stratum, "psu"], "ssu")
        else:
            way_out = "Map `psu` and `ssu` as well, or leave `population_size_2` out."
            expected = "units of a second stage"
            faults.append(_fault(source, "population_size_2", expected, "no `psu` and `ssu`", way_out))
    return faults


def _stage_faults(
    table: Table, source: Source, size: str, stratum: str, within: list[str], unit: str
) -> list[Fault]:
    """A population has one size, and it is no smaller than the sample drawn from it."""
    place = "stratum" if len(within) == 1 else "sampling unit"
    drawn = "count(*)" if unit == "*" else f"count(DISTINCT {unit})"
    text = (
        f"FROM {{t}} SELECT {stratum} AS stratum, count(*) AS rows, count(DISTINCT {size}) > 1 AS varies, "
        f"{drawn} > min({size}) AS small WHERE {size} IS NOT NULL GROUP BY {', '.join((stratum, *within[1:]))}"
    )
    found = table.engine.query(text, t=table).rows()
    varies = [(code, rows) for code, rows, several, _ in found if several]
    small = [(code, rows) for code, rows, several, below in found if below and not several]
    faults = []
    if varies:
        expected, way_out = f"one population size in every {place}", "Correct those rows."
        faults.append(_fault(source, size, expected, f"several sizes in {_named(varies, place)}", way_out))
    if small:
        expected = f"a population no smaller than the sample in every {place}"
        way_out = "Give the number of units in the population, not in the sample, or leave it out."
        faults.append(_fault(source, size, expected, f"a smaller one in {_named(small, place)}", way_out))
    return faults


def _named(places: list[tuple[str | None, int]], place: str) -> str:
    """How many, with the codes of a few strata that enough rows hold."""
    count = counted(len(places), place, "strata" if place == "stratum" else None)
    codes = [code for code, rows in sorted(places, key=str) if code and rows >= SHOWN_FROM][:_SHOWN_STRATA]
    if place != "stratum" or not codes:
        return count
    more = ", ..." if len(codes) < len(places) else ""
    return f"{count}: {', '.join(f'`{code}`' for code in codes)}{more}"
