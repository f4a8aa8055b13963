"""Published tables as observations: the mapping of the catalogue, against the files' own codes and by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support import SHARED, needs_shared
from zaragoza.catalogue import load_catalogue
from zaragoza.catalogue.check_source_tables import check_source_table
from zaragoza.collect.published import observations, read, read_message
from zaragoza.collect.published.populations import populations
from zaragoza.errors import InputError
from zaragoza.model.observation import NUMBER_FIELDS, OBSERVATION_FIELDS, STATUS
from zaragoza.model.source_table import age_code

HEAD = "DATAFLOW,LAST UPDATE,freq,unit,sex,age,{axis},geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS\n"
CATALOGUE = load_catalogue()


def message(*rows: str, dataset: str = "LFSA_ERGACOB", axis: str = "c_birth") -> bytes:
    lines = [f"ESTAT:{dataset}(1.0),04/02/25 23:00:00,A,{row}" for row in rows]
    return (HEAD.format(axis=axis) + "\n".join(lines) + "\n").encode()


def made(*rows: str, **more: str) -> list[dict[str, object]]:
    return observations(read_message(message(*rows, **more), "x"), CATALOGUE).to_pylist()


def test_a_figure_gets_our_indicator_group_unit_and_status() -> None:
    (row,) = made("PC,T,Y20-64,NEU27_2020_FOR,EU27_2020,2019,64.4,b,")
    assert {name: row[name] for name in ("indicator", "period", "geo", "birth_group", "citizen_group", "sex")} == {
        "indicator": "employment_rate", "period": "2019", "geo": "EU27_2020", "birth_group": "NEU27_2020_FOR",
        "citizen_group": "_T", "sex": "_T",
    }  # fmt: skip
    assert (row["statistic"], row["value"], row["unit"], row["reason"], row["obs_status"]) == (
        "level", 0.644, "proportion", "break", "B",
    )  # fmt: skip
    assert row["source"] == "ESTAT:LFSA_ERGACOB"
    assert set(row) >= {name for name, _ in OBSERVATION_FIELDS}


def test_each_age_goes_to_its_own_indicator_and_others_are_left_out() -> None:
    rows = made(
        "PC,F,Y20-64,NAT,NL,2023,80,,", "PC,F,Y15-64,NAT,NL,2023,78,,", "PC,F,Y15-24,NAT,NL,2023,70,,",
        "PC,F,Y40-44,NAT,NL,2023,90,,", "THS_PER,F,Y20-64,NAT,NL,2023,4000,,",
    )  # fmt: skip
    assert {row["indicator"]: row["value"] for row in rows} == {
        "employment_rate": 0.8, "employment_rate_15_64": 0.78, "youth_employment_rate": 0.7,
    }  # fmt: skip


def test_groups_of_another_union_and_single_countries_are_left_out() -> None:
    rows = made(
        *[f"PC,T,Y20-64,{code},NL,2023,80,," for code in ("NAT", "FOR", "TOTAL", "UNK", "EU28_FOR", "TR")]
    )
    assert [row["birth_group"] for row in rows] == ["FOR", "NAT", "_T", "_U"]


def test_what_the_source_keeps_back_is_no_number() -> None:
    rows = made(
        "PC,T,Y20-64,FOR,NL,2023,80,,C", "PC,T,Y20-64,NAT,NL,2023,,u,", "PC,T,Y20-64,TOTAL,NL,2023,80,u,"
    )
    assert [row["reason"] for row in rows] == ["confidential", "too_uncertain", "unreliable"]
    for row in rows:
        shown = STATUS[str(row["reason"])].shown
        assert (row["value"] is not None) == shown
        assert shown or all(row[name] is None for name in NUMBER_FIELDS)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (message("PC,T,Y20-64,NAT,NL,2023,80,,", dataset="NAMA_10_GDP"), "a known table"),
        (message("PC,T,Y20-64,NAT,NL,2023,80,,").replace(b",A,", b",Annual,"), "labels"),
        (message("PC,T,Y20-64,NAT,NL,2023,80,,", axis="citizen"), "c_birth, which it lacks"),
        (
            message("PC,T,Y20-64,NAT,NL,2023,80,,").replace(b"freq,", b"isced11,"),
            "isced11, of which no code is chosen",
        ),
        (
            message("PC,T,Y20-64,NAT,NL,2023,80,,", "PC,T,Y20-64,NAT,NL,2023,81,u,"),
            "1 with the keys of another",
        ),
        (message("PC,T,Y20-64,NAT,NL,,80,,"), "periods like 2023 or 2023-Q4; found none"),
        (message("PC,T,Y20-64,NAT,NL,soon,80,,"), "found `soon`"),
    ],
)
def test_a_dataset_that_cannot_be_read_as_indicators_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        observations(read_message(content, "x"), CATALOGUE)


def test_ages_as_eurostat_writes_them() -> None:
    codes = {
        "20-64": "Y20-64",
        "18+": "Y_GE18",
        "0-17": "Y_LT18",
        "65+": "Y_GE65",
        "0+": "TOTAL",
        "15-24": "Y15-24",
    }
    assert {ages: age_code(ages) for ages in codes} == codes
    with pytest.raises(ValueError, match="20 to 64"):
        age_code("20 to 64")


def test_a_mapping_that_names_what_is_not_there_is_a_fault() -> None:
    good = CATALOGUE.source_tables["lfsa_ergan"]
    assert list(check_source_table("x", good, CATALOGUE)) == []
    bad = replace(
        good, breakdowns={"citizen": "citizens"}, indicators={"employment": {}, "early_leavers_rate": {}}
    )
    found = [fault.field for fault in check_source_table("x", bad, CATALOGUE)]
    assert found == [
        "lfsa_ergan.breakdowns.citizen", "lfsa_ergan.indicators.employment", "lfsa_ergan.indicators.early_leavers_rate",
    ]  # fmt: skip


@needs_shared
def test_published_rates_of_2019_and_2024() -> None:
    """SDG_08_30A: nationals 73.8, other EU citizens 75.5, non-EU 60.0; LFSA_ERGAN 2024 in methods/01: NL 83.2, 72.0."""
    assert SHARED is not None
    folder = SHARED / "data" / "eurostat_sdmx_csv"
    files = [folder / "sdg_08_30a.csv", folder / "lfsa_ergan_y15-64.csv.gz"]
    found = {
        (row["indicator"], row["geo"], row["period"], row["citizen_group"]): (row["value"], row["reason"])
        for row in observations([one for file in files for one in read(Path(file))], CATALOGUE).to_pylist()
        if row["sex"] == "_T"
    }
    union = ("employment_rate", "EU27_2020", "2019")
    assert {group: found[*union, group][0] for group in ("NAT", "EU27_2020_FOR", "NEU27_2020_FOR")} == {
        "NAT": 0.738, "EU27_2020_FOR": 0.755, "NEU27_2020_FOR": 0.600,
    }  # fmt: skip
    dutch = ("employment_rate_15_64", "NL", "2024")
    assert [found[*dutch, group][0] for group in ("NAT", "FOR", "_T")] == [0.832, 0.720, 0.823]
    assert found["employment_rate_15_64", "BG", "2024", "FOR"] == (0.509, "unreliable")


def test_sizes_of_groups_and_what_leaves_them_open() -> None:
    message = (
        b"DATAFLOW,freq,age,sex,c_birth,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\n"
        b"ESTAT:MIGR_POP3CTB(1.0),A,TOTAL,T,NAT,NL,2023,15000000,\n"
        b"ESTAT:MIGR_POP3CTB(1.0),A,TOTAL,F,NAT,NL,2023,7500000,\n"
        b"ESTAT:MIGR_POP3CTB(1.0),A,Y15-64,T,NAT,NL,2023,9000000,\n"
        b"ESTAT:MIGR_POP3CTB(1.0),A,TOTAL,T,TR,NL,2023,200000,\n"
    )
    parts = read_message(message, "x")
    catalogue, by_birth = load_catalogue(), {"c_birth": "birth_group"}
    found = populations(parts, {"age": "TOTAL"}, {**by_birth, "sex": "sex"}, catalogue).to_pylist()
    assert {(row["birth_group"], row["citizen_group"], row["sex"]): row["persons"] for row in found} == {
        ("NAT", "_T", "_T"): 15e6,
        ("NAT", "_T", "F"): 7.5e6,
    }
    with pytest.raises(InputError, match="sex, of which no code is chosen"):
        populations(parts, {"age": "TOTAL"}, by_birth, catalogue)
    with pytest.raises(InputError, match="none of unit"):
        populations(parts, {"age": "TOTAL", "sex": "T", "unit": "NR"}, by_birth, catalogue)
    again = read_message(message + message.splitlines()[1] + b"\n", "x")
    with pytest.raises(InputError, match="1 with the keys of another"):
        populations(again, {"age": "TOTAL"}, {**by_birth, "sex": "sex"}, catalogue)
