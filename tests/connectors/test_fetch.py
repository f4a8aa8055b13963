"""Fetching from servers on the loopback: recorded messages, small ones made by hand, and faults.

A fault gives a clear error and no half vintage; the next fetch goes on. Waiting is injected as zero.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.connectors.fake_server import FakeServer, Reply, serving
from tests.support import SHARED, closed_port, needs_shared
from zaragoza.collect.fetch import Patience, Query, datasets, fetch, fetched
from zaragoza.errors import DefinitionError, InputError, SourceError, ZaragozaError

QUICK = Patience(attempts=3, first=0, longest=0, jitter=0, retry_after=0.05, poll=0, polls=4)
HEADER = "STRUCTURE,STRUCTURE_ID,freq,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\n"
EUROSTAT = Query(source="eurostat", dataset="lfsa_x", filters={"geo": ("NL", "DE")}, since=2020)


def csv_of(*rows: tuple[str, str, str, str]) -> bytes:
    lines = [f"dataflow,ESTAT:LFSA_X(1.0),A,{','.join(row)}" for row in rows]
    return (HEADER + "\n".join(lines) + "\n").encode()


WHOLE = csv_of(("DE", "2020", "60.1", ""), ("NL", "2020", "71.5", "b"))


def always(body: bytes, **headers: str) -> Callable[[str, dict[str, str]], Reply]:
    return lambda path, asked: Reply(body, headers=headers)


def ask(server: FakeServer, folder: Path, query: Query = EUROSTAT, **more: object):
    return fetch(query, folder, server=server.base, **{"patience": QUICK} | more)


def leavings(folder: Path) -> list[str]:
    """What lies in the folder beside whole vintages, the lock and the kept answers."""
    return [p.name for p in folder.rglob("*") if p.is_file() and p.name == "snapshot.json"]


def test_a_dataset_becomes_a_vintage(tmp_path: Path) -> None:
    with serving(always(gzip.compress(WHOLE))) as server:  # gzipped without being declared
        found = ask(server, tmp_path)
    (path,) = server.asked
    assert path.startswith("/sdmx/3.0/data/dataflow/ESTAT/LFSA_X/1.0?format=csvdata&formatVersion=2.0")
    assert path.endswith("&c[geo]=NL,DE&c[TIME_PERIOD]=ge:2020")
    assert server.headers[0]["user-agent"].startswith("zaragoza/")
    record = json.loads((found.path / "snapshot.json").read_text())
    assert record["query"]["filters"] == {"geo": ["NL", "DE"]}
    assert record["rows"] == 2
    assert record["version"]
    assert datetime.fromisoformat(record["fetched_at"]).tzinfo is not None
    (part,) = datasets(found.path)
    assert part.table.select(["geo", "period", "value", "flag", "reason"]).to_pylist() == [
        {"geo": "DE", "period": "2020", "value": 60.1, "flag": "", "reason": "published"},
        {"geo": "NL", "period": "2020", "value": 71.5, "flag": "b", "reason": "break"},
    ]


def test_an_unchanged_dataset_is_not_kept_twice(tmp_path: Path) -> None:
    def route(path: str, asked: dict[str, str]) -> Reply:
        if asked.get("if-none-match") == '"v1"':
            return Reply(status=304, headers={"ETag": '"v1"'})
        return Reply(WHOLE, headers={"ETag": '"v1"', "Last-Modified": "Tue, 04 Feb 2025 22:00:00 GMT"})

    with serving(route) as server:
        first, second = ask(server, tmp_path), ask(server, tmp_path)
    assert len(server.asked) == 2  # a conditional question: nothing was sent again
    assert server.headers[1]["if-none-match"] == '"v1"'
    assert (first.new, second.new) == (True, False)
    assert first.path == second.path
    assert first.vintage.updated == "2025-02-04T22:00:00+00:00"


def test_a_changed_dataset_is_a_vintage_of_its_own(tmp_path: Path) -> None:
    later = csv_of(("DE", "2020", "60.3", ""), ("NL", "2020", "71.5", ""))
    days = iter([datetime(2025, 1, 9, 12, tzinfo=UTC), datetime(2025, 6, 3, 12, tzinfo=UTC)])
    with serving(always(WHOLE)) as server:
        day = next(days)
        first = ask(server, tmp_path, clock=lambda: day)
        server.route = always(later)
        next_day = next(days)
        second = ask(server, tmp_path, clock=lambda: next_day)
    assert first.path != second.path
    assert fetched(EUROSTAT, tmp_path).path == second.path
    assert fetched(EUROSTAT, tmp_path, "2025-03-01").path == first.path
    with pytest.raises(InputError, match="2024-12-31"):
        fetched(EUROSTAT, tmp_path, "2024-12-31")


def test_without_a_network_the_last_vintage_is_used(tmp_path: Path) -> None:
    with serving(always(WHOLE)) as server:
        found = ask(server, tmp_path)
    assert (
        fetched(
            Query(source="eurostat", dataset="lfsa_x", filters={"geo": ("DE", "NL")}, since=2020), tmp_path
        ).path
        == found.path
    )
    with pytest.raises(InputError) as caught:
        fetched(Query(source="eurostat", dataset="lfsa_x"), tmp_path)
    assert "--offline" in caught.value.faults[0].way_out


FAULTS = [
    (Reply(b"<!doctype html><html>maintenance</html>"), InputError, "a web page"),
    (Reply(b"<S:Envelope xmlns:S='s'><S:Body><S:Fault><faultcode>150</faultcode><faultstring>bad filter</faultstring>"
           b"</S:Fault></S:Body></S:Envelope>"), InputError, "an error of the server: bad filter"),
    (Reply(HEADER.encode()), SourceError, "an empty table"),
    (Reply(b"{}", status=400), SourceError, "not understood"),
    (Reply(b"", status=404), SourceError, "no such dataset"),
    (Reply(WHOLE[:40], promised=len(WHOLE)), SourceError, "breaks off"),
    (Reply(silent=True), SourceError, "no answer within 0.4 seconds"),
    (Reply(b"busy", status=503), SourceError, "closed for now"),
    (Reply(b"", status=429, headers={"Retry-After": "0"}), SourceError, "asked too often"),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "kind", "said"), FAULTS, ids=[said for _, _, said in FAULTS])
def test_a_fault_that_stays_is_told_and_leaves_nothing(
    reply: Reply, kind: type[ZaragozaError], said: str, tmp_path: Path
) -> None:
    with serving(lambda path, asked: reply) as server:
        with pytest.raises(kind, match=re.escape(said)) as caught:
            ask(server, tmp_path, patience=replace(QUICK, answer=0.4) if reply.silent else QUICK)
        assert caught.value.faults[0].way_out
        assert leavings(tmp_path) == []
        server.route = always(WHOLE)
        assert ask(server, tmp_path).vintage.rows == 2  # the next fetch is none the worse


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_fault_that_passes_is_waited_out(status: int, tmp_path: Path) -> None:
    with serving(always(WHOLE)) as server:
        server.waiting = [Reply(b"", status=status, headers={"Retry-After": "0"}), Reply(b"", status=status)]
        assert ask(server, tmp_path).vintage.rows == 2
        assert len(server.asked) == 3


def test_a_broken_answer_is_asked_for_again(tmp_path: Path) -> None:
    with serving(always(WHOLE)) as server:
        server.waiting = [Reply(WHOLE[:50], promised=len(WHOLE))]
        assert ask(server, tmp_path).vintage.rows == 2
        assert len(server.asked) == 2


def test_a_long_pause_is_told_and_not_slept_through(tmp_path: Path) -> None:
    with serving(lambda path, asked: Reply(status=429, headers={"Retry-After": "3600"})) as server:
        with pytest.raises(SourceError, match="3600 seconds"):
            ask(server, tmp_path)
        assert len(server.asked) == 1


def test_no_server_at_all_is_told(tmp_path: Path) -> None:
    with closed_port() as port, pytest.raises(SourceError, match="no connection"):
        fetch(EUROSTAT, tmp_path, server=f"http://127.0.0.1:{port}", patience=QUICK)


def only_small(path: str, asked: dict[str, str]) -> Reply:
    """413 for more than one country; else its figures, in the years asked for."""
    query = parse_qs(urlsplit(path.replace("+", "%2B")).query)
    codes = query["c[geo]"][0].split(",")
    if len(codes) > 1:
        return Reply(
            b"<S:Fault><faultcode>413</faultcode><faultstring>EXTRACTION_TOO_BIG</faultstring></S:Fault>", 413
        )
    return Reply(csv_of(*[(code, "2020", "50.5", "") for code in codes]))


def test_too_much_is_asked_for_in_smaller_parts(tmp_path: Path) -> None:
    query = Query(source="eurostat", dataset="lfsa_x", filters={"geo": ("AT", "BE", "BG", "CY", "CZ")})
    with serving(only_small) as server:
        found = ask(server, tmp_path, query)
    (part,) = datasets(found.path)
    assert sorted(part.table["geo"].to_pylist()) == ["AT", "BE", "BG", "CY", "CZ"]
    assert len(found.vintage.parts) == 5


def test_too_much_without_filters_is_asked_for_by_years(tmp_path: Path) -> None:
    def route(path: str, asked: dict[str, str]) -> Reply | None:
        years = [int(year) for year in re.findall(r"[gl]e:(\d{4})", path)]
        if len(years) < 2 or years[1] - years[0] >= 10:
            return Reply(
                b"<S:Fault><faultstring>EXTRACTION_TOO_BIG</faultstring></S:Fault>"
            )  # with status 200
        return (
            Reply(csv_of(("NL", str(years[0]), "1", ""))) if years[0] >= 2000 else None
        )  # nothing before 2000

    query = Query(source="eurostat", dataset="lfsa_x", since=1990, until=2029)
    with serving(route) as server:
        found = ask(server, tmp_path, query)
    (part,) = datasets(found.path)
    assert part.table["period"].to_pylist() == ["2000", "2010", "2020"]


def test_nothing_in_any_part_is_told(tmp_path: Path) -> None:
    def route(path: str, asked: dict[str, str]) -> Reply | None:
        return Reply(status=413) if "AT,BE" in path else None

    with serving(route) as server, pytest.raises(SourceError, match="no such dataset"):
        ask(server, tmp_path, Query(source="eurostat", dataset="x", filters={"geo": ("AT", "BE")}))
    assert leavings(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(DefinitionError, match="a folder that can be written"):
        fetch(EUROSTAT, tmp_path / "taken", server="http://127.0.0.1:9")


def test_what_cannot_be_made_smaller_is_told(tmp_path: Path) -> None:
    query = Query(source="eurostat", dataset="lfsa_x", filters={"geo": ("NL",)}, since=2020, until=2020)
    with serving(lambda path, asked: Reply(status=413)) as server, pytest.raises(SourceError) as caught:
        ask(server, tmp_path, query)
    assert "--filter" in caught.value.faults[0].way_out
    assert leavings(tmp_path) == []


def test_a_fetch_that_broke_off_goes_on(tmp_path: Path) -> None:
    """Four countries in parts: the server fails after two; the next fetch asks for the other two alone."""
    query = Query(source="eurostat", dataset="lfsa_x", filters={"geo": ("AT", "BE", "BG", "CY")})

    def failing(path: str, asked: dict[str, str]) -> Reply:
        return Reply(status=503) if path.endswith("=BG") else only_small(path, asked)

    with serving(failing) as server:
        with pytest.raises(SourceError):
            ask(server, tmp_path, query)
        assert leavings(tmp_path) == []
        server.route, server.asked = only_small, []
        found = ask(server, tmp_path, query)
        whole = [path for path in server.asked if re.search(r"c\[geo\]=(AT|BE)$", path)]
    assert whole == []
    assert found.vintage.rows == 4


def test_parts_of_yesterday_are_not_mixed_with_those_of_today(tmp_path: Path) -> None:
    query = Query(source="eurostat", dataset="lfsa_x", filters={"geo": ("AT", "BE")})
    at = datetime(2025, 1, 1, tzinfo=UTC)
    with serving(
        lambda path, asked: Reply(status=503) if path.endswith("=BE") else only_small(path, asked)
    ) as server:
        with pytest.raises(SourceError):
            ask(server, tmp_path, query, clock=lambda: at)
        server.route, server.asked = only_small, []
        ask(server, tmp_path, query, clock=lambda: at + timedelta(days=1))
        assert [path[-2:] for path in server.asked] == [
            "BE",
            "AT",
            "BE",
        ]  # together (refused), then one by one


def test_parts_of_two_versions_are_refused(tmp_path: Path) -> None:
    def route(path: str, asked: dict[str, str]) -> Reply:
        if "AT,BE" in path:
            return Reply(status=413)
        day = "01/03/25" if path.endswith("AT") else "02/03/25"
        head = "DATAFLOW,LAST UPDATE,freq,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\n"
        return Reply(f"{head}ESTAT:X(1.0),{day} 23:00:00,A,{path[-2:]},2020,1,\n".encode())

    with serving(route) as server, pytest.raises(SourceError, match="two versions"):
        ask(server, tmp_path, Query(source="eurostat", dataset="x", filters={"geo": ("AT", "BE")}))
    assert leavings(tmp_path) == []


ENVELOPE = b"""<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Body>
<ns0:asyncResponse xmlns:ns0="x"><ns0:status><ns0:key>%s</ns0:key><ns0:status>%s</ns0:status></ns0:status>
</ns0:asyncResponse></env:Body></env:Envelope>"""
KEY = b"6a7c1f2e-93d5-4c2b-8a44-000000000001"


def test_an_answer_that_is_prepared_is_waited_for(tmp_path: Path) -> None:
    states = [b"SUBMITTED", b"PROCESSING", b"AVAILABLE"]

    def route(path: str, asked: dict[str, str]) -> Reply:
        if "/async/status/" in path:
            return Reply(ENVELOPE % (KEY, states.pop(0)))
        return Reply(WHOLE if "/async/data/" in path else ENVELOPE % (KEY, b"SUBMITTED"))

    with serving(route) as server:
        assert ask(server, tmp_path).vintage.rows == 2
    assert [path.split("/")[-2] for path in server.asked[1:]] == ["status", "status", "status", "data"]


@pytest.mark.parametrize(("state", "said"), [(b"EXPIRED", "EXPIRED"), (b"PROCESSING", "still not ready")])
def test_an_answer_that_never_gets_ready_is_told(state: bytes, said: str, tmp_path: Path) -> None:
    with serving(always(ENVELOPE % (KEY, state))) as server, pytest.raises(SourceError, match=said):
        ask(server, tmp_path)
    assert leavings(tmp_path) == []


def test_the_two_other_ways_of_asking_eurostat(tmp_path: Path) -> None:
    structure = b"""<?xml version="1.0" encoding="UTF-8"?>
