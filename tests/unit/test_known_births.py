"""A made-up country in which every country of birth is known, as a survey of it hears."""

from __future__ import annotations

from zaragoza.synthetic import make_country

SIZE = 5_000


def test_countries_of_birth_can_all_be_known_and_nothing_else_changes() -> None:
    usual = make_country(SIZE, 7).registers
    known = make_country(SIZE, 7, unknown_birth=0.0).registers
    for name, table in usual.items():
        kept = [each for each in table.column_names if each not in ("birth_country", "arrival_year")]
        assert known[name].select(kept).equals(table.select(kept)), name
    before = usual["persons"]["birth_country"].to_pylist()
    now = known["persons"]["birth_country"].to_pylist()
    assert None in before
    assert None not in now
    assert all(one in (None, other) for one, other in zip(before, now, strict=True))
