"""From the columns of a message to a dataset in the one shape of `model.dataset`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.collect.attempts import Failure, attempt
from zaragoza.errors import Fault
from zaragoza.model.dataset import DATASET_FIELDS, column_names
from zaragoza.model.observation import STATUS
from zaragoza.model.period import Period
from zaragoza.model.source_flag import is_known, reason

Column: TypeAlias = "pa.Array | pa.ChunkedArray | Sequence[str | None]"


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """Figures that a producer has published.

    Attributes:
        source: who publishes them: the id of an SDMX agency, `CBS`, `UNHCR`, or what the message says.
        id: the dataset's code at the source.
        dimensions: columns of `table` that tell the figures apart, in the order of the source; the time is `period`.
        attributes: columns that say more of a figure (multiplier of the unit, decimals, title, ...).
        table: a row a figure: dimensions, attributes, and the columns of `model.dataset.DATASET_FIELDS`.
        labels: dimension -> code -> what the source calls it, where it says so.
        coded: whether dimensions hold codes. Labels in place of codes change over the years and with the language.
        title: as the source has it.
        unknown_flags: letters that have no meaning here; they stand in `flag` and change nothing.
    """

    source: str
    id: str
    dimensions: tuple[str, ...]
    attributes: tuple[str, ...]
    table: pa.Table
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    coded: bool = True
    title: str | None = None
    unknown_flags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What the columns of a message say beside dimensions and attributes; None: the message has no such column."""

    value: Column
    period: Column | None = None
    text: Column | None = None
    flag: Column | None = None
    conf_flag: Column | None = None


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a dataset comes from, as its message says."""

    source: str
    id: str
    updated: str | None = None
    title: str | None = None


def dataset(
    origin: Origin,
    dimensions: Mapping[str, Column],
    figures: Figures,
    *,
    attributes: Mapping[str, Column] | None = None,
    labels: Mapping[str, Mapping[str, str]] | None = None,
    coded: bool = True,
) -> Dataset:
    """Puts a dataset together and gives every figure its status.

    Args:
        origin: producer, code, title and date.
        dimensions: by the source's name, a code a row.
        figures: value, period, text and flags a row; values as numbers or as texts of numbers.
        attributes: by the source's name.
        labels: by the source's name of the dimension.
        coded: whether dimensions hold codes.
    """
    more = attributes or {}
    names = column_names((*dimensions, *more))
    renamed = dict(zip((*dimensions, *more), names, strict=True))
    columns = {renamed[name]: _texts(column) for name, column in {**dimensions, **more}.items()}
    made, unknown = _figures(figures)
    rows = len(made["value"])
    made |= {"source": _repeated(origin.source, rows), "dataset": _repeated(origin.id, rows)}
    made["updated"] = _repeated(origin.updated, rows)
    columns |= {name: made[name] for name, _ in DATASET_FIELDS}
    return Dataset(
        source=origin.source,
        id=origin.id,
        dimensions=names[: len(dimensions)],
        attributes=names[len(dimensions) :],
        table=pa.table(columns),
        labels={renamed[name]: known for name, known in (labels or {}).items() if known and name in renamed},
        coded=coded,
        title=origin.title,
        unknown_flags=unknown,
    )


def _figures(figures: Figures) -> tuple[dict[str, pa.Array], tuple[str, ...]]:
    value = _numbers(figures.value)
    rows = len(value)
    text = _repeated(None, rows) if figures.text is None else _blank_is_null(figures.text)
    flag = _repeated("", rows) if figures.flag is None else _filled(figures.flag)
    conf = _repeated("", rows) if figures.conf_flag is None else _filled(figures.conf_flag)
    reasons, unknown = _reasons(flag, conf, pc.and_(value.is_null(), text.is_null()))
    made = {
        "period": _repeated(None, rows) if figures.period is None else _blank_is_null(figures.period),
        "value": value,
        "text": text,
        "flag": flag,
        "conf_flag": conf,
        "obs_status": _looked_up(reasons, {key: status.obs_status for key, status in STATUS.items()}),
        "conf_status": _looked_up(reasons, {key: status.conf_status for key, status in STATUS.items()}),
        "reason": reasons,
    }
    return made, unknown


def _reasons(flag: pa.Array, conf: pa.Array, empty: pa.Array) -> tuple[pa.Array, tuple[str, ...]]:
    """The status of each figure; every combination of flags is judged once."""
    kinds = pa.StructArray.from_arrays([flag, conf, empty], ["flag", "conf", "empty"])
    joined = pc.binary_join_element_wise(flag, conf, empty.cast(pa.string()), "\x1f").dictionary_encode()
    first = pc.index_in(joined.dictionary, pc.cast(joined, pa.string())).to_pylist()
    judged = [
        reason(kind["flag"], kind["conf"], empty=kind["empty"])
        for kind in kinds.take(pa.array(first, pa.int64())).to_pylist()
    ]
    unknown = tuple(sorted(one for one in pc.unique(flag).to_pylist() if not is_known(one)))
    return pa.array(judged, pa.string()).take(joined.indices), unknown


def _looked_up(codes: pa.Array, meanings: Mapping[str, str]) -> pa.Array:
    encoded = codes.dictionary_encode()
    known = pa.array([meanings[code] for code in encoded.dictionary.to_pylist()], pa.string())
    return known.take(encoded.indices)


def _repeated(text: str | None, rows: int) -> pa.Array:
    return pa.repeat(pa.scalar(text, pa.string()), rows)


def _whole(column: Column) -> pa.Array:
    if isinstance(column, pa.ChunkedArray):
        return column.combine_chunks()
    return column if isinstance(column, pa.Array) else pa.array(column)


def _texts(column: Column) -> pa.Array:
    return _whole(column).cast(pa.string())


def _filled(column: Column) -> pa.Array:
    return pc.utf8_trim_whitespace(pc.fill_null(_texts(column), ""))


def _blank_is_null(column: Column) -> pa.Array:
    texts = _texts(column)
    return pc.if_else(pc.equal(pc.utf8_trim_whitespace(texts), ""), None, texts)


def _numbers(column: Column) -> pa.Array:
    """Values as numbers; blank, NaN and infinite ones are NULL."""
    whole = _whole(column)
    if pa.types.is_string(whole.type):
        trimmed = pc.utf8_trim_whitespace(whole)
        whole = pc.if_else(pc.equal(trimmed, ""), None, trimmed)
    numbers = whole.cast(pa.float64())
    return pc.if_else(pc.is_finite(numbers), numbers, None)


def unclear(given: Dataset) -> list[Fault]:
    """Figures that cannot be told apart, of which one would be taken by chance, and figures of no period."""
    rows, keys = given.table, [*given.dimensions, "period"]
    twice = rows.num_rows - rows.group_by(keys).aggregate([]).num_rows
    wrong = [one for one in rows["period"].unique().to_pylist() if not _is_period(one)]
    faults = []
    if twice:
        found, way_out = f"{twice:,} with the keys of another", "Take out what is there twice."
        faults.append(Fault(given.id, "figures", "one for each combination of keys", found, way_out))
    if wrong:
        found, way_out = f"`{wrong[0]}`" if wrong[0] else "none", "Correct them, or take the figures out."
        faults.append(Fault(given.id, "period", "periods like 2023 or 2023-Q4", found, way_out))
    return faults


def _is_period(code: str | None) -> bool:
    return code is not None and not isinstance(attempt(lambda: Period(code), ValueError), Failure)


def combine(parts: Sequence[Dataset]) -> Dataset:
    """Parts of one answer (pages, smaller requests) as one dataset; they have the same columns."""
    first = parts[0]
    labels: dict[str, dict[str, str]] = {}
    for part in parts:
        for name, known in part.labels.items():
            labels.setdefault(name, {}).update(known)
    return Dataset(
        source=first.source,
        id=first.id,
        dimensions=first.dimensions,
        attributes=first.attributes,
        table=pa.concat_tables([part.table.select(first.table.column_names) for part in parts]),
        labels=labels,
        coded=all(part.coded for part in parts),
        title=first.title,
        unknown_flags=tuple(sorted({flag for part in parts for flag in part.unknown_flags})),
    )
