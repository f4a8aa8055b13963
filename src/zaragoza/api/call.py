"""The arguments of one call, checked against each other before and against the data when it is read."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import replace

from zaragoza.api.data import fault, read, without_nan
from zaragoza.compute.calibrated import calibration_of
from zaragoza.compute.estimates import Options
from zaragoza.compute.plausible import expand
from zaragoza.compute.sample import Sample, read_sample
from zaragoza.engine import Engine, Table
from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.classification import TOTAL
from zaragoza.model.design import INTERVALS, LONELY_PSU, Design, Replicates
from zaragoza.model.estimate import ESTIMATE_FIELDS
from zaragoza.model.expression import Expression
from zaragoza.model.indicator import Measure

_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "UTINYINT",
            "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "BOOLEAN")  # fmt: skip


class Call:
    """The arguments of one call, checked against each other before and against the data when it is read."""

    def __init__(
        self,
        measures: Mapping[str, Measure],
        by: tuple[str, ...],
        population: str | None,
        design: Design | Replicates,
        options: Options,
        covariates: tuple[str, ...] = (),
    ) -> None:
        _refuse_other_kinds(measures, (*by, *covariates), population, design, options.confidence)
        self.by, self.covariates = by, covariates
        self.population, self.design, self.options = population, design, options
        self.numbers: tuple[str, ...] = ()
        self.measures = dict(measures)
        self.variables: set[str] = set()
        faults = _option_faults(options, by)
        if not self.measures:
            faults.append(fault("measures", "measures", "at least one measure", "none"))
        for name, measure in self.measures.items():
            faults += [fault(f"measure {name}", *problem) for problem in measure.problems]
        faults += [fault("design", *problem) for problem in _design_problems(design)]
        if isinstance(design, Design):
            faults += [
                fault(f"measure {name}", "interval", "an interval that a design can give", "replicates")
                for name, measure in self.measures.items()
                if measure.kind == "quantile" and measure.interval == "replicates"
            ]
        for where, text in self._texts():
            try:
                self.variables |= Expression.parse(text).variables
            except DefinitionError as error:
                faults += [replace(one, where=where) for one in error.faults]
        if faults:
            raise DefinitionError(faults)

    def _texts(self) -> Iterator[tuple[str, str]]:
        """Every expression of the call, with the place it stands in."""
        for name, measure in self.measures.items():
            counted = isinstance(measure.plausible, int) and measure.plausible >= 1
            for one in measure.each if counted else ():
                yield from (
                    (f"measure {name}", text)
                    for text in (one.of, one.over, one.among, one.also)
                    if text is not None
                )
        if self.population is not None:
            yield "population", self.population
        calibration = calibration_of(self.design)
        yield from (("design", text) for text in (calibration.numbers if calibration else ()))

    def read(self, engine: Engine, data: object, *, named: bool = False, one_by_one: bool = False) -> Sample:
        """Reads the data and reduces it to what the measures need.

        Args:
            engine: reads the data.
            data: of the user.
            named: whether primary units are to be found again in another year.
            one_by_one: whether persons are needed even where sums would do.
        """
        needed = dict.fromkeys((*sorted(self.variables), *self.design.columns, *self.by, *self.covariates))
        table = read(engine, data, tuple(needed))
        self._check_columns(table)
        table = table.select({name: without_nan(table, name) for name in needed} or {"row": "1"})
        self._check_types(table)
        self.numbers = tuple(name for name in self.covariates if _is_number(table.types[name]))
        by = (*self.by, *self.covariates)
        sample = read_sample(
            table, self.measures, by, self.design, self.population, named=named, one_by_one=one_by_one
        )
        if any(TOTAL in row for row in sample.categories):
            found = f"the code {TOTAL}, which stands for the total"
            raise DefinitionError(fault("by", ", ".join(self.by), "categories", found))
        return sample

    def _check_columns(self, table: Table) -> None:
        faults = []
        used = {"measures or population": self.variables, "design": self.design.columns, "by": self.by}
        used["adjust_for"] = self.covariates
        for where, names in used.items():
            for name in sorted(set(names) - set(table.columns)):
                near = difflib.get_close_matches(name, table.columns, 3)
                found = f"no such column{'; near it: ' + ', '.join(near) if near else ''}"
                faults.append(fault(where, name, "a column of the data", found))
        if faults:
            raise DefinitionError(faults)

    def _check_types(self, table: Table) -> None:
        parts: dict[tuple[str, str], tuple[str, bool]] = {}
        for name, measure in expand(self.measures).items():
            parts[name, "of"] = (measure.of, measure.kind == "share")
            if measure.over is not None:
                parts[name, "over"] = (measure.over, False)
            if measure.also is not None:
                parts[name, "also"] = (measure.also, True)
            if measure.among is not None:
                parts[name, "among"] = (measure.among, True)
        if self.population is not None:
            parts["population", "population"] = (self.population, True)
        faults = []
        for (name, field), (text, is_condition) in parts.items():
            kind = table.select({"x": Expression.parse(text).sql()}).types["x"].partition("(")[0]
            if is_condition and kind != "BOOLEAN":
                faults.append(fault(f"{name}.{field}", text, "a condition, such as column = 1", f"a {kind}"))
            if not is_condition and kind not in _NUMBERS:
                faults.append(fault(f"{name}.{field}", text, "a number", f"a {kind}"))
        if faults:
            raise DefinitionError(faults)


def _refuse_other_kinds(
    measures: object, by: tuple[object, ...], population: object, design: object, confidence: object
) -> None:
    """Arguments that are no measures, names or designs at all; nothing else can be said of such a call."""
    faults = []
    if not isinstance(measures, Mapping) or not all(isinstance(name, str) for name in measures):
        faults.append(
            fault("measures", "measures", "a mapping of names to measures", type(measures).__name__)
        )
    else:
        for name, measure in measures.items():
            parts = (
                (measure.of, measure.over or "", measure.among or "", measure.also or "")
                if isinstance(measure, Measure)
                else ()
            )
            if not parts or not all(isinstance(part, str) for part in parts):
                expected = "share(...), mean(...) or another measure of texts"
                faults.append(fault("measures", name, expected, "something else"))
    if not all(isinstance(name, str) for name in by):
        faults.append(fault("by", "by", "names of columns", "something else"))
    if population is not None and not isinstance(population, str):
        faults.append(fault("population", "population", "a text", type(population).__name__))
    if not isinstance(design, Design | Replicates):
        faults.append(fault("design", "design", "Design(...) or Replicates(...)", type(design).__name__))
    if not isinstance(confidence, int | float):
        faults.append(fault("confidence", "confidence", "a number between 0 and 1", "something else"))
    if faults:
        raise DefinitionError(faults)


def _is_number(kind: str) -> bool:
    return kind.partition("(")[0] in _NUMBERS and kind != "BOOLEAN"


def _design_problems(design: Design | Replicates) -> tuple[tuple[str, str, str], ...]:
    return design.problems if isinstance(design, Replicates) else ()


def _option_faults(options: Options, by: tuple[str, ...]) -> list[Fault]:
    faults = []
    if not 0 < options.confidence < 1:
        faults.append(fault("confidence", "confidence", "a number between 0 and 1", "another"))
    for field, value, legal in (
        ("interval", options.interval, INTERVALS),
        ("lonely_psu", options.lonely_psu, LONELY_PSU),
    ):
        if value not in legal:
            faults.append(fault(field, str(value), "one of " + ", ".join(legal), "another"))
    reserved = {"measure", *(name for name, _ in ESTIMATE_FIELDS)}
    for name in by:
        if name in reserved:
            faults.append(fault("by", name, "a name that is no column of the result", "one that is"))
    if len(set(by)) < len(by):
        faults.append(fault("by", ", ".join(by), "each column once", "one twice"))
    return faults
