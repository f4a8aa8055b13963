"""Rating rules: how a place is rated by its level and its change among other places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from zaragoza.model.text import Text

Colour = Literal["dark_green", "green", "blue", "white", "yellow", "orange", "red"]


@dataclass(frozen=True, kw_only=True)
class RatingRule:
    """A named rule of a scoreboard.

    A score is the distance of a place to the reference, divided by the spread of the places and multiplied by `factor`.

    Attributes:
        reference: `mean` of the places, unweighted, or the figure of the `aggregate` (their mean where it has none).
        spread: standard deviation of the `population` of places (over N) or of a `sample` (over N - 1).
        positive: which side of the reference has positive scores.
        level_limits: of the level score, ascending; they part the rows of `matrix`.
        change_limits: of the change score, ascending; they part its columns.
        limit_belongs: to the class `below` or `above` it.
        matrix: the category by class of the level (rows, the lowest scores first) and of the change (columns); None
            where the rule says nothing.
        spared: the category by class of the level where the change score says worse although the figure did not get
            worse; empty where the rule has no such exception.
        categories: their names.
        source: where the rule stands.
        since: from when it is used.
        colours: in which categories are shown, beside their names; empty where the rule has none.
    """

    id: str
    title: Text
    reference: Literal["mean", "aggregate"]
    spread: Literal["population", "sample"]
    positive: Literal["better", "worse"]
    factor: float
    level_limits: tuple[float, ...]
    change_limits: tuple[float, ...]
    limit_belongs: Literal["below", "above"]
    matrix: tuple[tuple[int | None, ...], ...]
    categories: Mapping[int, Text]
    source: str
    since: date
    spared: tuple[int | None, ...] = ()
    colours: Mapping[int, Colour] = field(default_factory=dict)

    @property
    def problems(self) -> tuple[tuple[str, str, str], ...]:
        """What does not fit together: field, expected, found."""
        found = []
        rows, columns = len(self.level_limits) + 1, len(self.change_limits) + 1
        for name, limits in (("level_limits", self.level_limits), ("change_limits", self.change_limits)):
            if sorted(set(limits)) != list(limits):
                found.append((name, "ascending numbers", "others"))
        if len(self.matrix) != rows or any(len(row) != columns for row in self.matrix):
            found.append(("matrix", f"{rows} rows of {columns} categories, by the limits", "another form"))
        if self.spared and len(self.spared) != rows:
            found.append(
                ("spared", f"a category for each of the {rows} classes of the level", "another form")
            )
        used = {code for row in (*self.matrix, self.spared) for code in row if code is not None}
        if used != set(self.categories):
            found.append(("categories", "a name for each category of the rule, and no others", "others"))
        if self.colours and set(self.colours) != set(self.categories):
            found.append(("colours", "a colour for each category, or none at all", "others"))
        return tuple(found)


# Column order of ratings after indicator, one column per breakdown, statistic and reference.
RATING_FIELDS: tuple[tuple[str, str], ...] = (
    ("peers", "string"),
    ("geo", "string"),
    ("period", "string"),
    ("since", "string"),
    ("level", "float64"),
    ("change", "float64"),
    ("level_se", "float64"),
    ("change_se", "float64"),
    ("errors_from", "string"),
    ("rule", "string"),
    ("level_score", "float64"),
    ("change_score", "float64"),
    ("category", "int64"),
    ("probability", "float64"),
    ("rank", "float64"),
    ("rank_low", "float64"),
    ("rank_high", "float64"),
    ("undecided", "float64"),
    ("unreliable", "bool"),
    ("reason", "string"),
)
