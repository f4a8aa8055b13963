"""Structures of datasets, read by pysdmx: which components are dimensions, and what codes mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zaragoza.collect.attempts import Failure, attempt
from zaragoza.collect.published.refusal import broken, refused


@dataclass(frozen=True, kw_only=True)
class Structure:
    """What a structure message says of one dataset.

    Attributes:
        id: of the data structure definition.
        dimensions: ids in the order of keys, the time dimension with them.
        labels: dimension -> code -> name, of the code lists in the same message.
    """

    id: str
    dimensions: tuple[str, ...]
    labels: Mapping[str, Mapping[str, str]]


def read_structure(text: str, where: str) -> Structure:
    """The structure in an SDMX-ML message.

    Raises:
        InputError: it holds none, or several, or pysdmx cannot read it.
    """
    from pysdmx.errors import PysdmxError
    from pysdmx.io import read_sdmx
    from pysdmx.model.dataflow import DataStructureDefinition

    read = attempt(
        lambda: read_sdmx(text, validate=False),
        PysdmxError, ValueError, KeyError, TypeError, AttributeError, ImportError,
    )  # fmt: skip
    if isinstance(read, Failure):
        raise broken(where, "SDMX structure message", f"one that pysdmx cannot read ({read.kind})")
    found = [one for one in read.structures or () if isinstance(one, DataStructureDefinition)]
    if len(found) != 1:
        expected, way_out = "one data structure definition", "Give the structure of the dataset alone."
        raise refused(where, expected, f"{len(found)} of them", way_out)
    components = found[0].components.dimensions
    labels = {part.id: {code.id: code.name or "" for code in part.local_codes or ()} for part in components}
    return Structure(id=found[0].id, dimensions=tuple(part.id for part in components), labels=labels)
