"""Revisions: what changed between two vintages of the same figures, and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.errors import Fault, InputError

NEW, DROPPED, REVISED, FLAGGED = "new", "dropped", "revised", "flag"
_SAID = ("value", "text", "flag", "conf_flag")
_THERE = "there"


@dataclass(frozen=True, kw_only=True)
class Revisions:
    """What differs between an earlier and a later vintage.

    Attributes:
        changes: a row a figure that is not the same: the keys, `change` (new, dropped, revised, or flag where only
            flags differ), value, text and flags before and after, and `difference` (after minus before).
        common: figures of both vintages that have a value in each.
        new, dropped, revised, flagged: how many.
        mean: mean revision of the common figures, those unchanged with them (later minus earlier).
        mean_absolute: of its size.
        relative: size of all revisions over that of the later values; None where those are all 0.
    """

    changes: pa.Table
    common: int
    new: int
    dropped: int
    revised: int
    flagged: int
    mean: float | None
    mean_absolute: float | None
    relative: float | None


def compare_vintages(earlier: pa.Table, later: pa.Table, keys: Sequence[str]) -> Revisions:
    """Compares two vintages figure by figure.

    Args:
        earlier: table of `model.dataset.DATASET_FIELDS`; of them value, text and flags are compared.
        later: of the same figures, at a later date.
        keys: columns that tell figures apart.

    Raises:
        InputError: a table lacks a key, or has two figures with the same keys.

    Source: ESS guidelines for quality and performance indicators (2014), A6 (mean, mean absolute and relative mean
    absolute revision), over all figures known at both dates.
    """
    faults = [*_faults(earlier, keys, "earlier vintage"), *_faults(later, keys, "later vintage")]
    if faults:
        raise InputError(faults)
    joined = _prepared(earlier, keys, "before").join(
        _prepared(later, keys, "after"), list(keys), join_type="full outer"
    )
    change = _change(joined)
    difference = pc.subtract(joined["value_after"], joined["value_before"])
    shown = [f"{name}_{side}" for name in _SAID for side in ("before", "after")]
    table = (
        joined.select([*keys, *shown]).append_column("change", change).append_column("difference", difference)
    )
    changes = table.filter(pc.is_valid(change)).sort_by([(key, "ascending") for key in keys])
    counted = {one["values"]: one["counts"] for one in pc.value_counts(changes["change"]).to_pylist()}
    return Revisions(
        changes=changes,
        common=len(difference) - difference.null_count,
        new=counted.get(NEW, 0),
        dropped=counted.get(DROPPED, 0),
        revised=counted.get(REVISED, 0),
        flagged=counted.get(FLAGGED, 0),
        mean=pc.mean(difference).as_py(),
        mean_absolute=pc.mean(pc.abs(difference)).as_py(),
        relative=_relative(joined, difference),
    )


def _faults(table: pa.Table, keys: Sequence[str], where: str) -> list[Fault]:
    missing = [key for key in keys if key not in table.column_names]
    if missing:
        way_out = "Compare vintages of the same dataset and the same question."
        return [
            Fault(where, "columns", f"the keys {', '.join(keys)}", f"none of {', '.join(missing)}", way_out)
        ]
    kinds = table.group_by(list(keys)).aggregate([]).num_rows
    if kinds == table.num_rows:
        return []
    found = f"{table.num_rows - kinds} figures with the keys of another"
    return [Fault(where, "keys", "one figure a combination of keys", found, "Name every dimension.")]


def _prepared(table: pa.Table, keys: Sequence[str], side: str) -> pa.Table:
    """Keys without NULL, and what a figure says under the name of its side."""
    columns = {key: pc.fill_null(table[key].cast(pa.string()), "") for key in keys}
    nothing = pa.nulls(table.num_rows, pa.string())
    said = {name: table[name] if name in table.column_names else nothing for name in _SAID}
    said["value"] = said["value"].cast(pa.float64())
    columns |= {f"{name}_{side}": column for name, column in said.items()}
    return pa.table({**columns, f"{_THERE}_{side}": pa.repeat(True, table.num_rows)})


def _change(joined: pa.Table) -> pa.ChunkedArray:
    before, after = (pc.is_valid(joined[f"{_THERE}_{side}"]) for side in ("before", "after"))
    revised = pc.or_(_differs(joined, "value"), _differs(joined, "text"))
    flagged = pc.or_(_differs(joined, "flag"), _differs(joined, "conf_flag"))
    conditions = pa.StructArray.from_arrays(
        [one.combine_chunks() for one in (pc.invert(before), pc.invert(after), revised, flagged)],
        [NEW, DROPPED, REVISED, FLAGGED],
    )
    return pa.chunked_array([pc.case_when(conditions, NEW, DROPPED, REVISED, FLAGGED)])


def _differs(joined: pa.Table, name: str) -> pa.ChunkedArray:
    """Whether two columns differ, NULL being a value like another; empty flags are as none."""
    before, after = joined[f"{name}_before"], joined[f"{name}_after"]
    if pa.types.is_string(before.type):
        return pc.not_equal(pc.fill_null(before, ""), pc.fill_null(after, ""))
    return pc.fill_null(pc.not_equal(before, after), pc.xor(before.is_null(), after.is_null()))


def _relative(joined: pa.Table, difference: pa.ChunkedArray) -> float | None:
    later = pc.sum(pc.abs(joined["value_after"].filter(pc.is_valid(difference)))).as_py()
    size = pc.sum(pc.abs(difference)).as_py()
    return size / later if later else None


def as_record(revisions: Revisions) -> dict[str, object]:
    """Revisions as plain values, for programs."""
    counts = {name: getattr(revisions, name) for name in ("common", "new", "dropped", "revised", "flagged")}
    means = {name: getattr(revisions, name) for name in ("mean", "mean_absolute", "relative")}
    return {**counts, **means, "changes": revisions.changes.to_pylist()}
