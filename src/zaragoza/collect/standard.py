"""The columns of one file as standard variables, each value beside how it was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa

from zaragoza.collect import values
from zaragoza.collect.codes import plain_code
from zaragoza.collect.values import Marks
from zaragoza.engine import Table, literal, quote
from zaragoza.model.source import ColumnMapping
from zaragoza.model.variable import Variable

VALID, UNREADABLE, OUT_OF_RANGE = 0, 1, 2  # NULL: no answer
NUMBERS = ("number", "weight", "integer")
LISTS = ("code", "country", "boolean")
_EXACT = 2**53
_AT_ONCE = 40  # variables of a file that is read as it is used; a wider one is read in parts and kept
_PART = 8  # variables of a part: the engine plans many at once for longer than it reads them
_RENAMED_COUNTRIES = {"GR": "EL", "GB": "UK"}  # as the European Union writes them
_FLOAT_WRITTEN = r"'^([+-]?\d+)[.,]0$', '\1'"  # what a program made of a whole number
_LOOKUP, _TEXT, _STATUS = "{}:", "{}=", "{}?"


def status_of(name: str) -> str:
    """The column that tells how a variable was read: VALID, UNREADABLE, OUT_OF_RANGE, NULL for no answer."""
    return _STATUS.format(name)


def text_of(name: str) -> str:
    """The column that holds what the file says, for variables with a list of codes."""
    return _TEXT.format(name)


def standardise(
    raw: Table,
    columns: Mapping[str, str],
    mappings: Mapping[str, ColumnMapping],
    variables: Mapping[str, Variable],
    delimiter: str | None,
    keys: Mapping[str, str] | None = None,
) -> Table:
    """Standard variables from the columns of one file; identifiers stay texts, rows keep no order.

    Args:
        raw: rows of the file.
        columns: standard variable -> column.
        mappings: codes and missing codes by variable.
        variables: standard variables by id.
        delimiter: of a text file; tells what a comma means in numbers.
        keys: identifiers by which the file is joined -> column, where they are not among `columns`.

    Returns:
        One column a variable with its standard type, with `status_of` and for lists `text_of` beside it.
    """
    sources = {**columns, **(keys or {})}
    if len(sources) <= _AT_ONCE:
        return _standardise(raw, sources, mappings, variables, delimiter)
    engine = raw.engine
    held, names = engine.materialise(raw.select(list(dict.fromkeys(sources.values())))), list(sources)
    parts = [
        engine.materialise(_standardise(held, part, mappings, variables, delimiter))
        for start in range(0, len(names), _PART)
        for part in [{name: sources[name] for name in names[start : start + _PART]}]
    ]
    places = {f"p{number}": part for number, part in enumerate(parts)}
    return engine.query("FROM " + " POSITIONAL JOIN ".join(f"{{{place}}}" for place in places), (), **places)


def _standardise(
    raw: Table,
    sources: Mapping[str, str],
    mappings: Mapping[str, ColumnMapping],
    variables: Mapping[str, Variable],
    delimiter: str | None,
) -> Table:
    """Some variables; each needs room for every step of its expression, so a wide file is read in parts."""
    texts = {name: values.cell_text(column, raw.types[column]) for name, column in sources.items()}
    native = {
        name: f"CAST({quote(column)} AS DOUBLE)"
        for name, column in sources.items()
        if variables[name].type in NUMBERS and values.is_numeric(raw.types[column])
    }
    answers = raw.select(
        {
            name: _answer(text, native.get(name), mappings.get(name), variables[name])
            for name, text in texts.items()
        }
    )
    written = _marks(
        answers, [n for n in sources if variables[n].type in NUMBERS and n not in native], delimiter
    )
    lists = {name: codes for name in sources if (codes := _codes(mappings.get(name), variables[name]))}
    looked_up = _look_up(answers, lists)
    chosen: dict[str, str] = {}
    for name in sources:
        value, status = _value(variables[name], mappings.get(name), written.get(name), name in lists)
        chosen |= {name: value, status_of(name): status}
        if variables[name].type in LISTS:
            chosen[text_of(name)] = quote(name)
    return looked_up.select(chosen)


def identifier_texts(
    raw: Table,
    columns: Mapping[str, str],
    mappings: Mapping[str, ColumnMapping],
    variables: Mapping[str, Variable],
) -> Table:
    """The identifiers of one file as `standardise` gives them, without the work for the other columns.

    Args:
        raw: rows of the file.
        columns: identifier -> column.
        mappings: missing codes by variable.
        variables: standard variables by id.
    """
    texts = {name: values.cell_text(column, raw.types[column]) for name, column in columns.items()}
    return raw.select(
        {name: _answer(text, None, mappings.get(name), variables[name]) for name, text in texts.items()}
    )


def _answer(text: str, native: str | None, mapping: ColumnMapping | None, variable: Variable) -> str:
    """What the file says, NULL for what it calls missing."""
    missing = mapping.missing if mapping else ()
    if native is not None:
        numbers = _numbers(missing)
        blank = f"isnan({native})" + (f" OR {native} IN ({', '.join(numbers)})" if numbers else "")
        return f"CASE WHEN NOT ({blank}) THEN {native} END"
    if variable.type in (*LISTS, "identifier") and not _keeps_decimals(mapping):
        text = (
            f"CASE WHEN ends_with({text}, '0') THEN regexp_replace({text}, {_FLOAT_WRITTEN}) ELSE {text} END"
        )
    if not missing:
        return text
    written = dict.fromkeys(form for code in missing for form in (code.strip(), plain_code(code)))
    words = ", ".join(literal(code.lower()) for code in written)
    return f"CASE WHEN lower({text}) NOT IN ({words}) THEN {text} END"


def _keeps_decimals(mapping: ColumnMapping | None) -> bool:
    """Whether `1.0` means something else than `1`."""
    codes = mapping.codes if mapping else {}
    return any(codes.get(plain_code(code), standard) != standard for code, standard in codes.items())


def _numbers(codes: Iterable[str]) -> list[str]:
    found = []
    for code in codes:
        try:
            found.append(repr(float(code.strip().replace(",", "."))))
        except ValueError:
            continue
    return [number for number in found if number not in ("nan", "inf", "-inf")]


def _marks(answers: Table, names: list[str], delimiter: str | None) -> dict[str, Marks]:
    """How numbers are written in each column of texts; most need no second look."""
    if not names:
        return {}
    doubts = {name: values.count_where(values.not_plain(quote(name))) for name in names}
    row = answers.aggregate({}, doubts).rows()[0]
    doubtful = [name for name, count in zip(names, row, strict=True) if count]
    found = dict.fromkeys(names, Marks())
    if doubtful:
        counts = {
            f"{name} {key}": sql for name in doubtful for key, sql in values.mark_counts(quote(name)).items()
        }
        numbers = dict(zip(counts, answers.aggregate({}, counts).rows()[0], strict=True))
        for name in doubtful:
            own = {key: numbers[f"{name} {key}"] for key in values.mark_counts("t")}
            found[name] = values.marks(own, delimiter)
    return found


def _codes(mapping: ColumnMapping | None, variable: Variable) -> dict[str, str]:
    """The file's code (lower case) -> the standard one; empty where the column is not looked up in a list."""
    if mapping and mapping.codes and variable.type in LISTS:
        form = str.strip if _keeps_decimals(mapping) else plain_code
        return {form(code).lower(): standard for code, standard in mapping.codes.items()}
    if variable.type in ("code", "country"):
        return {code.code.lower(): code.code for code in variable.codes}
    return {}