<m:Structure xmlns:m="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message"
 xmlns:s="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/structure"
 xmlns:c="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common"><m:Header><m:ID>x</m:ID><m:Test>false</m:Test>
<m:Prepared>2025-01-01T00:00:00</m:Prepared><m:Sender id="ESTAT"/></m:Header><m:Structures><s:DataStructures>
<s:DataStructure agencyID="ESTAT" id="LFSA_X" version="1.0"
 urn="urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=ESTAT:LFSA_X(1.0)">
<c:Name xml:lang="en">x</c:Name><s:DataStructureComponents><s:DimensionList id="DimensionDescriptor">%s
<s:TimeDimension id="TIME_PERIOD" position="4"><s:ConceptIdentity><Ref agencyID="ESTAT" maintainableParentID="CS"
 maintainableParentVersion="1.0" id="TIME_PERIOD" class="Concept" package="conceptscheme"/></s:ConceptIdentity>
<s:LocalRepresentation><s:TextFormat textType="ObservationalTimePeriod"/></s:LocalRepresentation></s:TimeDimension>
</s:DimensionList><s:MeasureList id="MeasureDescriptor"><s:PrimaryMeasure id="OBS_VALUE"><s:ConceptIdentity>
<Ref agencyID="ESTAT" maintainableParentID="CS" maintainableParentVersion="1.0" id="OBS_VALUE" class="Concept"
 package="conceptscheme"/></s:ConceptIdentity></s:PrimaryMeasure></s:MeasureList></s:DataStructureComponents>
