"""Releases attacked as a reader would: published observations, the public rules, and all that adds up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from zaragoza.model.classification import TOTAL
from zaragoza.model.disclosure import Policy
from zaragoza.model.observation import KEY_FIELDS
from zaragoza.protect.adjusted import told
from zaragoza.protect.amounts import Amounts
from zaragoza.protect.deduce import ROUNDING, tighten, what_is_known
from zaragoza.protect.demand import Demand
from zaragoza.protect.derived import find_parts
from zaragoza.protect.differences import NOT_EXACTLY, WHOLE, perhaps_of_nobody, unsafe_differences
from zaragoza.protect.feasible import Certificate, Means, adds_up, certify
from zaragoza.protect.figures import ABSENT, Bools, Figures, Floats, Ints, read_figures
from zaragoza.protect.lines import connected
from zaragoza.protect.merge import Published, Told, seen, told_by
from zaragoza.protect.quantities import Quantity, kinds_of, published_quantities
from zaragoza.protect.relations import not_refuted, shown_relationships
from zaragoza.protect.relationships import COMPLEMENT, N_HAT, NUMERATOR, N, Relationships
from zaragoza.protect.sums import Sums, sums_of, whole_places

QUANTITIES = ("n", "n_hat", "numerator", "complement")


@dataclass(frozen=True)
class Exposure:
    """Something about few people, or one, that a reader can work out.

    Attributes:
        indicator: its id.
        row: its row in the observations.
        by: n, n_hat, numerator or complement where lines bound that quantity too narrowly; `amount` where a sum is
            bounded more narrowly than its largest contributions ask; `derived` where a shown
            gap, ratio or change gives it away; `adjusted` where it is a part of an adjusted gap that is shown;
            `release` where another release shows it; `difference` where it is what a group has more than one that
            lies in it.
        key: period, place and categories of the figure; of a difference, of the larger group.
        low, high: what is known of the quantity; NaN where the figure itself follows, or they would tell a secret.
        demand: the least width of what may be known; NaN where it may not be known at all, or the width is secret.
    """

    indicator: str
    row: int
    by: str
    key: Mapping[str, str]
    low: float = np.nan
    high: float = np.nan
    demand: float = np.nan

    @property
    def place(self) -> str:
        """The key in words: period, place and the categories that are not totals."""
        period, geo, *categories = self.key.items()
        named = [f"{name} {code}" for name, code in categories if code != TOTAL]
        return ", ".join([period[1], geo[1], *named])


@dataclass(frozen=True)
class Attacked:
    """What an attack found.

    Attributes:
        told: the observations attacked, of all releases together.
        figures: their keys.
        policy: judges what groups have more than others.
        sums: the system.
        by_reasons: its quantities with the bounds that the reasons tell on their own.
        asked: its cells that may not be known.
        demand: how uncertain each of them must stay.
        measured: cells of sums of amounts of which it is known how uncertain they must stay.
        found: what is known of them.
        narrow: cells that are bounded too narrowly, some of them by what the statuses tell on their own.
        open: cells that would be, if anybody is in their difference, which only the data tell.
    """

    told: Told
    figures: Figures
    policy: Policy
    sums: Sums
    by_reasons: Quantity
    asked: Bools
    demand: Demand = field(repr=False)
    measured: Bools
    found: Certificate
    narrow: Bools
    open: Bools

    @cached_property
    def helping(self) -> Bools:
        """Rows of `told` that hide others: equations over hidden quantities tie them to one that may not be known.

        So what narrows them narrows others, for whatever reason they are hidden themselves.
        """
        sums, helping = self.sums, np.zeros(len(self.told.hidden), dtype=np.bool_)
        open_ = sums.hidden & sums.exists
        label = connected(sums.lines.of(open_[sums.lines.cell]), len(open_))
        helping[sums.row[open_ & np.isin(label, label[self.asked])]] = True
        return helping & self.told.hidden

    @cached_property
    def exposures(self) -> tuple[Exposure, ...]:
        """What can be worked out from more than the statuses; nothing, if the observations are safe from that."""
        narrow = self.narrow & (self.sums.difference == ABSENT)
        narrow &= ~_by_statuses(replace(self.sums, quantity=self.by_reasons), self.demand, narrow)
        return (
            *_of_rows(self.told, self.figures, _follows(self.told, self.figures, self.helping)),
            *_of_cells(self, np.flatnonzero(narrow)),
            *_of_differences(self),
        )

    @property
    def certified(self) -> Mapping[str, int]:
        """How many quantities of figures hidden for the sake of people have wide bounds, by what this was shown."""
        return {means.name: self._by(means) for means in (Means.witness, Means.programme)}

    @property
    def contradictions(self) -> int:
        """How many of these lie among numbers that do not add up, so that nothing can be said."""
        return self._by(Means.contradiction)

    @property
    def rounded(self) -> int:
        """How many lie among numbers so large that rounding hides what is asked, so that nothing can be said."""
        return self._by(Means.rounding)

    @property
    def undecided(self) -> int:
        """Of how many groups' differences one class is empty, if anybody is in them, which cannot be seen."""
        return len(np.unique(self.sums.difference[self.open]))

    @cached_property
    def unmeasured(self) -> int:
        """How many hidden sums of amounts have bounds of which nobody can tell here whether they are wide enough.

        How wide they must be follows from the largest contributions. Only without bounds they are wide in any case.
        """
        sums = self.sums
        of_amount = (sums.block == NUMERATOR) & (sums.difference == ABSENT) & self.told.amount[sums.row]
        cells = self.asked & of_amount & ~self.measured & ~self.narrow
        demand = Demand(self.demand.width, sums.quantity.low, sums.quantity.high)
        found = certify(sums.lines, sums.quantity, sums.hidden, demand, cells)
        return int((found.failed & cells).sum())

    def _by(self, means: Means) -> int:
        hidden = self.asked & (self.sums.difference == ABSENT)
        return int((self.found.means[hidden] == means).sum())


