"""Numbers as people read them: percent and percentage points, with the separators of the language (CLDR).

Inside, shares are proportions (0-1). Only here do they become percent.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, get_month_names
from babel.numbers import format_currency, format_decimal

from zaragoza.model.indicator import Unit
from zaragoza.model.period import Period
from zaragoza.model.text import Language, Text

LOCALES: Mapping[Language, str] = {"en": "en_GB", "nl": "nl"}
MINUS = "\N{MINUS SIGN}"
_TO = Text("\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE}tot\N{NO-BREAK SPACE}")
_POINTS = Text("points", "procentpunt")
_LESS_THAN = Text("less than", "minder dan")
_FEWER_THAN = Text("fewer than", "minder dan")
_HALF_YEARS = (Text("first half of", "eerste helft van"), Text("second half of", "tweede helft van"))
_QUARTERS = (
    Text("first quarter of", "eerste kwartaal van"),
    Text("second quarter of", "tweede kwartaal van"),
    Text("third quarter of", "derde kwartaal van"),
    Text("fourth quarter of", "vierde kwartaal van"),
)
_SUREST = 99  # per cent
_TERRITORIES = {"EL": "GR", "UK": "GB"}  # the EU's codes -> those of CLDR
_DIGITS: Mapping[Unit, int] = {"proportion": 1, "euro": 0, "persons": 0, "number": 2}


@lru_cache(maxsize=8192)  # the same figure stands in chart, table and sentence
def _decimal(value: float, digits: int, language: Language) -> str:
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return format_decimal(Decimal(repr(value)), format=pattern, locale=_locale(language)).replace("-", MINUS)


@lru_cache(maxsize=8192)
def _euros(value: int, language: Language) -> str:
    pattern = "¤#,##0" if language == "en" else "¤ #,##0"
    amount = format_currency(value, "EUR", format=pattern, locale=_locale(language), currency_digits=False)
    return amount.replace("-", MINUS)


@lru_cache(maxsize=2)
def _locale(language: Language) -> Locale:
    return Locale.parse(LOCALES[language])


def _scaled(value: float, unit: Unit) -> float:
    return float(Decimal(repr(value)) * 100) if unit == "proportion" else value


def _bare(value: float, unit: Unit, language: Language) -> str:
    """The number in the unit's scale, without its sign for zero and without its unit."""
    number = round(_scaled(value, unit), _DIGITS[unit]) + 0.0
    return _decimal(number, _DIGITS[unit], language)


def _with_unit(value: float, unit: Unit, language: Language) -> str:
    if unit == "proportion":
        return _bare(value, unit, language) + "%"
    if unit == "euro":
        return _euros(round(value) + 0, language)
    return _bare(value, unit, language)


def level(value: float, unit: Unit, language: Language) -> str:
    """A level with its unit: `62.1%`, `€24,310`, `1,204`."""
    return _with_unit(value, unit, language)


def interval(low: float, high: float, unit: Unit, language: Language) -> str:
    """The two ends of an interval of a level: `59.8 to 64.4%`."""
    ends = (_bare(low, unit, language), _with_unit(high, unit, language))
    if unit == "euro":
        ends = (_with_unit(low, unit, language), ends[1])
    return _TO[language].join(ends)


def size(value: float, unit: Unit, language: Language) -> str:
    """How large a gap is, without its direction: `12.3 points`, `€1,200`; never zero for a gap that is not."""
    smallest = 10.0 ** -_DIGITS[unit]
    magnitude = abs(_scaled(value, unit))
    tiny = 0 < magnitude < smallest / 2
    shown = smallest if tiny else magnitude
    if unit == "euro":
        text = _with_unit(shown, unit, language)
    else:
        text = _decimal(round(shown, _DIGITS[unit]), _DIGITS[unit], language)
    if unit == "proportion":
        text = f"{text} {_POINTS[language]}"
    return f"{_LESS_THAN[language]} {text}" if tiny else text


