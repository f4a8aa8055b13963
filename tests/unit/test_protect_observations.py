"""The stage as a whole: the shape of what leaves, what derived figures inherit, and what is refused."""

from __future__ import annotations

import re
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

import zaragoza.protect
import zaragoza.protect.secondary
from tests.reference.protect_data import Block, case, indicator, table
from zaragoza.errors import DefinitionError, DisclosureError
from zaragoza.model.classification import Breakdown
from zaragoza.model.disclosure import Policy
from zaragoza.model.observation import KEY_FIELDS, NUMBER_FIELDS, OBSERVATION_FIELDS, STATUS
from zaragoza.protect import attack, protect

GROUPS = {"NAT": (400, 240), "EU": (60, 30), "NEU": (12, 4), "OTH": (30, 15)}


def monitor(kind: str = "share", groups: dict[str, tuple[int, int]] | None = None):
    blocks = [
        Block(
            {"group": g, "sex": s},
            n,
            p,
            2.5,
            amounts=() if kind == "share" else tuple(float(a) for a in range(n)),
        )
        for g, (n, p) in (groups or GROUPS).items()
        for s in ("F", "M")
    ]
    return case({"x": blocks}, [("group", "sex")], {"x": kind}, {"group": "NAT"})


def rows(given, policy: Policy | None = None, source: str = "a survey") -> list[dict[str, object]]:
    found = protect(given.estimates, policy or Policy(), given.indicators, given.breakdowns, source)
    return found.observations.to_pylist()


def pick(found, statistic: str, group: str, sex: str = "_T") -> dict[str, object]:
    (row,) = [r for r in found if (r["statistic"], r["group"], r["sex"]) == (statistic, group, sex)]
    return row


def test_observations_have_the_shape_of_the_model():
    given = monitor()
    observations = protect(given.estimates, Policy(), given.indicators, given.breakdowns).observations
    assert observations.column_names == [
        *KEY_FIELDS,
        "group",
        "sex",
        *(name for name, _ in OBSERVATION_FIELDS),
    ]
    for name, kind in OBSERVATION_FIELDS:
        assert observations.schema.field(name).type == pa.type_for_alias(kind)


def test_rows_keep_their_order_and_keys():
    given = monitor()
    found = rows(given)
    keys = ["indicator", "period", "geo", "group", "sex", "statistic", "reference"]
    assert [[r[k] for k in keys] for r in found] == [
        [r[k] for k in keys] for r in given.estimates.to_pylist()
    ]
    assert {r["source"] for r in found} == {"a survey"}
    assert {r["release"] for r in found} == {None}


def test_shown_numbers_are_those_of_the_estimates_and_hidden_ones_are_null_together():
    given = monitor()
    for before, after in zip(given.estimates.to_pylist(), rows(given), strict=True):
        if STATUS[after["reason"]].shown:
            assert {k: after[k] for k in NUMBER_FIELDS} == {k: before.get(k) for k in NUMBER_FIELDS}
            assert None not in (after["value"], after["standard_error"], after["n"], after["n_hat"])
        else:
            assert {after[k] for k in NUMBER_FIELDS} == {None}
        status = STATUS[after["reason"]]
        assert (after["obs_status"], after["conf_status"]) == (status.obs_status, status.conf_status)


def test_units():
    assert {r["statistic"]: r["unit"] for r in rows(monitor())} == {
        "level": "proportion",
        "difference": "proportion",
        "ratio": "ratio",
    }
    assert {r["statistic"]: r["unit"] for r in rows(monitor("mean"))} == {
        "level": "euro",
        "difference": "euro",
        "ratio": "ratio",
    }


def test_a_gap_inherits_the_worst_of_its_levels():
    found = rows(monitor())
    # NEU by sex has 12 persons; OTH (30), the smallest other but the reference, is hidden with it.
    for statistic in ("level", "difference", "ratio"):
        assert pick(found, statistic, "NEU", "F")["reason"] == "too_few"
        assert pick(found, statistic, "OTH", "F")["reason"] == "secondary"
        assert pick(found, statistic, "EU", "F")["reason"] == "published"
    # NEU and OTH of both sexes have 24 and 60: flagged, and shown.
    assert pick(found, "level", "NEU")["reason"] == "unreliable"
    assert pick(found, "difference", "NEU")["reason"] == "unreliable"
    assert pick(found, "difference", "OTH")["reason"] == "published"


