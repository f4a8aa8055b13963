"""`zaragoza fetch` and `zaragoza revisions`, from the question to the table, against a server on the loopback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.connectors.fake_server import Reply, serving
from tests.connectors.test_fetch import always, csv_of
from zaragoza.cli import app
from zaragoza.errors import DefinitionError, InputError, SourceError, ZaragozaError, exit_code

FIRST = csv_of(("DE", "2020", "60.1", ""), ("NL", "2020", "71.5", "b"), ("SE", "2020", "", "u"))
LATER = csv_of(("DE", "2020", "60.4", ""), ("NL", "2020", "71.5", ""), ("FR", "2020", "55.0", "p"))


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def refused(*arguments: object) -> ZaragozaError:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert isinstance(result.exception, ZaragozaError), result.output
    return result.exception


def test_fetch_then_revise(tmp_path: Path) -> None:
    with serving(always(FIRST)) as server:
        fetch = (
            "fetch",
            "eurostat",
            "lfsa_x",
            "--filter",
            "geo=DE,NL,SE,FR",
            "--since",
            2020,
            "--to",
            tmp_path,
        )
        first = run(*fetch, "--server", server.base)
        assert "3 figures, new" in first
        assert "3 figures, unchanged" in run(*fetch, "--server", server.base)
        server.route = always(LATER)
        later = run(*fetch, "--server", server.base)
    assert "as it stood" in run(*fetch, "--offline")  # no server runs any more
    places = [output.partition(": ")[0] for output in (first, later)]
    found = json.loads(run("revisions", *places, "--format", "json"))
    assert {(one["geo"], one["change"]) for one in found["changes"]} == {
        ("DE", "revised"), ("NL", "flag"), ("SE", "dropped"), ("FR", "new"),
    }  # fmt: skip
    assert (found["common"], found["revised"]) == (2, 1)
    records = [json.loads((Path(place) / "snapshot.json").read_text()) for place in places]
    sides = [found["earlier"], found["later"]]
    assert [side["fetched_at"] for side in sides] == [record["fetched_at"] for record in records]
    assert found["mean_absolute"] == pytest.approx(0.15)
    table = run("revisions", *places)
    assert "1 revised, 1 with other flags; 1 new, 1 dropped" in table
    assert "71.5 b" in table
    assert f"earlier: fetched {records[0]['fetched_at']}, updated not known" in table
    day = json.loads((Path(places[1]) / "snapshot.json").read_text())["fetched_at"][:10]
    by_days = json.loads(run("revisions", Path(places[0]).parent, day, day, "--format", "json"))
    assert by_days["changes"] == []  # both are the last of that day


def test_files_can_be_compared_as_well(tmp_path: Path) -> None:
    for name, content in (("a.csv", FIRST), ("b.csv", LATER)):
        (tmp_path / name).write_bytes(content)
    assert (
        json.loads(run("revisions", tmp_path / "a.csv", tmp_path / "b.csv", "--format", "json"))["new"] == 1
    )


@pytest.mark.parametrize(
    ("arguments", "kind", "said"),
    [
        (("fetch", "eurostat", "x", "--filter", "geo"), DefinitionError, "geo=NL,DE"),
        (("fetch", "eurostat", "x", "--since", 2023, "--until", 2020), DefinitionError, "up to 2020"),
        (("fetch", "eurostat", "x", "--interface", "v9"), DefinitionError, "sdmx3, sdmx2, jsonstat"),
        (("fetch", "eurostat", "x", "--offline"), InputError, "a vintage"),
        (("revisions", "nowhere", "2020-01-01", "2021-01-01"), InputError, "2020-01-01 or before"),
        (("revisions", "nowhere", "elsewhere"), InputError, "a readable file"),
    ],
)
def test_what_cannot_be_done_is_told(
    arguments: tuple[object, ...],
    kind: type[ZaragozaError],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    error = refused(*arguments)
    assert isinstance(error, kind)
    assert said in str(error)


def test_a_source_that_refuses_has_an_exit_code_of_its_own(tmp_path: Path) -> None:
    with serving(lambda path, asked: Reply(status=404)) as server:
        error = refused("fetch", "oecd", "A,B", "--to", tmp_path, "--server", server.base)
    assert isinstance(error, SourceError)
    assert exit_code(error.faults) == 8


def test_nothing_is_asked_without_being_told_to(tmp_path: Path) -> None:
    with serving(always(FIRST)) as server:
        refused("fetch", "eurostat", "x", "--to", tmp_path, "--server", server.base, "--offline")
    assert server.asked == []
