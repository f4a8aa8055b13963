"""Replicate weights in monitor.toml, and how `init` proposes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.monitors import faults_of, folder, only
from tests.unit.proposals import SURVEY, column, proposed
from zaragoza.catalogue.monitor import load_monitor
from zaragoza.collect.propose import write_monitor
from zaragoza.model.design import Design, Replicates

TABLE = "\n[source.replicates]\n"


def replicates(tmp_path: Path, text: str):
    return load_monitor(folder(tmp_path, more=TABLE + text)).source


def test_a_pattern(tmp_path: Path) -> None:
    source = replicates(tmp_path, 'columns = "W_FSTR*"\nmethod = "Fay"\nrho = 0.5\n')
    assert source.replicate_columns == ("W_FSTR*",)
    assert source.sampling(["age", "replicate_2", "replicate_10", "replicate_1"]) == Replicates(
        "Fay", weight="weight", replicates=("replicate_1", "replicate_2", "replicate_10"), rho=0.5
    )


def test_a_list_with_every_number(tmp_path: Path) -> None:
    text = (
        'columns = ["a", "b"]\nmethod = "JKn"\nscale = 1\nrscales = [0.5, 1]\ncentre = "estimate"\n'
        "factors = true\ndegrees_of_freedom = 12\n"
    )
    assert replicates(tmp_path, text).replicates == Replicates(
        "JKn", scale=1, rscales=(0.5, 1.0), centre="estimate", factors=True, degrees_of_freedom=12
    )


def test_made_from_the_design(tmp_path: Path) -> None:
    source = replicates(tmp_path, 'method = "bootstrap"\ncount = 200\nseed = 7\n')
    design = Design("weight", psu="household")
    assert source.sampling([]) == Replicates("bootstrap", design=design, count=200, seed=7)


def test_without_the_table_the_design_gives_the_errors(tmp_path: Path) -> None:
    assert load_monitor(folder(tmp_path)).source.sampling(["replicate_1"]) == Design(
        "weight", psu="household"
    )


def test_every_fault_at_once(tmp_path: Path) -> None:
    text = 'columns = ["a", "a", "b*"]\nmethod = "boot"\nrho = 1\nscale = 0\nrscales = [-1]\nseed = 3\nsize = 1\n'
    fields = {
        fault.field.removeprefix("source.replicates.")
        for fault in faults_of(folder(tmp_path, more=TABLE + text))
    }
    assert fields == {"columns", "method", "rho", "scale", "rscales", "seed", "size"}


@pytest.mark.parametrize(
    ("text", "field", "words"),
    [
        ('columns = "W*_*"\nmethod = "BRR"', "columns", "a pattern with one *"),
        ('columns = ["a"]\nmethod = "BRR"', "columns", "two columns or more"),
        ('columns = "W*"', "method", "how the replicate weights were made"),
        ('columns = "W*"\nmethod = "Fay"', "rho", "the factor of Fay's method"),
        ('columns = "W*"\nmethod = "JKn"', "rscales", "the factors of the JKn replicates"),
        ('method = "bootstrap"\nfactors = true', "factors", "given in columns only"),
    ],
)
def test_one_fault(tmp_path: Path, text: str, field: str, words: str) -> None:
    fault = only(folder(tmp_path, more=f"{TABLE}{text}\n"))
    assert fault.field == f"source.replicates.{field}"
    assert words in fault.expected


def test_columns_need_the_weight_of_the_whole_sample(tmp_path: Path) -> None:
    where = folder(tmp_path, ('weight = "w"\n', ""), more=f'{TABLE}columns = "W*"\nmethod = "BRR"\n')
    assert "weight of the whole sample" in only(where).expected


# --- init


def with_weights(stem: str) -> dict[str, list[object]]:
    return dict(SURVEY) | {f"{stem}{number}": column([1.5, 2.25, 0.5]) for number in range(1, 9)}


@pytest.mark.parametrize("stem", ["W_FSTR", "W_FSTURWT"])
def test_known_weights_are_proposed_with_their_method(tmp_path: Path, stem: str) -> None:
    proposal = proposed(tmp_path, with_weights(stem))
    assert not proposal.questions
    assert proposal.unused == ()
    source = load_monitor(write_monitor(proposal, tmp_path / "monitor").parent).source
    assert source.replicate_columns == (f"{stem}*",)
    assert source.replicates == Replicates("Fay", rho=0.5)


@pytest.mark.parametrize("stem", ["RW", "repwgt", "brr", "brr_", "SPFWT"])
def test_of_other_weights_the_method_is_asked(tmp_path: Path, stem: str) -> None:
    proposal = proposed(tmp_path, with_weights(stem))
    assert [question.key for question in proposal.questions] == ["replicates.method"]
    (fault,) = faults_of(write_monitor(proposal, tmp_path / "monitor").parent)
    assert fault.field == "replicates.method"


def test_answers_name_the_method(tmp_path: Path) -> None:
    answers = {"replicates.method": "Fay", "replicates.rho": "0.3"}
    proposal = proposed(tmp_path, with_weights("RW"), answers)
    source = load_monitor(write_monitor(proposal, tmp_path / "monitor").parent).source
    assert source.replicates == Replicates("Fay", rho=0.3)
    (tmp_path / "second").mkdir()
    assert proposed(tmp_path / "second", with_weights("RW"), {"replicates.method": "skip"}).replicates is None


def test_names_with_other_numbers_are_no_set(tmp_path: Path) -> None:
    columns = dict(SURVEY) | {f"rw{number}": column([1.5, 2.5]) for number in (1, 5, 2011, 2012)}
    assert proposed(tmp_path, columns).replicates is None
