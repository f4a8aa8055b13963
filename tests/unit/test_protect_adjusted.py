"""Adjusted gaps at the door: what they inherit, and an attacker who solves for hidden levels."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from tests.reference.protect_data import Block, Case, case
from zaragoza.errors import DefinitionError
from zaragoza.model.disclosure import Policy
from zaragoza.protect import attack, protect

SAFE = {("NAT", "F"): (300, 200), ("NAT", "M"): (280, 150), ("EU", "F"): (90, 40), ("EU", "M"): (80, 45)}
FEW = {**SAFE, ("NEU", "F"): (6, 3), ("NEU", "M"): (80, 40)}
# nobody of the group's men is in the numerator but two: hidden, although the table of persons is shown
RARE = {**SAFE, ("NEU", "F"): (90, 40), ("NEU", "M"): (95, 94)}


def given(cells: dict[tuple[str, str], tuple[int, int]], adjustment: str = "sex") -> Case:
    """A table of groups by sex, and adjusted gaps of the groups with the mean of both mixes of sex."""
    blocks = [Block({"group": g, "sex": s}, n, p) for (g, s), (n, p) in cells.items()]
    made = case({"x": blocks}, [("group", "sex")], reference={"group": "NAT"})
    rows = [{**row, "adjustment": None} for row in made.estimates.to_pylist()]
    for row in [r for r in rows if (r["statistic"], r["sex"]) == ("difference", "_T")]:
        gap = adjusted_gap(cells, row["group"])
        for statistic, value in (("adjusted_gap", gap), ("explained", row["value"] - gap)):
            rows.append({**row, "statistic": statistic, "value": value, "adjustment": adjustment})
    schema = made.estimates.schema.append(pa.field("adjustment", pa.string()))
    return Case(pa.Table.from_pylist(rows, schema), made.indicators, made.breakdowns)


def shares(cells: dict[tuple[str, str], tuple[int, int]], group: str) -> dict[str, float]:
    sizes = {sex: cells[group, sex][0] for sex in "FM"}
    return {sex: size / sum(sizes.values()) for sex, size in sizes.items()}


def adjusted_gap(cells: dict[tuple[str, str], tuple[int, int]], group: str) -> float:
    standard = {sex: (shares(cells, group)[sex] + shares(cells, "NAT")[sex]) / 2 for sex in "FM"}
    rate = {key: p / n for key, (n, p) in cells.items()}
    return sum(standard[sex] * (rate[group, sex] - rate["NAT", sex]) for sex in "FM")


def protected(made: Case, policy: Policy | None = None) -> list[dict[str, object]]:
    return protect(
        made.estimates, policy or Policy(), made.indicators, made.breakdowns
    ).observations.to_pylist()


def reasons(rows: list[dict[str, object]], statistic: str) -> dict[object, object]:
    return {
        row["group"]: row["reason"] for row in rows if (row["statistic"], row["sex"]) == (statistic, "_T")
    }


@pytest.mark.parametrize("statistic", ["adjusted_gap", "explained"])
def test_shown_where_everything_along_the_covariates_is(statistic: str) -> None:
    rows = protected(given(SAFE))
    assert reasons(rows, statistic) == {"EU": "published"}
    assert {row["adjustment"] for row in rows} == {None, "sex"}
    assert {row["unit"] for row in rows if row["adjustment"]} == {"proportion"}


def test_inherits_the_levels_of_group_and_reference() -> None:
    small = {**SAFE, ("NEU", "F"): (3, 1), ("NEU", "M"): (4, 2)}
    rows = protected(given(small, "age"))
    assert reasons(rows, "adjusted_gap")["NEU"] == reasons(rows, "level")["NEU"] == "too_few"
    assert reasons(rows, "explained")["NEU"] == "too_few"


@pytest.mark.parametrize("cells", [FEW, RARE])
def test_hidden_where_a_level_along_a_covariate_is(cells: dict[tuple[str, str], tuple[int, int]]) -> None:
    rows = protected(given(cells))
    assert reasons(rows, "adjusted_gap")["NEU"] == reasons(rows, "explained")["NEU"] == "secondary"
    shown = [row for row in rows if row["statistic"] == "adjusted_gap" and row["value"] is not None]
    assert all(row["group"] != "NEU" for row in shown)


def with_contributions(cells: dict[tuple[str, str], tuple[int, int]], adjustment: str) -> Case:
    """With what each characteristic contributes to the explained part."""
    made = given(cells, adjustment)
    rows = [{**row, "detail": None} for row in made.estimates.to_pylist()]
    for row in [r for r in rows if r["statistic"] == "explained"]:
        rows += [{**row, "detail": name} for name in adjustment.split("+")]
    schema = made.estimates.schema.append(pa.field("detail", pa.string()))
    return Case(pa.Table.from_pylist(rows, schema), made.indicators, made.breakdowns)


def contributions(rows: list[dict[str, object]], group: str) -> dict[object, object]:
    return {r["detail"]: r["reason"] for r in rows if r["detail"] is not None and r["group"] == group}


def test_contributions_are_hidden_with_the_adjusted_gap() -> None:
    assert contributions(protected(with_contributions(SAFE, "sex")), "EU") == {"sex": "published"}
    rows = protected(with_contributions(FEW, "sex"))
    assert contributions(rows, "NEU") == {"sex": "secondary"} == {"sex": reasons(rows, "adjusted_gap")["NEU"]}
    for row in rows:
        if row["detail"] is not None and row["group"] == "NEU":
            assert row["value"] is row["standard_error"] is row["ci_low"] is row["n"] is None


def test_contributions_are_hidden_where_a_level_along_any_characteristic_is() -> None:
    """No table shows age, so the whole is no equation over shown levels; but each contribution is one over sex."""
    rows = protected(with_contributions(FEW, "sex+age"))
    assert reasons(rows, "adjusted_gap")["NEU"] == "published"
    assert contributions(rows, "NEU") == {"sex": "secondary", "age": "secondary"}
    safe = protected(with_contributions(SAFE, "sex+age"))
    assert contributions(safe, "EU") == {"sex": "published", "age": "published"}


def test_an_attacker_is_warned_of_a_contribution_that_is_shown() -> None:
    made = with_contributions(FEW, "sex+age")
    found = protect(made.estimates, Policy(), made.indicators, made.breakdowns).observations
    rows = [
        {**row, "value": 0.01, "reason": "published", "obs_status": "A", "conf_status": "F"}
        if row["detail"] == "sex" and row["group"] == "NEU"
        else row
        for row in found.to_pylist()
    ]
    shown = pa.Table.from_pylist(rows, found.schema)
    for table, by in ((found, set()), (shown, {"adjusted"})):
        exposures = attack([(table, Policy(), made.indicators)]).exposures
        assert {each.by for each in exposures} == by


@pytest.mark.parametrize(("statistic", "detail"), [("adjusted_gap", "sex"), ("explained", "income")])
def test_a_contribution_is_to_the_explained_part_by_a_characteristic_of_the_set(
    statistic: str, detail: str
) -> None:
    made = given(SAFE)
    rows = [
        {**row, "detail": detail if row["statistic"] == statistic else None}
        for row in made.estimates.to_pylist()
    ]
    schema = made.estimates.schema.append(pa.field("detail", pa.string()))
    with pytest.raises(DefinitionError, match="characteristic of the set"):
        protected(Case(pa.Table.from_pylist(rows, schema), made.indicators, made.breakdowns))


@pytest.mark.parametrize("cells", [SAFE, FEW])
def test_why_there_is_no_adjusted_gap_is_told_unless_it_is_hidden(
    cells: dict[tuple[str, str], tuple[int, int]],
) -> None:
    made = given(cells)
    rows = made.estimates.to_pylist()
    for row in rows:
        if row["statistic"] == "adjusted_gap":
            row |= {"value": None, "standard_error": None, "reason": "infeasible: sex=F"}
    estimates = pa.Table.from_pylist(rows, made.estimates.schema)
    found = protected(Case(estimates, made.indicators, made.breakdowns))
    told = {r["group"]: (r["reason"], r["obstacle"]) for r in found if r["statistic"] == "adjusted_gap"}
    hidden = cells is FEW
    expected = ("secondary", None) if hidden else ("not_measured", "infeasible: sex=F")
    assert told == dict.fromkeys(("EU", "NEU") if hidden else ("EU",), expected)
    assert {r["obstacle"] for r in found if r["statistic"] != "adjusted_gap"} == {None}


def test_a_covariate_that_no_table_shows_gives_no_level_away() -> None:
    rows = protected(given(FEW, "age"))
    assert reasons(rows, "adjusted_gap")["NEU"] == reasons(rows, "level")["NEU"]


def test_a_crossed_table_is_hidden_only_where_its_own_levels_are() -> None:
    """Groups by region, adjusted for sex: three women of the group are hidden in one region, and nobody elsewhere."""
    cells = {
        (group, region, sex): (n, n // 2)
        for group, n in (("NAT", 300), ("EU", 90), ("NEU", 80))
        for region in ("N", "S", "W")
        for sex in "FM"
    }
    cells["NEU", "N", "F"] = (4, 2)
    blocks = [Block({"group": g, "region": r, "sex": s}, n, p) for (g, r, s), (n, p) in cells.items()]
    made = case({"x": blocks}, [("group", "region", "sex")], reference={"group": "NAT"})
    rows = [{**row, "adjustment": None} for row in made.estimates.to_pylist()]
    for row in [r for r in rows if (r["statistic"], r["sex"]) == ("difference", "_T")]:
        for statistic in ("adjusted_gap", "explained"):
            rows.append({**row, "statistic": statistic, "value": row["value"] / 2, "adjustment": "sex"})
    schema = made.estimates.schema.append(pa.field("adjustment", pa.string()))
    found = protected(Case(pa.Table.from_pylist(rows, schema), made.indicators, made.breakdowns))
    levels = [
        (row["group"], row["region"])
        for row in found
        if row["statistic"] == "level" and row["value"] is None and row["sex"] != "_T"
    ]
    shown = {
        (row["group"], row["region"]): row["value"] is not None
        for row in found
        if row["statistic"] == "adjusted_gap"
    }
    assert not shown["NEU", "N"]
    for (group, region), is_shown in shown.items():  # group and reference, along sex, in the same region
        told = any(place in levels for place in ((group, region), ("NAT", region)))
        assert is_shown == (not told), (group, region)
    assert any(is_shown for (_, region), is_shown in shown.items() if region != "_T")


@pytest.mark.parametrize(("beyond", "shown"), [(0, True), (1, False), (19, False), (20, True), (None, False)])
def test_a_coverage_tells_of_no_few_persons(beyond: int | None, shown: bool) -> None:
    made = given(SAFE)
    rows = [
        {
            **row,
            "verdict": "undetermined" if row["adjustment"] else None,
            "coverage": 0.98 if row["adjustment"] else None,
            "effective_n": 120.5 if row["adjustment"] else None,
            "n_uncovered": beyond if row["adjustment"] else None,
        }
        for row in made.estimates.to_pylist()
    ]
    kinds = [("verdict", pa.string())]
    kinds += [(name, pa.float64()) for name in ("coverage", "effective_n", "n_uncovered")]
    schema = pa.schema([*made.estimates.schema, *kinds])
    found = protected(
        Case(pa.Table.from_pylist(rows, schema), made.indicators, made.breakdowns), Policy(min_count=20)
    )
    assert not any("uncovered" in name for name in found[0])
    for row in found:
        expected = (None, None, None)
        if row["adjustment"] and row["value"] is not None:
            expected = ("undetermined", 0.98 if shown else None, 120.5)
        assert (row["verdict"], row["coverage"], row["effective_n"]) == expected
    assert any(row["verdict"] for row in found)


def test_the_attacker_solves_two_equations_and_is_found_out() -> None:
    """Total and adjusted level are two sums over two hidden levels: what protection would have let through."""
    cells, made = RARE, given(RARE)
    sizes = [cells["NEU", sex][0] for sex in "FM"]
    standard = [(shares(cells, "NEU")[sex] + shares(cells, "NAT")[sex]) / 2 for sex in "FM"]
    total = sum(cells["NEU", sex][1] for sex in "FM")
    level = adjusted_gap(cells, "NEU") + sum(
        s * cells["NAT", sex][1] / cells["NAT", sex][0] for s, sex in zip(standard, "FM", strict=True)
    )
    solved = np.linalg.solve(np.array([sizes, standard]), np.array([total, level]))
    assert solved[1] == pytest.approx(94 / 95)  # so it may not be shown
    observations = protect(made.estimates, Policy(), made.indicators, made.breakdowns).observations
    assert attack([(observations, Policy(), made.indicators)]).exposures == ()
    values = {
        (row["group"], row["statistic"]): row["value"]
        for row in made.estimates.to_pylist()
        if row["adjustment"]
    }
    leaky = [
        {
            **row,
            **(
                {"value": values[row["group"], row["statistic"]], "reason": "published"}
                if row["adjustment"]
                else {}
            ),
        }
        for row in observations.to_pylist()
    ]
    table = pa.Table.from_pylist(leaky, observations.schema)
    exposed = attack([(table, Policy(), made.indicators)]).exposures
    found = {(leaky[e.row]["group"], leaky[e.row]["sex"]) for e in exposed if e.by == "adjusted"}
    assert ("NEU", "M") in found


# Of the EU so few are in the numerator that both sexes are too uncertain, not both together; all men of NEU are in it.
UNCERTAIN = {
    **SAFE,
    ("EU", "F"): (90, 3),
    ("EU", "M"): (80, 3),
    ("NEU", "F"): (90, 40),
    ("NEU", "M"): (95, 95),
}


def test_levels_that_are_too_uncertain_and_help_to_hide_another_are_no_part_of_a_shown_adjusted_gap() -> None:
    """Without the adjusted gap the four hidden numerators have one degree of freedom; with it none is left."""
    made, policy = given(UNCERTAIN), Policy(reliable_count=0)
    rows = protected(made, policy)
    level = {(r["group"], r["sex"]): r for r in rows if r["statistic"] == "level"}
    assert level["NEU", "M"]["reason"] == "too_few"
    assert {level["EU", sex]["reason"] for sex in "FM"} == {"too_uncertain"}
    hidden = [key for key, row in level.items() if row["value"] is None]
    assert set(hidden) == {(group, sex) for group in ("EU", "NEU") for sex in "FM"}
    at = {key: place for place, key in enumerate(hidden)}
    equations = [
        [float(c[0] == g) for c in hidden] for g in ("EU", "NEU")
    ] + [[float(c[1] == s) for c in hidden] for s in "FM"]  # fmt: skip
    adjusted = np.zeros(4)
    for sex in "FM":
        standard = (shares(UNCERTAIN, "EU")[sex] + shares(UNCERTAIN, "NAT")[sex]) / 2
        adjusted[at["EU", sex]] = standard / UNCERTAIN["EU", sex][0]
    assert np.linalg.matrix_rank(np.array(equations)) == 3
    assert np.linalg.matrix_rank(np.array([*equations, adjusted])) == 4
    assert reasons(rows, "adjusted_gap")["EU"] == reasons(rows, "explained")["EU"] == "secondary"
    shown = given(UNCERTAIN).estimates.to_pylist()
    leaky = [
        row
        | (
            {"value": true["value"], "reason": "published"}
            if true["adjustment"] and row["group"] == "EU"
            else {}
        )
        for row, true in zip(rows, shown, strict=True)
    ]
    schema = protect(made.estimates, policy, made.indicators, made.breakdowns).observations.schema
    exposed = attack([(pa.Table.from_pylist(leaky, schema), policy, made.indicators)]).exposures
    assert {(leaky[e.row]["group"], leaky[e.row]["sex"], e.by) for e in exposed} == {
        ("EU", sex, "adjusted") for sex in "FM"
    }


def test_levels_that_are_too_uncertain_and_hide_nobody_leave_an_adjusted_gap() -> None:
    cells = {key: n for key, n in UNCERTAIN.items() if key[0] != "NEU"}
    rows = protected(given(cells), Policy(reliable_count=0))
    uncertain = {(r["group"], r["sex"]) for r in rows if r["reason"] == "too_uncertain"}
    assert {("EU", "F"), ("EU", "M")} <= uncertain
    assert reasons(rows, "adjusted_gap")["EU"] == "unreliable"  # shown: its levels are less reliable


def test_a_name_without_an_adjusted_figure_and_the_reverse_are_refused() -> None:
    made = given(SAFE)
    rows = [{**row, "adjustment": "sex"} for row in made.estimates.to_pylist()]
    wrong = pa.Table.from_pylist(rows, made.estimates.schema)
    with pytest.raises(DefinitionError, match="name of a set"):
        protect(wrong, Policy(), made.indicators, made.breakdowns)
