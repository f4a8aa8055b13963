"""Asks PxWeb services (PxWebApi 2), as statistical offices in many countries have: the table's lists, then its figures.

A service says how many cells it gives at once; a larger question is halved until each part is small enough. Source:
Statistics Sweden, PxWebApi 2.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import prod
from urllib.parse import quote

from zaragoza.collect.attempts import Failure, attempt
from zaragoza.collect.fetch.asking import Asking
from zaragoza.collect.fetch.session import too_large
from zaragoza.collect.published.json_stat import Lists, read_lists
from zaragoza.collect.published.refusal import refused
from zaragoza.errors import Fault, SourceError
from zaragoza.model.vintage import Query

_MOST_CELLS = 150_000  # where a service does not say how many it gives
_LONGEST = 2_000  # characters of an address
_MOST_PARTS = 512
_ALL = "*"


def ask_pxweb(query: Query, asking: Asking) -> None:
    """Asks for the limit of the service and the lists of the table's codes, then for its figures, in parts."""
    most = _most(asking.ask(f"{asking.base}/config", "config", _config))
    table = f"{asking.base}/tables/{quote(query.dataset)}"
    content = asking.ask(f"{table}/metadata?lang=en", "metadata", _described)
    lists = read_lists(json.loads(content))
    whole = replace(query, filters=_codes(query, lists, table), since=None, until=None)
    addresses = list(_addresses(whole, lists, table, most))
    if len(addresses) > _MOST_PARTS:
        raise too_large(table, f"{len(addresses):,} parts of {most:,} cells")
    for address in addresses:
        asking.ask(address)


def _config(content: bytes, url: str) -> None:
    """Refuses what is no settings of a service of this kind."""
    if not isinstance(attempt(lambda: json.loads(content), ValueError, RecursionError), dict):
        raise refused(url, "the settings of PxWebApi 2", "something else", "Check the address of the server.")


def _most(config: bytes) -> int:
    """Cells that the service gives at once."""
    told = json.loads(config).get("maxDataCells")
    return told if isinstance(told, int) and told > 0 else _MOST_CELLS


def _described(content: bytes, url: str) -> None:
    """Refuses what is no description of a table."""
    lists = attempt(
        lambda: read_lists(json.loads(content)),
        ValueError, KeyError, TypeError, AttributeError, RecursionError,
    )  # fmt: skip
    if isinstance(lists, Failure) or not lists.codes:
        kind = "a web page" if content.lstrip()[:1] == b"<" else f"something else ({lists})"
        way_out = "Check the table's id and the server, or ask again later."
        raise refused(url, "the description of a PxWeb table", kind, way_out)


def _codes(query: Query, lists: Lists, where: str) -> dict[str, tuple[str, ...]]:
    """The codes of every dimension that are asked for."""
    faults = [
        Fault(where, "--filter", expected, ", ".join(wrong), "Correct it.")
        for expected, wrong in (
            (
                f"a dimension among {', '.join(lists.codes)}",
                sorted(query.filters.keys() - lists.codes.keys()),
            ),
            *(
                (
                    f"codes of {name}, such as {', '.join(lists.codes[name][:5])}",
                    _unknown(codes, lists.codes[name]),
                )
                for name, codes in query.filters.items()
                if name in lists.codes
            ),
        )
        if wrong
    ]
    if (query.since or query.until) and lists.time is None:
        found, way_out = "none", "Name the periods with --filter."
        faults.append(Fault(where, "--since", "a dimension that is told to be of time", found, way_out))
    if faults:
        raise SourceError(faults)
    years = range(query.since or 0, (query.until or 9998) + 1)
    wanted = {name: query.filters.get(name, codes) for name, codes in lists.codes.items()}
    if lists.time is not None:
        wanted[lists.time] = tuple(
            code for code in wanted[lists.time] if not code[:4].isdecimal() or int(code[:4]) in years
        )
    return wanted


def _unknown(codes: Sequence[str], known: Sequence[str]) -> list[str]:
    return [code for code in codes if code not in known]


def _addresses(query: Query, lists: Lists, table: str, most: int) -> Iterator[str]:
    """Addresses that together ask for everything, each of them small enough."""
    parts = [
        f"{quote(f'valueCodes[{name}]')}="
        + (_ALL if codes == lists.codes[name] else quote(",".join(codes), safe=","))
        for name, codes in query.filters.items()
    ]
    address = f"{table}/data?lang=en&outputFormat=json-stat2&{'&'.join(parts)}"
    cells = prod(len(codes) for codes in query.filters.values())
    halves = None if cells <= most and len(address) <= _LONGEST else query.halves_of_codes()
    if halves is None:
        yield address
        return
    for half in halves:
        yield from _addresses(half, lists, table, most)
