"""Gathers datasets that lie in folders: files, vintages, and the last vintage of every question to a dataset."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from zaragoza.collect.fetch.store import read_vintage, vintages
from zaragoza.collect.fetch.vintages import datasets
from zaragoza.collect.published import Dataset, read
from zaragoza.errors import Fault, InputError
from zaragoza.model.vintage import Vintage

_RECORD = "snapshot.json"


@dataclass(frozen=True)
class Gathered:
    """One dataset and where it comes from.

    Attributes:
        place: file or folder, relative.
        checksum: of the file, or of the vintage.
        vintage: None for a file.
    """

    dataset: Dataset
    place: str
    checksum: str
    vintage: Vintage | None

    @property
    def record(self) -> dict[str, str]:
        """What a release says of it."""
        of, one = self.vintage, self.dataset
        told = {"place": self.place, "source": one.source, "dataset": one.id, "checksum": self.checksum}
        if of is not None:
            told |= {"question": str(of.query), "fetched_at": of.fetched_at, "version": of.version}
            told |= {"updated": of.updated} if of.updated else {}
        return told | ({"unknown_flags": " ".join(one.unknown_flags)} if one.unknown_flags else {})


def gather(patterns: Iterable[str], folder: Path, day: str | None = None) -> tuple[Gathered, ...]:
    """The datasets that are named, in the order of the names.

    Args:
        patterns: files, vintages, or folders of datasets, relative to the folder; `*` stands for any name.
        folder: to which they are relative.
        day: of a dataset, the last vintages that were there on this day (ISO); None: the last of all.

    Raises:
        InputError: a name stands for nothing, or what it stands for cannot be read; every such name is told.
    """
    faults: list[Fault] = []
    found: list[Gathered] = []
    for pattern in patterns:
        places = [path for path in sorted(folder.glob(pattern)) if not path.name.startswith(".")]
        if not places:
            way_out = "Fetch the dataset, or correct the path."
            faults.append(
                Fault(pattern, "files", "published figures", "no file or folder of that name", way_out)
            )
        for place in places:
            try:
                found += _at(place, folder, day)
            except InputError as error:
                faults += error.faults
    if faults:
        raise InputError(faults)
    return tuple(found)


def _at(place: Path, folder: Path, day: str | None) -> Iterator[Gathered]:
    if place.is_file():
        found = read(place)  # tells why a file cannot be read
        if not sum(one.table.num_rows for one in found):
            way_out = "Fetch it again, or take it out of the list."
            raise InputError(Fault(place.name, "figures", "published figures", "an empty table", way_out))
        checksum = hashlib.sha256(place.read_bytes()).hexdigest()
        yield from (Gathered(one, str(place.relative_to(folder)), checksum, None) for one in found)
        return
    for path, vintage in _vintages(place, day):
        where = str(path.relative_to(folder))
        yield from (Gathered(one, where, vintage.checksum, vintage) for one in datasets(path))


def _vintages(place: Path, day: str | None) -> list[tuple[Path, Vintage]]:
    """A vintage, or the last of each question in the folder of a dataset."""
    if (place / _RECORD).is_file():
        return [(place, read_vintage(place))]
    last = {
        vintage.query.identity: (path, vintage)
        for path, vintage in vintages(place)
        if day is None or vintage.fetched_at[: len(day)] <= day
    }
    if not last:
        expected = f"a vintage{f' of {day} or before' if day else ''}"
        raise InputError(
            Fault(str(place), "files", expected, "none", "Fetch the dataset, or name a later day.")
        )
    return list(last.values())