</s:DataStructure></s:DataStructures></m:Structures></m:Structure>""" % b"".join(
        b'<s:Dimension id="%s" position="%d"><s:ConceptIdentity><Ref agencyID="ESTAT" maintainableParentID="CS" '
        b'maintainableParentVersion="1.0" id="%s" class="Concept" package="conceptscheme"/></s:ConceptIdentity>'
        b"</s:Dimension>" % (name, place, name)
        for place, name in enumerate((b"freq", b"sex", b"geo"), 1)
    )
    stat = {
        "version": "2.0", "class": "dataset", "id": ["geo", "time"], "size": [2, 1],
        "value": {"0": 1.5}, "status": {"1": ":"},
        "dimension": {"geo": {"category": {"index": {"NL": 0, "DE": 1}}}, "time": {"category": {"index": {"2020": 0}}}},
        "updated": "2025-02-01T23:00:00+0100", "extension": {"agencyId": "ESTAT", "id": "LFSA_X"},
    }  # fmt: skip

    def route(path: str, asked: dict[str, str]) -> Reply:
        if "/datastructure/" in path:
            return Reply(structure)
        return Reply(json.dumps(stat).encode() if "/statistics/" in path else WHOLE)

    with serving(route) as server:
        ask(server, tmp_path, Query(**{**vars(EUROSTAT), "interface": "sdmx2"}))
        found = ask(server, tmp_path, Query(**{**vars(EUROSTAT), "interface": "jsonstat"}))
        with pytest.raises(SourceError, match="freq, sex, geo"):
            ask(
                server,
                tmp_path,
                Query(source="eurostat", dataset="y", filters={"land": ("NL",)}, interface="sdmx2"),
            )
    assert server.asked[:3] == [
        "/sdmx/2.1/datastructure/ESTAT/LFSA_X/latest",
        "/sdmx/2.1/data/LFSA_X/..NL+DE?format=SDMX-CSV&startPeriod=2020",
        "/statistics/1.0/data/lfsa_x?format=JSON&lang=EN&geo=NL&geo=DE&sinceTimePeriod=2020",
    ]
    assert found.vintage.updated == "2025-02-01T23:00:00+0100"


def test_an_unknown_service_or_way_of_asking_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="eurostat, statline"):
        fetch(Query(source="imf", dataset="x"), tmp_path)
    with pytest.raises(DefinitionError, match="v3, v4"):
        fetch(Query(source="statline", dataset="x", interface="v5"), tmp_path)


def test_a_vintage_that_was_changed_is_refused(tmp_path: Path) -> None:
    with serving(always(WHOLE)) as server:
        found = ask(server, tmp_path)
    (part,) = found.vintage.parts
    (found.path / part.file).write_bytes(WHOLE.replace(b"71.5", b"99.9"))
    with pytest.raises(InputError, match=part.file):
        datasets(found.path)


@needs_shared
def test_recorded_messages_of_eurostat(tmp_path: Path) -> None:
    """A notice of 2015 that the answer is too large (footer with code 413) is not taken for data."""
    assert SHARED is not None
    formats = SHARED / "data" / "formats"
    notice = (formats / "sdmx/ESTAT/footer.xml").read_bytes()
    recorded = (formats / "jsonstat/swift-jsonstat_demo_gind.json").read_bytes()
    query = Query(source="eurostat", dataset="demo_gind", interface="jsonstat", since=2023, until=2023)
    with serving(always(recorded)) as server:
        server.waiting = [Reply(notice)]
        with pytest.raises(SourceError, match="more than 5,000,000 rows"):
            ask(server, tmp_path, query)
        assert ask(server, tmp_path, query).vintage.updated == "2024-11-08T23:00:00+0100"
