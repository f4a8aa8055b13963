"""The forms of the answers, as the OpenAPI describes them."""

from __future__ import annotations

from datetime import datetime

from ninja import Field, Schema

Cell = str | float | bool | None


class Words(Schema):
    """The same words in both languages."""

    en: str
    nl: str


class Fault(Schema):
    """One thing that is wrong with a request."""

    field: str
    expected: str
    found: str
    way_out: str


class Refusal(Schema):
    """Why a request is not answered, with every fault."""

    status: int
    title: str
    faults: list[Fault]


class Release(Schema):
    """An installed release."""

    series: str = Field(description="Id of its monitor; the releases of one monitor are a series.")
    release: str
    latest: bool = Field(description="Whether it is the latest of its series.")
    title: Words
    synthetic: bool = Field(description="Whether its people do not exist.")
    made_at: datetime
    activated_at: datetime = Field(description="When readers of this site were first shown it.")
    checksum: str = Field(description="Sha256 of its manifest.")
    catalogue: str = Field(description="Address of its definitions.")
    observations: str = Field(description="Address of its figures.")
    scoreboard: str | None = Field(description="Address of its ratings, where it has any.")


class Releases(Schema):
    """All installed releases, by series, the last shown first."""

    releases: list[Release]


class Indicator(Schema):
    """The definition of an indicator."""

    id: str
    area: str
    area_title: Words | None
    title: Words
    question: Words | None
    definition: Words
    population: Words | None
    reference: Words | None
    not_shown: Words | None = Field(description="What it does not show.")
    source: Words | None
    unit: str
    direction: str
    ages: str | None
    aliases: list[str]
    eurostat: list[str]
    oecd: list[str]
    jaf: list[str]


class Category(Schema):
    """A category and its code."""

    code: str
    title: Words


class Classification(Schema):
    """By which figures are broken down."""

    id: str
    title: Words
    note: Words | None
    source: str
    groups: bool = Field(description="Whether it is of origin groups.")
    reference: str | None = Field(description="Code of the reference group.")
    categories: list[Category]


class Adjustment(Schema):
    """A set of characteristics that are held equal."""

    name: str
    title: Words
    covariates: list[str]
    caveat: Words = Field(description="What may not be concluded from it.")


class Status(Schema):
    """What is said about a figure, in SDMX codes and in words."""

    reason: str
    obs_status: str
    conf_status: str
    shown: bool = Field(description="Whether the value is published; if not, it is null.")
    title: Words


class Catalogue(Schema):
    """The definitions of a release, and the values of each dimension of its tables."""

    series: str
    release: str
    title: Words
    synthetic: bool
    indicators: list[Indicator]
    classifications: list[Classification]
    adjustments: list[Adjustment]
    statuses: list[Status]
    dimensions: dict[str, dict[str, list[str]]]


class Rows(Schema):
    """A page of rows."""

    series: str
    release: str
    total: int = Field(description="Rows of all pages.")
    next: str | None = Field(description="Address of the next page; null on the last.")


class Observations(Rows):
    """Figures. What is hidden is null, with its reason in `obs_status`, `conf_status` and `reason`."""

    observations: list[dict[str, Cell]]


class Scoreboard(Rows):
    """Ratings of places."""

    ratings: list[dict[str, Cell]]
