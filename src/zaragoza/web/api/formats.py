"""Rows as JSON, CSV, JSON-stat and Parquet."""

from __future__ import annotations

import json
from typing import Any

from zaragoza.publish.observations import as_csv, as_parquet
from zaragoza.web.api.asking import Asked
from zaragoza.web.api.jsonstat import dataset
from zaragoza.web.api.tables import Chosen, Shape, dimensions


def content(asked: Asked, shape: Shape, chosen: Chosen, following: str | None) -> bytes:
    """A page of rows in the form that was asked for.

    Args:
        asked: what was.
        shape: of which table.
        chosen: the rows.
        following: address of the next page, if there is one.
    """
    return _MAKERS[asked.format](asked, shape, chosen, following)


def as_json(value: Any) -> bytes:
    """JSON with numbers in full precision; there is no NaN in it."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _json(asked: Asked, shape: Shape, chosen: Chosen, following: str | None) -> bytes:
    return as_json(
        {
            "series": asked.edition.series,
            "release": asked.edition.release,
            "total": chosen.total,
            shape.table: chosen.rows.to_pylist(),
            "next": following,
        }
    )


def _csv(asked: Asked, shape: Shape, chosen: Chosen, following: str | None) -> bytes:
    return as_csv(chosen.rows)


def _parquet(asked: Asked, shape: Shape, chosen: Chosen, following: str | None) -> bytes:
    return as_parquet(chosen.rows)


def _jsonstat(asked: Asked, shape: Shape, chosen: Chosen, following: str | None) -> bytes:
    edition = asked.edition
    made = dataset(chosen.rows.to_pylist(), edition, dimensions(edition, shape), asked.language)
    made["extension"] |= {"total": chosen.total, "next": following}
    return as_json(made)


_MAKERS = {"json": _json, "csv": _csv, "jsonstat": _jsonstat, "parquet": _parquet}
