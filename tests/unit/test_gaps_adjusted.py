"""Adjusted gaps through the public API: the worked example of methods/04 section 8, and what is refused."""

from __future__ import annotations

import json
import math

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from scipy.special import stdtrit

import zaragoza as z
from zaragoza.errors import DefinitionError
from zaragoza.model.adjustment import CAVEAT
from zaragoza.model.text import LANGUAGES

# Cells age x education (25-44 low, 25-44 high, 45-64 low, 45-64 high): persons, employed.
NATIVE = ((200, 140), (400, 360), (250, 150), (150, 123))
MIGRANT = ((180, 99), (70, 56), (120, 54), (30, 21))
CELLS = (("25", "low"), ("25", "high"), ("45", "low"), ("45", "high"))
# signs are group minus reference (decision 1)
WORKED = {
    ("standardise", "pooled"): -0.129357,
    ("standardise", "reference"): -0.125500,
    ("standardise", "group"): -0.139000,
    ("standardise", "mean"): -0.132250,
    ("g-computation", "all"): -0.128031,
    ("g-computation", "group"): -0.141918,
    ("g-computation", "reference"): -0.122476,
    ("entropy", "group"): -0.138444,
}


def example(repeat: int = 1) -> pa.Table:
    rows = {"origin": [], "age": [], "education": [], "works": [], "psu": []}
    for origin, cells in (("native", NATIVE), ("migrant", MIGRANT)):
        for (age, education), (persons, employed) in zip(CELLS, cells, strict=True):
            for number in range(persons * repeat):
                rows["origin"].append(origin)
                rows["age"].append(age)
                rows["education"].append(education)
                rows["works"].append(number < employed * repeat)
    rows["psu"] = list(range(len(rows["origin"])))
    return pa.table(rows)


def adjusted(data: pa.Table, **call: object) -> dict[str, dict[str, object]]:
    given = {"group": "origin", "reference": "native", "adjust_for": ["age", "education"], **call}
    rows = z.gaps(data, {"employment": z.share("works")}, **given).to_pylist()
    return {row["statistic"]: row for row in rows if row["detail"] is None}


@pytest.mark.parametrize(("method", "option"), WORKED)
def test_the_worked_example(method: str, option: str) -> None:
    name = "standard" if method == "standardise" else "target"
    found = adjusted(example(), method=method, **{name: option})
    assert found["gap"]["value"] == pytest.approx(-0.198, abs=1e-12)
    assert found["adjusted_gap"]["value"] == pytest.approx(WORKED[method, option], abs=5e-7)
    assert found["adjusted_gap"]["value"] + found["explained"]["value"] == pytest.approx(-0.198)
    assert found["adjusted_gap"]["verdict"] == "disproportional"
    assert found["adjusted_gap"]["adjustment"] == "age+education"


def test_kitagawa_and_the_logit_decomposition() -> None:
    parts = adjusted(example(), method="kitagawa")
    assert parts["composition"]["value"] == pytest.approx(-0.065750)
    assert parts["rate"]["value"] == pytest.approx(-0.132250)
    logit = adjusted(example(), method="logit")
    assert logit["explained"]["value"] == pytest.approx(-0.056676, abs=5e-7)
    assert logit["unexplained"]["value"] == pytest.approx(-0.141324, abs=5e-7)


def test_a_given_standard_has_no_error_of_its_own() -> None:
    """The textbook's 0.028368 with n/(n - 1) for the 1,400 persons as sampling units (decision 10)."""
    pooled = {cell: (n[0] + m[0]) / 1400 for cell, n, m in zip(CELLS, NATIVE, MIGRANT, strict=True)}
    found = adjusted(example(), standard=pooled)["adjusted_gap"]
    assert found["standard_error"] == pytest.approx(0.028368 * math.sqrt(1400 / 1399), abs=1e-6)
    estimated = adjusted(example())["adjusted_gap"]
    assert estimated["standard_error"] > found["standard_error"]


def test_raw_gaps_are_those_without_adjustment() -> None:
    raw = z.gaps(example(), {"employment": z.share("works")}, group="origin", reference="native")
    [gap] = [row for row in raw.to_pylist() if row["statistic"] == "gap"]
    found = adjusted(example())["gap"]
    for name in ("value", "standard_error", "ci_low", "ci_high", "n", "n_hat"):
        assert found[name] == pytest.approx(gap[name], rel=1e-12)


