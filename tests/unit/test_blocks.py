"""Large tables in blocks: what lies together, by a table of places small enough to see; and conditions on singles."""

from __future__ import annotations

import random

import numpy as np

from tests.suppression import one_attack, random_table
from zaragoza.protect.blocks import pieces_of
from zaragoza.protect.nested import Overlap, same_links
from zaragoza.protect.problem import company_of_singles, lacking


def table() -> tuple[list[tuple[str, ...]], np.ndarray, object, np.ndarray]:
    """Two groups of three places by four categories: a total, two groups, six places, of 5 cells each."""
    draw = random.Random(3)  # noqa: S311 - made-up data
    cells, value, lines = random_table(draw, mean=40, sizes=((2, 3), 4))
    places = sorted({cell[0] for cell in cells})
    return cells, value, lines, np.array([places.index(cell[0]) for cell in cells], dtype=np.int64)


def test_every_wanted_cell_is_in_one_block_with_a_place_to_move_to():
    cells, value, lines, piece = table()
    pieces = pieces_of(lines, piece, 12)
    nothing = np.zeros(len(value), dtype=np.bool_)
    leaf = np.array(["." in cell[0] for cell in cells])
    seen = np.zeros(len(value))
    for block in pieces.blocks(leaf, nothing, None):
        there = {cells[cell][0] for cell in block.cells}
        groups = {place.split(".")[0] for place in there if "." in place}
        assert len(there) >= 2
        assert (
            len(groups) == 1
        )  # nothing moves from one group to another while the groups' own totals are shown
        seen[block.cells[block.wanted]] += 1
    assert (seen[leaf] == 1).all()
    assert (seen[~leaf] == 0).all()


def test_a_group_moves_with_another_and_what_is_hidden_below():
    cells, value, lines, piece = table()
    group = np.array([cell[0] == "g0" for cell in cells])
    (block,) = pieces_of(lines, piece, 12).blocks(group, np.ones(len(value), dtype=np.bool_), None)
    there = {cells[cell][0] for cell in block.cells}
    assert {"g0", "g1"} <= there
    assert {place for place in there if "." in place} == {cell[0] for cell in cells if "." in cell[0]}
    assert (group[block.cells] == block.wanted).all()


def test_a_table_that_fits_is_one_block():
    _, value, lines, piece = table()
    wanted = value > 0
    (block,) = pieces_of(lines, piece, len(value)).blocks(wanted, wanted, None)
    assert (block.cells == np.arange(len(value))).all()
    assert list(pieces_of(lines, piece, len(value)).blocks(~wanted, wanted, None)) == []


def test_municipalities_are_the_parts_of_their_province_and_no_others():
    inside = {(f"m{i:02}", f"p{i % 3}") for i in range(15)}
    parts = tuple(f"m{i:02}" for i in range(1, 15, 3))
    for pairs, names in ((inside, ("town", "province")), ({(b, a) for a, b in inside}, ("province", "town"))):
        links = same_links([Overlap(*names, frozenset(pairs))], 12)
        assert [(one.left, one.right, one.right_codes) for one in links] == [
            ("town", "province", (f"p{k}",)) for k in range(3)
        ]
        assert links[1].left_codes == parts
    across = Overlap("town", "province", frozenset(inside | {("m01", "p2")}))
    assert [one.right_codes for one in same_links([across], 12)] == [("p0",)]
    assert same_links([Overlap("town", "province", frozenset(inside))], 20) == ()


def test_what_singles_lack_is_what_their_company_asks_for():
    # The definition one by one, against the conditions found line by line.
    for seed in range(30):
        draw = random.Random(seed)  # noqa: S311 - made-up data
        _, value, lines = random_table(draw, mean=4, sizes=((2, 2), 3))
        pick = np.random.default_rng(seed)
        sensitive, single = pick.random(len(value)) < 0.3, pick.random(len(value)) < 0.4
        problem = one_attack(
            lines, value, sensitive, width=1.0 * (pick.random(len(value)) < 0.7), single=single
        )
        hidden = problem.hidden | (pick.random(len(value)) < 0.3)
        asked = {
            tuple(sorted(others.tolist()))
            for cell, others in company_of_singles(problem)
            if hidden[cell] and not hidden[others].any()
        }
        assert {tuple(sorted(others.tolist())) for others in lacking(problem, hidden)} == asked
