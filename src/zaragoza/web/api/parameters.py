"""What can be asked, as the OpenAPI tells it: the parameters of each address and the forms of its answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zaragoza.model.text import LANGUAGES
from zaragoza.web.api.asking import ITEM_FORMATS, ITEMS, MOST_ITEMS, MOST_ROWS, ROWS
from zaragoza.web.api.filters import Filter
from zaragoza.web.api.tables import MEDIA, Shape

_OF_DIMENSION = {
    "indicator": "Id of an indicator.",
    "period": "Such as 2023, 2023-S1, 2023-Q4 or 2023-11.",
    "geo": "Code of a place.",
    "statistic": "level, difference (a group less its reference group), ratio, adjusted_gap, explained, change, …",
    "reference": "Code of the reference group of a gap; `_Z` for levels.",
    "adjustment": "Name of what is held equal; `_Z` for raw figures.",
    "detail": "The characteristic whose contribution a row is; `_Z` for all other rows.",
    "peers": "Places that are compared with one another: `_T` is all.",
}
_REPEATED = " Repeat it to ask for several."


def _parameter(name: str, description: str, schema: dict[str, Any], **others: Any) -> dict[str, Any]:
    of = {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
    return of | others


OF_RELEASE = (
    _parameter("series", "Id of a monitor; without it the first of this site.", {"type": "string"}),
    _parameter("release", "A release of the series; without it the latest.", {"type": "string"}),
)


def of_release() -> dict[str, Any]:
    """For an address that asks for a release and nothing else."""
    return {"parameters": list(OF_RELEASE), "responses": _BESIDE}


def of_nothing() -> dict[str, Any]:
    """For an address that asks for nothing."""
    return {"responses": _BESIDE}


def of_table(shape: Shape) -> dict[str, Any]:
    """For an address that serves rows of a table."""
    several = {"type": "array", "items": {"type": "string"}}
    keys = [_parameter(name, _OF_DIMENSION[name] + _REPEATED, several, explode=True) for name in shape.keys]
    breakdown = _parameter(
        "breakdown",
        "Any column that breaks figures down, by its own name, such as `sex=F`; `_T` is the total. The catalogue"
        " names the columns of a release and their values." + _REPEATED,
        {"type": "object", "additionalProperties": {"type": "string"}},
        style="form",
        explode=True,
    )
    cursor = (
        "Number of the row after which the page begins. Follow the address `next` (in JSON, and in the header `Link` of"
        " every format): it names the release, which never changes, so that each row comes once."
    )
    form = [
        _parameter(
            "format",
            "Form of the answer; without it what the header `Accept` likes best.",
            _one_of(shape.formats),
        ),
        _parameter("lang", "Language of titles in JSON-stat.", _one_of(LANGUAGES)),
        _parameter(
            "limit",
            "The most rows of a page.",
            {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": ROWS},
        ),
        _parameter("cursor", cursor, {"type": "integer", "minimum": 0}),
    ]
    return {
        "parameters": [*OF_RELEASE, *keys, breakdown, *form],
        "responses": {200: {"content": {MEDIA[each]: _FORMS[each] for each in shape.formats[1:]}}} | _BESIDE,
    }


def of_list(filters: Mapping[str, Filter]) -> dict[str, Any]:
    """For an address that lists entries."""
    several = {"type": "array", "items": {"type": "string"}}
    asked = [
        _parameter(n, each.description + _REPEATED, several, explode=True) for n, each in filters.items()
    ]
    cursor = "Id after which the page begins. Follow the address `next`, in JSON and in the header `Link`."
    form = [
        _parameter(
            "format",
            "Form of the answer; without it what the header `Accept` likes best.",
            _one_of(ITEM_FORMATS),
        ),
        _parameter(
            "limit",
            "The most entries of a page.",
            {"type": "integer", "minimum": 1, "maximum": MOST_ITEMS, "default": ITEMS},
        ),
        _parameter("cursor", cursor, {"type": "string"}),
    ]
    content = {MEDIA[each]: _FORMS[each] for each in ITEM_FORMATS[1:]}
    return {"parameters": [*asked, *form], "responses": {200: {"content": content}} | _BESIDE}


def _one_of(values: tuple[str, ...]) -> dict[str, Any]:
    return {"type": "string", "enum": list(values), "default": values[0]}


_BESIDE: dict[int, Any] = {
    304: {"description": "Not changed since the answer whose ETag was sent."},
    413: {"description": "More is sent than the site takes."},
    414: {"description": "The address is longer than the site takes."},
}
_FORMS: dict[str, dict[str, Any]] = {
    "csv": {"schema": {"type": "string"}},
    "jsonstat": {"schema": {"type": "object", "required": ["version", "id", "size", "value"]}},
    "parquet": {"schema": {"type": "string", "format": "binary"}},
}
