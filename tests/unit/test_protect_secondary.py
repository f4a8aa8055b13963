"""Secondary suppression on small tables worked out by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.reference.protect_data import Block, Case, case
from zaragoza.model.disclosure import Policy
from zaragoza.protect import Protected, protect
from zaragoza.protect.deduce import Interval, determined, tighten
from zaragoza.protect.lines import Lines

CERTAIN = Policy(hidden_cv=1e9, unreliable_cv=1e9, reliable_count=0)


def share(categories: dict[str, str], n: int, positive: int | None = None) -> Block:
    return Block(categories, n, n // 2 if positive is None else positive)


def one_column(reference: dict[str, str] | None = None, **cells: int | tuple[int, int]) -> Case:
    """An indicator by one column; each category has n persons, or (n, of which in the numerator)."""
    blocks = [share({"group": k}, *(v if isinstance(v, tuple) else (v,))) for k, v in cells.items()]
    return case({"x": blocks}, [("group",)], reference=reference)


def protected(given: Case, policy: Policy = CERTAIN) -> Protected:
    return protect(given.estimates, policy, given.indicators, given.breakdowns)


def hidden(given: Case, policy: Policy = CERTAIN, indicator: str = "x") -> dict[str, str]:
    """The levels that are not shown: categories other than the total -> reason."""
    columns = [name for b in given.breakdowns for name in b.by]
    return {
        " ".join(row[c] for c in dict.fromkeys(columns) if row[c] != "_T") or "all": row["reason"]
        for row in protected(given, policy).observations.to_pylist()
        if row["statistic"] == "level" and row["value"] is None and row["indicator"] == indicator
    }


def test_one_hidden_cell_takes_the_smallest_other_with_it():
    assert hidden(one_column(A=40, B=5, C=30, D=50)) == {"B": "too_few", "C": "secondary"}


def test_the_reference_group_is_spared():
    given = one_column(reference={"group": "C"}, A=40, B=5, C=30, D=50)
    assert hidden(given) == {"B": "too_few", "A": "secondary"}


def test_the_total_is_hidden_last_of_all():
    # The total has 60 persons, A 55: A is chosen, although both would do.
    assert hidden(one_column(A=55, B=5)) == {"A": "secondary", "B": "too_few"}


def test_hidden_cells_that_hold_enough_persons_together_need_no_more():
    assert hidden(one_column(A=12, B=8, C=30, D=50)) == {"A": "too_few", "B": "too_few"}


def test_hidden_cells_that_hold_too_few_persons_together_take_another_with_them():
    assert hidden(one_column(A=12, B=7, C=30, D=50)) == {"A": "too_few", "B": "too_few", "C": "secondary"}


def test_what_hidden_cells_hold_together_must_not_be_all_in_one_class():
    # A and B hold 27 persons, all in the numerator: 100 % of the difference is 100 % of both.
    given = one_column(A=(12, 12), B=(15, 15), C=(30, 15), D=(50, 20))
    assert hidden(given) == {"A": "too_few", "B": "too_few", "C": "secondary"}
    given = one_column(A=(12, 12), B=(15, 13), C=(30, 15), D=(50, 20))
    assert hidden(given) == {"A": "too_few", "B": "too_few"}


def test_a_register_protects_small_numerators():
    # B has 100 persons of whom 4 in the numerator; with C the hidden numerator is 34 of 160.
    policy = Policy(min_count=10, numerator_counts=True, hidden_cv=1e9, reliable_count=0)
    given = one_column(A=(80, 40), B=(100, 4), C=(60, 30))
    assert hidden(given, policy) == {"B": "too_few", "C": "secondary"}
    assert hidden(one_column(A=(80, 40), B=(100, 10), C=(60, 30)), policy) == {}


def test_nobody_is_no_help():
    # C holds nobody, which everyone may know; hiding it would protect no one.
    given = one_column(A=40, B=5, C=0)
    assert hidden(given) == {"A": "secondary", "B": "too_few", "C": "not_measured"}


def test_an_uncertain_figure_needs_no_protection_but_gives_it():
    alone = one_column(A=40, B=(100, 2), D=(60, 30))
    policy = Policy(reliable_count=0)  # 2 of 100 has a coefficient of variation of 70 %
    assert hidden(alone, policy) == {"B": "too_uncertain"}
    beside = one_column(A=40, B=(100, 2), C=5, D=(60, 30))
    assert hidden(beside, policy) == {"B": "too_uncertain", "C": "too_few"}


def test_an_amount_that_dominates_is_hidden_with_a_line_that_protects_it():
    cells = {"A": (900.0, *(1.0,) * 24), "B": (*(300.0,) * 4, *(0.0,) * 26), "C": (50.0,) * 40}
    blocks = [Block({"group": k}, len(v), amounts=v) for k, v in cells.items()]
    given = case({"x": blocks}, [("group",)], {"x": "total"})
    # A: 924 - 900 - 1 = 23 < 90. With B, the smallest other: 924 + 1,200 - 900 - 300 >= 90; and
    # the squares, 1,170,024 less those of the mean, 55 * 39 * 39, have a root of 1,043, more than 10 % above 900.
    assert hidden(given) == {"A": "dominance", "B": "secondary"}


def two_columns(counts: list[list[int]], breakdowns: list[tuple[str, ...]] | None = None) -> Case:
    blocks = [
        share({"row": f"r{i}", "column": f"c{j}"}, n)
        for i, line in enumerate(counts, 1)
        for j, n in enumerate(line, 1)
    ]
    return case({"x": blocks}, breakdowns or [("row", "column")])


def test_two_by_two_hides_all_inner_cells():
    # c1 of r1 takes its neighbours along both lines, and these take the last.
    assert hidden(two_columns([[5, 30], [40, 50]])) == {
        "r1 c1": "too_few",
        "r1 c2": "secondary",
        "r2 c1": "secondary",
        "r2 c2": "secondary",
    }


def test_a_table_with_two_small_cells():
    # methods/06 section 2, test 3: primaries 2 (r1 c2) and 1 (r2 c3), minimum count 3. By hand, lines down a column
    # first: c2 {2, 5, 8} hides 5 with 2, c3 {7, 1, 6} hides 6 with 1. Then along the rows: r1 holds 2 alone and takes
    # 7, r2 holds 5 + 1 = 6 which is enough, r3 holds 6 alone and takes 8. Now every line holds two or none.
    given = two_columns([[12, 2, 7], [9, 5, 1], [14, 8, 6]])
    policy = Policy(min_count=3, hidden_cv=1e9, reliable_count=0, all_but=-1)
    assert hidden(given, policy) == {
        "r1 c2": "too_few",
        "r2 c3": "too_few",
        "r2 c2": "secondary",
        "r3 c3": "secondary",
        "r1 c3": "secondary",
        "r3 c2": "secondary",
    }


def linked() -> Case:
    cells = {("A1", "B1"): 10, ("A1", "B2"): 5, ("A2", "B1"): 40, ("A2", "B2"): 60}
    blocks = [
        share({"a": a, "b": b, "c": c}, n * weight)
        for (a, b), n in cells.items()
        for c, weight in (("C1", 1), ("C2", 3))
    ]
    return case({"x": blocks}, [("a", "b"), ("a", "c")])


def test_margins_are_the_same_cells_in_every_breakdown():
    # A1 holds 60: B2 of A1 holds 20; C1 of A1 holds 15: too few. Along c, C2 of A1 goes with it. Along a, C1 of A2
    # (100) goes with C1 of A1, C2 of A2 (300) with C2 of A1. The table of a and b is not touched.
    assert hidden(linked()) == {
        "A1 C1": "too_few",
        "A1 C2": "secondary",
        "A2 C1": "secondary",
        "A2 C2": "secondary",
    }


def test_a_hidden_margin_is_protected_in_the_other_breakdown_too():
    # A2 is too small, so A1 is hidden with it; the parts of A1 by b would add up to it, so one of them goes as well,
    # and its neighbour in A2, which is too small anyway, protects it along a.
    blocks = [
        share({"a": "A1", "b": "B1", "c": "C1"}, 40),
        share({"a": "A1", "b": "B2", "c": "C1"}, 60),
        share({"a": "A2", "b": "B1", "c": "C1"}, 15),
    ]
    found = hidden(case({"x": blocks}, [("a", "b"), ("a", "c")]))
    assert found == {
        "A2": "too_few",
        "A2 B1": "too_few",
        "A2 C1": "too_few",
        "A1": "secondary",
        "A1 B1": "secondary",
        "A1 C1": "secondary",
    }


NESTED = {("NAT", "NB"): 100, ("EU", "FB"): 5, ("NEU", "FB"): 300}


def test_classifications_that_nest_protect_each_other():
    # By group, EU (5) takes NAT (100) with it. But the foreign-born of the other breakdown are EU and NEU together:
    # 305 - 300 = 5. The link gives NEU or the foreign-born away as well.
    blocks = [share({"group": g, "status": s}, n) for (g, s), n in NESTED.items()]
    given = case({"x": blocks}, [("group",), ("status",)])
    found = hidden(given)
    assert found["EU"] == "too_few"
    assert "FB" in found or "NEU" in found
    shown = {name for name in ("NAT", "EU", "NEU", "NB", "FB") if name not in found}
    assert not {"NEU", "FB"} <= shown
    assert not {"NAT", "NEU"} <= shown
    assert not {"NB", "NEU"} <= shown


def test_a_few_of_unknown_origin_do_not_cost_the_reference_group():
    # Three persons of unknown origin; by status the foreign-born are EU and NEU together. Total less NAT less the
    # foreign-born would leave the three, so the foreign-born by status go, with the smallest other status, and not
    # NAT; EU, the smallest other group, goes with the three.
    cells = {
        ("NAT", "NB2"): 1160,
        ("NAT", "NB1"): 64,
        ("NAT", "NB0"): 41,
        ("EU", "FB"): 74,
        ("NEU", "FB"): 122,
        ("_U", "NB0"): 3,
    }
    blocks = [share({"group": g, "status": s}, n) for (g, s), n in cells.items()]
    given = case({"x": blocks}, [("group",), ("status",)], reference={"group": "NAT"})
    assert hidden(given) == {
        "_U": "too_few",
        "EU": "secondary",
        "FB": "secondary",
        "NB0": "secondary",
    }


def test_whoever_could_not_be_classified_is_hidden_before_a_smaller_group():
    assert hidden(one_column(A=40, B=5, C=30, D=50, _U=90)) == {"B": "too_few", "_U": "secondary"}


def test_totals_are_shown_before_what_they_are_made_of():
    # r1 has 26 persons and c2 521, of 926: the smallest margin stays, and larger figures inside are hidden.
    found = hidden(two_columns([[5, 21], [400, 500]]))
    assert set(found) == {"r1 c1", "r1 c2", "r2 c1", "r2 c2"}


def same_population(second: dict[str, tuple[int, int]]) -> Case:
    first = {"A": (40, 20), "B": (5, 2), "C": (30, 15), "D": (50, 20)}
    return case(
        {
            "x": [share({"group": k}, *v) for k, v in first.items()],
            "y": [share({"group": k}, *v) for k, v in second.items()],
        },
        [("group",)],
    )


def test_indicators_of_one_population_hide_the_same_persons():
    # In y the numerator of C would make A the better complement (C is all but one in one class, and hidden for
    # itself). Yet n is the same in both: hiding C in one and A in the other would give B away.
    given = same_population({"A": (40, 20), "B": (5, 2), "C": (30, 29), "D": (50, 20)})
    x, y = hidden(given, indicator="x"), hidden(given, indicator="y")
    assert x == {"B": "too_few", "C": "secondary"}
    assert y["B"] == "too_few"
    assert y["C"] == "too_few"
    everywhere = set(x) & set(y)
    assert len(everywhere) > 1


def test_a_share_and_its_complement_hide_the_same_cells():
    # y counts those that x does not; C is too uncertain in y only, where its share is small.
    policy = Policy(reliable_count=0)
    x = {"A": (400, 200), "B": (300, 1), "C": (320, 300), "D": (500, 200)}
    given = case(
        {
            "x": [share({"group": k}, n, p) for k, (n, p) in x.items()],
            "y": [share({"group": k}, n, n - p) for k, (n, p) in x.items()],
        },
        [("group",)],
    )
    assert set(hidden(given, policy, "x")) == set(hidden(given, policy, "y")) == {"B", "C"}


def grid(rows: int, columns: int) -> Lines:
    """Lines of a table without its totals, which are shown: every cell in its row and its column."""
    cell = np.arange(rows * columns)
    return Lines(
        cell=np.concatenate([cell, cell]),
        line=np.concatenate([cell // columns, rows + cell % columns]),
        side=np.ones(2 * rows * columns, dtype=np.int64),
        count=rows + columns,
    )


@pytest.mark.parametrize(
    ("unknown", "fixed"),
    [
        ([(0, 0)], [(0, 0)]),
        ([(0, 0), (0, 1)], [(0, 0), (0, 1)]),
        ([(0, 0), (0, 1), (1, 0), (1, 1)], []),
        # Two rectangles and a cell between them: two unknowns in every line, yet the cell between is fixed, because
        # the rows of the first rectangle less its columns leave it alone.
        (
            [(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3), (1, 2)],
            [(1, 2)],
        ),
    ],
)
def test_what_lines_fix_together(unknown, fixed):
    mask = np.zeros((4, 4), dtype=np.bool_)
    expected = mask.copy()
    mask[tuple(zip(*unknown, strict=True))] = True
    for cell in fixed:
        expected[cell] = True
    assert determined(grid(4, 4), mask.ravel()).reshape(4, 4).tolist() == expected.tolist()


RECTANGLES = {(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3), (1, 2)}


def test_the_cell_between_two_rectangles_gets_company():
    # The pattern above as a whole table. Every line holds two or three of the small cells, 30 persons at least, so
    # that no line alone asks for more; but with the totals shown r2 c3 is what the rows r1, r2 less c1, c2 leave.
    counts = [[15 if (i, j) in RECTANGLES else 100 + 10 * i + j for j in range(4)] for i in range(4)]
    found = hidden(two_columns(counts))
    assert {name for name, reason in found.items() if reason == "too_few"} == {
        f"r{i + 1} c{j + 1}" for i, j in RECTANGLES
    }
    assert "secondary" in found.values()
    # An attacker by rank: rows and columns of the table as equations in the 16 inner cells.
    equations = [
        np.eye(16)[4 * i + j] for i in range(4) for j in range(4) if f"r{i + 1} c{j + 1}" not in found
    ]
    equations += [np.kron(np.eye(4)[i], np.ones(4)) for i in range(4) if f"r{i + 1}" not in found]
    equations += [np.kron(np.ones(4), np.eye(4)[j]) for j in range(4) if f"c{j + 1}" not in found]
    rank = np.linalg.matrix_rank(np.array(equations))
    for i, j in RECTANGLES:
        assert np.linalg.matrix_rank(np.array([*equations, np.eye(16)[4 * i + j]])) > rank


def test_intervals_of_geurts():
    # methods/06 section 2, test 1 (Geurts 1992): rows 7 and 3, columns 6 and 4 of hidden cells (the row 3, 3 shown).
    lines = Lines(
        cell=np.array([0, 1, 4, 2, 3, 5, 0, 2, 6, 1, 3, 7]),
        line=np.repeat(np.arange(4), 3),
        side=np.tile([1, 1, -1], 4),
        count=4,
    )
    shown = [7.0, 3.0, 6.0, 4.0]
    known = Interval(np.array([0.0] * 4 + shown), np.array([np.inf] * 4 + shown))
    found = tighten(lines, known, np.zeros(8))
    assert list(zip(found.low[:4], found.high[:4], strict=True)) == [(3, 6), (1, 4), (0, 3), (0, 3)]


def test_every_pattern_of_a_small_table_is_protected():
    # All tables with counts of 5 and 50 in two rows and three columns: no small cell is alone in a line.
    columns = list(itertools.product([5, 50], repeat=2))  # their order does not matter
    for chosen in itertools.combinations_with_replacement(columns, 3):
        counts = [column[row] for row in (0, 1) for column in chosen]
        found = hidden(two_columns([counts[:3], counts[3:]]))
        small = {f"r{k // 3 + 1} c{k % 3 + 1}" for k, n in enumerate(counts) if n == 5}
        assert small <= {name for name, reason in found.items() if reason == "too_few"}
        for name in small:
            row, column = name.split()
            for line in (
                [f"{row} c{j}" for j in (1, 2, 3)] + [row],
                [f"r{i} {column}" for i in (1, 2)] + [column],
            ):
                assert len([cell for cell in line if cell in found]) > 1, (counts, name)
