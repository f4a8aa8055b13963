"""A monitor of published figures: which datasets of other producers it reads, for which countries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from zaragoza.model.text import Text

QUESTION = "question"


@dataclass(frozen=True, kw_only=True)
class Populations:
    """Where the sizes of populations are read.

    Attributes:
        files: as those of the monitor.
        where: dimension -> the one code that is read.
        breakdowns: dimension -> breakdown of the observations with the same codes; of the whole population where none.
    """

    files: tuple[str, ...]
    where: Mapping[str, str] = field(default_factory=dict)
    breakdowns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RequiredErrors:
    """Errors of published shares, modelled: those of samples as large as European law asks for.

    Attributes:
        groups: sizes of the groups, by which the sample of a country is divided; those of whole populations are the
            monitor's weights.
        household_size: persons of a private household on average, as the law goes by households in surveys of income;
            None: no errors for their figures.
    """

    groups: Populations
    household_size: float | None = None


@dataclass(frozen=True, kw_only=True)
class Policies:
    """Answers to questions about policies, scored 0 to 100, which are shown beside outcomes.

    Attributes:
        files: CSV with the columns geo, those of `levels`, question and score.
        levels: from the widest to the narrowest, e.g. area and dimension.
        columns: names of these columns in the files, where they are called otherwise.
        title: of the questionnaire.
        source: who asked, and when.
    """

    files: tuple[str, ...]
    levels: tuple[str, ...]
    title: Text
    source: str
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PublishedMonitor:
    """Everything that a run on published figures needs.

    Attributes:
        folder: the folder of monitor.toml; paths are relative to it.
        files: files of published figures, vintages, or folders of datasets; `*` stands for any name. None: a release of
            what policy documents state.
        day: the last vintages that were there on this day; None: the last of all.
        places: codes of the countries; figures of others are left out.
        union: code of the union of them, for which means are made where it has no figure.
        weights: the population of each country and year; without files no means are made.
        references: breakdown -> its reference group.
        rule: id of the rating rule of the scoreboard.
        peers: name -> countries that are rated among themselves as well.
        standard_errors: files of standard errors of the figures.
        errors: how the others are modelled; None: they are not known, so no probabilities.
        policies: answers about policies, if any.
        outputs: folder of the releases.
    """

    id: str
    title: Text
    folder: Path
    files: tuple[str, ...]
    places: tuple[str, ...]
    union: str
    references: Mapping[str, str]
    day: str | None = None
    weights: Populations = field(default_factory=lambda: Populations(files=()))
    rule: str = "jer"
    peers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    standard_errors: tuple[str, ...] = ()
    errors: RequiredErrors | None = None
    policies: Policies | None = None
    outputs: Path = field(default=Path("releases"))
