"""Releases: written once, aside, and moved into place in one step; read only when every checksum holds."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from zaragoza.errors import Fault, ReleaseError
from zaragoza.model.monitor import Monitor
from zaragoza.model.period import Period
from zaragoza.model.snapshot import Snapshot, SourceQuality
from zaragoza.model.text import Text
from zaragoza.publish import numbers
from zaragoza.publish.manifest import FORMAT, checksum, manifest, written
from zaragoza.publish.observations import as_csv, as_parquet, breakdown_columns, prepare, with_open_lists
from zaragoza.publish.page import Content, pages
from zaragoza.publish.view import Sheet, sheets

MANIFEST, PARQUET, CSV = "manifest.json", "observations.parquet", "observations.csv"
_ID = re.compile(r"(?P<period>\d{4}(?:-(?:S[12]|Q[1-4]|\d{2}))?)-r(?P<number>[1-9]\d*)")
_READ_ONLY, _FOLDER = 0o444, 0o755


@dataclass(frozen=True)
class Release:
    """One immutable release.

    Attributes:
        id: e.g. `2023-r1`: the first release on 2023.
        path: its folder.
        manifest: definitions, sources, rules and checksums.
    """

    id: str
    path: Path
    manifest: Mapping[str, Any]

    @cached_property
    def observations(self) -> pa.Table:
        """The published observations, read when first asked for."""
        return pq.ParquetFile(self.path / PARQUET).read()  # read_table would import pandas

    @property
    def period(self) -> Period:
        """What the release is about."""
        return Period(str(self.manifest["period"]))


def publish(
    observations: pa.Table,
    monitor: Monitor,
    snapshot: Snapshot,
    quality: SourceQuality,
    log: Iterable[Mapping[str, Any]],
    now: datetime,
    areas: Mapping[str, Text] | None = None,
) -> Release:
    """Writes the next release of the monitor's period.

    Args:
        observations: what protection let through (model.observation).
        monitor: definitions, and where releases lie.
        snapshot: what the figures were made from.
        quality: the source's quality report.
        log: what protection did, without values.
        now: time of publication, with its time zone.
        areas: titles of the policy areas; by default those of the catalogue.

    Raises:
        DisclosureError: a hidden figure carries a number, or the log does.
        ReleaseError: the observations do not fit the definitions, or the folder cannot be written.
    """
    if now.tzinfo is None:
        raise ReleaseError(
            _fault("publish", "now", "a time with its zone", "one without", "Pass a UTC time.")
        )
    now = now.astimezone(UTC)
    monitor = with_open_lists(monitor, observations)
    outputs = monitor.folder / monitor.outputs
    previous, release = _names(outputs, monitor.period)
    table = prepare(observations, monitor, snapshot.source, release)
    columns = breakdown_columns(table)
    names = _names_for(monitor, areas)
    content = Content(
        release=release,
        monitor=monitor,
        snapshot=snapshot,
        quality=quality,
        areas=names.areas,
        country=names.country,
        sheets=_by_area(sheets(table, monitor, columns), names.areas),
        now=now,
    )
    files = {PARQUET: as_parquet(table), CSV: as_csv(table)}
    files |= {path: text.encode() for path, text in pages(content).items()}
    facts = manifest(
        release=release,
        previous=previous,
        monitor=monitor,
        snapshot=snapshot,
        quality=quality,
        log=log,
        observations={"rows": table.num_rows, "columns": table.column_names, "breakdowns": list(columns)},
        files={path: hashlib.sha256(bytes_).hexdigest() for path, bytes_ in files.items()},
        now=now,
    )
    files[MANIFEST] = written(facts)
    _write(files, outputs / release)
    return Release(release, outputs / release, json.loads(files[MANIFEST]))


def read_release(path: Path) -> Release:
    """The release in a folder.

    Raises:
        ReleaseError: it is not a release, or a file is missing, changed or added.
    """
    try:
        facts = json.loads((path / MANIFEST).read_bytes())
    except (OSError, ValueError):
        facts = None
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise ReleaseError(
            _fault(
                path.name,
                MANIFEST,
                f"a manifest of the form {FORMAT}",
                "none",
                "Point to a release's folder.",
            )
        )
    if facts.get("checksum") != checksum(facts):
        raise ReleaseError(_tampered(path.name, MANIFEST, "another checksum"))
    faults = [_tampered(path.name, name, what) for name, what in _differences(path, facts)]
    if facts["release"] != path.name:
        faults.append(_tampered(path.name, "release", f"release {facts['release']}"))
    if faults:
        raise ReleaseError(faults)
    return Release(path.name, path, facts)


def read_releases(outputs: Path) -> tuple[Release, ...]:
    """All releases in a folder by period, then number; none where the folder is not there.

    Raises:
        ReleaseError: one of them is not as it was written; the faults of all are named.
    """
    faults: list[Fault] = []
    found = []
    for path in sorted(_releases(outputs), key=lambda path: _order(path.name)):
        try:
            found.append(read_release(path))
        except ReleaseError as error:
            faults += error.faults
    if faults:
        raise ReleaseError(faults)
    return tuple(found)


@dataclass(frozen=True)
class _Names:
    areas: Mapping[str, Text]
    country: Text


def _names_for(monitor: Monitor, areas: Mapping[str, Text] | None) -> _Names:
    """Titles of the areas and of the country; what has none goes by its code."""
    countries: Mapping[str, Text] = {}
    if areas is None:
        from zaragoza.catalogue import load_catalogue  # reads many files: not for those who bring their own

        catalogue = load_catalogue()
        areas, countries = catalogue.areas, catalogue.country_names
    named = {
        indicator.area: indicator.area.replace("_", " ").capitalize() for indicator in monitor.indicators
    }
    others = {area: Text(name, name) for area, name in named.items() if area not in areas}
    code = monitor.country
    country = countries.get(code) or Text(numbers.country(code, "en"), numbers.country(code, "nl"))
    return _Names({**areas, **others}, country)


def _by_area(found: Iterable[Sheet], areas: Mapping[str, Text]) -> tuple[Sheet, ...]:
    """Sheets in the order of the areas; within one, in that of the monitor."""
    order = {area: place for place, area in enumerate(areas)}
    return tuple(sorted(found, key=lambda sheet: order[sheet.indicator.area]))


def _releases(outputs: Path) -> Iterator[Path]:
    if outputs.is_dir():
        yield from (path for path in outputs.iterdir() if path.is_dir() and _ID.fullmatch(path.name))


def _order(name: str) -> tuple[str, int]:
    period, _, number = name.rpartition("-r")
    return period, int(number)


def _names(outputs: Path, period: Period) -> tuple[str | None, str]:
    """The ids of the period's latest release, if there is one, and of the next."""
    numbers = [_order(path.name) for path in _releases(outputs)]
    last = max((number for which, number in numbers if which == str(period)), default=0)
    return (f"{period}-r{last}" if last else None), f"{period}-r{last + 1}"


