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
    """

    variable: str
    valid: int
    missing: int
    out_of_list: int
    missing_rate: float
    missing_rate_weighted: float | None


@dataclass(frozen=True, kw_only=True)
class SourceQuality:
    """Quality report of one source after methods/14.

    Attributes:
        unit_non_response: A4 where the file holds non-respondents, else None with the reason in `notes`.
        duplicates: rows whose person occurs more than once.
        weights_not_positive, weights_missing: rows.
        sum_of_weights: estimated population; `coverage`: over a known population total, where one is given.
        notes: what does not apply and why, in plain words.
    """

    source: str
    rows: int
    persons: int
    households: int | None
    duplicates: int
    weights_zero: int
    weights_negative: int
    weights_missing: int
    sum_of_weights: float | None
    coverage: float | None
    unit_non_response: float | None
    items: tuple[ItemQuality, ...]
    notes: tuple[Text, ...] = field(default_factory=tuple)


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