def test_a_hidden_reference_group_hides_every_gap():
    found = rows(monitor(groups={"NAT": (12, 6), "EU": (60, 30), "OTH": (70, 35)}))
    assert pick(found, "level", "NAT", "F")["reason"] == "too_few"
    assert {pick(found, s, "OTH", "F")["reason"] for s in ("difference", "ratio")} == {"too_few"}
    assert pick(found, "level", "OTH", "F")["reason"] == "published"


def test_a_gap_near_zero_is_a_finding_and_not_too_uncertain():
    # Decision 18: 60 % and 60 %, a gap of 0 with an error.
    found = rows(monitor(groups={"NAT": (400, 240), "EU": (200, 120)}))
    gap = pick(found, "difference", "EU")
    assert (gap["value"], gap["reason"]) == (0.0, "published")
    assert gap["standard_error"] > 0


def test_a_ratio_to_nothing_is_not_measured():
    # Nobody of the reference group has an amount: a mean of 0, which no ratio can be taken to.
    given = monitor("mean")
    changed = given.estimates.to_pylist()
    for row in changed:
        if row["statistic"] == "ratio":
            row |= {"value": None, "standard_error": None, "ci_low": None, "ci_high": None}
    estimates = table(changed, ["group", "sex"])
    found = protect(
        estimates, Policy(hidden_cv=9), given.indicators, given.breakdowns
    ).observations.to_pylist()
    ratio = pick(found, "ratio", "EU")
    assert (ratio["reason"], ratio["obs_status"], ratio["value"]) == ("not_measured", "M", None)
    assert pick(found, "difference", "EU")["value"] is not None


def test_numbers_that_are_none_never_leave():
    given = monitor()
    changed = given.estimates.to_pylist()
    for row in changed:
        if row["group"] == "EU" and row["statistic"] == "level":
            row |= {"ci_low": float("nan"), "ci_high": float("inf")}
    observations = protect(
        table(changed, ["group", "sex"]), Policy(), given.indicators, given.breakdowns
    ).observations
    level = pick(observations.to_pylist(), "level", "EU")
    assert (level["ci_low"], level["ci_high"], level["reason"]) == (None, None, "published")


def test_an_indicator_without_breakdown_and_an_empty_table():
    given = case({"x": [Block({}, 100, 40)]}, [()])
    assert [r["reason"] for r in rows(given)] == ["published"]
    nothing = protect(given.estimates.slice(0, 0), Policy(), given.indicators, given.breakdowns)
    assert (len(nothing.observations), nothing.log) == (0, ())


def test_the_log_counts_what_the_observations_show():
    given = monitor()
    found = protect(given.estimates, Policy(), given.indicators, given.breakdowns)
    (entry,) = found.log
    observed = found.observations.to_pylist()
    for part, is_level in (("levels", True), ("derived", False)):
        for reason, count in entry[part].items():
            own = [r for r in observed if r["reason"] == reason and (r["statistic"] == "level") == is_level]
            assert len(own) == count
    assert set(entry) == {"indicator", "levels", "derived"}
    assert entry["levels"]["secondary"] == 2


def test_what_is_missing_of_the_shape_is_all_named():
    given = monitor()
    with pytest.raises(DefinitionError) as error:
        protect(given.estimates.drop_columns(["n", "largest"]), Policy(), given.indicators, given.breakdowns)
    assert {fault.field for fault in error.value.faults} == {"n", "largest"}


def test_unknown_keys_are_all_named():
    given = monitor()
    estimates = given.estimates.append_column("colour", pa.array([None] * len(given.estimates), pa.string()))
    estimates = estimates.set_column(
        estimates.column_names.index("statistic"), "statistic", pa.array(["change"] * len(estimates))
    )
    with pytest.raises(DefinitionError) as error:
        protect(estimates, Policy(), {"y": indicator("y")}, given.breakdowns)
    found = [(fault.field, fault.found) for fault in error.value.faults]
    assert ("colour", "no breakdown with it") in found
    assert ("colour", f"{len(estimates)} rows without") in found
    assert ("indicator", "x") in found
    assert ("statistic", "change") in found


