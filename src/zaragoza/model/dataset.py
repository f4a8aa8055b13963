"""Datasets: figures that other producers have published, in one shape whatever the form they came in."""

from __future__ import annotations

# After one column per dimension and per attribute, named as the source names them, all text.
DATASET_FIELDS: tuple[tuple[str, str], ...] = (
    ("period", "string"),  # in SDMX form where the source's can be written so
    ("value", "float64"),  # as the source states it, in its own unit; NULL where it gives none
    ("text", "string"),  # where the source gives words in place of a number
    ("flag", "string"),  # the source's own letters or words
    ("conf_flag", "string"),  # the source's own letter of confidentiality
    ("obs_status", "string"),
    ("conf_status", "string"),
    ("reason", "string"),  # with the two before: STATUS of model.observation
    ("source", "string"),
    ("dataset", "string"),
    ("updated", "string"),  # when the source last changed the dataset, as it says
)
DATASET_NAMES = tuple(name for name, _ in DATASET_FIELDS)


def column_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names for the columns of dimensions and attributes: the source's own, with `_` after one that is taken.

    No two columns differ only in case.
    """
    taken, made = set(DATASET_NAMES), []
    for name in names:
        free = name
        while free.lower() in taken:
            free += "_"
        taken.add(free.lower())
        made.append(free)
    return tuple(made)
