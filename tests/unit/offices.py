"""An office's folder with definitions of its own, for tests, and the faults that it has."""

from __future__ import annotations

from pathlib import Path

import pytest

from zaragoza.catalogue import load_catalogue
from zaragoza.errors import DefinitionError, Fault

INDICATOR = """
own_rate:
  area: employment
  kind: share
  title: {en: Own rate, nl: Eigen cijfer}
  definition: {en: Ours., nl: Van ons.}
  of: activity = 'employed'
  direction: neutral
  source: us
"""
VARIABLE = """
own_variable:
  title: {en: Own variable, nl: Eigen variabele}
  type: code
  definition: {en: Ours., nl: Van ons.}
  codes:
    - {code: a, title: {en: A, nl: A}, names: [alpha]}
    - {code: b, title: {en: B, nl: B}}
  source: us
"""
CLASSIFICATION = """
- id: own_groups
  title: {en: Own groups, nl: Eigen groepen}
  categories:
    - {code: Y, title: {en: Young, nl: Jong}, when: age < 30}
    - {code: O, title: {en: Older, nl: Ouder}, when: age >= 30}
  reference: Y
  source: us
"""


def office(folder: Path, **files: str) -> Path:
    """An office's folder with one file of each kind that is given."""
    for name, text in files.items():
        path = folder / (f"{name}.yaml" if name in ("areas", "countries") else f"{name}/own.yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def faults(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(DefinitionError) as caught:
        load_catalogue(folder)
    return caught.value.faults
