"""Fetching from StatLine, the OECD and UNHCR, with the recorded messages and small ones made by hand."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.connectors.fake_server import Reply, serving
from tests.connectors.test_fetch import QUICK, ask, leavings
from tests.support import SHARED, needs_shared
from zaragoza.collect.fetch import Query, datasets, fetch
from zaragoza.errors import InputError, SourceError

RECORDED = SHARED / "data" / "cbs" / "odata_v3_json" if SHARED else Path()
PLAIN = {
    "DataProperties": [
        {"Key": "RegioS", "Type": "GeoDimension", "Title": "Regio's"},
        {"Key": "Perioden", "Type": "TimeDimension", "Title": "Perioden"},
        {"Key": "Aantal_1", "Type": "Topic", "Title": "Aantal"},
    ],
    "TableInfos": [{"Identifier": "1", "Title": "Tabel", "Modified": "2024-05-01T02:00:00"}],
    "RegioS": [{"Key": "NL01  ", "Title": "Nederland"}, {"Key": "GM0003", "Title": "Appingedam"}],
    "Perioden": [
        {"Key": "2022JJ00", "Title": "2022", "Status": "Definitief"},
        {"Key": "2023JJ00", "Title": "2023", "Status": "Voorlopig"},
    ],
    "UntypedDataSet": [
        {"ID": 0, "RegioS": "NL01  ", "Perioden": "2023JJ00", "Aantal_1": "    12.5"},
        {"ID": 1, "RegioS": "GM0003", "Perioden": "2023JJ00", "Aantal_1": "       ."},
    ],
}  # fmt: skip
STATLINE = Query(source="statline", dataset="1", filters={"RegioS": ("NL01", "GM0003")}, since=2023)


def odata3(path: str, asked: dict[str, str]) -> Reply | None:
    resource = path.split("?", maxsplit=1)[0].rsplit("/", maxsplit=1)[-1]
    if resource not in PLAIN:
        return None
    metadata = f"https://opendata.cbs.nl/ODataFeed/OData/1/$metadata#Cbs.OData.WebAPI.{resource}"
    return Reply(json.dumps({"odata.metadata": metadata, "value": PLAIN[resource]}).encode())


def test_a_table_of_statline(tmp_path: Path) -> None:
    with serving(odata3) as server:
        found = ask(server, tmp_path, STATLINE)
    assert server.asked[-1] == (
        "/1/UntypedDataSet?$format=json&$filter=(RegioS eq 'NL01  ' or RegioS eq 'GM0003') and (Perioden eq '2023JJ00')"
    )
    (part,) = datasets(found.path)
    assert part.labels["RegioS"] == {"NL01": "Nederland", "GM0003": "Appingedam"}
    assert part.table.select(["RegioS", "period", "value", "flag", "reason", "updated"]).to_pylist() == [
        {"RegioS": "NL01", "period": "2023", "value": 12.5, "flag": "Voorlopig", "reason": "provisional",
         "updated": "2024-05-01T02:00:00"},
        {"RegioS": "GM0003", "period": "2023", "value": None, "flag": ".", "reason": "not_measured",
         "updated": "2024-05-01T02:00:00"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("filters", "said"), [({"Regio": ("NL01",)}, "RegioS, Perioden"), ({"RegioS": ("XX",)}, "NL01, GM0003")]
)
def test_an_unknown_dimension_or_code_of_statline_is_told(
    filters: dict[str, tuple[str, ...]], said: str, tmp_path: Path
) -> None:
    with serving(odata3) as server, pytest.raises(SourceError, match=said):
        ask(server, tmp_path, Query(source="statline", dataset="1", filters=filters))
    assert leavings(tmp_path) == []


def test_many_codes_are_asked_for_in_several_questions(tmp_path: Path) -> None:
    many = [f"GM{number:04d}" for number in range(200)]

    def route(path: str, asked: dict[str, str]) -> Reply | None:
        if "/RegioS" in path:
            rows = [{"Key": code, "Title": code} for code in many]
            return Reply(json.dumps({"odata.metadata": "x#RegioS", "value": rows}).encode())
        return odata3(path, asked)

    with serving(route) as server:
        ask(server, tmp_path, Query(source="statline", dataset="1", filters={"RegioS": tuple(many)}))
    figures = [path for path in server.asked if "UntypedDataSet" in path]
    assert len(figures) > 1
    assert sum(path.count("RegioS eq") for path in figures) == 200
    assert max(map(len, figures)) < 2000


@needs_shared
def test_pages_of_a_recorded_table(tmp_path: Path) -> None:
    """Two recorded pages of vacancies, 10,000 and 5,504 rows; the server breaks off between them once."""
    pages = [
        gzip.decompress((RECORDED / f"vacancies_page_{number}.json.gz").read_bytes()) for number in (1, 2)
    ]
    dimensions = ["BedrijfstakkenBranchesSBI2008", "RegioS", "Perioden"]
    properties = [
        {"Key": name, "Type": "TimeDimension" if name == "Perioden" else "Dimension"} for name in dimensions
    ]

    def route(path: str, asked: dict[str, str]) -> Reply:
        if "UntypedDataSet" not in path:
            rows = properties if "DataProperties" in path else []
            return Reply(json.dumps({"odata.metadata": "x#y", "value": rows}).encode())
        page = pages[1] if "$skip" in path else pages[0]
        return Reply(page.replace(b"https://opendata.cbs.nl/ODataFeed/OData", server.base.encode()))

    query = Query(source="statline", dataset="83599NED")
    with serving(route) as server:
        whole = server.route
        server.route = lambda path, asked: Reply(status=500) if "$skip" in path else whole(path, asked)
        with pytest.raises(SourceError, match="500"):
            ask(server, tmp_path, query)
        assert leavings(tmp_path) == []
        server.route, server.asked = whole, []
        found = ask(server, tmp_path, query)
        assert ["$skip=10000" in path for path in server.asked] == [True]
    (part,) = datasets(found.path)
    assert part.table.num_rows == found.vintage.rows == 15504
    assert part.dimensions == ("BedrijfstakkenBranchesSBI2008", "RegioS", "Measure")


def test_a_next_page_on_another_server_is_not_followed(tmp_path: Path) -> None:
    def route(path: str, asked: dict[str, str]) -> Reply | None:
        reply = odata3(path, asked)
        if reply and "UntypedDataSet" in path:
            message = json.loads(reply.body)
            return Reply(json.dumps({**message, "odata.nextLink": "http://192.0.2.1/next"}).encode())
        return reply

    with serving(route) as server, pytest.raises(SourceError, match="elsewhere"):
        ask(server, tmp_path, STATLINE)


def test_a_web_page_in_place_of_a_description_is_told(tmp_path: Path) -> None:
    with (
        serving(lambda path, asked: Reply(b"<html>moved</html>")) as server,
        pytest.raises(InputError, match="a web page"),
    ):
        ask(server, tmp_path, STATLINE)


def test_a_table_of_statline_v4(tmp_path: Path) -> None:
    parts = {
        "Properties": {"Identifier": "1", "Title": "Tabel", "Modified": "2024-05-01T02:00:00+02:00"},
        "Dimensions": {"value": [{"Identifier": "Perioden", "Kind": "TimeDimension"}]},
        "MeasureCodes": {"value": [{"Identifier": "M003026", "Title": "Vacatures"}]},
        "PeriodenCodes": {"value": [{"Identifier": "1990KW01", "Title": "1990", "Status": "Definitief"}]},
    }

    def route(path: str, asked: dict[str, str]) -> Reply:
        resource = path.split("?", maxsplit=1)[0].rsplit("/", maxsplit=1)[-1]
        context = {"@odata.context": f"{server.base}/1/$metadata#{resource}"}
        if resource != "Observations":
            return Reply(json.dumps({**context, **parts[resource]}).encode())
        row = {
            "Id": 0,
            "Measure": "M003026",
            "ValueAttribute": "None",
            "Value": 520.0,
            "Perioden": "1990KW01",
        }
        following = {} if "skip" in path else {"@odata.nextLink": f"{server.base}/1/Observations?$skip=1"}
        return Reply(json.dumps({**context, "value": [row], **following}).encode())

    with serving(route) as server:
        found = ask(server, tmp_path, Query(source="statline", dataset="1", interface="v4"))
    (part,) = datasets(found.path)
    assert (
        part.table.select(["Measure", "period", "value"]).to_pylist()
        == [{"Measure": "M003026", "period": "1990-Q1", "value": 520.0}] * 2
    )
    assert part.labels["Measure"] == {"M003026": "Vacatures"}


@needs_shared
def test_a_recorded_table_of_the_oecd(tmp_path: Path) -> None:
    assert SHARED is not None
    recorded = (SHARED / "data" / "oecd" / "df_mig_nup_sex_lf_rate.csv.gz").read_bytes()
    query = Query(
        source="oecd", dataset="OECD.ELS.IMD,DSD_MIG@DF_MIG_NUP_SEX", filters={"SEX": ("_T",)}, since=2000
    )
    with serving(lambda path, asked: Reply(recorded)) as server:
        found = ask(server, tmp_path, query)
    assert server.asked == [
        "/v2/data/dataflow/OECD.ELS.IMD/DSD_MIG@DF_MIG_NUP_SEX/+/*?format=csvfilewithlabels&attributes=dsd&measures=all"
        "&c[SEX]=_T&c[TIME_PERIOD]=ge:2000"
    ]
    assert found.vintage.rows == 1590
    with pytest.raises(SourceError, match="AGENCY,DATAFLOW"):
        fetch(Query(source="oecd", dataset="DF_MIG"), tmp_path, server=server.base, patience=QUICK)


def test_pages_of_unhcr(tmp_path: Path) -> None:
    def route(path: str, asked: dict[str, str]) -> Reply:
        page = int(path.rpartition("=")[2])
        item = {"year": 2023, "coo_id": 1, "coo_name": "Syria", "coo": "SYR", "coa": "NET", "app_type": "N"}
        item |= {"applied": str(100 * page)}
        return Reply(json.dumps({"page": page, "maxPages": 2, "total": [], "items": [item]}).encode())

    query = Query(
        source="unhcr", dataset="asylum-applications", filters={"coa": ("NET",)}, since=2023, until=2023
    )
    with serving(route) as server:
        found = ask(server, tmp_path, query)
    assert (
        server.asked[0]
        == "/asylum-applications/?limit=1000&yearFrom=2023&yearTo=2023&coa=NET&coo_all=true&page=1"
    )
    (part,) = datasets(found.path)
    assert part.table["value"].to_pylist() == [100.0, 200.0]
    assert part.labels["coo"] == {"SYR": "Syria"}
