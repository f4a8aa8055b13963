"""Small messages of each form, made by hand from its definition (methods/15), and messages that break it."""

from __future__ import annotations

import gzip
import json

import pytest

from zaragoza.collect.published import read_message
from zaragoza.collect.published.statline import Description, describe, period
from zaragoza.errors import InputError


def found(content: bytes) -> str:
    with pytest.raises(InputError) as caught:
        read_message(content, "x")
    (fault,) = caught.value.faults
    return fault.found


def rows(content: bytes, **more: object) -> list[tuple[object, ...]]:
    (part,) = read_message(content, "x", **more)
    names = [*part.dimensions, "period", "value", "text", "flag"]
    return [tuple(row[name] for name in names) for row in part.table.to_pylist()]


V4 = {  # methods/15 section 2, table 60006: Id 0, M003026, 520 in the first quarter of 1990
    "@odata.context": "https://datasets.cbs.nl/odata/v1/CBS/60006/$metadata#Observations",
    "value": [
        {"Id": 0, "Measure": "M003026", "ValueAttribute": "None", "Value": 520.0, "Perioden": "1990KW01"},
        {"Id": 1, "Measure": "M003026", "ValueAttribute": "Confidential", "Value": None, "Perioden": "1990JJ00"},
        {"Id": 2, "Measure": "T1", "ValueAttribute": "None", "StringValue": "Ja", "Perioden": "1990JJ00"},
    ],
}  # fmt: skip


def test_observations_of_statline_v4() -> None:
    assert rows(json.dumps(V4).encode()) == [
        ("M003026", "1990-Q1", 520.0, None, ""),
        ("M003026", "1990", None, None, "Confidential"),
        ("T1", "1990", None, "Ja", ""),
    ]
    (part,) = read_message(json.dumps(V4).encode(), "x")
    assert part.table["reason"].to_pylist() == ["published", "confidential", "published"]
    assert part.id == "60006"


def test_signs_of_an_untyped_statline_table() -> None:
    message = {
        "odata.metadata": "https://opendata.cbs.nl/ODataFeed/OData/1/$metadata#Cbs.OData.WebAPI.UntypedDataSet",
        "value": [
            {
                "ID": 0,
                "RegioS": "NL01  ",
                "Perioden": "2023JJ00",
                "Aantal_1": "   135.5",
                "Naam_2": "Nederland  ",
            },
            {"ID": 1, "RegioS": "GM0003", "Perioden": "2023MM07", "Aantal_1": "       .", "Naam_2": "x"},
            {"ID": 2, "RegioS": "GM0005", "Perioden": "2023JJ00", "Aantal_1": "       -", "Naam_2": None},
        ],
    }
    about = Description(statuses={"2023JJ00": "Voorlopig", "2023MM07": "Definitief"})
    assert rows(json.dumps(message).encode(), about=about) == [
        ("NL01", "Aantal_1", "2023", 135.5, None, "Voorlopig"),
        ("GM0003", "Aantal_1", "2023-07", None, None, "."),
        ("GM0005", "Aantal_1", "2023", 0.0, None, "-"),
        ("NL01", "Naam_2", "2023", None, "Nederland", "Voorlopig"),
        ("GM0003", "Naam_2", "2023-07", None, None, "x"),
        ("GM0005", "Naam_2", "2023", None, None, "Voorlopig"),
    ]


def test_the_description_of_a_statline_table() -> None:
    parts = {
        "DataProperties": [
            {"Key": "RegioS", "Type": "GeoDimension", "Title": "Regio"},
            {"Key": "Perioden", "Type": "TimeDimension", "Title": "Perioden"},
            {"Key": "", "Type": "TopicGroup", "Title": "Groep"},
            {"Key": "Aantal_1", "Type": "Topic", "Title": "Aantal"},
        ],
        "RegioS": [{"Key": "NL01  ", "Title": "Nederland"}],
        "Perioden": [{"Key": "2023JJ00", "Title": "2023", "Status": "Voorlopig"}],
        "TableInfos": [{"Title": "Bevolking", "Modified": "2024-01-02T02:00:00"}],
    }
    about = describe(parts, "1")
    assert about.dimensions == ("RegioS", "Perioden")
    assert about.labels["RegioS"] == {"NL01": "Nederland"}
    assert about.topics == {"Aantal_1": "Aantal"}
    assert about.statuses == {"2023JJ00": "Voorlopig"}
    assert (about.title, about.updated) == ("Bevolking", "2024-01-02T02:00:00")