def _write(files: Mapping[str, bytes], target: Path) -> None:
    """All files at once or none: built beside the target, on the same file system, then renamed."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _aside(target) as folder:
            for name, content in files.items():
                path = folder / name
                path.parent.mkdir(exist_ok=True)
                with path.open("xb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                path.chmod(_READ_ONLY)
            folder.chmod(_FOLDER)
            folder.rename(target)
    except OSError as error:
        found = error.strerror or type(error).__name__
        way_out = "Check the folder's rights and free space, then run again; nothing was published."
        raise ReleaseError(
            _fault(target.name, "folder", "a folder that can be written", found, way_out)
        ) from error


@contextlib.contextmanager
def _aside(target: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # after a rename there is nothing left to remove


def _differences(path: Path, facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    expected: Mapping[str, str] = facts["files"]
    there = {file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file()} - {MANIFEST}
    for name in sorted(there | expected.keys()):
        if name not in there:
            yield name, "no file"
        elif name not in expected:
            yield name, "a file that was added"
        elif hashlib.sha256((path / name).read_bytes()).hexdigest() != expected[name]:
            yield name, "another content"


def _tampered(release: str, name: str, found: str) -> Fault:
    way_out = "Restore the folder from a copy; a release is never changed, only followed by the next."
    return _fault(release, name, "what was written at publication", found, way_out)


def _fault(where: str, field: str, expected: str, found: str, way_out: str) -> Fault:
    return Fault(where=where, field=field, expected=expected, found=found, way_out=way_out)
