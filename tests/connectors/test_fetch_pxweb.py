"""Fetching from PxWeb services (PxWebApi 2): messages made by hand from the form, as JSON-stat 2.0 has it."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.fake_server import Reply, serving
from tests.connectors.test_fetch import QUICK, ask, leavings
from zaragoza.collect.fetch import Query, datasets, fetch, pxweb
from zaragoza.errors import DefinitionError, InputError, SourceError

LISTS = {"Region": ["00", "0180"], "Sex": ["1", "2"], "Tid": ["2019", "2020", "2021"]}
TABLE = Query(source="pxweb", dataset="TAB638", filters={"Region": ("00",)}, since=2020)


def message(lists: dict[str, Sequence[str]], values: Sequence[float] | None = None) -> bytes:
    """A dataset with or without values; `value` of a cell tells where it stands."""
    content: dict[str, Any] = {
        "version": "2.0", "class": "dataset", "label": "Population", "source": "Statistics Sweden",
        "updated": "2025-02-21T07:00:00Z", "id": [*lists], "size": [len(codes) for codes in lists.values()],
        "role": {"time": ["Tid"]}, "extension": {"px": {"tableid": "TAB638"}},
        "dimension": {
            name: {"label": name, "category": {"index": {code: place for place, code in enumerate(codes)}}}
            for name, codes in lists.items()
        },
    }  # fmt: skip
    return json.dumps(content | ({} if values is None else {"value": values})).encode()


def service(lists: dict[str, Sequence[str]], **config: Any) -> Any:
    """Answers with what is asked for; the figure of a cell is its codes joined to a number."""

    def route(path: str, asked: dict[str, str]) -> Reply | None:
        if path == "/config":
            return Reply(json.dumps({"apiVersion": "2.0.0", **config}).encode())
        if "/metadata?" in path:
            return Reply(message(lists))
        wanted = {name: found.split(",") for name, found in re.findall(r"valueCodes\[(\w+)\]=([^&]*)", path)}
        chosen = {name: codes if wanted[name] == ["*"] else wanted[name] for name, codes in lists.items()}
        cells = itertools.product(*chosen.values())
        return Reply(
            message(chosen, [float("".join(re.sub(r"\D", "", code) for code in cell)) for cell in cells])
        )

    return route


def test_a_table_is_asked_for_by_its_own_codes(tmp_path: Path) -> None:
    with serving(service(LISTS)) as server:
        found = ask(server, tmp_path, TABLE)
    assert server.asked == [
        "/config",
        "/tables/TAB638/metadata?lang=en",
        "/tables/TAB638/data?lang=en&outputFormat=json-stat2&valueCodes[Region]=00&valueCodes[Sex]=*"
        "&valueCodes[Tid]=2020,2021",
    ]
    (part,) = datasets(found.path)
    assert (part.id, part.source, part.dimensions) == ("TAB638", "Statistics Sweden", ("Region", "Sex"))
    assert part.table.select(["Region", "Sex", "period", "value"]).to_pylist() == [
        {"Region": "00", "Sex": sex, "period": year, "value": float(f"00{sex}{year}")}
        for sex in ("1", "2")
        for year in ("2020", "2021")
    ]
    assert found.vintage.updated == "2025-02-21T07:00:00Z"


@pytest.mark.parametrize(("most", "longest"), [(150, 2_000), (1_000, 170)])
def test_more_than_a_service_gives_at_once_is_asked_for_in_parts(
    most: int, longest: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """20 regions by 2 sexes by 10 years are 400 cells; an address may be too long as well."""
    monkeypatch.setattr(pxweb, "_LONGEST", longest)
    many = {
        "Region": [f"{n:02d}" for n in range(20)],
        "Sex": ["1", "2"],
        "Tid": [str(year) for year in range(2000, 2010)],
    }
    query = Query(source="pxweb", dataset="TAB638", filters={"Region": tuple(many["Region"][:-1])})
    with serving(service(many, maxDataCells=most)) as server:
        found = ask(server, tmp_path, query)
    assert len(server.asked) > 3
    assert found.vintage.rows == 19 * 2 * 10
    (part,) = datasets(found.path)
    assert part.table.group_by([*part.dimensions, "period"]).aggregate([]).num_rows == 19 * 2 * 10


def test_a_question_of_too_many_parts_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pxweb, "_MOST_PARTS", 3)
    with (
        serving(service(LISTS, maxDataCells=1)) as server,
        pytest.raises(SourceError, match="4 parts of 1 cells") as caught,
    ):
        ask(server, tmp_path, TABLE)
    assert "--filter" in caught.value.faults[0].way_out
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("filters", "since", "said"),
    [
        ({"Land": ("00",)}, None, "a dimension among Region, Sex, Tid"),
        ({"Region": ("99",)}, None, "codes of Region, such as 00, 0180"),
    ],
)
def test_names_that_the_table_does_not_have(
    filters: dict[str, tuple[str, ...]], since: int | None, said: str, tmp_path: Path
) -> None:
    with serving(service(LISTS)) as server, pytest.raises(SourceError, match=said):
        ask(server, tmp_path, Query(source="pxweb", dataset="TAB638", filters=filters, since=since))
    assert leavings(tmp_path) == []


def test_years_of_a_table_that_does_not_tell_its_time(tmp_path: Path) -> None:
    untold = json.loads(message(LISTS)) | {"role": {}}
    with (
        serving(
            lambda path, asked: Reply(b"{}" if path == "/config" else json.dumps(untold).encode())
        ) as server,
        pytest.raises(SourceError, match="told to be of time"),
    ):
        ask(server, tmp_path, TABLE)


@pytest.mark.parametrize(
    "content", [b"<html>", b"{}", b'{"id": ["a"], "dimension": {"a": 1}}', b'{"id": [], "dimension": {}}']
)
def test_descriptions_of_another_form(content: bytes, tmp_path: Path) -> None:
    with serving(lambda path, asked: Reply(b"{}" if path == "/config" else content)) as server:
        with pytest.raises(InputError, match="the description of a PxWeb table"):
            ask(server, tmp_path, TABLE)
        assert leavings(tmp_path) == []
        server.route = service(LISTS)
        assert ask(server, tmp_path, TABLE).vintage.rows == 4


def test_a_server_of_another_kind(tmp_path: Path) -> None:
    with serving(lambda path, asked: Reply(b"<html>")) as server:
        with pytest.raises(InputError, match="the settings of PxWebApi 2"):
            ask(server, tmp_path, TABLE)
        assert server.asked == ["/config"]


def test_figures_of_two_servers_do_not_become_vintages_of_each_other(tmp_path: Path) -> None:
    with serving(service(LISTS)) as one, serving(service(LISTS)) as other:
        first = ask(one, tmp_path, TABLE)
        with pytest.raises(DefinitionError, match="--to"):
            ask(other, tmp_path, TABLE)
        assert other.asked == []
        second = fetch(TABLE, tmp_path / "other", server=other.base, patience=QUICK)
    assert first.vintage.rows == second.vintage.rows
