"""A made-up table of observations with everything that a page must be able to show.

Levels are written by hand; gaps, intervals and counts follow from them by plain arithmetic, so that what the pages
must say can be read off here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from tests.web.definitions import AREAS, BIRTH, CITIZEN, EU, NON_EU, SEX, URBANISATION
from zaragoza.model.classification import TOTAL, UNKNOWN, Breakdown
from zaragoza.model.disclosure import Policy
from zaragoza.model.indicator import Indicator
from zaragoza.model.monitor import Monitor
from zaragoza.model.observation import KEY_FIELDS, OBSERVATION_FIELDS, STATUS
from zaragoza.model.period import Period
from zaragoza.model.source import ColumnMapping, Source
from zaragoza.model.text import Text
from zaragoza.model.variable import Variable

NOW = datetime(2025, 9, 29, 8, 30, tzinfo=UTC)
COLUMNS = ("birth_group", "citizen_group", "sex", "urbanisation")


@dataclass(frozen=True)
class Cell:
    """A level and its standard error, or the reason why it is hidden; below 50 people it is less reliable."""

    value: float | None
    error: float = 0.01
    n: int = 400
    reason: str = "published"


def few(reason: str = "too_few") -> Cell:
    """A hidden cell."""
    return Cell(None, reason=reason)


def indicator(id: str, area: str, en: str, nl: str, **others: object) -> Indicator:
    """An indicator with what is the same for all of them here."""
    given: dict[str, object] = {
        "kind": "share",
        "definition": Text(
            f"{en}: the people for whom this holds, as a part of everybody of that age.",
            f"{nl}: de mensen voor wie dit geldt, als deel van iedereen van die leeftijd.",
        ),
        "of": "activity = 'employed'",
        "among": "age BETWEEN 20 AND 64",
        "source": Text(
            "Zaragoza Declaration (2010); Eurostat, EU-LFS", "Zaragoza Declaration (2010); Eurostat, EU-LFS"
        ),
        "direction": "higher_is_better",
        "ages": "20-64",
        **others,
    }
    return Indicator(id=id, area=area, title=Text(en, nl), **given)  # type: ignore[arg-type]  # any keyword


# indicator -> levels of everybody, native-born, born in the EU, born outside the EU, unknown
TABLE: dict[Indicator, tuple[Cell, Cell, Cell, Cell, Cell]] = {
    indicator(
        "employment_rate", "employment", "Employment rate", "Arbeidsdeelname", eurostat=("lfsa_ergacob",)
    ): (
        Cell(0.781, 0.004, 9120),
        Cell(0.812, 0.004, 7421),
        Cell(0.798, 0.018, 512),
        Cell(0.651, 0.014, 1170),
        few(),
    ),
    indicator(
        "unemployment_rate",
        "employment",
        "Unemployment rate",
        "Werkloosheid",
        of="activity = 'unemployed'",
        among="age BETWEEN 15 AND 74 AND activity IN ('employed', 'unemployed')",
        direction="lower_is_better",
        ages="15-74",
    ): (
        Cell(0.041, 0.002, 8544),
        Cell(0.031, 0.002, 7002),
        Cell(0.052, 0.011, 480),
        Cell(0.092, 0.009, 1031),
        few(),
    ),
    indicator(
        "overqualification_rate",
        "employment",
        "Over-qualification: work below the level of education",
        "Overkwalificatie: werk onder het opleidingsniveau",
        direction="lower_is_better",
    ): (
        Cell(0.164, 0.006, 3311),
        Cell(0.142, 0.007, 2790),
        Cell(0.281, 0.045, 44, "unreliable"),
        Cell(0.334, 0.029, 266),
        few(),
    ),
    indicator(
        "tertiary_attainment", "education", "Tertiary education", "Hoger onderwijs afgerond", ages="25-34"
    ): (
        Cell(0.512, 0.011, 2210),
        Cell(0.531, 0.013, 1702),
        Cell(0.549, 0.041, 161),
        Cell(0.442, 0.027, 340),
        few(),
    ),
    indicator(
        "neet",
        "education",
        "Young people not in work, education or training",
        "Jongeren zonder werk, opleiding of training",
        direction="lower_is_better",
        ages="15-29",
    ): (
        Cell(0.049, 0.004, 2402),
        Cell(0.041, 0.004, 1998),
        few(),
        Cell(0.083, 0.016, 301),
        few("secondary"),
    ),
    indicator(
        "poverty_risk",
        "inclusion",
        "At risk of poverty",
        "Risico op armoede",
        direction="lower_is_better",
        ages="18+",
        eurostat=("ilc_li32",),
        aliases=("IND-014",),
    ): (
        Cell(0.132, 0.004, 10201),
        Cell(0.109, 0.004, 8400),
        Cell(0.118, 0.017, 590),
        Cell(0.271, 0.015, 1189),
        few("too_uncertain"),
    ),
    indicator(
        "equivalised_income",
        "inclusion",
        "Disposable income per person",
        "Besteedbaar inkomen per persoon",
        kind="mean",
        of="equivalised_income",
        among=None,
        unit="euro",
        ages=None,
    ): (
        Cell(34120.0, 210.0, 12110),
        Cell(35410.0, 240.0, 10020),
        Cell(33870.0, 1320.0, 640),
        Cell(26150.0, 590.0, 1420),
        few(),
    ),
    indicator("home_ownership", "housing", "Lives in an owned home", "Woont in een koopwoning", ages="18+"): (
        Cell(0.689, 0.005, 10201),
        Cell(0.741, 0.005, 8400),
        Cell(0.543, 0.025, 590),
        Cell(0.402, 0.017, 1189),
        few(),
    ),
    indicator(
        "good_health",
        "health",
        "Good or very good health",
        "Goede of zeer goede gezondheid",
        direction="higher_is_better",
        ages="16+",
    ): (
        Cell(0.752, 0.005, 10402),
        Cell(0.751, 0.006, 8551),
        Cell(0.779, 0.02, 601),
        Cell(0.741, 0.016, 1210),
        few(),
    ),
}
INDICATORS = tuple(TABLE)
_ORDER = (TOTAL, "NAT", EU, NON_EU, UNKNOWN)
_Z = 1.96


def monitor(folder: Path, indicators: tuple[Indicator, ...] = INDICATORS) -> Monitor:
    """A monitor of a made-up survey."""
    return Monitor(
        id="made_up",
        title=Text("Integration monitor of Exampleland", "Integratiemonitor van Voorbeeldland"),
        folder=folder,
        country="NL",
        period=Period("2023"),
        source=Source(
            id="made_up_survey",
            kind="survey",
            files=("persons.csv",),
            variables={
                "person": ColumnMapping(column="id"),
                "weight": ColumnMapping(column="w"),
                "stratum": ColumnMapping(column="region"),
                "psu": ColumnMapping(column="cluster"),
            },
            title=Text("Made-up Survey of Exampleland", "Verzonnen enquête van Voorbeeldland"),
        ),
        variables=tuple(
            Variable(id=id, title=Text(en, nl), type=kind, definition=Text(en, nl), source="made up")  # type: ignore[arg-type]  # any keyword
            for id, en, nl, kind in (
                ("activity", "Main activity", "Belangrijkste bezigheid", "code"),
                ("age", "Age", "Leeftijd", "integer"),
                ("birth_country", "Country of birth", "Geboorteland", "country"),
                ("equivalised_income", "Equivalised income", "Gestandaardiseerd inkomen", "number"),
            )
        ),
        indicators=indicators,
        classifications=(BIRTH, CITIZEN, SEX, URBANISATION),
        breakdowns=(
            Breakdown(("birth_group", "sex")),
            Breakdown(("citizen_group",)),
            Breakdown(("urbanisation",)),
        ),
        policy=Policy(),
        areas=AREAS,
        synthetic=True,
    )


def observations(indicators: tuple[Indicator, ...] = INDICATORS) -> pa.Table:
    """The observations of the made-up monitor, in no particular order and with `release` still empty."""
    rows: list[dict[str, object]] = []
    for one in indicators:
        rows += _of(one, next(cells for known, cells in TABLE.items() if known.title == one.title))
    kinds = {"string": pa.string(), "float64": pa.float64(), "int64": pa.int64()}
    fields = [(name, "string") for name in (*KEY_FIELDS, *COLUMNS)] + list(OBSERVATION_FIELDS)
    return pa.table(
        {name: pa.array([row.get(name) for row in reversed(rows)], kinds[kind]) for name, kind in fields}
    )


def _of(one: Indicator, cells: tuple[Cell, ...]) -> list[dict[str, object]]:
    rows = _along(one, "birth_group", cells, {})
    shifts = {"F": -0.03, "M": 0.03}
    for sex, shift in shifts.items():
        held = tuple(_moved(cell, shift) for cell in cells)
        if one.id == "neet" and sex == "F":
            held = (*held[:3], few("dominance"), held[4])
        rows += _along(one, "birth_group", held, {"sex": sex})
    rows += _along(one, "citizen_group", tuple(_moved(c, 0.01) for c in cells), {})[1:]
    for code, shift in {"DEG1": -0.02, "DEG2": 0.0, "DEG3": 0.02}.items():
        rows += _along(one, "birth_group", (_moved(cells[0], shift),), {"urbanisation": code})
    return rows


def _moved(cell: Cell, part: float) -> Cell:
    if cell.value is None:
        return cell
    return replace(cell, value=cell.value * (1 + part), error=cell.error * 1.4, n=cell.n // 2)


def _along(
    one: Indicator, column: str, cells: tuple[Cell, ...], held: dict[str, str]
) -> list[dict[str, object]]:
    rows = []
    codes = dict(zip(_ORDER, cells, strict=False))
    reference = codes.get("NAT")
    for code, cell in codes.items():
        place = {**held, column: code}
        rows.append(_row(one, "level", place, cell, None))
        if reference is not None and code in (EU, NON_EU, UNKNOWN):
            rows.append(_row(one, "difference", place, _gap(cell, reference), "NAT"))
    return rows


def _gap(cell: Cell, reference: Cell) -> Cell:
    if cell.value is None or reference.value is None:
        return cell
    return replace(
        cell, value=cell.value - reference.value, error=(cell.error**2 + reference.error**2) ** 0.5
    )


def _row(
    one: Indicator, statistic: str, place: dict[str, str], cell: Cell, reference: str | None
) -> dict[str, object]:
    status = STATUS[cell.reason]
    row: dict[str, object] = {
        "indicator": one.id,
        "period": "2023",
        "geo": "NL",
        **dict.fromkeys(COLUMNS, TOTAL),
        **place,
        "statistic": statistic,
        "reference": reference,
        "obs_status": status.obs_status,
        "conf_status": status.conf_status,
        "reason": status.reason,
    }
    if cell.value is None:
        return row
    return row | {
        "value": cell.value,
        "standard_error": cell.error,
        "ci_low": cell.value - _Z * cell.error,
        "ci_high": cell.value + _Z * cell.error,
        "n": cell.n,
        "n_hat": cell.n * 1500.0,
    }
