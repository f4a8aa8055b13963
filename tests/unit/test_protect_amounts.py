"""Hidden sums of amounts are judged by the protection levels of their rules, which nothing tells."""

from __future__ import annotations

import pytest

from tests.reference.protect_data import Block, Case, case
from tests.unit.attacked import published
from zaragoza.errors import DisclosureError
from zaragoza.model.disclosure import Policy
from zaragoza.protect import Exposure, attack, protect, true_amounts

HIDDEN = {("x", "a"): "dominance", ("x", "b"): "secondary"}
P, P_Q = {"dominance_share": 0.1}, {"dominance_share": 0.1, "dominance_prior": 0.5}
N_K = {"dominance_share": 0.0, "largest_share": 0.85}


def policy(**rules: float) -> Policy:
    return Policy(full_count=True, min_count=2, all_but=0, **rules)


def beside(*others: float, kind: str = "total") -> Case:
    """300, 20 and 10 in one group (methods/06 section 1), a few in another, and enough in a third."""
    groups = {"a": (300.0, 20.0, 10.0), "b": others, "c": (200.0,) * 9}
    blocks = [Block({"g": g}, len(amounts), amounts=amounts) for g, amounts in groups.items()]
    return case({"x": blocks}, [("g",)], {"x": kind})


def found(made: Case, rules: Policy, *, by_monitor: bool = True) -> tuple[tuple[Exposure, ...], int]:
    table = published(made, HIDDEN)
    known = true_amounts(made.estimates, rules, made.indicators) if by_monitor else None
    attacked = attack([(table, rules, made.indicators)], amounts=known)
    return attacked.exposures, attacked.unmeasured


@pytest.mark.parametrize("kind", ["total", "mean"])
@pytest.mark.parametrize(
    ("rules", "others", "safe"),
    [
        # p%: 0.1 x 300 less 10, so that the sum must be able to reach 350; it reaches 330 and what the others have.
        (P, (1.0, 3.0), False),
        (P, (9.0, 10.0), False),
        (P, (10.0, 10.0), True),
        # (p, q) of 0.1 and 0.5: 0.2 x 300 less 10
        (P_Q, (20.0, 29.0), False),
        (P_Q, (25.0, 25.0), True),
        # (1, 85): 300 / 0.85 less 330 is 22.94
        (N_K, (11.0, 11.0), False),
        (N_K, (11.0, 12.0), True),
    ],
)
def test_the_planted_sum(kind, rules, others, safe):
    made = beside(*others, kind=kind)
    exposed, unmeasured = found(made, policy(**rules))
    assert unmeasured == 0
    assert {(e.by, e.key["g"]) for e in exposed} == (set() if safe else {("amount", "a")})
    assert all(e.demand != e.demand for e in exposed)  # NaN: a level is secret
    assert all((e.low, e.high) == pytest.approx((0, 330 + sum(others))) for e in exposed)


def test_a_sum_that_is_known_exactly_is_told_as_such():
    made = beside(1.0, 3.0)
    table = published(made, {("x", "a"): "dominance"})
    known = true_amounts(made.estimates, policy(**P), made.indicators)
    exposed = attack([(table, policy(**P), made.indicators)], amounts=known).exposures
    assert {(e.by, e.low, e.high) for e in exposed if e.by not in ("n", "n_hat")} == {("numerator", 330, 330)}


def test_whoever_does_not_know_the_amounts_cannot_tell():
    exposed, unmeasured = found(beside(10.0, 10.0), policy(**P), by_monitor=False)
    assert (exposed, unmeasured) == ((), 1)
    # Where there is no such rule nothing is to be measured.
    assert found(beside(10.0, 10.0), policy(dominance_share=0.0), by_monitor=False) == ((), 0)


def test_a_sum_without_bounds_is_wide_enough_whatever_is_asked():
    made = beside(10.0, 10.0)
    whole = HIDDEN | {("x",): "secondary"}
    attacked = attack([(published(made, whole), policy(**P), made.indicators)])
    assert (attacked.exposures, attacked.unmeasured) == ((), 0)


def test_a_run_hides_as_much_as_the_rule_asks():
    made, rules = beside(1.0, 1.0, 2.0), policy(**P)
    rows = protect(made.estimates, rules, made.indicators, made.breakdowns).observations.to_pylist()
    hidden = {row["g"] for row in rows if row["value"] is None}
    assert hidden == {"a", "c"}  # b is no help: it has 4


def test_a_run_beside_a_release_that_shows_the_rest_is_refused():
    # Somebody's earlier release hides a and b and shows all else: whatever is hidden now, the sum is at most 334.
    made, rules = beside(1.0, 3.0), policy(**P)
    before = (published(made, HIDDEN), rules, made.indicators)
    with pytest.raises(DisclosureError, match=r"g a: .*largest contributions") as refused:
        protect(made.estimates, rules, made.indicators, made.breakdowns, history=[before])
    told = str(refused.value)
    assert not any(secret in told for secret in ("330", "334", "350", "300"))


def test_nothing_prints_a_level():
    made, rules = beside(1.0, 3.0), policy(**P)
    known = true_amounts(made.estimates, rules, made.indicators)
    attacked = attack([(published(made, HIDDEN), rules, made.indicators)], amounts=known)
    assert {(310.0, 350.0)} < {
        tuple(map(round, each)) if each[0] < each[1] else () for each in known.reach.values()
    }
    for told in (repr(known), repr(attacked), repr(attacked.exposures)):
        assert not any(secret in told for secret in ("350", "310"))


def test_amounts_without_weights_are_no_numbers_of_people():
    # A register's sums of 0.2 and 0.3 are less than one person apart, which tells nothing about anybody.
    made = case(
        {"x": [Block({"g": g}, 20, amounts=(0.01 * k,) * 20) for k, g in enumerate("abcd", 1)]},
        [("g",)],
        {"x": "total"},
    )
    rules = policy(**P)
    table = published(made, {("x", "a"): "dominance", ("x", "b"): "secondary"})
    assert attack([(table, rules, made.indicators)], amounts=true_amounts(
        made.estimates, rules, made.indicators)).exposures == ()  # fmt: skip


def ratios(largest: float, small: float) -> Case:
    """Ratios of two sums by two columns; what is published does not give the sums."""
    of = {(a, b): (200.0,) * 9 for a in ("a0", "a1", "a2") for b in ("b0", "b1")}
    of |= {("a0", "b0"): (largest, 20.0, 10.0), ("a1", "b0"): (small,) * 4}
    blocks = [Block({"a": a, "b": b}, len(amounts), amounts=amounts) for (a, b), amounts in of.items()]
    return case({"x": blocks}, [("a", "b")], {"x": "ratio"})


@pytest.mark.parametrize(("small", "missed"), [(1.0, {"a x b": 1}), (10.0, None)])
def test_a_level_that_is_not_to_be_had_is_told_by_table_and_number_alone(small, missed):
    # An earlier release shows every margin: of 330 beside 4 not more than 334 can be, of 330 beside 40 enough.
    made, rules = ratios(300.0, small), policy(**P)
    hidden = {("x", "a0", "b0"): "dominance"} | dict.fromkeys(
        [("x", "a1", "b0"), ("x", "a0", "b1"), ("x", "a1", "b1")], "secondary"
    )
    before = published(made, hidden)
    done = protect(
        made.estimates, rules, made.indicators, made.breakdowns, history=[(before, rules, made.indicators)]
    )
    (entry,) = done.log
    assert entry.get("levels_missed") == missed
    alone = protect(made.estimates, rules, made.indicators, made.breakdowns)
    assert "levels_missed" not in alone.log[0]