@pytest.mark.parametrize("method", ["standardise", "g-computation", "entropy"])
def test_jackknife_replicates_come_near_linearisation(method: str) -> None:
    """JK1 of 120 groups of persons: the same error to its own sampling error."""
    data = example()
    groups = np.random.default_rng(5).permutation(len(data)) % 120
    data = data.set_column(data.column_names.index("psu"), "psu", pa.array(groups))
    design = z.Design(psu="psu")
    linear = adjusted(data, method=method, design=design)
    replicated = adjusted(data, method=method, design=z.Replicates("JK1", design=design))
    for name in ("gap", "adjusted_gap", "explained"):
        assert replicated[name]["value"] == pytest.approx(linear[name]["value"], rel=1e-12)
        assert replicated[name]["standard_error"] == pytest.approx(linear[name]["standard_error"], rel=0.02)


def test_calibrated_weights_leave_less_to_chance() -> None:
    """Employment is calibrated upon within groups, so that the raw gap has no error left."""
    data = example().append_column("w", pa.array(np.ones(1400)))
    employed = {
        ("native", "true"): 773, ("native", "false"): 227, ("migrant", "true"): 230, ("migrant", "false"): 170,
    }  # fmt: skip
    text = pa.array([str(value).lower() for value in data["works"].to_pylist()])
    data = data.append_column("status", text)
    done = z.calibrate(data, {("origin", "status"): employed}, design=z.Design(weight="w"))
    found = adjusted(done.data, design=done.design)
    assert found["gap"]["value"] == pytest.approx(-0.198)
    assert found["gap"]["standard_error"] == pytest.approx(0, abs=1e-9)
    assert found["adjusted_gap"]["standard_error"] < adjusted(data)["adjusted_gap"]["standard_error"]


def test_matching_takes_the_nearest_and_says_so_of_its_error() -> None:
    """Two pairs that are equal in age: gaps 0 - 1 and 1 - 1."""
    data = pa.table(
        {
            "origin": ["migrant", "migrant", "native", "native", "native", "native"],
            "age": [30.0, 50.0, 30.0, 50.0, 39.0, 41.0],
            "works": [False, True, True, True, False, False],
        }
    )
    rows = z.gaps(
        data, {"e": z.share("works")}, group="origin", reference="native", adjust_for="age",
        method="matching", caliper=None,
    ).to_pylist()  # fmt: skip
    [found] = [row for row in rows if row["statistic"] == "adjusted_gap"]
    assert found["value"] == pytest.approx(-0.5)
    assert json.loads(found["diagnostics"])["variance"] == "abadie-imbens"
    [raw] = [row for row in rows if row["statistic"] == "gap"]
    assert raw["diagnostics"] is None  # its error is that of the design


def test_persons_of_whom_a_number_is_unknown_are_left_out() -> None:
    data = example().append_column("years", pa.array([None, *range(1399)], pa.int64()))
    rows = z.gaps(
        data, {"e": z.share("works")}, group="origin", reference="native", adjust_for="years",
        method="g-computation",
    ).to_pylist()  # fmt: skip
    [gap] = [row for row in rows if row["statistic"] == "gap"]
    # one employed native less: 772 of 999
    assert gap["value"] == pytest.approx(230 / 400 - 772 / 999)


@pytest.mark.parametrize(
    ("call", "fields"),
    [
        ({"method": "magic"}, {"magic"}),
        ({"standards": "pooled", "colour": 1}, {"standards", "colour"}),
        ({"adjust_for": ["age", "origin", "age"]}, {"origin", "age"}),
        ({"adjust_for": ["works"]}, {"works"}),
        ({"method": "matching", "design": z.Design(psu="psu")}, {"matching"}),
        ({"adjust_for": (), "standard": "pooled"}, {"standard"}),
        ({"method": "ratios"}, {"ratios"}),
    ],
)
def test_calls_that_are_refused(call: dict[str, object], fields: set[str]) -> None:
    with pytest.raises(DefinitionError) as error:
        adjusted(example(), **call)
    assert {fault.field for fault in error.value.faults} == fields


def test_measures_that_cannot_be_adjusted() -> None:
    measures = {"median": z.median("psu"), "sum": z.total("psu"), "mean": z.mean("psu")}
    with pytest.raises(DefinitionError) as error:
        z.gaps(example(), measures, group="origin", reference="native", adjust_for="age", method="logit")
    assert {fault.where for fault in error.value.faults} == {"measure median", "measure sum", "measure mean"}