@pytest.mark.parametrize("given", ["twice", "no numerator", "a category left out", "a gap without its level"])
def test_what_cannot_be_protected_is_refused(given):
    whole = monitor()
    changed = whole.estimates.to_pylist()
    if given == "twice":
        changed.append(changed[0])
    elif given == "no numerator":
        changed[0]["n_numerator"] = None
    elif given == "a category left out":
        changed = [r for r in changed if (r["group"], r["sex"]) != ("NEU", "F")]
    else:
        changed = [r for r in changed if r["statistic"] != "level" or r["group"] != "EU" or r["sex"] != "_T"]
    with pytest.raises(DisclosureError) as error:
        protect(table(changed, ["group", "sex"]), Policy(), whole.indicators, whole.breakdowns)
    assert {fault.field.split(",")[0] for fault in error.value.faults} == {"x"}
    assert error.value.exit_code == 6


def test_what_suppression_leaves_open_is_closed_after_the_attack(monkeypatch):
    # Without secondary suppression NEU by sex follows from its line.
    def nothing(tables, verdict, policy):
        return verdict.hidden

    monkeypatch.setattr(zaragoza.protect, "protect_tables", nothing)
    given = monitor()
    found = protect(given.estimates, Policy(), given.indicators, given.breakdowns).observations
    assert attacked(found) == ()
    assert "secondary" in found["reason"].to_pylist()


def test_a_release_that_can_be_broken_is_refused(monkeypatch):
    # Neither suppression nor what is hidden after the attack: the door stays shut, and names keys, no numbers.
    monkeypatch.setattr(zaragoza.protect, "protect_tables", lambda tables, verdict, policy: verdict.hidden)
    monkeypatch.setattr(zaragoza.protect.Joint, "learn", lambda joint, attacked: False)
    given = monitor()
    with pytest.raises(DisclosureError) as error:
        protect(given.estimates, Policy(), given.indicators, given.breakdowns)
    named = {fault.field for fault in error.value.faults}
    assert named == {"x, 2023, NL, group NEU, sex F", "x, 2023, NL, group NEU, sex M"}
    assert {fault.where for fault in error.value.faults} == {"release"}
    assert not re.search(r"\b(6|12|15|30)\b", str(error.value))  # n of the hidden and of those beside them


def test_the_attack_does_not_rely_on_suppression(monkeypatch):
    # Suppression that does not see what several lines fix together is mended at the door: in every line two small
    # cells or more, but one of them follows.
    monkeypatch.setattr(zaragoza.protect.tables, "suppress_after", lambda problem, first: problem.hidden)
    small = {(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3), (1, 2)}
    blocks = [
        Block({"row": f"r{i}", "column": f"c{j}"}, *((15, 7) if (i, j) in small else (100 + 10 * i + j, 50)))
        for i in range(4)
        for j in range(4)
    ]
    given = case({"x": blocks}, [("row", "column")])
    found = protect(given.estimates, Policy(), given.indicators, given.breakdowns).observations
    assert attacked(found) == ()
    reasons = [r["reason"] for r in found.to_pylist() if "_T" not in (r["row"], r["column"])]
    assert reasons.count("too_few") == 9
    assert reasons.count("secondary") >= 1


def attacked(observations: pa.Table, policy: Policy | None = None):
    return attack([(observations, policy or Policy(), {"x": indicator("x")})]).exposures


