"""The example of the European Union beside the published files that it reads, as Eurostat would send them.

Figures by country of birth are those that the Joint Assessment Framework stores of single Eurostat tables; its
catalogue names table and codes. They are written as SDMX-CSV.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import shutil
from pathlib import Path

from tests.support import ROOT, SHARED
from zaragoza.catalogue import load_catalogue
from zaragoza.publish.numbers import country

EXAMPLE = ROOT / "examples" / "europe"
_TABLE = re.compile(r"(\w+)\[([^\]]*)\]")
DATA = SHARED / "data" if SHARED else Path()


def rows_of(path: Path) -> list[dict[str, str]]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def framework(day: str) -> dict[str, list[list[str]]]:
    """Table -> rows of SDMX-CSV, of the indicators that are one cell of one table that the catalogue knows."""
    known = load_catalogue().source_tables
    cells: dict[str, tuple[str, dict[str, str]]] = {}
    for row in rows_of(DATA / "scoreboard" / "jaf_indicator_catalogue.csv"):
        found = _TABLE.fullmatch(row["eurostat_source"])
        if found:
            codes = dict(re.findall(r"(\w+) ?= ?([\w-]+)", found[2]))
            if len(codes) == len(found[2].split(", ")) and found[1].lower() in known:
                cells[row["JAF_KEY"]] = (found[1].lower(), codes)
    tables: dict[str, dict[tuple[str, ...], list[str]]] = {}
    for row in rows_of(DATA / "scoreboard" / f"jaf_all_{day}.csv.gz"):
        if row["JAF_KEY"] in cells:
            table, codes = cells[row["JAF_KEY"]]
            names = sorted(codes)
            head = ["DATAFLOW", "freq", *names, "geo", "TIME_PERIOD", "OBS_VALUE", "OBS_FLAG"]
            lines = tables.setdefault(table, {("head",): head})
            if lines[("head",)] != head:
                continue  # written without a dimension that other cells of the table have
            key = (*(codes[name] for name in names), row["geo"], row["time"])
            lines[key] = [f"ESTAT:{table.upper()}(1.0)", "A", *key, row["value"], row["flags"]]
    return {table: list(lines.values()) for table, lines in tables.items()}


def by_birth(variable: str, table: str) -> list[list[str]]:
    """Activity and unemployment rates at 15 to 64 by country of birth, until 2019, with Eurostat's flags."""
    lines = [
        ["DATAFLOW", "freq", "unit", "age", "c_birth", "sex", "geo", "TIME_PERIOD", "OBS_VALUE", "OBS_FLAG"]
    ]
    for row in rows_of(
        DATA / "eurostat_processed" / "lfs_by_country_of_birth_activity_unemployment_overqual.csv.gz"
    ):
        if row["variable"] == variable:
            assert row["eurostat_table"] == table
            codes = ["A", "PC", "Y15-64", row["c_birth"], row["sex"], row["country"], row["year"]]
            lines.append([f"ESTAT:{table}(1.0)", *codes, row["value"], row["flag"]])
    return lines


def population() -> list[list[str]]:
    lines = [["DATAFLOW", "freq", "age", "sex", "geo", "TIME_PERIOD", "OBS_VALUE", "OBS_FLAG"]]
    for row in rows_of(DATA / "geo" / "ping_meta_populationxcountry.csv"):
        for name, value in row.items():
            if name.startswith("Y") and value.isdigit() and int(name[1:]) < FIRST_BY_CITIZENSHIP:
                lines.append(["ESTAT:DEMO_PJAN(1.0)", "A", "TOTAL", "T", row["GEO"], name[1:], value, ""])
    for geo, year, value in by_citizenship("Total"):
        lines.append(["ESTAT:DEMO_PJAN(1.0)", "A", "TOTAL", "T", geo, year, value, ""])
    return lines


FIRST_BY_CITIZENSHIP = 2015
CITIZENS = {
    "Reporting country": "NAT",
    "EU27 countries (from 2020) except reporting country": "EU27_2020_FOR",
    "Non-EU27 countries (from 2020) nor reporting country": "NEU27_2020_FOR",
    "Foreign country and stateless": "FOR",
    "Total": "TOTAL",
}


def by_citizenship(group: str) -> list[tuple[str, str, str]]:
    """Country, year, persons of a group of the file of populations by citizenship."""
    codes = {country(code, "en"): code for code in load_catalogue().country_sets["eu27_2020"]}
    return [
        (codes[row["geo"]], row["year"], row["number of citizens in country"])
        for row in rows_of(DATA / "eurostat_processed" / "migr_pop1ctz_by_citizenship.csv.gz")
        if row["citizen"] == group and row["geo"] in codes
    ]


def population_by_citizenship() -> list[list[str]]:
    lines = [
        ["DATAFLOW", "freq", "citizen", "age", "unit", "sex", "geo", "TIME_PERIOD", "OBS_VALUE", "OBS_FLAG"]
    ]
    for group, code in CITIZENS.items():
        for geo, year, value in by_citizenship(group):
            lines.append(["ESTAT:MIGR_POP1CTZ(1.0)", "A", code, "TOTAL", "NR", "T", geo, year, value, ""])
    return lines


def written(path: Path, lines: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    path.write_text(text.getvalue(), encoding="utf-8")


def folder_of_the_example(folder: Path) -> None:
    """The monitor beside all files of ../shared/data that it reads."""
    shutil.copytree(EXAMPLE, folder)
    place = folder / "published" / "eurostat"
    place.mkdir(parents=True)
    for table, lines in framework("2025-06-03").items():
        written(place / f"{table}.csv", lines)
    for file in ("sdg_08_30a.csv", "lfsa_ergan_y15-64.csv.gz"):
        shutil.copy(DATA / "eurostat_sdmx_csv" / file, place / f"z_{file}")
    for variable, table in (("lfp", "lfsa_argacob"), ("unemp", "lfsa_urgacob")):
        written(place / f"y_{table}.csv", by_birth(variable, table.upper()))
    written(place / "demo_pjan", population())
    written(place / "migr_pop1ctz", population_by_citizenship())
