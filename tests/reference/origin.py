"""Origin classifications in plain Python, one person at a time: the twin of the catalogue's rules.

Written from methods/03 (sections 1 to 4) and methods/01 (section 1). None is unknown; NAT, EU27_2020_FOR and
NEU27_2020_FOR are what files hold instead of countries.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

UNKNOWN = "_U"


@dataclass(frozen=True)
class World:
    """The reporting country and the country sets."""

    country: str
    sets: Mapping[str, Set[str]]

    def native(self, code: str | None) -> bool | None:
        return None if code is None else code in (self.country, "NAT")

    def in_eu(self, code: str | None) -> bool | None:
        """Whether a country or group lies in the EU; None where that cannot be said."""
        if code == "NAT":
            code = self.country
        if code == "EU27_2020_FOR" or code in self.sets["eu27_2020"] | self.sets["eu_outermost"]:
            return True
        if code == "NEU27_2020_FOR" or code in self.sets["stateless"]:
            return False
        return False if self.continent(code) and code not in self.sets["dissolved"] else None

    def continent(self, code: str | None) -> str | None:
        names = ("europe", "africa", "asia", "america_oceania")
        return next((name for name in names if code in self.sets[name]), None)


def eu_group(world: World, code: str | None) -> str:
    """birth_group and citizen_group: methods/01 section 1."""
    if world.native(code):
        return "NAT"
    return {True: "EU27_2020_FOR", False: "NEU27_2020_FOR", None: UNKNOWN}[world.in_eu(code)]


def born_abroad(world: World, code: str | None) -> str:
    """Eurostat's code list C_BIRTH: NAT, and FOR for every other country, also one that is gone."""
    return UNKNOWN if code is None else "NAT" if world.native(code) else "FOR"


def migration_status(world: World, own: str | None, mother: str | None, father: str | None) -> str:
    """Methods/03 section 3 with its rules for what is unknown."""
    if own is None:
        return UNKNOWN
    if not world.native(own):
        return "FB"
    parents = [world.native(mother), world.native(father)]
    if None not in parents:
        return f"NB{sum(parents)}"
    return "NB01" if False in parents else UNKNOWN


def generation(world: World, own: str | None, mother: str | None, father: str | None) -> str:
    status = migration_status(world, own, mother, father)
    second = dict.fromkeys(("NB1", "NB0", "NB01"), "second")
    return {"FB": "first", "NB2": "none", UNKNOWN: UNKNOWN, **second}[status]


def descent(world: World, own: str | None, mother: str | None, father: str | None) -> str:
    """LFS 2014 module: EU origin with at least one parent born in the EU, the reporting country among it."""
    step = generation(world, own, mother, father)
    if step in (UNKNOWN, "none"):
        return {"none": "NB"}.get(step, UNKNOWN)
    if step == "first":
        return {True: "G1_EU", False: "G1_NEU", None: UNKNOWN}[world.in_eu(own)]
    parents = [bool(world.native(code)) or world.in_eu(code) for code in (mother, father)]
    if True in parents:
        return "G2_EU"
    return UNKNOWN if None in parents else "G2_NEU"


def eu_migration_background(
    world: World,
    citizenship: str | None,
    former: str | None,
    own: str | None,
    mother: str | None,
    father: str | None,
) -> str:
    """Methods/03 section 4; a former citizenship that is unobserved is passed over."""
    citizen = world.in_eu(citizenship)
    if not citizen:
        return UNKNOWN if citizen is None else "TCN"
    born_outside = world.in_eu(own) is False and world.in_eu(former) is not True
    if world.in_eu(former) is False or born_outside or False in (world.in_eu(mother), world.in_eu(father)):
        return "EU_MB"
    known = None not in (world.in_eu(own), world.in_eu(mother), world.in_eu(father))
    return "EU_NMB" if known else UNKNOWN


def origin_country(own: str | None, mother: str | None, father: str | None) -> str | None:
    """CBS 2022, methods/03 section 1 B: the mother's country leads, unless it is NL or unknown."""
    if own is None:
        return None
    if own != "NL":
        return own
    if mother not in (None, "NL"):
        return mother
    return father if father not in (None, "NL") else "NL"


def origin_nl_2022(world: World, own: str | None, mother: str | None, father: str | None) -> str:
    country = origin_country(own, mother, father)
    if country is None:
        return UNKNOWN
    named = {"NL": "NL", "TR": "TR", "MA": "MA", "SR": "SR", "ID": "ID"}
    named |= dict.fromkeys(("AN", "AW", "BQ", "CW", "SX"), "NC")
    continents = {"europe": "EUR", "africa": "AFR", "asia": "ASI", "america_oceania": "AMO"}
    return named.get(country) or continents.get(world.continent(country) or "", UNKNOWN)


def born_in_nl(own: str | None, mother: str | None, father: str | None) -> str:
    """CBS 2022, methods/03 section 1 A, with the house rules for unknown parents."""
    if own is None:
        return UNKNOWN
    if own == "NL":
        abroad = sum(parent not in (None, "NL") for parent in (mother, father))
        return ("1a", "1b", "1c")[abroad]
    if mother is None or father is None:
        return "2u"
    return ("2a", "2b", "2c")[(mother != "NL") + (father != "NL")]


def generation_nl_old(own: str | None, mother: str | None, father: str | None) -> str:
    """CBS until 2022, methods/03 section 2."""
    if own is None:
        return UNKNOWN
    abroad = any(parent not in (None, "NL") for parent in (mother, father))
    if own == "NL":
        return "second" if abroad else "none"
    if abroad or (mother is None and father is None):
        return "first"
    return "none" if (mother, father) == ("NL", "NL") else UNKNOWN


def migration_background_nl(world: World, own: str | None, mother: str | None, father: str | None) -> str:
    step = generation_nl_old(own, mother, father)
    if step in (UNKNOWN, "none"):
        return {"none": "NL"}.get(step, UNKNOWN)
    country = own if step == "first" else origin_country(own, mother, father)
    if country in world.sets["western"]:
        return "W"
    return "NW" if world.continent(country) else UNKNOWN


def duration_of_stay(world: World, own: str | None, years: int | None) -> str:
    """Methods/03 section 6, OECD classes: not applicable for those born in the country, never 0."""
    if own is None:
        return UNKNOWN
    if world.native(own):
        return "_Z"
    if years is None:
        return UNKNOWN
    return "Y_LT5" if years < 5 else "Y5-9" if years < 10 else "Y_GE10"
