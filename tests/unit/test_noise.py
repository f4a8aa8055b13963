"""Protection by noise: against a plain twin, and what holds of the noise whatever the tables."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from tests.reference import noise as plain
from tests.reference.protect_data import indicator
from zaragoza.compute import compute
from zaragoza.compute.estimates import Options
from zaragoza.engine import Engine
from zaragoza.errors import DisclosureError
from zaragoza.model.classification import Breakdown, Classification
from zaragoza.model.design import Design, Replicates
from zaragoza.model.disclosure import Noise, Policy
from zaragoza.model.observation import STATUS
from zaragoza.model.text import Text
from zaragoza.protect import make_ptable, protect

NOISE = Noise(D=4, V=2.5, js=1)
POLICY = Policy(full_count=True, min_count=10, all_but=-1, method="cell_key")
TABLE = make_ptable(NOISE)
ROWS = {
    count: [(int(v), float(u)) for v, u in zip(TABLE.change[count], TABLE.upper[count], strict=True)]
    for count in range(len(TABLE.change))
}
GROUPS = [
    Classification(
        id=name,
        title=Text(name, name),
        source="a test",
        column=name,
        groups=name == "group",
        reference="a" if name == "group" else None,
    )
    for name in ("group", "sex", "place")
]
SHARE = replace(indicator("works"), of="works = 1")
PERSONS = replace(indicator("workers", "total"), of="CASE WHEN works = 1 THEN 1 ELSE 0 END", unit="persons")
MEAN = replace(indicator("income", "mean"), of="income", unit="euro")


def persons(n: int = 1500, seed: int = 1) -> pa.Table:
    draw = np.random.default_rng(seed)
    return pa.table(
        {
            "record_key": draw.random(n),
            "weight": draw.uniform(1, 4, n),
            "group": draw.choice(["a", "b", "c", "d"], n, p=[0.7, 0.2, 0.09, 0.01]),
            "sex": draw.choice(["F", "M"], n),
            "place": draw.choice([f"p{i}" for i in range(12)], n),
            "works": pa.array(draw.choice([0, 1], n), mask=draw.random(n) < 0.1),
            "income": draw.lognormal(8, 1, n),
        }
    )


def observed(
    table: pa.Table,
    by: list[tuple[str, ...]],
    indicators=(SHARE,),
    policy: Policy = POLICY,
    *,
    threads: int | None = 1,
    design: Design | Replicates | None = None,
) -> pa.Table:
    breakdowns = [Breakdown(names) for names in by]
    with Engine(threads=threads) as engine:
        found = compute(
            engine.table(table), indicators, GROUPS, breakdowns, design=design or Design(), period="2023", geo="XZ",
            options=Options(), record_keys=True,
        )  # fmt: skip
    return protect(found, policy, {i.id: i for i in indicators}, breakdowns, ptable=TABLE).observations


def cells(observations: pa.Table, columns: tuple[str, ...] = ("group", "sex", "place")) -> dict[object, dict]:
    return {
        (row["indicator"], row["statistic"], *(row.get(name, "_T") for name in columns)): row
        for row in observations.to_pylist()
    }


@pytest.mark.parametrize("weighted", [False, True])
def test_shares_are_those_of_the_plain_twin(weighted):
    table = persons()
    design = Design(weight="weight") if weighted else Design()
    found = cells(
        observed(table, [("group", "sex"), ("place",)], policy=replace(POLICY, min_count=1), design=design)
    )
    rows = [row for row in table.to_pylist() if row["works"] is not None]
    margins = [("group", "sex"), ("group",), ("sex",), ("place",), ()]
    checked = 0
    for by in margins:
        for codes in itertools.product(*(sorted(set(table[name].to_pylist())) for name in by)):
            chosen = dict(zip(by, codes, strict=True))
            own = [
                (r["record_key"], r["weight"] if weighted else 1.0, r["works"] == 1)
                for r in rows
                if all(r[name] == code for name, code in chosen.items())
            ]
            n, n_hat, value = plain.perturbed_share(ROWS, own) if own else (0, 0.0, None)
            key = ("works", "level", *(chosen.get(name, "_T") for name in ("group", "sex", "place")))
            if n == 0:
                assert key not in found
                continue
            row = found[key]
            if value > 1:
                assert (row["reason"], row["value"], row["n"]) == ("too_uncertain", None, None)
                continue
            checked += 1
            assert row["n"] == n
            assert (row["n_hat"], row["value"]) == pytest.approx((n_hat, value))
            assert row["reason"] in ("perturbed", "unreliable")
    assert checked > 20


def test_the_same_persons_have_the_same_noise_in_every_table_order_and_number_of_threads():
    table = persons()
    several = cells(observed(table, [("group", "sex"), ("place", "sex")]))
    mixed = table.take(np.random.default_rng(2).permutation(len(table)))
    alone = cells(observed(mixed, [("sex", "place")], threads=2))
    weighted = cells(observed(mixed, [("sex",)], threads=2, design=Design(weight="weight")))
    shared = several.keys() & alone.keys()
    assert len(shared) > 20
    for key in shared:
        assert all(several[key][name] == value for name, value in alone[key].items())
    assert all(weighted[key]["n"] == several[key]["n"] for key in weighted.keys() & several.keys())


def test_persons_read_one_by_one_have_the_same_noise():
    """Replicate weights take another way through the program."""
    table = persons()
    summed = cells(observed(table, [("group", "sex")], (SHARE, PERSONS), design=Design(weight="weight")))
    drawn = Replicates("naive_bootstrap", design=Design(weight="weight"), count=20)
    single = cells(observed(table, [("group", "sex")], (SHARE, PERSONS), design=drawn))
    assert summed.keys() == single.keys()
    pairs = [(summed[key], single[key]) for key in summed if summed[key]["n"] and single[key]["n"]]
    assert len(pairs) > 10
    for one, other in pairs:
        assert one["n"] == other["n"]
        assert one["value"] == pytest.approx(other["value"])


def test_a_table_that_is_read_anew_with_more_people_elsewhere_keeps_its_cells():
    """Releases: whoever stays the same is changed the same, whatever happens in other cells."""
    before, others = persons(), persons(400, seed=9)
    new = others.set_column(others.column_names.index("group"), "group", pa.array(["e"] * 400))
    first = cells(observed(before, [("group", "sex")]))
    second = cells(observed(pa.concat_tables([before, new]), [("group", "sex")]))
    same = [key for key in first if key[2] in ("a", "b", "c", "d")]
    assert len(same) > 8
    for key in same:
        assert all(first[key][name] == second[key][name] for name in ("value", "n", "n_hat", "reason"))
    assert first["works", "level", "_T", "_T", "_T"] != second["works", "level", "_T", "_T", "_T"]


def test_counts_of_the_same_persons_agree_between_indicators():
    """The number of workers is the numerator of the share of workers, which is value times n_hat."""
    found = cells(observed(persons(), [("group", "place")], (SHARE, PERSONS)))
    pairs = [(found[key], found[("workers", *key[1:])]) for key in found if key[:2] == ("works", "level")]
    shown = [(share, number) for share, number in pairs if share["value"] is not None]
    assert len(shown) > 10
    for share, number in shown:
        assert share["value"] * share["n_hat"] == pytest.approx(number["value"])


def test_noise_is_unbiased_and_has_the_variance_of_its_table():
    """Monte Carlo over fresh record keys: within 4 standard errors."""
    draw = np.random.default_rng(4)
    for count in (1, 2, 3, 7, 40):
        keys = draw.random((20_000, count))
        sums = np.floor(keys * plain.RANGE).astype(np.int64).sum(axis=1) % plain.RANGE
        change = TABLE.look_up(np.full(len(sums), count), sums / plain.RANGE)
        assert abs(change.mean()) < 4 * change.std() / np.sqrt(len(change)) + 1e-9
        variance = TABLE.variance[min(count, len(TABLE.variance) - 1)]
        spread = np.std((change - change.mean()) ** 2) / np.sqrt(len(change))
        assert abs(change.var() - variance) < 4 * spread + 1e-6
        assert set((count + change).tolist()) <= {0, *range(2, count + 5)}


def test_no_false_positives_and_no_blocked_counts():
    found = observed(persons(), [("group", "place")], (SHARE, PERSONS)).to_pylist()
    n = [row["n"] for row in found if row["n"] is not None]
    assert min(n) > NOISE.js
    exact = persons().filter(pa.compute.is_valid(persons()["works"]))
    occurring = set(zip(exact["group"].to_pylist(), exact["place"].to_pylist(), strict=True))
    shown = {(row["group"], row["place"]) for row in found if "_T" not in (row["group"], row["place"])}
    assert shown < occurring  # some true counts became 0 and left no trace


def test_figures_do_not_add_up():
    found = cells(observed(persons(), [("place",)], (PERSONS,)))
    total = found["workers", "level", "_T", "_T", "_T"]["value"]
    parts = [row["value"] for key, row in found.items() if key[4] != "_T"]
    assert sum(parts) != total
    assert sum(parts) == pytest.approx(total, abs=4 * np.sqrt(13 * NOISE.V))


def test_the_total_of_everybody_may_be_declared_untouched():
    policy = replace(POLICY, untouched_total=True)
    table = persons()
    found = cells(observed(table, [("group",)], (SHARE, PERSONS), policy))
    workers = sum(works == 1 for works in table["works"].to_pylist())
    row = found["workers", "level", "_T", "_T", "_T"]
    assert (row["value"], row["reason"]) == (workers, "published")
    assert {r["reason"] for key, r in found.items() if key[2] != "_T" and key[0] == "workers"} <= {
        "perturbed",
        "unreliable",
    }


def test_a_mean_is_not_the_exact_one_again():
    """Its numerator has other noise than its denominator, though both have the same persons."""
    table = persons()
    found = cells(observed(table, [("group",)], (MEAN,)))
    for code in ("a", "b", "c"):
        incomes = [r["income"] for r in table.to_pylist() if r["group"] == code]
        row = found["income", "level", code, "_T", "_T"]
        assert row["value"] != pytest.approx(sum(incomes) / len(incomes), rel=1e-12)
        error = row["value"] / (sum(incomes) / len(incomes)) - 1
        assert abs(error) <= 2 * (2 * NOISE.D) / len(incomes)


def test_an_amount_that_one_person_dominates_stays_hidden():
    table = persons(60)
    rich = table.set_column(table.column_names.index("income"), "income", pa.array([1e9] + [1.0] * 59))
    found = cells(observed(rich, [("sex",)], (MEAN,)))
    row = found["income", "level", "_T", "_T", "_T"]
    assert (row["reason"], row["value"], row["n"]) == ("dominance", None, None)


def test_few_people_behind_a_share_are_judged_by_their_changed_number():
    found = observed(persons(), [("group", "place")]).to_pylist()
    reasons = {row["reason"] for row in found}
    assert reasons <= {"perturbed", "unreliable", "too_uncertain"}
    shown = [row for row in found if STATUS[row["reason"]].shown]
    assert all((row["n"] >= 50) == (row["reason"] == "perturbed") for row in shown)
    assert all(row["n"] >= 10 for row in shown)


def test_group_disclosure_is_judged_by_changed_numbers():
    table = persons(200)
    all_work = table.set_column(table.column_names.index("works"), "works", pa.array([1] * 200))
    found = observed(all_work, [("sex",)], policy=replace(POLICY, all_but=1)).to_pylist()
    assert {row["reason"] for row in found} == {"dominance"}


def test_errors_have_two_digits_and_follow_the_changed_figures():
    """In a full count the exact error is sqrt(N/(N - 1) p(1 - p)/n), which would give p away."""
    table = persons()
    for row in observed(table, [("group", "sex")]).to_pylist():
        if row["statistic"] != "level" or row["value"] is None or not 0 < row["value"] < 1:
            continue
        expected = np.sqrt(len(table) / (len(table) - 1) * row["value"] * (1 - row["value"]) / row["n"])
        assert row["standard_error"] == pytest.approx(expected, rel=0.06)
        assert float(f"{row['standard_error']:.1e}") == pytest.approx(row["standard_error"], rel=1e-12)
        assert row["ci_low"] < row["value"] < row["ci_high"]


def test_gaps_are_those_of_changed_levels():
    found = cells(observed(persons(), [("group", "sex")]))
    gaps = [(key, row) for key, row in found.items() if key[1] != "level" and row["value"] is not None]
    assert len(gaps) > 5
    for key, row in gaps:
        own, base = found[("works", "level", *key[2:])], found[("works", "level", "a", *key[3:])]
        expected = own["value"] - base["value"] if key[1] == "difference" else own["value"] / base["value"]
        assert row["value"] == pytest.approx(expected)
        assert row["n"] == own["n"]
        if key[1] == "difference":  # groups of a full count are independent
            assert row["standard_error"] == pytest.approx(
                np.hypot(own["standard_error"], base["standard_error"]), rel=0.12
            )


def test_rounding_by_key():
    table = persons()
    policy = replace(POLICY, method="rounding", rounding_base=5)
    found = cells(observed(table, [("group", "place")], (PERSONS,), policy))
    rows = [row for row in table.to_pylist() if row["works"] == 1]
    seen = 0
    for key, row in found.items():
        if key[1] != "level":
            continue
        own = [r["record_key"] for r in rows if key[2] in (r["group"], "_T") and key[4] in (r["place"], "_T")]
        assert row["value"] == plain.rounded(len(own), plain.cell_key(own), 5)
        assert row["n"] % 5 == 0
        seen += 1
    assert seen > 20


@pytest.mark.parametrize("kind", ["ratio", "quantile"])
def test_other_kinds_are_refused(kind):
    other = replace(indicator("other", kind), of="income", over="weight" if kind == "ratio" else None)
    with pytest.raises(DisclosureError, match="share, mean or total"):
        observed(persons(), [("group",)], (other,))


def test_figures_without_keys_are_refused():
    with Engine(threads=1) as engine:
        bare = compute(
            engine.table(persons()), [SHARE], GROUPS, [Breakdown(("group",))], design=Design(), period="2023",
            geo="XZ", options=Options(),
        )  # fmt: skip
    with pytest.raises(DisclosureError, match="record keys"):
        protect(bare, POLICY, {"works": SHARE}, [Breakdown(("group",))], ptable=TABLE)