@pytest.mark.parametrize(
    ("code", "expected"),
    [("2018JJ00", "2018"), ("2018KW02", "2018-Q2"), ("2018MM07", "2018-07"), ("2018HJ02", "2018-S2"),
     ("2018W105", "2018-W05"), ("2018X000", "2018X000"), ("20180131", "20180131")],
)  # fmt: skip
def test_periods_of_statline(code: str, expected: str) -> None:
    assert period(code) == expected


def test_strides_of_json_stat() -> None:
    """methods/15 section 1.3: size 1,3,10,2,1,2; place 40 is (0,1,0,0,0,0), place 64 is (0,1,6,0,0,0)."""
    sizes = dict(zip("abcdef", (1, 3, 10, 2, 1, 2), strict=True))
    message = {
        "version": "2.0", "class": "dataset", "id": list(sizes), "size": list(sizes.values()),
        "dimension": {name: {"category": {"index": [str(n) for n in range(size)]}} for name, size in sizes.items()},
        "value": {"40": 1.5, "64": 2.5}, "status": {"64": "b|C", "65": "u"},
    }  # fmt: skip
    assert rows(json.dumps(message).encode()) == [
        ("0", "1", "0", "0", "0", "0", None, 1.5, None, ""),
        ("0", "1", "6", "0", "0", "0", None, 2.5, None, "b"),
        ("0", "1", "6", "0", "0", "1", None, None, None, "u"),
    ]
    (part,) = read_message(json.dumps(message).encode(), "x")
    assert part.table["conf_flag"].to_pylist() == ["", "C", ""]
    assert part.table["reason"].to_pylist() == ["published", "confidential", "too_uncertain"]


def test_a_bad_size_of_json_stat_is_refused() -> None:
    message = {
        "class": "dataset",
        "id": ["a"],
        "size": [2],
        "dimension": {"a": {"category": {"index": ["x"]}}},
        "value": [1],
    }
    assert "do not fit one another" in found(json.dumps(message).encode())


def test_a_time_dimension_of_px() -> None:
    text = (
        'CHARSET="ANSI";\nMATRIX="T";\nSOURCE="Office";\nSTUB="region";\nHEADING="quarter";\n'
        'VALUES("region")="All; of it","South";\nCODES("region")="0","1";\n'
        'VALUES("quarter")="2013Q1","2013Q2";\nTIMEVAL("quarter")=TLIST(Q1),"20131","20132";\n'
        'DATA=\n1.5 ".."\n-2 ...;\n'
    )
    assert rows(text.encode()) == [
        ("0", "2013-Q1", 1.5, None, ""),
        ("0", "2013-Q2", None, None, ".."),
        ("1", "2013-Q1", -2.0, None, ""),
        ("1", "2013-Q2", None, None, "..."),
    ]


def test_a_message_that_is_gzipped_without_saying_so() -> None:
    text = b"DATAFLOW,freq,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\nESTAT:X(1.0),A,NL,2020,1.5,b\n"
    assert rows(gzip.compress(text)) == [("A", "NL", "2020", 1.5, None, "b")]
    assert "breaks off" in found(gzip.compress(text)[:-12])


def test_codes_that_look_like_missing_values_stay_codes() -> None:
    """NA is Namibia, NO is Norway, and an empty code is no other code."""
    text = b"DATAFLOW,freq,citizen,TIME_PERIOD,OBS_VALUE,OBS_FLAG\nX:X(1.0),A,NA,2020,NaN,\nX:X(1.0),A,NO,2020,0,\n"
    assert rows(text) == [("A", "NA", "2020", None, None, ""), ("A", "NO", "2020", 0.0, None, "")]


