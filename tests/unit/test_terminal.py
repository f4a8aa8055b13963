"""What the command line shows of a release with many indicators."""

from __future__ import annotations

from zaragoza.catalogue import load_catalogue
from zaragoza.terminal import _MOST, _selection


def test_few_indicators_are_all_shown() -> None:
    few = tuple(load_catalogue().indicators.values())[:_MOST]
    assert _selection(few) == list(few)


def test_of_many_a_selection_from_all_areas_in_their_order() -> None:
    many = tuple(one for one in load_catalogue().indicators.values() if one.computed)
    chosen = _selection(many)
    assert len(chosen) == _MOST
    assert {one.area for one in chosen} == {one.area for one in many}
    assert chosen == sorted(chosen, key=many.index)
