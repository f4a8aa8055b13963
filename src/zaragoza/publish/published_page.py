"""The pages of a release of published figures: plain HTML in every language, without scripts and without requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import Any

import pyarrow as pa

from zaragoza.catalogue.contents import Catalogue
from zaragoza.model.classification import TOTAL
from zaragoza.model.estimate import LEVEL
from zaragoza.model.indicator import Unit
from zaragoza.model.published_monitor import PublishedMonitor
from zaragoza.model.rating import RatingRule
from zaragoza.model.target import Target
from zaragoza.model.text import LANGUAGES, Language
from zaragoza.publish import numbers
from zaragoza.publish.page import environment
from zaragoza.publish.published_view import FOREIGN, Board, Place, Row, Sheet
from zaragoza.publish.stated import figure, stated
from zaragoza.publish.words import words
from zaragoza.publish.words_published import published_words

# By whether files give errors, and whether they are modelled.
_ERRORS_NOTE = {
    (False, False): "no_errors",
    (False, True): "modelled_errors",
    (True, False): "known_errors",
    (True, True): "known_or_modelled_errors",
}


@dataclass(frozen=True, kw_only=True)
class Content:
    """What the pages are made of.

    Attributes:
        release: id of the release.
        rule: by which places are rated.
        sheets: indicators with ratings.
        policies: geo, levels and score; no rows where there are none.
        sources: of every dataset that was read.
        files: data files of the release, those that have rows.
    """

    release: str
    monitor: PublishedMonitor
    catalogue: Catalogue
    rule: RatingRule
    sheets: tuple[Sheet, ...]
    policies: pa.Table
    sources: Sequence[Mapping[str, Any]]
    files: tuple[str, ...]
    now: datetime


def pages(content: Content) -> dict[str, str]:
    """All pages by their path in the release."""
    made = {"index.html": environment().get_template("languages.html.jinja").render(_front(content))}
    for language in LANGUAGES:
        edition = Edition(content, language)
        made[f"{language}/index.html"] = edition.overview()
        made[f"{language}/documents.html"] = edition.documents()
        made[f"{language}/sources.html"] = edition.sources()
        if content.policies.num_rows:
            made[f"{language}/policies.html"] = edition.policies()
        for sheet in content.sheets:
            made[f"{language}/{sheet.indicator.id}.html"] = edition.indicator(sheet)
    return made


def _front(content: Content) -> dict[str, Any]:
    titles = [(one, words(one), content.monitor.title[one]) for one in LANGUAGES]
    heading = content.monitor.title["en"]
    return {"titles": titles, "heading": heading, "release": content.release, "synthetic": False}


class Edition:
    """The pages in one language."""

    def __init__(self, content: Content, language: Language) -> None:
        self.content = content
        self.language = language
        self.words = published_words(language)

    def overview(self) -> str:
        """Countries by category, for the groups from outside the country or the EU."""
        rule, monitor = self.content.rule, self.content.monitor
        return self._render(
            "overview",
            "index.html",
            boards=self._headline_boards(),
            places=len(monitor.places),
            categories=[
                (code, text[self.language], rule.colours.get(code, "white"))
                for code, text in sorted(rule.categories.items(), reverse=True)
            ],
            rated_as=self._rated_as,
            country_names=[(code, numbers.country(code, self.language)) for code in monitor.places],
            has_figures=any("observations" in file for file in self.content.files),
            stated=self._stated,
            how_many=self._how_many,
        )

    def indicator(self, sheet: Sheet) -> str:
        """The page of one indicator: every board with trends and distances."""
        return self._render(
            "indicator",
            f"{sheet.indicator.id}.html",
            sheet=sheet,
            indicator=sheet.indicator,
            area=self._area_title(sheet.indicator.area),
            by_name=self._by_name,
            previous_year=lambda period: str(int(period) - 1) if period.isdigit() else "",
            reason=lambda reason: self.words[reason],
            target_words=self._target,
            trend=self._trend,
            rank=self._rank,
            probability=partial(numbers.probability, language=self.language),
        )

    def documents(self) -> str:
        """What policy documents state, by area."""
        return self._render("documents", "documents.html", stated=self._stated, of_whom=self._of_whom)

    def sources(self) -> str:
        """Where the figures are from, and how places are rated."""
        limits = (numbers.plain(limit, self.language) for limit in self.content.rule.level_limits)
        return self._render(
            "sources",
            "sources.html",
            sources=self.content.sources,
            papers=sorted(
                self.content.catalogue.documents.values(), key=lambda one: (one.year, one.reference)
            ),
            limits="; ".join(limits),
        )

    def policies(self) -> str:
        """Scores of policies by country and widest level."""
        return self._render(
            "policies",
            "policies.html",
            policy_places=sorted({geo for geo, _ in self._scores}, key=self._place_name),
            policy_areas=sorted({area for _, area in self._scores} - {TOTAL}),
        )

    def _render(self, template: str, address: str, **values: Any) -> str:
        made = environment().get_template(f"published_{template}.html.jinja")
        return made.render(self._frame | {"address": address} | values)

    @cached_property
    def _frame(self) -> dict[str, Any]:
        content, language = self.content, self.language
        monitor = content.monitor
        return {
            "language": language,
            "other_languages": [other for other in LANGUAGES if other != language],
            "names": {each: words(each)["language"] for each in LANGUAGES},
            "w": self.words,
            "monitor": monitor,
            "synthetic": False,
            "release": content.release,
            "made_on": numbers.date(content.now, language),
            "cited": monitor.title[language],
            "rule": content.rule,
            "sheets": content.sheets,
            "files": content.files,
            "area_title": self._area_title,
            "file_words": lambda file: self.words[f"file_{file}"],
            "board_title": self._board_title,
            "place_name": self._place_name,
            "errors_note": _ERRORS_NOTE[bool(monitor.standard_errors), monitor.errors is not None],
            "has_policies": content.policies.num_rows > 0,
            "policy_title": monitor.policies.title[language] if monitor.policies else "",
            "policy_score": self._policy_score,
            "percent": lambda value: numbers.count(value * 100, language) + "%",
            **{
                name: partial(getattr(numbers, name), language=language)
                for name in ("level", "signed", "signed_size")
            },
        }

    def _area_title(self, area: str) -> str:
        return self.content.catalogue.areas[area][self.language]

    def _place_name(self, geo: str) -> str:
        return "EU" if geo == self.content.monitor.union else numbers.country(geo, self.language)

    def _by_name(self, places: Sequence[Place]) -> list[Place]:
        return sorted(places, key=lambda place: self._place_name(place.geo))

    def _board_title(self, board: Board) -> str:
        text = self.words["level_of" if board.statistic == LEVEL else "gap_of"]
        return text.format(group=board.group[self.language])

    def _headline_boards(self) -> list[tuple[tuple[str | None, str, str], list[Board]]]:
        """Boards of several indicators together, for groups of migrants: those from outside the EU first."""
        found: dict[tuple[str | None, str, str], list[Board]] = {}
        for sheet in self.content.sheets:
            for board in sheet.boards:
                if board.column and board.code != self.content.monitor.references[board.column]:
                    found.setdefault(board.kind, []).append(board)
        last = {
            name: self.content.catalogue.classifications[name].codes[-1]
            for name in self.content.monitor.references
        }
        wanted = [kind for kind in found if kind[1] in (last[str(kind[0])], FOREIGN)]
        return [
            (kind, found[kind])
            for kind in sorted(wanted, key=lambda kind: (kind[1] == FOREIGN, str(kind[0])))
        ]

    def _rated_as(self, board: Board, code: int) -> list[str]:
        found = [place.rating for place in board.places if place.rating["category"] == code]
        return [f"({row['geo']})" if row["unreliable"] else row["geo"] for row in found]

    def _rank(self, value: float) -> str:
        """A rank; half ones where places share theirs."""
        return numbers.plain(value, self.language)

    def _target(self, target: Target) -> str:
        return figure(target, target.stated, self.language)

    def _trend(self, row: Row, unit: Unit, gap: bool) -> str:
        """What a trend says, in a few words."""
        said = [f"{self.words['last_change']}: {self.words[row['verdict']]}"] if row.get("verdict") else []
        if row.get("pace") is not None:
            interval = numbers.signed_interval(row["pace_low"], row["pace_high"], unit, self.language)
            pace = f"{numbers.signed_size(row['pace'], unit, self.language)} {self.words['a_year']}"
            said.append(f"{self.words['since']} {row['first']} {pace} ({interval})")
        if gap and row.get("closing"):
            said.append(self.words[row["closing"]])
        if row.get("year_closed") is not None:
            years = [str(round(row[name])) for name in ("year_closed", "year_low", "year_high")]
            said.append(f"{self.words['zero_in']} {years[0]} ({years[1]} {self.words['to']} {years[2]})")
        return "; ".join(said) or self.words.get(row.get("reason") or "", "–")

    @cached_property
    def _stated(self) -> list[tuple[str, list[Row]]]:
        """What policy documents state, by area."""
        by_area: dict[str, list[Row]] = {}
        for row in stated(self.content.catalogue, self.language):
            by_area.setdefault(str(row["area"]), []).append(row)
        return list(by_area.items())

    def _how_many(self, rows: Sequence[Row]) -> str:
        """How many figures and targets there are, in words."""
        counted = Counter(row["kind"] for row in rows)
        return ", ".join(
            f"{counted[kind]} {self.words[f'{kind}_one' if counted[kind] == 1 else f'{kind}_many']}"
            for kind in ("figure", "target")
            if counted[kind]
        )

    def _of_whom(self, row: Row) -> str:
        sexes = {"F": self.words["women"], "M": self.words["men"]}
        ages = self.words["aged"].format(ages=row["ages"]) if row["ages"] else None
        parts = (row["group"], sexes.get(row["sex"]), ages, row["what"])
        return ", ".join(str(part) for part in parts if part)

    @cached_property
    def _scores(self) -> Mapping[tuple[str, str], float | None]:
        """Scores of policies by country and widest level; `_T` the whole."""
        levels = self.content.policies.column_names[1:-1]
        return {
            (row["geo"], row[levels[0]] if levels else TOTAL): row["score"]
            for row in self.content.policies.to_pylist()
            if all(row[name] == TOTAL for name in levels[1:])
        }

    def _policy_score(self, geo: str, area: str = TOTAL) -> str:
        score = self._scores.get((geo, area))
        return "–" if score is None else numbers.count(score, self.language)
