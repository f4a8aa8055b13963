"""The table [calibration] of monitor.toml: what it may say, and every fault of it at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.monitors import faults_of, folder, only
from zaragoza.catalogue.monitor import load_monitor
from zaragoza.model.design import Calibration
from zaragoza.model.weighting import Weighting

BASE = ('weight = "w"', 'weight = "w"\nbase_weight = "d"')


def calibration(tmp_path: Path, text: str, *changes: tuple[str, str]) -> Weighting | None:
    return load_monitor(folder(tmp_path, *changes, more=f"\n{text}\n")).calibration


def test_by_the_office(tmp_path: Path) -> None:
    text = (
        '[calibration]\nmargins = [["sex"], ["age_group", "sex"]]\nnumbers = ["1", "age"]\n'
        'units = ["household"]\nmethod = "logit"\nbounds = [0.5, 2]\nsweeps = true\n'
    )
    assert calibration(tmp_path, text, BASE) == Weighting(
        calibration=Calibration(
            "base_weight",
            (("sex",), ("age_group", "sex")),
            ("1", "age"),
            ("household",),
            "logit",
            (0.5, 2.0),
            True,
        )
    )


def test_by_the_run(tmp_path: Path) -> None:
    text = (
        '[calibration]\ntrim = 5\nnumbers = { "1" = 100 }\n'
        '[[calibration.margins]]\nby = ["sex"]\nsizes = { F = 60, M = 40 }\n'
        '[[calibration.margins]]\nby = ["age_group", "sex"]\nsizes = { Y_LT15 = { F = 9, M = 1.5 } }\n'
    )
    found = calibration(tmp_path, text)
    assert found is not None
    assert found.known == {
        ("sex",): {("F",): 60.0, ("M",): 40.0},
        ("age_group", "sex"): {("Y_LT15", "F"): 9.0, ("Y_LT15", "M"): 1.5},
        "1": 100.0,
    }
    assert (found.here, found.trim, found.calibration.base_weight) == (True, 5.0, "weight")


def test_a_file_with_more_columns_serves_several_margins(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(
        "\ufeffsex,age_group,size\nF,a,1\nF,b,2\nM,a,4\nX,a,0\n", encoding="utf-8"
    )
    text = "".join(
        f'[[calibration.margins]]\nby = ["{name}"]\nfile = "p.csv"\n' for name in ("sex", "age_group")
    )
    found = calibration(tmp_path, text)
    assert found is not None
    assert found.sizes == ({("F",): 3.0, ("M",): 4.0}, {("a",): 5.0, ("b",): 2.0})
    assert list(found.files) == ["p.csv"]


def test_a_classification_that_is_only_a_margin_is_compared_with_nothing(tmp_path: Path) -> None:
    monitor = load_monitor(folder(tmp_path, BASE, more='\n[calibration]\nmargins = [["age_group"]]\n'))
    assert [c.id for c in monitor.classifications] == ["citizen_group", "sex", "age_group"]
    assert monitor.classifications[-1].reference is None


def test_every_fault_at_once(tmp_path: Path) -> None:
    text = (
        '[calibration]\nmethod = "greg"\nbounds = [2, 3]\ntrim = 0.5\nunits = ["psu"]\nsteps = 3\n'
        'numbers = { "age +" = 5, "income" = 3, "1" = "x" }\n'
        '[[calibration.margins]]\nby = ["sexe"]\nsizes = { F = 1 }\n'
        '[[calibration.margins]]\nby = ["sex"]\nsizes = { F = 0 }\n'
        '[[calibration.margins]]\nby = ["region"]\nfile = "none.csv"\n'
        '[[calibration.margins]]\nby = ["sex"]\n'
    )
    fields = [fault.field.removeprefix("calibration.") for fault in faults_of(folder(tmp_path, more=text))]
    assert sorted(fields) == sorted(
        [
            "method", "bounds", "trim", "units", "steps", "numbers.age +", "numbers.income", "numbers.1",
            "margins.0.by", "margins.1.sizes", "margins.2.by", "margins.3",
        ]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('margins = [["sex"]]', "the calibrated `weight` and the `base_weight`"),
        ('method = "logit"\nnumbers = { "1" = 5 }', "bounds for logit"),
        ('method = "raking"\nbounds = [0.5, 2]\nnumbers = { "1" = 5 }', "no bounds for raking"),
        ('sweeps = true\nnumbers = { "1" = 5 }', "`sweeps` for weights that the office calibrated"),
        ('margins = [["sex"]]\nnumbers = { "1" = 5 }', "known sizes of all of them, or of none"),
        ('numbers = "1"', "a table of them with their totals"),
    ],
)
def test_one_fault(tmp_path: Path, text: str, words: str) -> None:
    assert words in only(folder(tmp_path, more=f"\n[calibration]\n{text}\n")).expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('numbers = { "1" = 5 }', "both"),
        ('margins = [["sex"]]\ntrim = 3', "it without sizes"),
        ("", "nothing"),
    ],
)
def test_one_fault_beside_a_base_weight(tmp_path: Path, text: str, words: str) -> None:
    assert words in only(folder(tmp_path, BASE, more=f"\n[calibration]\n{text}\n")).found


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("sex,number\nF,1\n", "no size"),
        ("sex,size\nF,1\nM,x\n,3\n", "others on line 3, 4"),
        ("", "no sex, size"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "p.csv").write_text(content, encoding="utf-8")
    assert (
        only(folder(tmp_path, more='\n[[calibration.margins]]\nby = ["sex"]\nfile = "p.csv"\n')).found
        == words
    )
