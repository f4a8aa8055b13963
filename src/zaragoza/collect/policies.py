"""Answers to questions about policies, from CSV files: MIPEX-like questionnaires and an office's own."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from zaragoza.collect.codes import country_words, words
from zaragoza.collect.csv_rows import csv_rows
from zaragoza.errors import Fault, InputError
from zaragoza.model.published_monitor import QUESTION, Policies

_GEO, _SCORE = "geo", "score"
LOWEST, HIGHEST = 0.0, 100.0
Answers = dict[str, dict[tuple[str, ...], float | None]]


def read_policies(named: Policies, folder: Path, countries: Sequence[str]) -> Answers:
    """Answers by country and question.

    Args:
        named: files and the names of their columns. They are CSV in UTF-8, comma or semicolon, with the columns `geo`
            (code of a country, or its name), those of the levels, `question` (left out where a file has one score for
            each country and level) and `score` (0 to 100; empty: not answered). Further columns are left alone.
        folder: to which files are relative.
        countries: codes of all countries.

    Returns:
        geo -> path of a question (levels, question) -> score, None where not answered.

    Raises:
        InputError: with the faults of all files: not to be read, a column lacking, a country that is not known, a score
            that is none, a question answered twice.
    """
    columns = {name: named.columns.get(name, name) for name in (_GEO, *named.levels, QUESTION, _SCORE)}
    wanted = [column for name, column in columns.items() if name != QUESTION or name in named.columns]
    known = country_words(tuple(countries))
    found: Answers = {}
    faults: list[Fault] = []
    for file in named.files:
        rows = csv_rows(file, folder, wanted, "answers")
        faults += [rows] if isinstance(rows, Fault) else _taken(found, rows, file, columns, known)
    if faults:
        raise InputError(faults)
    return found


def _taken(
    found: Answers,
    rows: csv.DictReader[str],
    file: str,
    columns: Mapping[str, str],
    known: Mapping[str, str],
) -> list[Fault]:
    faults = []
    for row in rows:
        where = f"{file}, line {rows.line_num}"
        given = {name: (row.get(column) or "").strip() for name, column in columns.items()}
        geo, score = known.get(words(given[_GEO])), _score(given[_SCORE])
        path = tuple(text for name, text in given.items() if name not in (_GEO, _SCORE))
        if geo is None:
            way_out = "Correct it, or take the row out."
            faults.append(
                Fault(where, columns[_GEO], "the code or name of a country", f"`{given[_GEO]}`", way_out)
            )
        elif path in found.setdefault(geo, {}):
            faults.append(Fault(where, QUESTION, "each once a country", "one again", "Take one out."))
        if isinstance(score, str):
            way_out = "Leave it empty where not answered."
            faults.append(Fault(where, columns[_SCORE], "a number from 0 to 100", score, way_out))
        elif geo is not None:
            found[geo].setdefault(path, score)
    return faults


def _score(text: str) -> float | str | None:
    if not text:
        return None
    try:
        score = float(text)
    except ValueError:
        return "another text"
    return score if LOWEST <= score <= HIGHEST else "a number beyond"
