"""The shape of estimates: what `compute` hands to `protect`, and the API to its user."""

from __future__ import annotations

# Arrow types by name, so that the nouns need no table library. Units: proportions (0-1) for shares, the variable's
# own unit for means and totals; gaps are group minus reference (decision 1).
ESTIMATE_FIELDS: tuple[tuple[str, str], ...] = (
    ("statistic", "string"),
    ("reference", "string"),
    ("value", "float64"),
    ("standard_error", "float64"),
    ("degrees_of_freedom", "float64"),
    ("domain_degrees_of_freedom", "float64"),
    ("ci_low", "float64"),
    ("ci_high", "float64"),
    ("n", "int64"),
    ("n_hat", "float64"),
    ("design_effect", "float64"),
    ("reason", "string"),
)
# Evidence that protection needs and nobody else may see: unweighted rows of the domain (answered or not), unweighted
# rows in the numerator (or below the threshold or quantile), weighted numerator and denominator, the largest single
# contributions from the largest down, as many as the policy looks at, and the weighted sum of all without their signs.
# Where households count as well as persons: how many have people in the domain, in the numerator, and beside it;
# contributions are then those of households. Where the policy perturbs: sums of record keys of those that count and of
# those that add to the numerator, modulo KEY_RANGE, and how many the latter are. NULL otherwise.
EVIDENCE_FIELDS: tuple[tuple[str, str], ...] = (
    ("n_domain", "int64"),
    ("n_numerator", "int64"),
    ("numerator", "float64"),
    ("denominator", "float64"),
    ("largest", "list<double>"),
    ("contributions", "float64"),
    ("households", "int64"),
    ("households_numerator", "int64"),
    ("households_others", "int64"),
    ("key", "int64"),
    ("key_numerator", "int64"),
    ("contributors", "int64"),
)
HOUSEHOLD, WAIVER = "household", "waiver"  # columns of persons
RECORD_KEY = "record_key"  # column of persons, in [0, 1)
KEY_RANGE = 2**32  # keys are whole numbers below it

LEVEL, GAP, RATIO, DIFFERENCE = "level", "gap", "ratio", "difference"
CHANGE, AVERAGE = "change", "average"
# Of a release: with the characteristics of a set held equal, what remains of a difference, what goes with them, and,
# in three parts, what goes with both at once. The
# column `adjustment` names the set, NULL for raw figures; it stands beside the estimates shape.
ADJUSTED_GAP, EXPLAINED, INTERACTION = "adjusted_gap", "explained", "interaction"
ADJUSTMENT = "adjustment"
# Of the explained part, the characteristic whose contribution a row is; NULL for whole parts and all others.
DETAIL = "detail"
# What the reader of an adjusted figure needs beside it, NULL for others: the verdict on an adjusted gap, the part of
# the standard or target population of whom both sides have people alike, and Kish's effective number of persons.
COMPARABILITY_FIELDS: tuple[tuple[str, str], ...] = (
    ("verdict", "string"),
    ("coverage", "float64"),
    ("effective_n", "float64"),
)
# Evidence for protection: persons, unweighted, of the standard or target population beyond the coverage.
UNCOVERED = "n_uncovered"
BREAK_IN_SERIES = "break_in_series"  # the years are not comparable; the value is given all the same
NOT_ESTIMABLE = "not_estimable"  # answers in one primary unit or from one row, or no variance (decision 8)
NO_INTERVAL = "no_interval"  # a standard error, but no interval: no degrees of freedom, or a share of 0 or 1
NO_MEMBERS = "no_members"  # nobody in the domain answered
