"""A release of published figures: observations, what they tell, where each is from, and pages in every language."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa

from zaragoza.catalogue.contents import Catalogue
from zaragoza.model.period import Period
from zaragoza.model.published_monitor import PublishedMonitor
from zaragoza.model.text import LANGUAGES
from zaragoza.publish.defined import definitions
from zaragoza.publish.manifest import PUBLISHED, checksum, definition, written
from zaragoza.publish.observations import as_csv, as_parquet
from zaragoza.publish.published_page import Content, pages
from zaragoza.publish.published_view import sheets
from zaragoza.publish.stated import stated_files, stated_table
from zaragoza.publish.store import next_id, write_release, writing


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The tables of a release.

    Attributes:
        observations: of `model.observation`; what other producers keep back is NULL in them.
        ratings: of `model.rating`.
        trends: of `model.trend`.
        distances: to targets.
        policies: geo, levels and score of answers about policies; no rows where the monitor has none.
    """

    observations: pa.Table
    ratings: pa.Table
    trends: pa.Table
    distances: pa.Table
    policies: pa.Table

    @property
    def named(self) -> dict[str, pa.Table]:
        """The tables that have rows, and the observations."""
        tables = {
            "observations": self.observations,
            "ratings": self.ratings,
            "trends": self.trends,
            "distances": self.distances,
            "policies": self.policies,
        }
        return {name: table for name, table in tables.items() if table.num_rows or name == "observations"}


def publish_published(
    parts: Parts,
    monitor: PublishedMonitor,
    catalogue: Catalogue,
    sources: Sequence[Mapping[str, Any]],
    error_files: Mapping[str, str],
    now: datetime,
) -> Path:
    """Writes the next release: whole, read-only, with the checksum of every file.

    Args:
        parts: its tables.
        monitor: whose release it is.
        catalogue: with the monitor's definitions, and what policy documents state.
        sources: place, dataset, checksum, question and times of every dataset that was read.
        error_files: checksums of the files of standard errors.
        now: time of publication.

    Returns:
        The folder of the release.

    Raises:
        ReleaseError: the folder cannot be written.
    """
    tables = parts.named
    files = {f"{name}.csv": as_csv(table) for name, table in tables.items()}
    files |= {f"{name}.parquet": as_parquet(table) for name, table in tables.items()}
    files |= stated_files(catalogue)
    rule = catalogue.rating_rules[monitor.rule]
    with writing(monitor.outputs):
        name = next_id(monitor.outputs, Period(str(now.year)))
        content = Content(
            release=name,
            monitor=monitor,
            catalogue=catalogue,
            rule=rule,
            sheets=sheets(
                parts.observations, parts.ratings, parts.trends, parts.distances, monitor, catalogue
            ),
            policies=parts.policies,
            sources=sources,
            files=tuple(name for name in files if parts.observations.num_rows or "observations" not in name),
            now=now,
        )
        files |= {path: page.encode() for path, page in pages(content).items()}
        manifest = {
            "format": PUBLISHED,
            "release": name,
            "monitor": monitor.id,
            "title": {"en": monitor.title.en, "nl": monitor.title.nl},
            "created_at": now.isoformat(timespec="seconds"),
            "version": version("zaragoza"),
            "day": monitor.day,
            "places": list(monitor.places),
            "union": monitor.union,
            **definitions(
                set(parts.observations["indicator"].to_pylist()),
                parts.observations.column_names,
                monitor.references,
                catalogue,
            ),
            "rule": definition(rule) | {"peers": {k: list(v) for k, v in monitor.peers.items()}},
            "errors": _errors(monitor, error_files),
            "sources": list(sources),
            "rows": {name: table.num_rows for name, table in tables.items()}
            | {"stated": stated_table(catalogue, LANGUAGES[0]).num_rows},
            "files": {file: hashlib.sha256(content).hexdigest() for file, content in files.items()},
        }
        target = monitor.outputs / name
        write_release(
            {**files, "manifest.json": written(manifest | {"checksum": checksum(manifest)})}, target
        )
    return target


def _errors(monitor: PublishedMonitor, files: Mapping[str, str]) -> dict[str, object] | None:
    """What the errors behind probabilities and intervals are from; None where none are known."""
    told: dict[str, object] = {"standard_errors": dict(files)} if files else {}
    if monitor.errors is not None:
        told |= {
            "model": "required",
            "source": "Regulation (EU) 2019/1700, annex II",
            "household_size": monitor.errors.household_size,
        }
    return told or None
