"""Integer codes for categories and units, and sums by them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
A = TypeVar("A", Floats, Flags)
DENSE = 8_000_000  # codes below this are counted in a dense array, larger ones are sorted


def encode(column: pa.ChunkedArray) -> tuple[Codes, pa.Array]:
    """A column as codes 0, 1, ... and the distinct values that they stand for (NULL among them, if it occurs)."""
    encoded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    return encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64), encoded.dictionary


def number(column: pa.ChunkedArray) -> Codes:
    """A column of identifiers as codes 0, 1, ...; whole numbers that lie close together are not looked up."""
    values = column.combine_chunks()
    if not pa.types.is_integer(values.type) or not len(values):
        return encode(column)[0]
    integers = values.to_numpy(zero_copy_only=False)
    lowest, highest = int(integers.min()), int(integers.max())
    if highest - lowest >= DENSE:
        return encode(column)[0]
    return compress((integers - lowest).astype(np.int64, copy=False))[1]


def add_up(codes: Codes, values: Floats, length: int) -> Floats:
    """The sum of the values of each code."""
    sums: Floats = np.bincount(codes, values, length).astype(np.float64, copy=False)
    return sums


def compress(codes: Codes) -> tuple[Codes, Codes]:
    """The distinct codes in ascending order, and for each entry the position of its code among them."""
    if len(codes) and int(codes.max()) < DENSE:
        seen = np.zeros(int(codes.max()) + 1, dtype=bool)
        seen[codes] = True
        return np.flatnonzero(seen), (np.cumsum(seen) - 1)[codes]
    values, position = np.unique(codes, return_inverse=True)
    return values, position


def nested(outer: Codes, inner: Codes) -> tuple[Codes, Codes]:
    """Codes of units whose identifiers may restart in every outer unit.

    Returns:
        For each entry the code of its unit (0, 1, ...), and for each unit the code of its outer unit.
    """
    units = int(inner.max(initial=-1)) + 1
    first = np.zeros(units, dtype=np.int64)
    first[inner] = outer
    if np.array_equal(first[inner], outer):  # no identifier occurs in two outer units: the usual file
        return inner, first
    pairs, position = compress(outer * units + inner)
    return position, pairs // units


def reduce_shared(arrays: Mapping[str, A], reduce: Callable[[A], Floats]) -> dict[str, Floats]:
    """Reduces each array by name; an array that several names share is reduced once."""
    done: dict[int, Floats] = {}
    for values in arrays.values():
        if id(values) not in done:
            done[id(values)] = reduce(values)
    return {name: done[id(values)] for name, values in arrays.items()}


def largest_of(domain: Codes, domains: int, values: Floats, count: int) -> Floats:
    """The so many largest values of each domain (domains x count), the largest first; values are not negative.

    Where a domain has fewer, 0 stands for the others.
    """
    order = np.lexsort((-values, domain))
    owner, found = domain[order], np.zeros((domains, count))
    rank = np.arange(len(owner)) - np.searchsorted(owner, np.arange(domains))[owner]
    top = rank < count
    found[owner[top], rank[top]] = values[order][top]
    return found
