"""People of whom a few answers are known, and the category that the catalogue's rules give them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

import pyarrow as pa

from zaragoza.catalogue import load_catalogue
from zaragoza.engine import Engine
from zaragoza.model.classification import Classification

CATALOGUE = load_catalogue()
INTEGERS = ("age", "years_of_stay")
OWN = ("birth_country", "mother_birth_country", "father_birth_country")


@cache
def bound(name: str, country: str = "NL") -> Classification:
    return CATALOGUE.classifications[name].bind(country, CATALOGUE.country_sets)


def table_of(people: list[Mapping[str, object]], names: Iterable[str]) -> pa.Table:
    """Persons as an Arrow table; what is not said of a person is unknown."""
    kinds = {name: pa.int64() if name in INTEGERS else pa.string() for name in sorted(names)}
    return pa.table(
        {name: pa.array([person.get(name) for person in people], kind) for name, kind in kinds.items()}
    )


@cache
def rules(classification: Classification) -> tuple[str, frozenset[str]]:
    """The rules as SQL, and the variables that they read."""
    return classification.expression.sql(), classification.variables


def categories(classification: Classification, *people: Mapping[str, object]) -> list[str]:
    """The category of each person by the rules alone."""
    sql, variables = rules(classification)
    with Engine(threads=1) as engine:
        persons = engine.table(table_of(list(people), variables))
        return [code for (code,) in persons.select({"code": sql}).rows()]


def category(name: str, country: str = "NL", **person: object) -> str:
    return categories(bound(name, country), person)[0]


def family(own: str | None, mother: str | None, father: str | None) -> dict[str, str | None]:
    return dict(zip(OWN, (own, mother, father), strict=True))
