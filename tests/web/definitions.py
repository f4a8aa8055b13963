"""Definitions and facts around the made-up observations: groups, the source, its quality."""

from __future__ import annotations

from zaragoza.model.classification import Category, Classification
from zaragoza.model.snapshot import FileOrigin, ItemQuality, Snapshot, SourceQuality
from zaragoza.model.text import Text

EU, NON_EU = "EU27_2020_FOR", "NEU27_2020_FOR"
AREAS = {
    "employment": Text("Work", "Werk"),
    "education": Text("Education", "Onderwijs"),
    "inclusion": Text("Social inclusion", "Sociale inclusie"),
    "housing": Text("Housing", "Wonen"),
    "health": Text("Health", "Gezondheid"),
}

BIRTH = Classification(
    id="birth_group",
    title=Text("Country of birth", "Geboorteland"),
    categories=(
        Category("NAT", Text("Native-born", "In Nederland geboren"), "birth_country = 'NL'"),
        Category(
            EU,
            Text("Born in another EU country", "In een ander EU-land geboren"),
            "birth_country IN ('BE', 'DE')",
        ),
        Category(NON_EU, Text("Born outside the EU", "Buiten de EU geboren"), "birth_country IS NOT NULL"),
    ),
    source="Eurostat, code list C_BIRTH",
    reference="NAT",
    groups=True,
    note=Text("The EU is that of 2020, with 27 countries.", "De EU is die van 2020, met 27 landen."),
)
CITIZEN = Classification(
    id="citizen_group",
    title=Text("Citizenship", "Nationaliteit"),
    categories=(
        Category("NAT", Text("Nationals", "Nederlanders"), "citizenship = 'NL'"),
        Category(
            EU,
            Text("Citizens of another EU country", "Burgers van een ander EU-land"),
            "citizenship IN ('BE')",
        ),
        Category(
            NON_EU, Text("Citizens of a country outside the EU", "Burgers van een land buiten de EU"), "TRUE"
        ),
    ),
    source="Eurostat, code list CITIZEN",
    reference="NAT",
    groups=True,
)
SEX = Classification(
    id="sex",
    title=Text("Sex", "Geslacht"),
    categories=(
        Category("F", Text("Women", "Vrouwen"), "sex = 'F'"),
        Category("M", Text("Men", "Mannen"), "sex = 'M'"),
    ),
    source="Eurostat, code list SEX",
)
URBANISATION = Classification(
    id="urbanisation",
    title=Text("Degree of urbanisation", "Stedelijkheid"),
    categories=(
        Category("DEG1", Text("Cities", "Steden"), "urbanisation = 'DEG1'"),
        Category("DEG2", Text("Towns and suburbs", "Kleine steden en voorsteden"), "urbanisation = 'DEG2'"),
        Category("DEG3", Text("Rural areas", "Platteland"), "urbanisation = 'DEG3'"),
    ),
    source="Eurostat, code list DEG_URB",
)

SNAPSHOT = Snapshot(
    source="made_up_survey",
    checksum="5d" * 32,
    collected_at="2025-09-28T09:00:00+00:00",
    files=(FileOrigin(name="persons.csv", sha256="ab" * 32, size=1_204_331, rows=12_890),),
    rows=12_890,
    key_id="made-up",
    mapping={"person": "id", "weight": "w", "stratum": "region", "psu": "cluster", "activity": "main_act"},
)
QUALITY = SourceQuality(
    source="made_up_survey",
    rows=12_890,
    persons=12_890,
    households=5_602,
    duplicates=0,
    weights_zero=0,
    weights_negative=0,
    weights_missing=0,
    sum_of_weights=17_402_331.4,
    coverage=0.987,
    unit_non_response=None,
    items=(
        ItemQuality(
            variable="activity",
            valid=12_790,
            missing=96,
            out_of_list=4,
            missing_rate=0.0078,
            missing_rate_weighted=0.0081,
        ),
        ItemQuality(
            variable="age",
            valid=12_890,
            missing=0,
            out_of_list=0,
            missing_rate=0.0,
            missing_rate_weighted=0.0,
        ),
        ItemQuality(
            variable="birth_country",
            valid=12_812,
            missing=78,
            out_of_list=0,
            missing_rate=0.0061,
            missing_rate_weighted=None,
        ),
    ),
    notes=(
        Text(
            "Unit non-response: not applicable, the file holds only those who answered.",
            "Non-respons van personen: niet van toepassing, het bestand bevat alleen wie antwoordde.",
        ),
    ),
)
LOG: tuple[dict[str, object], ...] = (
    {"indicator": "neet", "breakdown": ["birth_group", "sex"], "rule": "too_few", "cells": 4},
)
