"""The calibration of a monitor: margins that the office brought its weights to, or that a run brings them to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from zaragoza.catalogue.load import Catalogue
from zaragoza.catalogue.monitor_population import Sizes, inline_sizes, read_population
from zaragoza.catalogue.monitor_reader import Reader
from zaragoza.catalogue.monitor_tables import lacking
from zaragoza.catalogue.monitor_text import KeyPath
from zaragoza.errors import DefinitionError
from zaragoza.model.design import CALIBRATION_METHODS, Calibration, CalibrationMethod
from zaragoza.model.expression import Expression
from zaragoza.model.weighting import Weighting

BASE_WEIGHT, WEIGHT = "base_weight", "weight"
CALIBRATION_KEYS = ("margins", "numbers", "units", "method", "bounds", "sweeps", "trim")
MARGIN_KEYS = ("by", "sizes", "file")


@dataclass(frozen=True)
class _Margin:
    """Columns, and the sizes of their classes; None where the office calibrated."""

    by: tuple[str, ...]
    sizes: Sizes | None


def read_calibration(
    reader: Reader,
    folder: Path,
    catalogue: Catalogue,
    have: frozenset[str],
    mapped: frozenset[str],
    path: KeyPath = ("calibration",),
) -> Weighting | None:
    """How weights were or are to be calibrated; None where nothing is said, or it cannot be used.

    Args:
        reader: monitor.toml; faults are noted in it.
        folder: to which files with sizes are relative.
        catalogue: variables and classifications that margins may name.
        have: variables that are mapped or can be derived.
        mapped: variables that are mapped.
        path: of the table.
    """
    if reader.get(*path) is None:
        return None
    return _Calibrations(reader, folder, catalogue, have, mapped, path).read()


@dataclass(frozen=True)
class _Calibrations:
    reader: Reader
    folder: Path
    catalogue: Catalogue
    have: frozenset[str]
    mapped: frozenset[str]
    path: KeyPath

    def read(self) -> Weighting | None:
        """The table as a whole."""
        before = len(self.reader.faults)
        self.reader.table(*self.path, known=CALIBRATION_KEYS)
        margins, numbers = self._margins(), self._numbers()
        totals = [margin.sizes for margin in margins] + list(numbers.values())
        here = any(total is not None for total in totals)
        if totals and here and any(total is None for total in totals):
            found, way_out = (
                "some with and some without",
                "Give all margins and numbers their sizes, or none.",
            )
            self._fault("margins", "known sizes of all of them, or of none", found, way_out)
        if not totals and len(self.reader.faults) == before:
            way_out = (
                'Write `margins = [["sex"], ["age_group", "region"]]`, or [[calibration.margins]] with sizes.'
            )
            self.reader.required((*self.path, "margins"), "margins or numbers", way_out)
        if len(self.reader.faults) == before:  # else it is not known whether the office or the run calibrates
            self._check_weights(here)
        method, bounds = self._method()
        units, trim = self._units(), self._trim(here)
        sweeps = self.reader.flag(*self.path, "sweeps") or False
        if sweeps and here:
            way_out = "Delete the line; it repeats how another program counts its own calibration."
            self._fault(
                "sweeps", "`sweeps` for weights that the office calibrated", "it beside sizes", way_out
            )
        if len(self.reader.faults) > before:
            return None
        files = {
            margin.sizes.file[0]: margin.sizes.file[1]
            for margin in margins
            if margin.sizes and margin.sizes.file
        }
        return Weighting(
            calibration=Calibration(
                base_weight=WEIGHT if here else BASE_WEIGHT,
                margins=tuple(margin.by for margin in margins),
                numbers=tuple(numbers),
                units=units,
                method=method,
                bounds=bounds,
                sweeps=sweeps,
            ),
            sizes=tuple(margin.sizes.classes for margin in margins if margin.sizes),
            totals=tuple(total for total in numbers.values() if total is not None),
            trim=trim,
            files=files,
        )

    def _fault(self, key: str, expected: str, found: str, way_out: str) -> None:
        self.reader.fault((*self.path, key), expected, found, way_out)

    def _check_weights(self, here: bool) -> None:
        path = self.path
        if here and BASE_WEIGHT in self.mapped:
            found, way_out = (
                "both",
                "Leave the sizes out where the weights are calibrated, else `base_weight`.",
            )
            self.reader.fault(path, "calibrated weights with their `base_weight`, or sizes", found, way_out)
        if not here and not {BASE_WEIGHT, WEIGHT} <= self.mapped:
            way_out = "Map both in [source.variables], or give sizes to calibrate to."
            expected = "the calibrated `weight` and the `base_weight` before it"
            names = sorted({BASE_WEIGHT, WEIGHT} - self.mapped)
            self.reader.fault(path, expected, f"no `{'` and no `'.join(names)}`", way_out)
        if not here and self.reader.get("source", "replicates", "columns") is not None:
            way_out = "Delete [calibration], or calibrate the base weights and their replicates to sizes."
            found = "it beside replicate weights, whose spread has its effect already"
            self.reader.fault(
                path, "the calibration of weights whose error comes from the design", found, way_out
            )

    def _margins(self) -> list[_Margin]:
        entries = self.reader.get(*self.path, "margins")
        if entries is None:
            return []
        if not isinstance(entries, list):
            way_out = 'Write `margins = [["sex"], ["age_group", "region"]]`.'
            self._fault(
                "margins", "a list of lists of names, or tables with sizes", "something else", way_out
            )
            return []
        found = [self._margin((*self.path, "margins", str(number))) for number in range(len(entries))]
        names = [margin.by for margin in found if margin is not None]
        if len(set(names)) < len(names):
            self._fault("margins", "each margin once", "one that is given twice", "Delete the second.")
        return [margin for margin in found if margin is not None]

    def _margin(self, path: KeyPath) -> _Margin | None:
        if not isinstance(self.reader.get(*path), Mapping):
            by = self._by(path)
            return None if by is None else _Margin(by, None)
        self.reader.table(*path, known=MARGIN_KEYS)
        by = self._by((*path, "by"))
        if by is None:
            return None
        sizes, file = self.reader.get(*path, "sizes"), self.reader.string(*path, "file")
        if (sizes is None) == (file is None):
            way_out = 'Write `sizes = { F = 5100, M = 4900 }` or `file = "population.csv"`.'
            self.reader.fault(path, "`sizes` or `file`", "neither" if file is None else "both", way_out)
            return None
        if file is None:
            found = inline_sizes(self.reader, (*path, "sizes"), by)
        else:
            found = read_population(self.reader, (*path, "file"), self.folder / file, by)
        return None if found is None else _Margin(by, found)

    def _by(self, path: KeyPath) -> tuple[str, ...] | None:
        """The columns of a margin: classifications or variables that the data allow."""
        names = self.reader.strings(*path)
        if not names:
            if self.reader.get(*path) in (None, []):
                self.reader.required(path, "the names of a margin", 'Write `by = ["age_group", "region"]`.')
            return None
        right = [self._is_known(path, name) for name in names]
        if len(set(names)) < len(names):
            self.reader.fault(path, "each name once", "one that is named twice", "Delete the second.")
            return None
        return names if all(right) else None

    def _is_known(self, path: KeyPath, name: str) -> bool:
        classification = self.catalogue.classifications.get(name)
        if classification is None and name not in self.catalogue.variables:
            known = (*self.catalogue.classifications, *self.catalogue.variables)
            self.reader.unknown_name(path, "classification or variable", name, known)
            return False
        missing = lacking(classification, self.catalogue, self.have) if classification else ()
        missing = () if name in self.have else missing or ((name,) if classification is None else ())
        if missing:
            found, way_out = f"`{name}`, which needs {', '.join(missing)}", "Map these in [source.variables]."
            self.reader.fault(path, "margins that the data allow", found, way_out)
        return not missing

    def _numbers(self) -> dict[str, float | None]:
        """SQL expression -> total; None where the office calibrated."""
        value = self.reader.get(*self.path, "numbers")
        if value is None:
            return {}
        given: Any = dict.fromkeys(value) if _are_texts(value) else value
        if not isinstance(given, Mapping):
            way_out = 'Write `numbers = ["1"]`, or `numbers = { "1" = 17590000 }` with the known total.'
            self._fault(
                "numbers", "SQL expressions, or a table of them with their totals", "something else", way_out
            )
            return {}
        for text, total in given.items():
            self._check_number(text, total)
        return {
            text: None if total is None else float(total) for text, total in given.items() if _is_total(total)
        }

    def _check_number(self, text: str, total: object) -> None:
        path = (*self.path, "numbers", text)
        if not _is_total(total):
            self.reader.fault(path, "a number", "something else", "Write it without quotes.")
        try:
            missing = sorted(Expression.parse(text).variables - self.have)
        except DefinitionError as error:
            for fault in error.faults:
                self.reader.fault(path, fault.expected, fault.found, fault.way_out)
            return
        if missing:
            found, way_out = f"one that needs {', '.join(missing)}", "Map these in [source.variables]."
            self.reader.fault(path, "numbers that the data allow", found, way_out)

    def _method(self) -> tuple[CalibrationMethod, tuple[float, float] | None]:
        method = self.reader.choice(CALIBRATION_METHODS, *self.path, "method") or "linear"
        bounds = self._bounds()
        if method == "logit" and self.reader.get(*self.path, "bounds") is None:
            self.reader.required((*self.path, "bounds"), "bounds for logit", "Write `bounds = [0.5, 2]`.")
        if method == "raking" and bounds is not None:
            way_out = "Write `logit`, which is close to raking within bounds, or leave the bounds out."
            self._fault("bounds", "no bounds for raking", "bounds", way_out)
        return cast(CalibrationMethod, method), bounds

    def _bounds(self) -> tuple[float, float] | None:
        value = self.reader.get(*self.path, "bounds")
        if value is None:
            return None
        if (
            isinstance(value, list)
            and len(value) == 2
            and all(map(_is_number, value))
            and 0 <= value[0] < 1 < value[1]
        ):
            return float(value[0]), float(value[1])
        way_out = "Write `bounds = [0.5, 2]`."
        self._fault("bounds", "the least and the greatest factor, around 1", "something else", way_out)
        return None

    def _units(self) -> tuple[str, ...]:
        names = self.reader.strings(*self.path, "units") or ()
        for name in names:
            if name not in self.have:
                way_out = "Name variables that are mapped, such as `household`."
                self._fault("units", "variables of the data", f"`{name}`", way_out)
        return names

    def _trim(self, here: bool) -> float | None:
        trim = self.reader.number(1.01, float("inf"), *self.path, "trim")
        if trim is not None and not here:
            way_out = "Delete the line: the weights are as the office made them."
            self._fault("trim", "`trim` where a run calibrates", "it without sizes", way_out)
        return trim


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_total(value: object) -> bool:
    return value is None or _is_number(value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
