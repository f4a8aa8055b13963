"""Why there is no figure between comparable people, in words."""

from __future__ import annotations

from zaragoza.model.monitor import Monitor
from zaragoza.model.text import Language, Text

_AT_FAULT = {
    "infeasible": Text(
        "no weights make the two groups alike in: {columns}",
        "geen gewichten maken de twee groepen gelijk op: {columns}",
    ),
    "separated": Text(
        "for some, these alone settle the outcome: {columns}",
        "voor sommigen leggen alleen deze de uitkomst al vast: {columns}",
    ),
    "not_converged": Text(
        "the regression finds no answer with: {columns}", "de regressie vindt geen antwoord met: {columns}"
    ),
    "not_estimable": Text(
        "the data do not tell what these go with: {columns}",
        "de gegevens zeggen niet waarmee deze samengaan: {columns}",
    ),
}
_WITHOUT_COLUMNS = {
    "no_overlap": Text(
        "the two groups have no people alike", "de twee groepen hebben geen mensen die op elkaar lijken"
    ),
    "nothing_held_equal": Text(
        "too few people are alike in both groups to hold anything equal",
        "te weinig mensen in beide groepen lijken op elkaar om iets gelijk te houden",
    ),
    "no_variation": Text(
        "in one of the groups the outcome is the same for all",
        "in een van de groepen is de uitkomst voor iedereen gelijk",
    ),
}


def obstacle(reason: str, monitor: Monitor, language: Language) -> str:
    """The column `obstacle` in words, with the titles of what is at fault.

    Args:
        reason: such as `infeasible: age_group=Y65_MAX, sex=F`.
        monitor: with the titles.
        language: of the words.
    """
    kind, _, columns = reason.partition(": ")
    if kind in _WITHOUT_COLUMNS:
        return _WITHOUT_COLUMNS[kind][language]
    if kind not in _AT_FAULT or not columns:
        return reason
    named = ", ".join(_column(each, monitor, language) for each in columns.split(", "))
    return _AT_FAULT[kind][language].format(columns=named)


def _column(name: str, monitor: Monitor, language: Language) -> str:
    """A column of a regression, such as `sex=F`, by its titles; as it is where it is none of a characteristic."""
    covariate, _, code = name.partition("=")
    titles: dict[str, tuple[Text, dict[str, Text]]] = {
        each.id: (each.title, {one.code: one.title for one in each.codes}) for each in monitor.variables
    }
    titles |= {
        each.id: (each.title, {one: each.label(one) for one in each.codes})
        for each in monitor.classifications
    }
    if covariate not in titles:
        return name
    title, codes = titles[covariate]
    label = codes[code][language] if code in codes else code
    return f"{title[language]} “{label}”" if code else title[language]
