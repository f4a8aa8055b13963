"""The joined table of persons in the standard variables.

`persons_table` follows the links between the registers and translates their codes, so that a definition can be applied
to the made-up country at once; with `derived=True` it adds what the stage `derive` would add, computed here on its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from zaragoza.errors import DefinitionError, Fault
from zaragoza.synthetic import codes
from zaragoza.synthetic.country import Country
from zaragoza.synthetic.derived import DERIVED, derive_block
from zaragoza.synthetic.draws import Array
from zaragoza.synthetic.pupils import SCORES
from zaragoza.synthetic.registers import Registers
from zaragoza.synthetic.topics import TOPIC_OF
from zaragoza.synthetic.wellbeing import OF_HOUSEHOLDS, OF_PERSONS

_LINKS: Final = {"person": "person_nr", "household": "household_nr", "mother": "mother_nr", "father": "father_nr",
                 "partner": "partner_nr"}  # fmt: skip
_COUNTRIES: Final = {
    "birth_country": "birth_country",
    "citizenship": "citizenship",
    "former_citizenship": "former_citizenship",
    "mother_birth_country": "mother_country",
    "father_birth_country": "father_country",
}


@dataclass(frozen=True)
class _Column:
    """Where a standard variable comes from: register, column, and the meaning of its codes (None: the value itself)."""

    register: str
    column: str
    type: pa.DataType | None = None
    meaning: Mapping[int, str] | None = None
    before: int | None = None  # the value is the time since a year: this year minus it


def _coded(register: str, column: str, meaning: Mapping[int, str]) -> _Column:
    return _Column(register, column, meaning=meaning)


_INTEGER, _NUMBER = pa.int64(), pa.float64()
_COLUMNS: Final[dict[str, _Column]] = {
    **{name: _Column("persons", column) for name, column in _LINKS.items()},
    "sex": _coded("persons", "sex", codes.SEX),
    "age": _Column("persons", "birth_year", _INTEGER, before=codes.YEAR),
    **{name: _Column("persons", column) for name, column in _COUNTRIES.items()},
    "years_of_stay": _Column("persons", "arrival_year", _INTEGER, before=codes.YEAR),
    "arrival_year": _Column("persons", "arrival_year", _INTEGER),
    "migration_reason": _coded("residence", "reason", codes.REASON),
    "region": _Column("households", "region"),
    "municipality": _Column("households", "municipality"),
    "urbanisation": _coded("households", "urbanisation", codes.URBANISATION),
    "education": _coded("education", "isced_level", codes.ISCED),
    "attainment_level": _coded("education", "isced_level", codes.LEVEL),
    "in_education": _Column("education", "enrolled"),
    "years_since_graduation": _Column("education", "graduation_year", _INTEGER, before=codes.YEAR),
    "activity": _coded("labour", "status", codes.STATUS),
    "working_time": _coded("jobs", "hours", codes.HOURS),
    "professional_status": _coded("jobs", "position", codes.POSITION),
    "contract": _coded("jobs", "contract", codes.CONTRACT),
    "occupation": _coded("jobs", "isco_major", codes.ISCO),
    "unemployment_months": _Column("labour", "months_unemployed", _INTEGER),
    "job_tenure_months": _Column("jobs", "tenure_months", _INTEGER),
    "months_worked": _Column("labour", "months_worked", _NUMBER),
    "months_workable": _Column("labour", "months_workable", _NUMBER),
    "disposable_income": _Column("income", "disposable_income", _NUMBER),
    "earnings": _Column("jobs", "gross_pay", _NUMBER),
    **{name: _Column("living_households", name) for name in OF_HOUSEHOLDS},
    **{name: _Column("living_persons", name) for name in OF_PERSONS},
    "tenure": _coded("households", "tenure", codes.TENURE),
    "rooms": _Column("households", "rooms", _INTEGER),
    "housing_cost": _Column("households", "housing_cost", _NUMBER),
    "housing_allowance": _Column("households", "housing_allowance", _NUMBER),
    "health": _coded("living_persons", "health", codes.HEALTH),
    "chronic_illness": _Column("living_persons", "chronic_illness"),
    "limitation": _coded("living_persons", "limitation", codes.LIMITATION),
    "unmet_medical_need": _Column("living_persons", "unmet_medical_need"),
    **{name: _Column(topic, name, _NUMBER if name in SCORES else None) for name, topic in TOPIC_OF.items()},
}
VARIABLES: Final = tuple(_COLUMNS)


def persons_table(
    country: Country, columns: Iterable[str] | None = None, *, derived: bool = False
) -> pa.Table:
    """Joins the registers to one table, one row a person, in standard variables and codes.

    Args:
        country: the made-up country.
        columns: standard variables to keep, in this order; all by default.
        derived: also adds the derived variables (household size, overcrowding, deprivation, ...).

    Raises:
        DefinitionError: a column is no standard variable of the made-up country.
    """
    wanted = tuple(_COLUMNS if columns is None else columns)
    known = (*_COLUMNS, *DERIVED) if derived else VARIABLES
    faults = [
        Fault(
            "persons_table",
            name,
            "a variable of the made-up country",
            "another name",
            f"Choose from {', '.join(known)}.",
        )
        for name in wanted
        if name not in known
    ]
    if faults:
        raise DefinitionError(faults)
    chosen = wanted if not derived or columns is not None else known
    return pa.concat_tables([_block_table(block, chosen) for block in country.blocks])


def _block_table(block: Registers, chosen: Sequence[str]) -> pa.Table:
    join = _Join(block)
    made = derive_block(join.column) if any(name in DERIVED for name in chosen) else {}
    return pa.table({name: made[name] if name in DERIVED else join.column(name) for name in chosen})


@dataclass(frozen=True)
class _Join:
    """Follows the links of one block; each register's rows for the persons are looked up once."""

    block: Registers

    @cached_property
    def _first(self) -> int:
        return int(self.block["persons"]["person_nr"][0].as_py())

    @cached_property
    def _rows(self) -> dict[str, Any]:
        return {}

    def column(self, name: str) -> Any:
        """A standard variable of all persons of the block."""
        source = _COLUMNS[name]
        values = self.block[source.register][source.column].combine_chunks()
        if source.meaning is not None:
            values = _translate(values, source.meaning)
        if source.before is not None:
            values = pc.subtract(pa.scalar(source.before, pa.int64()), values.cast(pa.int64()))
        elif source.type is not None:
            values = values.cast(source.type)
        return (
            values
            if source.register in {"persons", "education"}
            else values.take(self._rows_of(source.register))
        )

    def _rows_of(self, register: str) -> Any:
        """For each person the row of a register, NULL where it holds none."""
        if register not in self._rows:
            table = self.block[register]
            own = "household_nr" in table.column_names and "person_nr" not in table.column_names
            self._rows[register] = self._household_rows() if own else self._person_rows(table)
        return self._rows[register]

    def _household_rows(self) -> Any:
        number = self.block["persons"]["household_nr"].to_numpy()
        return pa.array(np.cumsum(np.diff(number, prepend=number[:1]) != 0, dtype=np.int32))

    def _person_rows(self, table: pa.Table) -> Any:
        position = table["person_nr"].to_numpy() - self._first
        rows: Array = np.full(self.block["persons"].num_rows, -1, dtype=np.int32)
        rows[position] = np.arange(len(position), dtype=np.int32)
        return pa.array(rows, mask=rows < 0)


def _translate(values: Any, meaning: Mapping[int, str]) -> Any:
    """Number codes to standard codes, as a dictionary column."""
    words = list(dict.fromkeys(meaning.values()))
    position: Array = np.zeros(max(meaning) + 1, dtype=np.int8)
    for code, word in meaning.items():
        position[code] = words.index(word)
    unknown = values.is_null().to_numpy(zero_copy_only=False)
    numbers = values.fill_null(min(meaning)).to_numpy(zero_copy_only=False)
    return pa.DictionaryArray.from_arrays(pa.array(position[numbers], mask=unknown), pa.array(words))
