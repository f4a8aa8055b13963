"""The indicators as a list: of an area, or those that a set of variables is enough for."""

from __future__ import annotations

from collections.abc import Sequence

from zaragoza.catalogue.contents import Catalogue
from zaragoza.catalogue.monitor_reader import suggestion
from zaragoza.catalogue.monitor_scope import Reach, available, measurable
from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.indicator import Indicator
from zaragoza.model.text import Language

BEFORE = "the same file of the period before"
COMPUTED, NEEDS = "computed", "needs"


def listed(
    catalogue: Catalogue, area: str | None = None, variables: Sequence[str] | None = None
) -> tuple[Indicator, ...]:
    """The indicators of a catalogue, by area and id.

    Args:
        catalogue: the definitions.
        area: an area, or a name that policy documents have for it; all by default.
        variables: only what can be computed from these, and from what can be derived from them; where an indicator
            takes several years, from files of each that hold them.

    Raises:
        DefinitionError: an area or variables that the catalogue does not know.
    """
    faults = []
    if area is not None and area not in catalogue.area_names:
        way_out = suggestion(area, sorted(catalogue.areas))
        faults.append(Fault("--area", "area", "an area of the catalogue", f"`{area}`", way_out))
    for name in variables or ():
        if name not in catalogue.variables:
            way_out = suggestion(name, sorted(catalogue.variables))
            faults.append(Fault("--needs", "variable", "a standard variable", f"`{name}`", way_out))
    if faults:
        raise DefinitionError(faults)
    chosen = tuple(catalogue.indicators.values())
    if area is not None:
        chosen = tuple(one for one in chosen if one.area == catalogue.area_names[area])
    if variables is not None:
        here = available(variables, catalogue.variables)
        years = {
            call.years for v in catalogue.variables.values() if (call := v.derive) and call.years is not None
        }
        chosen = measurable(chosen, Reach(here, available(variables, catalogue.variables, years)))
    return tuple(sorted(chosen, key=lambda one: (one.area, one.id)))


def status(indicator: Indicator) -> str:
    """`computed`, or `needs` where no records of persons give it."""
    return COMPUTED if indicator.computed else NEEDS


def data_needed(indicator: Indicator, language: Language) -> tuple[str, ...]:
    """The variables that an indicator reads; the data that would give it where it is not computed."""
    if not indicator.computed:
        return tuple(data[language] for data in indicator.needs)
    before = (BEFORE,) if indicator.kind == "two_source_ratio" else ()
    return (*sorted(indicator.measure.variables), *before)


def as_record(indicator: Indicator, language: Language) -> dict[str, object]:
    """An indicator as machines read it."""
    return {
        "id": indicator.id,
        "area": indicator.area,
        "status": status(indicator),
        "needs": list(data_needed(indicator, language)),
        "oecd": list(indicator.oecd),
        "eurostat": list(indicator.eurostat),
        "title": indicator.title[language],
    }
