"""Answers to questions about policies, from CSV files: MIPEX-like questionnaires and an office's own."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from zaragoza.collect.csv_rows import csv_rows
from zaragoza.errors import Fault, InputError

LOWEST, HIGHEST = 0.0, 100.0
Answers = dict[str, dict[tuple[str, ...], float | None]]


def read_policies(files: Sequence[str], folder: Path, levels: Sequence[str]) -> Answers:
    """Answers by country and question.

    Args:
        files: CSV in UTF-8, comma or semicolon, with the columns `geo`, those of `levels`, `question` and `score` (0 to
            100; empty: not answered). Further columns are left alone.
        folder: to which they are relative.
        levels: from the widest to the narrowest.

    Returns:
        geo -> path of a question (levels, question) -> score, None where not answered.

    Raises:
        InputError: with the faults of all files: not to be read, a column lacking, a score that is none, a question
            answered twice.
    """
    found: Answers = {}
    faults: list[Fault] = []
    for file in files:
        rows = csv_rows(file, folder, ("geo", *levels, "question", "score"), "answers")
        faults += [rows] if isinstance(rows, Fault) else _taken(found, rows, file, levels)
    if faults:
        raise InputError(faults)
    return found


def _taken(found: Answers, rows: csv.DictReader[str], file: str, levels: Sequence[str]) -> list[Fault]:
    faults = []
    for line, row in enumerate(rows, 2):
        path = (*(row[name] for name in levels), row["question"])
        score = _score(row)
        answers = found.setdefault(row["geo"], {})
        if path in answers:
            faults.append(
                Fault(f"{file}, line {line}", "question", "each once a country", "one again", "Take one out.")
            )
        if isinstance(score, str):
            way_out = "Leave it empty where not answered."
            faults.append(Fault(f"{file}, line {line}", "score", "a number from 0 to 100", score, way_out))
        else:
            answers[path] = score
    return faults


def _score(row: Mapping[str, str | None]) -> float | str | None:
    text = (row["score"] or "").strip()
    if not text:
        return None
    try:
        score = float(text)
    except ValueError:
        return "another text"
    return score if LOWEST <= score <= HIGHEST else "a number beyond"
