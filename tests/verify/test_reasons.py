"""What reasons tell of classes, on many tables: an intruder of whole numbers finds no more than the attack does.

The attack passes bounds on line by line to see what a reason leaves of two possibilities; the intruder has integer
programmes over everything at once.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.properties.test_reasons import BY, Reader, Row, made
from tests.reference.protect_data import TOTAL, Block, Case, case
from tests.unit.attacked import REGISTER
from zaragoza.protect import protect

TABLES = 20  # of each kind


def beside(given: Case) -> Case:
    """The same people with another share, half of them everywhere, which shows how many there are."""
    cells = [
        Block({name: row[name] for name in BY}, row["n"], row["n_numerator"])
        for row in given.estimates.to_pylist()
        if all(row[name] != TOTAL for name in BY)
    ]
    return case({"x": cells, "y": [Block(one.categories, one.n, one.n // 2) for one in cells]}, [BY])


def reader(rows: list[Row], *, shown: bool, totals: bool) -> dict[str, Reader]:
    """One reader of all indicators, with the cells of each: their numbers of people are the same."""
    whole, of = Reader(), {}
    for name in sorted({str(row["indicator"]) for row in rows}):
        part = Reader(whole.low, whole.high, whole.rows, totals=totals)
        for row in rows:
            if row["indicator"] == name:
                part.read(row, shown=shown)
        part.add_up()
        for key, cells in part.cells.items() if of else ():
            whole.rows.append(({cells[0]: 1, of["x"].cells[key][0]: -1}, 0, 0))
        of[name] = part
    return of


def test_no_reason_tells_how_many_are_in_a_class(record: Callable[..., None]) -> None:
    asked = 0
    for seed in range(100, 100 + TABLES):
        for given, totals in ((made(seed), False), (beside(made(seed)), False), (made(seed, "total"), True)):
            found = protect(given.estimates, REGISTER, given.indicators, given.breakdowns).observations
            rows = [row for row in found.to_pylist() if row["statistic"] == "level"]
            by_all, by_reasons = (reader(rows, shown=shown, totals=totals) for shown in (True, False))
            for row in (row for row in rows if row["reason"] == "too_few"):
                name, key = str(row["indicator"]), (str(row["a"]), str(row["b"]))
                for place, cell in enumerate(by_all[name].cells[key]):
                    asked += 1
                    low, high = by_all[name].bounds(cell)
                    if low == high and not (place == 0 and low >= REGISTER.min_count):
                        told = by_reasons[name].bounds(by_reasons[name].cells[key][place])
                        assert told[0] == told[1], (seed, name, key)
    assert asked > 10 * TABLES
    record(
        f"what reasons tell of classes, {3 * TABLES} small tables of registers: integer programmes over all sums",
        f"none of {asked:,} hidden numbers of people can be worked out",
        bar="none",
    )