def attack(
    releases: Sequence[Published],
    relationships: Relationships | None = None,
    before: Attacked | None = None,
    amounts: Amounts | None = None,
) -> Attacked:
    """Works out what follows from observations about the figures hidden for too few people or dominance.

    Bounds by linear programming, of all lines, quantities and releases together: along the columns, between
    classifications with the same people, between indicators, and of people who are in one group and not in another
    that lies in it. No quantity but a sum of amounts is negative, and a status tells whether n reaches the minimum
    count. Gaps beside a shown level give the other level away, and adjusted gaps are sums over the levels along what
    they hold equal.

    Args:
        releases: the newest first; its policy judges what groups have more than others.
        relationships: what readers of the definitions know beside what the releases show; of more than one release it
            is completed from what is shown.
        before: an attack on the same with fewer figures hidden, if there was one: what it certified need not be again.
        amounts: how uncertain sums of amounts must stay, for whoever knows the contributions; others may not be known
            exactly.
    """
    told_all = told_by([seen(*each) for each in releases])
    indicators = {name: one for _, _, known, *_ in reversed(releases) for name, one in known.items()}
    table, policy = told_all.observations, releases[0][1]
    figures = read_figures(table, told_all.columns)
    kinds = kinds_of(figures, indicators, told_all.binary)
    quantities = published_quantities(table, figures, kinds, (told_all.least, told_all.most))
    known = relationships or Relationships(of_data=False)

    def system(of: Relationships) -> Sums:
        """All that adds up, with what the reasons tell of classes."""
        added = sums_of(
            figures, quantities, told_all.hidden, told_all.nobody, of, indicators, told_all.binary
        )
        return _with_classes(added, figures, told_all.classes, of)

    if not known.of_data or len(releases) > 1:
        from_shown = shown_relationships(
            figures, quantities, told_all.hidden, told_all.nobody, indicators, policy.min_count
        )
        known = known.joined(not_refuted(from_shown, known, lambda of: _adds_up(system(of))))
    by_reasons = system(known)
    sums = _with_small(by_reasons, told_all.small)
    asked = (
        sums.exists
        & sums.hidden
        & ~sums.told
        & ((told_all.sensitive & figures.level)[sums.row] | (sums.difference != ABSENT))
    )
    demand, measured = _demanded(told_all, sums, amounts)
    settled = asked & _settled(told_all, sums, demand, before)
    found = certify(sums.lines, sums.quantity, sums.hidden, demand, asked & ~settled)
    if before is not None and settled.any():
        found = found.where_not(settled, before.found)
    of_differences = unsafe_differences(sums, found, policy)
    of_differences &= ~_one_class_by_definition(by_reasons, demand, of_differences)
    open_ = of_differences & (False if known.of_data else perhaps_of_nobody(sums, of_differences))
    narrow = _narrow(told_all, sums, found, asked, policy) | (of_differences & ~open_)
    return Attacked(
        told_all, figures, policy, sums, by_reasons.quantity, asked, demand, measured, found, narrow, open_
    )


