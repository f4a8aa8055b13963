"""What policy documents state, as rows: figures and targets that the catalogue holds, without any other source."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
from babel.numbers import format_decimal

from zaragoza.catalogue.contents import Catalogue
from zaragoza.model.published import PublishedValue, StatedFigure
from zaragoza.model.stated import STATED_FIELDS
from zaragoza.model.target import Target
from zaragoza.model.text import LANGUAGES, Language, Text
from zaragoza.publish.numbers import MINUS
from zaragoza.publish.observations import as_csv

Row = dict[str, object]
_STATED = {
    "%": Text("%", "%"),
    "percentage points": Text("percentage points", "procentpunten"),
    "persons": Text("persons", "personen"),
    "million persons": Text("million persons", "miljoen personen"),
    "EUR": Text("euro", "euro"),
    "million EUR": Text("million euro", "miljoen euro"),
    "billion EUR": Text("billion euro", "miljard euro"),
    "million": Text("million", "miljoen"),
}
QUALIFIERS = {
    "about": Text("about", "ongeveer"),
    "nearly": Text("nearly", "bijna"),
    "more_than": Text("more than", "meer dan"),
    "at_least": Text("at least", "ten minste"),
    "less_than": Text("less than", "minder dan"),
    "up_to": Text("up to", "tot"),
}


def stated(catalogue: Catalogue, language: Language) -> list[Row]:
    """Every figure and target of the policy documents, in the order of the catalogue.

    Args:
        catalogue: the package's own, or that of an office.
        language: of the titles, groups, places and notes.

    Returns:
        Rows with the keys of `model.stated.STATED_FIELDS`.
    """
    rows = [*_figures(catalogue, language), *_targets(catalogue, language)]
    return [{name: row.get(name) for name, _ in STATED_FIELDS} for row in rows]


def figure(stated: StatedFigure, number: float | None, language: Language) -> str:
    """A number of a document with its unit and how exactly it is said; words where there is no number."""
    if number is None:
        return ""
    parts = (
        QUALIFIERS[stated.qualifier][language] if stated.qualifier else "",
        format_decimal(number, locale=language).replace("-", MINUS),
        _STATED[stated.unit][language] if stated.unit != "number" else "",
        stated.counted[language] if stated.counted else "",
    )
    return " ".join(filter(None, parts))


def stated_table(catalogue: Catalogue, language: Language) -> pa.Table:
    """What policy documents state, with words in one language; columns of `model.stated.STATED_FIELDS`."""
    fields = [pa.field(name, pa.type_for_alias(kind)) for name, kind in STATED_FIELDS]
    return pa.Table.from_pylist(stated(catalogue, language), pa.schema(fields))


def stated_files(catalogue: Catalogue) -> dict[str, bytes]:
    """The same in each language as the files of a release, by name."""
    return {f"stated.{one}.csv": as_csv(stated_table(catalogue, one)) for one in LANGUAGES}


def _figures(catalogue: Catalogue, language: Language) -> Iterator[Row]:
    for value in catalogue.published_values.values():
        yield {
            **_of(value, "figure", catalogue, language),
            "group": _term(value.group, catalogue, language),
            "group_code": value.group,
            "reference_group": _term(value.reference_group, catalogue, language),
            "reference_text": figure(value, value.reference_stated, language) or None,
            "reference_value": value.reference_value,
            "ages": value.ages,
            "sex": value.sex,
        }


def _targets(catalogue: Catalogue, language: Language) -> Iterator[Row]:
    for target in catalogue.targets.values():
        yield _of(target, "target", catalogue, language)


def _of(value: PublishedValue | Target, kind: str, catalogue: Catalogue, language: Language) -> Row:
    document = catalogue.documents[value.source.document]
    known = catalogue.document_indicators.get(value.indicator)
    answering = catalogue.answering(value.indicator)
    title = known.title if known else answering[0].title
    return {
        "id": value.id,
        "kind": kind,
        "area": known.area if known else answering[0].area,
        "document_indicator": value.indicator,
        "title": title[language],
        "indicators": " ".join(one.id for one in answering) or None,
        "what": value.what[language] if value.what else None,
        "text": figure(value, value.stated, language) or None,
        "qualifier": value.qualifier,
        "stated": value.stated,
        "stated_unit": value.unit,
        "counted": value.counted[language] if value.counted else None,
        "value": value.value,
        "unit": value.value_unit,
        "year": value.year,
        "period": value.period[language] if value.period else None,
        "geo": value.geo,
        "place": _term(value.geo, catalogue, language),
        "note": value.note[language] if value.note else None,
        "document": document.title[language],
        "reference": f"{document.reference}, {str(value.source).removeprefix(value.source.document).strip()}",
    }


def _term(code: str | None, catalogue: Catalogue, language: Language) -> str | None:
    known = catalogue.terms.get(code or "")
    return known[language] if known else code
