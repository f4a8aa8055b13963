"""The only file that names an engine. Stages ask for tables; the engine reads, computes and writes them."""

from __future__ import annotations

import functools
import itertools
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

import duckdb
import pyarrow as pa

from zaragoza.errors import Fault, InputError

P = ParamSpec("P")
T = TypeVar("T")
_HARDENING = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "enable_progress_bar": False,
}

MEMORY = "memory"  # the field of a fault that no data and no definition is to blame for


def quote(name: str) -> str:
    """A column name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text value as SQL."""
    return "'" + text.replace("'", "''") + "'"


def _without_values(method: Callable[P, T]) -> Callable[P, T]:
    """Of an error of the engine only the kind is told, because its message may quote a value of a record.

    Ours is raised after the handler has ended, so that it does not keep the engine's in its context.
    """

    @functools.wraps(method)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(*args, **kwargs)
        except duckdb.OutOfMemoryException:
            fault = Fault(
                "engine",
                MEMORY,
                "enough memory or room on disk for the sums",
                "neither",
                "Free room in the folder for temporary files, or use fewer breakdowns at once.",
            )
        except duckdb.OutOfRangeException:
            fault = Fault(
                "engine",
                "number",
                "numbers that their type can hold",
                "one beyond its bounds",
                "Let the definition reckon with decimal numbers: write `CAST(... AS DOUBLE)` around a variable in it.",
            )
        except (duckdb.Error, pa.ArrowException) as error:
            fault = Fault(
                "engine",
                type(error).__name__,
                "data that the definitions can be computed on",
                "values or columns of another type",
                "Compare the types of the columns with the definitions (a text is never equal to a number).",
            )
        raise InputError(fault)

    return guarded


class Table:
    """A table that the engine holds or can read; stages pass it on without looking inside.

    Attributes:
        columns: names of the columns.
        types: engine type of each column, by name.
    """

    def __init__(self, engine: Engine, relation: duckdb.DuckDBPyRelation) -> None:
        self.engine = engine
        self._relation = relation
        self.columns: tuple[str, ...] = tuple(relation.columns)
        self.types: dict[str, str] = dict(zip(relation.columns, map(str, relation.types), strict=True))

    @_without_values
    def select(self, columns: Mapping[str, str] | Iterable[str], where: str | None = None) -> Table:
        """Columns by name, or new ones from SQL text by name; rows for which `where` holds."""
        if isinstance(columns, Mapping):
            chosen = ", ".join(f"{sql} AS {quote(name)}" for name, sql in columns.items())
        else:
            chosen = ", ".join(quote(name) for name in columns)
        relation = self._relation if where is None else self._relation.filter(where)
        return Table(self.engine, relation.project(chosen))

    def with_columns(self, columns: Mapping[str, str]) -> Table:
        """The table with columns added or replaced, each from SQL text."""
        kept = {name: quote(name) for name in self.columns if name not in columns}
        return self.select({**kept, **columns})

    @_without_values
    def aggregate(self, keys: Mapping[str, str], sums: Mapping[str, str]) -> Table:
        """One row per combination of the keys (SQL by name), with aggregates (SQL by name)."""
        chosen = ", ".join(f"{sql} AS {quote(name)}" for name, sql in {**keys, **sums}.items())
        groups = ", ".join(keys.values())
        return Table(
            self.engine,
            self._relation.aggregate(chosen, groups) if keys else self._relation.aggregate(chosen),
        )

    @_without_values
    def arrow(self) -> pa.Table:
        """The rows, computed now."""
        return self._relation.to_arrow_table()

    @_without_values
    def rows(self) -> list[tuple[Any, ...]]:
        """The rows as Python values; for small results."""
        return self._relation.fetchall()

    @_without_values
    def write_parquet(self, path: Path) -> None:
        """Writes the rows, in their order, in row groups that both cores can read."""
        self._relation.to_parquet(str(path), compression="zstd", row_group_size=131_072)

    @_without_values
    def join(self, other: Table, on: Mapping[str, str]) -> Table:
        """Every row with the columns of the row of `other` that has the same key, or NULL where it has none.

        Row order is not kept. Keys must occur once in `other`, or rows multiply; NULL is equal to nothing.

        Args:
            other: shares no column name with this table.
            on: column of this table -> column of the other.
        """
        equal = " AND ".join(f"l.{quote(left)} = r.{quote(right)}" for left, right in on.items())
        left, right = self._relation.set_alias("l"), other._relation.set_alias("r")
        return Table(self.engine, left.join(right, equal, how="left"))

    @_without_values
    def order(self, by: str) -> Table:
        """The rows ordered by a column."""
        return Table(self.engine, self._relation.order(quote(by)))


