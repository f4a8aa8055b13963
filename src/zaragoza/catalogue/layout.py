"""Where which definitions stand: folders and files of a catalogue, and what an entry of each is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from zaragoza.catalogue.contents import SettlingIn, Term
from zaragoza.errors import Fault
from zaragoza.model.classification import Classification
from zaragoza.model.disclosure import ProtectionDefaults
from zaragoza.model.funding import Call, Fund
from zaragoza.model.indicator import Indicator
from zaragoza.model.monitoring import CountryMonitoring, Criterion, GlossaryTerm, Reference
from zaragoza.model.plan import Commitment, Objective, Organisation, Plan, Position
from zaragoza.model.practice import Practice
from zaragoza.model.progress import TrackingRule
from zaragoza.model.published import DocumentIndicator, PolicyDocument, PublishedValue
from zaragoza.model.rating import RatingRule
from zaragoza.model.source_table import SourceTable
from zaragoza.model.target import Target
from zaragoza.model.variable import Variable

# Folders whose files hold many entries.
FOLDERS: Mapping[str, type[Any]] = {
    "variables": Variable,
    "classifications": Classification,
    "indicators": Indicator,
}
# Folders of what documents promise, pay and say; read apart, because only those who show it need it.
PLAN_FOLDERS: Mapping[str, type[Any]] = {
    "plan/plans": Plan,
    "plan/objectives": Objective,
    "plan/commitments": Commitment,
    "plan/organisations": Organisation,
    "plan/positions": Position,
    "plan/funds": Fund,
    "plan/calls": Call,
    "plan/practices": Practice,
    "plan/criteria": Criterion,
    "plan/countries_monitoring": CountryMonitoring,
    "plan/glossary": GlossaryTerm,
    "plan/references": Reference,
}
# Files of dated data.
PARAMETERS_FOLDER = "parameters"
PARAMETERS: Mapping[str, type[Any]] = {
    "published_values.yaml": PublishedValue,
    "targets.yaml": Target,
    "documents.yaml": PolicyDocument,
    "document_indicators.yaml": DocumentIndicator,
    "terms.yaml": Term,
    "settling_in.yaml": SettlingIn,
    "rating_rules.yaml": RatingRule,
    "protection.yaml": ProtectionDefaults,
    "source_tables.yaml": SourceTable,
    "tracking.yaml": TrackingRule,
}
AREAS, COUNTRIES = "areas.yaml", "countries.yaml"


def not_read(folder: Path, name: str) -> Iterator[Fault]:
    """Files that look like definitions and lie where none are read: a slip would else go unseen."""
    known = {AREAS, COUNTRIES, *(f"{PARAMETERS_FOLDER}/{file}" for file in PARAMETERS)}
    for path in sorted(folder.rglob("*.y*ml")):
        place = path.relative_to(folder)
        of_entries = place.parent.as_posix() in (*FOLDERS, *PLAN_FOLDERS) and path.suffix == ".yaml"
        if not of_entries and place.as_posix() not in known:
            where, way_out = f"{name}/{place.as_posix()}", "Move or rename it."
            yield Fault(where, "file", _expected(place.parts[0]), "a file that is not read", way_out)


def _expected(first: str) -> str:
    if first == PARAMETERS_FOLDER:
        return f"one of {', '.join(PARAMETERS)}"
    if first == "plan":
        return f"definitions in {', '.join(f'{known}/*.yaml' for known in PLAN_FOLDERS)}"
    return f"definitions in {', '.join(f'{known}/*.yaml' for known in FOLDERS)}, {AREAS} or {COUNTRIES}"
