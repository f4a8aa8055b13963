"""A small survey file for tests of `zaragoza init`, and what was proposed for it."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from zaragoza.catalogue.load import load_catalogue
from zaragoza.collect.propose import Proposal, propose
from zaragoza.collect.questions import Ask

CATALOGUE = load_catalogue()
COUNTRIES = tuple(sorted({code for codes in CATALOGUE.country_sets.values() for code in codes}))
ANSWERS = {"country": "AT", "period": "2023", "kind": "survey"}
ROWS = 60


def column(values: Iterable[object]) -> list[object]:
    """Sixty rows of values that come again and again."""
    return list(itertools.islice(itertools.cycle(values), ROWS))


SURVEY: Mapping[str, list[object]] = {
    "rb030": list(range(1, ROWS + 1)),
    "db030": [n // 2 for n in range(ROWS)],
    "rb050": column([500.5, 600.25, 700.125]),
    "rb090": column([1, 2]),
    "rx020": column([16, 34, 52, 70]),
    "pb220a": column(["AT", "EU", "OTH"]),
    "pl031": column([1, 2, 3, 5, 7]),
}


def write(path: Path, columns: Mapping[str, Sequence[object]], delimiter: str = ",") -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, delimiter=delimiter)
        rows.writerow(columns)
        rows.writerows(zip(*columns.values(), strict=True))
    return path


def proposed(
    tmp_path: Path,
    columns: Mapping[str, Sequence[object]] = SURVEY,
    answers: Mapping[str, str] | None = None,
    ask: Ask | None = None,
) -> Proposal:
    file = write(tmp_path / "persons.csv", columns)
    return propose(tmp_path / "monitor", [file], ANSWERS | dict(answers or {}), ask, CATALOGUE)


def mapped(proposal: Proposal) -> dict[str, str]:
    """Standard variable -> column."""
    return {match.variable.id: match.column.name for match in proposal.matches}


def codes(proposal: Proposal, name: str) -> Mapping[str, str]:
    return next(match.codes for match in proposal.matches if match.variable.id == name)


def open_keys(proposal: Proposal) -> list[str]:
    return [question.key for question in proposal.questions]
