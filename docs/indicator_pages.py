"""Pages of the indicators, in each language: one an area, an index by OECD number, the figures of the documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from babel import Locale
from indicator_words import KINDS, UNITS, WORDS

from zaragoza.catalogue import Catalogue
from zaragoza.catalogue.contents import SettlingIn
from zaragoza.model.indicator import Indicator, Measure
from zaragoza.model.published import DocumentIndicator, PublishedValue, StatedFigure
from zaragoza.model.target import Target
from zaragoza.model.text import LANGUAGES, Language, Text
from zaragoza.publish.stated import figure

_DETAILS = ("p", "rule", "fraction", "threshold", "variant", "plausible")


def pages(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Path within the folder of generated pages, without ending, and text of every page."""
    for language in LANGUAGES:
        made = _Pages(catalogue, language)
        for name, lines in made.all():
            yield made.prefix(language) + name, "\n".join(lines) + "\n"


def facts(pairs: Mapping[str, str]) -> Iterator[str]:
    """A list of names and what is known, without those of which nothing is."""
    yield from (f"- {name}: {text}" for name, text in pairs.items() if text)
    yield ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table; nothing where it has no rows."""
    cells = list(rows)
    if cells:
        yield "| " + " | ".join(head) + " |"
        yield "|" + "---|" * len(head)
        yield from ("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells)
        yield ""


def code(text: str | None) -> str:
    """Text as code, on one line."""
    return f"`{' '.join(text.split())}`" if text else ""


class _Pages:
    """The pages in one language."""

    def __init__(self, catalogue: Catalogue, language: Language) -> None:
        self._catalogue = catalogue
        self._language = language
        self._territories = Locale(language).territories
        self._by_area = {
            area: [entry for entry in catalogue.indicators.values() if entry.area == area]
            for area in catalogue.areas
        }

    @staticmethod
    def prefix(language: Language) -> str:
        return "" if language == "en" else f"{language}/"

    def all(self) -> Iterator[tuple[str, Iterator[str]]]:
        yield "indicators", self._index()
        for area, entries in self._by_area.items():
            if entries:
                yield f"indicators/{area}", self._area(area, entries)
        yield "settling_in", self._settling_in()
        yield "published_values", self._published()

    def _w(self, key: str) -> str:
        return WORDS[key][self._language]

    def _t(self, text: Text | None) -> str:
        return " ".join(text[self._language].split()) if text else ""

    def _label(self, name: str) -> str:
        return f"indicator-{self._language}-{name.replace('_', '-')}"

    def _link(self, entry: Indicator) -> str:
        return f"[{self._t(entry.title)}](#{self._label(entry.id)})"

    def _head(self, title: str, page: str) -> Iterator[str]:
        """Title, and the way to the same page in the other language."""
        other: Language = "nl" if self._language == "en" else "en"
        up = "../" * (self.prefix(self._language) + page).count("/")
        yield f"# {title}\n"
        yield f"[{self._w('other_language')}]({up}{self.prefix(other)}{page}.md)\n"

    def _index(self) -> Iterator[str]:
        yield from self._head(self._w("title"), "indicators")
        up = "../" if self._language != "en" else ""
        yield self._w("intro").format(variables=f"{up}variables.md") + "\n"
        entries = self._catalogue.indicators.values()
        computed = sum(entry.computed for entry in entries)
        yield self._w("counts").format(all=len(entries), computed=computed) + "\n"
        rows = (
            (
                f"[{self._t(self._catalogue.areas[area])}](indicators/{area}.md)",
                str(len(found)),
                str(sum(entry.computed for entry in found)),
            )
            for area, found in self._by_area.items()
            if found
        )
        yield from table((self._w("area"), self._w("indicators"), self._w("computed")), rows)
        yield "```{toctree}\n:hidden:\n"
        yield from (f"indicators/{area}" for area, found in self._by_area.items() if found)
        yield "settling_in\npublished_values\n```"

    def _area(self, area: str, entries: Iterable[Indicator]) -> Iterator[str]:
        yield from self._head(self._t(self._catalogue.areas[area]), f"indicators/{area}")
        for entry in entries:
            yield from self._indicator(entry)

    def _indicator(self, entry: Indicator) -> Iterator[str]:
        yield f"({self._label(entry.id)})=\n"
        yield f"## {self._t(entry.title)}\n"
        if entry.question:
            yield f"*{self._t(entry.question)}*\n"
        yield f"{self._t(entry.definition)}\n"
        yield from facts({self._w(key): text for key, text in self._fields(entry).items()})
        yield from self._values(self._catalogue.published(entry))
        yield from self._targets(self._catalogue.aimed(entry))

    def _fields(self, entry: Indicator) -> dict[str, str]:
        variables = sorted(entry.measure.variables) if entry.computed else ()
        made = {
            "of": code(entry.of),
            "over": code(entry.over),
            "among": code(entry.among),
            "also": code(entry.also),
            "details": self._details(entry),
            "missing": self._w("counts_as_no" if entry.missing == "counts" else "excluded"),
        }
        return {
            "id": f"{code(entry.id)} ({self._w('computed' if entry.computed else 'not_computed')})",
            "population": self._t(entry.population),
            "ages": entry.ages or "",
            "kind": self._t(KINDS[entry.kind]),
            "unit": self._t(UNITS[entry.unit]),
            **(made if entry.computed else {}),
            "reference": self._t(entry.reference),
            "direction": self._w(entry.direction),
            "variables": ", ".join(map(code, variables)),
            "needs": "; ".join(map(self._t, entry.needs)),
            "source": self._t(entry.source),
            "legal_basis": self._t(entry.legal_basis),
            **self._codes(entry),
            "not_shown": self._t(entry.not_shown),
            "next_review": entry.next_review.isoformat() if entry.next_review else "",
        }

    def _codes(self, entry: Indicator) -> dict[str, str]:
        return {
            "oecd": ", ".join(entry.oecd),
            "eurostat": ", ".join(map(code, entry.eurostat)),
            "jaf": ", ".join(map(code, entry.jaf)),
            "documents": ", ".join(map(code, entry.aliases)),
        }

    @staticmethod
    def _details(entry: Indicator) -> str:
        """What a statistic of a distribution takes, where it is not the usual."""
        usual = Measure.__dataclass_fields__
        told = {
            name: getattr(entry, name) for name in _DETAILS if getattr(entry, name) != usual[name].default
        }
        return ", ".join(code(f"{name}: {value}") for name, value in told.items())

    def _settling_in(self) -> Iterator[str]:
        yield from self._head(self._w("settling_in"), "settling_in")
        yield self._w("settling_in_intro") + "\n"
        entries = self._catalogue.settling_in.values()
        head = (self._w("number"), self._w("subject"), self._w("answered_by"))
        for chapter in entries:
            if chapter.is_chapter:
                yield f"## {chapter.id}. {self._t(chapter.title)}\n"
                numbers = [e for e in entries if e.chapter == chapter.id and not e.is_chapter]
                yield from table(head, map(self._number, numbers))
                yield f"{self._w('source')}: {self._t(chapter.source)}\n"

    def _number(self, entry: SettlingIn) -> tuple[str, str, str]:
        answers = (
            self._link(one) + ("" if one.computed else f" ({self._w('not_computed')})")
            for one in self._catalogue.answering(entry.id)
        )
        subject = self._t(entry.title) + (" \\*" if entry.split_is_ours else "")
        return entry.id, subject, ", ".join(answers) or self._w("none")

    def _published(self) -> Iterator[str]:
        yield from self._head(self._w("figures"), "published_values")
        yield self._w("figures_intro") + "\n"
        for name, document in self._catalogue.documents.items():
            yield f"- {code(name)}: {self._t(document.title)}, {document.reference}, {document.year}"
        yield ""
        stated = (*self._catalogue.published_values.values(), *self._catalogue.targets.values())
        for area, title in self._catalogue.areas.items():
            of_area = [one for one in self._catalogue.document_indicators.values() if one.area == area]
            with_figures = [one for one in of_area if any(value.indicator == one.id for value in stated)]
            if with_figures:
                yield f"## {self._t(title)}\n"
            for one in with_figures:
                yield from self._of_documents(one)

    def _of_documents(self, one: DocumentIndicator) -> Iterator[str]:
        ours = ", ".join(map(self._link, self._catalogue.answering(one.id)))
        yield f"### {self._t(one.title)}\n"
        reason = f"{self._w('not_defined')}. {self._t(one.not_defined)}".strip()
        yield f"{code(one.id)}: {ours or reason}\n"
        yield from self._values(
            [v for v in self._catalogue.published_values.values() if v.indicator == one.id]
        )
        yield from self._targets([t for t in self._catalogue.targets.values() if t.indicator == one.id])

    def _values(self, values: Sequence[PublishedValue]) -> Iterator[str]:
        keys = ("year", "place", "group", "figure", "reference_figure", "where")
        rows = (
            (
                self._time(value),
                self._place(value.geo),
                self._whom(value),
                self._said(value),
                self._reference(value),
                str(value.source),
            )
            for value in values
        )
        yield from table(tuple(map(self._w, keys)), rows)

    def _targets(self, targets: Sequence[Target]) -> Iterator[str]:
        if targets:
            yield f"{self._w('targets')}:\n"
        rows = (
            (self._time(t), self._place(t.geo), self._t(t.what), self._said(t), str(t.source))
            for t in targets
        )
        yield from table(tuple(map(self._w, ("by_year", "place", "about", "figure", "where"))), rows)

    def _time(self, stated: StatedFigure) -> str:
        return self._t(stated.period) or str(stated.year)

    def _place(self, geo: str) -> str:
        if geo in self._catalogue.terms:
            return self._t(self._catalogue.terms[geo])
        return geo if geo == "EU" else str(self._territories[geo])

    def _whom(self, value: PublishedValue) -> str:
        parts = (
            self._t(self._catalogue.terms[value.group]),
            {"F": self._w("women"), "M": self._w("men")}.get(value.sex or "", ""),
            self._w("aged").format(value.ages) if value.ages else "",
            self._t(value.what),
        )
        return ", ".join(filter(None, parts))

    def _said(self, stated: StatedFigure) -> str:
        return ". ".join(
            filter(None, (figure(stated, stated.stated, self._language), self._t(stated.note).rstrip(".")))
        )

    def _reference(self, value: PublishedValue) -> str:
        if value.reference_group is None:
            return ""
        number = figure(value, value.reference_stated, self._language)
        group = self._t(self._catalogue.terms[value.reference_group])
        return f"{group}: {number}" if number else group