def _adds_up(sums: Sums) -> bool:
    return adds_up(sums.lines, sums.quantity, sums.hidden, _widths(sums), sums.exists)


def _widths(sums: Sums) -> Demand:
    """People may not be known to within one, sums of weights or amounts not exactly."""
    return Demand.of_width(np.where(sums.counted, 1.0, NOT_EXACTLY * sums.quantity.scale))


def _with_classes(sums: Sums, figures: Figures, classes: Floats, known: Relationships) -> Sums:
    """With the least number of persons in numerator and rest that reasons tell, where everybody is counted.

    Of a figure that its own definition tells nothing is known; nor by whoever does not know which these are.
    """
    if known.defined is None:
        return sums
    at = whole_places(figures)
    numbered = zip(figures.indicator.tolist(), figures.coordinate.tolist(), strict=True)
    open_ = np.array([(figures.indicators[i], at[c]) not in known.defined for i, c in numbered], np.bool_)
    of_class = np.isin(sums.block, (NUMERATOR, COMPLEMENT)) & (sums.difference == ABSENT)
    least = np.where(of_class & sums.counted & open_[sums.row], classes[sums.row], 0.0)
    return replace(sums, quantity=replace(sums.quantity, low=np.maximum(sums.quantity.low, least)))


def _with_small(sums: Sums, small: Floats) -> Sums:
    """With what follows where a reason tells that one of three numbers is small, and two of them cannot be.

    Of a share that is hidden for too few the persons are, or those in the numerator, or the others. Where definitions
    tell who is in the class, it is the persons.
    """
    rows = len(small)
    three = np.arange(rows) + rows * np.array([[N], [NUMERATOR], [COMPLEMENT]])
    there = np.isfinite(small) & sums.exists[three].all(axis=0) & sums.counted[three].all(axis=0)
    three, most = three[:, there], np.broadcast_to(small[there], (3, int(there.sum())))
    quantity, more = sums.quantity, three.size > 0
    while more:
        known = tighten(sums.lines, what_is_known(quantity, sums.hidden), ROUNDING * quantity.scale)
        large = (known.low[three] > most - 1 + WHOLE) | sums.told[three]
        third = ~large & (large.sum(axis=0) == 2)
        high = quantity.high.copy()
        high[three[third]] = np.minimum(high[three[third]], most[third] - 1)
        more = bool((high < quantity.high).any())
        quantity = replace(quantity, high=high)
    return replace(sums, quantity=quantity)


def _settled(told_all: Told, sums: Sums, demand: Demand, before: Attacked | None) -> Bools:
    """Cells that an attack before has certified, by tables that agree with what is shown now as well.

    They do where the rows and the system are the same, no more is asked, and all that is known of any cell now was
    known then: a cell that is hidden by now had its shown value in them, which must lie within what its status tells.
    """
    nothing = np.zeros(len(sums.hidden), dtype=np.bool_)
    if before is None or not np.array_equal(told_all.origin, before.told.origin):
        return nothing
    if not sums.same_system(before.sums) or before.demand.laxer(demand).any():
        return nothing
    then, now = (what_is_known(each.quantity, each.hidden) for each in (before.sums, sums))
    if (then.low < now.low).any() or (then.high > now.high).any():
        return nothing
    return np.isin(before.found.means, (Means.witness, Means.programme))


