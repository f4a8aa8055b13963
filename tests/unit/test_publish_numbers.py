"""Numbers as people read them. Expected values follow CLDR: English 1,204.5, Dutch 1.204,5; shares as percent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from zaragoza.model.period import Period
from zaragoza.publish import numbers

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "unit", "en", "nl"),
    [
        (0.62149, "proportion", "62.1%", "62,1%"),
        (1.0, "proportion", "100.0%", "100,0%"),
        (24310.4, "euro", "€24,310", f"€{NBSP}24.310"),
        (1204.4, "persons", "1,204", "1.204"),
        (2.456, "number", "2.46", "2,46"),
        (-0.00001, "proportion", "0.0%", "0,0%"),  # no minus before zero
    ],
)
def test_level(value: float, unit: str, en: str, nl: str) -> None:
    assert numbers.level(value, unit, "en") == en
    assert numbers.level(value, unit, "nl").replace("€ ", f"€{NBSP}") == nl


def test_an_interval_names_its_unit_once_but_for_money() -> None:
    assert numbers.interval(0.598, 0.644, "proportion", "en") == f"59.8{NBSP}to{NBSP}64.4%"
    assert numbers.interval(0.598, 0.644, "proportion", "nl") == f"59,8{NBSP}tot{NBSP}64,4%"
    assert numbers.interval(20000, 30000, "euro", "en") == f"€20,000{NBSP}to{NBSP}€30,000"


@pytest.mark.parametrize(
    ("value", "unit", "en"),
    [
        (-0.123, "proportion", "12.3 points"),
        (0.123, "proportion", "12.3 points"),
        (-0.0003, "proportion", "less than 0.1 points"),  # 0.03 points: not zero, and not 0.0
        (-1200.0, "euro", "€1,200"),
        (-0.5, "number", "0.50"),
    ],
)
def test_size_of_a_gap(value: float, unit: str, en: str) -> None:
    assert numbers.size(value, unit, "en") == en


def test_sizes_of_a_negative_interval_stand_smaller_first() -> None:
    assert numbers.sizes(-0.145, -0.101, "proportion", "en") == f"10.1{NBSP}to{NBSP}14.5"


def test_signed_numbers_have_a_real_minus_sign() -> None:
    assert numbers.signed(-0.012, "proportion", "en") == "\N{MINUS SIGN}1.2"
    assert numbers.signed(0.034, "proportion", "nl") == "+3,4"
    assert numbers.signed(-0.00004, "proportion", "en") == "0.0"


@pytest.mark.parametrize(
    ("value", "unit", "gap", "en"),
    [
        (0.6, "proportion", False, "60%"),
        (0.625, "proportion", False, "62.5%"),
        (-0.025, "proportion", True, "\N{MINUS SIGN}2.5"),
        (0.0, "proportion", True, "0"),
        (0.1, "proportion", True, "+10"),
        (20000.0, "euro", False, "€20,000"),
        (30.0, "persons", False, "30"),
    ],
)
def test_tick(value: float, unit: str, gap: bool, en: str) -> None:
    assert numbers.tick(value, unit, "en", gap=gap) == en


def test_ratio_has_two_decimals() -> None:
    assert numbers.ratio(0.8149, "nl") == "0,81"
    assert numbers.ratio_interval(0.78, 0.846, "en") == f"0.78{NBSP}to{NBSP}0.85"


@pytest.mark.parametrize(
    ("code", "en", "nl"),
    [
        ("2023", "2023", "2023"),
        ("2023-S2", "second half of 2023", "tweede helft van 2023"),
        ("2023-Q4", "fourth quarter of 2023", "vierde kwartaal van 2023"),
        ("2023-07", "July 2023", "juli 2023"),
    ],
)
def test_period(code: str, en: str, nl: str) -> None:
    assert numbers.period(Period(code), "en") == en
    assert numbers.period(Period(code), "nl") == nl


def test_countries_go_by_their_name_under_the_codes_of_the_eu() -> None:
    assert numbers.country("EL", "en") == "Greece"
    assert numbers.country("UK", "nl") == "Verenigd Koninkrijk"
    assert numbers.country("QZ", "en") == "QZ"


def test_dates_are_written_out() -> None:
    moment = datetime(2025, 9, 1, tzinfo=UTC)
    assert numbers.date(moment, "en") == "1 September 2025"
    assert numbers.date(moment, "nl") == "1 september 2025"
