"""Adjusted gaps of a release: those of the API for the same data, under the keys of releases."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import zaragoza as z
from zaragoza.compute import compute, compute_adjusted, release_adjusted
from zaragoza.compute.estimates import Options
from zaragoza.engine import Engine, Table
from zaragoza.model.adjustment import Adjustment
from zaragoza.model.classification import Breakdown, Category, Classification
from zaragoza.model.design import Design, Replicates
from zaragoza.model.indicator import Indicator
from zaragoza.model.text import Text

WORDS = Text("x", "x")
DESIGN = Design(weight="w", stratum="h", psu="u")
TWO = {"adjusted_gap", "explained"}
AGE_AND_SEX = Adjustment(("age", "sex"))


def persons() -> pa.Table:
    random = np.random.default_rng(5)
    size = 3000
    group = random.choice(["NAT", "EU", "NEU"], size, p=[0.6, 0.2, 0.2])
    age = np.where(random.random(size) < np.where(group == "NAT", 0.3, 0.6), "young", "old")
    works = random.random(size) < np.where(age == "old", 0.8, 0.5) - 0.1 * (group == "NEU")
    return pa.table(
        {
            "group": group,
            "age": age,
            "sex": random.choice(["F", "M"], size),
            "place": random.choice(["N", "S", "W"], size),
            "works": works,
            "pay": np.where(works, random.gamma(4, 500, size), 0.0),
            "w": random.uniform(1, 3, size),
            "h": random.choice(["1", "2"], size),
            "u": random.integers(0, 200, size),
        }
    )


def classification(name: str, codes: str, reference: str | None = None) -> Classification:
    categories = tuple(Category(code, WORDS, f"{name} = '{code}'") for code in codes.split())
    return Classification(
        id=name,
        title=WORDS,
        source="x",
        categories=categories,
        reference=reference,
        groups=reference is not None,
    )


CLASSIFICATIONS = (
    classification("group", "NAT EU NEU", "NAT"),
    classification("age", "young old"),
    classification("sex", "F M"),
    classification("place", "N S W"),
)


def indicator(name: str, kind: str, of: str) -> Indicator:
    return Indicator(
        id=name,
        area="work",
        title=WORDS,
        definition=WORDS,
        kind=kind,
        of=of,
        unit="proportion",
        source=WORDS,
        direction="neutral",
    )


INDICATORS = (
    indicator("work", "share", "works"),
    indicator("pay", "mean", "pay"),
    indicator("women", "share", "sex = 'F'"),
    indicator("sum", "total", "pay"),
)


def adjusted(
    *sets: Adjustment,
    breakdowns: tuple[tuple[str, ...], ...] = (("group", "sex"),),
    crossed: bool = False,
    data: pa.Table | None = None,
    design: Design | Replicates = DESIGN,
):
    if crossed:
        sets = tuple(replace(each, tables=breakdowns) for each in sets)
    with Engine(threads=1) as engine:
        return compute_adjusted(
            engine.table(persons() if data is None else data), INDICATORS, CLASSIFICATIONS,
            [Breakdown(by) for by in breakdowns], sets,
            design=design, period="2023", geo="NL", options=Options(0.95, "t", "error"),
        )  # fmt: skip


def by_key(table: pa.Table) -> dict[tuple[str, ...], dict[str, object]]:
    """Whole parts, without contributions to them."""
    keys = ("indicator", "adjustment", "group", "sex", "statistic")
    return {tuple(row[key] for key in keys): row for row in table.to_pylist() if row["detail"] is None}


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("standardise", {"standard": "reference"}),
        ("g-computation", {"target": "group", "interactions": ["age"]}),
        ("entropy", {}),
        ("kitagawa", {}),
        ("oaxaca", {"coefficients": "reimers"}),
        ("oaxaca-threefold", {}),
        ("indirect", {}),
        ("fairlie", {"coefficients": "neumark"}),
        ("matching", {"ratio": 2, "exact": ["sex"]}),
    ],
)
def test_as_the_api(method: str, options: dict[str, object]) -> None:
    design = {"fairlie": Replicates("bootstrap", design=DESIGN, count=10), "matching": Design()}.get(
        method, DESIGN
    )
    found = by_key(adjusted(Adjustment(("age", "sex"), method, options), design=design))
    measures = {"work": z.share("works")} | ({} if method == "fairlie" else {"pay": z.mean("pay")})
    rows = z.gaps(
        persons(), measures, group="group", reference="NAT", adjust_for=["age", "sex"], method=method, design=design,
        **options, **({"replace": False} if method == "matching" else {}),
    ).to_pylist()  # fmt: skip
    names = {
        "rate": "adjusted_gap", "unexplained": "adjusted_gap", "coefficients": "adjusted_gap",
        "composition": "explained", "endowments": "explained",
    }  # fmt: skip
    parts = {"matching": {"adjusted_gap"}, "oaxaca-threefold": {"adjusted_gap", "explained", "interaction"}}
    compared = 0
    for row in rows:
        statistic = names.get(row["statistic"], row["statistic"])
        key = (row["measure"], "age+sex", row["group"], "_T", statistic)
        if statistic in parts.get(method, TWO) and row["detail"] is None:
            compared += 1
            for field in ("value", "standard_error", "ci_low", "ci_high", "n", "n_hat", "degrees_of_freedom"):
                assert found[key][field] == pytest.approx(row[field], rel=1e-9), (key, field)
    assert compared == len(found) == 2 * len(measures) * len(parts.get(method, TWO))
    assert all(row["standard_error"] > 0 for row in found.values())


def test_three_parts_add_up_to_the_difference_and_so_do_the_contributions_to_the_first() -> None:
    """Jann 2008, equation 3: the parts are of the raw gap, here from weighted means of the file."""
    data = persons()
    rows = [
        r
        for r in adjusted(Adjustment(("age", "sex"), "oaxaca-threefold")).to_pylist()
        if r["indicator"] == "work"
    ]
    levels = {}
    for group in ("NAT", "EU", "NEU"):
        own = data.filter(pc.equal(data["group"], group))
        levels[group] = np.average(own["works"].to_numpy(zero_copy_only=False), weights=own["w"].to_numpy())
    for group in ("EU", "NEU"):
        of = {(r["statistic"], r["detail"]): r["value"] for r in rows if r["group"] == group}
        whole = [of[name, None] for name in ("adjusted_gap", "explained", "interaction")]
        assert sum(whole) == pytest.approx(levels[group] - levels["NAT"])
        assert of["explained", "age"] + of["explained", "sex"] == pytest.approx(of["explained", None])


def test_nobody_is_matched_twice() -> None:
    """The effective number of partners of 1 each, drawn without replacement, is that of the members: all of them."""
    rows = adjusted(Adjustment(("age", "sex"), "matching"), Adjustment(("age",)), design=Design()).to_pylist()
    sets = {(row["adjustment"], row["statistic"]) for row in rows}
    assert sets == {("age+sex", "adjusted_gap"), ("age", "adjusted_gap"), ("age", "explained")}
    members = {group: persons()["group"].to_pylist().count(group) for group in ("EU", "NEU")}
    matched = [row for row in rows if row["adjustment"] == "age+sex"]
    assert any(row["effective_n"] == pytest.approx(members[row["group"]]) for row in matched)


@pytest.mark.parametrize("method", ["oaxaca", "logit"])
def test_each_characteristic_has_its_contribution(method: str) -> None:
    """Those of the API, with their errors; they add up to the explained part."""
    found = adjusted(Adjustment(("age", "sex"), method)).to_pylist()
    rows = z.gaps(
        persons(), {"work": z.share("works")}, group="group", reference="NAT", adjust_for=["age", "sex"], method=method,
        design=DESIGN, detail=True,
    ).to_pylist()  # fmt: skip
    told = {
        (row["group"], row["detail"]): row
        for row in found
        if row["indicator"] == "work" and row["statistic"] == "explained"
    }
    assert set(told) == {(group, name) for group in ("EU", "NEU") for name in (None, "age", "sex")}
    for row in rows:
        if row["statistic"] == "explained" and row["detail"] != "constant":
            for field in ("value", "standard_error", "ci_low", "ci_high", "n"):
                assert told[row["group"], row["detail"]][field] == pytest.approx(row[field], rel=1e-9), field
    for group in ("EU", "NEU"):
        parts = [told[group, name]["value"] for name in ("age", "sex")]
        assert sum(parts) == pytest.approx(told[group, None]["value"])


@pytest.mark.parametrize(("method", "covariates"), [("standardise", ("age", "sex")), ("oaxaca", ("age",))])
def test_no_contributions_where_there_are_none_to_tell(method: str, covariates: tuple[str, ...]) -> None:
    assert set(adjusted(Adjustment(covariates, method))["detail"].to_pylist()) == {None}


def test_an_infeasible_balance_is_named_by_moment() -> None:
    """Nobody of the reference group is old: no weights make it as old as the others."""
    table = persons()
    age = pc.if_else(pc.equal(table["group"], "NAT"), "young", table["age"])
    table = table.set_column(table.column_names.index("age"), "age", age)
    for row in adjusted(Adjustment(("age", "sex"), "entropy"), data=table).to_pylist():
        assert (row["statistic"], row["value"], row["reason"]) == (
            "adjusted_gap",
            None,
            "infeasible: age=young",
        )


def test_the_two_parts_add_up_to_the_difference() -> None:
    with Engine(threads=1) as engine:
        raw = compute(
            engine.table(persons()), INDICATORS, CLASSIFICATIONS, [Breakdown(("group", "sex"))], design=DESIGN,
            period="2023", geo="NL", options=Options(0.95, "t", "error"),
        )  # fmt: skip
    assert set(raw["adjustment"].to_pylist()) == {None}
    gaps = by_key(raw)
    found = by_key(adjusted(AGE_AND_SEX, Adjustment(("age",)), crossed=True))
    for (name, of, group, sex, statistic), row in found.items():
        if statistic == "adjusted_gap":
            other = found[name, of, group, sex, "explained"]
            gap = gaps[name, None, group, sex, "difference"]
            assert row["value"] + other["value"] == pytest.approx(gap["value"])
            assert (row["n"], row["reference"]) == (gap["n"], "NAT")
    assert raw.schema.equals(adjusted(AGE_AND_SEX).schema)


def test_what_a_table_crosses_is_left_out_of_the_set() -> None:
    found = by_key(adjusted(AGE_AND_SEX, Adjustment(("sex",)), crossed=True))
    alone = by_key(adjusted(Adjustment(("age",)), crossed=True))
    key = ("work", "age+sex", "EU", "F", "adjusted_gap")
    assert found[key]["value"] == pytest.approx(alone["work", "age", "EU", "F", "adjusted_gap"]["value"])
    assert ("work", "sex", "EU", "_T", "adjusted_gap") in found
    assert ("work", "sex", "EU", "F", "adjusted_gap") not in found


def test_sets_that_an_indicator_is_made_of_and_other_kinds_are_left_out() -> None:
    found = adjusted(AGE_AND_SEX, Adjustment(("age",)))
    sets = {(row["indicator"], row["adjustment"]) for row in found.to_pylist()}
    assert sets == {
        ("work", "age+sex"),
        ("pay", "age+sex"),
        ("work", "age"),
        ("pay", "age"),
        ("women", "age"),
    }


@pytest.mark.parametrize(
    "method", ["standardise", "g-computation", "entropy", "weighting", "kitagawa", "logit"]
)
def test_persons_are_read_twice_whatever_is_adjusted(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements that the engine runs: for three sets, groups alone and by place, of every method (decision 14)."""
    run: list[str] = []

    def counted(name: str) -> None:
        original = getattr(Table, name)

        def method(self: Table, *given: object) -> object:
            run.append(name)
            return original(self, *given)

        monkeypatch.setattr(Table, name, method)

    for name in ("arrow", "rows", "write_parquet"):  # all that computes
        counted(name)
    sets = [Adjustment(names, method) for names in (("age",), ("age", "sex"), ("sex", "age", "place"))]
    found = adjusted(*sets, breakdowns=(("group", "place"),), crossed=True)
    assert {(row["place"] == "_T", row["adjustment"]) for row in found.to_pylist()} == {
        (alone, each.name) for alone in (True, False) for each in sets
    }
    assert run == ["arrow", "arrow"]


