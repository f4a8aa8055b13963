"""The catalogue: its own files are right, and an office adds definitions to them."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from tests.support import ROOT
from tests.unit.offices import CLASSIFICATION, INDICATOR, VARIABLE, office
from zaragoza.catalogue import load_catalogue
from zaragoza.catalogue.yaml import read_yaml

FILES = ROOT / "src" / "zaragoza" / "catalogue"


def test_every_file_of_the_package_is_right() -> None:
    """Fails with the faults of every file, so that they can be mended in one go."""
    catalogue = load_catalogue()
    assert len(catalogue.indicators) >= 22
    assert len(catalogue.variables) >= 75


def test_the_package_is_read_once() -> None:
    assert load_catalogue() is load_catalogue()


def test_what_is_read_cannot_be_changed() -> None:
    catalogue = load_catalogue()
    with pytest.raises(TypeError):
        catalogue.indicators["mine"] = catalogue.indicators["employment_rate"]  # type: ignore[index]  # what must fail
    with pytest.raises(dataclasses.FrozenInstanceError):
        catalogue.indicators["employment_rate"].of = "TRUE"  # type: ignore[misc]  # what must fail


@pytest.mark.parametrize("path", sorted((FILES / "indicators").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_file_of_indicators_is_of_one_policy_area(path: Path) -> None:
    """A large area has several files, of which one has its name."""
    entries = read_yaml(path.read_bytes(), path.name).data
    (area,) = {entry["area"] for entry in entries.values()}
    assert path.stem == area or (path.parent / f"{area}.yaml").exists()


def test_names_of_columns_differ_in_more_than_case() -> None:
    catalogue = load_catalogue()
    names = [*catalogue.variables, *(set(catalogue.classifications) - set(catalogue.variables))]
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)
    assert len({name.casefold() for name in names}) == len(names)


def test_an_office_adds_definitions(tmp_path: Path) -> None:
    folder = office(
        tmp_path,
        indicators=INDICATOR.replace("activity = 'employed'", "own_variable = 'a'"),
        variables=VARIABLE,
        classifications=CLASSIFICATION,
        areas="sport: {title: {en: Sport, nl: Sport}, also: [sports]}",
        countries="sets: {benelux: {codes: [BE, NL, LU], source: treaty of 1944}}",
    )
    catalogue = load_catalogue(folder)
    assert catalogue.indicators["own_rate"].measure.variables == {"own_variable"}
    assert catalogue.classifications["own_groups"].codes == ("Y", "O")
    assert catalogue.areas["sport"].nl == "Sport"
    assert catalogue.area_names["sports"] == "sport"
    assert catalogue.country_sets["benelux"] == ("BE", "NL", "LU")
    assert set(load_catalogue().indicators) == set(catalogue.indicators) - {"own_rate"}