class Engine:
    """DuckDB in this process.

    Args:
        threads: None uses every core; 1 makes sums the same bits on every run (decision 13).
        memory_limit: beyond it the engine spills to a folder that only its user can read and that is removed at
            the end. The default keeps a table of millions of persons below a laptop's gigabyte at no cost in time.
    """

    def __init__(self, threads: int | None = None, memory_limit: str = "512MB") -> None:
        self._spill = tempfile.TemporaryDirectory(prefix="zaragoza-")
        config: dict[str, Any] = {"memory_limit": memory_limit, "temp_directory": self._spill.name}
        if threads is not None:
            config["threads"] = threads
        self._connection = duckdb.connect(":memory:", config=config)
        for name, value in _HARDENING.items():
            self._connection.execute(f"SET {name} = {str(value).lower()}")
        self._names = itertools.count()

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Frees memory and files."""
        self._connection.close()
        self._spill.cleanup()

    @_without_values
    def table(self, data: object, columns: Collection[str] | None = None) -> Table:
        """A table from Arrow, a frame of a user, or a relation.

        Args:
            data: the table.
            columns: of a relation only these are read, if it has them all.

        Raises:
            InputError: two columns differ only in case, which engines take for one; or values cannot be read.
            TypeError: another kind of object.
        """
        arrow = _as_arrow(data, columns)
        lower = [name.lower() for name in arrow.column_names]
        twice = sorted({name for name in lower if lower.count(name) > 1})
        if twice:
            found = f"columns that differ only in case: {', '.join(twice)}"
            raise InputError(
                Fault("data", "columns", "one name per column", found, "Rename or leave out one.")
            )
        return Table(self, self._connection.from_arrow(arrow))

    @_without_values
    def read_parquet(self, paths: Path | Sequence[Path]) -> Table:
        """A table that is read from Parquet files when it is used."""
        files = [paths] if isinstance(paths, Path) else list(paths)
        return Table(self, self._connection.read_parquet([str(path) for path in files]))

    @_without_values
    def keep(self, name: str, table: Table) -> None:
        """Gives a table a name for all later statements of `query`, which then need not be handed it each time."""
        table._relation.create_view(name)

    @_without_values
    def sniff_csv(self, path: Path) -> Table:
        """A CSV file (also .gz) whose delimiter and types the engine finds out by itself."""
        return Table(self, self._connection.read_csv(str(path), sample_size=-1, na_values=""))

    @_without_values
    def query(self, sql: str, parameters: Sequence[object] = (), **tables: Table | pa.Table) -> Table:
        """The result of one statement on named tables.

        Args:
            sql: text that names the tables by the keywords given, values as `?`.
            parameters: values for the question marks.
            **tables: what the names in the text stand for.
        """
        text = sql
        for name, table in tables.items():
            view = f"t{next(self._names)}"
            if isinstance(table, Table):
                table._relation.create_view(view)
            else:
                self._connection.register(view, table)
            text = text.replace("{" + name + "}", view)
        return Table(self, self._connection.sql(text, params=list(parameters)))

    @_without_values
    def materialise(self, table: Table) -> Table:
        """The same rows, computed once and kept."""
        name = f"t{next(self._names)}"
        table._relation.create(name)
        return Table(self, self._connection.table(name))

    @_without_values
    def read_csv(self, path: Path, columns: Sequence[str], *, delimiter: str = ",", skip: int = 0) -> Table:
        """A UTF-8 text file with a header, read when it is used: every column text, an empty field NULL.

        Args:
            path: plain text; fields that hold the delimiter, quotes or line ends stand between double quotes.
                Lines end in a line feed alone: DuckDB 2.0 loses rows of some files with carriage returns.
            columns: names for the columns, in the order of the file; the header's own are not looked at.
            delimiter: between the fields.
            skip: lines before the header.
        """
        return Table(self, self._connection.sql(f"FROM {_csv(path, columns, delimiter, skip)}"))

    @_without_values
    def broken_rows(
        self, path: Path, columns: Sequence[str], *, delimiter: str = ",", skip: int = 0
    ) -> tuple[int, int | None]:
        """How many rows of a text file cannot be read (more or fewer fields, open quote), and the first's line.

        The arguments are those of `read_csv`.
        """
        scans, rejects = (f"r{next(self._names)}" for _ in range(2))
        options = f", store_rejects=true, rejects_scan={literal(scans)}, rejects_table={literal(rejects)}"
        source = _csv(path, columns, delimiter, skip, options)
        self._connection.sql(f"FROM {source} SELECT count(*)").fetchall()
        found = self._connection.sql(f"FROM {rejects} SELECT count(DISTINCT line), min(line)").fetchall()
        for name in (scans, rejects):  # they hold the rows themselves
            self._connection.sql(f"DROP TABLE {name}")
        return found[0][0], found[0][1]


def _csv(path: Path, columns: Sequence[str], delimiter: str, skip: int, options: str = "") -> str:
    names = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in columns)
    return (
        f"read_csv({literal(str(path))}, auto_detect=false, header=true, delim={literal(delimiter)}, "
        f"quote='\"', escape='\"', skip={skip}, columns={{{names}}}, hive_partitioning=false{options})"
    )


def _as_arrow(data: object, columns: Collection[str] | None) -> pa.Table:
    if isinstance(data, pa.Table):
        return data
    if isinstance(data, duckdb.DuckDBPyRelation):
        if columns and set(columns) <= set(data.columns):
            data = data.project(", ".join(map(quote, columns)))
        return data.to_arrow_table()
    if hasattr(data, "__arrow_c_stream__"):  # Polars, pandas >= 3, Arrow readers, other libraries
        return pa.table(data)
    module = type(data).__module__.partition(".")[0]
    if module == "pandas":
        return pa.Table.from_pandas(data, preserve_index=False)
    raise TypeError(type(data).__name__)
