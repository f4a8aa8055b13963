"""What an office's file holds, without showing anyone in it: formats, columns, labels and common codes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from zaragoza.collect import values
from zaragoza.collect.opening import DataFile, Format, open_file
from zaragoza.engine import Engine, Table, literal, quote

ColumnType = Literal["integer", "number", "text", "boolean", "date"]
SHOWN_FROM = 10  # rows that must hold a code before it may be shown (decision 22)
MOST_CODES = 60
_NEARLY_UNIQUE = 0.7  # approximate share of distinct values from which they are counted exactly
_MARGIN = 1.5  # of the approximate count of distinct values
_FEW_LABELS = 10
_DECIMAL_COMMA = r"[+-]?(\d{1,3}(\.\d{3})+|\d+),\d*"
_WHOLE_COMMA = r"[+-]?\d+,0"
_GROUPED = r"[+-]?\d{1,3}([, .']\d{3})+([.,]\d*)?"


@dataclass(frozen=True, kw_only=True)
class ColumnDescription:
    """One column of a file.

    Attributes:
        name: in the file.
        label: in the file, empty where it has none.
        type: what all its values can be read as.
        labels: code -> label, as the file's codebook has them (SPSS, Stata).
        codes: those held by at least 10 rows, where there are at most 60 different ones; empty otherwise.
        rare_codes: how many more codes there are, each held by fewer rows.
        distinct: different values, exact up to 60 and for columns that are nearly unique, else approximate.
        missing: rows without a value.
        unique: whether every row has a value of its own: a candidate for the identifier of a person.
        numbers, whole_numbers, dates: which part of the values are such; of columns with few different values each
            counts once.
    """

    name: str
    label: str
    type: ColumnType
    labels: Mapping[str, str]
    codes: tuple[str, ...]
    rare_codes: int
    distinct: int
    missing: int
    unique: bool
    numbers: float = 0.0
    whole_numbers: float = 0.0
    dates: float = 0.0


@dataclass(frozen=True, kw_only=True)
class FileDescription:
    """One file.

    Attributes:
        name: without its folder.
        format: what kind of file it is.
        delimiter: of a text file.
        encoding: of a text file; of another one where it was given.
        rows: how many.
        columns: in the order of the file.
    """

    name: str
    format: Format
    delimiter: str | None
    encoding: str | None
    rows: int
    columns: tuple[ColumnDescription, ...] = field(default_factory=tuple)


def describe(path: Path, delimiter: str | None = None, encoding: str | None = None) -> FileDescription:
    """Reads the whole file and tells what is in its columns.

    Args:
        path: CSV or another delimited text, Parquet, SPSS, Stata or SAS; also compressed (`.gz`).
        delimiter: of a text file; None has it found.
        encoding: None has it found.

    Raises:
        InputError: it cannot be read; every fault that can be told apart, none with a value.
    """
    with tempfile.TemporaryDirectory() as work, Engine() as engine:
        file = open_file(path, engine, Path(work), delimiter=delimiter, encoding=encoding)
        table = file.load()
        rows = table.aggregate({}, {"rows": "count(*)"}).rows()[0][0]
        columns = _describe_columns(file, table, rows)
    return FileDescription(
        name=path.name,
        format=file.format,
        delimiter=file.delimiter,
        encoding=file.encoding,
        rows=rows,
        columns=columns,
    )


def read(
    path: Path,
    delimiter: str | None = None,
    encoding: str | None = None,
    columns: Collection[str] | None = None,
) -> pa.Table:
    """The rows of a file as they are; the columns of a text file are texts, empty fields NULL.

    Args:
        path: CSV or another delimited text, Parquet, SPSS, Stata or SAS; also compressed (`.gz`).
        delimiter: of a text file; None has it found.
        encoding: None has it found.
        columns: None reads all.

    Raises:
        InputError: it cannot be read.
    """
    with tempfile.TemporaryDirectory() as work, Engine() as engine:
        file = open_file(path, engine, Path(work), delimiter=delimiter, encoding=encoding)
        return file.load(columns).arrow()


def _describe_columns(file: DataFile, table: Table, rows: int) -> tuple[ColumnDescription, ...]:
    names = table.columns
    texts = table.select({name: values.cell_text(name, table.types[name]) for name in names})
    sizes = _per_column(texts, range(len(names)), _sizes)
    few = [i for i, size in enumerate(sizes) if size["distinct"] <= MOST_CODES * _MARGIN]
    many = [i for i in range(len(names)) if i not in set(few)]
    nearly = [i for i in many if sizes[i]["distinct"] >= _NEARLY_UNIQUE * sizes[i]["n"]]
    held = {i: row["held"] or {} for i, row in zip(few, _per_column(texts, few, _held), strict=True)}
    exact = dict(zip(nearly, _per_column(texts, nearly, _distinct), strict=True))
    # a type is a matter of the different values: where they are few, they are judged instead of the rows
    counts = dict(zip(many, _per_column(texts, many, _type_counts), strict=True)) | _judge(table.engine, held)
    described = []
    for i, name in enumerate(names):
        distinct = len(held[i]) if i in held else exact.get(i, sizes[i])["distinct"]
        codes = held[i] if i in held and distinct <= MOST_CODES else {}
        common = [code for code, count in codes.items() if count >= SHOWN_FROM]
        described.append(
            ColumnDescription(
                name=name,
                label=file.labels.get(name, ""),
                type=_type(table.types[name], counts[i]),
                labels=_codebook(file.value_labels.get(name, {}), distinct, sizes[i]["n"]),
                codes=tuple(sorted(common, key=_natural)),
                rare_codes=len(codes) - len(common),
                distinct=distinct,
                missing=rows - sizes[i]["n"],
                unique=distinct == rows == sizes[i]["n"],
                numbers=_share("number", counts[i]),
                whole_numbers=_share("whole", counts[i]),
                dates=_share("date", counts[i]),
            )
        )
    return tuple(described)


def _sizes(text: str) -> dict[str, str]:
    return {"n": f"count({text})", "distinct": f"approx_count_distinct({text})"}


def _held(text: str) -> dict[str, str]:
    return {"held": f"histogram({text})"}


def _distinct(text: str) -> dict[str, str]:
    return {"distinct": f"count(DISTINCT {text})"}


def _type_counts(text: str) -> dict[str, str]:
    plain = values.plain_number(text)
    otherwise = f"regexp_full_match({text}, {literal(f'{_DECIMAL_COMMA}|{_GROUPED}')})"
    conditions = {
        "no_number": values.is_no_number(text),
        "whole": f"{plain} = trunc({plain}) OR regexp_full_match({text}, {literal(_WHOLE_COMMA)})",
        "number": f"CASE WHEN {plain} IS NULL THEN {otherwise} ELSE true END",
        "leading_zero": f"{text} >= '00' AND {text} < '0:'",  # a zero, then a digit
        "date": f"CASE WHEN length({text}) BETWEEN 8 AND 30 THEN {values.date(text)} IS NOT NULL END",
        "true": f"lower({text}) IN ({', '.join(map(literal, values.TRUE))})",
        "false": f"lower({text}) IN ({', '.join(map(literal, values.FALSE))})",
    }
    counted = {name: values.count_where(condition) for name, condition in conditions.items()}
    return {"n": f"count({text})", **counted}


def _judge(engine: Engine, codes: Mapping[int, Iterable[str]]) -> dict[int, Mapping[str, int]]:
    """The counts of `_type_counts` over the different values of each column."""
    long = pa.table(
        {
            "place": pa.array([place for place, held in codes.items() for _ in held], pa.int64()),
            "t": pa.array([code for held in codes.values() for code in held], pa.string()),
        }
    )
    sums = _type_counts("t")
    rows = engine.table(long).aggregate({"place": "place"}, sums).rows()
    counted = {row[0]: dict(zip(sums, row[1:], strict=True)) for row in rows}
    return {place: counted.get(place, dict.fromkeys(sums, 0)) for place in codes}


def _per_column(
    texts: Table, places: Sequence[int], sums: Callable[[str], dict[str, str]]
) -> list[dict[str, Any]]:
    """Aggregates over the texts of each of the columns, in one scan."""
    named = {place: sums(quote(texts.columns[place])) for place in places}
    chosen = {f"{place} {name}": sql for place in places for name, sql in named[place].items()}
    if not chosen:
        return []
    row = iter(texts.aggregate({}, chosen).rows()[0])
    return [{name: next(row) for name in named[place]} for place in places]


def _type(kind: str, count: Mapping[str, int]) -> ColumnType:
    if kind == "BOOLEAN":
        return "boolean"
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        return "date"
    answered = count["n"]
    numbers = answered - count["no_number"]
    fits: dict[ColumnType, bool] = {
        # both answers must be there: a column of NO may be Norway; 0 and 1 are left to who knows what they mean
        "boolean": count["true"] + count["false"] == answered
        and min(count["true"], count["false"]) > count["whole"],
        "date": count["date"] == answered,
        "integer": count["whole"] == numbers > 0 and not count["leading_zero"],
        "number": count["number"] == numbers > 0 and not count["leading_zero"],
    }
    return next((name for name, fit in fits.items() if fit and answered), "text")


def _share(kind: str, count: Mapping[str, int]) -> float:
    """Which part of the values is of a kind; those that stand for nothing do not count."""
    answered = count["n"] - count["no_number"]
    return count[kind] / answered if answered else 0.0


def _codebook(labels: Mapping[str, str], distinct: int, answered: int) -> Mapping[str, str]:
    """The labels of a column, unless they are made of its values: SPSS recodes names into numbers labelled by name."""
    made_of_values = len(labels) > _FEW_LABELS and distinct * 2 > answered
    return {} if made_of_values else dict(labels)


def _natural(code: str) -> tuple[bool, float, str]:
    """Numbers by size, then texts by letter."""
    try:
        return False, float(code), code
    except ValueError:
        return True, 0.0, code
