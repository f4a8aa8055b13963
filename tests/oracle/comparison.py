"""What oracle tests share: our measure for a row of a file, our estimates for rows of files, and the comparison."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import pyarrow as pa

import zaragoza as z
from zaragoza.engine import Engine
from zaragoza.model.design import Design, Replicates
from zaragoza.model.indicator import Measure

Row = dict[str, str]
Pair = tuple[Row, dict]

PERCENT = ("arpr", "rmpg", "gini")  # statistics that the files give in percent
RULES = {"hf1": "math", "hf2": "school"}  # R's other names
QUANTILE_INTERVALS = {
    "mean": "t", "xlogit": "logit", "beta": "korn_graubard", "asin": "arcsine", "score": "score",
    "quantile": "replicates",
}  # fmt: skip
SHARE_INTERVALS = {"ciprop_mean": "t_domain", "ciprop_xlogit": "logit", "ciprop_logit": "logit",
                   "ciprop_beta": "korn_graubard"}  # fmt: skip


def quoted(column: str) -> str:
    return f'"{column}"'


def kind_and_subject(statistic: str) -> tuple[str, str]:
    kind, _, subject = statistic.partition(":")
    return kind, subject


def measure_of(kind: str, subject: str, data: pa.Table) -> Measure:
    if kind in ("count", "degf", "sum_of_weights"):
        return z.total()
    if kind == "ratio":
        return z.ratio(*(quoted(part) for part in subject.split("/")))
    if kind.startswith(("prop", "ciprop")):
        column, level = subject.split("=")
        numeric = pa.types.is_integer(data.schema.field(column).type)
        return z.share(f"{quoted(column)} = {level if numeric else repr(level)}")
    if kind.startswith("quantile"):
        column, p = subject.split("@")
        rule, _, interval = kind.removeprefix("quantile[").removesuffix("]").partition(",")
        return z.quantile(
            quoted(column),
            float(p),
            rule=RULES.get(rule, rule),
            interval=QUANTILE_INTERVALS[interval or "mean"],
        )
    return {"mean": z.mean, "total": z.total}[kind](quoted(subject))


def domain_of(row: Row) -> tuple[tuple[str, ...], tuple[str, ...], str | None]:
    """The columns that make a row's domain, its category in each, and what else its population must meet."""
    conditions = [] if row["domain"] == "all" else row["domain"].split("|")
    equal = [condition.split("=") for condition in conditions if "=" in condition]
    other = [condition for condition in conditions if "=" not in condition]
    return tuple(c for c, _ in equal), tuple(v for _, v in equal), " AND ".join(other) or None


def estimated(
    found: Iterable[Row],
    data: object,
    design: Design | Replicates,
    measure: Callable[[Row], Measure],
) -> list[Pair]:
    """Each row of a file with ours; one call for all rows of the same breakdown, population and interval."""
    calls = defaultdict(list)
    for row in found:
        by, _, population = domain_of(row)
        calls[by, population, SHARE_INTERVALS.get(kind_and_subject(row["statistic"])[0], "t")].append(row)
    pairs = []
    with Engine() as engine:
        for (by, population, interval), listed in calls.items():
            measures = {row["statistic"]: measure(row) for row in listed}
            result = z.estimate(
                data, measures, by=by, population=population, design=design, interval=interval, engine=engine
            )
            ours = {(one["measure"], *(one[b] for b in by)): one for one in result.to_pylist()}
            pairs += [(row, ours[row["statistic"], *domain_of(row)[1]]) for row in listed]
    return pairs


def close(ours: float | None, theirs: str, tolerance: float, factor: float = 1.0) -> bool:
    """Relative; an error that the file gives as 0 was rounding noise there (README) and must be 0 here."""
    if theirs == "":
        return ours is None
    expected = float(theirs)
    return ours is not None and abs(factor * ours - expected) <= tolerance * abs(expected)


def one_sided(row: Row) -> bool:
    """R gives the one limit of a quantile where the other leaves the range; ours has both or neither (left out)."""
    return bool(row["ci_low"]) != bool(row["ci_high"])


def differences(
    pairs: Sequence[Pair], tolerance: float, fields: Sequence[str] = ("value", "se", "ci_low", "ci_high")
) -> list[tuple[str, Row, dict]]:
    """What differs. A row is not asked for the fields that it leaves open (README)."""
    names = {"se": "standard_error"}
    wrong = []
    for row, ours in pairs:
        factor = 100 if row["statistic"].startswith(PERCENT) else 1
        if row["n"] and ours["n"] != int(row["n"]):
            wrong.append(("n", row, ours))
        if not row["value"] and row["n"] != "0" and ours["value"] is not None:
            wrong.append(("value", row, ours))
        if one_sided(row):
            wrong += [("limit", row, ours)] * (ours["ci_low"] is not None or ours["ci_high"] is not None)
        wrong += [
            (field, row, ours)
            for field in fields
            if row[field]
            and not (one_sided(row) and field.startswith("ci_"))
            and not close(ours[names.get(field, field)], row[field], tolerance, factor)
        ]
    return wrong
