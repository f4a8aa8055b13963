"""Estimation for notebooks: the code that releases use, on any table, in a few lines.

import zaragoza as z
z.estimate("persons.parquet", {"employment": z.share("activity = 'employed'")}, by="origin")
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from zaragoza.compute.cells import Cells, count_cells
from zaragoza.compute.estimates import Options
from zaragoza.compute.estimates import estimate_gaps as _estimate_gaps
from zaragoza.compute.estimates import estimate_levels as _estimate_levels
from zaragoza.compute.terms import terms
from zaragoza.engine import Engine, Table, quote
from zaragoza.errors import DefinitionError, Fault, InputError
from zaragoza.model.classification import TOTAL
from zaragoza.model.design import INTERVALS, LONELY_PSU, Design, Interval, LonelyPsu
from zaragoza.model.estimate import ESTIMATE_FIELDS
from zaragoza.model.expression import Expression
from zaragoza.model.indicator import Measure, Missing

__all__ = ["Design", "Measure", "estimate", "gaps", "mean", "ratio", "share", "total"]

_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "UTINYINT",
            "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "BOOLEAN")  # fmt: skip


def share(of: str, *, among: str | None = None, missing: Missing = "excluded") -> Measure:
    """The share of rows for which a condition holds.

    Args:
        of: SQL condition, e.g. `activity = 'employed'`.
        among: condition of the rows that count at all.
        missing: `excluded` leaves rows without an answer out; `counts` keeps them in the denominator.
    """
    return Measure("share", of, among=among, missing=missing)


def mean(of: str, *, among: str | None = None) -> Measure:
    """The weighted mean of a number."""
    return Measure("mean", of, among=among)


def ratio(of: str, over: str, *, among: str | None = None) -> Measure:
    """The ratio of two weighted sums, over rows that have both."""
    return Measure("ratio", of, over, among)


def total(of: str = "1", *, among: str | None = None) -> Measure:
    """The weighted sum of a number; `total()` is the estimated number of persons."""
    return Measure("total", of, among=among)


def estimate(
    data: object,
    measures: Mapping[str, Measure],
    *,
    by: str | Iterable[str] = (),
    population: str | None = None,
    design: Design | None = None,
    confidence: float = 0.95,
    interval: Interval = "t",
    lonely_psu: LonelyPsu = "error",
    engine: Engine | None = None,
) -> pa.Table:
    """Estimates measures in domains, with design-based errors (Taylor linearisation).

    Args:
        data: path of a Parquet or CSV file, a DuckDB relation, or an Arrow, Polars or pandas table; a row a person.
        measures: name -> share(...), mean(...), ratio(...), total(...).
        by: columns that make the domains; NULL is the category `_U`.
        population: SQL condition of the rows that count; the others stay in the design.
        design: columns of weight, stratum, sampling units, population sizes. None: weight 1, every row drawn by itself.
        confidence: of the intervals.
        interval: of shares: `t`, `t_domain` (degrees of freedom of the domain), `logit`, `wilson`, `korn_graubard`.
            Other measures have t intervals.
        lonely_psu: what a stratum with one sampling unit does: `error`, `adjust`, `average`, `certainty`, `remove`;
            `adjust_domains` and `average_domains` also where only the domain has one unit in a stratum.
        engine: an open engine to work with; by default one on all cores.

    Returns:
        An Arrow table, one row per measure and domain: measure, the columns of `by`, statistic, reference, value,
        standard_error, degrees_of_freedom, domain_degrees_of_freedom, ci_low, ci_high, n, n_hat, design_effect, reason.
        Shares are proportions. A standard error that cannot be estimated is NULL with the reason `not_estimable`.

    Raises:
        DefinitionError: an expression, a column or an option is wrong; all faults are reported.
        DesignError: the design does not fit the data.
        InputError: the data cannot be read.
    """
    columns = _names(by)
    call = _Call(measures, columns, population, design or Design(), Options(confidence, interval, lonely_psu))
    with _opened(engine) as opened:
        cells = call.count(opened, data)
    return _stack(_estimate_levels(cells, call.measures, call.options), columns)


def gaps(
    data: object,
    measures: Mapping[str, Measure],
    *,
    group: str,
    reference: str,
    by: str | Iterable[str] = (),
    population: str | None = None,
    design: Design | None = None,
    confidence: float = 0.95,
    lonely_psu: LonelyPsu = "error",
    engine: Engine | None = None,
) -> pa.Table:
    """Gaps of every group to the reference group, with the covariance of the two.

    Args:
        data: as in `estimate`, like `measures`, `population`, `design`, `confidence`, `lonely_psu` and `engine`.
        measures: name -> measure.
        group: column of the groups.
        reference: code of the reference group in that column.
        by: other columns, held equal between group and reference.
        population: SQL condition of the rows that count.
        design: columns of the sampling design.
        confidence: of the intervals (t, degrees of freedom of the design).
        lonely_psu: what a stratum with one sampling unit does.
        engine: an open engine to work with.

    Returns:
        As `estimate`, with a row `gap` (group minus reference) and a row `ratio` (group over reference) per group;
        n, n_hat and domain_degrees_of_freedom are the group's.

    Raises:
        DefinitionError: also where the reference group does not occur.
    """
    columns = (*_names(by), group)
    call = _Call(measures, columns, population, design or Design(), Options(confidence, "t", lonely_psu))
    with _opened(engine) as opened:
        cells = call.count(opened, data)
    reference = str(reference)
    if not any(row[-1] == reference for row in cells.categories):
        raise DefinitionError(
            Fault(
                "reference",
                group,
                "a category of the column",
                "a group that does not occur",
                "Check the code.",
            )
        )
    return _stack(_estimate_gaps(cells, call.measures, group, reference, call.options), columns)


class _Call:
    """The arguments of one call, checked against each other before and against the data when it is read."""

    def __init__(
        self,
        measures: Mapping[str, Measure],
        by: tuple[str, ...],
        population: str | None,
        design: Design,
        options: Options,
    ) -> None:
        _refuse_other_kinds(measures, by, population, design, options.confidence)
        self.by, self.population, self.design, self.options = by, population, design, options
        self.measures = dict(measures)
        self.variables: set[str] = set()
        faults = _option_faults(options, by)
        if not self.measures:
            faults.append(_fault("measures", "measures", "at least one measure", "none"))
        texts = [
            (f"measure {name}", text)
            for name, measure in self.measures.items()
            for text in (measure.of, measure.over, measure.among)
        ]
        for where, text in (*texts, ("population", population)):
            try:
                self.variables |= Expression.parse(text).variables if text is not None else set()
            except DefinitionError as error:
                faults += [replace(fault, where=where) for fault in error.faults]
        if faults:
            raise DefinitionError(faults)

    def count(self, engine: Engine, data: object) -> Cells:
        """Reads the data and reduces it to cells."""
        needed = dict.fromkeys((*sorted(self.variables), *self.design.columns, *self.by))
        table = _table(engine, data, tuple(needed))
        self._check_columns(table)
        table = table.select({name: _without_nan(table, name) for name in needed} or {"row": "1"})
        self._check_types(table)
        texts = {
            name: terms(measure, self.design, self.population) for name, measure in self.measures.items()
        }
        cells = count_cells(table, texts, self.by, self.design)
        if any(TOTAL in row for row in cells.categories):
            found = f"the code {TOTAL}, which stands for the total"
            raise DefinitionError(_fault("by", ", ".join(self.by), "categories", found))
        return cells

    def _check_columns(self, table: Table) -> None:
        faults = []
        used = {"measures or population": self.variables, "design": self.design.columns, "by": self.by}
        for where, names in used.items():
            for name in sorted(set(names) - set(table.columns)):
                near = difflib.get_close_matches(name, table.columns, 3)
                found = f"no such column{'; near it: ' + ', '.join(near) if near else ''}"
                faults.append(_fault(where, name, "a column of the data", found))
        if faults:
            raise DefinitionError(faults)

    def _check_types(self, table: Table) -> None:
        parts: dict[tuple[str, str], tuple[str, bool]] = {}
        for name, measure in self.measures.items():
            parts[name, "of"] = (measure.of, measure.kind == "share")
            if measure.over is not None:
                parts[name, "over"] = (measure.over, False)
            if measure.among is not None:
                parts[name, "among"] = (measure.among, True)
        if self.population is not None:
            parts["population", "population"] = (self.population, True)
        faults = []
        for (name, field), (text, is_condition) in parts.items():
            kind = table.select({"x": Expression.parse(text).sql()}).types["x"].partition("(")[0]
            if is_condition and kind != "BOOLEAN":
                faults.append(_fault(f"{name}.{field}", text, "a condition, such as column = 1", f"a {kind}"))
            if not is_condition and kind not in _NUMBERS:
                faults.append(_fault(f"{name}.{field}", text, "a number", f"a {kind}"))
        if faults:
            raise DefinitionError(faults)


def _opened(engine: Engine | None) -> AbstractContextManager[Engine]:
    """The engine handed over, which stays open, or one of our own that is closed at the end."""
    return Engine() if engine is None else nullcontext(engine)


def _refuse_other_kinds(
    measures: object, by: tuple[object, ...], population: object, design: object, confidence: object
) -> None:
    """Arguments that are no measures, names or designs at all; nothing else can be said of such a call."""
    faults = []
    if not isinstance(measures, Mapping) or not all(isinstance(name, str) for name in measures):
        faults.append(
            _fault("measures", "measures", "a mapping of names to measures", type(measures).__name__)
        )
    else:
        for name, measure in measures.items():
            parts = (
                (measure.of, measure.over or "", measure.among or "") if isinstance(measure, Measure) else ()
            )
            if not parts or not all(isinstance(part, str) for part in parts):
                expected = "share(...), mean(...), ratio(...) or total(...) of texts"
                faults.append(_fault("measures", name, expected, "something else"))
    if not all(isinstance(name, str) for name in by):
        faults.append(_fault("by", "by", "names of columns", "something else"))
    if population is not None and not isinstance(population, str):
        faults.append(_fault("population", "population", "a text", type(population).__name__))
    if not isinstance(design, Design):
        faults.append(_fault("design", "design", "Design(...)", type(design).__name__))
    if not isinstance(confidence, int | float):
        faults.append(_fault("confidence", "confidence", "a number between 0 and 1", "something else"))
    if faults:
        raise DefinitionError(faults)


def _names(by: object) -> tuple[Any, ...]:
    if isinstance(by, str):
        return (by,)
    return tuple(by) if isinstance(by, Iterable) else (by,)


def _option_faults(options: Options, by: tuple[str, ...]) -> list[Fault]:
    faults = []
    if not 0 < options.confidence < 1:
        faults.append(_fault("confidence", "confidence", "a number between 0 and 1", "another"))
    for field, value, legal in (
        ("interval", options.interval, INTERVALS),
        ("lonely_psu", options.lonely_psu, LONELY_PSU),
    ):
        if value not in legal:
            faults.append(_fault(field, str(value), "one of " + ", ".join(legal), "another"))
    reserved = {"measure", *(name for name, _ in ESTIMATE_FIELDS)}
    for name in by:
        if name in reserved:
            faults.append(_fault("by", name, "a name that is no column of the result", "one that is"))
    if len(set(by)) < len(by):
        faults.append(_fault("by", ", ".join(by), "each column once", "one twice"))
    return faults


def _fault(where: str, field: str, expected: str, found: str) -> Fault:
    return Fault(where, field, expected, found, "Correct the call.")


def _table(engine: Engine, data: object, columns: tuple[str, ...]) -> Table:
    if isinstance(data, str | Path):
        return _file(engine, Path(data))
    try:
        return engine.table(data, columns)
    except TypeError as error:
        expected = "a path, a DuckDB relation, or an Arrow, Polars or pandas table"
        raise InputError(_fault("data", "data", expected, f"an object of type {error}")) from None


def _file(engine: Engine, path: Path) -> Table:
    if path.is_dir() and (parts := sorted(path.glob("*.parquet"))):
        return engine.read_parquet(parts)
    if not path.is_file():
        raise InputError(_fault("data", str(path), "a file", "none"))
    if path.suffix.lower() == ".parquet":
        return engine.read_parquet(path)
    if not {suffix.lower() for suffix in path.suffixes} & {".csv", ".tsv", ".txt"}:
        way_out = (
            "Read another kind of file into a table first, or make a monitor of it with `zaragoza init`."
        )
        raise InputError(Fault("data", path.name, "a CSV or Parquet file", "another kind", way_out))
    return engine.sniff_csv(path)


def _without_nan(table: Table, name: str) -> str:
    """A column with NaN as NULL: engines differ on NaN, and an answer it is not."""
    if table.types[name] in ("FLOAT", "DOUBLE"):
        return f"CASE WHEN isnan({quote(name)}) THEN NULL ELSE {quote(name)} END"
    return quote(name)


def _stack(tables: Mapping[str, pa.Table], by: Iterable[str]) -> pa.Table:
    columns = [*by, *(name for name, _ in ESTIMATE_FIELDS)]
    parts = [
        table.select(columns).add_column(0, "measure", pa.array([name] * len(table), pa.string()))
        for name, table in tables.items()
    ]
    return pa.concat_tables(parts)
