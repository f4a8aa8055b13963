"""A file of records that is to be handed out, judged by the policy of a monitor: the toy file of the methods paper."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tests.pipeline.surveys import faults, folder, text_of
from tests.pipeline.test_noise import VARIABLES, people
from tests.unit.test_microdata import TOY
from zaragoza.cli import app
from zaragoza.errors import DefinitionError, DisclosureError

COLUMNS = 'quasi_identifiers = ["age", "sex", "region"]\nsensitive = ["income"]\n'


def monitor(where: Path, limits: str) -> Path:
    text = text_of(f"\n[protection]\n{limits}", files=("people.parquet",), variables=VARIABLES)
    return folder(where, text, {"people.parquet": people(50)})


def judged(where: Path, limits: str | None, *more: str):
    pq.write_table(TOY, where / "extract.parquet")
    named = [] if limits is None else ["--monitor", str(monitor(where / "monitor", limits))]
    return CliRunner().invoke(app, ["audit", str(where / "extract.parquet"), *named, *more])


# methods/06 section 5: two, three and one records share a combination; the values of income among them are 1, 2 and 1.
LOWERED = COLUMNS + 'reason = "our own file, for training"\n'


@pytest.mark.parametrize(
    ("limits", "refused"),
    [
        (COLUMNS, ("3 records of which", "k_anonymity", "3 records of which", "l_diversity, income")),
        (LOWERED + "k_anonymity = 2\n", ("1 records of which", "k_anonymity", "l_diversity, income")),
        (LOWERED + "k_anonymity = 1\n", ("3 records of which", "l_diversity, income")),
        (LOWERED + "k_anonymity = 1\nl_diversity = 1\n", ()),
        ('quasi_identifiers = ["income"]\n', ()),
    ],
)
def test_the_limits_of_the_policy(tmp_path, limits, refused):
    done = judged(tmp_path, limits)
    told = " ".join(done.output.split())
    # The exit codes of every audit: 0 safe, 2 unsafe.
    assert (done.exit_code, done.stdout) == ((2, "unsafe\n") if refused else (0, "safe\n")), told
    for words in refused:
        assert words in told
    assert ("k_anonymity" in told) == ("k_anonymity" in refused)
    assert not any(value in told for value in ("20-29", "benefit"))  # no value of a record
    assert not refused or "Merge categories, drop a column" in told


@pytest.mark.parametrize(
    ("limits", "verdict", "fields"),
    [
        (COLUMNS, "unsafe", ["k_anonymity", "l_diversity, income"]),
        (LOWERED + "k_anonymity = 1\nl_diversity = 1\n", "safe", []),
    ],
)
def test_as_json(tmp_path, limits, verdict, fields):
    done = judged(tmp_path, limits, "--format", "json")
    found = json.loads(done.stdout)
    faults = found.pop("faults")
    assert (found, done.stderr) == ({"file": "extract.parquet", "verdict": verdict}, "")
    assert [one["field"] for one in faults] == fields
    assert done.exit_code == (2 if fields else 0)
    assert all(set(one) == {"where", "field", "expected", "found", "way_out"} for one in faults)


@pytest.mark.parametrize(
    ("limits", "found"), [(None, "no monitor"), ("min_count = 30\n", "no `quasi_identifiers`")]
)
def test_who_says_what_others_know(tmp_path, limits, found):
    done = judged(tmp_path, limits)
    assert isinstance(done.exception, DefinitionError)
    assert found in str(done.exception)


@pytest.mark.parametrize("limit", ["k_anonymity = 2", "l_diversity = 1"])
def test_a_lower_limit_needs_a_reason(tmp_path, limit):
    (fault,) = faults(monitor(tmp_path, limit + "\n"))
    assert fault.kind is DisclosureError
    assert fault.field == f"protection.{limit.split()[0]}"
    assert faults(monitor(tmp_path / "with", limit + '\nreason = "decided by the board"\n')) == ()
