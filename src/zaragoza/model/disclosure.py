"""The custodian's protection policy."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from typing import Literal, get_args

SourceKind = Literal["survey", "register"]
Cost = Literal["information", "count", "value", "log"]

Method = Literal["suppression", "cell_key", "rounding"]
METHODS: tuple[Method, ...] = get_args(Method)
PERTURBED_KINDS = ("share", "mean", "total")  # of measures whose numerator is a sum over persons


@dataclass(frozen=True, kw_only=True)
class Noise:
    """Secret parameters of the cell key method, by the letters under which they are known (methods/06 section 4).

    Their own values are for made-up data: who publishes about people sets others.

    Attributes:
        D: the furthest that a count may be moved.
        V: the largest variance of a change.
        js: counts from 1 to this are never shown; they become 0 or more.
        pstay: the least probability of no change.
        mono: whether, up to no change, a smaller loss is at least as likely as a larger one; for all counts, or one by
            one from 1.
        exact: whether the variance is to be reached, not only kept to.
    """

    D: int = field(default=5, repr=False)
    V: float = field(default=3.0, repr=False)
    js: int = field(default=2, repr=False)
    pstay: float = field(default=0.0, repr=False)
    mono: bool | tuple[bool, ...] = field(default=True, repr=False)
    exact: bool = field(default=False, repr=False)

    def monotone(self, count: int) -> bool:
        """Of the row of a count; the last flag holds for all that follow."""
        if isinstance(self.mono, bool):
            return self.mono
        return self.mono[min(count, len(self.mono)) - 1]


@dataclass(frozen=True)
class Policy:
    """What a figure must meet to be shown. Of the rules on contributions no number is ever printed.

    Attributes:
        full_count: whether the source counts everybody (a register). Then chance does not blur the figures, so
            that the rules on errors (`*_cv`, `reliable_count`, `reliable_degrees_of_freedom`) do not hold.
        min_count: smallest unweighted count that may be shown.
        reliable_count: below it (and from min_count) a figure is flagged unreliable (EU-SILC rule: 50).
        numerator_counts: whether the numerator's count and its complement must reach min_count as well
            (registers, where a share is a frequency table); a survey's numerator is covered by `all_but`.
        all_but: a share is hidden when all but at most so many persons are in one class (group disclosure).
        full_share: a group is not broken down where one category holds more than this part of it, or all but at most
            `all_but` persons (1: that alone); None for no such rule.
        by_definition: pairs of columns of which one tells the other for some categories; their full cells are known.
        dominance_share: a sum is hidden when its p% rule fails: total minus the largest and those of the coalition
            is below this part of the largest (methods/06 section 1).
        dominance_prior: to within which part everybody can estimate a contribution beforehand: the (p, q) rule; 1 is
            the p% rule.
        dominance_coalition: how many others put together what they know to estimate the largest; 1 is the p% rule.
        household_counts: whether the people behind a figure, and behind the numerator and the rest of a share, must be
            of at least min_count households too, and a household's amounts count as one contribution (holdings).
        waivers: whether contributions of people who agreed to it (the variable `waiver`) are left out of the largest.
        largest_contributors, largest_share: the (n, k) rule: a sum is hidden when so many of its largest make up more
            than this part of it; None for no such rule.
        unreliable_cv, hidden_cv: coefficient of variation of a level from which it is flagged, and hidden.
        unreliable_missing, hidden_missing: part of the domain without an answer beyond which it is flagged,
            and hidden.
        reliable_degrees_of_freedom: below it a figure is flagged unreliable (methods/05 section 6).
        method: how people are protected: by hiding cells, by noise from cell keys, or by random rounding of counts.
        rounding_base: counts are rounded to multiples of it; public.
        untouched_total: whether perturbation leaves the figures of everybody together as they are; public.
        cost: what secondary suppression loses with a figure: its place in the order of usefulness and the logarithm of
            its n (`information`), one figure (`count`), n (`value`), or the logarithm of n (`log`).
        quasi_identifiers: of a file of records that is handed out, the columns that others may know; sensitive ones are
            those that they may not learn.
        k_anonymity: every combination of quasi-identifiers belongs to at least so many records.
        l_diversity: records that share it have at least so many values of each sensitive column.
    """

    full_count: bool = False
    min_count: int = 20
    reliable_count: int = 50
    numerator_counts: bool = False
    household_counts: bool = False
    waivers: bool = False
    all_but: int = 1
    full_share: float | None = field(default=None, repr=False)
    by_definition: tuple[tuple[str, str], ...] = ()
    dominance_share: float = field(default=0.1, repr=False)
    dominance_prior: float = field(default=1.0, repr=False)
    dominance_coalition: int = field(default=1, repr=False)
    largest_contributors: int = field(default=1, repr=False)
    largest_share: float | None = field(default=None, repr=False)
    unreliable_cv: float = 0.25
    hidden_cv: float = 0.5
    unreliable_missing: float = 0.2
    hidden_missing: float = 0.5
    reliable_degrees_of_freedom: float = 8
    method: Method = "suppression"
    rounding_base: int = 5
    untouched_total: bool = False
    cost: Cost = "information"
    quasi_identifiers: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()
    k_anonymity: int = 3
    l_diversity: int = 2

    @property
    def limits_classes(self) -> bool:
        """Whether a share may be hidden as too few because of those in its numerator, or of the others."""
        return self.numerator_counts or self.all_but >= 0

    @property
    def limits_amounts(self) -> bool:
        """Whether there is a rule on the largest contributions to a sum of amounts."""
        return self.dominance_share > 0 or self.largest_share is not None

    @property
    def contributions_known(self) -> int:
        """How many of the largest contributions to a sum the rules on them look at."""
        return max(
            self.dominance_coalition + 1, 0 if self.largest_share is None else self.largest_contributors
        )


@dataclass(frozen=True, kw_only=True)
class ProtectionDefaults:
    """Limits that hold for sources of one kind where the office says nothing (decision 15); see `Policy`.

    Attributes:
        id: survey or register.
        source: where they come from.
        since: the day from which they are the defaults.
    """

    id: str
    min_count: int
    reliable_count: int
    numerator_counts: bool
    all_but: int
    dominance_share: float
    dominance_prior: float
    unreliable_cv: float
    hidden_cv: float
    unreliable_missing: float
    hidden_missing: float
    reliable_degrees_of_freedom: float
    rounding_base: int
    k_anonymity: int
    l_diversity: int
    source: str
    since: date

    @property
    def policy(self) -> Policy:
        """The policy of these limits."""
        limits = {
            f.name: getattr(self, f.name) for f in fields(self) if f.name in Policy.__dataclass_fields__
        }
        return Policy(full_count=self.id == "register", **limits)