def test_a_crossed_table_holds_what_the_api_finds_in_each_place() -> None:
    one = replace(AGE_AND_SEX, tables=(("place", "group"),))
    found = adjusted(one, Adjustment(("age",)), breakdowns=(("group", "place"),))
    crossed = {r["adjustment"] for r in found.to_pylist() if r["place"] != "_T"}
    assert crossed == {"age+sex"}  # the other set was not asked for there
    rows = z.gaps(
        persons(), {"work": z.share("works")}, by=["place"], group="group", reference="NAT",
        adjust_for=["age", "sex"], design=DESIGN,
    ).to_pylist()  # fmt: skip
    expected = {(r["place"], r["group"], r["statistic"]): r for r in rows}
    compared = 0
    for row in found.to_pylist():
        if (row["indicator"], row["adjustment"]) == ("work", "age+sex") and row["place"] != "_T":
            api = expected[row["place"], row["group"], row["statistic"]]
            for field in ("value", "standard_error", "ci_low", "n", "coverage", "effective_n"):
                assert row[field] == pytest.approx(api[field], rel=1e-9), field
            assert row["verdict"] == api["verdict"]
            compared += 1
    assert compared == 12  # three places, two groups, two parts


@pytest.mark.parametrize("method", ["standardise", "kitagawa", "oaxaca", "entropy"])
def test_the_verdict_is_on_what_remains(method: str) -> None:
    for row in adjusted(Adjustment(("age", "sex"), method, margin=0.05)).to_pylist():
        if row["statistic"] == "explained":
            assert row["verdict"] is None
        else:
            low, high = row["ci_low"], row["ci_high"]
            inside, beyond = max(-low, high) <= 0.05, max(low, -high) > 0.05
            expected = "proportional" if inside else "disproportional" if beyond else "undetermined"
            assert row["verdict"] == expected


