"""Levels and gaps against R survey 4.1.1 (oracle files 01, 02 and 04), in one thread and in all."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

import pytest

import zaragoza as z
from tests.oracle.comparison import close, kind_and_subject, measure_of, quoted
from tests.oracle.designs import SAMPLES, rows, table
from tests.support import needs_shared
from zaragoza.engine import Engine

FILES = ("01_survey_core", "02_survey_domains", "04_survey_lonely")
CASES = [(*key, found) for file in FILES for key, found in rows(file).items()]

# kind of row -> interval of ours and relative tolerance of its limits (oracle README, Tolerances)
INTERVALS = {
    "count": ("t", 1e-9), "mean": ("t", 1e-9), "total": ("t", 1e-9), "ratio": ("t", 1e-9), "prop": ("t", 1e-9),
    "ciprop_mean": ("t_domain", 1e-9), "ciprop_xlogit": ("logit", 1e-9), "ciprop_logit": ("logit", 1e-6),
    "ciprop_beta": ("korn_graubard", 1e-9), "quantile[math,mean]": ("t", 1e-9),
}  # fmt: skip
GAPS = {"diff", "ratio_of_means", "log_ratio", "cov"}
# Wilson's interval has no rows: R has none under that name; tests/unit/test_api.py has the paper's value.
LEFT_OUT = {
    "ciprop_asin": "arcsine interval: not offered (decision 11)",
    "ciprop_likelihood": "profile likelihood interval: not offered (decision 11)",
    "deff_replace": "design effect against sampling with replacement: not offered (decision 11)",
}


def lonely_of(design: str) -> tuple[str, str]:
    """Our design and option for the oracle's `name[option,domain_lonely=...]`."""
    match = re.fullmatch(r"(\w+)\[(\w+)(?:,domain_lonely=(TRUE|FALSE))?\]", design)
    if match is None:
        return design, "error"
    name, option, domains = match.groups()
    return name, f"{option}_domains" if domains == "TRUE" and option in ("adjust", "average") else option


@cache
def estimates(
    design: str,
    lonely: str,
    by: tuple[str, ...],
    subjects: tuple[tuple[str, str], ...],
    interval: str,
    threads: int | None,
):
    sample = SAMPLES[design]
    data = table(sample.data)
    measures = {":".join(s): measure_of(*s, data) for s in subjects}
    with Engine(threads=threads) as engine:
        result = z.estimate(
            data, measures, by=by, design=sample.design, interval=interval, lonely_psu=lonely, engine=engine
        )
    found = defaultdict(dict)
    for row in result.to_pylist():
        found[row["measure"]][tuple(row[b] for b in by)] = row
    return found


@needs_shared
@pytest.mark.parametrize("threads", [1, None], ids=["one-thread", "all-threads"])
@pytest.mark.parametrize(("case", "design", "found"), CASES, ids=[f"{c}-{d}" for c, d, _ in CASES])
def test_rows_agree(case, design, found, threads):
    name, lonely = lonely_of(design)
    compared = 0
    wrong = []
    levels = [r for r in found if kind_and_subject(r["statistic"])[0] not in GAPS | LEFT_OUT.keys()]
    for row in levels:
        kind, subject = kind_and_subject(row["statistic"])
        conditions = [] if row["domain"] == "all" else [c.split("=") for c in row["domain"].split("|")]
        by, category = tuple(c for c, _ in conditions), tuple(v for _, v in conditions)
        compared += 1
        if kind == "deff":
            ours = level(name, lonely, by, category, subject, "t", threads, found)
            if not close(ours["design_effect"] if ours else None, row["value"], 1e-9):
                wrong.append((row, ours))
            continue
        if kind == "degf":
            ours = level(name, lonely, by, category, "count", "t", threads, found)
            assert ours["domain_degrees_of_freedom"] == float(row["value"])
            continue
        interval, tolerance = INTERVALS[kind]
        ours = level(name, lonely, by, category, row["statistic"], interval, threads, found)
        if ours is None or ours["n"] == 0:
            assert row["n"] == "0", row
            continue
        problem = difference(row, ours, kind, tolerance)
        if problem:
            wrong.append((problem, row, ours))
    assert not wrong, f"{len(wrong)} of {compared}: {wrong[:3]}"
    assert compared + sum(
        kind_and_subject(r["statistic"])[0] in GAPS | LEFT_OUT.keys() for r in found
    ) == len(found)


