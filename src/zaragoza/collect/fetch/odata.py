"""Asks CBS StatLine, by OData v3 (ODataFeed) or v4.

The untyped set of v3 is asked for: it alone keeps the signs that say why a figure is not there. Codes are padded with
blanks there, so filters take them as the lists of codes write them. Source: CBS, open data services v3 and v4.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

from zaragoza.collect.attempts import Failure, attempt
from zaragoza.collect.fetch.asking import Asking
from zaragoza.collect.published import statline
from zaragoza.collect.published.refusal import broken, refused
from zaragoza.errors import Fault, SourceError
from zaragoza.model.vintage import Query

_LONGEST = 1500  # characters of a condition; servers refuse addresses beyond about 2,000
_KEY, _IDENTIFIER = "Key", "Identifier"  # of a code in v3, in v4
Record = Mapping[str, Any]
Lists = Mapping[str, Sequence[Record]]


def ask_statline(query: Query, asking: Asking) -> None:
    """Asks for the description of a table, then for its figures page by page."""
    newer = query.interface == "v4"
    lists = _describe4(query, asking) if newer else _describe3(query, asking)
    figures = "Observations" if newer else "UntypedDataSet"
    form = "" if newer else "$format=json"
    for condition in _conditions(query, lists, newer=newer, where=asking.base):
        parts = [form, f"$filter={quote(condition)}" if condition else ""]
        asked = "&".join(part for part in parts if part)
        url: str | None = f"{_table(query, asking)}/{figures}" + (f"?{asked}" if asked else "")
        while url is not None:
            url = _next(url, json.loads(asking.ask(url, check=_page)), asking)


def _table(query: Query, asking: Asking) -> str:
    return f"{asking.base}/{quote(query.dataset)}"


def _describe3(query: Query, asking: Asking) -> Lists:
    properties = _records("DataProperties", query, asking, "?$format=json")
    _records("TableInfos", query, asking, "?$format=json")
    names = statline.describe({"DataProperties": properties}, query.dataset).dimensions
    return {name: _records(name, query, asking, "?$format=json", _KEY) for name in names}


def _describe4(query: Query, asking: Asking) -> Lists:
    _records("Properties", query, asking)
    dimensions = _records("Dimensions", query, asking, key=_IDENTIFIER)
    _records("MeasureCodes", query, asking)
    names = [str(record[_IDENTIFIER]) for record in dimensions]
    return {name: _records(f"{name}Codes", query, asking, key=_IDENTIFIER) for name in names}


def _records(resource: str, query: Query, asking: Asking, form: str = "", key: str = "") -> list[Record]:
    """Every record of a resource that describes the table, over all its pages; each has the key that is named."""
    found: list[Record] = []
    url: str | None = f"{_table(query, asking)}/{resource}{form}"
    while url is not None:
        message = json.loads(asking.ask(url, resource, partial(_described, key=key)))
        found += message["value"] if isinstance(message.get("value"), list) else [message]
        url = _next(url, message, asking)
    return found


def _described(content: bytes, url: str, key: str = "") -> None:
    message = attempt(lambda: json.loads(content), ValueError, RecursionError)
    if isinstance(message, Failure) or not isinstance(message, dict):
        kind = "a web page" if content.lstrip()[:1] == b"<" else "an answer that is not JSON, or breaks off"
        raise refused(
            url, "the description of a StatLine table", kind, "Check the table's id, or ask again later."
        )
    records = message.get("value", [])
    if not (isinstance(records, list) and all(isinstance(record, dict) for record in records)):
        raise broken(url, "page of a StatLine table", "no list of records")
    if key and not all(isinstance(record.get(key), str) for record in records):
        raise broken(url, "page of a StatLine table", f"records without {key}")


def _page(content: bytes, url: str) -> None:
    _described(content, url)
    if "value" not in json.loads(content):
        raise broken(url, "page of a StatLine table", "no list of rows")


def _next(url: str, message: Record, asking: Asking) -> str | None:
    """The address of the next page; only the same server is followed, and no page twice."""
    following = statline.next_link(message)
    if following is None:
        return None
    found = ""
    if urlsplit(following).netloc != urlsplit(url).netloc:
        found = "one elsewhere"
    elif following in asking.urls:
        found = "one that was there before"
    if found:
        asking.unfinished.discard()  # else the next fetch would go on from this page
        expected, way_out = "a next page on the same server", "Tell the producer; nothing was kept."
        raise SourceError(Fault(url, "next page", expected, found, way_out))
    return following


def _conditions(query: Query, lists: Lists, *, newer: bool, where: str) -> Iterator[str]:
    """Conditions that together ask for the codes wanted, each short enough for an address."""
    wanted = {
        name: _padded(name, codes, lists, newer=newer, where=where) for name, codes in query.filters.items()
    }
    time = next((name for name in lists if name in statline.TIMES), None)
    if time is not None and (query.since or query.until):
        years = range(query.since or 0, (query.until or 9998) + 1)
        codes = wanted.get(time) or [_raw(record, newer=newer) for record in lists[time]]
        wanted[time] = [code for code in codes if code[:4].isdigit() and int(code[:4]) in years]
    yield from _joined(list(wanted.items()))


def _joined(wanted: Sequence[tuple[str, Sequence[str]]]) -> Iterator[str]:
    if not wanted:
        yield ""
        return
    (name, codes), *rest = wanted
    for further in _joined(rest):
        for chunk in _chunks([f"{name} eq '{code}'" for code in codes], _LONGEST // (len(wanted) or 1)):
            yield f"({' or '.join(chunk)})" + (f" and {further}" if further else "")


def _chunks(terms: Sequence[str], longest: int) -> Iterator[list[str]]:
    chunk: list[str] = []
    for term in terms:
        if chunk and sum(map(len, chunk)) + 4 * len(chunk) + len(term) > longest:
            yield chunk
            chunk = []
        chunk.append(term)
    if chunk:
        yield chunk


def _raw(record: Record, *, newer: bool) -> str:
    return str(record[_IDENTIFIER if newer else _KEY])


def _padded(name: str, codes: Sequence[str], lists: Lists, *, newer: bool, where: str) -> list[str]:
    """Codes as the table's own list writes them, with their blanks."""
    if name not in lists:
        expected = f"a dimension among {', '.join(lists)}"
        raise SourceError(Fault(where, "--filter", expected, name, "Correct the name of the dimension."))
    known = {_raw(record, newer=newer).strip(): _raw(record, newer=newer) for record in lists[name]}
    missing = [code for code in codes if code not in known]
    if missing:
        expected = f"codes of {name}, such as {', '.join(list(known)[:5])}"
        raise SourceError(Fault(where, "--filter", expected, ", ".join(missing), "Correct the codes."))
    return [known[code] for code in codes]
