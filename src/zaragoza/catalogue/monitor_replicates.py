"""Replicate weights of a source: columns of its files, or made from the design."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

from zaragoza.catalogue.monitor_reader import Reader
from zaragoza.model.design import REPLICATE_METHODS, ReplicateMethod, Replicates

PATH = ("source", "replicates")
_OF_COLUMNS = ("rscales", "factors")  # keys that mean nothing where replicates are made
_OF_MADE = ("count", "seed")
REPLICATE_KEYS = (
    "columns", "method", "rho", "scale", "centre", "degrees_of_freedom", *_OF_COLUMNS, *_OF_MADE,
)  # fmt: skip
_BELOW_ONE = 1 - 1e-9


def read_replicates(reader: Reader, variables: Iterable[str]) -> tuple[Replicates | None, tuple[str, ...]]:
    """How errors come from replicate weights, and the columns of these; None where the design gives the errors.

    Args:
        reader: monitor.toml; faults are noted in it.
        variables: standard variables that are mapped.
    """
    table = reader.table(*PATH, known=REPLICATE_KEYS)
    if reader.get(*PATH) is None:
        return None, ()
    before = len(reader.faults)
    columns = _columns(reader)
    others = _OF_MADE if "columns" in table else _OF_COLUMNS
    for key in others:
        if key in table:
            kind = "made from the design" if key in _OF_MADE else "given in columns"
            found, way_out = (
                "it beside columns" if key in _OF_MADE else "it without columns",
                "Delete the line.",
            )
            reader.fault((*PATH, key), f"`{key}` for replicate weights {kind} only", found, way_out)
    if "columns" in table and "weight" not in set(variables):
        way_out = "Map `weight` in [source.variables]."
        reader.fault(PATH, "the weight of the whole sample beside replicate weights", "none", way_out)
    method = reader.choice(REPLICATE_METHODS, *PATH, "method")
    if reader.get(*PATH, "method") is None:
        way_out = f'Write `method = "..."`, one of {", ".join(REPLICATE_METHODS)}.'
        reader.required((*PATH, "method"), "how the replicate weights were made", way_out)
    numbers = _numbers(reader)
    if method == "Fay" and reader.get(*PATH, "rho") is None:
        way_out = "Write `rho = 0.5`, or the factor that the survey's documentation gives."
        reader.required((*PATH, "rho"), "the factor of Fay's method", way_out)
    if method in ("JKn", "JK2") and columns and not {"rscales", "scale"} & table.keys():
        way_out = "Write `rscales = [...]`, (n_h - 1)/n_h for the stratum of each replicate, or `scale = 1`."
        reader.required((*PATH, "rscales"), f"the factors of the {method} replicates", way_out)
    if method is None or len(reader.faults) > before:
        return None, ()
    return replace(Replicates(cast(ReplicateMethod, method)), **numbers), columns


def _columns(reader: Reader) -> tuple[str, ...]:
    """The names as listed, or one pattern."""
    path, value = (*PATH, "columns"), reader.get(*PATH, "columns")
    if isinstance(value, str):
        if value.count("*") == 1:
            return (value,)
        way_out = 'Write it like `columns = "RW*"`, with a * for the number.'
        reader.fault(path, "a pattern with one *, or a list of columns", f"`{value}`", way_out)
        return ()
    names = reader.strings(*path) or ()
    if value == [] or len(names) == 1:
        way_out = 'Write `columns = ["RW1", "RW2", ...]` or `columns = "RW*"`.'
        reader.fault(path, "two columns or more", f"{len(names) or 'none'}", way_out)
    if len(set(names)) < len(names):
        reader.fault(path, "each column once", "one that is named twice", "Delete the second.")
    if any("*" in name for name in names):
        reader.fault(
            path, "names of columns in a list", "a pattern", "Write the pattern alone, without brackets."
        )
    return names


def _numbers(reader: Reader) -> dict[str, Any]:
    """What is given beside columns and method."""
    found: Mapping[str, Any] = {
        "rho": reader.number(0, _BELOW_ONE, *PATH, "rho"),
        "scale": reader.number(1e-12, float("inf"), *PATH, "scale"),
        "rscales": _rscales(reader),
        "centre": reader.choice(("mean", "estimate"), *PATH, "centre"),
        "factors": reader.flag(*PATH, "factors"),
        "degrees_of_freedom": reader.number(1, float("inf"), *PATH, "degrees_of_freedom"),
        "count": _whole(reader.number(2, 100_000, *PATH, "count", whole=True)),
        "seed": _whole(reader.number(0, 2**63 - 1, *PATH, "seed", whole=True)),
    }
    return {name: value for name, value in found.items() if value is not None}


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _rscales(reader: Reader) -> tuple[float, ...] | None:
    path, value = (*PATH, "rscales"), reader.get(*PATH, "rscales")
    if value is None:
        return None
    items = value if isinstance(value, list) else [value]
    if items and all(isinstance(i, int | float) and not isinstance(i, bool) and i >= 0 for i in items):
        return tuple(float(item) for item in items)
    way_out = "Write `rscales = [0.5, 0.5, ...]`, in the order of the columns."
    reader.fault(path, "a list of numbers of 0 or more", "something else", way_out)
    return None