@pytest.mark.parametrize("cells", ["A: Annual,NL: Netherlands", "A,NL"])
def test_codes_and_labels_in_one_header(cells: str) -> None:
    """methods/15 section 1.2: some downloads write `freq: Time frequency`; cells may hold both or codes alone."""
    header = "DATAFLOW,LAST UPDATE,freq: Time frequency,geo: Place,TIME_PERIOD: Time,OBS_VALUE: Value,OBS_FLAG: Flag"
    text = f"{header}\nESTAT:X(1.0),13/03/25 23:00:00,{cells},2020,1.5,b: break in time series\n"
    assert rows(text.encode()) == [("A", "NL", "2020", 1.5, None, "b")]
    (part,) = read_message(text.encode(), "x")
    assert part.labels == ({"freq": {"A": "Annual"}, "geo": {"NL": "Netherlands"}} if ": " in cells else {})
    assert (part.coded, part.source, part.id) == (True, "ESTAT", "X")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "nothing"),
        (b"<!DOCTYPE html><html><body>Service unavailable</body></html>", "a web page"),
        (b"<S:Fault xmlns:S='x'><faultcode>413</faultcode><faultstring>EXTRACTION_TOO_BIG</faultstring></S:Fault>",
         "an error of the server: EXTRACTION_TOO_BIG"),
        (b'{"value": [1, 2', "one that ends or breaks off in the middle"),
        (b"<a><b></a>", "an XML document <a>"),
        (b"PK\x03\x04rest", "a zip archive"),
        (b"DATAFLOW,freq,TIME_PERIOD,OBS_VALUE\nESTAT:X(1.0),A,2020\n",
         "a row with another number of fields than the header"),
        (b"freq,geo\\TIME_PERIOD\t2023 \nA,NL\thello\n", "1 cells that are not a value with flags"),
        (b"freq,geo\\TIME_PERIOD\t2023 \nA\t1\n", "1 rows with another number of codes or periods than the header"),
        (b'"TIME","GEO","Value","Flag and Footnotes"\n"2012","NL","12x",""\n', "1 values that are not numbers"),
        (b'CHARSET="ANSI";\nSTUB="a";\nVALUES("a")="x","y";\nDATA=\n1;\n', "1 values for 2 cells"),
    ],
)  # fmt: skip
def test_a_message_that_cannot_be_read_says_what_it_is(content: bytes, expected: str) -> None:
    assert found(content) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "windows-1252"])
def test_an_xml_message_with_a_document_type_is_not_read(encoding: str) -> None:
    """Nor what it would lead to; where it is only spoken of it is none."""
    message = """<m:GenericData xmlns:m="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message"
 xmlns:g="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic"><m:DataSet><g:Obs>
<g:ObsKey><g:Value id="GEO" value="NL"/></g:ObsKey><g:ObsValue value="1">{}</g:ObsValue></g:Obs></m:DataSet>
</m:GenericData>"""
    head = f'<?xml version="1.0" encoding="{encoding.removesuffix("-le")}"?>\n'
    typed = '<!-- <!DOCTYPE none> --> <!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/hostname">]>\n'
    told = "an XML document with a document type (DOCTYPE)"
    assert found((head + typed + message.format("&e;")).encode(encoding)) == told
    spoken = "<!-- <!DOCTYPE d> -->" + message.format("<![CDATA[<!DOCTYPE d>]]>")
    assert rows((head + spoken).encode(encoding)) == [("NL", None, 1.0, None, "")]