def test_other_columns_are_held_equal() -> None:
    data = example()
    region = pa.array(["north" if number % 2 else "south" for number in range(len(data))])
    data = data.append_column("region", region)
    rows = z.gaps(
        data, {"e": z.share("works")}, by="region", group="origin", reference="native", adjust_for="age"
    ).to_pylist()
    assert {row["region"] for row in rows} == {"north", "south"}
    for name in ("north", "south"):
        alone = z.gaps(
            data, {"e": z.share("works")}, group="origin", reference="native", adjust_for="age",
            population=f"region = '{name}'",
        ).to_pylist()  # fmt: skip
        for ours, theirs in zip((r for r in rows if r["region"] == name), alone, strict=True):
            assert ours["value"] == pytest.approx(theirs["value"], rel=1e-12)


def test_exact_matching_is_standardisation_to_the_group() -> None:
    """Every member is compared with all of the same age and education."""
    found = adjusted(example(), method="exact-matching")["adjusted_gap"]
    assert found["value"] == pytest.approx(WORKED["standardise", "group"], abs=5e-7)


def test_coefficients_that_a_side_does_not_tell_are_named() -> None:
    """The group has nobody with low education."""
    data = example()
    kept = pc.invert(pc.and_(pc.equal(data["origin"], "migrant"), pc.equal(data["education"], "low")))
    found = adjusted(data.filter(kept), method="oaxaca-threefold")
    row = found["endowments"]
    assert (row["value"], row["reason"]) == (None, "not_estimable: education=low")
    assert found["gap"]["reason"] is None


def test_moments_that_cannot_be_balanced_are_named() -> None:
    data = example()
    far = [i % 7 / 7 + 30.0 * (origin == "migrant") for i, origin in enumerate(data["origin"].to_pylist())]
    data = data.append_column("distance", pa.array(far))
    row = adjusted(data, adjust_for=["age", "distance"], method="entropy")["adjusted_gap"]
    assert (row["value"], row["reason"]) == (None, "infeasible: distance")


def test_contributions_of_fairlie_have_an_error_from_replicates_alone() -> None:
    data = example()
    groups = pa.array(np.arange(len(data)) % 10)
    data = data.set_column(data.column_names.index("psu"), "psu", groups)
    given = {
        "group": "origin",
        "reference": "native",
        "adjust_for": ["age", "education"],
        "method": "fairlie",
    }
    measures, by_replicates = {"e": z.share("works")}, z.Replicates("JK1", design=z.Design(psu="psu"))
    for design, has in ((z.Design(psu="psu"), False), (by_replicates, True)):
        rows = {
            (row["statistic"], row["detail"]): row
            for row in z.gaps(data, measures, design=design, **given).to_pylist()
        }
        assert rows["explained", None]["standard_error"] > 0
        assert rows["unexplained", None]["verdict"] is not None
        assert (rows["explained", "age"]["standard_error"] is not None) == has
        assert rows["explained", "age"]["reason"] == (None if has else "not_estimable")


def test_fairlie_takes_twelve_covariates() -> None:
    columns = [f"c{number}" for number in range(13)]
    data = pa.table({name: ["a"] for name in (*columns, "origin")} | {"works": [True]})
    with pytest.raises(DefinitionError, match=r"at most 12 covariates; found 13; `logit` takes more"):
        z.gaps(
            data, {"e": z.share("works")}, group="origin", reference="a", adjust_for=columns, method="fairlie"
        )


def test_overlap_and_balance_are_told_beside_the_figures_and_the_caveat_in_the_table() -> None:
    given = {"group": "origin", "reference": "native", "adjust_for": ["age", "education"]}
    table = z.gaps(example(), {"e": z.share("works")}, method="entropy", **given)
    for language in LANGUAGES:
        assert table.schema.metadata[f"caveat_{language}".encode()].decode() == CAVEAT[language]
    told = [json.loads(row["diagnostics"]) for row in table.to_pylist() if row["statistic"] == "adjusted_gap"]
    assert told[0]["largest_difference_before"] > 0.1
    assert told[0]["largest_difference_after"] < 0.01
    assert {"effective_n_reference", "left_out_share_reference", "largest_weight_share_reference"} <= told[
        0
    ].keys()


def test_ratios_of_levels_as_they_are() -> None:
    """methods/04 section 8; the interval of section 7 with n/(n - 1) for the 1,400 persons as sampling units."""
    found = adjusted(example(), adjust_for=(), method="ratios")
    expected = {"ratio": 0.743855, "odds_ratio": 0.397306, "relative_gap": -0.256145}
    for name, value in {**expected, "representation_quotient": 0.802592}.items():
        assert found[name]["value"] == pytest.approx(value, abs=5e-7)
    spread = math.sqrt(((1 - 0.575) / 230 + (1 - 0.773) / 773) * 1400 / 1399)
    ratio = found["ratio"]
    reach = float(stdtrit(ratio["degrees_of_freedom"], 0.975)) * spread
    limits = [0.575 / 0.773 * math.exp(sign * reach) for sign in (-1, 1)]
    assert [ratio["ci_low"], ratio["ci_high"]] == pytest.approx(limits, rel=1e-9)
    assert limits == pytest.approx([0.679357, 0.814477], abs=2e-4)  # z, and without n/(n - 1)
    gap = found["relative_gap"]
    assert [gap["ci_low"], gap["ci_high"]] == pytest.approx([limit - 1 for limit in limits], rel=1e-9)


