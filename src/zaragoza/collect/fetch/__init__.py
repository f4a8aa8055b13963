"""Fetches published statistics from the services of their producers, and keeps every version of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from zaragoza.collect.attempts import Failure, attempt
from zaragoza.collect.fetch.asking import Asking
from zaragoza.collect.fetch.odata import ask_statline
from zaragoza.collect.fetch.pxweb import ask_pxweb
from zaragoza.collect.fetch.sdmx import EUROSTAT_INTERFACES, ask_eurostat, ask_oecd
from zaragoza.collect.fetch.session import Patience, Session
from zaragoza.collect.fetch.store import Clock, Unfinished, dataset_folder, latest, now, read_vintage
from zaragoza.collect.fetch.unhcr import ask_unhcr
from zaragoza.collect.fetch.vintages import datasets, read_parts
from zaragoza.collect.published import Dataset, read
from zaragoza.errors import DefinitionError, Fault, InputError, SourceError
from zaragoza.folders import alone
from zaragoza.model.vintage import Query, Vintage

__all__ = [
    "SERVICES", "Fetched", "Patience", "Query", "Vintage", "datasets", "fetch", "fetched", "question", "read_vintage",
    "two_vintages",
]  # fmt: skip


@dataclass(frozen=True)
class Service:
    """A producer's service.

    Attributes:
        base: its address.
        ask: asks it.
        interfaces: ways of asking, the usual one first; those of StatLine have addresses of their own.
        most: what it gives at once, in words.
    """

    base: Mapping[str, str]
    ask: Callable[[Query, Asking], None]
    most: str

    @property
    def interfaces(self) -> tuple[str, ...]:
        """Ways of asking, the usual one first."""
        return tuple(self.base)


_EUROSTAT = "https://ec.europa.eu/eurostat/api/dissemination"
SERVICES: Mapping[str, Service] = {
    "eurostat": Service(dict.fromkeys(EUROSTAT_INTERFACES, _EUROSTAT), ask_eurostat, "5,000,000 rows"),
    "statline": Service(
        {"v3": "https://opendata.cbs.nl/ODataFeed/odata", "v4": "https://datasets.cbs.nl/odata/v1/CBS"},
        ask_statline,
        "10,000 rows a page (v3)",
    ),
    "oecd": Service({"rest2": "https://sdmx.oecd.org/public/rest"}, ask_oecd, "1,000,000 figures"),
    "pxweb": Service({"v2": "https://statistikdatabasen.scb.se/api/v2"}, ask_pxweb, "150,000 cells"),
    "unhcr": Service({"v1": "https://api.unhcr.org/population/v1"}, ask_unhcr, "1,000 rows a page"),
}


@dataclass(frozen=True)
class Fetched:
    """A vintage, where it lies, and whether it is new (and not the same as the one before)."""

    path: Path
    vintage: Vintage
    new: bool


def fetch(
    query: Query,
    folder: Path,
    *,
    server: str | None = None,
    patience: Patience | None = None,
    clock: Clock = now,
) -> Fetched:
    """Asks a service for a dataset and keeps the answer as a vintage.

    The vintage is there whole or not at all. A fetch that breaks off goes on where it stopped when it is asked again
    within an hour.

    Args:
        query: what is asked.
        folder: for all vintages, made if need be.
        server: another address of the same kind of service.
        patience: how long to wait, and how often to ask.
        clock: tells the time.

    Raises:
        DefinitionError: no such service or interface, or the folder has vintages of another server.
        SourceError: the service refuses, stays busy, cannot be reached, or has no figures for the question.
        InputError: it answers with something that is not figures.
    """
    service = _service(query)
    place = _made(dataset_folder(folder, query))
    with alone(place, ".lock", ".aside-*"), Session(folder / ".answers" / "http.db", patience) as session:
        before = latest(place, query)
        base = (server or service.base[query.interface or service.interfaces[0]]).rstrip("/")
        _same_server(before, base)
        unfinished = Unfinished(folder, query, clock)
        asking = Asking(session, unfinished, base, service.most, clock().year)
        service.ask(query, asking)
        path, vintage = _finish(query, asking, unfinished)
    return Fetched(path, vintage, before is None or before[0] != path)


def fetched(query: Query, folder: Path, day: str | None = None) -> Fetched:
    """The last vintage of a question, without a network.

    Args:
        query: what is asked.
        folder: of all vintages.
        day: the last that was there on this day; None: the last of all.

    Raises:
        InputError: there is none.
    """
    found = latest(dataset_folder(folder, query), query, day)
    if found is None:
        until = f" of {day} or before" if day else ""
        way_out = "Fetch it without --offline, or ask for what was fetched."
        fault = Fault(str(folder), str(query), f"a vintage{until}", "none", way_out)
        raise InputError(fault)
    return Fetched(*found, new=False)


def question(
    source: str,
    dataset: str,
    filters: Iterable[str],
    since: int | None,
    until: int | None,
    interface: str = "",
) -> Query:
    """A question as it is written at the command line.

    Args:
        source: eurostat, statline, oecd, pxweb or unhcr.
        dataset: its code there.
        filters: `DIMENSION=CODE,CODE` each.
        since: first year.
        until: last year.
        interface: empty: the usual one.

    Raises:
        DefinitionError: a filter is written otherwise, or the years are the wrong way round.
    """
    parts = [(text, *text.partition("=")) for text in filters]
    wanted = "DIMENSION=CODE,CODE"
    faults = [
        Fault("fetch", "--filter", wanted, text, "Write for instance --filter geo=NL,DE.")
        for text, name, _, codes in parts
        if not name or not all(codes.split(","))
    ]
    if since and until and since > until:
        faults.append(Fault("fetch", "--since", f"a year up to {until}", str(since), "Turn the years round."))
    if faults:
        raise DefinitionError(faults)
    codes = {name: tuple(of.split(",")) for _, name, _, of in parts}
    return Query(source=source, dataset=dataset, filters=codes, since=since, until=until, interface=interface)


@dataclass(frozen=True)
class Stood:
    """A dataset as it stood.

    Attributes:
        fetched_at: when it was fetched; None for a file.
    """

    dataset: Dataset
    fetched_at: str | None

    @property
    def updated(self) -> str | None:
        """When the source last changed it, as it says."""
        return max((one for one in self.dataset.table["updated"].unique().to_pylist() if one), default=None)


def two_vintages(earlier: Path, later: str, day: str | None = None) -> tuple[Stood, Stood]:
    """The datasets of two vintages, and when they stood so.

    Args:
        earlier: folder of a vintage, or a file of published figures; with `day`, the folder of a dataset.
        later: folder or file; with `day`, the first day.
        day: the second day: each time the last vintage that was there.

    Raises:
        InputError: a vintage is not there or cannot be read, or holds several datasets.
    """
    if day is None:
        return _one(earlier), _one(Path(later))
    return _one(_stood(earlier, later)), _one(_stood(earlier, day))


def _stood(folder: Path, day: str) -> Path:
    found = latest(folder, day=day)
    if found is None:
        way_out = "Name a later day, or the folder of a dataset that was fetched."
        raise InputError(Fault(str(folder), "vintages", f"one of {day} or before", "none", way_out))
    return found[0]


def _one(place: Path) -> Stood:
    vintage = read_vintage(place) if place.is_dir() else None
    found = read(place) if vintage is None else datasets(place)
    if len(found) != 1:
        way_out = "Compare files with one dataset each."
        raise InputError(Fault(str(place), "datasets", "one", str(len(found)), way_out))
    return Stood(found[0], vintage.fetched_at if vintage else None)


def _service(query: Query) -> Service:
    service = SERVICES.get(query.source)
    if service is None:
        fault = Fault("fetch", "source", f"one of {', '.join(SERVICES)}", query.source, "Name one of them.")
        raise DefinitionError(fault)
    if query.interface and query.interface not in service.interfaces:
        expected = f"one of {', '.join(service.interfaces)}"
        raise DefinitionError(Fault("fetch", "interface", expected, query.interface, "Name one of them."))
    return service


def _same_server(before: tuple[Path, Vintage] | None, base: str) -> None:
    """Refuses to put figures of another server beside those that are there as if they were later ones."""
    if before is None or before[1].parts[0].url.startswith(f"{base}/"):
        return
    found = f"those of {before[1].parts[0].url.partition('?')[0]}"
    way_out = "Name another folder with --to for figures of another server."
    raise DefinitionError(Fault(str(before[0].parent), "--server", f"vintages of {base}", found, way_out))


def _made(place: Path) -> Path:
    """A folder, made if need be."""
    failed = attempt(lambda: place.mkdir(parents=True, exist_ok=True), OSError)
    if isinstance(failed, Failure):
        way_out = "Name another folder with --to, or make room."
        raise DefinitionError(
            Fault(str(place), "--to", "a folder that can be written", f"none ({failed.kind})", way_out)
        )
    return place


def _finish(query: Query, asking: Asking, unfinished: Unfinished) -> tuple[Path, Vintage]:
    """Looks at the parts together, and makes a vintage of them."""
    parts = unfinished.parts(asking.urls)
    contents = {part.file: (unfinished.path / part.file).read_bytes() for part in parts}
    read = read_parts(query, parts, contents)
    rows = sum(one.table.num_rows for one in read)
    updates = [{date for date in one.table["updated"].unique().to_pylist() if date} for one in read]
    if not rows or any(len(dates) > 1 for dates in updates):
        unfinished.discard()
        raise _unusable(query, rows)
    last = max((date for dates in updates for date in dates), default=None)  # a bundle holds several datasets
    return unfinished.finish(parts, last or unfinished.modified(asking.urls), rows)


def _unusable(query: Query, rows: int) -> SourceError:
    if not rows:
        found, way_out = "an empty table", "Check the codes of --filter, and the years."
    else:
        found, way_out = "parts of two versions: it was updated meanwhile", "Ask again."
    return SourceError(Fault(str(query), "answer", "figures of one version", found, way_out))
