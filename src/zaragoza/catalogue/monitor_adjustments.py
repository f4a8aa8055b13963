"""The sets of characteristics that a monitor holds equal between a group and its reference group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from zaragoza.catalogue.load import Catalogue
from zaragoza.catalogue.monitor_population import inline_sizes, read_population
from zaragoza.catalogue.monitor_reader import Reader, suggestion
from zaragoza.catalogue.monitor_scope import ingredients
from zaragoza.catalogue.monitor_tables import lacking
from zaragoza.catalogue.monitor_text import KeyPath
from zaragoza.model.adjustment import MARGIN, MOST_SWITCHED, RELEASE_METHODS, Adjustment, AdjustmentMethod
from zaragoza.model.classification import Breakdown, Classification
from zaragoza.model.source import Source

ADJUSTMENT_KEYS = ("covariates", "method", "margin", "title", "apart", "tables")
# Variables that follow chances in society and are outcomes themselves: what is held equal with them is to be told apart
# (methods/04 section 1: only characteristics prior to the outcome belong in the first figure).
FOLLOWING = frozenset(
    (
        "education", "attainment_level", "activity", "occupation", "professional_status", "contract", "working_time",
        "disposable_income", "equivalised_income", "earnings", "social_assistance", "tenure", "housing_cost",
    )
)  # fmt: skip
_TABLES = 'Write `tables = [["citizen_group", "region"]]`.'
_COVARIATES = 'Write `covariates = ["age_group", "sex"]`.'
_KINDS: Mapping[type, tuple[str, str]] = {
    int: ("a whole number from 1", "Write it without quotes, such as `least = 5`."),
    bool: ("true or false", "Write it without quotes."),
    list: ("a list of covariates of the set", 'Write it like `["sex"]`.'),
}


def read_adjustments(
    reader: Reader,
    folder: Path,
    catalogue: Catalogue,
    have: frozenset[str],
    breakdowns: Sequence[Breakdown],
    source: Source | None,
) -> tuple[Adjustment, ...]:
    """The sets [[adjustments]] that are right, in the order of the file.

    Args:
        reader: monitor.toml; faults are noted in it.
        folder: to which a file with a standard population is relative.
        catalogue: variables and classifications that a set may name.
        have: variables that are mapped or can be derived.
        breakdowns: the tables of the monitor.
        source: whose design a method must suit; None where it is wrong itself.
    """
    entries = reader.get("adjustments")
    if entries is None:
        return ()
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        way_out = "Write `[[adjustments]]` and under it " + _COVARIATES.removeprefix("Write ")
        reader.fault(("adjustments",), "a table for each set", "something else", way_out)
        return ()
    sets = [
        _Set(reader, folder, catalogue, have, breakdowns, source, ("adjustments", str(number))).read()
        for number in range(len(entries))
    ]
    found: dict[frozenset[str], Adjustment] = {}
    for number, each in enumerate(sets):
        if each is None:
            continue
        key = frozenset(each.covariates)
        if key in found:
            way_out = "Delete the second: a figure is known by the characteristics that it holds equal."
            path = ("adjustments", str(number), "covariates")
            reader.fault(path, "each set once", "one that is given twice", way_out)
        else:
            found[key] = each
    return tuple(found.values())


@dataclass(frozen=True)
class _Set:
    """One entry."""

    reader: Reader
    folder: Path
    catalogue: Catalogue
    have: frozenset[str]
    breakdowns: Sequence[Breakdown]
    source: Source | None
    path: KeyPath

    def read(self) -> Adjustment | None:
        """The set; None where something in it is wrong."""
        reader, path, before = self.reader, self.path, len(self.reader.faults)
        covariates, method = self._covariates(), self._method()
        if method == "fairlie" and len(covariates) > MOST_SWITCHED:
            way_out = "Leave some out, or write `logit`."
            self._fault("covariates", f"at most {MOST_SWITCHED} for `fairlie`", str(len(covariates)), way_out)
        options = self._options(method, covariates)
        margin = reader.number(0, float("inf"), *path, "margin")
        title = None if reader.get(*path, "title") is None else reader.texts(*path, "title")
        apart = reader.flag(*path, "apart") or False
        self._check_apart(covariates, apart)
        tables = self._tables(covariates)
        if len(reader.faults) > before:
            return None
        name = cast(AdjustmentMethod, method)
        return Adjustment(
            covariates, name, options, MARGIN if margin is None else margin, title, apart, tables
        )

    def _fault(self, key: str, expected: str, found: str, way_out: str) -> None:
        self.reader.fault((*self.path, key), expected, found, way_out)

    def _covariates(self) -> tuple[str, ...]:
        names = self.reader.strings(*self.path, "covariates")
        if not names:
            if self.reader.get(*self.path, "covariates") in (None, []):
                self.reader.required((*self.path, "covariates"), "what is held equal", _COVARIATES)
            return ()
        if len(set(names)) < len(names):
            self._fault("covariates", "each covariate once", "one that is named twice", "Delete the second.")
        for name in names:
            self._check(name)
        return names

    def _check(self, name: str) -> None:
        """A covariate is a classification, or a variable of a closed list, that the data allow."""
        classification, variable = (
            self.catalogue.classifications.get(name),
            self.catalogue.variables.get(name),
        )
        if classification is None and variable is None:
            known = (*self.catalogue.classifications, *self.catalogue.variables)
            path = (*self.path, "covariates")
            self.reader.unknown_name(path, "classification or variable", name, known)
        elif classification is not None:
            if classification.groups:
                way_out = "Leave it out: it says who the groups are."
                self._fault("covariates", "no groups of origin", f"`{name}`", way_out)
            elif missing := lacking(classification, self.catalogue, self.have):
                self._lacks(name, missing)
        elif variable is not None and variable.type not in ("code", "boolean", "country"):
            way_out = "Name a classification of it, such as `age_group` for `age`."
            self._fault("covariates", "characteristics with categories", f"`{name}`, a number", way_out)
        elif name not in self.have:
            self._lacks(name, (name,))

    def _lacks(self, name: str, missing: tuple[str, ...]) -> None:
        found = f"`{name}`, which needs {', '.join(missing)}"
        way_out = "Map these in [source.variables], or leave the covariate out."
        self._fault("covariates", "covariates that the data allow", found, way_out)

    def _tables(self, covariates: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
        """Tables in which groups are crossed with others, each part of a breakdown."""
        given = self.reader.get(*self.path, "tables")
        if given is None:
            return ()
        if not isinstance(given, list) or not all(_is_a(list, table) for table in given):
            self._fault("tables", "a list of lists of classifications", "something else", _TABLES)
            return ()
        tables = tuple(tuple(table) for table in given)
        for table in tables:
            self._check_table(table, covariates)
        return tables

    def _check_table(self, table: tuple[str, ...], covariates: tuple[str, ...]) -> None:
        known = self.catalogue.classifications
        found = ", ".join(f"`{name}`" for name in table)
        if not any(set(table) <= set(breakdown.by) for breakdown in self.breakdowns):
            way_out = "Name classifications that one of the [[breakdowns]] crosses, or add that breakdown."
            self._fault("tables", "tables of the [[breakdowns]]", found, way_out)
        elif not any(known[name].groups for name in table):
            way_out = "Name the groups as well: gaps are between these."
            self._fault("tables", "tables of groups of origin", found, way_out)
        elif set(covariates) <= set(table):
            way_out = "Leave this table out: within it everything in the set is equal already."
            self._fault("tables", "tables that leave something to hold equal", found, way_out)

    def _check_apart(self, covariates: tuple[str, ...], apart: bool) -> None:
        following = [name for name in covariates if follows(name, self.catalogue)]
        if following and not apart:
            found = f"`{'`, `'.join(following)}`, which follows chances in society as the outcome does"
            way_out = "Write `apart = true` to show its figures apart with a label, or leave it out."
            self._fault("covariates", "characteristics that come before the outcome", found, way_out)

    def _method(self) -> str:
        method = self.reader.choice(tuple(RELEASE_METHODS), *self.path, "method") or "standardise"
        if self.source is not None:
            self._check_method(method, self.source)
        return method

    def _check_method(self, method: str, source: Source) -> None:
        """Errors of two methods hold for some sources only."""
        counted = list(source.design.columns)
        counted += ["replicate weights"] if source.replicates is not None else []
        counted += ["calibration"] if self.reader.get("calibration") is not None else []
        if method == "matching" and counted:
            expected = "for `matching` a source without weights, strata and clusters"
            way_out = "Write `exact-matching`, whose error follows the design."
            self._fault("method", expected, f"one with {', '.join(counted)}", way_out)
        if method == "fairlie" and source.replicates is None:
            way_out = "Write `logit`, whose error follows the design, or give [source.replicates]."
            self._fault("method", "for `fairlie` a source with replicate weights", "one without", way_out)

    def _options(self, method: str, covariates: tuple[str, ...]) -> dict[str, Any]:
        legal = RELEASE_METHODS.get(method)
        given = self.reader.table(*self.path)
        found = {key: value for key, value in given.items() if key not in ADJUSTMENT_KEYS}
        if legal is None:  # the method itself is the fault
            return found
        for key, value in list(found.items()):
            if key not in legal:
                way_out = suggestion(key, (*ADJUSTMENT_KEYS, *legal))
                self._fault(key, f"a key of a set, or an option of {method}", "an unknown key", way_out)
            elif key == "standard" and isinstance(value, Mapping):
                found[key] = self._standard(value, covariates)
            else:
                self._check_option(key, value, legal[key], covariates)
        return found

    def _check_option(
        self, key: str, value: object, legal: tuple[str, ...] | type, covariates: tuple[str, ...]
    ) -> None:
        if isinstance(legal, tuple):
            self.reader.choice(legal, *self.path, key)
        elif not _is_a(legal, value) or (
            legal is list and not set(cast(list[str], value)) <= set(covariates)
        ):
            expected, way_out = _KINDS[legal]
            self._fault(key, expected, "something else", way_out)

    def _standard(
        self, given: Mapping[str, object], covariates: tuple[str, ...]
    ) -> Mapping[tuple[str, ...], float]:
        """A given standard population by combination of the covariates: written here, or in a file."""
        path, file = (*self.path, "standard"), given.get("file")
        if isinstance(file, str):
            found = read_population(self.reader, (*path, "file"), self.folder / file, covariates)
        else:
            found = inline_sizes(self.reader, path, covariates)
        return {} if found is None else found.classes


def follows(name: str, catalogue: Catalogue) -> bool:
    """Whether a classification or variable is made of what follows chances in society."""
    classification = catalogue.classifications.get(name)
    reads = {name} if classification is None else _reads(classification, catalogue)
    return bool(FOLLOWING & ingredients(reads, catalogue.variables))


def _reads(classification: Classification, catalogue: Catalogue) -> frozenset[str]:
    return classification.bind("AT", catalogue.country_sets).variables


def _is_a(kind: type, value: object) -> bool:
    if kind is bool:
        return isinstance(value, bool)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool) and value >= 1
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value)
