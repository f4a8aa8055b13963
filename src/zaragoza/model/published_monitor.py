"""A monitor of published figures: which datasets of other producers it reads, for which countries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from zaragoza.model.text import Text


@dataclass(frozen=True, kw_only=True)
class PublishedMonitor:
    """Everything that a run on published figures needs.

    Attributes:
        folder: the folder of monitor.toml; paths are relative to it.
        files: files of published figures, vintages, or folders of datasets; `*` stands for any name.
        day: the last vintages that were there on this day; None: the last of all.
        places: codes of the countries; figures of others are left out.
        union: code of the union of them, for which means are made where it has no figure.
        weights: files like `files` with the population of each country and year; none: no means are made.
        weights_where: dimension -> the code of the whole population in them.
        references: breakdown -> its reference group.
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
    weights: tuple[str, ...] = ()
    weights_where: Mapping[str, str] = field(default_factory=dict)
    outputs: Path = field(default=Path("releases"))
