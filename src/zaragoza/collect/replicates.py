"""The columns of replicate weights: found by name or pattern, and carried as standard columns replicate_1, ..."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from zaragoza.collect.opening import DataFile
from zaragoza.errors import DesignError, Fault
from zaragoza.model.source import ColumnMapping, Source, replicate_name
from zaragoza.model.text import Text
from zaragoza.model.variable import Variable

_WHERE = "source.replicates"
_LISTED = 5


@dataclass(frozen=True)
class WithReplicates:
    """A source whose replicate weights are mapped like variables; as it was where there are none, or faults.

    Attributes:
        source: with a mapping for every replicate weight.
        variables: the standard variables, and one for every replicate weight.
        faults: why columns could not be found or used.
    """

    source: Source
    variables: Mapping[str, Variable]
    faults: tuple[Fault, ...] = ()


def with_replicates(
    source: Source, variables: Mapping[str, Variable], files: Mapping[str, DataFile]
) -> WithReplicates:
    """Maps the columns of replicate weights, in the order of the list, or of the numbers of the pattern.

    Args:
        source: names the columns.
        variables: standard variables by id.
        files: those of the source that could be opened.
    """
    if not source.replicate_columns:
        return WithReplicates(source, variables)
    columns = _columns(source, files)
    complete = len(files) == len(source.files)  # a file that cannot be opened is a fault of its own
    faults = tuple(_faults(source, columns, files)) if complete else ()
    holders = {name: _holders(name, files) for name in columns}
    if faults or not all(holders.values()):
        return WithReplicates(source, variables, faults)
    names = [replicate_name(number) for number in range(1, len(columns) + 1)]
    mapped = {
        name: ColumnMapping(column=column, file=holders[column][0])
        for name, column in zip(names, columns, strict=True)
    }
    return WithReplicates(
        replace(source, variables={**source.variables, **mapped}),
        {**variables, **{name: _variable(name) for name in names}},
    )


def _columns(source: Source, files: Mapping[str, DataFile]) -> list[str]:
    """The names as listed, or all columns that fit the pattern."""
    pattern = source.replicate_columns[0]
    if "*" not in pattern:
        return list(source.replicate_columns)
    head, _, tail = pattern.partition("*")
    form = re.compile(rf"{re.escape(head)}(\d+){re.escape(tail)}")
    found = {
        column: int(m[1]) for f in files.values() for column in f.columns if (m := form.fullmatch(column))
    }
    return sorted(found, key=lambda column: (found[column], column))


def _holders(column: str, files: Mapping[str, DataFile]) -> list[str]:
    return [entry for entry, file in files.items() if column in file.columns]


def _faults(source: Source, columns: Sequence[str], files: Mapping[str, DataFile]) -> list[Fault]:
    """Columns that are lacking, stand in several files or hold something else, and factors that do not fit them."""
    faults = []
    written = ", ".join(source.replicate_columns[:_LISTED])
    if len(columns) < 2:
        way_out = "Correct the pattern; its `*` stands for the number of the replicate."
        faults.append(_fault("columns", "two columns or more", f"{len(columns)} like {written}", way_out))
    if absent := [name for name in columns if not _holders(name, files)]:
        way_out = "Correct the names; `zaragoza init` lists those of the files."
        faults.append(
            _fault("columns", "columns of the files", f"{_listed(absent)} in none of them", way_out)
        )
    if shared := [name for name in columns if len(_holders(name, files)) > 1]:
        way_out = "Rename or remove them in the other files."
        faults.append(_fault("columns", "columns of one file", f"{_listed(shared)} in several", way_out))
    mapped = {mapping.column: name for name, mapping in source.variables.items()}
    if taken := [name for name in columns if name in mapped]:
        found = f"{_listed(taken)}, mapped to {', '.join(mapped[name] for name in taken[:_LISTED])}"
        way_out = "Leave them out: a replicate weight is no other variable."
        faults.append(_fault("columns", "columns that hold nothing but replicate weights", found, way_out))
    given = source.replicates.rscales if source.replicates else None
    if given is not None and len(given) != len(columns) and len(columns) > 1:
        way_out = "Give the factors that came with the weights, in the order of the columns."
        found = f"{len(given)} for {len(columns)} columns"
        faults.append(_fault("rscales", "a factor for each replicate", found, way_out))
    return faults


def _fault(field: str, expected: str, found: str, way_out: str) -> Fault:
    return Fault(_WHERE, field, expected, found, way_out, DesignError)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more


def _variable(name: str) -> Variable:
    title = Text("Replicate weight", "Replicatiegewicht")
    return Variable(id=name, title=title, type="weight", definition=title, source="the file", role="design")
