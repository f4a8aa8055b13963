"""Outlines of places as the site keeps them: a file for each kind of place of a monitor, replaced as a whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from zaragoza.publish.charts import Outline


@dataclass(frozen=True)
class Geometry:
    """Outlines of the places of one kind.

    Attributes:
        outlines: by code of the place.
        names: likewise, where the file has them.
        height: of all outlines, in pixels.
        source: who made them, and of when they are.
    """

    outlines: Mapping[str, Outline]
    names: Mapping[str, str]
    height: int
    source: str


def geometry(series: str, column: str) -> Geometry | None:
    """What is kept for the places of a classification, if there is something."""
    path = file(series, column)
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError:
        return None


def columns(series: str) -> tuple[str, ...]:
    """The classifications of a monitor whose categories have outlines."""
    return _columns(_folder(series), version(series))


def version(series: str) -> int:
    """Another number whenever a geometry of the monitor has come in; 0 before the first."""
    try:
        return _folder(series).stat().st_mtime_ns
    except OSError:
        return 0


def file(series: str, column: str) -> Path:
    """Where it is kept."""
    return _folder(series) / f"{column}.json"


@lru_cache(maxsize=64)
def _columns(folder: Path, _changed: int) -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in folder.glob("[!.]*.json")))


@lru_cache(maxsize=16)
def _read(path: Path, _changed: int) -> Geometry:
    content = json.loads(path.read_bytes())
    found = {name: Outline(*each) for name, each in content["outlines"].items()}
    return Geometry(found, content["names"], content["height"], content["source"])


def _folder(series: str) -> Path:
    return Path(settings.DATA) / "geometry" / series
