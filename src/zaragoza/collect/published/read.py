"""Reads a file or an answer: says by its content what it is, and hands it to its reader."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from zaragoza.collect.attempts import Failure, attempt
from zaragoza.collect.published import px, statline, unhcr
from zaragoza.collect.published.data_explorer import is_data_explorer, read_data_explorer
from zaragoza.collect.published.dataset import Dataset
from zaragoza.collect.published.json_stat import is_json_stat, read_json_stat
from zaragoza.collect.published.plain_csv import is_plain_csv, read_plain_csv
from zaragoza.collect.published.refusal import broken, refused
from zaragoza.collect.published.sdmx_csv import is_sdmx_csv, read_sdmx_csv
from zaragoza.collect.published.sdmx_json import is_sdmx_json, read_sdmx_json
from zaragoza.collect.published.sdmx_ml import is_data, read_sdmx_ml, root_name
from zaragoza.collect.published.structure import Structure, read_structure
from zaragoza.collect.published.tsv import is_tsv, read_tsv

_GZIP, _PARQUET, _ZIP = b"\x1f\x8b", b"PAR1", b"PK\x03\x04"
_LARGEST = 1 << 30  # bytes of a message when it is unpacked
_BOM = b"\xef\xbb\xbf"
_HTML = re.compile(rb"\s*(<!doctype html|<html)", re.IGNORECASE)
_OLD = "/v2_0/"
_QUERY = re.compile(r".*Query$")
_ENDINGS = re.compile(r"\.(csv|tsv|json|xml|px|parquet|gz)\b.*$")


def read(path: Path, structure: Path | None = None) -> tuple[Dataset, ...]:
    """Reads a file of published figures; what it is shows from its content, not from its name.

    Args:
        path: SDMX-CSV, SDMX-ML 2.1 or 3.0, SDMX-JSON, JSON-stat, bulk TSV, Data Explorer CSV, StatLine, UNHCR,
            PC-Axis, or plain CSV with geo, time and value; also gzipped.
        structure: message with the structure of the dataset; needed where a message does not show its dimensions.

    Raises:
        InputError: it holds no figures, or is broken; the fault says what it is and what to do.
    """
    content = attempt(path.read_bytes, OSError)
    if isinstance(content, Failure):
        raise refused(path.name, "a readable file", f"none ({content.kind})", "Check the path.", "file")
    known = None if structure is None else _structure(structure)
    return read_message(content, path.name, structure=known, name=_ENDINGS.sub("", path.name))


def read_message(
    content: bytes,
    where: str,
    *,
    structure: Structure | None = None,
    name: str = "",
    about: statline.Description | None = None,
) -> tuple[Dataset, ...]:
    """Reads the bytes of a file or an answer.

    Args:
        content: also gzipped without being declared so, as Eurostat sends it.
        where: file or request, for errors.
        structure: of an SDMX dataset.
        name: the dataset's code, for forms that do not hold it.
        about: description of a StatLine table.

    Raises:
        InputError: as `read`.
    """
    content = _unpacked(content, where).removeprefix(_BOM)
    if not content.strip():
        raise broken(where, "message", "nothing")
    found = attempt(lambda: _message(content, where, structure, name, about), pa.ArrowInvalid)
    if isinstance(found, Failure):
        raise broken(where, "message", "words where numbers or dates should be")
    return found


def _message(
    content: bytes, where: str, structure: Structure | None, name: str, about: statline.Description | None
) -> tuple[Dataset, ...]:
    """Hands an unpacked message to the reader of its form."""
    if content.startswith(_PARQUET):
        return (_parquet(content, where, about or statline.Description(id=_statline_id(name))),)
    if _HTML.match(content[:200]):
        raise refused(where, "data", "a web page", "Check the address, or wait until the service is back.")
    if content.lstrip()[:1] == b"<":
        return (_xml(content, where, structure),)
    if content.lstrip()[:1] in (b"{", b"["):
        return _json(content, where, name, about)
    return (_delimited(content, where, structure, name),)


def _structure(path: Path) -> Structure:
    content = attempt(path.read_bytes, OSError)
    if isinstance(content, Failure):
        raise refused(path.name, "a readable file", f"none ({content.kind})", "Check the path.", "structure")
    return read_structure(_text(_unpacked(content, path.name), path.name), path.name)


def _unpacked(content: bytes, where: str) -> bytes:
    if content.startswith(_ZIP):
        raise refused(where, "data", "a zip archive", "Unpack it first.")
    if not content.startswith(_GZIP):
        return content
    with gzip.open(io.BytesIO(content)) as file:
        unpacked = attempt(lambda: file.read(_LARGEST + 1), OSError, EOFError, zlib.error)
    if isinstance(unpacked, Failure):
        raise broken(where, "gzip file", f"one that breaks off ({unpacked.kind})")
    if len(unpacked) > _LARGEST:
        found = f"more than {_LARGEST >> 20:,} MB when it is unpacked"
        raise refused(where, "a message that can be read at once", found, "Ask for less.")
    return unpacked


def _text(content: bytes, where: str) -> str:
    text = attempt(lambda: content.decode("utf-8"), UnicodeDecodeError)
    if isinstance(text, Failure):
        raise refused(where, "text in UTF-8", "bytes of another encoding", "Save it as UTF-8.", "encoding")
    return text.removeprefix("\ufeff")


def _text_or_latin(content: bytes) -> str:
    """The Data Explorer wrote UTF-8 and, in other years, Windows Latin 1."""
    text = attempt(lambda: content.decode("utf-8"), UnicodeDecodeError)
    return content.decode("cp1252", "replace") if isinstance(text, Failure) else text


def _xml(content: bytes, where: str, structure: Structure | None) -> Dataset:
    root = root_name(content, where)
    if root is None:
        raise broken(where, "XML message", "one that is not well-formed")
    name, namespace = root
    if name in ("Fault", "Envelope"):
        raise refused(
            where, "data", f"an error of the server: {_fault(content)}", "Ask for less, or otherwise."
        )
    if _OLD in namespace or "v2_0" in namespace:
        raise refused(
            where, "SDMX-ML 2.1 or 3.0", f"SDMX-ML 2.0 ({name})", "Ask the service for SDMX 2.1 or SDMX-CSV."
        )
    if is_data(name):
        return read_sdmx_ml(content, where, structure)
    raise refused(where, "figures", _kind(name), _way_out(name))


def _fault(content: bytes) -> str:
    match = re.search(rb"<(?:\w+:)?faultstring[^>]*>([^<]*)<", content)
    return match[1].decode("utf-8", "replace").strip() if match else "a SOAP envelope"


def _kind(name: str) -> str:
    if name == "Structure":
        return "a structure message (codes and dimensions)"
    if name.endswith("Metadata"):
        return "a message of reference metadata"
    return "a query" if _QUERY.match(name) else f"an XML document <{name}>"


def _way_out(name: str) -> str:
    return (
        "Give it beside the data, as the structure."
        if name == "Structure"
        else "Fetch the data of the dataset."
    )


def _json(content: bytes, where: str, name: str, about: statline.Description | None) -> tuple[Dataset, ...]:
    message = attempt(lambda: json.loads(content), ValueError, RecursionError)
    if isinstance(message, Failure):
        raise broken(where, "JSON message", "one that ends or breaks off in the middle")
    if statline.is_odata(message):
        return (_odata(message, where, name, about),)
    if unhcr.is_unhcr_json(message):
        return (unhcr.read_unhcr_json(message, where, name),)
    if is_json_stat(message):
        return read_json_stat(message, where, name)
    if is_sdmx_json(message):
        return (read_sdmx_json(message, where),)
    raise refused(where, "figures", *_other_json(message))


def _odata(message: Mapping[str, Any], where: str, name: str, about: statline.Description | None) -> Dataset:
    if not statline.holds_figures(message):
        raise refused(
            where, "figures", "the description of a StatLine table", "Fetch its TypedDataSet or Observations."
        )
    known = about or statline.Description(id=statline.table_id(message) or _statline_id(name))
    return statline.read_statline(message["value"], where, known)


def _statline_id(name: str) -> str:
    """A table's id in the name of its file, or the name."""
    match = re.search(r"\d{5}[A-Za-z]{3}", name)
    return match[0] if match else name


