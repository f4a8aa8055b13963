"""Flags of other producers, by the tables of methods/00 (statuses), 14 section 6 and 15 section 1.1."""

from __future__ import annotations

import itertools

import pytest

from zaragoza.collect.published import read_message
from zaragoza.model.dataset import column_names
from zaragoza.model.observation import STATUS
from zaragoza.model.source_flag import is_known, reason


@pytest.mark.parametrize(
    ("flag", "conf", "empty", "expected"),
    [
        ("", "", False, "published"),
        ("b", "", False, "break"),
        ("bu", "", False, "unreliable"),  # u before b (priority of methods/14)
        ("ub", "", False, "unreliable"),
        ("bep", "", False, "break"),
        ("ep", "", False, "estimated"),
        ("p", "", False, "provisional"),
        ("s", "", False, "estimated"),  # the former letter of imputed
        ("d", "", False, "definition"),
        ("u", "", True, "too_uncertain"),  # an empty value with u is kept back, not zero
        ("c", "", True, "confidential"),  # the former letter of confidential
        ("u", "C", True, "confidential"),
        ("", "A", True, "too_few"),
        ("", "D", True, "secondary"),
        ("", "F", False, "published"),
        ("z", "", True, "not_measured"),
        ("", "", True, "not_measured"),
        ("A", "", False, "published"),
        ("B", "", False, "break"),
        ("Q", "", True, "confidential"),
        ("n", "", False, "published"),
        ("na", "", True, "not_measured"),
        ("Voorlopig", "", False, "provisional"),
        ("NaderVoorlopig", "", False, "provisional"),
        ("Impossible", "", True, "not_measured"),
    ],
)
def test_a_flag_has_one_status(flag: str, conf: str, empty: bool, expected: str) -> None:
    assert reason(flag, conf, empty=empty) == expected


def test_the_order_of_letters_does_not_matter() -> None:
    for letters in itertools.permutations("bep"):
        assert reason("".join(letters), "", empty=False) == "break"


def test_no_empty_value_is_ever_said_to_be_shown() -> None:
    for flag in ("", *"bdefimnpucszrABDEFIPUQM"):
        assert not STATUS[reason(flag, "", empty=True)].shown


def test_a_letter_without_a_meaning_is_kept_and_named() -> None:
    assert not is_known("w")
    assert is_known("bdu")
    text = "DATAFLOW,freq,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\nESTAT:X(1.0),A,NL,2020,1.5,w\n"
    (part,) = read_message(text.encode(), "x.csv")
    assert part.unknown_flags == ("w",)
    assert part.table["flag"].to_pylist() == ["w"]
    assert part.table["reason"].to_pylist() == ["published"]


@pytest.mark.parametrize(
    ("cell", "value", "flag", "conf"),
    [  # methods/15 section 1.1
        ("72.0 ", 72.0, "", ""),
        (": c", None, "c", ""),
        ("65.1 bu", 65.1, "bu", ""),
        ("0 n", 0.0, "n", ""),
        (": |C", None, "", "C"),
        ("1.2E3 p", 1200.0, "p", ""),
    ],
)
def test_a_cell_of_bulk_tsv(cell: str, value: float | None, flag: str, conf: str) -> None:
    (part,) = read_message(f"freq,geo\\TIME_PERIOD\t2023 \nA,NL\t{cell}\n".encode(), "x.tsv", name="x")
    (row,) = part.table.to_pylist()
    assert (row["value"], row["flag"], row["conf_flag"], row["period"]) == (value, flag, conf, "2023")


def test_a_missing_cell_of_bulk_tsv_is_no_figure() -> None:
    (part,) = read_message(b"freq,geo\\TIME_PERIOD\t2023 \nA,NL\t: \n", "x.tsv")
    assert part.table.num_rows == 0


def test_names_of_columns_never_differ_in_case_alone() -> None:
    assert column_names(("geo", "GEO", "Value", "reason")) == ("geo", "GEO_", "Value_", "reason_")
