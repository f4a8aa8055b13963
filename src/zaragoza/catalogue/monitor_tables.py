"""Which tables a monitor publishes: its indicators, its breakdowns and the reference groups of its gaps."""

from __future__ import annotations

from collections.abc import Mapping

from zaragoza.catalogue.load import Catalogue
from zaragoza.catalogue.monitor_reader import Reader, suggestion
from zaragoza.catalogue.monitor_scope import Reach, lacks, measurable
from zaragoza.catalogue.monitor_text import KeyPath
from zaragoza.errors import ZaragozaError
from zaragoza.model.classification import RESERVED, Breakdown, Classification
from zaragoza.model.indicator import Indicator

ALL = "all"
_ANY_COUNTRY = "AT"  # which variables a rule reads does not depend on the reporting country
_NAMES = 'Write `indicators = "all"`, or a list of names.'


def read_indicators(reader: Reader, catalogue: Catalogue, reach: Reach) -> tuple[Indicator, ...]:
    """The indicators of a monitor; under `all` those that the data allow.

    Args:
        reader: monitor.toml; faults are noted in it.
        catalogue: the definitions, those of the office among them.
        reach: what the files of the year and of earlier years tell.
    """
    path: KeyPath = ("monitor", "indicators")
    if reader.get(*path) in (None, ALL):
        found = measurable(catalogue.indicators.values(), reach)
        if not found:
            way_out = "Map more variables in [source.variables]."
            reader.fault(path, "an indicator that the data allow", "none", way_out)
        return found
    if isinstance(reader.get(*path), str):
        reader.fault(path, "`all` or a list of names", "another text", _NAMES)
        return ()
    names = dict.fromkeys(reader.strings(*path) or ())
    if reader.get(*path) == []:
        reader.fault(path, "an indicator or more", "an empty list", _NAMES)
    return tuple(i for name in names if (i := _indicator(reader, path, catalogue, name, reach)) is not None)


def _indicator(
    reader: Reader, path: KeyPath, catalogue: Catalogue, name: str, reach: Reach
) -> Indicator | None:
    indicator = catalogue.indicators.get(name)
    if indicator is None:
        reader.unknown_name(path, "indicator", name, catalogue.indicators)
        return None
    lacking = lacks(indicator, reach)
    if lacking:
        found = f"`{name}`, which needs {', '.join(lacking)}"
        way_out = "Map these in [source.variables], or leave the indicator out."
        if indicator.over_years:
            way_out = (
                "Give the files of each earlier year in an [[earlier]] table, "
                + way_out[:1].lower()
                + way_out[1:]
            )
        reader.fault(path, "indicators that the data allow", found, way_out)
        return None
    return indicator


def read_breakdowns(reader: Reader, catalogue: Catalogue, have: frozenset[str]) -> tuple[Breakdown, ...]:
    """The breakdowns of a monitor that are right.

    Args:
        reader: monitor.toml; faults are noted in it.
        catalogue: the definitions, those of the office among them.
        have: variables that are mapped or can be derived.
    """
    entries = reader.get("breakdowns")
    if not isinstance(entries, list) or not entries:
        way_out = 'Write `[[breakdowns]]` and under it `by = ["citizen_group", "sex"]`.'
        reader.required(("breakdowns",), "one breakdown or more", way_out)
        return ()
    found: list[Breakdown] = []
    for number in range(len(entries)):
        breakdown = _breakdown(reader, ("breakdowns", str(number)), catalogue, have)
        if breakdown is not None and breakdown not in found:
            found.append(breakdown)
    return tuple(found)


def _breakdown(reader: Reader, path: KeyPath, catalogue: Catalogue, have: frozenset[str]) -> Breakdown | None:
    reader.table(*path, known=("by",))
    names = reader.strings(*path, "by")
    if names is None:
        if reader.get(*path, "by") is None:
            way_out = 'Write `by = ["citizen_group", "sex"]`.'
            reader.required((*path, "by"), "the classifications that are crossed", way_out)
        return None
    faults = len(reader.faults)
    path = (*path, "by")
    if len(set(names)) < len(names):
        reader.fault(path, "each classification once", "one that is named twice", "Delete the second.")
    known = [c for name in names if (c := _classification(reader, path, catalogue, name)) is not None]
    for classification in known:
        _allowed(reader, path, catalogue, classification, have)
    groups = [c.id for c in known if c.groups]
    if len(groups) > 1:
        found, way_out = f"{len(groups)}: {', '.join(groups)}", "Make a breakdown of each."
        reader.fault(path, "one classification of origin groups at most", found, way_out)
    is_right = len(reader.faults) == faults and len(known) == len(names)
    return Breakdown(names) if is_right else None


def _classification(reader: Reader, path: KeyPath, catalogue: Catalogue, name: str) -> Classification | None:
    classification = catalogue.classifications.get(name)
    if classification is None:
        reader.unknown_name(path, "classification", name, catalogue.classifications)
    return classification


def _allowed(
    reader: Reader, path: KeyPath, catalogue: Catalogue, classification: Classification, have: frozenset[str]
) -> None:
    missing = lacking(classification, catalogue, have)
    if missing:
        found = f"`{classification.id}`, which needs {', '.join(missing)}"
        way_out = "Map these in [source.variables], or leave the classification out."
        reader.fault(path, "classifications that the data allow", found, way_out)


def lacking(classification: Classification, catalogue: Catalogue, have: frozenset[str]) -> tuple[str, ...]:
    """The variables that a classification still needs; empty where the data allow it."""
    try:
        return classification.bind(_ANY_COUNTRY, catalogue.country_sets).lacking(have)
    except ZaragozaError:
        return ("rules that can be read",)  # the fault itself is one of the office's catalogue


def read_references(reader: Reader, catalogue: Catalogue) -> Mapping[str, str]:
    """The reference group that the office chose, by classification.

    Args:
        reader: monitor.toml; faults are noted in it.
        catalogue: the definitions, those of the office among them.
    """
    found: dict[str, str] = {}
    for name in reader.table("reference"):
        path = ("reference", name)
        classification = _classification(reader, path, catalogue, name)
        code = reader.string(*path)
        if classification is None or code is None:
            continue
        if code in RESERVED or (classification.categories and code not in classification.codes):
            codes = [known for known in classification.codes if known not in RESERVED]
            reader.fault(path, f"a category of {name}", f"`{code}`", suggestion(code, codes))
            continue
        found[name] = code
    return found