def _other_json(message: object) -> tuple[str, str]:
    keys = set(message) if isinstance(message, Mapping) else set[str]()
    if {"data", "meta"} & keys and "sdmx-json-structure" in str(message)[:500]:
        return "an SDMX-JSON structure", "Fetch the data, as SDMX-CSV."
    if {"title", "variables"} <= keys:
        return "the description of a PxWeb table", "Ask for its data as JSON-stat or PX."
    return "JSON of a form that is not known", "Ask the service for SDMX-CSV or JSON-stat."


def _delimited(content: bytes, where: str, structure: Structure | None, name: str) -> Dataset:
    head = content[:2000].decode("latin-1")
    if px.is_px(head):
        return px.read_px(px.decoded(content), where)
    first = head.partition("\n")[0].rstrip("\r")
    header = next(csv.reader(io.StringIO(first)), [])
    if is_data_explorer(header):
        return read_data_explorer(_text_or_latin(content), where, name)
    text = _text(content, where)
    if is_tsv(first):
        return read_tsv(text, where, name)
    if is_sdmx_csv(header):
        return read_sdmx_csv(text, where, structure)
    if unhcr.is_unhcr(header):
        return unhcr.read_unhcr_csv(text, where, name)
    if is_plain_csv(header):
        return read_plain_csv(text, where, name)
    raise refused(
        where,
        "published figures in a known form",
        _columns_found(header),
        "See the forms in the how-to on fetching.",
    )


def _columns_found(header: Sequence[str]) -> str:
    if len(header) > 1:
        return f"text with the columns {', '.join(header[:6])}" + (", ..." if len(header) > 6 else "")
    return "text of another kind"


def _parquet(content: bytes, where: str, about: statline.Description) -> Dataset:
    table = attempt(lambda: pq.read_table(pa.BufferReader(content)), pa.ArrowException, OSError)
    if isinstance(table, Failure):
        raise broken(where, "Parquet file", f"one that cannot be read ({table.kind})")
    if "Key" in table.column_names or "odata_type" in table.column_names:
        raise refused(where, "figures", "the description of a StatLine table", "Give its TypedDataSet.")
    columns = {name: table[name].cast(pa.string()) for name in table.column_names}
    return statline.read_columns(columns, where, about)
