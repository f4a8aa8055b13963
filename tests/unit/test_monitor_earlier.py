"""The tables [[earlier]] of monitor.toml: what they may say, and every fault of them at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.unit.monitors import faults_of, folder, only
from zaragoza.catalogue.monitor import load_monitor
from zaragoza.model.monitor import Earlier
from zaragoza.model.text import Text

ONE = '\n[[earlier]]\nperiod = "2022-Q4"\nfiles = ["before.csv"]\n'


def earlier(tmp_path: Path, text: str, *changes: tuple[str, str]) -> tuple[Earlier, ...]:
    return load_monitor(folder(tmp_path, *changes, more=text)).earlier


def test_the_same_monitor_with_other_files(tmp_path: Path) -> None:
    where = folder(tmp_path, more=ONE)
    monitor = load_monitor(where)
    (year,) = monitor.earlier
    assert (str(year.period), year.broken) == ("2022-Q4", None)
    assert (year.monitor.source.id, year.monitor.source.files) == ("source-2022-Q4", ("before.csv",))
    assert year.monitor.source.variables == monitor.source.variables
    assert year.monitor.earlier == ()
    assert (year.monitor.indicators, year.monitor.breakdowns) == (monitor.indicators, monitor.breakdowns)


def test_overrides_break_and_date_and_the_earliest_first(tmp_path: Path) -> None:
    text = ONE + (
        'break = { en = "New questions", nl = "Nieuwe vragen" }\nreference_date = 2022-10-01\n'
        '[earlier.variables]\nage = "leeftijd"\n[earlier.variables.sex]\ncolumn = "g"\n'
        '[[earlier]]\nperiod = "2021-Q4"\nfiles = ["old.csv"]\n'
    )
    first, second = earlier(tmp_path, text)
    assert [str(year.period) for year in (first, second)] == ["2021-Q4", "2022-Q4"]
    assert second.broken == Text("New questions", "Nieuwe vragen")
    assert second.monitor.source.variables["age"].column == "leeftijd"
    assert second.monitor.source.variables["sex"].column == "g"
    assert first.monitor.source.variables["sex"].column == "gender"
    dates = {
        v.derive.reference_date for v in second.monitor.variables if v.derive and v.derive.reference_date
    }
    assert dates == {date(2022, 10, 1)}


def test_a_mapping_that_names_a_file_follows_its_place(tmp_path: Path) -> None:
    changes = (
        ('files = ["persons.csv"]', 'files = ["persons.csv", "work.csv"]'),
        ('column = "status"', 'column = "status"\nfile = "work.csv"'),
    )
    text = ONE.replace('["before.csv"]', '["before.csv", "work22.csv"]')
    (year,) = earlier(tmp_path, text, *changes)
    assert year.monitor.source.variables["activity"].file == "work22.csv"
    fault = only(folder(tmp_path, *changes, more=ONE))
    assert (fault.field, fault.expected) == ("earlier.0.files", "2 files, as in [source]")


def test_every_fault_at_once(tmp_path: Path) -> None:
    text = (
        '\n[[earlier]]\nperiod = "2024"\nfile = "a.csv"\nbreak = { en = "x" }\nreference_date = "soon"\n'
        '[earlier.variables]\nagee = "a"\n'
        '\n[[earlier]]\nfiles = ["b.csv"]\n' + ONE + ONE
    )
    fields = [fault.field for fault in faults_of(folder(tmp_path, more=text))]
    assert sorted(fields) == [
        "earlier.0.break",
        "earlier.0.file",
        "earlier.0.files",
        "earlier.0.period",
        "earlier.0.reference_date",
        "earlier.0.variables.agee",
        "earlier.1.period",
        "earlier.3.period",
    ]


@pytest.mark.parametrize(
    ("text", "field", "words"),
    [
        (ONE.replace("2022-Q4", "2023-Q4"), "earlier.0.period", "a period before 2023-Q4"),
        (
            ONE + '\n[source.replicates]\nmethod = "JKn"\n',
            "earlier",
            "errors that come from the sampling design",
        ),
        (
            ONE + '\n[[calibration.margins]]\nby = ["sex"]\nsizes = { F = 1, M = 1 }\n',
            "earlier.0.calibration",
            "the sizes of the population in that year",
        ),
    ],
)
def test_one_fault(tmp_path: Path, text: str, field: str, words: str) -> None:
    fault = only(folder(tmp_path, more=text))
    assert fault.field == field
    assert words in fault.expected


def test_a_year_has_sizes_of_its_own(tmp_path: Path) -> None:
    margin = 'by = ["sex"]\nsizes = {{ F = {}, M = 5 }}\n'
    text = (
        ONE
        + "[[earlier.calibration.margins]]\n"
        + margin.format(4)
        + "\n[[calibration.margins]]\n"
        + margin.format(6)
    )
    monitor = load_monitor(folder(tmp_path, more=text))
    (year,) = monitor.earlier
    plans = [plan for plan in (monitor.calibration, year.monitor.calibration) if plan is not None]
    assert [plan.sizes[0][("F",)] for plan in plans] == [6.0, 4.0]
