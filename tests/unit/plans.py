"""Entries of plans of an office, for tests."""

from __future__ import annotations

COMMITMENT = """
CITY-WORK-01:
  plan: NLF
  area: employment
  kind: commitment
  title: {en: More work, nl: Meer werk}
  summary: {en: More people work., nl: Meer mensen werken.}
  owners: [member_states]
  deadline: {words: {en: end of 2027, nl: eind 2027}, precision: period_end, on: 2027-12-31}
  funds: [FUND-CITY]
  groups: [migrants]
  objectives: [AP21-EMP-OBJ-03]
  indicators: [IND-EMP-RATE]
  source: {document: NLF, section: "1", find: some words}
"""
FUND = """
FUND-CITY:
  title: {en: Fund of the city, nl: Fonds van de stad}
  kind: {en: fund of a city, nl: fonds van een stad}
  role: direct
  uses:
    - area: employment
      what: {en: Courses., nl: Cursussen.}
      source: {document: NLF, section: "1", find: other words}
"""
PRACTICE = """
PRAC-CITY:
  area: employment
  geo: NL
  title: {en: Coaches, nl: Coaches voor werk}
  summary: {en: A coach for each., nl: Voor elk een coach.}
  grade: described
  commitments: [CITY-WORK-01]
  source: {document: NLF, section: "1", find: third words}
"""
