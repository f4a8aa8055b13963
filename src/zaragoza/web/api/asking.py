"""What a request asks for. Everything that is wrong with it is told at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version

from django.http import HttpRequest

from zaragoza.errors import Fault
from zaragoza.model.text import LANGUAGES, Language
from zaragoza.web.api.refusal import RequestError, fault, listed, quoted, unknown
from zaragoza.web.api.tables import MEDIA, Shape, dimensions
from zaragoza.web.releases.edition import Edition, edition
from zaragoza.web.releases.models import Installed, Series

MOST_ROWS, ROWS = 10_000, 1_000  # of a page: at most, and unless asked otherwise
MOST_ITEMS, ITEMS = 1_000, 100  # the same of entries, which are longer
ITEM_FORMATS = ("json", "csv")
_LONGEST_NUMBER = 12
RELEASE = ("series", "release")
ANSWER = ("format", "lang", "limit", "cursor")


@dataclass(frozen=True)
class Asked:
    """Rows of a table, and how they are answered.

    Attributes:
        edition: whose rows.
        checksum: of the release.
        where: values by dimension.
        format: of the answer.
        language: of the titles in it, where the format holds any.
        limit: the most rows.
        cursor: number of the row after which they begin.
    """

    edition: Edition
    checksum: str
    where: Mapping[str, tuple[str, ...]]
    format: str
    language: Language
    limit: int
    cursor: int

    @property
    def etag(self) -> str:
        """The same for the same rows in the same form, made by the same version."""
        where = {name: sorted(values) for name, values in self.where.items()}
        return etag(self.checksum, where, self.format, self.language, self.limit, self.cursor)


def etag(*parts: object) -> str:
    """A strong entity tag of whatever an answer follows from."""
    text = json.dumps([version("zaragoza"), *parts], sort_keys=True)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def asked(request: HttpRequest, shape: Shape) -> Asked:
    """What a request asks of a table.

    Raises:
        RequestError: a parameter that does not exist, a value that does not exist, or a form that is not served.
    """
    reader = _Reader(request)
    found = reader.release()
    if found is not None and not edition(found.series_id, found.release).has(shape.table):
        reader.without(found, shape)
        found = None
    format, language = reader.format(shape.formats), reader.language()
    limit, cursor = reader.number("limit", 1, MOST_ROWS, ROWS), reader.cursor()
    known = dimensions(edition(found.series_id, found.release), shape) if found else None
    where = reader.where(known) if known is not None else {}
    reader.names((*RELEASE, *ANSWER), known)
    if reader.faults or found is None:
        raise RequestError(reader.faults, reader.status)
    return Asked(
        edition(found.series_id, found.release), found.checksum, where, format, language, limit, cursor
    )


@dataclass(frozen=True)
class AskedItems:
    """Entries of a list, and how they are answered.

    Attributes:
        where: values by parameter.
        format: of the answer.
        limit: the most entries.
        after: id after which they begin.
    """

    where: Mapping[str, tuple[str, ...]]
    format: str
    limit: int
    after: str | None

    @property
    def parts(self) -> tuple[object, ...]:
        """What its entity tag is made of, beside the entries themselves."""
        where = {name: sorted(values) for name, values in self.where.items()}
        return where, self.format, self.limit, self.after


def asked_items(request: HttpRequest, known: Mapping[str, tuple[str, ...]]) -> AskedItems:
    """What a request asks of a list of entries.

    Args:
        request: what is asked.
        known: the values of each parameter by which entries are chosen.

    Raises:
        RequestError: a parameter that does not exist, a value that does not exist, or a form that is not served.
    """
    reader = _Reader(request)
    wanted = AskedItems(
        where=reader.where(known),
        format=reader.format(ITEM_FORMATS),
        limit=reader.number("limit", 1, MOST_ITEMS, ITEMS),
        after=reader.text("cursor"),
    )
    reader.names(("format", "limit", "cursor"), known)
    if reader.faults:
        raise RequestError(reader.faults, reader.status)
    return wanted


def asked_release(request: HttpRequest) -> Installed:
    """The release that a request names; it may ask for nothing else.

    Raises:
        RequestError: there is none, or it does.
    """
    reader = _Reader(request)
    found = reader.release()
    reader.names(RELEASE, {})
    if reader.faults or found is None:
        raise RequestError(reader.faults, reader.status)
    return found


def no_parameters(request: HttpRequest) -> None:
    """Raises RequestError where a request has any."""
    reader = _Reader(request)
    reader.names((), {})
    if reader.faults:
        raise RequestError(reader.faults, reader.status)


class _Reader:
    """Reads the parameters one by one and keeps what is wrong with them."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.given = request, request.GET
        self.faults: list[Fault] = []
        self.status = HTTPStatus.BAD_REQUEST

    def release(self) -> Installed | None:
        """The one named, or the latest of the series, or of the first series."""
        name, release = self.text("series"), self.text("release")
        listed_series = Series.objects.select_related("latest").exclude(latest=None)
        series = next((each for each in listed_series if name in (None, each.monitor)), None)
        if series is None:
            self._missing("series", [each.monitor for each in listed_series], name)
            return None
        if release is None:
            return series.latest
        installed = list(Installed.objects.filter(series=series))
        found = next((each for each in installed if each.release == release), None)
        if found is None:
            self._missing("release", [each.release for each in installed], release)
        return found

    def without(self, found: Installed, shape: Shape) -> None:
        """Keeps the fault that the release has no such table."""
        others = [
            f"{each.series_id} {each.release}"
            for each in Installed.objects.all()
            if edition(each.series_id, each.release).has(shape.table)
        ]
        self.status = HTTPStatus.NOT_FOUND
        way_out = f"Choose one that has: {listed(others)}."
        self.faults.append(fault("release", f"one with {shape.table}", "one without", way_out))

    def format(self, formats: tuple[str, ...]) -> str:
        """The one named, or the one that the header `Accept` likes best."""
        named = self.text("format")
        if named in formats:
            return named
        if named is not None:
            way_out = "Name one of them, or leave it out."
            self.faults.append(unknown("format", formats, [named], way_out))
            return formats[0]
        liked = self.request.get_preferred_type([MEDIA[each] for each in formats])
        if liked is not None:
            return next(name for name in formats if MEDIA[name] == liked)
        if not self.faults:
            self.status = HTTPStatus.NOT_ACCEPTABLE
        expected = f"one of {listed([MEDIA[each] for each in formats])}"
        way_out = "Accept one of them, or name the `format`."
        self.faults.append(fault("Accept", expected, "others", way_out))
        return formats[0]

    def language(self) -> Language:
        """Of titles; English unless asked otherwise."""
        named = self.text("lang")
        if named is None:
            return LANGUAGES[0]
        found = next((each for each in LANGUAGES if each == named), None)
        if found is None:
            self.faults.append(unknown("lang", LANGUAGES, [named], "Name one of them, or leave it out."))
        return found or LANGUAGES[0]

    def cursor(self) -> int:
        """Where the page begins; a number of a row means something in one release only."""
        found = self.number("cursor", 0, 10**_LONGEST_NUMBER - 1, 0)
        if "cursor" in self.given and not all(name in self.given for name in RELEASE):
            expected, way_out = "series and release beside it", "Follow the address `next`, which has both."
            self.faults.append(fault("cursor", expected, "a cursor alone", way_out))
        return found

    def number(self, name: str, least: int, most: int, otherwise: int) -> int:
        """A whole number within bounds."""
        text = self.text(name)
        if text is None:
            return otherwise
        digits = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
        if digits and least <= int(text) <= most:
            return int(text)
        expected = f"a whole number from {least} to {most}"
        self.faults.append(fault(name, expected, quoted(text), "Give such a number, or leave it out."))
        return otherwise

    def where(self, known: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """The values of each dimension that is named."""
        where = {name: tuple(dict.fromkeys(self.given.getlist(name))) for name in known if name in self.given}
        for name, values in where.items():
            strange = [value for value in values if value not in known[name]]
            if strange:
                way_out = "Name some of them, repeating the parameter; write a `+` in a value as `%2B`."
                self.faults.append(unknown(name, known[name], strange, way_out))
        return where

    def names(self, fixed: tuple[str, ...], known: Mapping[str, tuple[str, ...]] | None) -> None:
        """Keeps a fault for parameters that do not exist; without a release its dimensions are not known."""
        if known is None:
            return
        names = (*known, *fixed)
        strange = [name for name in self.given if name not in names]
        if strange:
            self.faults.append(unknown("parameters", names, strange, "Leave the others out."))

    def text(self, name: str) -> str | None:
        """The value of a parameter that is named once."""
        values = self.given.getlist(name)
        if len(values) > 1:
            expected, found = "one value", f"{len(values)} values"
            self.faults.append(fault(name, expected, found, "Name it once."))
        return values[0] if values else None

    def _missing(self, field: str, known: list[str], found: str | None) -> None:
        self.status = HTTPStatus.NOT_FOUND
        way_out = (
            "Name one of them, or leave it out for the latest." if known else "No release is installed yet."
        )
        self.faults.append(unknown(field, known, [found] if found is not None else [], way_out))
