"""What a fetch refuses: being sent elsewhere, answers without an end, pages in a circle, descriptions of another form.

Each gives a clear error, keeps nothing, and the next fetch is none the worse.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.fake_server import Reply, serving
from tests.connectors.test_fetch import EUROSTAT, HEADER, QUICK, WHOLE, always, ask, csv_of, leavings
from zaragoza.collect.fetch import Query, datasets, fetch, read_vintage
from zaragoza.collect.fetch.session import Patience, Session
from zaragoza.errors import InputError, SourceError

V4 = Query(source="statline", dataset="1", interface="v4")
UNHCR = Query(source="unhcr", dataset="asylum-applications")
ITEM = {"year": 2020, "coo": "SYR", "coa": "NET", "applied": 5}


def message(**content: Any) -> bytes:
    return json.dumps(content).encode()


def test_another_server_is_not_followed(tmp_path: Path) -> None:
    with serving(always(WHOLE)) as other:
        sent = other.base.replace("127.0.0.1", "localhost")
        with (
            serving(lambda path, asked: Reply(status=302, headers={"Location": f"{sent}/x"})) as server,
            pytest.raises(SourceError, match="sends on to http://localhost") as caught,
        ):
            ask(server, tmp_path)
    assert "--server" in caught.value.faults[0].way_out
    assert other.asked == []
    assert leavings(tmp_path) == []


def test_the_same_server_is_followed_but_not_in_a_circle(tmp_path: Path) -> None:
    def route(path: str, asked: dict[str, str]) -> Reply:
        return Reply(WHOLE) if path == "/new" else Reply(status=301, headers={"Location": "/new"})

    with serving(route) as server:
        assert ask(server, tmp_path).vintage.rows == 2
        server.route = lambda path, asked: Reply(status=302, headers={"Location": path})
        with pytest.raises(SourceError, match="on and on"):
            ask(server, tmp_path / "other")


def test_a_safe_connection_is_not_left() -> None:
    with Session() as session:
        session._asked = session._client.build_request("GET", "https://statistics.test/x").url
        session._stay(session._client.build_request("GET", "https://statistics.test/y"))
        with pytest.raises(SourceError, match="http://statistics"):
            session._stay(session._client.build_request("GET", "http://statistics.test/y"))


def test_an_answer_without_an_end_is_cut_off() -> None:
    with (
        serving(always(WHOLE * 200)) as server,
        Session(patience=QUICK, largest=1 << 10) as session,
        pytest.raises(SourceError, match="more than"),
    ):
        session.get(server.base)


@pytest.mark.parametrize("declared", [True, False])
def test_an_answer_that_swells_when_it_is_unpacked(
    declared: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("zaragoza.collect.published.read"), "_LARGEST", 1 << 20)
    packed = gzip.compress(b"0" * (2 << 20))
    assert len(packed) < 1 << 14
    headers = {"Content-Encoding": "gzip"} if declared else {}
    with serving(always(packed, **headers)) as server:
        if declared:
            with (
                Session(patience=QUICK, largest=1 << 20) as session,
                pytest.raises(SourceError, match="more than 1 MB"),
            ):
                session.get(server.base)
        else:
            with pytest.raises(InputError, match="more than 1 MB when it is unpacked"):
                ask(server, tmp_path)
    assert leavings(tmp_path) == []


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(csv_of(("DE", "2020", "sixty", ""))), "words where numbers"),
        (Reply(WHOLE, headers={"Content-Encoding": "gzip"}), "not packed as it says"),
        (
            Reply(gzip.compress(gzip.compress(WHOLE)), headers={"Content-Encoding": "gzip, gzip"}),
            "more than once",
        ),
        (Reply(WHOLE, headers={"Content-Encoding": "zstd"}), "not packed as it says"),
        (Reply(gzip.compress(WHOLE)[:30]), "breaks off"),
        (Reply(HEADER.encode() + b"dataflow,ESTAT:LFSA_X(1.0),A\n"), "another number of fields"),
        (Reply(status=204), "nothing"),
        (Reply(status=503, headers={"Retry-After": "Tue, 04 Feb 2025 22:00:00 -0000"}), "closed for now"),
        (Reply(status=503, headers={"Retry-After": "soon"}), "closed for now"),
    ],
)
def test_answers_of_another_form(reply: Reply, said: str, tmp_path: Path) -> None:
    with serving(lambda path, asked: reply) as server:
        with pytest.raises((InputError, SourceError), match=said):
            ask(server, tmp_path)
        assert leavings(tmp_path) == []
        server.route = always(WHOLE)
        assert ask(server, tmp_path).vintage.rows == 2


def test_numbers_without_a_value_are_none(tmp_path: Path) -> None:
    with serving(always(csv_of(("DE", "2020", "inf", ""), ("NL", "2020", "NaN", "")))) as server:
        (part,) = datasets(ask(server, tmp_path).path)
    assert part.table["value"].to_pylist() == [None, None]
    assert part.table["reason"].to_pylist() == ["not_measured"] * 2


def statline4(**resources: Any) -> Callable[[str, dict[str, str]], Reply]:
    """A table of OData 4, with some of its resources otherwise; {base} in them is the server."""
    plain = {
        "Properties": {"Title": "Table"},
        "Dimensions": {"value": [{"Identifier": "Geo", "Kind": "GeoDimension"}]},
        "MeasureCodes": {"value": [{"Identifier": "M1", "Title": "Number"}]},
        "GeoCodes": {"value": [{"Identifier": "NL", "Title": "Netherlands"}]},
        "Observations": {"value": [{"Id": 0, "Measure": "M1", "ValueAttribute": "None", "Value": 1, "Geo": "NL"}]},
        **resources,
    }  # fmt: skip

    def route(path: str, asked: dict[str, str]) -> Reply:
        found = plain[path.partition("?")[0].rsplit("/", 1)[1]]
        context = {"@odata.context": f"http://x/odata/v1/CBS/1/$metadata#{path.rsplit('/', 1)[1]}"}
        text = json.dumps({**context, **found}).replace("{base}", f"http://{asked['host']}")
        return Reply(text.encode())

    return route


CIRCLE = "{base}/1/Observations"


@pytest.mark.parametrize(
    ("resources", "said"),
    [
        ({"Observations": {"value": [], "@odata.nextLink": CIRCLE}}, "one that was there before"),
        ({"Observations": {"value": [], "@odata.nextLink": "http://elsewhere.test/2"}}, "one elsewhere"),
        ({"Observations": {"value": ["text"]}}, "no list of records"),
        ({"Observations": {}}, "no list of rows"),
        ({"Dimensions": {"value": [{"Name": "Geo"}]}}, "records without Identifier"),
        ({"Dimensions": {"value": None}}, "no list of records"),
        ({"GeoCodes": {"value": [{"Identifier": 1}]}}, "records without Identifier"),
    ],
)
def test_statline_in_a_circle_or_of_another_form(
    resources: dict[str, Any], said: str, tmp_path: Path
) -> None:
    with serving(statline4(**resources)) as server:
        with pytest.raises((InputError, SourceError), match=said):
            ask(server, tmp_path, V4)
        assert leavings(tmp_path) == []
        server.route = statline4()
        assert ask(server, tmp_path, V4).vintage.rows == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (message(items=[ITEM], maxPages="many"), "no number of pages"),
        (message(items=[ITEM], maxPages=10**9), "1,000,000,000 pages"),
        (WHOLE, "no number of pages"),
        (message(items=["text"], maxPages=1), "not known"),
    ],
)
def test_pages_of_the_refugee_data_finder(content: bytes, said: str, tmp_path: Path) -> None:
    with serving(always(content)) as server:
        with pytest.raises((InputError, SourceError), match=said):
            ask(server, tmp_path, UNHCR)
        assert len(server.asked) == 1
        assert leavings(tmp_path) == []


def test_a_structure_that_cannot_be_read_is_not_kept(tmp_path: Path) -> None:
    """Else the next fetch within the hour would take it from what is kept, and fail as well."""
    query = Query(**{**vars(EUROSTAT), "interface": "sdmx2"})
    with serving(always(b"\xff\xfe not a structure")) as server:
        for _ in range(2):
            with pytest.raises(InputError, match="SDMX structure message"):
                ask(server, tmp_path, query)
    assert len(server.asked) == 2


def test_a_record_of_another_form_is_no_vintage(tmp_path: Path) -> None:
    with serving(always(WHOLE)) as server:
        found = fetch(EUROSTAT, tmp_path, server=server.base, patience=Patience(attempts=1))
    (found.path / "snapshot.json").write_text('{"format": 1, "query": {"filters": []}, "parts": [1]}')
    with pytest.raises(InputError, match="none that can be read"):
        read_vintage(found.path)
