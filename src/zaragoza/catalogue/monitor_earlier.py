"""Earlier years that a monitor's figures are compared with: other files, the same mapping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from zaragoza.catalogue.load import Catalogue
from zaragoza.catalogue.monitor_calibration import read_calibration
from zaragoza.catalogue.monitor_reader import Reader
from zaragoza.catalogue.monitor_source import read_mappings
from zaragoza.catalogue.monitor_text import KeyPath
from zaragoza.catalogue.monitor_times import read_date, read_period
from zaragoza.model.period import Period
from zaragoza.model.source import ColumnMapping, Source
from zaragoza.model.text import Text
from zaragoza.model.weighting import Weighting

EARLIER_KEYS = ("period", "files", "variables", "break", "reference_date", "calibration")


@dataclass(frozen=True)
class EarlierYear:
    """What [[earlier]] says of one year.

    Attributes:
        source: the monitor's source with the files of that year.
        reference_date: on which ages are counted; None for the last day of the period.
        broken: why figures are not comparable with the monitor's; None: they are.
    """

    period: Period
    source: Source
    reference_date: date | None
    calibration: Weighting | None
    broken: Text | None


def read_earlier(
    reader: Reader,
    folder: Path,
    catalogue: Catalogue,
    have: frozenset[str],
    source: Source | None,
    period: Period | None,
    calibration: Weighting | None,
) -> tuple[EarlierYear, ...]:
    """The earlier years that are right, the earliest first.

    Args:
        reader: monitor.toml; faults are noted in it.
        folder: to which paths are relative.
        catalogue: standard variables and classifications.
        have: variables that are mapped or can be derived.
        source: the monitor's own.
        period: the monitor's own.
        calibration: the monitor's own.
    """
    entries = reader.get("earlier")
    if entries is None:
        return ()
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        way_out = 'Write `[[earlier]]` and under it `period = "2022"` and `files = ["persons2022.csv"]`.'
        reader.fault(("earlier",), "a table for each year", "something else", way_out)
        return ()
    if source is not None and source.replicates is not None:
        way_out = "Delete [[earlier]], or map the sampling design in place of [source.replicates]."
        found = "replicate weights, whose units cannot be found again in another year"
        reader.fault(("earlier",), "errors that come from the sampling design", found, way_out)
    found_years: dict[Period, EarlierYear] = {}
    for number in range(len(entries)):
        path = ("earlier", str(number))
        year = _year(reader, path, folder, catalogue, have, source, period, calibration)
        if year is not None and year.period in found_years:
            reader.fault((*path, "period"), "each year once", "one that is given twice", "Delete the second.")
        elif year is not None:
            found_years[year.period] = year
    return tuple(found_years[each] for each in sorted(found_years))


def _year(
    reader: Reader,
    path: KeyPath,
    folder: Path,
    catalogue: Catalogue,
    have: frozenset[str],
    source: Source | None,
    period: Period | None,
    calibration: Weighting | None,
) -> EarlierYear | None:
    before = len(reader.faults)
    reader.table(*path, known=EARLIER_KEYS)
    own = read_period(reader, (*path, "period"))
    if own is not None and period is not None and (own >= period or len(own.code) != len(period.code)):
        way_out = "Write a period of the same length before that of the monitor."
        reader.fault((*path, "period"), f"a period before {period}", f"`{own}`", way_out)
    files = reader.strings(*path, "files")
    if not files and reader.get(*path, "files") in (None, []):
        reader.required((*path, "files"), "the files of that year", 'Write `files = ["persons2022.csv"]`.')
    broken = reader.texts(*path, "break")
    reference_date = read_date(reader, (*path, "reference_date"))
    overrides = read_mappings(reader, catalogue, files or (), (*path, "variables"))
    weighting = _weighting(reader, path, folder, catalogue, have, source, calibration)
    if own is None or not files or source is None:
        return None
    drawn = _source(reader, path, source, files, overrides, own)
    if len(reader.faults) > before:
        return None
    return EarlierYear(own, drawn, reference_date, weighting, broken)


def _weighting(
    reader: Reader,
    path: KeyPath,
    folder: Path,
    catalogue: Catalogue,
    have: frozenset[str],
    source: Source | None,
    calibration: Weighting | None,
) -> Weighting | None:
    """The year's own calibration; that of the monitor where the office calibrated, as it knows no sizes."""
    inner = (*path, "calibration")
    if reader.get(*inner) is not None:
        mapped = frozenset(source.variables) if source else frozenset[str]()
        return read_calibration(reader, folder, catalogue, have, mapped, inner)
    if calibration is not None and calibration.here:
        way_out = "Write [[earlier.calibration.margins]] with the sizes of that year under it."
        reader.required(inner, "the sizes of the population in that year", way_out)
    return calibration


def _source(
    reader: Reader,
    path: KeyPath,
    source: Source,
    files: tuple[str, ...],
    overrides: Mapping[str, ColumnMapping],
    period: Period,
) -> Source:
    """The monitor's source with other files: where a mapping names a file, the one in the same place of the list."""
    if len(files) == len(source.files):
        places = {
            name: new for old, new in zip(source.files, files, strict=True) for name in (old, Path(old).name)
        }
    else:
        places = {}
        if any(mapping.file for mapping in source.variables.values()):
            found, way_out = (
                f"{len(files)}",
                "List them in the same order; variables name the file that holds them.",
            )
            reader.fault((*path, "files"), f"{len(source.files)} files, as in [source]", found, way_out)
    moved = {
        name: replace(mapping, file=places.get(mapping.file or ""))
        for name, mapping in source.variables.items()
    }
    return replace(source, id=f"{source.id}-{period}", files=files, variables={**moved, **overrides})
