"""What the command line shows of a release with many indicators."""

from __future__ import annotations

import io

from rich.console import Console

from zaragoza.catalogue import load_catalogue
from zaragoza.terminal import _MOST, _selection, show_unexpected


def test_few_indicators_are_all_shown() -> None:
    few = tuple(load_catalogue().indicators.values())[:_MOST]
    assert _selection(few) == list(few)


def test_of_many_a_selection_from_all_areas_in_their_order() -> None:
    many = tuple(one for one in load_catalogue().indicators.values() if one.computed)
    chosen = _selection(many)
    assert len(chosen) == _MOST
    assert {one.area for one in chosen} == {one.area for one in many}
    assert chosen == sorted(chosen, key=many.index)


def test_an_unexpected_error_is_told_without_its_message() -> None:
    told = io.StringIO()
    try:
        int("born 1971-02-03")  # of a record
    except ValueError as error:
        show_unexpected(Console(file=told, width=200), error)
    assert told.getvalue().startswith("unexpected ValueError in test_terminal.py, line ")
    assert "1971" not in told.getvalue()
