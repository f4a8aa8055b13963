"""Flags that other producers put beside their figures, and which of our statuses each means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Words of a flag that are read whole: Eurostat's old messages, periods of StatLine, value attributes of StatLine.
_WORDS: Final[Mapping[str, str]] = {
    "na": "not_measured",
    "None": "published",
    "Definitief": "published",
    "Voorlopig": "provisional",
    "NaderVoorlopig": "provisional",
    "Nader voorlopig": "provisional",
    "Impossible": "not_measured",
    "Confidential": "confidential",
    "x": "confidential",
    ".": "not_measured",
    "-": "published",
    "..": "not_measured",
    ":": "not_measured",
}
# One letter each: Eurostat's small letters, which may stand together in any order, and SDMX CL_OBS_STATUS in capitals.
# What is not listed (A, n, r, ...) says nothing that changes how a figure is read; the letter itself is kept.
_LETTERS: Final[Mapping[str, str]] = {
    "b": "break", "d": "definition", "e": "estimated", "f": "forecast", "i": "estimated", "s": "estimated",
    "p": "provisional", "u": "unreliable", "c": "confidential", "m": "not_measured", "z": "not_measured",
    "B": "break", "D": "definition", "E": "estimated", "F": "forecast", "I": "estimated", "P": "provisional",
    "V": "provisional", "U": "unreliable", "Q": "confidential", "H": "not_measured", "J": "not_measured",
    "L": "not_measured", "M": "not_measured", "O": "not_measured", "Z": "not_measured",
}  # fmt: skip
_SILENT: Final = frozenset("AnNrRSGKW")
# SDMX CL_CONF_STATUS and Eurostat's C, N and P; F is free.
_CONFIDENTIALITY: Final[Mapping[str, str]] = {"A": "too_few", "D": "secondary", "G": "dominance"}
_FREE: Final = frozenset({"", "F"})
# Of several flags the first counts (product rule of the quality papers: c > u > b > e > p).
_PRIORITY: Final = ("unreliable", "break", "definition", "forecast", "estimated", "provisional")


def reason(flag: str, confidentiality: str, *, empty: bool) -> str:
    """The status of a figure of another producer, as the key `reason` of `model.observation.STATUS`.

    Args:
        flag: as the source writes it: letters in any order, or a word.
        confidentiality: the source's letter of confidentiality; empty where it has none.
        empty: whether the source gives no value. A figure left out and flagged `u` is kept back because it is
            unreliable; one left out without a flag is not there.

    Source: Eurostat, observation flags since 27 January 2025; SDMX code lists CL_OBS_STATUS and CL_CONF_STATUS.
    """
    meanings = _meanings(flag)
    if confidentiality not in _FREE:
        return _CONFIDENTIALITY.get(confidentiality, "confidential")
    if "confidential" in meanings:
        return "confidential"
    if empty:
        return "too_uncertain" if "unreliable" in meanings else "not_measured"
    return next((meaning for meaning in _PRIORITY if meaning in meanings), "published")


def is_break(flag: str) -> bool:
    """Whether a flag says that the series breaks here, whatever else it says."""
    return "break" in _meanings(flag)


def is_known(flag: str) -> bool:
    """Whether every part of a flag has a meaning here; others are kept as they are and change nothing."""
    return flag in _WORDS or all(letter in _LETTERS or letter in _SILENT for letter in flag)


def _meanings(flag: str) -> frozenset[str]:
    if flag in _WORDS:
        return frozenset({_WORDS[flag]})
    return frozenset(_LETTERS[letter] for letter in flag if letter in _LETTERS)
