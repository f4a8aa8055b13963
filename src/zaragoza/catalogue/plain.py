"""The way back from frozen objects of the model to plain data: what `build` makes one of again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from typing import Any
from uuid import UUID


def plain(value: Any, *, whole: bool = False) -> Any:
    """Mappings, lists and scalars that JSON can hold.

    Args:
        value: an object of the model, or anything that is in one.
        whole: with every field. Without, fields that have their default are left out, as a file of the catalogue does:
            a field that is new then changes no entry that lacks it.
    """
    if is_dataclass(value):
        known = {field.name: (field, getattr(value, field.name)) for field in fields(value) if field.init}
        return {
            name: plain(held, whole=whole)
            for name, (field, held) in known.items()
            if whole or held != _default(field)
        }
    if isinstance(value, Mapping):
        return {key: plain(held, whole=whole) for key, held in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(held, whole=whole) for held in value]
    if isinstance(value, date):  # a point in time is one too
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _default(field: Field[Any]) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default
