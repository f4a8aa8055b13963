"""Releases: written once, aside, and moved into place in one step; read only when every checksum holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from zaragoza.catalogue import load_catalogue
from zaragoza.errors import Fault, ReleaseError
from zaragoza.model.definitions import Definitions
from zaragoza.model.disclosure import Policy, binary_in
from zaragoza.model.indicator import Indicator
from zaragoza.model.monitor import Monitor
from zaragoza.model.period import Period
from zaragoza.model.snapshot import Snapshot, SourceQuality
from zaragoza.model.text import Text
from zaragoza.model.weighting import CalibrationSummary
from zaragoza.publish import numbers
from zaragoza.publish.manifest import FORMAT, MADE_UP, checked_log, checksum, manifest, written
from zaragoza.publish.observations import (
    as_csv,
    as_parquet,
    breakdown_columns,
    numbered,
    prepare,
    with_open_lists,
)
from zaragoza.publish.page import Content, pages
from zaragoza.publish.quality import countable, publishable
from zaragoza.publish.rules import public_policy, published_definitions, published_indicators
from zaragoza.publish.store import last_folder, next_id, release_folders, write_release, writing
from zaragoza.publish.view import Sheet, sheets

MANIFEST, PARQUET, CSV = "manifest.json", "observations.parquet", "observations.csv"


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

    @property
    def policy(self) -> Policy:
        """The public part of the policy that it was protected by."""
        return public_policy(self.manifest)

    @property
    def indicators(self) -> Mapping[str, Indicator]:
        """The definitions of its indicators, by id."""
        return published_indicators(self.manifest)

    @property
    def binary(self) -> frozenset[str]:
        """Means and totals that were judged as shares; early releases had none."""
        return binary_in(self.manifest["protection"]["log"])

    @property
    def definitions(self) -> Definitions:
        """What readers know of its categories."""
        return published_definitions(self.manifest)


def publish(
    observations: pa.Table,
    monitor: Monitor,
    snapshot: Snapshot,
    quality: SourceQuality,
    log: Iterable[Mapping[str, Any]],
    now: datetime,
    weights: CalibrationSummary | None = None,
    earlier: Sequence[Snapshot] = (),
    derived: Mapping[str, str] = MappingProxyType({}),
) -> Release:
    """Writes the next release of the monitor's period.

    Args:
        observations: what protection let through (model.observation).
        monitor: definitions, and where releases lie.
        snapshot: what the figures were made from.
        quality: the source's quality report, exact; counts of a few people are hidden here.
        log: what protection did, without values.
        now: time of publication, with its time zone.
        weights: what calibration did to the weights, where they were calibrated.
        earlier: what the earlier years were made from, in the order of the monitor.
        derived: how variables were made of others, as expressions.

    Raises:
        DisclosureError: a hidden figure carries a number, or the log does.
        ReleaseError: the observations do not fit the definitions, the release that this one follows was altered, or
            the folder cannot be written.
    """
    if now.tzinfo is None:
        raise ReleaseError(
            _fault("publish", "now", "a time with its zone", "one without", "Pass a UTC time.")
        )
    log = checked_log(log)
    monitor = _with_areas(with_open_lists(monitor, observations))
    source = f"{snapshot.source} ({MADE_UP.en})" if monitor.synthetic else snapshot.source
    table = prepare(observations, monitor, source)
    rows = {file.name: file.rows for file in snapshot.files}
    quality = publishable(quality, rows, monitor.policy.min_count, countable(monitor))
    outputs = monitor.folder / monitor.outputs
    with writing(outputs):
        before, release = previous_release(monitor), next_id(outputs, monitor.period)
        follows = before.id if before else None
        draft = _Draft(
            monitor, snapshot, quality, log, now.astimezone(UTC), follows, release, weights, earlier, derived
        )
        files = draft.files(numbered(table, release))
        write_release(files, outputs / release)
    return Release(release, outputs / release, json.loads(files[MANIFEST]))


def previous_release(monitor: Monitor) -> Release | None:
    """The release that the next one of the monitor's period will follow; None for the first.

    Raises:
        ReleaseError: it is not as it was written.
    """
    path = last_folder(monitor.folder / monitor.outputs, monitor.period)
    return read_release(path) if path else None


def releases_of(monitor: Monitor) -> tuple[Release, ...]:
    """All releases of the monitor's period, the newest first.

    Raises:
        ReleaseError: one of them is not as it was written; the faults of all are named.
    """
    found = read_releases(monitor.folder / monitor.outputs, monitor.period)
    return tuple(reversed(found))


@dataclass(frozen=True)
class _Draft:
    """What a release is made of beside its observations."""

    monitor: Monitor
    snapshot: Snapshot
    quality: SourceQuality
    log: list[dict[str, Any]]
    now: datetime
    previous: str | None
    release: str
    weights: CalibrationSummary | None
    earlier: Sequence[Snapshot]
    derived: Mapping[str, str]

    def files(self, table: pa.Table) -> dict[str, bytes]:
        """The bytes of every file by its path, the manifest with the checksums of the others last."""
        columns = breakdown_columns(table)
        files = {PARQUET: as_parquet(table), CSV: as_csv(table)}
        files |= {path: text.encode() for path, text in pages(self._content(table)).items()}
        facts = manifest(
            release=self.release,
            previous=self.previous,
            monitor=self.monitor,
            snapshot=self.snapshot,
            quality=self.quality,
            log=self.log,
            observations={
                "rows": table.num_rows,
                "columns": table.column_names,
                "breakdowns": list(columns),
            },
            files={path: hashlib.sha256(content).hexdigest() for path, content in files.items()},
            now=self.now,
            weights=self.weights,
            earlier=self.earlier,
            derived=self.derived,
        )
        return files | {MANIFEST: written(facts)}

    def _content(self, table: pa.Table) -> Content:
        return Content(
            release=self.release,
            monitor=self.monitor,
            snapshot=self.snapshot,
            quality=self.quality,
            areas=self.monitor.areas,
            country=_country(self.monitor.country),
            sheets=_by_area(sheets(table, self.monitor, breakdown_columns(table)), self.monitor.areas),
            now=self.now,
            weights=self.weights,
        )


def read_release(path: Path) -> Release:
    """The release in a folder.

    Raises:
        ReleaseError: it is not a release, or a file is missing, changed or added.
    """
    return Release(path.name, path, verified(path, (FORMAT,)))


def verified(path: Path, formats: Sequence[str]) -> dict[str, Any]:
    """The manifest of a release of one of these formats, all of whose files are as they were written.

    Raises:
        ReleaseError: it is not such a release, or a file is missing, changed or added.
    """
    try:
        facts = json.loads((path / MANIFEST).read_bytes())
    except (OSError, ValueError):
        facts = None
    if not isinstance(facts, dict) or facts.get("format") not in formats:
        expected, way_out = f"a manifest of the form {' or '.join(formats)}", "Point to a release's folder."
        raise ReleaseError(_fault(path.name, MANIFEST, expected, "none", way_out))
    if facts.get("checksum") != checksum(facts):
        raise ReleaseError(_tampered(path.name, MANIFEST, "another checksum"))
    faults = [_tampered(path.name, name, what) for name, what in _differences(path, facts)]
    if facts["release"] != path.name:
        faults.append(_tampered(path.name, "release", f"release {facts['release']}"))
    if faults:
        raise ReleaseError(faults)
    return facts


def read_releases(outputs: Path, period: Period | None = None) -> tuple[Release, ...]:
    """All releases in a folder by period, then number; none where the folder is not there.

    Args:
        outputs: the folder.
        period: only those of this period.

    Raises:
        ReleaseError: one of them is not as it was written; the faults of all are named.
    """
    faults: list[Fault] = []
    found = []
    for path in release_folders(outputs, period):
        try:
            found.append(read_release(path))
        except ReleaseError as error:
            faults += error.faults
    if faults:
        raise ReleaseError(faults)
    return tuple(found)


_catalogue = cache(load_catalogue)  # reads many files: once is enough


def _with_areas(monitor: Monitor) -> Monitor:
    """The monitor with the titles of the areas that its indicators are of; what has none goes by its id."""
    own = {indicator.area for indicator in monitor.indicators}
    known = monitor.areas or _catalogue().areas
    named = {area: title for area, title in known.items() if area in own}
    for area in sorted(own - named.keys()):
        name = area.replace("_", " ").capitalize()
        named[area] = Text(name, name)
    return replace(monitor, areas=named)


def _country(code: str) -> Text:
    names = _catalogue().country_names
    return names.get(code) or Text(numbers.country(code, "en"), numbers.country(code, "nl"))


def _by_area(found: Iterable[Sheet], areas: Mapping[str, Text]) -> tuple[Sheet, ...]:
    """Sheets in the order of the areas; within one, in that of the monitor."""
    order = {area: place for place, area in enumerate(areas)}
    return tuple(sorted(found, key=lambda sheet: order[sheet.indicator.area]))


def _differences(path: Path, facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    expected: Mapping[str, str] = facts["files"]
    there = {file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file()} - {MANIFEST}
    for name in sorted(there | expected.keys()):
        if name not in there:
            yield name, "no file"
        elif name not in expected:
            yield name, "a file that was added"
        elif (found := _checksum(path / name)) != expected[name]:
            yield name, "another content" if found else "a file that cannot be read"


def _checksum(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def _tampered(release: str, name: str, found: str) -> Fault:
    way_out = (
        "Restore the folder from a copy, or move it away (its number is not given again); a release is never changed, "
        "only followed by the next."
    )
    return _fault(release, name, "what was written at publication", found, way_out)


def _fault(where: str, field: str, expected: str, found: str, way_out: str) -> Fault:
    return Fault(where=where, field=field, expected=expected, found=found, way_out=way_out)
