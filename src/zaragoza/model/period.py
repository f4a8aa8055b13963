"""Reference periods."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

_FORM = re.compile(r"(?P<year>\d{4})(-(S[12]|Q[1-4]|(0[1-9]|1[0-2])))?")
_MONTHS = {"S": 6, "Q": 3}  # of a half-year, of a quarter


@dataclass(frozen=True, order=True)
class Period:
    """A reference period in SDMX form: `2023`, `2023-S1`, `2023-Q4` or `2023-07`."""

    code: str

    def __post_init__(self) -> None:
        if not _FORM.fullmatch(self.code):
            raise ValueError("a period is written 2023, 2023-S1, 2023-Q4 or 2023-07")

    @property
    def year(self) -> int:
        """The calendar year in which the period lies."""
        return int(self.code[:4])

    @property
    def last_day(self) -> date:
        """The day on which the period ends."""
        part = self.code[5:]
        month = 12 if not part else int(part[-1]) * _MONTHS[part[0]] if part[0] in _MONTHS else int(part)
        return date(self.year, month, calendar.monthrange(self.year, month)[1])

    @property
    def start(self) -> float:
        """When it begins, in years: 2023.25 for the second quarter of 2023."""
        part = self.code[5:]
        if not part:
            return float(self.year)
        length, number = (_MONTHS[part[0]], int(part[1:])) if part[0] in _MONTHS else (1, int(part))
        return self.year + (number - 1) * length / 12

    @property
    def before(self) -> Period:
        """The period of the same length that ends where this one starts."""
        part = self.code[5:]
        if not part:
            return Period(f"{self.year - 1:04d}")
        letter, number = (part[0], int(part[1:])) if part[0] in _MONTHS else ("", int(part))
        last = 12 // _MONTHS.get(letter, 1)
        year, number = (self.year, number - 1) if number > 1 else (self.year - 1, last)
        return Period(f"{year:04d}-{letter}{number if letter else f'{number:02d}'}")

    def years_before(self, years: int) -> Period:
        """The same part of an earlier year."""
        return Period(f"{self.year - years:04d}{self.code[4:]}")

    def __str__(self) -> str:
        return self.code
