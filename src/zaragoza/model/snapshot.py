"""Snapshots and what is known of their quality: facts about a source, never a record of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zaragoza.model.text import Text


@dataclass(frozen=True, kw_only=True)
class FileOrigin:
    """One file as it was read: name (without folder), sha256 of its bytes, size in bytes, rows."""

    name: str
    sha256: str
    size: int
    rows: int


@dataclass(frozen=True, kw_only=True)
class ItemQuality:
    """Quality of one standard variable (methods/14 section 3: A5 and codes outside the list).

    Attributes:
        valid, missing, out_of_list: unweighted rows; `missing_rate` is missing and out-of-list over all rows.
        missing_rate_weighted: the same with the weight, NULL where there is none.
        few: the counts that a published report hides because they are above 0 and below the minimum count. What would
            give them away is hidden with them: such numbers are NULL.
    """

    variable: str
    valid: int | None
    missing: int | None
    out_of_list: int | None
    missing_rate: float | None
    missing_rate_weighted: float | None
    few: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """Rows of a joined file whose unit is not among the persons.

    Attributes:
        file: its name, without folder.
        join: what it is joined on.
        rows: NULL in a published report where they are few, or all but a few.
        few: whether they are.
    """

    file: str
    join: str
    rows: int | None
    few: bool = False


@dataclass(frozen=True, kw_only=True)
class SourceQuality:
    """Quality report of one source after methods/14.

    Attributes:
        unit_non_response: A4 where the file holds non-respondents, else None with the reason in `notes`.
        duplicates: rows whose person occurs more than once.
        weights_zero, weights_negative, weights_missing: rows.
        replicates: replicate weights of every row, from the files.
        sum_of_weights: estimated population; `coverage`: over a known population total, where one is given.
        left_out: rows of joined files that belong to nobody.
        notes: what does not apply and why, in plain words; without a count of persons.
        few: as in ItemQuality.
    """

    source: str
    rows: int
    persons: int
    households: int | None
    duplicates: int | None
    weights_zero: int | None
    weights_negative: int | None
    weights_missing: int | None
    sum_of_weights: float | None
    coverage: float | None
    unit_non_response: float | None
    items: tuple[ItemQuality, ...]
    replicates: int = 0
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[Text, ...] = field(default_factory=tuple)
    few: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A source as it stood when it was collected.

    Attributes:
        checksum: sha256 over the checksums of the files and the mapping, the snapshot's identity.
        collected_at: UTC time, ISO 8601.
        key_id: which office secret made the record keys (a public fingerprint of it, never the secret).
        mapping: standard variable -> column of the file.
    """

    source: str
    checksum: str
    collected_at: str
    files: tuple[FileOrigin, ...]
    rows: int
    key_id: str
    mapping: Mapping[str, str]
