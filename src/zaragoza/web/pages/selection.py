"""What a reader has chosen on the page of an indicator; the address carries it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.http import Http404, HttpRequest

from zaragoza.model.classification import TOTAL, Classification
from zaragoza.publish.view import Block, Section, Sheet
from zaragoza.web.pages.frame import language
from zaragoza.web.releases.edition import Edition


@dataclass(frozen=True)
class Choice:
    """One list to choose from.

    Attributes:
        name: in the address.
        values: that can be chosen.
        value: that is chosen.
        titles: what the values are called; periods have names of their own.
    """

    name: str
    values: Sequence[str]
    value: str
    titles: Mapping[str, str] = field(default_factory=dict)
    title: str = ""

    def title_of(self, value: str) -> str:
        """What a value is called."""
        return self.titles.get(value, value)


@dataclass(frozen=True)
class Selection:
    """The table that is shown.

    Attributes:
        section: one classification, of everybody or of one category of the others.
        choices: the lists that led to it.
    """

    section: Section
    choices: tuple[Choice, ...]

    @classmethod
    def of(cls, request: HttpRequest, sheet: Sheet, edition: Edition) -> Selection | None:
        """From the address: `by` names the classification, and each other classification its category."""
        singles = _singles(sheet)
        if not singles:
            return None
        by = chosen(request, "by", [each.columns[0] for each in singles], singles[0].columns[0])
        titles = {each.columns[0]: each.title[language()] for each in singles}
        choices = [Choice("by", tuple(titles), by, titles)] if len(singles) > 1 else []
        section = next(each for each in singles if each.columns == (by,))
        shown = section
        for crossing in _crossings(sheet, by):
            (other,) = (name for name in crossing.columns if name != by)
            blocks = {block.held[other]: block for block in crossing.blocks}
            free = shown is section  # tables cross one other classification: the first that is chosen counts
            code = chosen(request, other, list(blocks), TOTAL) if free else TOTAL
            choices.append(_choice(edition, other, list(blocks), code))
            if code in blocks:
                shown = _alone(section, crossing, blocks[code])
        return cls(shown, tuple(choices))


def first_section(sheet: Sheet) -> Section | None:
    """The table that a page shows where nothing is chosen."""
    return next(iter(_singles(sheet)), None)


def _singles(sheet: Sheet) -> list[Section]:
    return [each for each in sheet.sections if len(each.columns) == 1]


def group_column(request: HttpRequest, groups: Sequence[Classification]) -> str:
    """The classification of groups that the address asks for, or the first of these.

    Raises:
        Http404: there is none.
    """
    names = [each.id for each in groups]
    if not names:
        raise Http404
    return chosen(request, "by", names, names[0])


def group_columns(groups: Sequence[Classification], column: str) -> list[Choice]:
    """The list of these classifications, where there are several."""
    titles = {each.id: each.title[language()] for each in groups}
    return [Choice("by", tuple(titles), column, titles)] if len(titles) > 1 else []


def chosen(request: HttpRequest, name: str, values: Sequence[str], otherwise: str) -> str:
    """A value of the address, if it is one of these."""
    value = request.GET.get(name, "")
    return value if value in values else otherwise


def _crossings(sheet: Sheet, by: str) -> list[Section]:
    """The tables in which the rows follow this classification and one other is held."""
    return [each for each in sheet.sections if len(each.columns) == 2 and each.along.id == by and each.blocks]


def _choice(edition: Edition, name: str, codes: Sequence[str], code: str) -> Choice:
    classification = edition.classifications[name]
    titles = {TOTAL: classification.label(TOTAL)[language()]}
    titles |= {each: classification.label(each)[language()] for each in codes}
    return Choice(name, (TOTAL, *codes), code, titles, classification.title[language()])


def _alone(section: Section, crossing: Section, block: Block) -> Section:
    """One block of a crossing as a table of its own; its heading becomes part of the title."""
    title = section.title
    if block.heading is not None:
        title = type(title)(f"{title.en}: {block.heading.en}", f"{title.nl}: {block.heading.nl}")
    return replace(
        section,
        title=title,
        reference=crossing.reference,
        blocks=(Block(heading=None, rows=block.rows),),
        length=len(block.rows),
    )