def _look_up(answers: Table, lists: Mapping[str, Mapping[str, str]]) -> Table:
    """The answers with, for each variable that has a list, what the list says of its code."""
    if not lists:
        return answers
    entries = [(name, code, standard) for name, codes in lists.items() for code, standard in codes.items()]
    table = pa.table(
        {
            field: pa.array([entry[place] for entry in entries], pa.string())
            for place, field in enumerate(("variable", "code", "standard"))
        }
    )
    joins, chosen = [], ["a.*"]
    for place, name in enumerate(lists):
        list_of_one = f"(FROM {{codes}} SELECT code, standard WHERE variable = {literal(name)})"
        joins.append(f"LEFT JOIN {list_of_one} AS l{place} ON lower(a.{quote(name)}) = l{place}.code")
        chosen.append(f"l{place}.standard AS {quote(_LOOKUP.format(name))}")
    text = f"FROM {{answers}} AS a {' '.join(joins)} SELECT {', '.join(chosen)}"
    return answers.engine.query(text, answers=answers, codes=table)


def _value(
    variable: Variable, mapping: ColumnMapping | None, written: Marks | None, listed: bool
) -> tuple[str, str]:
    """SQL for the value of a variable and for how it was read."""
    name = quote(variable.id)
    if variable.type in NUMBERS:
        return _number(variable, written, mapping.missing if mapping else ())
    if listed:
        return _listed(variable)
    value = {
        "country": _country(name),
        "boolean": values.boolean(name),
        "date": values.date(name),
    }.get(variable.type, name)
    blank = f"{name} IS NULL"
    if variable.type in ("boolean", "date"):
        blank += f" OR {values.is_no_number(name)}"
    return value, f"CASE WHEN {blank} THEN NULL WHEN {value} IS NULL THEN {UNREADABLE} ELSE {VALID} END"


