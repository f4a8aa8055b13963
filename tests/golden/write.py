"""The text that every definition has for each engine, one line each: `python -m tests.golden.write` writes it anew.

A change of these files is a change of numbers: read it line by line before it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from zaragoza.catalogue import Catalogue, load_catalogue
from zaragoza.model.expression import Dialect, Expression

FOLDER = Path(__file__).parent
DIALECTS: tuple[Dialect, ...] = ("duckdb", "spark")
COUNTRY = "NL"


def definitions(catalogue: Catalogue) -> Iterator[tuple[str, Expression]]:
    """Every expression of the catalogue with a name of its own; classifications as they are in the Netherlands."""
    for indicator in catalogue.indicators.values():
        if indicator.computed:
            yield from ((f"indicator {indicator.id} {part}", e) for part, e in indicator.measure.expressions)
    for unbound in catalogue.variables.values():
        variable = unbound.bind(None, COUNTRY, catalogue.country_sets)
        if variable.derive is not None:
            for part in ("of", "where"):
                text = getattr(variable.derive, part)
                if text is not None:
                    yield f"variable {variable.id} {variable.derive.operator} {part}", Expression.parse(text)
    for classification in catalogue.classifications.values():
        bound = classification.bind(COUNTRY, catalogue.country_sets)
        yield f"classification {bound.id}", bound.expression


def lines(dialect: Dialect) -> list[str]:
    """The file of an engine, as lines in the order of the names."""
    found = {name: expression.sql(dialect) for name, expression in definitions(load_catalogue())}
    return [f"{name}: {' '.join(sql.split())}" for name, sql in sorted(found.items())]


def path(dialect: Dialect) -> Path:
    """Where the lines of an engine are kept."""
    return FOLDER / f"{dialect}_definitions.txt"


def main() -> None:
    """Writes the files of all engines."""
    for dialect in DIALECTS:
        path(dialect).write_text("\n".join(lines(dialect)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
