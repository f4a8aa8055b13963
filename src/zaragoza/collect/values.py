"""Values of a file as SQL: the text of a cell, and what it is as a number, a date, a truth value or a code.

Engines disagree on texts that are almost numbers, so patterns decide what is a number before the engine converts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zaragoza.engine import literal, quote

# How programs write "nothing" where a number should be: R, pandas, SAS and Stata, spreadsheets.
NO_NUMBER = ("na", "nan", ".", "n/a", "#n/a", "null")
TRUE = ("true", "1", "yes", "ja", "t", "y", "j")
FALSE = ("false", "0", "no", "nee", "f", "n")
NUMERIC_TYPES = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
    "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL",
)  # fmt: skip
_FLOATS = ("FLOAT", "DOUBLE")
_EXACT = 2**53  # beyond it a double skips whole numbers
_GROUPED = {".": r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?", ",": r"[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d*)?"}
_SPACED = r"[+-]?[1-9]\d{0,2}([ \x{a0}\x{202f}\x{2009}']\d{3})+([.,]\d*)?"
_SPACE = r"[ \x{a0}\x{202f}\x{2009}']"
_ISO = r"\d{4}-\d{2}-\d{2}([ T].*)?"
_COMPACT = r"(1[89]|20|21)\d{6}"
_NO_MONTH, _NO_DAY = "-00-[0-9]{2}$", "-00$"
_DAY_FIRST = r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"


def _is_type(kind: str, names: tuple[str, ...]) -> bool:
    return kind.partition("(")[0] in names


def is_numeric(kind: str) -> bool:
    """Whether an engine type holds numbers."""
    return _is_type(kind, NUMERIC_TYPES)


def cell_text(column: str, kind: str) -> str:
    """A cell as text: without spaces around it, whole numbers without decimals, NULL where it is empty or NaN.

    Args:
        column: its name.
        kind: its engine type.
    """
    name = quote(column)
    if _is_type(kind, _FLOATS):
        whole = f"{name} = trunc({name}) AND abs({name}) < {_EXACT}"
        text = f"CASE WHEN {whole} THEN CAST(TRY_CAST({name} AS BIGINT) AS VARCHAR) ELSE CAST({name} AS VARCHAR) END"
        return f"CASE WHEN isfinite({name}) THEN {text} WHEN NOT isnan({name}) THEN 'inf' END"
    if _is_type(kind, ("DECIMAL",)):  # 1.00 is 1
        return rf"regexp_replace(CAST({name} AS VARCHAR), '^(-?\d+)\.0+$', '\1')"
    return f"NULLIF(trim(CAST({name} AS VARCHAR)), '')"


@dataclass(frozen=True)
class Marks:
    """Which marks a column of texts uses in its numbers.

    Attributes:
        decimal: `.` or `,`; the other one may group thousands.
        plain: whether every number is written as computers do: no groups, a decimal point.
        spaces: whether spaces or apostrophes group thousands.
    """

    decimal: str = "."
    plain: bool = True
    spaces: bool = False


def count_where(condition: str) -> str:
    """SQL for the number of rows where a condition holds; 0 where it is NULL everywhere."""
    return f"count(*) FILTER (WHERE {condition})"


def plain_number(text: str) -> str:
    """SQL for a text as a finite double, written as computers do; NULL for any other text."""
    value = f"TRY_CAST({text} AS DOUBLE)"
    return f"CASE WHEN isfinite({value}) AND NOT contains({text}, '_') THEN {value} END"  # 1_000 is no number


def not_plain(text: str) -> str:
    """SQL: whether a text needs a closer look before it is a number; the cheap question that comes first."""
    return f"{text} IS NOT NULL AND {plain_number(text)} IS NULL AND NOT {is_no_number(text)}"


def mark_counts(text: str) -> dict[str, str]:
    """SQL for the counts by which `marks` decides, over the text of a cell."""
    spaced = f"regexp_full_match({text}, {literal(_SPACED)})"
    text = f"regexp_replace({text}, {literal(_SPACE)}, '', 'g')"
    comma_shown = (
        rf"regexp_matches({text}, '\..*,|\..*\.') OR (regexp_full_match({text}, '[+-]?\d*,\d*') "
        rf"AND NOT regexp_full_match({text}, '[+-]?[1-9]\d{{0,2}},\d{{3}}'))"
    )
    point_shown = (
        rf"regexp_matches({text}, ',.*\.|,.*,') OR (regexp_full_match({text}, '[+-]?\d*\.\d*') "
        rf"AND NOT regexp_full_match({text}, '[+-]?[1-9]\d{{0,2}}\.\d{{3}}'))"
    )
    return {
        "comma": count_where(comma_shown),
        "point": count_where(point_shown),
        "comma_or_group": count_where(rf"regexp_full_match({text}, '[+-]?[1-9]\d{{0,2}},\d{{3}}')"),
        "point_or_group": count_where(rf"regexp_full_match({text}, '[+-]?[1-9]\d{{0,2}}\.\d{{3}}')"),
        "spaces": count_where(spaced),
    }


def marks(counts: Mapping[str, int], delimiter: str | None) -> Marks:
    """The marks of a column in which some texts are no plain numbers, from what its values show.

    A value with both marks, with one mark twice, or whose mark is not followed by three digits, shows it. Where none
    does, `1,234` is a decimal comma unless the comma also separates the columns (a program that writes decimal commas
    separates columns with something else), and `1.234` is a decimal point, as computers write numbers.
    """
    if counts["comma"] != counts["point"]:
        decimal = "," if counts["comma"] > counts["point"] else "."
    else:
        undecided = counts["comma_or_group"] and not counts["point_or_group"] and delimiter != ","
        decimal = "," if undecided and not counts["point"] else "."
    return Marks(decimal, plain=False, spaces=bool(counts["spaces"]))


def number(text: str, written: Marks) -> str:
    """SQL for a text as a double; NULL where it is no finite number."""
    if written.plain:
        return plain_number(text)
    joined = text
    if written.spaces:
        without = f"regexp_replace({text}, {literal(_SPACE)}, '', 'g')"
        joined = f"CASE WHEN regexp_full_match({text}, {literal(_SPACED)}) THEN {without} ELSE {text} END"
    group = "," if written.decimal == "." else "."
    is_grouped = f"regexp_full_match({joined}, {literal(_GROUPED[written.decimal])})"
    digits = f"CASE WHEN {is_grouped} THEN replace({joined}, '{group}', '') ELSE {joined} END"
    if written.decimal == ",":  # a point that groups nothing is no decimal mark in such a column
        digits = f"CASE WHEN NOT contains({digits}, '.') THEN replace({digits}, ',', '.') END"
    return plain_number(f"({digits})")


def is_no_number(text: str) -> str:
    """SQL: whether a text is one of the ways to write nothing in a column of numbers."""
    return f"lower({text}) IN ({_list(NO_NUMBER)})"


def date(text: str) -> str:
    """SQL for a text as a date: 2020-12-31, 20201231, or day first (31-12-2020, 31/12/2020, 31.12.2020).

    An unknown month or day is written 00 in registers: 1 July stands for the one, the 15th for the other.
    """
    day_first = rf"regexp_replace({text}, '^(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}})$', '\3-\2-\1')"
    compact = f"substr({text}, 1, 4) || '-' || substr({text}, 5, 2) || '-' || substr({text}, 7)"
    return (
        f"CASE WHEN regexp_full_match({text}, {literal(_ISO)}) THEN {_day(f'substr({text}, 1, 10)')} "
        f"WHEN regexp_full_match({text}, {literal(_COMPACT)}) THEN {_day(compact)} "
        f"WHEN regexp_full_match({text}, {literal(_DAY_FIRST)}) THEN {_day(day_first)} END"
    )


def _day(text: str) -> str:
    """SQL for year, month and day with hyphens between as a date."""
    month_known = f"regexp_replace({text}, {literal(_NO_MONTH)}, '-07-01')"
    return f"TRY_CAST(regexp_replace({month_known}, {literal(_NO_DAY)}, '-15') AS DATE)"


def boolean(text: str) -> str:
    """SQL for a text as a truth value: true, 1, yes, ja, ... and false, 0, no, nee, ..."""
    return (
        f"CASE WHEN lower({text}) IN ({_list(TRUE)}) THEN true WHEN lower({text}) IN ({_list(FALSE)}) "
        "THEN false END"
    )


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(literal(word) for word in words)
