"""A report as data: parts with sentences, points and tables, from which a page and a PDF are made alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from zaragoza.model.text import Language
from zaragoza.publish.pdf import pdf


@dataclass(frozen=True)
class Point:
    """One line of a list: what it is about, and what is said of that.

    Attributes:
        address: where the page has more of it; a PDF leaves it out.
    """

    title: str
    words: str
    address: str = ""


@dataclass(frozen=True)
class Table:
    """A table whose first column names its rows.

    Attributes:
        numbers: whether all other columns hold numbers.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: bool = True


@dataclass(frozen=True)
class Part:
    """A heading with what stands under it.

    Attributes:
        level: of the heading, 1 or 2.
        id: by which an address on the page leads to it.
    """

    title: str
    id: str
    level: int = 1
    words: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Report:
    """A report in one language.

    Attributes:
        about: one sentence under the title.
        foot: stands under each page: what the report rests on.
    """

    language: Language
    title: str
    about: str
    foot: str
    parts: tuple[Part, ...]


def as_pdf(report: Report, made_at: datetime) -> bytes:
    """The report as tagged PDF; the same report gives the same bytes.

    Args:
        report: what it says.
        made_at: the time that the file says it was made at.
    """
    data: Mapping[str, object] = asdict(report)
    return pdf("report.typ", data, made_at)
