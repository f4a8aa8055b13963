"""The published quality report: no count of a few people, and none from which one would follow.

Expected values are from the definition: n is a few if 0 < n < minimum count, and what the shown counts leave of the
rows must be nobody, or at least the minimum count in two counts or more.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.web.definitions import QUALITY
from tests.web.made_up import monitor
from tests.web.releases import FEW, write
from zaragoza.model.classification import Breakdown, Category, Classification
from zaragoza.model.disclosure import Policy
from zaragoza.model.snapshot import ItemQuality, LeftOut
from zaragoza.model.text import Text
from zaragoza.model.variable import Derivation, Variable
from zaragoza.publish.quality import countable, publishable

LIMIT = 20
WORDS = Text("made up", "verzonnen")
COUNTS = ("valid", "missing", "out_of_list")


def item(valid: int, missing: int, out_of_list: int = 0) -> ItemQuality:
    rows = valid + missing + out_of_list
    rate = 1 - valid / rows
    return ItemQuality(
        variable="activity",
        valid=valid,
        missing=missing,
        out_of_list=out_of_list,
        missing_rate=rate,
        missing_rate_weighted=rate,
    )


def shown(given: ItemQuality, limit: int = LIMIT, *, counted: bool = True) -> ItemQuality:
    return publishable(replace(QUALITY, items=(given,)), {}, limit, {"activity"} if counted else {}).items[0]


def test_counts_of_nobody_and_of_enough_are_shown() -> None:
    for given in (item(1000, 0), item(980, 20), item(500, 250, 250)):
        assert shown(given) == given


def test_a_small_count_is_hidden_with_all_that_gives_it_away() -> None:
    assert shown(item(997, 3)) == replace(
        item(997, 3),
        valid=None,
        missing=None,
        missing_rate=None,
        missing_rate_weighted=None,
        few=("missing",),
    )
    assert shown(item(3, 997)).few == ("valid",)
    assert shown(item(3, 997)).missing is None


def test_a_second_count_hides_a_small_one_where_it_can() -> None:
    """The number without a valid answer, 35, is of no few; it says nothing about who gave an unknown code."""
    found = shown(item(965, 30, 5))
    assert (found.valid, found.missing, found.out_of_list, found.few) == (965, None, None, ("out_of_list",))
    assert found.missing_rate == pytest.approx(0.035)
    together = shown(item(980, 12, 8))  # 20 together
    assert (together.valid, together.few) == (980, ("missing", "out_of_list"))
    assert shown(item(981, 12, 7)).valid is None  # 19 together


def test_no_count_of_a_few_can_be_worked_out() -> None:
    """For all small tables: what the shown counts leave is nobody, or enough people in two counts or more."""
    for counts in itertools.product(range(0, 14), range(0, 14), range(0, 14)):
        if not sum(counts):
            continue
        found = shown(item(*counts), limit=5)
        left = {
            name: count for name, count in zip(COUNTS, counts, strict=True) if getattr(found, name) is None
        }
        assert all(not 0 < count < 5 or name in left for name, count in zip(COUNTS, counts, strict=True))
        assert (found.valid is None) == (found.missing_rate is None) == (found.missing_rate_weighted is None)
        several = [count for count in left.values() if count]
        others = sum(1 for count in counts if count)
        assert not left or others == 1 or (len(several) > 1 and (sum(several) >= 5 or len(several) == others))


def test_what_tells_the_size_of_a_category_is_not_counted() -> None:
    """Of 52 people born in the Union or unclassified, 45 without a country of birth leave 7, which are too few."""
    nothing = dict.fromkeys((*COUNTS, "missing_rate", "missing_rate_weighted"))
    for given in (item(955, 45), item(500, 250, 250)):
        assert shown(given, counted=False) == replace(
            given, **{**nothing, "out_of_list": None if given.out_of_list else 0}
        )
    assert shown(item(955, 45, 3), counted=False).few == ("out_of_list",)
    # Where nobody is without an answer there is no category of them, and the rows are everybody.
    assert shown(item(1000, 0), counted=False) == item(1000, 0)
    assert shown(item(0, 1000), counted=False) == item(0, 1000)


def test_variables_of_categories_are_those_that_their_rules_are_made_of(tmp_path: Path) -> None:
    """The tables are by `birth_group`, made of the country of birth, and others; shares are of the activity by age."""
    made = monitor(tmp_path)
    by_sex = replace(made, breakdowns=(Breakdown(("sex",)),))
    assert "activity" in countable(by_sex)
    assert {"sex", "birth_country", "citizenship"}.isdisjoint(
        countable(by_sex)
    )  # the others are of no measure
    by_age = replace(
        made,
        breakdowns=(Breakdown(("young",)),),
        classifications=(
            Classification(
                id="young",
                title=WORDS,
                source="a test",
                categories=(Category("young", WORDS, "age < 30 AND activity = 'employed'"),),
            ),
        ),
    )
    assert {"age", "activity"}.isdisjoint(countable(by_age))


def test_a_derived_variable_tells_of_what_it_is_made_of(tmp_path: Path) -> None:
    made = monitor(tmp_path)
    age = Variable(
        id="age",
        title=WORDS,
        definition=WORDS,
        type="integer",
        source="a test",
        derive=Derivation(operator="completed_years", of="birth_year"),
    )
    given = replace(made, variables=(*(v for v in made.variables if v.id != "age"), age))
    assert "birth_year" in countable(replace(given, breakdowns=()))
    by_age = Classification(
        id="old", title=WORDS, source="a test", categories=(Category("old", WORDS, "age >= 65"),)
    )
    tables = replace(given, breakdowns=(Breakdown(("old",)),), classifications=(by_age,))
    assert {"age", "birth_year"}.isdisjoint(countable(tables))


def test_a_release_does_not_tell_the_sizes_of_files(tmp_path: Path) -> None:
    release = write(tmp_path)
    (source,) = json.loads((release.path / "manifest.json").read_text("utf-8"))["sources"]
    assert source["files"]
    assert {name for file in source["files"] for name in file} == {"name", "sha256"}


def test_counts_of_rows_and_their_complements_are_hidden() -> None:
    quality = replace(QUALITY, weights_zero=7, weights_missing=QUALITY.rows - 4, duplicates=40)
    found = publishable(quality, {}, LIMIT, {"activity"})
    assert (found.weights_zero, found.weights_missing, found.duplicates) == (None, None, 40)
    assert found.few == ("weights_zero",)


@pytest.mark.parametrize(
    ("rows", "begin"),
    [
        (30, "30 rows of work.csv"),
        (3, "Fewer than 20 rows of work.csv"),
        (90, "Rows of work.csv"),  # 10 rows are of persons
    ],
)
def test_rows_that_belong_to_nobody_are_told_in_words(rows: int, begin: str) -> None:
    quality = replace(QUALITY, left_out=(LeftOut(file="work.csv", join="person", rows=rows),), notes=())
    found = publishable(quality, {"work.csv": 100}, LIMIT, {"activity"})
    assert found.notes[0].en == f"{begin} without a person in the file that lists the persons: left out."
    assert found.notes[0].nl.endswith("in het bestand met de personen: weggelaten.")
    assert found.left_out[0].rows == (rows if rows == 30 else None)


def test_manifest_and_pages_say_fewer_than(tmp_path: Path) -> None:
    quality = replace(QUALITY, items=(item(12_883, 7),), weights_zero=11)
    made = replace(monitor(tmp_path, FEW), policy=Policy(min_count=25))
    release = write(tmp_path, quality=quality, monitor=made)
    facts = json.loads((release.path / "manifest.json").read_text("utf-8"))["quality"]
    assert facts["items"][0] == {
        "variable": "activity", "valid": None, "missing": None, "out_of_list": 0, "missing_rate": None,
        "missing_rate_weighted": None, "few": ["missing"],
    }  # fmt: skip
    assert (facts["weights_zero"], facts["few"]) == (None, ["weights_zero"])
    for language, words in (("en", "fewer than 25"), ("nl", "minder dan 25")):
        report = (release.path / language / "quality.html").read_text("utf-8")
        assert report.count(words) >= 3  # the weights of zero, the missing answers, their rate
        assert words in (release.path / language / "neet.html").read_text("utf-8")
        for number in ("12,883", "12.883", "0.1%", "0,1%"):
            assert number not in report
