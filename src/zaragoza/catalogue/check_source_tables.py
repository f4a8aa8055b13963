"""Checks of tables of other producers: that what they name is known, and that the indicators name them."""

from __future__ import annotations

from collections.abc import Iterator

from zaragoza.catalogue.contents import Catalogue
from zaragoza.catalogue.monitor_reader import suggestion
from zaragoza.errors import Fault
from zaragoza.model.source_table import SourceTable, age_code


def check_source_table(where: str, table: SourceTable, catalogue: Catalogue) -> Iterator[Fault]:
    """Faults of one table."""
    for dimension, name in table.breakdowns.items():
        if name not in catalogue.classifications:
            way_out = suggestion(name, list(catalogue.classifications))
            field = f"{table.id}.breakdowns.{dimension}"
            yield Fault(where, field, "a classification of the catalogue", f"`{name}`", way_out)
    for name in table.indicators:
        yield from _indicator(where, table, name, catalogue)


def _indicator(where: str, table: SourceTable, name: str, catalogue: Catalogue) -> Iterator[Fault]:
    field = f"{table.id}.indicators.{name}"
    indicator = catalogue.indicators.get(name)
    if indicator is None:
        way_out = suggestion(name, list(catalogue.indicators))
        yield Fault(where, field, "an indicator of the catalogue", f"`{name}`", way_out)
        return
    if table.producer == "ESTAT" and table.id not in indicator.eurostat:
        way_out = "Add the code to `eurostat:` of the indicator, or take the indicator out."
        yield Fault(
            where, field, f"an indicator with the table {table.id}", "one that does not name it", way_out
        )
    if table.ages is not None and not _has_ages(indicator.ages):
        way_out = "Give the indicator its ages, or set `ages:` of the table to null."
        yield Fault(where, field, "an indicator with ages like 20-64 or 18+", f"`{indicator.ages}`", way_out)


def _has_ages(ages: str | None) -> bool:
    try:
        return ages is not None and bool(age_code(ages))
    except ValueError:
        return False
