"""The published European figures on which the made-up country is shaped, each with its source.

The year is 2019, the last one for which most figures by country of birth are at hand (later years moved by a point or
two). A `published` figure stands in the named source; a `derived` one follows from published figures; an `assumed` one
has no published figure at hand and is plausible only. Values are proportions; EU27 unless said otherwise.

JAF is the Joint Assessment Framework of the European Commission (Eurostat's figures, geo EU27_2020, as stored on
3 June 2025), with the key of its indicator.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Basis = Literal["published", "derived", "assumed"]


@dataclass(frozen=True)
class Target:
    """One figure that the made-up country should come near.

    Attributes:
        measure: what is measured, e.g. `employment_rate`.
        group: category of `axis` (NAT, EU27_2020_FOR, NEU27_2020_FOR, or FOR for both of the last), `_T` for all.
        sex: F, M or `_T`.
        ages: lowest and highest age, both included.
        value: proportion; for `income_ratio` the median of the group over that of NAT.
        tolerance: how far the model may lie from it; the chance in one country comes on top.
        basis: whether the figure is published, derived or assumed.
        source: where it was read, or how it was derived.
        axis: birth or citizenship.
    """

    measure: str
    group: str
    sex: str
    ages: tuple[int, int]
    value: float
    tolerance: float
    basis: Basis
    source: str
    axis: Literal["birth", "citizenship"] = "birth"

    @property
    def id(self) -> str:
        """Measure, axis where it is citizenship, group, sex and ages in one word."""
        axis = "" if self.axis == "birth" else ".citizenship"
        return f"{self.measure}{axis}.{self.group}.{self.sex}.{self.ages[0]}-{self.ages[1]}"

    @property
    def jaf_key(self) -> str | None:
        """Key in the Joint Assessment Framework of a figure taken from it unchanged."""
        key = self.source.removeprefix("JAF ")
        return (
            key if self.basis == "published" and self.source.startswith("JAF ") and " " not in key else None
        )


_NAT, _EU, _NEU, _FOR, _T = "NAT", "EU27_2020_FOR", "NEU27_2020_FOR", "FOR", "_T"
_ALL, _GROWN, _WORKING, _ACTIVE, _YOUNG, _SCHOOLED = (
    (0, 120),
    (18, 120),
    (20, 64),
    (15, 74),
    (18, 24),
    (25, 64),
)
_STATUS = "Eurostat, foreign-born people and their descendants, 2021"
_BIRTH = "Eurostat lfsa_urgacob, EU28, 15-64"
_OECD = "OECD/EU, Settling In 2023"
_LESS = "less the migrants' part"
_CTZ: Final = "citizenship"

# fmt: off
TARGETS: Final[tuple[Target, ...]] = (
    Target("share", _NEU, _T, _ALL, 0.080, 0.010, "published", "COM(2020) 758, section 1"),
    Target("share", _NEU, _T, _ALL, 0.047, 0.010, "published", "COM(2020) 609, section 1", _CTZ),
    Target("share", _FOR, _T, _ACTIVE, 0.130, 0.012, "published", _STATUS),
    Target("one_parent_abroad", _T, _T, _ACTIVE, 0.041, 0.008, "published", _STATUS),
    Target("two_parents_abroad", _T, _T, _ACTIVE, 0.029, 0.008, "published", _STATUS),
    Target("employment_rate", _NAT, "F", _WORKING, 0.686, 0.006, "derived", f"all women 67.1 (JAF PA1.S1.F) {_LESS}"),
    Target("employment_rate", _NAT, "M", _WORKING, 0.790, 0.006, "derived", f"all men 78.4 (JAF PA1.S1.M) {_LESS}"),
    Target("employment_rate", _EU, "F", _WORKING, 0.700, 0.010, "derived",
           "EU citizens 75.5 (sdg_08_30a), women to men as in lfsa_argacob, EU28"),
    Target("employment_rate", _EU, "M", _WORKING, 0.815, 0.010, "derived",
           "EU citizens 75.5 (sdg_08_30a), women to men as in lfsa_argacob, EU28"),
    Target("employment_rate", _NEU, "F", _WORKING, 0.549, 0.010, "published", "JAF PA1d.C1.F"),
    Target("employment_rate", _NEU, "M", _WORKING, 0.745, 0.010, "published", "JAF PA1d.C1.M"),
    Target("employment_rate", _NEU, _T, _WORKING, 0.644, 0.012, "published", "JAF PA1d.C1.T"),
    Target("employment_rate", _T, _T, _WORKING, 0.727, 0.012, "published", "JAF PA1.O1."),
    Target("employment_rate", _T, _T, (55, 64), 0.586, 0.035, "published", "JAF PA1c.O1."),
    Target("employment_rate", _NAT, _T, _WORKING, 0.738, 0.012, "published", "Eurostat sdg_08_30a", _CTZ),
    Target("employment_rate", _NEU, _T, _WORKING, 0.600, 0.030, "published", "Eurostat sdg_08_30a", _CTZ),
    Target("employment_rate_low", _T, _T, _WORKING, 0.551, 0.040, "published", "JAF PA1.S5."),
    Target("employment_rate_high", _T, _T, _WORKING, 0.848, 0.020, "published", "JAF PA1.C2.high.T"),
    Target("unemployment_rate", _NAT, "F", _ACTIVE, 0.060, 0.006, "published", _BIRTH),
    Target("unemployment_rate", _NAT, "M", _ACTIVE, 0.058, 0.006, "published", _BIRTH),
    Target("unemployment_rate", _EU, "F", _ACTIVE, 0.074, 0.008, "published", _BIRTH),
    Target("unemployment_rate", _EU, "M", _ACTIVE, 0.058, 0.008, "published", _BIRTH),
    Target("unemployment_rate", _NEU, "F", _ACTIVE, 0.126, 0.008, "published", _BIRTH),
    Target("unemployment_rate", _NEU, "M", _ACTIVE, 0.105, 0.008, "published", _BIRTH),
    Target("unemployment_rate", _T, _T, _ACTIVE, 0.068, 0.008, "published", "JAF PA1.C3.15-74.T"),
    Target("long_term_unemployed", _T, _T, _ACTIVE, 0.393, 0.030, "published", "JAF PA2b.S8."),
    Target("part_time", _T, "F", (15, 64), 0.315, 0.010, "published", "JAF PA5.C5.F"),
    Target("part_time", _T, "M", (15, 64), 0.089, 0.010, "published", "JAF PA5.C5.M"),
    Target("temporary", _T, _T, (15, 64), 0.150, 0.010, "published", "JAF PA2a.S3."),
    Target("self_employed", _T, _T, (15, 64), 0.134, 0.010, "published", "JAF PA6a.S6."),
    Target("newly_employed", _T, _T, (15, 120), 0.146, 0.020, "published", "JAF PA2b.O1."),
    Target("over_qualification", _NAT, "F", _WORKING, 0.211, 0.008, "published", "COM(2020) 758, footnote 26"),
    Target("over_qualification", _NAT, "M", _WORKING, 0.200, 0.008, "assumed", "just below the women's 21.1"),
    Target("over_qualification", _EU, "F", _WORKING, 0.325, 0.015, "assumed", "between native-born and non-EU-born"),
    Target("over_qualification", _EU, "M", _WORKING, 0.295, 0.015, "assumed", "between native-born and non-EU-born"),
    Target("over_qualification", _NEU, "F", _WORKING, 0.407, 0.012, "published", "COM(2020) 758, footnote 26"),
    Target("over_qualification", _NEU, "M", _WORKING, 0.366, 0.012, "derived", "both sexes 38.6 less the women's part"),
    Target("over_qualification", _NEU, _T, _WORKING, 0.386, 0.015, "published", "COM(2020) 758, footnote 8"),
    Target("neet", _NAT, "F", _YOUNG, 0.128, 0.010, "derived", "both sexes 12.5, women above men"),
    Target("neet", _NAT, "M", _YOUNG, 0.122, 0.010, "derived", "both sexes 12.5, women above men"),
    Target("neet", _NAT, _T, _YOUNG, 0.125, 0.010, "published", "COM(2020) 758, section 2"),
    Target("neet", _EU, "F", _YOUNG, 0.200, 0.015, "assumed", "between native-born and non-EU-born"),
    Target("neet", _EU, "M", _YOUNG, 0.160, 0.015, "assumed", "between native-born and non-EU-born"),
    Target("neet", _NEU, "F", _YOUNG, 0.259, 0.015, "published", "COM(2020) 758, section 2"),
    Target("neet", _NEU, "M", _YOUNG, 0.161, 0.015, "derived", "both sexes 21.0 less the women's part"),
    Target("neet", _NEU, _T, _YOUNG, 0.210, 0.015, "published", "COM(2020) 758, section 2"),
    Target("early_leavers", _NAT, _T, _YOUNG, 0.089, 0.008, "published", "JAF PA9.1.C1.06SAME"),
    Target("early_leavers", _EU, _T, _YOUNG, 0.213, 0.015, "published", "JAF PA9.1.C1.07OTHEREU27_2020"),
    Target("early_leavers", _NEU, _T, _YOUNG, 0.223, 0.015, "published", "JAF PA9.1.C1.08OUTEU27_2020"),
    Target("tertiary", _NAT, _T, _SCHOOLED, 0.323, 0.010, "derived", f"all 31.7 (JAF PA8.1.S1.HIGH) {_LESS}"),
    Target("tertiary", _EU, _T, _SCHOOLED, 0.320, 0.012, "assumed", "near the total"),
    Target("tertiary", _NEU, _T, _SCHOOLED, 0.268, 0.012, "published", "COM(2020) 758, footnote 7"),
    Target("tertiary", _T, _T, _SCHOOLED, 0.317, 0.012, "published", "JAF PA8.1.S1.HIGH"),
    Target("tertiary", _T, _T, (30, 34), 0.404, 0.030, "published", "JAF PA9.2.O1."),
    Target("low_education", _NAT, _T, _SCHOOLED, 0.197, 0.010, "derived", f"all 21.5 {_LESS}"),
    Target("low_education", _EU, _T, _SCHOOLED, 0.240, 0.012, "assumed", "between native-born and non-EU-born"),
    Target("low_education", _NEU, _T, _SCHOOLED, 0.360, 0.012, "assumed",
           "nearly a fifth have at most primary education (COM(2020) 758)"),
    Target("low_education", _T, _T, _SCHOOLED, 0.215, 0.012, "derived", "100 less 78.5 (JAF PA8.1.O1.)"),
    Target("learning", _T, _T, _SCHOOLED, 0.108, 0.012, "published", "JAF PA8.2.O1."),
    Target("poverty", _T, _T, _ALL, 0.165, 0.015, "published", "JAF PA11.S1."),
    Target("poverty", _FOR, _T, _ALL, 0.260, 0.040, "published", _OECD),
    Target("income_ratio", _NEU, _T, _GROWN, 0.735, 0.060, "derived", "13 056 to 17 775 EUR (Eurostat ilc_di15)", _CTZ),
    Target("income_ratio", _EU, _T, _GROWN, 0.870, 0.070, "derived",
           "21 928 to 25 206 EUR, Belgium (Eurostat ilc_di15): the one for EU27 mixes rich and poor countries", _CTZ),
    Target("deprivation", _T, _T, _GROWN, 0.124, 0.020, "derived",
           "18-64 12.4 (JAF PA11b.S12.), 65+ 12.4 (PA11c.S9.T)"),
    Target("severe_deprivation", _T, _T, _GROWN, 0.065, 0.012, "derived",
           "18-64 6.5 (JAF PA11b.S2.), 65+ 6.5 (PA11c.S2.T)"),
    Target("low_work_intensity", _T, _T, (0, 64), 0.080, 0.020, "published", "JAF PA11.S3.T"),
    Target("poverty_or_exclusion", _NEU, _T, _GROWN, 0.382, 0.050, "published", "JAF PA11f2.O1."),
    Target("poverty_or_exclusion", _T, _T, _ALL, 0.211, 0.030, "published", "JAF PA11.O1."),
    Target("cost_overburden", _T, _T, _ALL, 0.094, 0.020, "published", "JAF PA11.S14."),
    Target("overcrowded", _NAT, _T, _ALL, 0.100, 0.015, "derived", f"{_OECD}: migrants 70 % above the native-born"),
    Target("overcrowded", _FOR, _T, _ALL, 0.170, 0.025, "published", f"{_OECD}: more than one in six"),
    Target("owners", _NAT, _T, _GROWN, 0.730, 0.030, "assumed", "no figure by birth at hand"),
    Target("owners", _FOR, _T, _GROWN, 0.420, 0.040, "assumed", "no figure by birth at hand"),
    Target("good_health", _T, _T, (55, 64), 0.593, 0.012, "published", "JAF PA1c.C6.good"),
    Target("unmet_need", _T, _T, (16, 120), 0.030, 0.004, "published", "JAF PA11.C11.T"),
    Target("lacks_computer", _NAT, _T, (16, 120), 0.031, 0.008, "published", "COM(2020) 758, footnote 60"),
    Target("lacks_computer", _NEU, _T, (16, 120), 0.081, 0.015, "published", "COM(2020) 758, footnote 60"),
    Target("not_informed", _T, _T, (16, 120), 0.610, 0.015, "published", "COM(2020) 758, footnote 57"),
)
# fmt: on

_BY_ID: Final = {target.id: target for target in TARGETS}


def wanted(measure: str, group: str, sex: str, ages: tuple[int, int]) -> float:
    """The value of a target by country of birth; KeyError where none is listed."""
    return _BY_ID[f"{measure}.{group}.{sex}.{ages[0]}-{ages[1]}"].value
