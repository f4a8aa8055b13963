"""Known sizes of classes of the population: written in monitor.toml, or in a file with a row a class."""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from zaragoza.catalogue.files import read_file
from zaragoza.catalogue.monitor_reader import Reader
from zaragoza.catalogue.monitor_text import KeyPath
from zaragoza.model.weighting import Classes

SIZE = "size"
_DELIMITERS = (";", "\t", ",")
_LISTED = 5


@dataclass(frozen=True)
class Sizes:
    """Class, one code a column -> size; and the file that it comes from with its checksum."""

    classes: Mapping[Classes, float]
    file: tuple[str, str] | None = None


def inline_sizes(reader: Reader, path: KeyPath, by: Sequence[str]) -> Sizes | None:
    """The sizes of a table `{ class = size }`; of a crossing `{ class = { class = size } }`.

    Args:
        reader: monitor.toml; faults are noted in it.
        path: of the table.
        by: columns of the margin.
    """
    table = reader.table(*path)
    found = dict(_flat(table, len(by)))
    wrong = [name for name, size in found.items() if len(name) != len(by) or not _is_size(size)]
    if found and not wrong:
        return Sizes({name: float(str(size)) for name, size in found.items()})
    nested = " inside a table a class of " + by[0] if len(by) > 1 else ""
    way_out = "Write `{ F = 5100, M = 4900 }`; put classes that nobody is in together with others."
    named = ", ".join(" x ".join(name) for name in wrong[:_LISTED])
    reader.fault(
        path, f"a size above 0 for every class{nested}", f"another for {named}" if wrong else "none", way_out
    )
    return None


def _flat(table: Mapping[str, object], depth: int) -> Iterator[tuple[Classes, object]]:
    for code, value in table.items():
        if isinstance(value, Mapping) and depth > 1:
            for rest, size in _flat(value, depth - 1):
                yield (code, *rest), size
        else:
            yield (code,), value


def read_population(reader: Reader, path: KeyPath, file: Path, by: Sequence[str]) -> Sizes | None:
    """The sizes of a text file with a column for each name of the margin, and `size`.

    Rows of one class are added up, so that a file with more columns serves several margins.

    Args:
        reader: monitor.toml; faults are noted in it.
        path: of the key that names the file.
        file: the file.
        by: columns of the margin.
    """
    content = read_file(file)
    if isinstance(content, str):
        reader.fault(
            path, "a file with the sizes of the population", content, "Correct its name, or put it there."
        )
        return None
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        reader.fault(path, "text in UTF-8", "bytes in another encoding", "Save it as UTF-8.")
        return None
    header = lines[0] if lines else ""
    delimiter = max(_DELIMITERS, key=header.count)
    rows = list(csv.DictReader(lines, delimiter=delimiter))
    missing = [name for name in (*by, SIZE) if name not in (rows[0] if rows else {})]
    if missing:
        way_out = f"Name its columns {', '.join((*by, SIZE))}."
        reader.fault(
            path, "a column for each name of the margin, and `size`", f"no {', '.join(missing)}", way_out
        )
        return None
    return _summed(reader, path, rows, by, (file.name, hashlib.sha256(content).hexdigest()))


def _summed(
    reader: Reader,
    path: KeyPath,
    rows: Sequence[Mapping[str, str | None]],
    by: Sequence[str],
    file: tuple[str, str],
) -> Sizes | None:
    classes: dict[Classes, float] = {}
    wrong = []
    for line, row in enumerate(rows, 2):
        name, size = tuple((row[column] or "").strip() for column in by), _number(row[SIZE])
        if size is None or not all(name):
            wrong.append(str(line))
        else:
            classes[name] = classes.get(name, 0.0) + size
    if wrong:
        more = ", ..." if len(wrong) > _LISTED else ""
        found, way_out = f"others on line {', '.join(wrong[:_LISTED])}{more}", "Correct those lines."
        reader.fault(path, "a code and a size of 0 or more on every line", found, way_out)
        return None
    positive = {name: size for name, size in classes.items() if size > 0}
    return Sizes(positive, file)


def _number(text: str | None) -> float | None:
    try:
        found = float((text or "").strip())
    except ValueError:
        return None
    return found if math.isfinite(found) and found >= 0 else None


def _is_size(value: object) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value > 0
    )