def _country(text: str) -> str:
    cases = " ".join(f"WHEN '{old}' THEN '{new}'" for old, new in _RENAMED_COUNTRIES.items())
    two_letters = f"regexp_full_match(upper({text}), '[A-Z]{{2}}')"
    return f"CASE WHEN {two_letters} THEN CASE upper({text}) {cases} ELSE upper({text}) END END"


def _listed(variable: Variable) -> tuple[str, str]:
    name, found = quote(variable.id), quote(_LOOKUP.format(variable.id))
    closed = [literal(code.code) for code in variable.codes]
    standard = f"NULLIF({found}, '')"
    if variable.type == "boolean":
        standard = f"CASE {found} WHEN 'true' THEN true WHEN 'false' THEN false END"
    elif variable.type == "country" and not closed:  # a map of some codes leaves the others as they are
        standard = f"CASE WHEN {found} IS NULL THEN {_country(name)} ELSE {standard} END"
    elif closed:
        standard = f"CASE WHEN {found} IN ({', '.join(closed)}) THEN {found} END"
    blank = f"{name} IS NULL OR {found} = ''"
    return standard, f"CASE WHEN {blank} THEN NULL WHEN {standard} IS NULL THEN {UNREADABLE} ELSE {VALID} END"


def _number(variable: Variable, written: Marks | None, missing: tuple[str, ...]) -> tuple[str, str]:
    name = quote(variable.id)
    read = name if written is None else values.number(name, written)
    blank = f"{name} IS NULL"
    if written is not None:
        blank += f" OR {values.is_no_number(name)}"
        if numbers := _numbers(missing):
            blank += f" OR {read} IN ({', '.join(numbers)})"
    right = f"isfinite({read})"
    if variable.type == "integer":
        right += f" AND {read} = trunc({read}) AND abs({read}) < {_EXACT}"
    within = "true"
    if variable.range is not None and variable.type != "weight":  # a negative weight has a fault of its own
        within = f"{read} BETWEEN {variable.range[0]!r} AND {variable.range[1]!r}"
    status = (
        f"CASE WHEN {blank} THEN NULL WHEN {read} IS NULL OR NOT ({right}) THEN {UNREADABLE} "
        f"WHEN NOT ({within}) THEN {OUT_OF_RANGE} ELSE {VALID} END"
    )
    kind = "BIGINT" if variable.type == "integer" else "DOUBLE"
    return f"CASE WHEN ({status}) = {VALID} THEN TRY_CAST({read} AS {kind}) END", status
