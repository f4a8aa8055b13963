"""Vintages: datasets of other producers as they stood when they were fetched."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from itertools import chain

_FIRST_YEAR = 1950  # before it there are no figures to halve the years for


@dataclass(frozen=True, kw_only=True)
class Query:
    """What is asked of a service.

    Attributes:
        source: eurostat, statline, oecd, pxweb or unhcr.
        dataset: its code there.
        filters: dimension -> codes; of several the figures of each are asked.
        since, until: first and last year; None: as far as there are figures.
        interface: which of the service's ways of asking; empty: its usual one.
    """

    source: str
    dataset: str
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    since: int | None = None
    until: int | None = None
    interface: str = ""

    @property
    def identity(self) -> str:
        """A text that is the same for the same question, whatever the order of filters and codes."""
        asked = asdict(replace(self, filters={}))
        asked["filters"] = {name: sorted(codes) for name, codes in sorted(self.filters.items())}
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()

    def halves(self, this_year: int) -> tuple[Query, Query] | None:
        """Two questions that together ask the same; None where a single code and a single year are left.

        The dimension with the most codes is halved first, then the years.
        """
        halves = self.halves_of_codes()
        if halves is not None:
            return halves
        low, high = self.since or _FIRST_YEAR, self.until or this_year
        if low >= high:
            return None
        middle = (low + high) // 2
        return replace(self, until=middle), replace(self, since=middle + 1)

    def halves_of_codes(self) -> tuple[Query, Query] | None:
        """Two questions with half of the codes of the dimension that has the most; None where each has one."""
        name = max(self.filters, key=lambda one: len(self.filters[one]), default=None)
        if name is None or len(self.filters[name]) < 2:
            return None
        codes = self.filters[name]
        first, second = codes[: len(codes) // 2], codes[len(codes) // 2 :]
        return self._with(name, first), self._with(name, second)

    def _with(self, name: str, codes: tuple[str, ...]) -> Query:
        return replace(self, filters={**self.filters, name: codes})

    def __str__(self) -> str:
        years = f"{self.since or ''}-{self.until or ''}" if self.since or self.until else ""
        codes = (f"{name}={','.join(of)}" for name, of in self.filters.items())
        return " ".join(chain([self.source, self.dataset], codes, [years] if years else []))


@dataclass(frozen=True, kw_only=True)
class Part:
    """One answer of the service: its address, the file that holds its bytes, their sha256 and number.

    Attributes:
        role: `figures`, or the name of the resource that describes them.
    """

    url: str
    file: str
    sha256: str
    size: int
    role: str = "figures"


@dataclass(frozen=True, kw_only=True)
class Vintage:
    """A dataset as it stood when it was fetched.

    Attributes:
        query: what was asked.
        fetched_at: UTC, ISO 8601.
        updated: when the source last changed the dataset, as it says; None where it does not.
        checksum: sha256 over those of the parts.
        rows: figures in it.
        version: of the code that fetched it.
        parts: the answers, in order.
    """

    query: Query
    fetched_at: str
    updated: str | None
    checksum: str
    rows: int
    version: str
    parts: tuple[Part, ...]