def test_dissimilarity_over_categories() -> None:
    found = adjusted(example(), method="dissimilarity", of="total")
    assert found["dissimilarity"]["value"] == pytest.approx(0.290056, abs=5e-7)
    assert found["dissimilarity"]["standard_error"] > 0


def seats() -> pa.Table:
    """methods/04 section 8: p = (.70, .08, .05, .17) of 1,000 persons, a = (.78, .06, .03, .13) of 500 seats."""
    persons, holders = (700, 80, 50, 170), (390, 30, 15, 65)
    rows = [
        (name, number < having)
        for name, size, having in zip("abcd", persons, holders, strict=True)
        for number in range(size)
    ]
    return pa.table({"origin": [name for name, _ in rows], "seat": [seat for _, seat in rows]})


def test_disproportionality_of_groups() -> None:
    rows = z.disproportionality(seats(), {"seats": z.share("seat")}, group="origin").to_pylist()
    found = {(row["statistic"], row["detail"]): row for row in rows}
    assert found["loosemore_hanby", None]["value"] == pytest.approx(0.08)
    assert found["gallagher", None]["value"] == pytest.approx(0.066332, abs=5e-7)
    quotient = found["representation_quotient", "a"]
    assert quotient["value"] == pytest.approx(0.78 / 0.70)
    assert quotient["ci_low"] * quotient["ci_high"] == pytest.approx(
        quotient["value"] ** 2
    )  # on the logarithm
    assert {row["n"] for row in rows} == {1000}
    assert {row["origin"] for row in rows} == {"_T"}


def test_disproportionality_has_the_error_of_its_replicates() -> None:
    """A jackknife of 100 groups of persons: the same error to its own sampling error."""
    data = seats()
    groups = np.random.default_rng(5).permutation(len(data)) % 100
    data = data.append_column("psu", pa.array(groups))
    design = z.Design(psu="psu")
    call = {"group": "origin", "measures": {"seats": z.share("seat")}}
    linear = z.disproportionality(data, design=design, **call).to_pylist()
    replicated = z.disproportionality(data, design=z.Replicates("JK1", design=design), **call).to_pylist()
    for one, other in zip(linear, replicated, strict=True):
        assert other["value"] == pytest.approx(one["value"], rel=1e-12)
        assert other["standard_error"] == pytest.approx(
            one["standard_error"], rel=0.05
        )  # groups of 50 persons


def test_disproportionality_within_other_columns() -> None:
    data = seats()
    place = ["north" if number % 3 else "south" for number in range(len(data))]
    data = data.append_column("place", pa.array(place))
    call = {"group": "origin", "measures": {"seats": z.share("seat")}}
    rows = z.disproportionality(data, by="place", **call).to_pylist()
    for name in ("north", "south"):
        alone = z.disproportionality(data, population=f"place = '{name}'", **call).to_pylist()
        within = [row for row in rows if row["place"] == name]
        for one, other in zip(within, alone, strict=True):
            assert one["value"] == pytest.approx(other["value"], rel=1e-12)
            assert one["standard_error"] == pytest.approx(other["standard_error"], rel=1e-9)


def test_disproportionality_is_of_shares_and_means() -> None:
    with pytest.raises(DefinitionError, match="a share or a mean"):
        z.disproportionality(seats(), {"sum": z.total("seat")}, group="origin")


def test_amounts_have_a_verdict_only_on_a_margin_of_their_own() -> None:
    """2 points are no margin for euros; a margin that is given is in the unit of the measure."""
    data = example().append_column("pay", pa.array([1000.0 + i % 7 for i in range(1400)]))
    measures = {"employment": z.share("works"), "pay": z.mean("pay")}
    given = {"group": "origin", "reference": "native", "adjust_for": ["age", "education"]}

    def verdicts(**margin: float) -> dict[str, str | None]:
        rows = z.gaps(data, measures, **given, **margin).to_pylist()
        return {row["measure"]: row["verdict"] for row in rows if row["statistic"] == "adjusted_gap"}

    assert verdicts() == {"employment": "disproportional", "pay": None}
    assert verdicts(margin=50.0) == {"employment": "proportional", "pay": "proportional"}
