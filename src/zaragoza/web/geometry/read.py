"""Areas of places from GeoJSON (RFC 7946) or TopoJSON, with every fault of the file at once."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zaragoza.errors import Fault, ReleaseError

Ring = NDArray[np.float64]  # positions of a closed line, longitude and latitude; the last is the first

LARGEST = 64 * 2**20  # bytes of a file
_MOST_NAMED = 10
_LEAST = 4  # positions of a ring
_KINDS = ("Polygon", "MultiPolygon")
_CONVERT = "Convert it to longitude and latitude (WGS 84, EPSG:4326), as GeoJSON has it."


@dataclass
class Areas:
    """Areas of places.

    Attributes:
        rings: by code of the place; holes are rings as well.
        names: likewise, where the file has them.
    """

    rings: dict[str, list[Ring]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def read_areas(path: Path, places: Collection[str], *, code: str, name: str = "") -> Areas:
    """The areas of all places.

    Args:
        path: of the file.
        places: codes that must have an area, and the only ones that may.
        code: property of its features that holds the code of the place; `id` is the feature's own.
        name: property that holds its name; none by default.

    Raises:
        ReleaseError: with every fault of the file.
    """
    found = _Found(code, name)
    for number, feature in enumerate(_features(path), 1):
        found.take(number, _object(feature))
    faults = [*found.faults(path.name), *_elsewhere(path.name, found.areas.rings, places)]
    if faults:
        raise ReleaseError(faults)
    return found.areas


@dataclass
class _Found:
    """What was read so far: areas, and the features at fault by what is wrong."""

    code: str
    name: str
    areas: Areas = field(default_factory=Areas)
    nameless: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    beyond: list[str] = field(default_factory=list)

    def take(self, number: int, feature: Mapping[str, Any]) -> None:
        """Reads one feature."""
        place = _property(feature, self.code)
        if place is None:
            self.nameless.append(str(number))
            return
        told = f"{number} ({place})"
        geometry = _object(feature.get("geometry"))
        if geometry.get("type") not in _KINDS:
            self.others.append(told)
            return
        rings = [*map(_ring, _lines(geometry))]
        whole = [ring for ring in rings if ring is not None]
        if len(whole) < len(rings) or not rings:
            self.open.append(told)
        elif any((np.abs(ring) > (180.0, 90.0)).any() for ring in whole):
            self.beyond.append(told)
        self.areas.rings.setdefault(place, []).extend(whole)
        if self.name:
            self._named(place, _property(feature, self.name), told)

    def _named(self, place: str, name: str | None, told: str) -> None:
        if name is None:
            self.unnamed.append(told)
        else:
            self.areas.names[place] = name

    def faults(self, where: str) -> Iterator[Fault]:
        """What is wrong, a fault a kind."""
        for numbers, what, expected, way_out in (
            (
                self.nameless,
                self.code,
                "a code of its place in every feature",
                "Name the property with --code.",
            ),
            (
                self.unnamed,
                self.name,
                "a name of its place in every feature",
                "Name the property with --name.",
            ),
            (self.others, "geometry", "a Polygon or MultiPolygon", "Leave other features out."),
            (self.open, "geometry", "closed rings of four positions or more", "Mend the lines."),
            (self.beyond, "coordinates", "-180 to 180, and -90 to 90", _CONVERT),
        ):
            if numbers:
                yield Fault(where, what, expected, f"otherwise in feature {listed(numbers)}", way_out)


def _object(given: Any) -> Mapping[str, Any]:
    """What ought to be an object, or an empty one."""
    return given if isinstance(given, dict) else {}


def _property(feature: Mapping[str, Any], name: str) -> str | None:
    given = feature.get("id") if name == "id" else _object(feature.get("properties")).get(name)
    return None if given in (None, "") else str(given)


def _lines(geometry: Mapping[str, Any]) -> Sequence[Any]:
    """What ought to be rings."""
    parts = geometry.get("coordinates")
    try:
        return list(parts) if geometry["type"] == "Polygon" else [ring for part in parts for ring in part]  # type: ignore[arg-type,union-attr] # or they are not
    except TypeError:
        return ()


def _ring(positions: Any) -> Ring | None:
    """The ring, if it is one."""
    try:
        ring = np.array([position[:2] for position in positions], dtype=np.float64)
    except (TypeError, ValueError):
        return None
    whole = ring.ndim == 2 and len(ring) >= _LEAST and bool(np.isfinite(ring).all())
    return ring if whole and (ring[0] == ring[-1]).all() else None


def _elsewhere(where: str, areas: Collection[str], places: Collection[str]) -> Iterator[Fault]:
    unknown, missing = sorted(set(areas) - set(places)), sorted(set(places) - set(areas))
    if unknown:
        way_out = f"Places are {listed(sorted(places))}; leave others out, or name another property."
        yield Fault(where, "codes", "those of places of the release", listed(unknown), way_out)
    if missing:
        way_out = "Take the areas of the same year as the release."
        yield Fault(
            where, "areas", "one for every place of the release", f"none for {listed(missing)}", way_out
        )


def listed(names: Iterable[str]) -> str:
    """Names with commas; of many the first, and how many more."""
    names = list(names)
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _features(path: Path) -> Iterator[Mapping[str, Any]]:
    """The features of a file of either form.

    Raises:
        ReleaseError: it is neither, or too large to be read.
    """
    try:
        large = path.stat().st_size > LARGEST
        content = {} if large else json.loads(path.read_bytes())
    except (OSError, ValueError):
        content, large = {}, False
    kind = content.get("type") if isinstance(content, dict) else None
    if large or kind not in ("FeatureCollection", "Topology"):
        expected = f"GeoJSON (a FeatureCollection) or TopoJSON of at most {LARGEST >> 20} MB"
        found = "a larger file" if large else "another file, or none that can be read"
        raise ReleaseError(Fault(path.name, "file", expected, found, "Export it anew, with simpler lines."))
    try:
        yield from content["features"] if kind == "FeatureCollection" else _of_topology(content)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        expected, way_out = f"a whole {kind}", "Export it anew."
        raise ReleaseError(Fault(path.name, "file", expected, "parts that are missing", way_out)) from None


def _of_topology(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Features of all objects, with coordinates for their arcs (TopoJSON 1.0, 2.1.4)."""
    arcs = [_arc(arc, content.get("transform")) for arc in content["arcs"]]

    def ring(numbers: Sequence[int]) -> list[list[float]]:
        lines = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
        return [*lines[0], *(position for line in lines[1:] for position in line[1:])]

    def coordinates(kind: str, parts: Any) -> Any:
        if kind == "Polygon":
            return [ring(part) for part in parts]
        return [[ring(each) for each in part] for part in parts]

    for each in (g for one in content["objects"].values() for g in one.get("geometries", [one])):
        kind = each.get("type")
        geometry = {"type": kind}
        if kind in _KINDS:
            geometry["coordinates"] = coordinates(kind, each["arcs"])
        yield {"id": each.get("id"), "properties": each.get("properties"), "geometry": geometry}


def _arc(arc: Sequence[Sequence[float]], transform: Mapping[str, Any] | None) -> list[list[float]]:
    positions = np.array([position[:2] for position in arc], dtype=np.float64)
    if transform is not None:
        positions = positions.cumsum(axis=0) * transform["scale"] + transform["translate"]
    found: list[list[float]] = positions.tolist()
    return found