def _demanded(told_all: Told, sums: Sums, amounts: Amounts | None) -> tuple[Demand, Bools]:
    """How wide bounds must be, and of which sums of amounts that is known.

    The bounds of a sum of amounts must hold its protection levels as well.
    """
    demand = _widths(sums)
    measured = np.zeros(len(sums.row), dtype=np.bool_)
    if amounts is not None:
        wanted = told_all.hidden & told_all.sensitive & told_all.amount
        low, high, known = amounts.of(told_all.observations, told_all.columns, wanted)
        cells = np.arange(len(wanted)) + NUMERATOR * len(wanted)
        demand.low[cells], demand.high[cells], measured[cells] = low, high, known
    return demand, measured


def _narrow(told_all: Told, sums: Sums, found: Certificate, asked: Bools, policy: Policy) -> Bools:
    """Figures with narrow bounds.

    How many people there are may be known where they are enough: then something else about them is hidden.
    """
    narrow = found.failed & asked & (sums.difference == ABSENT)
    rows = len(told_all.hidden)
    enough = told_all.least >= policy.min_count
    enough |= narrow[:rows] & (found.reached.low[:rows] > policy.min_count - 1 + WHOLE)
    return np.asarray(narrow & ~(enough[sums.row] & np.isin(sums.block, (N, N_HAT))))


def _by_statuses(sums: Sums, demand: Demand, narrow: Bools) -> Bools:
    """Of these cells, those that the statuses bound too narrowly on their own, as hiding more would not help.

    A total of fewer than 3 persons in two categories that both exist is 1 and 1.
    """
    if not narrow.any():
        return narrow
    nothing = replace(sums.quantity, value=np.full(len(narrow), np.nan))
    return certify(sums.lines, nothing, np.ones(len(narrow), np.bool_), demand, narrow).failed & narrow


def _follows(told_all: Told, figures: Figures, helping: Bools) -> dict[str, Bools]:
    """Figures hidden for people's sake that follow without any sum; along an adjusted gap also those that help them."""
    hidden, parts = told_all.hidden, find_parts(figures)
    derived = np.zeros(len(hidden), dtype=np.bool_)
    derived[parts.level[~hidden[parts.derived]]] = True
    sensitive = told_all.sensitive & figures.level
    adjusted = told(told_all.observations, figures, parts, ~hidden)
    return {
        "derived": derived & hidden & sensitive,
        "adjusted": adjusted & hidden & (sensitive | helping),
        "release": sensitive & ~hidden,
    }


def _of_rows(told_all: Told, figures: Figures, follows: Mapping[str, Bools]) -> list[Exposure]:
    return [
        Exposure(figures.indicators[figures.indicator[row]], int(row), by, _key(told_all, int(row)))
        for by, rows in follows.items()
        for row in np.flatnonzero(rows)
    ]


def _of_cells(attacked: Attacked, cells: Ints, by: str = "") -> list[Exposure]:
    sums, figures, known = attacked.sums, attacked.figures, attacked.found.reached
    asked = attacked.demand.of(cells)
    secret = asked.reaches & Demand.of_width(asked.width).met(known.low[cells], known.high[cells], 0.0)
    width = np.where(secret, np.nan, asked.width)
    return [
        Exposure(
            figures.indicators[figures.indicator[sums.row[cell]]],
            int(sums.row[cell]),
            by or ("amount" if secret[place] else QUANTITIES[sums.block[cell]]),
            _key(attacked.told, int(sums.row[cell])),
            float(known.low[cell]),
            float(known.high[cell]),
            float(width[place]),
        )
        for place, cell in enumerate(cells)
    ]


def _of_differences(attacked: Attacked) -> list[Exposure]:
    difference = attacked.sums.difference
    cells = np.flatnonzero(attacked.narrow & (difference != ABSENT))
    _, first = np.unique(difference[cells], return_index=True)
    return _of_cells(attacked, cells[first], "difference")


def _one_class_by_definition(sums: Sums, demand: Demand, narrow: Bools) -> Bools:
    """Of these cells, classes of differences that need no shown number to be known: what definitions tell is no secret.

    Those born in the country of whom one parent is known have a parent born abroad, where their category says so.
    """
    return _by_statuses(sums, demand, narrow & np.isin(sums.block, (NUMERATOR, COMPLEMENT)))


def _key(told_all: Told, row: int) -> dict[str, str]:
    names = (*KEY_FIELDS[1:], *told_all.columns)
    return {name: str(told_all.observations[name][row].as_py()) for name in names}
