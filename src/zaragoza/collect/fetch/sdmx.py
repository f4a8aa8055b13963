"""Asks SDMX services: Eurostat (SDMX 3.0, SDMX 2.1 and JSON-stat) and the OECD.

Source: Eurostat, API data access, detailed guidelines; OECD, SDMX API documentation.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

from zaragoza.collect.fetch.asking import FIGURES, Asking
from zaragoza.collect.fetch.session import NothingThereError, TooLargeError, too_large
from zaragoza.collect.published.structure import Structure, read_structure
from zaragoza.errors import Fault, SourceError
from zaragoza.model.vintage import Query

_MOST_PARTS = 64
_KEY = re.compile(rb"<(?:\w+:)?(?:id|key)>\s*([0-9a-fA-F-]{16,})\s*<")
_STATUS = re.compile(rb"<(?:\w+:)?status>\s*([A-Z_]+)\s*<")
_WAITING, _READY = (b"SUBMITTED", b"PROCESSING"), b"AVAILABLE"
Address = Callable[[Query, Asking], str]


def ask_eurostat(query: Query, asking: Asking) -> None:
    """Asks Eurostat, in smaller parts where it has to be; waits for answers that it prepares apart."""
    _in_parts(query, asking, _EUROSTAT[query.interface or "sdmx3"])


def ask_oecd(query: Query, asking: Asking) -> None:
    """Asks the OECD, in smaller parts where it has to be."""
    _in_parts(query, asking, _oecd)


def _in_parts(query: Query, asking: Asking, address: Address) -> None:
    """Asks; halves a question whose answer is too large, until every part can be sent.

    A half may be empty (years before the first figure, a country without any); the whole may not.
    """
    waiting, empty = [query], None
    while waiting:
        one = waiting.pop()
        url = address(one, asking)
        try:
            asking.ask(url, prepare=lambda content: _prepared(content, asking))
        except NothingThereError as error:
            empty = error
        except TooLargeError:
            parts = len(asking.urls) + len(waiting) + 1
            halves = one.halves(asking.this_year)
            if halves is None or parts >= _MOST_PARTS:
                raise too_large(url, f"more than {asking.most}, also in {parts} parts") from None
            waiting += reversed(halves)
    if empty is not None and FIGURES not in asking.roles:
        raise empty


def _filtered(query: Query) -> str:
    """`c[geo]=NL,DE&c[TIME_PERIOD]=ge:2015+le:2023` of SDMX-REST 2, encoded."""
    parts = [
        f"{quote(f'c[{name}]')}={quote(','.join(codes), safe=',')}" for name, codes in query.filters.items()
    ]
    bounds = [
        f"{sign}:{year}" for sign, year in (("ge", query.since), ("le", query.until)) if year is not None
    ]
    if bounds:
        parts.append(f"{quote('c[TIME_PERIOD]')}={quote('+'.join(bounds), safe=':')}")
    return "".join(f"&{part}" for part in parts)


def _sdmx3(query: Query, asking: Asking) -> str:
    form = "format=csvdata&formatVersion=2.0&lang=en&labels=both&attributes=all&measures=all"
    flow = f"dataflow/ESTAT/{quote(query.dataset.upper())}/1.0"
    return f"{asking.base}/sdmx/3.0/data/{flow}?{form}{_filtered(query)}"


def _sdmx2(query: Query, asking: Asking) -> str:
    """SDMX 2.1 wants codes in the order of the structure, so the structure is asked first."""
    key = ""
    if query.filters:
        if asking.structure is None:
            url = f"{asking.base}/sdmx/2.1/datastructure/ESTAT/{quote(query.dataset.upper())}/latest"
            asking.structure = _structure(asking.ask(url, "structure", _structure), url)
        names = [name for name in asking.structure.dimensions if name.upper() not in ("TIME_PERIOD", "TIME")]
        given = {name.lower(): codes for name, codes in query.filters.items()}
        _known(given, names, asking)
        key = "/" + ".".join("+".join(given.get(name.lower(), ())) for name in names)
    bounds = f"&startPeriod={query.since}" if query.since else ""
    bounds += f"&endPeriod={query.until}" if query.until else ""
    return f"{asking.base}/sdmx/2.1/data/{quote(query.dataset.upper())}{quote(key, safe='/.+')}?format=SDMX-CSV{bounds}"


def _structure(content: bytes, url: str) -> Structure:
    return read_structure(content.decode("utf-8", "replace"), url)


def _known(given: dict[str, tuple[str, ...]], names: list[str], asking: Asking) -> None:
    wrong = sorted(given.keys() - {name.lower() for name in names})
    if wrong:
        expected, found = f"dimensions among {', '.join(names)}", ", ".join(wrong)
        raise SourceError(
            Fault(asking.base, "--filter", expected, found, "Correct the names of the dimensions.")
        )


def _json_stat(query: Query, asking: Asking) -> str:
    codes = [f"&{quote(name)}={quote(code)}" for name, of in query.filters.items() for code in of]
    codes += [f"&sinceTimePeriod={query.since}"] if query.since else []
    codes += [f"&untilTimePeriod={query.until}"] if query.until else []
    return f"{asking.base}/statistics/1.0/data/{quote(query.dataset)}?format=JSON&lang=EN{''.join(codes)}"


_EUROSTAT: dict[str, Address] = {"sdmx3": _sdmx3, "sdmx2": _sdmx2, "jsonstat": _json_stat}
EUROSTAT_INTERFACES = tuple(_EUROSTAT)


def _oecd(query: Query, asking: Asking) -> str:
    """A dataset of the OECD is written AGENCY,DATAFLOW or AGENCY,DATAFLOW,VERSION."""
    parts = [quote(part, safe="@") for part in query.dataset.split(",")]
    if len(parts) not in (2, 3):
        way_out = "Copy it from the `developer API` button of the OECD Data Explorer."
        fault = Fault(query.dataset, "dataset", "AGENCY,DATAFLOW[,VERSION]", f"{len(parts)} parts", way_out)
        raise SourceError(fault)
    agency, flow, release = (*parts, "+")[:3]
    form = "format=csvfilewithlabels&attributes=dsd&measures=all"
    return f"{asking.base}/v2/data/dataflow/{agency}/{flow}/{release}/*?{form}{_filtered(query)}"


def _prepared(content: bytes, asking: Asking) -> bytes:
    """The answer itself, where Eurostat first gives a key under which it will be ready."""
    key = _KEY.search(content[:4000]) if b"nvelope" in content[:400] else None
    if key is None:
        return content
    name = key[1].decode("ascii")
    for _ in range(asking.session.patience.polls):
        url = f"{asking.base}/1.0/async/status/{name}"
        answer = asking.session.get(url).content
        status = _STATUS.search(answer)
        if status and status[1] == _READY:
            return asking.session.get(f"{asking.base}/1.0/async/data/{name}").content
        if status is None or status[1] not in _WAITING:
            found = (
                "an answer that expired or cannot be told" if status is None else status[1].decode("ascii")
            )
            raise SourceError(Fault(url, "status", "an answer that is prepared", found, "Ask again."))
        asking.session.sleep(asking.session.patience.poll)
    found = "one that is still not ready"
    raise SourceError(
        Fault(asking.base, "answer", "an answer that is prepared", found, "Ask again later, or for less.")
    )
