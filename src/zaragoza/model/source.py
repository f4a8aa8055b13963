"""Sources: the files that an office already has, and how their columns become standard variables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from zaragoza.model.design import Design, Replicates
from zaragoza.model.disclosure import SourceKind
from zaragoza.model.text import Text

_REPLICATE = re.compile(r"replicate_(\d+)")


def replicate_name(number: int) -> str:
    """The standard column of a replicate weight; numbers begin at 1."""
    return f"replicate_{number}"


def replicate_names(columns: Iterable[str]) -> tuple[str, ...]:
    """The replicate weights among standard columns, in the order of their number."""
    found = {name: int(match[1]) for name in columns if (match := _REPLICATE.fullmatch(name))}
    return tuple(sorted(found, key=found.__getitem__))


@dataclass(frozen=True, kw_only=True)
class ColumnMapping:
    """One standard variable from one column of a file.

    Attributes:
        column: the column's name in the file.
        codes: the file's code -> the standard code; required for listed variables unless the codes are equal.
            A code mapped to `""` is missing.
        missing: codes or numbers of the file that mean: no answer.
        file: which of the source's files holds the column, where several do.
    """

    column: str
    codes: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = field(default_factory=tuple)
    file: str | None = None


@dataclass(frozen=True, kw_only=True)
class Source:
    """One survey or register: one or more files with a row a person (joined on the person identifier).

    Attributes:
        files: paths relative to the monitor's folder.
        title: for the reader; None where the id has to do.
        delimiter, encoding: how text files are written; found by `zaragoza init`.
        variables: standard variable -> column.
        design: columns of the *standard* table (weight, stratum, psu, population_size) that exist.
        replicates: how errors come from replicate weights; None: they come from the design.
        replicate_columns: the files' columns of them by name, or as one pattern whose `*` stands for a number; none:
            they are made from the design.
    """

    id: str
    kind: SourceKind
    files: tuple[str, ...]
    variables: Mapping[str, ColumnMapping]
    title: Text | None = None
    delimiter: str | None = None
    encoding: str | None = None
    replicates: Replicates | None = None
    replicate_columns: tuple[str, ...] = ()

    @property
    def name(self) -> Text:
        """The title, or the id in both languages."""
        return self.title or Text(self.id, self.id)

    @property
    def design(self) -> Design:
        """The design in standard column names, from the variables that are mapped."""
        has = self.variables.keys()
        stages = tuple(name for name in ("psu", "ssu") if name in has)
        sizes = tuple(name for name in ("population_size", "population_size_2") if name in has)
        return Design(
            weight="weight" if "weight" in has else None,
            stratum="stratum" if "stratum" in has else None,
            psu=stages or ("household" if "household" in has else None),
            population_size=sizes or None,
        )

    def sampling(self, columns: Iterable[str]) -> Design | Replicates:
        """What errors come from: the design, or replicate weights.

        Args:
            columns: of the standard table, which hold the replicate weights where there are any.
        """
        if self.replicates is None:
            return self.design
        if not self.replicate_columns:
            return replace(self.replicates, design=self.design)
        return replace(self.replicates, weight=self.design.weight, replicates=replicate_names(columns))
