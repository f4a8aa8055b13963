"""The demonstration: a made-up country, a survey of it, and a monitor proposed from the survey's file."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from zaragoza.catalogue.load import load_catalogue
from zaragoza.collect.propose import propose, write_monitor
from zaragoza.errors import DefinitionError, Fault
from zaragoza.synthetic import draw_survey, make_country, write_office_files

_MARK = ".zaragoza-demo"  # only a folder with this file in it is ever replaced
_PERSONS_PER_INTERVIEW = 16  # a survey as thorough as a national one, of a small country
_NONRESPONSE = 0.02


def make_demo(folder: Path, size: int, seed: int) -> Path:
    """Makes data and a monitor for it, as `zaragoza init` would.

    Args:
        folder: made anew; replaced where it is an older demonstration.
        size: inhabitants.
        seed: the same seed makes the same country and sample.

    Returns:
        The monitor's folder.

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
    country = make_country(size, seed)
    survey = draw_survey(country, size // _PERSONS_PER_INTERVIEW, seed, nonresponse=_NONRESPONSE)
    files = write_office_files(country, survey, folder / "data")
    monitor = folder / "monitor"
    answers = {"country": country.code, "period": str(country.year), "kind": "survey", "synthetic": "yes"}
    proposal = propose(monitor, [f for f in files if f.name == "survey.csv"], answers, None, load_catalogue())
    title = f"made-up survey of {country.name}, {country.year}"
    write_monitor(replace(proposal, source_title=title), monitor)
    return monitor
