"""Origin groups, citizenship and duration of stay, each against the rules of methods/01 and methods/03."""

from __future__ import annotations

from itertools import product

import pytest

from tests.spec.groups import CATALOGUE, OWN, bound, categories, category, family
from zaragoza.model.classification import UNKNOWN

# methods/03 section 1, test matrix: own, mother, father, country of origin, class; None is U
MATRIX = [
    ("NL", "NL", "NL", "NL", "1a", "NL", "none"),
    ("NL", "NL", "MA", "MA", "1b", "NW", "second"),
    ("NL", "NL", "TR", "TR", "1b", "NW", "second"),
    ("NL", "MA", "NL", "MA", "1b", "NW", "second"),
    ("NL", "MA", "TR", "MA", "1c", "NW", "second"),
    ("NL", None, "SR", "SR", "1b", "NW", "second"),
    ("SR", "NL", "NL", "SR", "2a", "NL", "none"),
    ("SR", "SR", "NL", "SR", "2b", "NW", "first"),
    ("DE", "TR", "TR", "EUR", "2c", "W", "first"),
    ("NL", None, None, "NL", "1a", "NL", "none"),
]


class TestDutchOrigin:
    @pytest.mark.parametrize(
        ("name", "column"),
        [("origin_nl_2022", 3), ("born_in_nl", 4), ("migration_background_nl", 5), ("generation_nl_old", 6)],
    )
    def test_matrix(self, name, column):
        found = categories(bound(name), *(family(*row[:3]) for row in MATRIX))
        assert dict(zip(MATRIX, found, strict=True)) == {row: row[column] for row in MATRIX}

    def test_only_row_2a_changes_membership_in_2022(self):
        """Methods/03 section 2: the bridge between the two groupings."""
        people = [family(*codes) for codes in product(("NL", "DE", "TR"), repeat=3)]
        now = categories(bound("origin_nl_2022"), *people)
        before = categories(bound("migration_background_nl"), *people)
        born = categories(bound("born_in_nl"), *people)
        changed = {c for n, b, c in zip(now, before, born, strict=True) if (n == "NL") != (b == "NL")}
        assert changed == {"2a"}

    @pytest.mark.parametrize("place", ["own", "mother", "father"])
    def test_hierarchy_of_countries(self, place):
        """CBS, Herkomstland: own country, or the mother's, or the father's for whoever was born in NL."""
        groups = {
            "EUR": ("BE", "UK", "RU", "CY", "XK", "SU"), "TR": ("TR",), "MA": ("MA",), "SR": ("SR",), "ID": ("ID",),
            "NC": ("AW", "CW", "SX", "BQ", "AN"), "AFR": ("DZ", "EG"), "ASI": ("SY", "JP"),
            "AMO": ("US", "AU", "BR"), UNKNOWN: ("QQ",),
        }  # fmt: skip
        expected = {code: group for group, codes in groups.items() for code in codes}
        people = {
            "own": [family(code, "NL", "NL") for code in expected],
            "mother": [family("NL", code, "PL") for code in expected],
            "father": [family("NL", None, code) for code in expected],
        }[place]
        found = categories(bound("origin_nl_2022"), *people)
        assert dict(zip(expected, found, strict=True)) == expected

    def test_own_country_that_is_unknown_is_not_taken_from_the_parents(self):
        for name in ("origin_nl_2022", "born_in_nl", "migration_background_nl", "generation_nl_old"):
            assert category(name, **family(None, "TR", "TR")) == UNKNOWN
            assert category(name, **family(None, "NL", "NL")) == UNKNOWN

    def test_one_parent_unknown(self):
        """House rules of methods/03 section 1: no evidence of birth abroad is 1a, one parent abroad is 1b."""
        assert category("born_in_nl", **family("NL", "NL", None)) == "1a"
        assert category("born_in_nl", **family("NL", "TR", None)) == "1b"
        assert category("parents_known", **family("NL", "TR", None)) == "one"
        assert category("parents_known", **family("NL", None, None)) == "neither"
        assert category("parents_known", **family("NL", "NL", "NL")) == "both"

    def test_migrant_with_an_unknown_parent_stays_a_migrant(self):
        assert category("born_in_nl", **family("SY", None, None)) == "2u"
        assert category("born_in_nl", **family("SY", "NL", None)) == "2u"
        assert category("migration_background_nl", **family("SY", None, None)) == "NW"
        assert category("migration_background_nl", **family("SY", "NL", None)) == UNKNOWN

    def test_western_and_non_western(self):
        """Methods/03 section 2."""
        groups = {"W": ("DE", "US", "AU", "ID", "JP"), "NW": ("TR", "CN", "AW", "MX")}
        expected = {code: group for group, codes in groups.items() for code in codes}
        for people in ([family(c, c, c) for c in expected], [family("NL", c, "NL") for c in expected]):
            found = categories(bound("migration_background_nl"), *people)
            assert dict(zip(expected, found, strict=True)) == expected

    def test_seen_from_the_netherlands_in_every_monitor(self):
        assert category("origin_nl_2022", "DE", **family("DE", "DE", "DE")) == "EUR"


