"""Background, discrimination and language as the stage `derive` adds them, computed here with Arrow alone."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.synthetic import codes
from zaragoza.synthetic.draws import Array
from zaragoza.synthetic.origins import NON_EU, ORIGINS
from zaragoza.synthetic.places import COUNTRY

DERIVED_BACKGROUND: Final = (
    "foreign_born",
    "born_outside_eu",
    "national",
    "third_country_national",
    "mother_foreign_born",
    "father_foreign_born",
    "foreign_born_parent",
    "foreign_born_parents_both",
    "parent_born_outside_eu",
    "second_generation",
    "age_at_arrival",
    "adults_in_household",
    "years_since_naturalisation",
    "discriminated_for_origin",
    "host_language_at_home",
    "host_language_in_household",
)
_OUTSIDE: Final = {origin.code for origin in ORIGINS if origin.group == NON_EU}
_ABROAD: Final = {origin.code for origin in ORIGINS}
_GROUNDS: Final = ("race", "nationality", "language", "ethnicity")
_ASKED, _ADULT = 16, 18

Columns = Callable[[str], Any]


def derive_background(column: Columns, household: Array) -> dict[str, Any]:
    """The derived variables of one block's persons, who stand in order of household.

    Args:
        column: gives a standard variable of all persons as an Arrow array.
        household: position of each person's household.
    """
    born, mother, father = (
        column(name) for name in ("birth_country", "mother_birth_country", "father_birth_country")
    )
    abroad, of_mother, of_father = (_within(one, _ABROAD) for one in (born, mother, father))
    parent = pc.or_kleene(of_mother, of_father)
    age = column("age").to_numpy()
    at_home = _within(column("home_language"), {"host", "both"})
    return {
        "foreign_born": abroad,
        "born_outside_eu": _within(born, _OUTSIDE),
        "national": _within(column("citizenship"), {COUNTRY}),
        "third_country_national": _within(column("citizenship"), _OUTSIDE),
        "mother_foreign_born": of_mother,
        "father_foreign_born": of_father,
        "foreign_born_parent": parent,
        "foreign_born_parents_both": pc.and_kleene(of_mother, of_father),
        "parent_born_outside_eu": pc.or_kleene(_within(mother, _OUTSIDE), _within(father, _OUTSIDE)),
        "second_generation": pc.and_kleene(pc.invert(abroad), parent),
        "age_at_arrival": pc.subtract(column("age"), column("years_of_stay")),
        "adults_in_household": pa.array(
            np.bincount(household, weights=age >= _ADULT)[household].astype(np.int64)
        ),
        "years_since_naturalisation": pc.subtract(codes.YEAR, column("naturalisation_year")),
        "discriminated_for_origin": _for_origin(column),
        "host_language_at_home": at_home,
        "host_language_in_household": _somebody(at_home, household, age),
    }


def _within(words: Any, chosen: Collection[str]) -> Any:
    """Whether a word is among the chosen; not known where the word is not."""
    inside = pc.is_in(words.cast(pa.string()), value_set=pa.array(sorted(chosen)))
    return pc.if_else(words.is_valid(), inside, pa.scalar(None, pa.bool_()))


def _for_origin(column: Columns) -> Any:
    grounds = column("discriminated_for_race")
    for ground in _GROUNDS[1:]:
        grounds = pc.or_kleene(grounds, column(f"discriminated_for_{ground}"))
    group = column("discriminated_group")
    return pc.and_kleene(group, grounds)


def _somebody(at_home: Any, household: Array, age: Array) -> Any:
    """Whether a member speaks the language; not known where nobody does and one of 16 or over gave no answer."""
    speaks = at_home.fill_null(False).to_numpy(zero_copy_only=False)
    silent = at_home.is_null().to_numpy(zero_copy_only=False) & (age >= _ASKED)
    speakers, unknown = (np.bincount(household, weights=one)[household] > 0 for one in (speaks, silent))
    return pa.array(speakers, mask=~speakers & unknown)
