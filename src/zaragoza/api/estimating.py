"""Levels of measures in domains, and gaps between groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa

from zaragoza.api.adjusting import OF_CATEGORIES, refuse_adjustment, refuse_infinite
from zaragoza.api.call import Call
from zaragoza.api.data import fault, names, opened
from zaragoza.compute.adjust.estimate import ADJUSTED_FIELDS, estimate_adjusted, estimate_disproportionality
from zaragoza.compute.adjust.methods import RATIOS
from zaragoza.compute.estimates import Options
from zaragoza.engine import Engine
from zaragoza.errors import DefinitionError
from zaragoza.model.adjustment import CAVEAT, MARGIN, Adjustment, AdjustmentMethod
from zaragoza.model.design import Design, Interval, LonelyPsu, Replicates
from zaragoza.model.estimate import ESTIMATE_FIELDS
from zaragoza.model.indicator import Measure
from zaragoza.model.text import LANGUAGES


def estimate(
    data: object,
    measures: Mapping[str, Measure],
    *,
    by: str | Iterable[str] = (),
    population: str | None = None,
    design: Design | Replicates | None = None,
    confidence: float = 0.95,
    interval: Interval = "t",
    lonely_psu: LonelyPsu = "error",
    engine: Engine | None = None,
) -> pa.Table:
    """Estimates measures in domains, with design-based errors (Taylor linearisation, or replicate weights).

    Args:
        data: path of a Parquet or CSV file, a DuckDB relation, or an Arrow, Polars or pandas table; a row a person.
        measures: name -> share(...), mean(...), ratio(...), total(...), quantile(...) or another measure.
        by: columns that make the domains; NULL is the category `_U`.
        population: SQL condition of the rows that count; the others stay in the design.
        design: columns of weight, stratum, sampling units, population sizes; or replicate weights. None: weight 1,
            every row drawn by itself.
        confidence: of the intervals.
        interval: of shares: `t`, `t_domain` (degrees of freedom of the domain), `logit`, `wilson`, `korn_graubard`.
            Quantiles have their own argument; other measures have t intervals.
        lonely_psu: what a stratum with one sampling unit does: `error`, `adjust`, `average`, `certainty`, `remove`;
            `adjust_domains` and `average_domains` also where only the domain has one unit in a stratum.
        engine: an open engine to work with; by default one on all cores.

    Returns:
        An Arrow table, one row per measure and domain: measure, the columns of `by`, statistic, reference, value,
        standard_error, degrees_of_freedom, domain_degrees_of_freedom, ci_low, ci_high, n, n_hat, design_effect, reason.
        Shares are proportions. A standard error that cannot be estimated is NULL with the reason `not_estimable`.

    Raises:
        DefinitionError: an expression, a column or an option is wrong; all faults are reported.
        DesignError: the design does not fit the data.
        InputError: the data cannot be read.
    """
    columns = names(by)
    call = Call(measures, columns, population, design or Design(), Options(confidence, interval, lonely_psu))
    with opened(engine) as running:
        sample = call.read(running, data)
    return stack(sample.levels(call.options), columns)


def gaps(
    data: object,
    measures: Mapping[str, Measure],
    *,
    group: str,
    reference: str,
    by: str | Iterable[str] = (),
    adjust_for: str | Iterable[str] = (),
    method: AdjustmentMethod = "standardise",
    margin: float | None = None,
    population: str | None = None,
    design: Design | Replicates | None = None,
    confidence: float = 0.95,
    lonely_psu: LonelyPsu = "error",
    engine: Engine | None = None,
    **options: object,
) -> pa.Table:
    """Gaps of every group to the reference group, with the covariance of the two; adjusted ones where asked.

    Args:
        data: as in `estimate`, like `measures`, `population`, `design`, `confidence`, `lonely_psu` and `engine`.
        measures: name -> measure; shares and means where gaps are adjusted.
        group: column of the groups.
        reference: code of the reference group in that column.
        by: other columns, held equal between group and reference.
        adjust_for: columns in which the two are made comparable, the one that matters most first. For `standardise`,
            `indirect` and `kitagawa` they are categories; for the other methods columns of numbers are numbers.
        method: `standardise` (directly; `standard="pooled"`, `"reference"`, `"group"`, `"mean"` or given shares),
            `indirect`, `g-computation` (`target="all"`, `"group"`, `"reference"`; `interactions=[...]`), `entropy`
            balancing and inverse probability `weighting` (`target=`), `matching` (samples without weights, strata and
            clusters), `kitagawa` (`parts=2` or `3`), `oaxaca` (`coefficients="pooled"`, `"neumark"`, `"reference"`,
            `"group"`, `"reimers"`, `"cotton"`; `detail=`, `normalise=`), `oaxaca-threefold`, `logit` (Yun), `fairlie`
            (of contributions errors from replicate weights alone), `exact-matching`, `subclassification` (by
            propensity; its intervals are too narrow, as they take the limits of the classes as known). Two others
            hold nothing equal: `ratios` (without adjust_for: ratio, relative gap, odds ratio, representation quotient)
            and `dissimilarity` (Duncan; `of="size"` or `"total"`: how differently group and reference group are spread
            over the categories named by adjust_for).
        margin: a difference that counts as none: of the verdict, in the unit of the measure. None: 0.02 for shares;
            other measures, such as a mean in euros, then have no verdict.
        population: SQL condition of the rows that count.
        design: columns of the sampling design.
        confidence: of the intervals (t, degrees of freedom of the design).
        lonely_psu: what a stratum with one sampling unit does.
        engine: an open engine to work with.
        **options: of the method, as named above.

    Returns:
        As `estimate`, with a row `gap` (group minus reference) and a row `ratio` (group over reference) per group;
        n, n_hat and domain_degrees_of_freedom are the group's. With `adjust_for` rows `gap`, `adjusted_gap`,
        `explained` and others of the method, and the columns adjustment, method, detail, verdict, coverage,
        effective_n and diagnostics (overlap, balance, how the error was made; JSON). What remains after adjustment is
        a difference between comparable people, not a measure of discrimination: it proves none and rules none out.

    Raises:
        DefinitionError: also where the reference group does not occur, or a method does not fit the call.
    """
    columns, covariates = (*names(by), group), names(adjust_for)
    call = Call(
        measures, columns, population, design or Design(), Options(confidence, "t", lonely_psu), covariates
    )
    reference = str(reference)
    adjustment = Adjustment(covariates, method, options, MARGIN if margin is None else margin)
    refuse_adjustment(adjustment, call.measures, call.design, columns)
    with opened(engine) as running:
        sample = call.read(running, data, one_by_one=bool(covariates) and method == "matching")
    place = len(columns) - 1
    if not any(row[place] == reference for row in sample.categories):
        raise DefinitionError(
            fault("reference", group, "a category of the column", "a group that does not occur")
        )
    if not covariates and method != RATIOS:
        return stack(sample.gaps(group, reference, call.options), columns)
    known = () if method in OF_CATEGORIES else call.numbers
    refuse_infinite(sample.categories, (*columns, *covariates), known)
    shares = [name for name, measure in call.measures.items() if measure.kind == "share"]
    tables = estimate_adjusted(
        sample, call.measures, group, reference, adjustment, call.options, known,
        judged=shares if margin is None else None,
    )  # fmt: skip
    caveat = {f"caveat_{language}": CAVEAT[language] for language in LANGUAGES}
    return stack(tables, columns, ADJUSTED_FIELDS).replace_schema_metadata(caveat)


def disproportionality(
    data: object,
    measures: Mapping[str, Measure],
    *,
    group: str,
    by: str | Iterable[str] = (),
    population: str | None = None,
    design: Design | Replicates | None = None,
    confidence: float = 0.95,
    lonely_psu: LonelyPsu = "error",
    engine: Engine | None = None,
) -> pa.Table:
    """How far the groups' shares of those who have an outcome lie from their shares of everybody.

    With a the groups' shares of the outcome (seats, jobs) and p those of the population: Loosemore-Hanby, half the
    sum of the absolute a - p; Gallagher, sqrt(sum (a - p)^2/2); and of each group the representation quotient a/p.

    Args:
        data: as in `estimate`, like all that is not named here.
        measures: name -> share or mean.
        group: column of the groups.
        by: other columns; the indices are those within each of their combinations.
        population: SQL condition of the rows that count.
        design: columns of the sampling design.
        confidence: of the intervals (quotients: on the logarithm).
        lonely_psu: what a stratum with one sampling unit does.
        engine: an open engine to work with.

    Returns:
        As `estimate`, with the rows loosemore_hanby, gallagher and representation_quotient and the column `detail`,
        the group of a quotient; n is that of all groups.

    Raises:
        DefinitionError: as in `estimate`; a measure that is no share or mean.
    """
    columns = (*names(by), group)
    options = Options(confidence, "t", lonely_psu)
    call = Call(measures, columns, population, design or Design(), options)
    refuse_adjustment(Adjustment((), RATIOS), call.measures, call.design, columns)
    with opened(engine) as running:
        sample = call.read(running, data)
    tables = estimate_disproportionality(sample, call.measures, group, options)
    return stack(tables, columns, ("detail",))


def stack(tables: Mapping[str, pa.Table], by: Iterable[str], more: Iterable[str] = ()) -> pa.Table:
    """One table of the estimates shape, and more columns, from those of the measures."""
    columns = [*by, *(name for name, _ in ESTIMATE_FIELDS), *more]
    parts = [
        table.select(columns).add_column(0, "measure", pa.array([name] * len(table), pa.string()))
        for name, table in tables.items()
    ]
    return pa.concat_tables(parts)
