"""Observations: publishable values, each with its status in SDMX codes (one table for all formats)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from zaragoza.model.estimate import COMPARABILITY_FIELDS
from zaragoza.model.text import Text


@dataclass(frozen=True)
class Status:
    """What may be said about a figure.

    Attributes:
        reason: the key under which the status is known (column `reason`).
        obs_status: SDMX CL_OBS_STATUS.
        conf_status: SDMX CL_CONF_STATUS.
        shown: whether the value is published; if not, value, error, n and n_hat are NULL together.
        words: what people read.
        severity: a derived figure takes the highest of what it is made of (decision 17).
    """

    reason: str
    obs_status: str
    conf_status: str
    shown: bool
    words: Text
    severity: int

    @property
    def doubtful(self) -> bool:
        """Whether a reader of a shown value is told so beside it; that figures are perturbed is told once a page."""
        return self.obs_status != "A"


# What may be shown comes before what may not: a derived figure takes the highest, so it is hidden if any part of it is.
# OBS_STATUS of SDMX 2.2: Q is a missing value that was suppressed, M one that cannot exist. What is too uncertain is
# suppressed and free (F), not confidential; S, which some use for it, means a strike.
STATUSES: tuple[Status, ...] = (
    Status("published", "A", "F", True, Text("published", "gepubliceerd"), 0),
    Status(
        "perturbed",
        "A",
        "F",
        True,
        Text("slightly changed to protect people", "licht aangepast om mensen te beschermen"),
        1,
    ),
    Status("provisional", "P", "F", True, Text("provisional", "voorlopig"), 2),
    Status("estimated", "E", "F", True, Text("estimated", "geschat"), 3),
    Status("forecast", "F", "F", True, Text("forecast", "prognose"), 4),
    Status("unreliable", "U", "F", True, Text("less reliable", "minder betrouwbaar"), 5),
    Status("definition", "D", "F", True, Text("other definition", "andere definitie"), 6),
    Status(
        "break",
        "B",
        "F",
        True,
        Text("not comparable with earlier", "niet vergelijkbaar met eerder"),
        7,
    ),
    Status("not_measured", "M", "F", False, Text("not measured", "niet gemeten"), 8),
    Status("too_uncertain", "Q", "F", False, Text("not shown: too uncertain", "niet getoond: te onzeker"), 9),
    Status(
        "secondary",
        "Q",
        "D",
        False,
        Text("not shown: protects another figure", "niet getoond: beschermt een ander cijfer"),
        10,
    ),
    Status(
        "dominance",
        "Q",
        "G",
        False,
        Text("not shown: could reveal someone", "niet getoond: kan iemand onthullen"),
        11,
    ),
    Status(
        "too_few",
        "Q",
        "A",
        False,
        Text("not shown: too few people", "niet getoond: te weinig mensen"),
        12,
    ),
    Status(
        "confidential",
        "Q",
        "C",
        False,
        Text("not shown: the source keeps it secret", "niet getoond: de bron houdt het geheim"),
        13,
    ),
)
STATUS = {status.reason: status for status in STATUSES}

# Of an adjusted gap that does not exist although its group was measured: why the method gives none, and the moments or
# characteristics at fault, such as `infeasible: age_group=Y65_MAX`.
OBSTACLE = "obstacle"
# Column order of observations after indicator, period, geo and one column per breakdown.
OBSERVATION_FIELDS: tuple[tuple[str, str], ...] = (
    ("statistic", "string"),
    ("reference", "string"),
    ("adjustment", "string"),
    ("detail", "string"),
    ("value", "float64"),
    ("standard_error", "float64"),
    ("ci_low", "float64"),
    ("ci_high", "float64"),
    ("n", "int64"),
    ("n_hat", "float64"),
    *COMPARABILITY_FIELDS,
    (OBSTACLE, "string"),
    ("obs_status", "string"),
    ("conf_status", "string"),
    ("reason", "string"),
    ("unit", "string"),
    ("source", "string"),
    ("release", "string"),
)
# Behind them in figures of other producers: the letters that the source put beside the figure, all of them.
FLAG = "flag"
PUBLISHED_FIELDS: tuple[tuple[str, str], ...] = (*OBSERVATION_FIELDS, (FLAG, "string"))
# While figures of other producers are judged: what their standard errors are from, one word for each.
ERRORS_FROM = "errors_from"
ErrorOrigin = Literal["published", "required"]
KEY_FIELDS: tuple[str, ...] = ("indicator", "period", "geo")
# NULL together in a row whose status is not shown (decision 16).
NUMBER_FIELDS: tuple[str, ...] = (
    "value", "standard_error", "ci_low", "ci_high", "n", "n_hat", "coverage", "effective_n",
)  # fmt: skip
# NULL with them: text that tells of the numbers.
TOLD_FIELDS: tuple[str, ...] = ("verdict",)
