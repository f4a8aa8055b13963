"""What policy documents state, for notebooks."""

from __future__ import annotations

import pyarrow as pa

from zaragoza.api.data import fault
from zaragoza.catalogue import load_catalogue
from zaragoza.errors import DefinitionError
from zaragoza.model.text import LANGUAGES, Language
from zaragoza.publish.stated import stated_table


def stated_figures(language: Language = "en") -> pa.Table:
    """Figures and targets on integration that policy documents state; built into the catalogue, no data needed.

    Args:
        language: of titles, groups, places and notes.

    Returns:
        A row a figure or target (`kind`): the document's indicator and those of the catalogue that answer it, of whom,
        where and when, the figure in words (`text`), as stated and in our unit (`value`; percentages as proportions),
        and where it stands.

    Raises:
        DefinitionError: another language.
    """
    if language not in LANGUAGES:
        raise DefinitionError(fault("language", "language", f"one of {', '.join(LANGUAGES)}", "another"))
    return stated_table(load_catalogue(), language)
