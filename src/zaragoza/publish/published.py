"""A release of published figures: observations, distances to targets, and where each figure comes from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa

from zaragoza.model.period import Period
from zaragoza.model.published_monitor import PublishedMonitor
from zaragoza.publish.observations import as_csv, as_parquet
from zaragoza.publish.store import next_id, write_release, writing

FORMAT = "zaragoza-published/1"


def publish_published(
    observations: pa.Table,
    distances: pa.Table,
    monitor: PublishedMonitor,
    sources: Sequence[Mapping[str, Any]],
    now: datetime,
) -> Path:
    """Writes the next release: whole, read-only, with the checksum of every file.

    Args:
        observations: of `model.observation`; what other producers keep back is NULL in them.
        distances: to targets.
        monitor: whose release it is.
        sources: place, dataset, checksum, question and times of every dataset that was read.
        now: time of publication.

    Returns:
        The folder of the release.

    Raises:
        ReleaseError: the folder cannot be written.
    """
    files = {
        "observations.parquet": as_parquet(observations),
        "observations.csv": as_csv(observations),
        "distances.csv": as_csv(distances),
    }
    with writing(monitor.outputs):
        name = next_id(monitor.outputs, Period(str(now.year)))
        manifest = {
            "format": FORMAT,
            "release": name,
            "monitor": monitor.id,
            "title": {"en": monitor.title.en, "nl": monitor.title.nl},
            "created_at": now.isoformat(timespec="seconds"),
            "version": version("zaragoza"),
            "day": monitor.day,
            "places": list(monitor.places),
            "union": monitor.union,
            "sources": list(sources),
            "rows": {"observations": observations.num_rows, "distances": distances.num_rows},
            "files": {file: hashlib.sha256(content).hexdigest() for file, content in files.items()},
        }
        text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
        target = monitor.outputs / name
        write_release({**files, "manifest.json": text.encode()}, target)
    return target