class TestBirthAndCitizenship:
    @pytest.mark.parametrize(
        ("name", "variable"), [("birth_group", "birth_country"), ("citizen_group", "citizenship")]
    )
    def test_by_country(self, name, variable):
        """Methods/01 section 1; the United Kingdom is outside the EU in codes of 2020."""
        groups = {
            "NAT": ("NL",), "EU27_2020_FOR": ("DE", "MQ"), "NEU27_2020_FOR": ("UK", "AW", "NO", "TR"),
            UNKNOWN: ("SU", "YU", "QQ", None),
        }  # fmt: skip
        expected = {code: group for group, codes in groups.items() for code in codes}
        found = categories(bound(name), *({variable: code} for code in expected))
        assert dict(zip(expected, found, strict=True)) == expected

    @pytest.mark.parametrize(
        ("name", "variable"), [("birth_group", "birth_country"), ("citizen_group", "citizenship")]
    )
    def test_files_that_hold_groups_only(self, name, variable):
        codes = ["NAT", "EU27_2020_FOR", "NEU27_2020_FOR"]
        assert categories(bound(name), *({f"{variable}_group": code} for code in codes)) == codes

    def test_abroad_is_every_other_country(self):
        """Eurostat C_BIRTH has NAT and FOR; a country that is gone cannot be placed in the EU, but is abroad."""
        expected = {"NL": "NAT", "DE": "FOR", "UK": "FOR", "SU": "FOR", "QQ": "FOR", None: UNKNOWN}
        found = categories(bound("born_abroad"), *({"birth_country": code} for code in expected))
        assert dict(zip(expected, found, strict=True)) == expected

    def test_the_country_goes_before_the_group(self):
        assert category("birth_group", birth_country="TR", birth_country_group="NAT") == "NEU27_2020_FOR"

    def test_the_reporting_country_decides_who_is_native(self):
        assert category("birth_group", "DE", birth_country="NL") == "EU27_2020_FOR"
        assert category("birth_group", "CH", birth_country="CH") == "NAT"

    def test_stateless_people_are_third_country_nationals(self):
        assert category("citizen_group", citizenship="STLS") == "NEU27_2020_FOR"
        assert category("birth_group", birth_country="STLS") == UNKNOWN


# Methods/03 section 3: native-born by the number of native-born parents; rules for unknown parents
STATUS = [
    ("NL", "NL", "NL", "NB2", "none", "NB"),
    ("NL", "NL", "TR", "NB1", "second", "G2_EU"),  # a parent born in the reporting country is EU origin
    ("NL", "DE", "NL", "NB1", "second", "G2_EU"),
    ("NL", "TR", "MA", "NB0", "second", "G2_NEU"),
    ("NL", "TR", "DE", "NB0", "second", "G2_EU"),
    ("TR", "NL", "NL", "FB", "first", "G1_NEU"),  # foreign-born whatever the parents
    ("DE", None, None, "FB", "first", "G1_EU"),
    ("NL", "NL", None, "_U", "_U", "_U"),  # known parent is native: unknown, not NB2
    ("NL", None, None, "_U", "_U", "_U"),
    ("NL", "TR", None, "NB01", "second", "_U"),  # known parent is foreign: at least one
    ("NL", None, "DE", "NB01", "second", "G2_EU"),
    (None, "NL", "NL", "_U", "_U", "_U"),
    (None, "TR", "TR", "_U", "_U", "_U"),
]


