"""Made-up releases as somebody would publish them, and what an attack on them finds."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
from hypothesis import HealthCheck, settings

from tests.reference.protect_data import TOTAL, Case
from zaragoza.model.disclosure import Policy
from zaragoza.model.indicator import Indicator
from zaragoza.model.observation import KEY_FIELDS, NUMBER_FIELDS, OBSERVATION_FIELDS, STATUS
from zaragoza.protect import Exposure, Relationships, attack

FEW = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck), derandomize=True)
REGISTER = Policy(full_count=True, min_count=10, numerator_counts=True)


def published(made: Case, reasons: Mapping[tuple[str, ...], str]) -> pa.Table:
    """The estimates as somebody would publish them: all, but for levels by indicator and categories."""
    columns = [name for b in made.breakdowns for name in b.by]
    rows = []
    for row in made.estimates.to_pylist():
        at = (row["indicator"], *(row[c] for c in dict.fromkeys(columns) if row[c] != TOTAL))
        reason = reasons.get(at, "published") if row["statistic"] == "level" else "published"
        kept = {} if STATUS[reason].shown else dict.fromkeys(NUMBER_FIELDS)
        rows.append(row | kept | {"reason": reason})
    table = pa.Table.from_pylist(rows, made.estimates.schema)
    kept = {*KEY_FIELDS, *columns, *(name for name, _ in OBSERVATION_FIELDS)}
    return table.select([name for name in table.column_names if name in kept])


def found(
    made: Case,
    *tables: pa.Table,
    policy: Policy = REGISTER,
    known: Relationships | None = None,
    indicators: Mapping[str, Indicator] | None = None,
) -> tuple[Exposure, ...]:
    return attack([(table, policy, indicators or made.indicators) for table in tables], known).exposures