def test_amounts_have_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    amounts = tuple(replace(each, unit="euro") if each.kind == "mean" else each for each in INDICATORS)
    monkeypatch.setattr("tests.unit.test_release_adjusted.INDICATORS", amounts)
    for row in adjusted(AGE_AND_SEX).to_pylist():
        judged = row["indicator"] != "pay" and row["statistic"] == "adjusted_gap"
        assert (row["verdict"] is not None) == judged


def test_nothing_to_adjust() -> None:
    assert adjusted(AGE_AND_SEX, breakdowns=(("place", "sex"),)) is None


def test_each_table_once_and_one_reading_a_breakdown(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[tuple[str, ...]] = []
    original = release_adjusted.read_sample

    def counted(table, measures, by, design, **more):
        read.append(tuple(by))
        return original(table, measures, by, design, **more)

    monkeypatch.setattr(release_adjusted, "read_sample", counted)
    sets = (AGE_AND_SEX, Adjustment(("age", "place")))
    found = adjusted(*sets, breakdowns=(("group", "sex"), ("group", "place")), crossed=True)
    assert read == [("group", "age", "sex", "place"), ("place", "group", "age", "sex")]
    keys = [
        tuple(row[k] for k in ("indicator", "adjustment", "group", "sex", "place", "statistic"))
        for row in found.to_pylist()
    ]
    assert len(set(keys)) == len(keys)
