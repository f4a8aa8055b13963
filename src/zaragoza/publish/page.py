"""The pages of a release: plain HTML in every language, without scripts and without requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from zaragoza.model.adjustment import APART, CAVEAT
from zaragoza.model.indicator import Indicator
from zaragoza.model.monitor import Monitor
from zaragoza.model.observation import STATUS
from zaragoza.model.snapshot import ItemQuality, Snapshot, SourceQuality
from zaragoza.model.text import LANGUAGES, Language, Text
from zaragoza.model.weighting import CalibrationSummary
from zaragoza.publish import numbers, plots, wording, wording_changes, wording_weights, wording_years
from zaragoza.publish.adjusted import adjusted_views
from zaragoza.publish.charts import Chart
from zaragoza.publish.drawings import Drawings
from zaragoza.publish.manifest import protection_rules
from zaragoza.publish.versions import versions
from zaragoza.publish.view import Row, Section, Sheet, headline_groups
from zaragoza.publish.words import RULES, words

TEMPLATES = Path(__file__).parent / "templates"
_MOST_GROUPS = 3  # groups whose headline gaps are drawn on the overview


@dataclass(frozen=True, kw_only=True)
class Content:
    """What the pages are made of.

    Attributes:
        release: id of the release.
        areas: titles of the policy areas.
        country: the name of the reporting country.
        sheets: indicators with figures, area by area.
        weights: what calibration did to the weights, where they were calibrated.
    """

    release: str
    monitor: Monitor
    snapshot: Snapshot
    quality: SourceQuality
    areas: Mapping[str, Text]
    country: Text
    sheets: tuple[Sheet, ...]
    now: datetime
    weights: CalibrationSummary | None = None


def pages(content: Content) -> dict[str, str]:
    """All pages by their path in the release."""
    made = {"index.html": environment().get_template("languages.html.jinja").render(_front(content))}
    drawings = Drawings()
    for language in LANGUAGES:
        edition = Edition(content, language, drawings)
        made[f"{language}/index.html"] = edition.overview()
        made[f"{language}/quality.html"] = edition.quality()
        for sheet in content.sheets:
            made[f"{language}/{sheet.indicator.id}.html"] = edition.indicator(sheet)
    return drawings.put_in(made)


def _front(content: Content) -> dict[str, Any]:
    return {
        "titles": [(language, words(language), content.monitor.title[language]) for language in LANGUAGES],
        "heading": _with(content.monitor.title["en"], numbers.period(content.monitor.period, "en")),
        "release": content.release,
        "synthetic": content.monitor.synthetic,
    }


class Edition:
    """The pages in one language."""

    def __init__(self, content: Content, language: Language, drawings: Drawings) -> None:
        self.content = content
        self.language = language
        self.drawings = drawings
        self.groups = headline_groups(content.monitor)

    def overview(self) -> str:
        """The first page: the balance of each group, headline gaps, and every indicator by area."""
        headline = self.groups.id if self.groups else None
        reference = self._headline_reference()
        balances = wording.balances(self.content.sheets, headline) if headline else ()
        return self._render(
            "overview",
            "index.html",
            balances=balances if reference else (),
            reference=reference,
            charts=list(self._headline_charts(reference)),
            more_groups=len(balances) > _MOST_GROUPS,
            areas=self._areas(),
            headline=headline,
            absent=self._absent(),
        )

    def indicator(self, sheet: Sheet) -> str:
        """The page of one indicator."""
        index = self.content.sheets.index(sheet)
        main = sheet.section(self.groups.id) if self.groups else None
        return self._render(
            "indicator",
            f"{sheet.indicator.id}.html",
            sheet=sheet,
            indicator=sheet.indicator,
            main=main,
            findings=main.compared if main and len(main.compared) <= wording.MOST_NAMED else (),
            adjusted={
                section.key: adjusted_views(section, sheet.indicator, self.content.monitor, self.language)
                for section in sheet.sections
            },
            apart=APART[self.language],
            caveat=CAVEAT[self.language],
            charts={
                section.key: self._charts(section, sheet.indicator)
                for section in sheet.sections
                if section.charted
            },
            crossed=[section for section in sheet.sections if not section.charted],
            previous=self.content.sheets[index - 1] if index else None,
            following=self.content.sheets[index + 1] if index + 1 < len(self.content.sheets) else None,
            missing=self._missing(sheet.indicator),
            sources=wording_years.sources(sheet.indicator, self.content.monitor, self.language),
            hidden=sum(number for _, number in sheet.hidden),
            changes=list(
                wording_changes.findings(
                    sheet.changes, self.content.monitor.earlier, sheet.indicator.unit, self.language
                )
            ),
        )

    def quality(self) -> str:
        """The quality report."""
        sheets = self.content.sheets
        hidden = {
            status: sum(number for sheet in sheets for found, number in sheet.hidden if found is status)
            for status in STATUS.values()
        }
        return self._render(
            "quality",
            "quality.html",
            hidden=[(status, number) for status, number in hidden.items() if number],
            figures=sum(sheet.figures for sheet in sheets),
            rules=protection_rules(self.content.monitor),
            rule_words=RULES,
            versions=versions(),
            calibration=self._calibration(),
            over_years=[
                (sheet.indicator, wording_years.sources(sheet.indicator, self.content.monitor, self.language))
                for sheet in sheets
                if sheet.indicator.over_years
            ],
            variables={variable.id: variable.title for variable in self.content.monitor.variables},
        )

    def _render(self, template: str, address: str, **values: Any) -> str:
        return (
            environment()
            .get_template(f"{template}.html.jinja")
            .render(self._frame | {"address": address} | values)
        )

    @cached_property
    def _frame(self) -> dict[str, Any]:
        content, language = self.content, self.language
        period = numbers.period(content.monitor.period, language)
        bound = {
            name: partial(getattr(numbers, name), language=language)
            for name in ("count", "share", "ratio", "date", "level", "interval", "signed", "signed_interval")
        }
        sentences = {
            name: partial(getattr(wording, name), language=language)
            for name in ("difference", "gap_finding", "level_finding")
        }
        return {
            "language": language,
            "other_languages": [other for other in LANGUAGES if other != language],
            "names": {each: words(each)["language"] for each in LANGUAGES},
            "w": words(language),
            "monitor": content.monitor,
            "synthetic": content.monitor.synthetic,
            "snapshot": content.snapshot,
            "source_quality": content.quality,
            "release": content.release,
            "made_on": numbers.date(content.now, language),
            "collected_on": numbers.date(datetime.fromisoformat(content.snapshot.collected_at), language),
            "period": period,
            "country": content.country[language],
            "heading": _with(content.monitor.title[language], period),
            "cited": _with(content.monitor.title[language], content.country[language], period),
            "source_line": _with(content.monitor.source.name[language], period),
            "confidence": numbers.count(content.monitor.confidence * 100, language) + "%",
            "drawn": self.drawings.place,
            "area_title": self._area_title,
            "counted": self._counted,
            "rate": self._rate,
            "change": partial(wording_changes.change, language=language),
            "since": partial(wording_changes.since_words, language=language),
            "breaks": list(wording_changes.breaks(content.monitor.earlier, language)),
            "replicate_words": partial(wording_weights.replicates, language=language),
            "ratio_words": partial(wording.ratio, language=language),
            **bound,
            **sentences,
        }

    def _area_title(self, area: str) -> str:
        return self.content.areas[area][self.language]

    def _counted(self, held: SourceQuality | ItemQuality, name: str) -> str:
        """A count of the quality report: as it is, as a bound where it is of a few, or why it is not shown."""
        number: int | None = getattr(held, name)
        if number is not None:
            return numbers.count(number, self.language)
        return self._few() if name in held.few else STATUS["secondary"].words[self.language]

    def _rate(self, item: ItemQuality) -> str:
        """The part without a valid answer, or how few these are."""
        if item.missing_rate is not None:
            return numbers.share(item.missing_rate, self.language)
        few = item.few and "valid" not in item.few
        return self._few() if few else STATUS["secondary"].words[self.language]

    def _few(self) -> str:
        return numbers.fewer_than(self.content.monitor.policy.min_count, self.language)

    def _calibration(self) -> Sequence[tuple[str, str]]:
        monitor, weights = self.content.monitor, self.content.weights
        if monitor.calibration is None or weights is None:
            return ()
        titles = {variable.id: variable.title for variable in monitor.variables}
        titles |= {each.id: each.title for each in monitor.classifications}
        return wording_weights.calibration(monitor.calibration, weights, titles, self.language)

    def _areas(self) -> list[tuple[str, list[Sheet]]]:
        found: dict[str, list[Sheet]] = {}
        for sheet in self.content.sheets:
            found.setdefault(sheet.indicator.area, []).append(sheet)
        return list(found.items())

    def _absent(self) -> list[Indicator]:
        there = {sheet.indicator.id for sheet in self.content.sheets}
        return [indicator for indicator in self.content.monitor.indicators if indicator.id not in there]

    def _headline_reference(self) -> Text | None:
        if self.groups is None:
            return None
        sections = (sheet.section(self.groups.id) for sheet in self.content.sheets)
        return next((s.reference for s in sections if s is not None and s.reference is not None), None)

    def _headline_charts(self, reference: Text | None) -> Iterator[Chart]:
        if self.groups is None or reference is None:
            return
        column = self.groups.id
        sheets = plots.headline_sheets(self.content.sheets, column)
        rows: dict[str, Row] = {}
        for sheet in sheets:
            section = sheet.section(column)
            rows |= {row.code: row for row in section.compared} if section else {}
        for row in sorted(rows.values(), key=lambda row: row.position)[:_MOST_GROUPS]:
            name = f"headline-{row.position}"
            chart = plots.headline_chart(sheets, column, row, reference, self.language, name)
            if chart is not None:
                yield chart

    def _charts(self, section: Section, indicator: Indicator) -> tuple[Chart, Chart | None]:
        level = plots.level_chart(section, indicator, self.language, f"{section.key}-level")
        return level, plots.gap_chart(section, indicator, self.language, f"{section.key}-gap")

    def _missing(self, indicator: Indicator) -> Sequence[tuple[str, ItemQuality]]:
        titles = {variable.id: variable.title[self.language] for variable in self.content.monitor.variables}
        needed = indicator.measure.variables
        return [
            (titles.get(item.variable, item.variable), item)
            for item in self.content.quality.items
            if item.variable in needed
        ]


def _with(title: str, *parts: str) -> str:
    """A title with what it does not say already: the country, the period."""
    return ", ".join([title, *(part for part in parts if part.casefold() not in title.casefold())])


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates, and how they are read."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["fill"] = lambda text, **values: text.format(**values)
    return environment
