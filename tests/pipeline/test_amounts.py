"""A register's sums of amounts, from files to releases: the audit judges what is hidden by the rules of the policy."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tests.pipeline.surveys import folder, text_of
from tests.pipeline.test_audit import altered, invoke
from tests.support import without_digests
from zaragoza.cli import app
from zaragoza.errors import DisclosureError
from zaragoza.model.observation import NUMBER_FIELDS

OWN = """
- id: income_received
  area: inclusion
  kind: total
  unit: euro
  title: {en: Income received, nl: Ontvangen inkomen}
  definition: {en: Sum of disposable income., nl: Som van het besteedbaar inkomen.}
  of: disposable_income
  direction: higher_is_better
  source: {en: A test, nl: Een toets}
"""
# Nationals have 100 or 1,300, so that the error of the total tells nobody's amount.
# Citizens of the Union: one with 30,000, one with 2,000, and ten with 1,000 together. Of others twelve with 25 each.
SUMS = {"EU": 33_000.0, "others": 300.0}
LEVEL = 0.1 * 30_000 - 1_000  # p%: what the sum of the first must be able to be more
VARIABLES = ("person", "disposable_income", "citizenship")
LENIENT = '\n[protection]\ndominance_share = 0.001\nreason = "a test"\n'


# Three citizens of the Union with 10,000 each, of 40,000 of all.
THREE = [*[10_000.0] * 3, *[1_000.0] * 8, 2_000.0]


def people(union: list[float] | None = None) -> pa.Table:
    incomes = [*[100.0, 1_300.0] * 300, *(union or [30_000.0, 2_000.0, *[100.0] * 10]), *[25.0] * 12]
    return pa.table(
        {
            "person": [f"id{i}" for i in range(624)],
            "disposable_income": np.array(incomes),
            "citizenship": np.repeat(["XZ", "DE", "MA"], [600, 12, 12]),
        }
    )


def monitor(where: Path, more: str = "", union: list[float] | None = None) -> Path:
    text = text_of(more, files=("register.parquet",), variables=VARIABLES, by=(("citizen_group",),))
    text = text.replace('kind = "survey"', 'kind = "register"').replace(
        '["employment_rate", "unemployment_rate"]', '["income_received"]'
    )
    own = where / "catalogue" / "indicators"
    own.mkdir(parents=True)
    (own / "own.yaml").write_text(OWN, encoding="utf-8")
    return folder(where, text, {"register.parquet": people(union)})


def planted(rows: list[dict[str, object]]) -> None:
    """The sum that one person dominates hidden beside one that is too small to protect it, and all gaps."""
    reasons = {"EU27_2020_FOR": "dominance", "NEU27_2020_FOR": "secondary"}
    for row in rows:
        reason = reasons.get(str(row["citizen_group"]))
        if row["statistic"] != "level" or reason:
            row.update(dict.fromkeys(NUMBER_FIELDS), reason=reason or "secondary")


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, Path]:
    """A monitor, and an unsafe release of its data by an office that looks at nothing."""
    where = tmp_path_factory.mktemp("amounts")
    strict, lenient = monitor(where / "strict"), monitor(where / "lenient", LENIENT)
    done = CliRunner().invoke(app, ["run", str(lenient)])
    assert done.exit_code == 0, done.output
    (release,) = lenient.glob("releases/2*")
    return strict, altered(release, where / "planted", planted)


def test_the_audit_judges_by_the_rule_with_the_monitor_and_cannot_tell_without(made):
    strict, release = made
    done = invoke("audit", release, "--monitor", strict, "--format", "json")
    assert done.exit_code == 2, done.output
    (one,) = json.loads(done.output)["exposures"]
    assert (one["citizen_group"], one["by"], one["demand"]) == ("EU27_2020_FOR", "amount", None)
    assert (one["low"], one["high"]) == pytest.approx((0, sum(SUMS.values())))
    told = done.output + invoke("audit", release, "--monitor", strict).output
    secrets = (LEVEL, SUMS["EU"] + LEVEL, SUMS["EU"] - LEVEL, SUMS["EU"], 30_000)
    assert not any(f"{form}" in told for each in secrets for form in (f"{each:.0f}", f"{each:,.0f}"))
    alone = invoke("audit", release)
    assert alone.exit_code == 3, alone.output
    assert "1 hidden sums of amounts" in alone.output.replace("\n", " ")


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        # The three largest have 30,000 of 40,000, against 29,600; the two largest 20,000.
        ("largest_contributors = 3\nlargest_share = 0.7397531\n", "dominance"),
        ("largest_contributors = 3\nlargest_share = 0.7597531\n", "published"),
        ("largest_contributors = 2\nlargest_share = 0.7397531\n", "published"),
        # 10,000 are left without three, 7,000 without five: against 0.97 of 10,000.
        ("dominance_coalition = 2\ndominance_share = 0.9697531\n", "published"),
        ("dominance_coalition = 4\ndominance_share = 0.9697531\n", "dominance"),
    ],
)
def test_several_contributors_who_have_most_of_a_sum(tmp_path, rule, reason):
    place = monitor(tmp_path, f"\n[protection]\n{rule}", THREE)
    done = CliRunner().invoke(app, ["run", str(place)])
    assert done.exit_code == 0, done.output
    (release,) = place.glob("releases/2*")
    rows = pq.read_table(release / "observations.parquet").to_pylist()
    found = {row["citizen_group"]: row["reason"] for row in rows if row["statistic"] == "level"}
    assert found["EU27_2020_FOR"] == reason
    assert ("secondary" in found.values()) == (reason == "dominance")
    audited = invoke("audit", release, "--monitor", place)
    assert audited.exit_code == 0, audited.output
    told = done.output + audited.output
    files = [path for path in release.rglob("*") if path.is_file()]
    told += without_digests(b"".join(path.read_bytes() for path in files).decode("utf-8", "replace"))
    names = ("largest_contributors", "largest_share", "dominance_coalition", "contributions_known")
    assert not any(secret in told for secret in ("97531", *names, "10000.0", "30000", "40540"))
    assert '"dominance"' in told


def test_a_run_is_refused_beside_it_and_safe_without(made, tmp_path):
    strict, release = made
    own = tmp_path / "own"
    shutil.copytree(strict, own)
    done = CliRunner().invoke(app, ["run", str(own)])
    assert done.exit_code == 0, done.output
    (first,) = own.glob("releases/2*")
    assert invoke("audit", first, "--monitor", own).exit_code == 0
    beside = tmp_path / "beside"
    shutil.copytree(strict, beside)
    shutil.copytree(release, beside / "releases" / release.name)
    refused = CliRunner().invoke(app, ["run", str(beside)])
    assert isinstance(refused.exception, DisclosureError), refused.output
    assert "EU27_2020_FOR: " in str(refused.exception)
    assert "largest contributions" in str(refused.exception)
    assert not any(f"{each:.0f}" in str(refused.exception) for each in (LEVEL, *SUMS.values()))