def sizes(low: float, high: float, unit: Unit, language: Language) -> str:
    """The ends of a gap's interval as magnitudes, smaller first: `10.1 to 14.5`; for a gap on one side of zero."""
    ends = sorted((abs(low), abs(high)))
    if unit == "euro":
        return _TO[language].join(_with_unit(end, unit, language) for end in ends)
    return _TO[language].join(_bare(end, unit, language) for end in ends)


def signed(value: float, unit: Unit, language: Language) -> str:
    """A gap with its sign and without its unit: `+3.4`, `−1.2`, `0.0`."""
    number = round(_scaled(value, unit), _DIGITS[unit]) + 0.0
    sign = "+" if number > 0 else ""
    return sign + _decimal(number, _DIGITS[unit], language)


def signed_size(value: float, unit: Unit, language: Language) -> str:
    """A change with its sign and its unit: `+3.4 points`, `−€1,200`."""
    if unit == "euro":
        amount = _with_unit(abs(value), unit, language)
        return ("+" if value > 0 else MINUS if value < 0 else "") + amount
    text = signed(value, unit, language)
    return f"{text} {_POINTS[language]}" if unit == "proportion" else text


def signed_interval(low: float, high: float, unit: Unit, language: Language) -> str:
    """The ends of a gap's interval with their signs: `−1.2 to +3.4`; for a gap that may be on either side."""
    return _TO[language].join((signed(low, unit, language), signed(high, unit, language)))


def tick(value: float, unit: Unit, language: Language, *, gap: bool) -> str:
    """A tick label: as many decimals as a round number needs, percent signs on levels only."""
    scaled = round(_scaled(value, unit), 9) + 0.0
    digits = max(0, -int(Decimal(repr(scaled)).normalize().as_tuple().exponent)) if scaled else 0
    text = _decimal(scaled, digits, language)
    if gap:
        return ("+" if scaled > 0 else "") + text
    if unit == "euro":
        return _with_unit(value, unit, language)
    return text + ("%" if unit == "proportion" else "")


def ratio(value: float, language: Language) -> str:
    """A ratio with two decimals."""
    return _decimal(round(value, 2), 2, language)


def ratio_interval(low: float, high: float, language: Language) -> str:
    """The ends of a ratio's interval."""
    return _TO[language].join((ratio(low, language), ratio(high, language)))


def plain(number: float, language: Language) -> str:
    """A number with the decimals that it has, one at most."""
    return _decimal(round(number, 1), 0 if round(number, 1).is_integer() else 1, language)


def count(number: float, language: Language) -> str:
    """A whole number with the language's separators."""
    return _decimal(round(number), 0, language)


def fewer_than(number: float, language: Language) -> str:
    """A count that is not told, as the bound below which it lies: `fewer than 20`."""
    return f"{_FEWER_THAN[language]} {count(number, language)}"


def share(value: float, language: Language) -> str:
    """A proportion as percent with one decimal, for the quality report."""
    return level(value, "proportion", language)


def probability(value: float, language: Language) -> str:
    """In per cent; what draws never contradicted is not certain for that."""
    return f"> {_SUREST}%" if value * 100 > _SUREST else count(value * 100, language) + "%"


def date(moment: datetime.date, language: Language) -> str:
    """A date in words."""
    return format_date(moment, format="long", locale=LOCALES[language])


def period(which: Period, language: Language) -> str:
    """A reference period in words: `2023`, `first half of 2023`, `July 2023`."""
    year, _, part = which.code.partition("-")
    if not part:
        return year
    if part[0] in "SQ":
        names = _HALF_YEARS if part[0] == "S" else _QUARTERS
        return f"{names[int(part[1]) - 1][language]} {year}"
    months = get_month_names("wide", context="stand-alone", locale=LOCALES[language])
    return f"{months[int(part)]} {year}"


def country(code: str, language: Language) -> str:
    """A country's name; the code where CLDR knows none."""
    name = _locale(language).territories.get(_TERRITORIES.get(code, code))
    return str(name) if name else code
