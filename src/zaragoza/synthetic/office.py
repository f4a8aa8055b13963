"""The files that an office of the made-up country would hold, for the demo: a survey and registers.

The survey is named and coded as in EU-SILC (validation rules of 2024), in a text file with semicolons and Latin-1
letters; the register of persons is a text file in UTF-8, the other registers are Parquet.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from zaragoza.errors import Fault, InputError
from zaragoza.synthetic import codes, opinions, participation, skills
from zaragoza.synthetic.country import Country
from zaragoza.synthetic.places import REGIONS
from zaragoza.synthetic.survey import DESIGN_COLUMNS

# The registers that hold one row a person or household, as `zaragoza init` takes them; benefits are many to one.
REGISTER_FILES: Final = (
    "persons.csv",
    "households.parquet",
    "education.parquet",
    "labour.parquet",
    "jobs.parquet",
    "income.parquet",
    "residence.parquet",
    "living_households.parquet",
    "living_persons.parquet",
)
ANSWERS: Final = "answers.toml"  # in this folder: what the office would answer about them
_YES_NO: Final = {True: 1, False: 2}
_PARENT: Final = {"ED0-2": 1, "ED3_4": 2, "ED5-8": 3}
_LACKS: Final = {False: 1, True: 2}  # 1 has or can afford it, 2 cannot afford it


def _reverse(meaning: Mapping[int, str]) -> dict[str, int]:
    """Standard code to office code; the first of several."""
    return {word: code for code, word in sorted(meaning.items(), reverse=True)}


@dataclass(frozen=True)
class _Column:
    """A column of the survey file: the standard variable that it holds, and the code written for each of its codes.

    `rest` is another variable with its codes, for those whom the first leaves without one.
    """

    name: str
    variable: str
    written: Mapping[Any, Any] | None = None
    rest: tuple[str, Mapping[Any, Any]] | None = None


_SURVEY: Final = (
    _Column("DB030", "household"),
    _Column("DB040", "region"),
    _Column("REGION_NAME", "region", REGIONS),
    _Column(
        "DB050",
        "stratum",
        {f"{region}-{d}": 3 * i + d for i, region in enumerate(REGIONS) for d in (1, 2, 3)},
    ),
    _Column("DB060", "psu"),
    _Column("DB062", "ssu"),
    _Column("population_size", "population_size"),
    _Column("population_size_2", "population_size_2"),
    _Column("DB100", "urbanisation", _reverse(codes.URBANISATION)),
    _Column("municipality", "municipality"),
    _Column("RB030", "person"),
    _Column("RB050", "weight"),
    _Column("RB082", "age"),
    _Column("RB090", "sex", _reverse(codes.SEX)),
    _Column("RB220", "father"),
    _Column("RB230", "mother"),
    _Column("RB240", "partner"),
    _Column("RB280", "birth_country"),
    _Column("RB285", "years_of_stay"),
    _Column("RB290", "citizenship"),
    _Column("former_citizenship", "former_citizenship"),
    _Column("MIGREAS", "migration_reason", {"work": 1, "family": 3, "study": 4, "protection": 6, "other": 7}),
    _Column("PB230", "father_birth_country"),
    _Column("PB240", "mother_birth_country"),
    _Column("EDUC4WN", "in_education", _YES_NO),  # as in EU-LFS: EU-SILC asks about formal education only
    _Column("EDUCFED4", "in_formal_education", _YES_NO),
    _Column("in_vocational_education", "in_vocational_education"),
    _Column("in_higher_education", "in_higher_education"),
    _Column("PE041", "attainment_level", {str(level): code for level, code in enumerate(codes.PE041)}),
    _Column("PT110", "father_education", _PARENT),
    _Column("PT120", "mother_education", _PARENT),
    _Column("RL010", "preschool_hours"),
    _Column("RL020", "compulsory_school_hours"),
    _Column("RL030", "centre_care_hours"),
    _Column("RL040", "day_care_hours"),
    _Column("PL032", "activity", _reverse(codes.STATUS)),
    _Column("PL020", "seeking_work", _YES_NO),
    _Column("PL025", "available_for_work", _YES_NO),
    _Column("wants_work", "wants_work"),
    _Column("wants_more_hours", "wants_more_hours"),
    _Column(
        "PL040A",
        "professional_status",
        {"self_employed": None, "employee": 3, "family_worker": 4},
        ("self_employed_type", {"with_employees": 1, "without_employees": 2}),
    ),
    _Column("PL051A", "occupation", {f"OC{group}": f"{group}1" for group in range(10)}),
    _Column("PL060", "usual_hours"),
    _Column("PL111A", "industry", codes.NACE_DIVISION),
    _Column("feels_over_qualified", "feels_over_qualified"),
    _Column("part_time_involuntary", "part_time_involuntary"),
    _Column("PL141", "contract", {"temporary": 11, "permanent": 21}),
    _Column("PL145", "working_time", _reverse(codes.HOURS)),
    _Column("PL271", "unemployment_months"),
    _Column("STARTIME", "job_tenure_months"),  # as in EU-LFS
    _Column("months_worked", "months_worked"),
    _Column("months_workable", "months_workable"),
    _Column("years_since_graduation", "years_since_graduation"),
    _Column("HY020", "disposable_income"),
    _Column("PY010G", "earnings"),
    _Column("HY070N", "housing_allowance"),
    _Column("HH021", "tenure", _reverse(codes.TENURE)),
    _Column("HH030", "rooms"),
    _Column("HH070", "housing_cost"),
    _Column("HS011", "arrears", {True: 3, False: 3}),  # the arrears of Zarland are all of utility bills
    _Column("HS021", "arrears", {True: 1, False: 3}),
    _Column("HS031", "arrears", {True: 3, False: 3}),
    _Column("HS040", "lacks_holiday", _LACKS),
    _Column("HS050", "lacks_meal", _LACKS),
    _Column("HS060", "lacks_unexpected_expenses", _LACKS),
    _Column("HS110", "lacks_car", _LACKS),
    _Column("HH050", "lacks_warmth", _LACKS),
    _Column("HD080", "lacks_furniture", _LACKS),
    _Column("PD020", "lacks_clothes", _LACKS),
    _Column("PD030", "lacks_shoes", _LACKS),
    _Column("PD050", "lacks_meeting", _LACKS),
    _Column("PD060", "lacks_leisure", _LACKS),
    _Column("PD070", "lacks_pocket_money", _LACKS),
    _Column("PD080", "lacks_internet", _LACKS),
    _Column("PH010", "health", _reverse(codes.HEALTH)),
    _Column("PH020", "chronic_illness", _YES_NO),
    _Column("PH030", "limitation", _reverse(codes.LIMITATION)),
    _Column("PH040", "unmet_medical_need", _YES_NO),
    _Column("PH050", "unmet_medical_need", {True: 2, False: None}),  # for a waiting list
    _Column("PH060", "unmet_dental_need", _YES_NO),
    _Column("PH070", "unmet_dental_need", {True: 1, False: None}),  # too expensive
    _Column("PH110A", "body_weight"),
    _Column("PH110B", "body_height"),
    _Column("smokes_daily", "smokes_daily"),
    _Column("heavy_drinking", "heavy_drinking"),
    _Column("health_insurance", "health_insurance"),
    _Column("medical_care_needed", "medical_care_needed"),
    _Column("worked_most_of_year", "worked_most_of_year"),
    _Column("HY060N", "social_assistance"),
    _Column("HS070", "lacks_telephone", _LACKS),
    _Column("HS080", "lacks_tv", _LACKS),
    _Column("HS100", "lacks_washing_machine", _LACKS),
    _Column("HH040", "leaking_roof", _YES_NO),
    _Column("HH081", "lacks_bath", {True: 3, False: 1}),
    _Column("HH091", "lacks_toilet", {True: 3, False: 1}),
    _Column("HS160", "too_dark", _YES_NO),
    _Column("HS170", "noise", _YES_NO),
    _Column("HS180", "pollution", _YES_NO),
    _Column("HS190", "crime", _YES_NO),
    _Column("HC190", "help_needed", _YES_NO),
    _Column("HC200", "home_care_received", _YES_NO),
    _Column("HC240", "home_care_unmet", _YES_NO),
    _Column("HS090", "lacks_computer", _LACKS),
    *(_Column(name, name) for name in (*participation.OF_RESIDENCE, *participation.OF_CITIZENS)),
    *(_Column(name, name) for name in (*opinions.OF_PERSONS, *skills.OF_SPEAKERS, *skills.OF_USERS)),
)


def write_office_files(country: Country, survey: pa.Table | None, folder: Path) -> list[Path]:
    """Writes the survey and the registers as an office would hold them.

    Args:
        country: the made-up country.
        survey: a sample that `draw_survey` drew from it; None for the registers alone.
        folder: where the files go; made if absent. Files of the same name are replaced.

    Returns:
        The files: survey.csv where there is a survey, persons.csv and a Parquet file for each other register.

    Raises:
        InputError: the survey lacks columns of a sample.
    """
    missing = [name for name in DESIGN_COLUMNS if survey is not None and name not in survey.column_names]
    if missing:
        raise InputError(
            Fault(
                "write_office_files",
                ", ".join(missing),
                "a sample of draw_survey",
                "a table without them",
                "Draw the survey with draw_survey or a Sampler.",
            )
        )
    folder.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".office-", dir=folder))
    try:
        if survey is not None:
            _write_text(_survey_file(survey), aside / "survey.csv", "latin-1")
        _write_text(country.registers["persons"], aside / "persons.csv", "utf-8")
        for name, register in country.registers.items():
            if name != "persons":
                pyarrow.parquet.write_table(register, aside / f"{name}.parquet", compression="zstd")
        return [written.replace(folder / written.name) for written in sorted(aside.iterdir())]
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _survey_file(survey: pa.Table) -> pa.Table:
    held = [column for column in _SURVEY if column.variable in survey.column_names]
    return pa.table({column.name: _values(survey, column) for column in held})


def _values(survey: pa.Table, column: _Column) -> Any:
    values = _written(survey[column.variable], column.written)
    if column.rest is None or column.rest[0] not in survey.column_names:
        return values
    variable, written = column.rest
    return pc.coalesce(values, _written(survey[variable], written))


def _written(values: Any, written: Mapping[Any, Any] | None) -> Any:
    """The office's code for each value."""
    if written is None:
        return values
    encoded = values.combine_chunks()
    encoded = encoded if pa.types.is_dictionary(encoded.type) else encoded.dictionary_encode()
    words = pa.array([written[word] for word in encoded.dictionary.to_pylist()])
    return words.take(encoded.indices)


def _write_text(table: pa.Table, path: Path, encoding: str) -> None:
    plain = {
        name: table[name].cast(pa.string()) if pa.types.is_dictionary(table[name].type) else table[name]
        for name in table.column_names
    }
    sink = pa.BufferOutputStream()
    pyarrow.csv.write_csv(
        pa.table(plain), sink, pyarrow.csv.WriteOptions(delimiter=";", quoting_style="needed")
    )
    text = sink.getvalue().to_pybytes()
    path.write_bytes(text if encoding == "utf-8" else text.decode("utf-8").encode(encoding))
