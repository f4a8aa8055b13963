"""Sums of record keys: who stands behind a figure, as one number that tells nothing else (methods/06 section 4).

A record key is taken as a whole number below 2^32. Sums of such numbers are exact, in any order and on any number of
threads, and fit in 64 bits for two billion persons; modulo 2^32 they are the fractional part of the sum. So the same
persons have the same cell key in every table, release and engine, to the last bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from zaragoza.compute.codes import Codes, Flags, Floats, add_up
from zaragoza.compute.terms import Terms, distinct
from zaragoza.engine import quote
from zaragoza.model.estimate import KEY_RANGE, RECORD_KEY

RECORD_KEY_SQL = f"CAST(floor(coalesce({quote(RECORD_KEY)}, 0) * {KEY_RANGE}) AS BIGINT)"


@dataclass(frozen=True)
class Keys:
    """Of one measure, by domain.

    Attributes:
        everyone: sum of the record keys of those that count, modulo KEY_RANGE.
        numerator: of those that add to the numerator.
        contributors: how many these are, unweighted.
    """

    everyone: Codes
    numerator: Codes
    contributors: Floats

    def margin(self, target: Codes, domains: int) -> Keys:
        """The same sums with domains put together: domain i becomes `target[i]`."""
        return Keys(
            add_keys(target, self.everyone, domains),
            add_keys(target, self.numerator, domains),
            add_up(target, self.contributors, domains),
        )


def add_keys(codes: Codes, keys: Codes, length: int) -> Codes:
    """The sum of the keys of each code, modulo KEY_RANGE; below it every sum of two billion is exact."""
    sums = np.zeros(length, dtype=np.int64)
    np.add.at(sums, codes, keys)
    return sums % KEY_RANGE


def key_sums(measures: Mapping[str, Terms]) -> dict[str, str]:
    """Aggregates of the one scan, SQL by the name of their column."""
    sums: dict[str, str] = {}
    for part in ("answered", "contributes"):
        for text, name in distinct(measures, part).items():
            key = f"CASE WHEN {text} > 0 THEN {RECORD_KEY_SQL} ELSE 0 END"
            sums[f"keys_of_{name}"] = f"CAST(sum({key}) % {KEY_RANGE} AS BIGINT)"
    for text, name in distinct(measures, "contributes").items():
        sums[f"count_of_{name}"] = f"sum({text})"
    return sums


def read_keys(found: pa.Table, measures: Mapping[str, Terms], domain: Codes, domains: int) -> dict[str, Keys]:
    """The sums by measure and domain.

    Args:
        found: rows that hold the aggregates of `key_sums`.
        measures: theirs.
        domain: of each row.
        domains: how many there are.
    """
    answered, contributes = distinct(measures, "answered"), distinct(measures, "contributes")

    def keys(name: str) -> Codes:
        return add_keys(domain, found[f"keys_of_{name}"].to_numpy().astype(np.int64), domains)

    return {
        measure: Keys(
            keys(answered[t.answered]),
            keys(contributes[t.contributes]),
            add_up(domain, found[f"count_of_{contributes[t.contributes]}"].to_numpy().astype(float), domains),
        )
        for measure, t in measures.items()
    }


def keys_of_rows(keys: Codes, answered: Flags, contributes: Flags, domain: Codes, domains: int) -> Keys:
    """The sums where persons are at hand one by one."""
    return Keys(
        add_keys(domain[answered], keys[answered], domains),
        add_keys(domain[contributes], keys[contributes], domains),
        add_up(domain, contributes.astype(np.float64), domains),
    )
