"""Published files read a second time, slowly and plainly: one mapping of text a figure, or by sdmx1 and pysdmx.

A figure maps a component to its code (or label), with VALUE, FLAG and CONF for what they say. Empty texts are left out.
"""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
import math
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

VALUE, FLAG, CONF, TIME = "VALUE", "FLAG", "CONF", "TIME"
Figure = frozenset[tuple[str, str | float]]


def content(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def figure(pairs: Mapping[str, str | float | None]) -> Figure:
    return frozenset((key, value) for key, value in pairs.items() if value is not None and value != "")


def number(text: str) -> float | None:
    """A number, or nothing where the cell is empty or not a number."""
    try:
        value = float(text)
    except ValueError:
        return None
    return None if math.isnan(value) else value


SPECIAL = {
    "OBS_VALUE": VALUE,
    "OBS_FLAG": FLAG,
    "OBS_STATUS": FLAG,
    "CONF_STATUS": CONF,
    "CONF_STATUS_OBS": CONF,
    "TIME_PERIOD": TIME,
}
HEAD = {"DATAFLOW", "LAST UPDATE", "STRUCTURE", "STRUCTURE[;]", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION"}


def sdmx_csv(path: Path) -> Iterator[Figure]:
    rows = csv.reader(io.StringIO(content(path).decode("utf-8"), newline=""))
    header = next(rows)
    at = [place for place, name in enumerate(header) if name not in HEAD]
    if "STRUCTURE_NAME" in header:  # every second column is a label
        at = at[::2]
    joined = any(": " in header[place] for place in at)
    for row in rows:
        pairs: dict[str, str | float | None] = {}
        for place in at:
            name = header[place].split(": ")[0]
            cell = row[place].split(": ")[0] if joined and ": " in header[place] else row[place]
            pairs[SPECIAL.get(name, name)] = number(cell) if name == "OBS_VALUE" else cell
        yield figure(pairs)


def tsv(path: Path) -> Iterator[Figure]:
    header, *lines = content(path).decode("utf-8").split("\n")
    names = header.split("\\")[0].split(",")
    periods = [period.strip() for period in header.split("\t")[1:]]
    for line in lines:
        if not line:
            continue
        key, *cells = line.split("\t")
        for period, cell in zip(periods, cells, strict=True):
            value, _, flag = cell.strip().partition(" ")
            if value != ":" or flag:
                pairs = dict(zip(names, key.split(","), strict=True))
                yield figure({**pairs, TIME: period, VALUE: number(value), FLAG: flag})


def data_explorer(path: Path) -> Iterator[Figure]:
    data = content(path)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252")
    for row in csv.DictReader(io.StringIO(text, newline="")):
        value = row.pop("Value").replace(",", "").replace(" ", "")
        flag, time = row.pop("Flag and Footnotes"), row.pop("TIME")
        yield figure({**row, TIME: time, VALUE: number(value), FLAG: flag})


def unhcr(path: Path) -> Iterator[Figure]:
    keys = {"coo", "coo_iso", "coa", "coa_iso", "procedure_type", "app_type", "dec_level", "app_pc", "dec_pc"}
    for row in csv.DictReader(io.StringIO(content(path).decode("utf-8"), newline="")):
        key = {name: row[name] for name in row if name in keys}
        for name in row:
            if name not in keys and name not in ("year", "coo_name", "coa_name"):
                yield figure({**key, "measure": name, TIME: row["year"], VALUE: number(row[name])})


QUARTER = {"KW": "-Q", "JJ": ""}


def statline_json(path: Path) -> Iterator[Figure]:
    for row in json.loads(content(path))["value"]:
        key = {
            name: cell.strip() for name, cell in row.items() if not re.search(r"_\d+$", name) and name != "ID"
        }
        code = key.pop("Perioden")
        time = code[:4] + (f"-Q{int(code[6:])}" if code[4:6] == "KW" else "")
        for name, cell in row.items():
            if re.search(r"_\d+$", name):
                yield figure({**key, "Measure": name, TIME: time, VALUE: number(str(cell).strip())})


def json_stat(path: Path) -> Iterator[Figure]:
    message = json.loads(content(path))
    for one in [message] if "value" in message else message.values():
        parts = one["dimension"]
        ids, sizes = one.get("id", parts.get("id")), one.get("size", parts.get("size"))
        role = one.get("role", parts.get("role", {})).get("time", ["time"])
        codes = [_codes(parts[name]["category"]) for name in ids]
        assert [len(part) for part in codes] == sizes
        values, status = one["value"], one.get("status", {})
        for place, key in enumerate(itertools.product(*codes)):
            given = values.get(str(place)) if isinstance(values, dict) else values[place]
            flag = _status(status, place)
            if isinstance(values, dict) and str(place) not in values and flag is None:
                continue
            names = [TIME if len(role) == 1 and name == role[0] else name for name in ids]
            pairs = dict(zip(names, key, strict=True))
            yield figure(
                {**pairs, VALUE: float(given) if isinstance(given, int | float) else given, FLAG: flag}
            )


def _codes(category: dict) -> list[str]:
    index = category.get("index", list(category.get("label", {})))
    return index if isinstance(index, list) else sorted(index, key=index.get)


def _status(status: object, place: int) -> str | None:
    if isinstance(status, str):
        return status
    if isinstance(status, dict):
        return status.get(str(place))
    return status[0] if len(status) == 1 else status[place]


def sdmx_json(path: Path) -> Iterator[Figure]:
    """SDMX-JSON 1.0 and 2.0: every place looked up by hand. sdmx1 reads 1.0 only, and loses attributes of series."""
    body = json.loads(content(path))
    body = body.get("data", body)
    (one,), structure = body["dataSets"], body.get("structure") or body["structures"][0]
    parts = {"series": [], "dataSet": []} | structure["dimensions"]
    order = [*parts["dataSet"], *parts["series"], *parts["observation"]]
    series = one.get("series", {"": {"observations": one.get("observations")}})
    for at, of in series.items():
        for key, cells in of["observations"].items():
            keys = [part for part in (*at.split(":"), *key.split(":")) if part]
            places = [0] * len(parts["dataSet"]) + [int(part) for part in keys]
            pairs = {
                part["id"]: _said(part["values"], place) for part, place in zip(order, places, strict=True)
            }
            for level, given in (
                ("dataSet", one.get("attributes")), ("series", of.get("attributes")), ("observation", cells[1:]),
            ):  # fmt: skip
                pairs |= _told(structure, level, given)
            for group, given in one.get("dimensionGroupAttributes", {}).items():
                wanted = zip(group.split(":"), places, strict=True)
                if all(part in ("", str(place)) for part, place in wanted):
                    pairs |= _told(structure, "dimensionGroup", given)
            named = {SPECIAL.get(name, name): value for name, value in pairs.items()}
            yield figure(named | {VALUE: float(cells[0])})


def _said(values: Sequence[Mapping[str, str]], place: int) -> str:
    return next(values[place][name] for name in ("id", "value", "name") if name in values[place])


def _told(structure: Mapping, level: str, cells: Sequence[object] | None) -> dict[str, str]:
    listed = [one for one in structure["attributes"].get(level, []) if one.get("values") != []]
    found = {}
    for one, cell in zip(listed, cells or [], strict=False):
        if cell is not None:
            said = _said(one["values"], cell) if isinstance(cell, int) and one.get("values") else cell
            found[one["id"]] = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
    return found


def px(path: Path) -> Iterator[Figure]:
    data = content(path)
    text = data.decode("iso-8859-15" if b"iso-8859-15" in data else "cp1252")
    head, cells = text.split("DATA=")

    def listed(keyword: str) -> list[str]:
        found = re.search(rf"^{re.escape(keyword)}=(.*?);\r?$", head, re.DOTALL | re.MULTILINE)
        return re.findall(r'"([^"]*)"', found[1]) if found else []

    names = listed("STUB") + listed("HEADING")
    codes = [listed(f'CODES("{name}")') or listed(f'VALUES("{name}")') for name in names]
    given = cells.replace(";", " ").split()
    for key, cell in zip(itertools.product(*codes), given, strict=True):
        missing = cell.strip('"') if '"' in cell else None
        yield figure(
            {**dict(zip(names, key, strict=True)), VALUE: None if missing else number(cell), FLAG: missing}
        )


def by_sdmx1(path: Path) -> Iterator[Figure]:
    import sdmx

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        message = sdmx.read_sdmx(path)
        for data in message.data:
            for one in data.obs:
                pairs = {name: str(value.value) for name, value in {**one.key.values, **one.attrib}.items()}
                yield figure(
                    {SPECIAL.get(name, name): value for name, value in pairs.items()}
                    | {VALUE: number(str(one.value))}
                )


def by_pysdmx(path: Path) -> Iterator[Figure]:
    from pysdmx.io import read_sdmx

    for data in read_sdmx(path, validate=False).data:
        for row in data.data.to_dict("records"):
            pairs = {SPECIAL.get(name, name): str(cell) for name, cell in row.items()}
            yield figure(pairs | {VALUE: number(str(row["OBS_VALUE"]))})


def reader(file: str):
    """The independent reading for a file of the manifest."""
    folder = file.split("/", maxsplit=1)[0]
    known = {
        "eurostat_sdmx_csv": sdmx_csv, "oecd": sdmx_csv, "eurostat_tsv_bulk": tsv, "unhcr": unhcr,
        "eurostat_data_explorer": data_explorer, "cbs": statline_json,
    }  # fmt: skip
    if folder in known:
        return known[folder]
    if "jsonstat" in file:
        return json_stat
    if file.endswith(".json") or "/json/" in file:
        return sdmx_json
    if file.endswith(".px"):
        return px
    if file.endswith(".csv"):
        return sdmx_csv
    return by_pysdmx if "/v3/xml/" in file else by_sdmx1


def as_figures(table: Sequence[Mapping[str, object]], columns: Sequence[str]) -> Iterator[Figure]:
    """Rows of a dataset as figures: its dimensions and attributes with what each figure says."""
    for row in table:
        pairs = {name.rstrip("_"): row[name] for name in columns}
        value = row["value"] if row["value"] is not None else row["text"]
        yield figure({**pairs, TIME: row["period"], VALUE: value, FLAG: row["flag"], CONF: row["conf_flag"]})
