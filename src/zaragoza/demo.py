"""The demonstration: a made-up country, and two monitors proposed from its files: of a survey, and of the registers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files as resources
from pathlib import Path

from zaragoza.catalogue.load import load_catalogue
from zaragoza.collect.propose import propose, write_monitor
from zaragoza.collect.questions import read_answers
from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.text import Text
from zaragoza.synthetic import ANSWERS, REGISTER_FILES, Country, draw_survey, make_country, write_office_files
from zaragoza.synthetic.outlines import CODE, NAME, SOURCE, region_areas

_MARK = ".zaragoza-demo"  # only a folder with this file in it is ever replaced
_SURVEY = "made-up-survey"
_PERSONS_PER_INTERVIEW = 16  # a survey as thorough as a national one, of a small country
_NONRESPONSE = 0.02
_INDICATORS = (  # of every area some; a monitor may name all
    "employment_rate", "activity_rate", "unemployment_rate",
    "temporary_employment_share", "self_employment_share", "over_qualification_rate",
    "neet_rate", "low_education_share", "tertiary_attainment_rate", "early_leavers_rate",
    "adult_learning_rate", "early_education_rate", "upward_mobility_rate", "mean_equivalised_income",
    "median_equivalised_income", "at_risk_of_poverty_rate", "child_at_risk_of_poverty_rate",
    "in_work_at_risk_of_poverty_rate", "at_risk_of_poverty_or_exclusion_rate", "relative_poverty_gap",
    "gini_coefficient", "severe_material_social_deprivation_rate",
    "very_low_work_intensity_rate", "home_ownership_rate", "overcrowding_rate",
    "housing_cost_overburden_rate", "substandard_housing_rate", "good_health_share",
    "unmet_medical_need_rate", "acquisition_of_nationality_share",
    "voter_turnout", "trust_in_parliament", "association_participation_share", "discrimination_share",
    "belonging_share", "comfortable_as_neighbour_share", "host_language_advanced_share",
    "host_language_at_home_share", "internet_unaffordable_share", "basic_digital_skills_share",
    "foreign_born_share", "native_youth_foreign_parent_share",
)  # fmt: skip
_SMALLER = 8  # so much smaller is the second country, whose registers are read as a whole


def make_demo(folder: Path, size: int, seed: int) -> tuple[Path, ...]:
    """Makes data and monitors for them, as `zaragoza init` would.

    Args:
        folder: made anew; replaced where it is an older demonstration.
        size: inhabitants.
        seed: the same seed makes the same country and sample.

    Returns:
        The folders of the monitors: of the survey, and of the registers.

    Raises:
        DefinitionError: the folder holds something else.
    """
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).is_file():
            found, way_out = "other files", "Name another folder."
            raise DefinitionError(
                Fault("demo", str(folder), "no folder, or an older demonstration", found, way_out)
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()
    return _of_survey(folder, size, seed), _of_registers(folder / "registers", size // _SMALLER, seed)


@dataclass(frozen=True)
class Areas:
    """Where the regions of a demonstration lie, as the site takes them in.

    Attributes:
        path: GeoJSON.
        series, column: monitor and breakdown whose places they are.
        code, name: properties that hold the code and the name of a region.
        source: who made them.
    """

    path: Path
    series: str = _SURVEY
    column: str = "region"
    code: str = CODE
    name: str = NAME
    source: str = SOURCE


def demo_areas(folder: Path) -> Areas | None:
    """Those of a folder, if it is a demonstration."""
    file = _areas(folder)
    return Areas(file) if (folder / _MARK).is_file() and file.is_file() else None


def at_hand(own: Path, demo: Path) -> list[Path]:
    """What can be shown without any other data: a demonstration, and a release of what policy documents state.

    Args:
        own: folder that the release is made in.
        demo: of the demonstration, where it was made.
    """
    from zaragoza.published_pipeline import (
        documents_release,
    )  # that a site of other releases need not wait for

    made_up = [demo] if next(demo.rglob("manifest.json"), None) else []
    return [*made_up, documents_release(own / "built-in")]


def _areas(folder: Path) -> Path:
    return folder / "data" / "regions.geojson"


def _of_survey(folder: Path, size: int, seed: int) -> Path:
    country = make_country(size, seed, unknown_birth=0.0)  # who is asked knows where he was born
    survey = draw_survey(country, size // _PERSONS_PER_INTERVIEW, seed, nonresponse=_NONRESPONSE)
    files = write_office_files(country, survey, folder / "data")
    _areas(folder).write_text(json.dumps(region_areas(), ensure_ascii=False), encoding="utf-8")
    answers = {
        "id": _SURVEY,
        "country": country.code,
        "period": str(country.year),
        "kind": "survey",
        "synthetic": "yes",
        "indicators": ", ".join(_INDICATORS),
        "breakdowns": "birth_group sex, born_abroad region, migration_status",
    }
    chosen = [file for file in files if file.name == "survey.csv"]
    return _proposed(folder, chosen, answers, _title("survey", "enquête", country))


def _of_registers(folder: Path, size: int, seed: int) -> Path:
    country = make_country(size, seed)
    written = {file.name: file for file in write_office_files(country, None, folder / "data")}
    answers = folder / ANSWERS
    answers.write_bytes((resources("zaragoza.synthetic") / ANSWERS).read_bytes())
    chosen = [written[name] for name in REGISTER_FILES]
    return _proposed(folder, chosen, read_answers(answers), _title("registers", "registers", country))


def _title(en: str, nl: str, country: Country) -> Text:
    where = f"{country.name}, {country.year}"
    return Text(f"made-up {en} of {where}", f"verzonnen {nl} van {where}")


def _proposed(folder: Path, files: Sequence[Path], answers: Mapping[str, str], title: Text) -> Path:
    monitor = folder / "monitor"
    proposal = propose(monitor, files, answers, None, load_catalogue())
    first, *_, apart = proposal.adjustments  # age and sex; education apart, with what each contributes
    kept = (first, replace(apart, method="oaxaca"))
    write_monitor(replace(proposal, source_title=title, adjustments=kept), monitor)
    return monitor


def beside(*words: str, width: int) -> subprocess.Popen[str]:
    """A command on another core; what it says, in lines of this width, is kept until it is asked for."""
    command = [sys.executable, "-m", "zaragoza", *words]
    as_here = os.environ | {"PYTHONUTF8": "1", "COLUMNS": str(width)}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=as_here, stdout=pipe, stderr=pipe, encoding="utf-8")  # noqa: S603 - our own words
