"""Recognises sets of replicate weights by the names that surveys give their columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from zaragoza.collect.questions import SKIP, Desk, Question
from zaragoza.collect.recognise import Column
from zaragoza.model.design import REPLICATE_METHODS

METHOD, RHO = "replicates.method", "replicates.rho"
_LEAST = 4  # columns with consecutive numbers that make a set
_NUMBERED = re.compile(r"(.*?)(\d+)")


@dataclass(frozen=True)
class _Known:
    """A name before the number, who uses it, and what its documentation says of the method."""

    stem: str
    collection: str
    method: str | None = None
    rho: float | None = None
    likely: str | None = None


_KNOWN = (
    _Known("w_fstr", "PISA until 2012", "Fay", 0.5),
    _Known("w_fsturwt", "PISA from 2015", "Fay", 0.5),
    _Known("spfwt", "PIAAC"),  # each country's own method, in its variable VEMETHODN
    _Known("rw", "several surveys"),
    _Known("repwgt", "several surveys"),
    _Known("repwt", "several surveys"),
    _Known("repwtp", "several surveys"),
    _Known("brr", "several surveys", likely="BRR"),
    _Known("bsw", "several surveys", likely="bootstrap"),
)


@dataclass(frozen=True)
class ReplicateProposal:
    """A set of columns that look like replicate weights.

    Attributes:
        pattern: the name with `*` for the number.
        columns: their names.
        reason: in words, for the person who checks the proposal.
        method, rho: None where the question is open, or there is none.
        likely: the method that the name suggests; a person still has to agree.
    """

    pattern: str
    columns: tuple[str, ...]
    reason: str
    method: str | None = None
    rho: float | None = None
    likely: str | None = None


def find_replicates(columns: Iterable[Column]) -> ReplicateProposal | None:
    """The first set of replicate weights among the columns: a known name with numbers one after the other.

    Args:
        columns: of all files.
    """
    sets: dict[str, dict[int, str]] = {}
    for column in columns:
        if column.numbers > 0 and (match := _NUMBERED.fullmatch(column.name)):
            sets.setdefault(match[1], {})[int(match[2])] = column.name
    stems = {stem.lower().rstrip("_"): stem for stem, numbered in sets.items() if _is_set(numbered)}
    for known in _KNOWN:
        if known.stem in stems:
            stem = stems[known.stem]
            names = tuple(sets[stem][number] for number in sorted(sets[stem]))
            reason = f"{len(names)} columns, named like the replicate weights of {known.collection}"
            return ReplicateProposal(f"{stem}*", names, reason, known.method, known.rho, known.likely)
    return None


def _is_set(numbered: Mapping[int, str]) -> bool:
    first, last = min(numbered), max(numbered)
    return len(numbered) >= _LEAST and first <= 1 and last - first + 1 == len(numbered)


def ask_method(found: ReplicateProposal, desk: Desk) -> ReplicateProposal | None:
    """The set with its method, asked for where its name does not tell it; None where the design is to be used.

    Args:
        found: from `find_replicates`.
        desk: where questions are put; its answers go before what the names say.
    """
    given = desk.given(METHOD)
    if found.method is not None and given is None:
        return found
    text = f"How were the replicate weights {found.pattern} made?"
    why = f"The names do not tell, and another method gives other errors; {SKIP} takes them from the design."
    method = desk.put(Question(METHOD, text, why, (*REPLICATE_METHODS, SKIP), found.likely))
    if method == SKIP:
        return None
    return replace(found, method=method, rho=_ask_rho(desk) if method == "Fay" else None)


def _ask_rho(desk: Desk) -> float | None:
    text, why = "Which factor (rho) has Fay's method?", "The survey's documentation tells; often 0.5."
    given = desk.put(Question(RHO, text, why, form=r"0(\.\d+)?", example="0.5", default="0.5"))
    return None if given is None else float(given)
