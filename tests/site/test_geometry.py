"""Where an office's places lie: what a file may hold, what is refused at once, and how lines become fewer."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.site.regions import REGIONS, geojson, square, written
from zaragoza.errors import ReleaseError
from zaragoza.web.geometry import read
from zaragoza.web.geometry.outlines import MOST, equal_area, outlines
from zaragoza.web.geometry.read import read_areas
from zaragoza.web.geometry.simplify import Borders

EARTH = 6371.0088  # kilometres: the mean radius of the earth (IUGG)


def _feature(code: object, kind: str, coordinates: object) -> dict[str, Any]:
    return {"properties": {"code": code}, "geometry": {"type": kind, "coordinates": coordinates}}


def test_areas_are_read_with_code_and_name(tmp_path: Path) -> None:
    areas = read_areas(written(geojson(), tmp_path / "a.json"), REGIONS, code="code", name="naam")
    assert areas.names == {code: name for code, (name, _) in REGIONS.items()}
    assert [ring.tolist() for ring in areas.rings["R1"]] == [square(4, 52)]


def test_several_features_of_a_place_are_one_area(tmp_path: Path) -> None:
    more = geojson(extra=_feature("R4", "Polygon", [square(7, 53, 0.1)]))
    areas = read_areas(written(more, tmp_path / "a.json"), REGIONS, code="code")
    assert len(areas.rings["R4"]) == 2


def test_topojson_is_read_as_the_lines_that_its_arcs_are(tmp_path: Path) -> None:
    """Two squares side by side, as the specification writes them: a shared arc, turned round by a negative number."""
    content = {
        "type": "Topology",
        "transform": {"scale": [0.5, 0.5], "translate": [4, 51]},
        "arcs": [
            [[2, 0], [0, 2]],  # the border, going north
            [[2, 2], [-2, 0], [0, -2], [2, 0]],  # around the west
            [[2, 0], [2, 0], [0, 2], [-2, 0]],  # around the east
        ],
        "objects": {
            "places": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "id": "W", "arcs": [[0, 1]]},
                    {"type": "MultiPolygon", "id": "E", "arcs": [[[2, -1]]]},
                ],
            }
        },
    }
    areas = read_areas(written(content, tmp_path / "a.json"), ("W", "E"), code="id")
    assert areas.rings["W"][0].tolist() == [[5, 51], [5, 52], [4, 52], [4, 51], [5, 51]]
    assert areas.rings["E"][0].tolist() == [[5, 51], [6, 51], [6, 52], [5, 52], [5, 51]]


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    content = geojson(
        R1=_feature("R1", "Point", [4, 52]),
        R2=_feature("R2", "Polygon", [[[3, 51], [4, 51], [4, 52], [3, 52]]]),  # not closed
        R3=_feature(
            "R3", "Polygon", [[[155000, 463000], [156000, 463000], [156000, 464000], [155000, 463000]]]
        ),
        other=_feature("R9", "Polygon", [square(0, 0)]),
        nameless=_feature(None, "Polygon", [square(0, 0)]),
        number=_feature("R4", "Polygon", [[[math.nan, 0], [1, 0], [1, 1], [math.nan, 0]]]),
    )
    with pytest.raises(ReleaseError) as refused:
        read_areas(written(content, tmp_path / "a.json"), REGIONS, code="code", name="naam")
    told = {fault.field: f"{fault.found} {fault.way_out}" for fault in refused.value.faults}
    assert told.keys() == {"code", "geometry", "coordinates", "codes", "areas", "naam"} | {"geometry"}
    assert "7" in told["code"] or "6" in told["code"]
    assert "WGS 84" in told["coordinates"]
    assert "R9" in told["codes"]
    assert "R1" in told["areas"]
    expected = [fault.expected for fault in refused.value.faults if fault.field == "geometry"]
    assert any("Polygon" in each for each in expected)
    assert any("closed" in each for each in expected)


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        {"type": "Feature"},
        {"type": "FeatureCollection"},
        {"type": "FeatureCollection", "features": [1, None, {"properties": 3}]},
        {
            "type": "FeatureCollection",
            "features": [{"properties": {"code": "R1"}, "geometry": {"type": "Polygon"}}],
        },
        {
            "type": "Topology",
            "arcs": [[[0, 0]]],
            "objects": {"a": {"type": "Polygon", "id": "R1", "arcs": [[7]]}},
        },
        {"type": "Topology", "arcs": 3, "objects": {}},
    ],
)
def test_what_is_no_such_file_is_refused(tmp_path: Path, content: object) -> None:
    with pytest.raises(ReleaseError):
        read_areas(written(content, tmp_path / "a.json"), REGIONS, code="code")


def test_large_files_and_other_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(geojson(), tmp_path / "a.json")
    monkeypatch.setattr(read, "LARGEST", 100)
    with pytest.raises(ReleaseError, match="a larger file"):
        read_areas(file, REGIONS, code="code")
    monkeypatch.undo()
    file.write_bytes(b"PK\x03\x04")
    with pytest.raises(ReleaseError, match="GeoJSON"):
        read_areas(file, REGIONS, code="code")


@given(west=st.floats(-20, 20), south=st.floats(35, 70))
def test_areas_stay_equal(west: float, south: float) -> None:
    """A cell of a tenth of a degree keeps its area on the sphere, wherever it lies on the map (exact formula)."""
    ring = np.array(square(west, south, 0.1))
    flat = equal_area(ring, np.array([5.0, 52.0]))
    x, y = flat[:, 0], flat[:, 1]
    mapped = abs(float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))) / 2
    north, low = math.sin(math.radians(south + 0.1)), math.sin(math.radians(south))
    assert mapped == pytest.approx(math.radians(0.1) * (north - low), rel=1e-4)


def test_a_degree_at_the_middle_has_its_length() -> None:
    flat = equal_area(np.array([[5.0, 51.5], [5.0, 52.5]]), np.array([5.0, 52.0]))
    assert (flat[1] - flat[0])[1] * EARTH == pytest.approx(111.19, abs=0.01)


def _wavy(number: int) -> list[tuple[int, int]]:
    return [(round(20 * math.sin(y / 3)), y) for y in range(number)]


@pytest.mark.parametrize("tolerance", [0.7, 2.0, 8.0])
def test_neighbours_keep_the_same_border(tolerance: float) -> None:
    """What is left of a border is the same from both sides, so that no gap opens."""
    border = _wavy(200)
    west = ((-100, 0), *border, (-100, 199))
    east = ((100, 199), *border[::-1], (100, 0))
    found = Borders({"W": [west], "E": [east]}).simplified(tolerance)
    shared = {point for point in found["W"][0] if point[0] != -100}
    assert shared == {point for point in found["E"][0] if point[0] != 100}
    assert 2 <= len(shared) < 200


def test_a_hole_and_what_lies_in_it_keep_the_same_line() -> None:
    inner = tuple((round(40 * math.cos(a / 50)), round(40 * math.sin(a / 50))) for a in range(314))
    turned = (*inner[100:], *inner[:100])[::-1]
    outer = ((-90, -90), (90, -90), (90, 90), (-90, 90))
    found = Borders({"A": [outer, turned], "B": [inner]}).simplified(3)
    assert set(found["A"][1]) == set(found["B"][0])
    assert len(found["B"][0]) < len(inner) / 3


@given(
    points=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=4, max_size=40, unique=True),
    tolerance=st.floats(0.5, 10),
)
def test_no_point_is_left_out_that_lies_farther_off(points: list[tuple[int, int]], tolerance: float) -> None:
    """Every point of a line lies within the tolerance of what is left of it (the definition, reckoned plainly)."""
    (kept,) = Borders({"A": [tuple(points)]}).simplified(tolerance)["A"]
    assert set(kept) <= set(points)
    around = [*kept, kept[0]]
    for point in points:
        assert min(_distance(point, *pair) for pair in itertools.pairwise(around)) <= tolerance + 1e-9


def _distance(point: tuple[int, int], start: tuple[int, int], end: tuple[int, int]) -> float:
    """To the endless line, which is what is measured, or to the point where both ends are one."""
    (x, y), (a, b), (c, d) = point, start, end
    length = math.hypot(c - a, d - b)
    return abs((c - a) * (y - b) - (d - b) * (x - a)) / length if length else math.hypot(x - a, y - b)


def test_many_points_become_few_and_every_place_can_be_seen(tmp_path: Path) -> None:
    """Of a thousand places with ragged borders no more is kept than a page bears, and none vanishes."""
    size, places = 40, {}
    for row in range(30):
        for column in range(34):
            corner = [[3 + column / 20, 50 + row / 20]]
            ring = [
                [corner[0][0] + x / 20 / size, corner[0][1] + abs(math.sin(x)) / 900] for x in range(size + 1)
            ] + [[corner[0][0] + 1 / 20, corner[0][1] + 1 / 20], [corner[0][0], corner[0][1] + 1 / 20]]
            places[f"{row}-{column}"] = [np.array([*ring, ring[0]])]
    places["dot"] = [np.array(square(9, 53, 0.0001))]
    found, height = outlines(places, "file")
    assert found.keys() == places.keys()
    assert sum(len(each.path) for each in found.values()) <= MOST
    assert all(each.path.startswith("M") and each.path.endswith("z") for each in found.values())
    assert found["dot"].path.count(" ") + found["dot"].path.count("-") >= 4
    assert 0 < height <= 600


def test_words_stand_inside_their_place(tmp_path: Path) -> None:
    """In the wider arm of a form like an L, with the room that it has."""
    corner = np.array([[0, 50], [4, 50], [4, 51], [1, 51], [1, 54], [0, 54], [0, 50]], dtype=float)
    found, height = outlines({"L": [corner]}, "file")
    assert found["L"].y > 0.75 * height
    assert found["L"].room > 0.6 * 3.5 * found["L"].x / 2


def test_the_regions_of_the_made_up_country_lie_side_by_side(tmp_path: Path) -> None:
    """Every line inside the country is a border of two regions; outer rings go against the clock (RFC 7946, 3.1.6)."""
    from zaragoza.synthetic.outlines import CODE, NAME, region_areas
    from zaragoza.synthetic.places import REGIONS as OWN

    content = json.loads(json.dumps(region_areas()))
    areas = read_areas(written(content, tmp_path / "a.json"), OWN, code=CODE, name=NAME)
    assert areas.names == OWN
    sides: dict[frozenset[tuple[float, float]], int] = {}
    for rings in areas.rings.values():
        for ring in rings:
            x, y = ring[:, 0], ring[:, 1]
            assert np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) > 0
            for pair in zip(map(tuple, ring.tolist()), map(tuple, ring[1:].tolist()), strict=False):
                sides[frozenset(pair)] = sides.get(frozenset(pair), 0) + 1
    assert set(sides.values()) == {1, 2}
