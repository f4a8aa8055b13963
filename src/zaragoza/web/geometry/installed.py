"""How the areas of an office's places come in: checked, made small, and put in place by one step."""

from __future__ import annotations

import json
from dataclasses import astuple
from pathlib import Path

from zaragoza.errors import Fault, ReleaseError
from zaragoza.folders import alone
from zaragoza.web.geometry import kept
from zaragoza.web.geometry.outlines import outlines
from zaragoza.web.geometry.read import listed, read_areas
from zaragoza.web.pages.prepare import prepare_maps
from zaragoza.web.releases.edition import Edition, edition
from zaragoza.web.releases.models import Series

_LOCK, _LEAVINGS = ".installing", ".*.new"


def install_geometry(series: str, column: str, path: Path, *, code: str, source: str, name: str = "") -> int:
    """Checks a file of areas and keeps its outlines; the pages of the monitor have a map from then on.

    The maps of its latest release are drawn at once. Does nothing where these outlines are kept already.

    Args:
        series: id of the monitor; its latest release says which places there are.
        column: the classification of which these are the categories.
        path: GeoJSON or TopoJSON in longitude and latitude.
        code: property of its features that holds the code of the place.
        source: who made them, and of when they are; stands under the map.
        name: property that holds the name of the place; without it places go by the release's own titles.

    Returns:
        How many places they are.

    Raises:
        ReleaseError: with every fault of what was asked and of the file.
    """
    latest = _latest(series, column)
    areas = read_areas(path, latest.classifications[column].codes, code=code, name=name)
    found, height = outlines(areas.rings, path.name)
    content = {
        "source": source,
        "height": height,
        "names": dict(sorted(areas.names.items())),
        "outlines": {place: astuple(each) for place, each in sorted(found.items())},
    }
    text = json.dumps(content, ensure_ascii=False)
    target = kept.file(series, column)
    target.parent.mkdir(parents=True, exist_ok=True)
    with alone(target.parent, _LOCK, _LEAVINGS):
        if not target.is_file() or target.read_text(encoding="utf-8") != text:
            aside = target.with_name(f".{target.name}.new")
            aside.write_text(text, encoding="utf-8")
            aside.replace(target)
            prepare_maps(latest)
    return len(found)


def _latest(series: str, column: str) -> Edition:
    """The release that readers are shown, which must have such places."""
    owner = Series.objects.select_related("latest").filter(monitor=series).first()
    if owner is None or owner.latest is None:
        known = listed(each.monitor for each in Series.objects.all()) or "none"
        raise ReleaseError(
            Fault(series, "monitor", "one with an installed release", "none", f"Known are: {known}.")
        )
    of = edition(series, owner.latest.release)
    names = [name for name, each in of.classifications.items() if not each.groups]
    if column not in names:
        way_out = f"Its breakdowns that are not of groups are: {listed(names) or 'none'}."
        raise ReleaseError(Fault(series, "breakdown", "one of the release", column, way_out))
    return of
