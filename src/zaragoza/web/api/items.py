"""Lists of entries: which there are, by what they are chosen, and how a page of them is answered."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Schema

from zaragoza.web.api.answer import answer, following
from zaragoza.web.api.asking import AskedItems, asked_items, etag
from zaragoza.web.api.filters import Filter
from zaragoza.web.api.formats import as_json
from zaragoza.web.api.tables import MEDIA
from zaragoza.web.promises import revision
from zaragoza.web.promises.state import State, state, today

Item = dict[str, Any]
_WHOLE = "; "  # between the values of a cell
_COMPUTED = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Listing:
    """Entries that one address lists.

    Attributes:
        name: of a file with them.
        form: of an entry in an answer.
        entries: all of them, by id.
        item: an entry as it is answered.
        filters: by the name of their parameter.
        beside: what an answer holds beside its items.
    """

    name: str
    form: type[Schema]
    entries: Callable[[State], Mapping[str, Any]]
    item: Callable[[State, Any], Item]
    filters: Mapping[str, Filter]
    beside: Callable[[State], Item] = lambda state: {}


def listed(request: HttpRequest, listing: Listing) -> HttpResponseBase:
    """A page of entries as they stand today.

    Raises:
        RequestError: a parameter or a value that does not exist, or a form that is not served.
    """
    shown = state(today())
    known = {name: tuple(each.known(shown)) for name, each in listing.filters.items()}
    wanted = asked_items(request, known)
    chosen = _chosen(listing, shown, wanted)
    rest = [name for name in chosen if wanted.after is None or name > wanted.after]
    page = rest[: wanted.limit]
    more = len(rest) > wanted.limit
    link = following(request, format=wanted.format, cursor=page[-1]) if more else None

    def made() -> bytes:
        items = [listing.item(shown, chosen[name]) for name in page]
        if wanted.format == "csv":
            return as_csv(listing.form, items)
        return as_json({"total": len(chosen), "items": items, "next": link} | listing.beside(shown))

    tag = etag(listing.name, revision.current(), str(shown.on), *wanted.parts)
    response = answer(request, tag, MEDIA[wanted.format], made)
    if link is not None:
        response["Link"] = f'<{link}>; rel="next"'
    if wanted.format == "csv":
        response["Content-Disposition"] = f'attachment; filename="{listing.name}.csv"'
    return response


def _chosen(listing: Listing, shown: State, wanted: AskedItems) -> dict[str, Any]:
    """Those that have one of the values of every parameter, by id: so a page begins where the one before ended."""
    by = [(listing.filters[name], set(values)) for name, values in wanted.where.items()]
    return {
        name: each
        for name, each in sorted(listing.entries(shown).items())
        if all(values.intersection(filter.of(shown, each)) for filter, values in by)
    }


def as_csv(form: type[Schema], items: Sequence[Item]) -> bytes:
    """Items as a table: RFC 4180, UTF-8, the same columns whatever the items are.

    What is nested has a column a part (`title_en`); several values stand in one cell with `; ` between them, what is
    nested in a list as JSON. An empty cell is null, or an empty list. Words that a spreadsheet would compute have a `'`
    before them.
    """
    columns = list(_columns(form, (), items))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow("_".join(path) for path in columns)
    writer.writerows([_cell(_at(item, path)) for path in columns] for item in items)
    return text.getvalue().encode()


def _columns(form: type[Schema], at: tuple[str, ...], items: Sequence[Item]) -> Iterable[tuple[str, ...]]:
    for name, field in form.model_fields.items():
        kind, path = _bare(field.annotation), (*at, name)
        if isinstance(kind, type) and issubclass(kind, Schema):
            yield from _columns(kind, path, items)
        elif get_origin(kind) is dict:  # all items have the same keys
            yield from ((*path, key) for key in (_at(items[0], path) if items else ()))
        else:
            yield path


def _bare(annotation: Any) -> Any:
    """A type without the None beside it."""
    if get_origin(annotation) in (Union, UnionType):
        (annotation, *_) = (each for each in get_args(annotation) if each is not type(None))
    return annotation


def _at(item: Any, path: Sequence[str]) -> Any:
    for name in path:
        item = None if item is None else item[name]
    return item


def _cell(value: Any) -> str | int | float | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        if any(isinstance(each, dict) for each in value):
            return json.dumps(value, ensure_ascii=False)
        return _no_formula(_WHOLE.join(value))
    if isinstance(value, str):
        return _no_formula(value)
    found: int | float | None = value
    return found


def _no_formula(text: str) -> str:
    """People write some of these words, and a spreadsheet would compute what begins so (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_COMPUTED) else text
