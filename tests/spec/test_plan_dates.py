"""Every day that the catalogue of plans names stands in what it was written from."""

from __future__ import annotations

import calendar
import re
from datetime import date

from tests.repository.files import ROOT
from tests.support import SHARED, needs_shared
from zaragoza.catalogue import load_plans

PLAN = ROOT / "src" / "zaragoza" / "catalogue" / "plan"


def _written(day: date) -> tuple[str, ...]:
    return str(day), f"{day.day} {calendar.month_name[day.month]} {day.year}"


@needs_shared
def test_every_day_stands_in_the_seeds() -> None:
    """But for the last day of a year, where the page of the plan names the year only."""
    paths = [path for path in (SHARED / "seeds").rglob("*") if path.suffix in (".yaml", ".md", ".txt")]
    seeds = "".join(path.read_text(encoding="utf-8") for path in paths)
    by_year = {each.stated_on for each in load_plans().plans.values() if each.stated_to == "year"}
    found = 0
    for path in sorted(PLAN.rglob("*.yaml")):
        for text in re.findall(r"\b\d{4}-\d\d-\d\d\b", path.read_text(encoding="utf-8")):
            day = date.fromisoformat(text)
            found += 1
            assert day in by_year or any(form in seeds for form in _written(day)), (path.name, text)
    assert found > 0
    assert all((day.month, day.day) == (12, 31) for day in by_year)