SDMX_JSON = {  # by the field guide of SDMX-JSON 2.0: a series of two years, an attribute without a list
    "meta": {"prepared": "2025-01-09T00:00:00Z", "sender": {"id": "ESTAT"}},
    "data": {
        "structures": [
            {
                "name": "Rates",
                "links": [{"urn": "urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=ESTAT:RATES(1.0)"}],
                "dimensions": {
                    "dataSet": [{"id": "freq", "values": [{"id": "A", "name": "Annual"}]}],
                    "series": [{"id": "geo", "values": [{"id": "NL"}, {"id": "BE"}]}],
                    "observation": [{"id": "TIME_PERIOD", "values": [{"value": "2022"}, {"value": "2023"}]}],
                },
                "measures": {"observation": [{"id": "OBS_VALUE"}]},
                "attributes": {
                    "dataSet": [{"id": "UNIT", "values": [{"id": "PC"}]}],
                    "observation": [
                        {"id": "OBS_STATUS", "values": [{"id": "b"}, {"id": "u"}]},
                        {"id": "NOTE"},
                    ],
                },
            }
        ],
        "dataSets": [
            {"attributes": [0], "series": {"1": {"observations": {"0": [70.5], "1": [None, 1, "kept back"]}}}}
        ],
    },
}


def test_sdmx_json_with_series() -> None:
    content = json.dumps(SDMX_JSON).encode()
    assert rows(content) == [("A", "BE", "2022", 70.5, None, ""), ("A", "BE", "2023", None, None, "u")]
    (part,) = read_message(content, "x")
    assert (part.source, part.id, part.title) == ("ESTAT", "RATES", "Rates")
    assert part.table["NOTE"].to_pylist() == [None, "kept back"]
    assert part.table["UNIT"].to_pylist() == ["PC", "PC"]
    assert part.table["reason"].to_pylist() == ["published", "too_uncertain"]
    assert part.labels == {"freq": {"A": "Annual"}}


@pytest.mark.parametrize(
    ("where", "what", "said"),
    [
        (("dataSets", 0, "series"), {"7": {"observations": {"0": [1]}}}, "parts do not fit"),
        (("dataSets", 0, "series"), {"0:0": {"observations": {"0": [1]}}}, "parts do not fit"),
        (("dataSets", 0, "action"), "Delete", "deletes"),
        (("structures", 0, "measures"), {"observation": [{"id": "A"}, {"id": "B"}]}, "2 measures"),
        (("dataSets",), [{}, {}], "2 datasets"),
    ],
)
def test_sdmx_json_that_cannot_be_read_is_told(where: tuple, what: object, said: str) -> None:
    message = json.loads(json.dumps(SDMX_JSON))
    place = message["data"]
    for key in where[:-1]:
        place = place[key]
    place[where[-1]] = what
    assert said in found(json.dumps(message).encode())


@pytest.mark.parametrize("time", ["time", "period"])
def test_plain_csv(time: str) -> None:
    """Whatever is not place, time, value or flags tells figures apart."""
    text = f"key,geo,{time},value,flags\nPA1,NL,2023,71.5, b\nPA1,DE,2023,,:\nPA2,DE,2023,60.1,u\n"
    (one,) = read_message(text.encode(), "x", name="own")
    assert (one.id, one.source, one.dimensions, one.unknown_flags) == ("own", "", ("key", "geo"), ())
    assert one.table.select(["key", "geo", "period", "value", "flag", "reason"]).to_pylist() == [
        {"key": "PA1", "geo": "NL", "period": "2023", "value": 71.5, "flag": "b", "reason": "break"},
        {"key": "PA1", "geo": "DE", "period": "2023", "value": None, "flag": ":", "reason": "not_measured"},
        {"key": "PA2", "geo": "DE", "period": "2023", "value": 60.1, "flag": "u", "reason": "unreliable"},
    ]


@pytest.mark.parametrize(
    "header", ["geo,value,flags", "geo,time,flags", "key,time,value", "geo,time,period,value"]
)
def test_a_table_without_place_time_or_value_is_not_taken_for_figures(header: str) -> None:
    assert found(f"{header}\n1,2,3,4\n".encode()) == f"text with the columns {header.replace(',', ', ')}"
