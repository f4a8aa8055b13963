"""`zaragoza init`: a proposal becomes a monitor.toml that can be read."""

from __future__ import annotations

import csv
import gzip
import stat
from pathlib import Path

import pytest

from tests.support import ROOT, SHARED, needs_shared
from tests.unit.proposals import ANSWERS, CATALOGUE, SURVEY, column, mapped, proposed, write
from zaragoza.catalogue.monitor import load_monitor, load_secret
from zaragoza.collect.propose import propose, write_monitor
from zaragoza.collect.questions import read_answers
from zaragoza.errors import DefinitionError, InputError
from zaragoza.model.adjustment import RELEASE_METHODS
from zaragoza.model.classification import Breakdown


def test_it_becomes_a_monitor_without_faults(tmp_path: Path) -> None:
    proposal = proposed(tmp_path)
    path = write_monitor(proposal, tmp_path / "monitor")
    monitor = load_monitor(path.parent)
    assert monitor.source.files == ("../persons.csv",)
    assert monitor.source.delimiter == ","
    assert (monitor.country, monitor.period.code) == ("AT", "2023")
    assert monitor.title["nl"] == "Integratie van migranten: Oostenrijk 2023"
    assert {Breakdown(("citizen_group", "sex")), Breakdown(("citizen_group", "age_group"))} == set(
        monitor.breakdowns
    )
    assert {name: m.column for name, m in monitor.source.variables.items()} == mapped(proposal)
    assert len(load_secret(monitor)) == 32


def test_sets_are_standardised_and_other_methods_are_named(tmp_path: Path) -> None:
    path = write_monitor(proposed(tmp_path), tmp_path / "monitor")
    assert {each.method for each in load_monitor(path.parent).adjustments} == {"standardise"}
    (line,) = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("method =")]
    assert line.startswith('method = "standardise" # how, in each set; others are ')
    assert set(line.split("others are ")[1].split(", ")) == {*RELEASE_METHODS} - {"standardise"}


def test_every_line_says_why(tmp_path: Path) -> None:
    path = write_monitor(proposed(tmp_path), tmp_path / "monitor")
    text = path.read_text(encoding="utf-8")
    assert 'weight = "rb050" # EU-SILC calls it rb050' in text
    assert '1 = "employed" # Employed' in text


def test_the_secret_is_the_owners_alone_and_stays_out_of_version_control(tmp_path: Path) -> None:
    folder = write_monitor(proposed(tmp_path), tmp_path / "monitor").parent
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600
    assert (folder / ".gitignore").read_text(encoding="ascii").splitlines() == [
        "secret.key",
        "noise.toml",
        "snapshots/",
        "protection/",
    ]
    other = write_monitor(proposed(tmp_path), tmp_path / "other").parent
    assert (folder / "secret.key").read_bytes() != (other / "secret.key").read_bytes()


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "monitor"
    folder.mkdir()
    (folder / "secret.key").write_text("kept", encoding="ascii")
    (folder / ".gitignore").write_text("kept", encoding="ascii")
    path = write_monitor(proposed(tmp_path), folder)
    assert (folder / "secret.key").read_text(encoding="ascii") == "kept"
    assert (folder / ".gitignore").read_text(encoding="ascii") == "kept"
    before = path.read_bytes()
    with pytest.raises(DefinitionError, match=r"delete monitor\.toml first"):
        write_monitor(proposed(tmp_path, answers={"period": "2024"}), folder)
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="ascii")
    with pytest.raises(DefinitionError, match="a folder that can be written"):
        write_monitor(proposed(tmp_path), tmp_path / "taken")
    assert (tmp_path / "taken").is_file()


def test_strange_names_are_written_as_toml_reads_them(tmp_path: Path) -> None:
    columns = {**SURVEY, 'my "sex" = [1]': column(["männlich", 'w"\\'])}
    del columns["rb090"]
    answers = {"variable.sex": 'my "sex" = [1]', 'codes.sex.w"\\': "F"}
    path = write_monitor(proposed(tmp_path, columns, answers), tmp_path / "monitor")
    mapping = load_monitor(path.parent).source.variables["sex"]
    assert mapping.column == 'my "sex" = [1]'
    assert mapping.codes == {"männlich": "M", 'w"\\': "F"}


def test_several_files(tmp_path: Path) -> None:
    one = write(tmp_path / "r.csv", {k: SURVEY[k] for k in ("rb030", "db030", "rb050", "rb090", "rx020")})
    two = write(tmp_path / "p.csv", {k: SURVEY[k] for k in ("rb030", "pb220a", "pl031")})
    folder = write_monitor(
        propose(tmp_path / "monitor", [one, two], ANSWERS, None, CATALOGUE), tmp_path / "monitor"
    ).parent
    source = load_monitor(folder).source
    assert source.files == ("../r.csv", "../p.csv")
    assert source.variables["activity"].file == "../p.csv"
    assert source.variables["sex"].file == "../r.csv"
    assert source.variables["person"].file is None


def test_files_that_cannot_be_read_are_all_reported(tmp_path: Path) -> None:
    files = [tmp_path / "absent.csv", tmp_path / "unknown.xyz"]
    files[1].write_text("x", encoding="ascii")
    with pytest.raises(InputError) as raised:
        propose(tmp_path / "monitor", files, ANSWERS, None, CATALOGUE)
    assert {fault.where for fault in raised.value.faults} == {"absent.csv", "unknown.xyz"}


EXAMPLES = {
    "austria-2006": (
        "eusilc_at2006_synthetic",
        {"person": "rb030", "household": "db030", "weight": "rb050", "activity": "pl030", "region": "db040"},
    ),
    "austria-2013": (
        "eusilc_at2013_puf_synthetic",
        {"person": "rb030", "household": "db030", "weight": "rb050", "education": "pe040", "region": "db040"},
    ),
}


@needs_shared
@pytest.mark.parametrize("example", EXAMPLES)
def test_real_files_need_no_more_than_the_answers_of_the_example(tmp_path: Path, example: str) -> None:
    """Weights and persons of the two files: rb050 and rb030 (documentation of laeken and simPop)."""
    name, expected = EXAMPLES[example]
    assert SHARED is not None
    answers = read_answers(ROOT / "examples" / example / "answers.toml")
    file = SHARED / "data" / "microdata" / f"{name}.csv.gz"
    proposal = propose(tmp_path / "m", [file], answers, None, CATALOGUE)
    assert proposal.questions == ()
    monitor = load_monitor(write_monitor(proposal, tmp_path / "m").parent)
    found = {variable: mapping.column for variable, mapping in monitor.source.variables.items()}
    assert found.items() >= expected.items()
    assert monitor.synthetic
    assert Breakdown(("citizen_group", "sex")) in monitor.breakdowns
    assert dict(monitor.source.variables["citizenship_group"].codes) == {
        "AT": "NAT",
        "EU": "EU27_2020_FOR",
        "Other": "NEU27_2020_FOR",
    }
    with gzip.open(file, "rt", encoding="utf-8") as rows:
        header = next(csv.reader(rows))
    assert set(found.values()) <= set(header)
