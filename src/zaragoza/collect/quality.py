"""Quality of a source after methods/14: what is missing, what no list knows, what weights say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zaragoza.collect.linking import HOUSEHOLD, PERSON
from zaragoza.collect.standard import VALID, status_of
from zaragoza.collect.values import count_where
from zaragoza.engine import Table, quote
from zaragoza.model.snapshot import ItemQuality, LeftOut, SourceQuality
from zaragoza.model.source import Source, replicate_names
from zaragoza.model.text import Text
from zaragoza.model.variable import Variable

_NO_UNIT_NON_RESPONSE = Text(
    "Unit non-response (A4) cannot be computed: the files hold those who answered, not those who did not.",
    "Non-respons van personen (A4) is niet te berekenen: de bestanden bevatten wie antwoordde, niet wie dat niet deed.",
)
_NO_UNIT_NON_RESPONSE_REGISTER = Text(
    "Unit non-response (A4) does not apply to a register.",
    "Non-respons van personen (A4) is niet van toepassing op een register.",
)
_NO_COVERAGE = Text(
    "Coverage cannot be computed: no population total was given.",
    "De dekking is niet te berekenen: er is geen omvang van de bevolking opgegeven.",
)
_NO_WEIGHT = Text(
    "There is no weight: every row counts once, and weighted rates are left out.",
    "Er is geen gewicht: elke rij telt één keer, en gewogen percentages ontbreken.",
)


def assess(
    table: Table,
    source: Source,
    variables: Mapping[str, Variable],
    *,
    left_out: Sequence[LeftOut] = (),
    notes: Sequence[Text] = (),
    population: float | None = None,
) -> SourceQuality:
    """The quality report of a source, from one scan; exact, for the office itself (`publish` hides small counts).

    Args:
        table: one row a person, standard variables with `status_of` beside them.
        source: what is assessed.
        variables: standard variables by id.
        left_out: rows of joined files that belong to nobody.
        notes: what was found out while reading.
        population: known size of the population; None leaves coverage out.
    """
    content = [name for name in source.variables if name in table.columns and _asks(variables[name])]
    weighted = "weight" in table.columns
    row = table.aggregate({}, {**_units(table), **_items(content, weighted)}).rows()[0]
    found = dict(zip((*_units(table), *_items(content, weighted)), row, strict=True))
    rows, sum_of_weights = found["rows"], found["sum_of_weights"]
    counted = sum_of_weights if weighted else rows
    unit_note = _NO_UNIT_NON_RESPONSE_REGISTER if source.kind == "register" else _NO_UNIT_NON_RESPONSE
    return SourceQuality(
        source=source.id,
        rows=rows,
        persons=found["persons"],
        households=found["households"],
        duplicates=_duplicates(table) if found["persons"] < rows else 0,
        weights_zero=found["weights_zero"],
        weights_negative=found["weights_negative"],
        weights_missing=found["weights_missing"],
        sum_of_weights=sum_of_weights,
        coverage=counted / population if population and counted is not None else None,
        unit_non_response=None,
        replicates=len(replicate_names(table.columns)),
        items=tuple(_item(name, found, rows, sum_of_weights) for name in content),
        left_out=tuple(left_out),
        notes=(
            *notes,
            unit_note,
            *(() if population else (_NO_COVERAGE,)),
            *(() if weighted else (_NO_WEIGHT,)),
        ),
    )


def _asks(variable: Variable) -> bool:
    """Whether a variable is asked of persons, so that leaving it open is item non-response."""
    return variable.role == "content" and variable.type not in ("identifier", "weight")


def _units(table: Table) -> dict[str, str]:
    weighted = "weight" in table.columns
    return {
        "rows": "count(*)",
        "persons": f"count(DISTINCT {PERSON})",
        "households": f"count(DISTINCT {HOUSEHOLD})" if HOUSEHOLD in table.columns else "NULL",
        "weights_zero": count_where("weight = 0") if weighted else "0",
        "weights_negative": count_where("weight < 0") if weighted else "0",
        "weights_missing": count_where("weight IS NULL") if weighted else "0",
        "sum_of_weights": "sum(weight)" if weighted else "NULL",
    }


def _duplicates(table: Table) -> int:
    per_person = table.aggregate({PERSON: PERSON}, {"rows": "count(*)"}).select(["rows"], where="rows > 1")
    return int(per_person.aggregate({}, {"rows": "coalesce(sum(rows), 0)"}).rows()[0][0])


def _items(names: Sequence[str], weighted: bool) -> dict[str, str]:
    sums = {}
    for name in names:
        status = quote(status_of(name))
        sums[f"{name} valid"] = count_where(f"{status} = {VALID}")
        sums[f"{name} missing"] = count_where(f"{status} IS NULL")
        if weighted:
            sums[f"{name} weight"] = f"coalesce(sum(weight) FILTER (WHERE {status} = {VALID}), 0)"
    return sums


def _item(name: str, found: Mapping[str, float], rows: int, sum_of_weights: float | None) -> ItemQuality:
    """A5: one minus the units with a valid value over those that should answer; without routing, all."""
    valid, missing = int(found[f"{name} valid"]), int(found[f"{name} missing"])
    share = 1 - found[f"{name} weight"] / sum_of_weights if sum_of_weights else None
    return ItemQuality(
        variable=name,
        valid=valid,
        missing=missing,
        out_of_list=rows - valid - missing,
        missing_rate=1 - valid / rows if rows else 0.0,
        missing_rate_weighted=share,
    )
