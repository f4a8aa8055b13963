"""The definitions that the site knows: those that come with it, and the office's own."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from zaragoza.catalogue import Catalogue, Plans, load_plans


@cache
def plans() -> Plans:
    """What documents promise, pay and say, as the catalogue has it; the database has it with what people added.

    Read once; the setting `ZARAGOZA_CATALOGUE` names the office's own folder.

    Raises:
        DefinitionError: with every fault of every file.
    """
    return load_plans(settings.CATALOGUE)


def catalogue() -> Catalogue:
    """The definitions that plans are joined to."""
    return plans().catalogue
