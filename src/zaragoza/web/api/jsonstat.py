"""Observations as a JSON-stat 2.0 dataset: a cube of which only the cells with a row are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zaragoza.model.classification import NOT_APPLICABLE, RESERVED
from zaragoza.model.observation import NUMBER_FIELDS, STATUS
from zaragoza.model.text import Language, Text
from zaragoza.web.releases.edition import Edition

FIGURE = "figure"  # the dimension of what a number is: the value, its error, how many people
_ROLES = {"time": ["period"], "geo": ["geo"], "metric": [FIGURE]}


def dataset(
    rows: Sequence[Mapping[str, Any]],
    edition: Edition,
    dimensions: Mapping[str, Sequence[str]],
    language: Language,
) -> dict[str, Any]:
    """The rows as a cube.

    Args:
        rows: of observations.
        edition: whose they are.
        dimensions: all values of each dimension, in order; those that no row has are left out.
        language: of titles.

    Returns:
        The dataset. The last dimension runs fastest and tells the figures apart. Each cell with a row has a status:
        the column `reason`, whose SDMX codes and words stand in `extension.status`. A figure that is hidden is null.
    """
    found = {name: {_code(row[name]) for row in rows} for name in dimensions}
    codes = {name: [each for each in values if each in found[name]] for name, values in dimensions.items()}
    codes[FIGURE] = [
        name for name in NUMBER_FIELDS if name == "value" or any(row[name] is not None for row in rows)
    ]
    place = {name: {code: number for number, code in enumerate(values)} for name, values in codes.items()}
    values: dict[str, float | int | None] = {}
    status: dict[str, str] = {}
    for row in rows:
        first = _flat([place[name][_code(row[name])] for name in dimensions], codes) * len(codes[FIGURE])
        for number, name in enumerate(codes[FIGURE], start=first):
            if name == "value" or row[name] is not None:
                values[str(number)], status[str(number)] = row[name], row["reason"]
    return {
        "version": "2.0",
        "class": "dataset",
        "label": edition.title[language],
        "source": ", ".join(sorted({row["source"] for row in rows if row["source"]})),
        "updated": edition.made_at.isoformat(),
        "id": list(codes),
        "size": [len(each) for each in codes.values()],
        "role": _ROLES,
        "dimension": {name: _dimension(name, each, edition, language) for name, each in codes.items()},
        "value": values,
        "status": status,
        "extension": {
            "series": edition.series,
            "release": edition.release,
            "status": {reason: _status(reason, language) for reason in sorted(set(status.values()))},
        },
    }


def _code(value: str | None) -> str:
    return NOT_APPLICABLE if value is None else value


def _flat(places: Sequence[int], codes: Mapping[str, Sequence[str]]) -> int:
    """The number of a cell, by the order of the dimensions, without the figures."""
    number = 0
    for place, values in zip(places, codes.values(), strict=False):
        number = number * len(values) + place
    return number


def _dimension(name: str, codes: Sequence[str], edition: Edition, language: Language) -> dict[str, Any]:
    title, labels = _titles(name, edition)
    category: dict[str, Any] = {"index": list(codes)}
    texts = {code: labels.get(code, RESERVED.get(code)) for code in codes}
    category["label"] = {code: text[language] if text else code for code, text in texts.items()}
    return {"label": title[language] if title else name, "category": category}


def _titles(name: str, edition: Edition) -> tuple[Text | None, Mapping[str, Text]]:
    if name == "indicator":
        return None, {each.id: each.title for each in edition.indicators.values()}
    if name == "adjustment":
        return None, {each.name: each.title for each in edition.monitor.adjustments if each.title}
    classification = edition.classifications.get(name)
    if classification is None:
        return None, {}
    return classification.title, {each.code: each.title for each in classification.categories}


def _status(reason: str, language: Language) -> dict[str, str]:
    status = STATUS[reason]
    return {
        "obs_status": status.obs_status,
        "conf_status": status.conf_status,
        "label": status.words[language],
    }