def level(design, lonely, by, category, statistic, interval, threads, found):
    subjects = tuple(
        dict.fromkeys(
            kind_and_subject(r["statistic"])
            for r in found
            if kind_and_subject(r["statistic"])[0] in INTERVALS
            and (kind_and_subject(r["statistic"])[0].startswith("ciprop") == (interval != "t"))
        )
    )
    subjects = tuple(s for s in subjects if interval == "t" or INTERVALS[s[0]][0] == interval)
    key = statistic if ":" in statistic else f"{statistic}:"
    if kind_and_subject(statistic) not in subjects:
        subjects = (*subjects, kind_and_subject(statistic))
    return estimates(design, lonely, by, subjects, interval, threads)[key].get(category)


def difference(row: dict[str, str], ours: dict, kind: str, tolerance: float) -> str | None:
    """What differs, or None."""
    pairs = [
        ("value", "value", 1e-6 if kind == "ciprop_logit" else 1e-9),  # theirs is an iterated fit
    ]
    on_the_last_bit = kind.startswith("quantile") and not (row["ci_low"] or row["ci_high"])
    if not on_the_last_bit:  # README, Quantiles: the file leaves the interval out
        pairs += [("ci_low", "ci_low", tolerance), ("ci_high", "ci_high", tolerance)]
    if row["se"]:
        pairs.append(("standard_error", "se", 1e-9))
    if ours["n"] != int(row["n"]):
        return "n"
    return next((theirs for own, theirs, limit in pairs if not close(ours[own], row[theirs], limit)), None)


@needs_shared
@pytest.mark.parametrize("threads", [1, None], ids=["one-thread", "all-threads"])
@pytest.mark.parametrize(
    ("design", "found"),
    [(d, f) for c, d, f in CASES if c == "D10"],
    ids=[d for c, d, _ in CASES if c == "D10"],
)
def test_gaps_agree(design, found, threads):
    sample = SAMPLES[design]
    data = table(sample.data)
    assert {kind_and_subject(r["statistic"])[0] for r in found} == GAPS
    for row in found:
        kind, subject = kind_and_subject(row["statistic"])
        (group, code), (_, reference) = (c.split("=") for c in row["domain"].split(" vs "))
        measures = {"m": z.mean(quoted(subject))}
        with Engine(threads=threads) as engine:
            result = z.gaps(
                data, measures, group=group, reference=reference, design=sample.design, engine=engine
            ).to_pylist()
            gap, ratio = (
                next(r for r in result if r[group] == code and r["statistic"] == s) for s in ("gap", "ratio")
            )
            if kind == "cov":
                levels = z.estimate(data, measures, by=group, design=sample.design, engine=engine).to_pylist()
                error = {r[group]: r["standard_error"] for r in levels}
                ours = (error[code] ** 2 + error[reference] ** 2 - gap["standard_error"] ** 2) / 2
                # the difference of variances a hundred times as large: the tolerance is theirs
                assert abs(ours - float(row["value"])) <= 1e-9 * error[code] ** 2
                continue
        ours = gap if kind == "diff" else ratio
        if kind == "log_ratio":  # delta method: se(log Q) = se(Q)/Q
            assert close(ratio["standard_error"] / ratio["value"], row["se"], 1e-9)
            continue
        assert close(ours["value"], row["value"], 1e-9)
        assert close(ours["standard_error"], row["se"], 1e-9)
        assert close(ours["ci_low"], row["ci_low"], 1e-9)
        assert close(ours["ci_high"], row["ci_high"], 1e-9)


@needs_shared
def test_every_kind_is_compared_or_left_out_with_a_reason():
    kinds = {kind_and_subject(r["statistic"])[0] for *_, found in CASES for r in found}
    assert kinds == INTERVALS.keys() | GAPS | LEFT_OUT.keys() | {"deff", "degf"}