class TestMigrationStatus:
    @pytest.mark.parametrize(("name", "column"), [("migration_status", 3), ("generation", 4), ("descent", 5)])
    def test_by_country(self, name, column):
        found = categories(bound(name), *(family(*row[:3]) for row in STATUS))
        assert dict(zip(STATUS, found, strict=True)) == {row: row[column] for row in STATUS}

    @pytest.mark.parametrize(("name", "column"), [("migration_status", 3), ("generation", 4), ("descent", 5)])
    def test_by_group(self, name, column):
        groups = {
            "NL": "NAT",
            "DE": "EU27_2020_FOR",
            "TR": "NEU27_2020_FOR",
            "MA": "NEU27_2020_FOR",
            None: None,
        }
        people = [
            {f"{v}_group": groups[code] for v, code in zip(OWN, row[:3], strict=True)} for row in STATUS
        ]
        found = categories(bound(name), *people)
        assert dict(zip(STATUS, found, strict=True)) == {row: row[column] for row in STATUS}

    def test_no_mother_first_rule(self):
        """Unlike CBS, Eurostat does not ask which parent was born abroad."""
        people = [family("NL", "TR", "NL"), family("NL", "NL", "TR")]
        assert categories(bound("migration_status"), *people) == ["NB1", "NB1"]


EU_MB = [
    # citizenship, former citizenship, own, mother, father
    ("TR", None, "TR", "TR", "TR", "TCN"),
    ("STLS", None, "NL", "NL", "NL", "TCN"),
    ("NL", None, "NL", "NL", "NL", "EU_NMB"),
    ("DE", None, "NL", "PL", "NL", "EU_NMB"),  # no link with a country outside the EU
    ("NL", "TR", "NL", "NL", "NL", "EU_MB"),  # former non-EU citizenship
    ("NL", None, "TR", "NL", "NL", "EU_MB"),  # born outside the EU, former citizenship unobserved
    ("NL", "DE", "US", "NL", "NL", "EU_NMB"),  # born outside the EU as an EU citizen
    ("NL", None, "NL", "MA", "NL", "EU_MB"),  # a parent born outside the EU
    ("NL", None, "NL", None, "MA", "EU_MB"),
    ("NL", None, "NL", None, "NL", "_U"),
    ("NL", None, None, "NL", "NL", "_U"),
    ("NL", None, "SU", "NL", "NL", "_U"),
    (None, "TR", "TR", "TR", "TR", "_U"),
]


class TestEuMigrationBackground:
    def test_rule_of_the_action_plan(self):
        """Methods/03 section 4."""
        people = [{"citizenship": row[0], "former_citizenship": row[1], **family(*row[2:5])} for row in EU_MB]
        found = categories(bound("eu_migration_background"), *people)
        assert dict(zip(EU_MB, found, strict=True)) == {row: row[5] for row in EU_MB}

    def test_nationals_of_a_country_outside_the_eu_are_third_country_nationals(self):
        groups = {"citizenship_group": "NAT", "birth_country_group": "NAT"}
        assert category("eu_migration_background", "CH", **groups) == "TCN"
        assert category("eu_migration_background", "NL", **groups) == UNKNOWN  # parents unknown


YEARS = (0, 4, 5, 6, 9, 10, 11, None)


class TestDurationOfStay:
    @pytest.mark.parametrize(
        ("name", "classes"),
        [
            ("duration_of_stay", ["Y_LT5"] * 2 + ["Y5-9"] * 3 + ["Y_GE10"] * 2 + [UNKNOWN]),
            ("duration_of_stay_module", ["Y_LE5"] * 3 + ["Y6-10"] * 3 + ["Y_GE11"] + [UNKNOWN]),
        ],
    )
    def test_classes(self, name, classes):
        """Methods/03 section 6: completed years of those born abroad."""
        for born in ({"birth_country": "TR"}, {"birth_country_group": "NEU27_2020_FOR"}):
            assert categories(bound(name), *({**born, "years_of_stay": years} for years in YEARS)) == classes

    def test_does_not_apply_to_those_born_in_the_country(self):
        """Never 0, whatever the file says."""
        people = [{"birth_country": "NL", "years_of_stay": years} for years in YEARS]
        assert set(categories(bound("duration_of_stay"), *people)) == {"_Z"}
        assert CATALOGUE.classifications["duration_of_stay"].label("_Z").nl == "In het land zelf geboren"

    def test_is_unknown_when_the_country_of_birth_is(self):
        assert category("duration_of_stay", years_of_stay=3) == UNKNOWN
