"""The catalogue as one office knows it: the package's definitions and those that lie beside its monitor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from zaragoza.catalogue.files import read_file
from zaragoza.catalogue.load import Catalogue, load_catalogue, load_plans
from zaragoza.catalogue.yaml import read_yaml
from zaragoza.errors import DefinitionError, Fault

FOLDER = "catalogue"


@dataclass(frozen=True)
class OwnCatalogue:
    """The definitions that hold for a monitor.

    Attributes:
        catalogue: with the office's definitions where they are right, else without them.
        declared: ids in the office's files where these are faulty; a monitor that names them makes no new fault.
        faults: of the office's definitions.
    """

    catalogue: Catalogue
    declared: frozenset[str]
    faults: tuple[Fault, ...]


def own_catalogue(folder: Path) -> OwnCatalogue:
    """The catalogue of a monitor's folder.

    Args:
        folder: holds monitor.toml, and perhaps a folder `catalogue` of the same form as the package's.
    """
    own = folder / FOLDER
    if not own.is_dir():
        return OwnCatalogue(load_catalogue(), frozenset(), ())
    try:
        own_plans = (own / "plan").is_dir()  # read to be checked; no monitor names anything of it
        catalogue = load_plans(own).catalogue if own_plans else load_catalogue(own)
    except DefinitionError as error:
        return OwnCatalogue(load_catalogue(), frozenset(_declared(own)), error.faults)
    return OwnCatalogue(catalogue, frozenset(), ())


def _declared(folder: Path) -> Iterator[str]:
    for path in folder.glob("*/*.yaml"):
        content = read_file(path)
        entries = None if isinstance(content, str) else read_yaml(content, path.name).data
        if isinstance(entries, Mapping):
            yield from (key for key in entries if isinstance(key, str))
        elif isinstance(entries, list):
            yield from (str(entry["id"]) for entry in entries if isinstance(entry, Mapping) and "id" in entry)