def shown(
    reasons: dict[str, str], positive: dict[str, int] | None = None, statistic: str | None = None
) -> pa.Table:
    """Observations by group: 40, 5, 60 and 80 persons, half in the numerator, hidden where a reason says so."""
    n = {"A": 40, "B": 5, "C": 60, "D": 80}
    half = {g: count // 2 for g, count in n.items()} | (positive or {})
    blocks = [Block({"group": g}, count, half[g]) for g, count in n.items()]
    given = case({"x": blocks}, [("group",)], reference={"group": "A"} if statistic else None)
    found = []
    for row in given.estimates.to_pylist():
        reason = reasons.get(row["group"], "published") if row["statistic"] == "level" else "published"
        kept = {} if STATUS[reason].shown else dict.fromkeys(NUMBER_FIELDS)
        found.append(row | kept | {"reason": reason})
    names = [*KEY_FIELDS, "group", *(name for name, _ in OBSERVATION_FIELDS)]
    kinds = dict(OBSERVATION_FIELDS)
    return pa.table(
        {n: pa.array([r.get(n) for r in found], pa.type_for_alias(kinds.get(n, "string"))) for n in names}
    )


@pytest.mark.parametrize(
    ("reasons", "by"),
    [
        ({}, set()),
        ({"B": "too_few"}, {"n", "n_hat", "numerator", "complement"}),
        ({"B": "too_few", "A": "secondary"}, set()),
        ({"_T": "dominance"}, {"numerator", "complement"}),  # that they are enough, the status says
        ({"_T": "dominance", "A": "secondary"}, set()),
        ({"B": "too_uncertain"}, set()),  # it may be worked out: it is hidden for no one's sake
        # 45 people are enough, so that few are in one class, or nobody: the rest may not be known
        ({"B": "too_few", "A": "not_measured"}, {"numerator", "complement"}),
    ],
)
def test_the_attack_subtracts(reasons, by):
    found = attacked(shown(reasons))
    assert {exposure.by for exposure in found} == by
    assert {exposure.indicator for exposure in found} <= {"x"}


def test_the_attack_sees_a_numerator_of_nobody():
    # B and A are hidden together, but nobody of either is in the numerator: both shares are 0.
    found = attacked(shown({"B": "too_few", "A": "secondary"}, {"A": 0, "B": 0}))
    assert {exposure.by for exposure in found} == {"numerator"}
    found = attacked(shown({"B": "too_few", "A": "secondary"}, {"A": 40, "B": 5}))
    assert {exposure.by for exposure in found} == {"complement"}


def test_the_attack_uses_what_a_status_tells():
    # A and B hold 45 together; with 44 as the minimum count, A (hidden for B) has 44 at least, so B is 1. That is not
    # so here (A has 40), but it is what a reader must conclude.
    found = attacked(shown({"B": "too_few", "A": "secondary"}), Policy(min_count=44))
    assert {exposure.by for exposure in found} == {"n", "n_hat"}  # here everybody counts once


def test_the_attack_sees_a_gap_beside_a_hidden_level():
    found = attacked(shown({"B": "too_few", "C": "secondary"}, statistic="gap"))
    assert {exposure.by for exposure in found} == {"derived"}


def test_what_lies_among_numbers_that_do_not_add_up_is_refused(monkeypatch):
    # True numbers add up, so that only an attack that could not judge can say otherwise.
    nothing = np.zeros(0, np.bool_)
    told = SimpleNamespace(origin=np.zeros(0, np.int64))
    unclear = SimpleNamespace(narrow=nothing, exposures=(), contradictions=2, told=told, helping=nothing)
    monkeypatch.setattr(zaragoza.protect, "attack", lambda *_: unclear)
    with pytest.raises(DisclosureError, match="found 2 hidden quantities among some that do not"):
        rows(monitor())


def test_few_people_beside_too_many_to_be_told_from_nobody_are_refused():
    # Of 5 people beside a million million, n, n_hat, the class and the others cannot be told from nobody.
    many = 10**12
    sizes = (("A", 5, 2), ("B", many, many // 2), ("C", many, many // 3), ("D", 60, 20))
    given = case({"x": [Block({"group": g}, *of) for g, *of in sizes]}, [("group",)])
    with pytest.raises(DisclosureError, match="4 hidden quantities beside some that are too large"):
        protect(given.estimates, Policy(full_count=True, min_count=10), given.indicators, given.breakdowns)


def test_breakdowns_may_name_more_than_the_table_holds():
    given = case({"x": [Block({"group": "A"}, 50, 20), Block({"group": "B"}, 50, 20)]}, [("group",)])
    breakdowns = (*given.breakdowns, Breakdown(("group", "region")))
    assert len(protect(given.estimates, Policy(), given.indicators, breakdowns).observations) == 3
