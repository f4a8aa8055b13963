"""Country codes as definitions know them."""

from __future__ import annotations

from zaragoza.catalogue.load import Catalogue


def country_codes(catalogue: Catalogue) -> tuple[str, ...]:
    """Every code that a country variable may take, in alphabetical order (`STLS`, stateless, among them)."""
    return tuple(sorted({code for codes in catalogue.country_sets.values() for code in codes}))
