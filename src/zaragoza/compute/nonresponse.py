"""Adjustment of weights for non-response: weighting classes and response propensities (methods/11 section 2).

Both take it that among those who are alike in what is known of everyone, who responds is a matter of chance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from zaragoza.compute.calibration.read import (
    NUMBERS,
    code_sql,
    double_sql,
    read_beside,
    read_weights,
    refuse_columns,
    refuse_texts,
    rows_fault,
)  # fmt: skip
from zaragoza.compute.calibration.trim import effective_sample_size
from zaragoza.compute.codes import Codes, Flags, Floats, add_up, compress, encode
from zaragoza.compute.propensity import fit_propensities
from zaragoza.engine import Table, literal, quote
from zaragoza.errors import DefinitionError, DesignError, Fault
from zaragoza.model.classification import TOTAL, UNKNOWN
from zaragoza.model.design import Design
from zaragoza.model.expression import Expression


@dataclass(frozen=True)
class ResponseSummary:
    """How many responded, and what the adjustment did; rows of weight 0 are left out.

    Attributes:
        n: rows of the sample with a weight above 0.
        respondents: those that responded.
        response_rate: weighted, 0-1.
        r_indicator: 1 - 2 sd(p), weighted, of the propensities p (of classes: their response rates); 1 is response
            that depends on nothing known.
        least_factor, greatest_factor: of the weight after over the weight before, among respondents.
        n_eff_before: Kish's effective sample size of the sample as drawn.
        n_eff_after: that of the respondents with their new weights.
    """

    n: int
    respondents: int
    response_rate: float
    r_indicator: float
    least_factor: float
    greatest_factor: float
    n_eff_before: float
    n_eff_after: float


@dataclass(frozen=True, eq=False)
class Adjusted:
    """Data with weights adjusted for non-response.

    Attributes:
        data: the rows as they came, with the column of the new weights; it is 0 for non-respondents.
        design: the design with the new weight.
        report: a row for each class: its columns (`_T` where one was left out; `propensity_class` for propensities),
            n, respondents, response_rate (weighted), factor (NULL where every respondent has its own).
        summary: of the response.
    """

    data: pa.Table
    design: Design
    report: pa.Table
    summary: ResponseSummary


@dataclass(frozen=True)
class Request:
    """The arguments of a call beside the data, checked against each other.

    Attributes:
        responded: condition that is true or false for every row.
        classes: columns of weighting classes, or none.
        propensity: columns that explain response, or none.
        quantiles: number of classes by propensity; None weights by its inverse.
        design: how the sample was drawn.
        least_respondents, greatest_factor: that a class must have and may give.
        name: of the new column.
    """

    responded: str
    classes: tuple[str, ...]
    propensity: tuple[str, ...]
    quantiles: int | None
    design: Design
    least_respondents: int
    greatest_factor: float
    name: str

    def refuse(self) -> None:
        """What is wrong with the call itself.

        Raises:
            DefinitionError: all of it.
        """
        faults = []
        if bool(self.classes) == bool(self.propensity):
            found = "both" if self.classes else "neither"
            faults.append(_fault("classes", "columns for classes or for propensity", found))
        if self.quantiles is not None and not self.quantiles >= 2:
            faults.append(_fault("quantiles", "2 classes or more, or None", "fewer"))
        if not self.least_respondents >= 1:
            faults.append(_fault("least_respondents", "1 or more", "fewer"))
        if not self.greatest_factor > 1:
            faults.append(_fault("greatest_factor", "a factor above 1", "a smaller one"))
        if not _is_design(self.design):
            faults.append(_fault("design", "Design(...)", "something else"))
        elif self.design.calibration:
            way_out = "Adjust for non-response first, then calibrate."
            faults.append(
                Fault("design", "calibration", "a design not calibrated yet", "one that is", way_out)
            )
        try:
            Expression.parse(self.responded, "responded")
        except DefinitionError as error:
            faults += error.faults
        if faults:
            raise DefinitionError(faults)


@dataclass(frozen=True, eq=False)
class _Response:
    """Weights, and who responded, row by row."""

    weights: Floats
    responded: Flags

    @property
    def counted(self) -> Flags:
        """Respondents with a weight above 0."""
        return self.responded & (self.weights > 0)

    def of_classes(self, codes: Codes, count: int) -> tuple[Codes, Floats]:
        """Respondents of each class, and the factor that lets them stand for all of it (infinite without any)."""
        respondents = np.bincount(codes, self.counted, count).astype(np.int64)
        whole = add_up(codes, self.weights, count)
        answered = add_up(codes, self.weights * self.counted, count)
        factor = np.divide(whole, answered, out=np.full(count, np.inf), where=answered > 0)
        return respondents, factor


def adjust(table: Table, request: Request) -> Adjusted:
    """Respondents stand for those who are like them and did not respond.

    Args:
        table: the sample as drawn.
        request: the arguments.

    Raises:
        DefinitionError: the call is wrong, or does not fit the columns of the data.
        DesignError: weights or conditions cannot be used, or no class is large enough.
    """
    request.refuse()
    _refuse_columns(table, request)
    used = (*request.classes, *request.propensity)
    wanted = {name: _explaining_sql(table, name, request) for name in used}
    wanted |= {"?": Expression.parse(request.responded).sql()}
    weight = request.design.weight
    wanted |= {"w": double_sql(quote(weight)) if weight else "CAST(1 AS DOUBLE)"}
    data, read = read_beside(table, wanted)
    response = _read_response(read["?"], read["w"], weight)
    if request.classes:
        codes, labels = _weighting_classes(
            [encode(read[name]) for name in request.classes], response, request
        )
        classes = {name: [row[i] for row in labels] for i, name in enumerate(request.classes)}
        probabilities = None
    else:
        probabilities = fit_propensities(
            {name: read[name] for name in request.propensity}, response.weights, response.responded
        )
        codes = _quantile_classes(probabilities, response, request)
        classes = {"propensity_class": [str(i + 1) for i in range(int(codes.max()) + 1)]}
    return _result(data, response, codes, classes, probabilities, request)


def _result(
    data: pa.Table,
    response: _Response,
    codes: Codes,
    classes: dict[str, list[str]],
    probabilities: Floats | None,
    request: Request,
) -> Adjusted:
    count = int(codes.max()) + 1
    respondents, by_class = response.of_classes(codes, count)
    own = probabilities is not None and request.quantiles is None
    if probabilities is None:
        probabilities = 1 / by_class[codes]
    factors = 1 / probabilities if own else by_class[codes]
    weights = np.where(response.responded, response.weights * factors, 0.0)
    report = pa.table(
        {
            **{name: pa.array(codes_of, pa.string()) for name, codes_of in classes.items()},
            "n": np.bincount(codes, response.weights > 0, count).astype(np.int64),
            "respondents": respondents,
            "response_rate": 1 / by_class,
            "factor": pa.array([None] * count if own else by_class, pa.float64()),
        }
    )
    counted = response.counted
    summary = ResponseSummary(
        n=int(np.count_nonzero(response.weights)),
        respondents=int(counted.sum()),
        response_rate=float(response.weights @ counted / response.weights.sum()),
        r_indicator=_r_indicator(probabilities, response.weights),
        least_factor=float(factors[counted].min()),
        greatest_factor=float(factors[counted].max()),
        n_eff_before=effective_sample_size(response.weights),
        n_eff_after=effective_sample_size(weights),
    )
    adjusted = data.append_column(request.name, pa.array(weights))
    return Adjusted(adjusted, replace(request.design, weight=request.name), report, summary)


def _r_indicator(probabilities: Floats, weights: Floats) -> float:
    """R = 1 - 2 sd(p) (Schouten, Cobben and Bethlehem 2009, equation 5), sd with divisor sum w."""
    mean = np.average(probabilities, weights=weights)
    return 1 - 2 * math.sqrt(float(np.average((probabilities - mean) ** 2, weights=weights)))


def _weighting_classes(
    columns: list[tuple[Codes, pa.Array]], response: _Response, request: Request
) -> tuple[Codes, list[tuple[str, ...]]]:
    """Classes that are large enough: split by one column after the other, as long as every part is."""
    codes = np.zeros(len(response.weights), np.int64)
    depth = np.zeros(len(codes), np.int64)
    if not _large_enough(response, codes, 1, request)[0]:
        raise DesignError(_too_few(request))
    for level, (inner, values) in enumerate(columns):
        parts, part = compress(codes * len(values) + inner)
        large = _large_enough(response, part, len(parts), request)
        whole = parts // len(values)
        splits = np.bincount(whole, ~large, int(codes.max()) + 1) == 0
        split = splits[codes] & (depth == level)
        depth += split
        codes = compress(np.where(split, part + int(codes.max()) + 1, codes))[1]
    first = np.empty(int(codes.max()) + 1, np.int64)
    first[codes] = np.arange(len(codes))
    labels = [
        tuple(
            values[int(inner[row])].as_py() if level < depth[row] else TOTAL
            for level, (inner, values) in enumerate(columns)
        )
        for row in first.tolist()
    ]
    return codes, labels


def _quantile_classes(probabilities: Floats, response: _Response, request: Request) -> Codes:
    """Classes of about as many rows by propensity; one that is too small goes together with the next."""
    if request.quantiles is None:
        return np.zeros(len(probabilities), np.int64)
    limits = np.quantile(probabilities, np.arange(1, request.quantiles) / request.quantiles)
    codes = compress(np.searchsorted(limits, probabilities, side="right").astype(np.int64))[1]
    count = int(codes.max()) + 1
    while not (large := _large_enough(response, codes, count, request)).all():
        if count == 1:
            raise DesignError(_too_few(request))
        small = int(np.argmin(large))
        codes = np.where(codes > min(small, count - 2), codes - 1, codes)
        count -= 1
    return codes


def _large_enough(response: _Response, codes: Codes, count: int, request: Request) -> Flags:
    respondents, factor = response.of_classes(codes, count)
    large: Flags = (respondents >= request.least_respondents) & (factor <= request.greatest_factor)
    return large


def _too_few(request: Request) -> Fault:
    expected = f"{request.least_respondents} respondents and a factor of at most {request.greatest_factor:g}"
    way_out = "Set `least_respondents` or `greatest_factor` otherwise, and say so with the results."
    return Fault(
        "response", "all rows", expected, "fewer, or more non-response, in the whole sample", way_out
    )


def _read_response(responded: pa.ChunkedArray, weights: pa.ChunkedArray, weight: str | None) -> _Response:
    values, faults = read_weights(weights, weight)
    unknown = responded.is_null().to_numpy()
    faults.append(rows_fault("responded", "responded", "true or false in every row", unknown))
    if found := [fault for fault in faults if fault]:
        raise DesignError(found)
    return _Response(values, responded.to_numpy().astype(bool))


def _explaining_sql(table: Table, name: str, request: Request) -> str:
    """A class column as codes, NULL as `_U`; a number that explains response as it stands."""
    if name in request.propensity and _is_number(table, name):
        return double_sql(quote(name))
    return f"coalesce({code_sql(table, name)}, {literal(UNKNOWN)})"


def _is_number(table: Table, name: str) -> bool:
    kind = table.types[name]
    return kind != "BOOLEAN" and any(number in kind for number in NUMBERS)


def _refuse_columns(table: Table, request: Request) -> None:
    weight = request.design.weight
    responded = Expression.parse(request.responded)
    refuse_columns(
        table,
        {
            "classes": request.classes,
            "propensity": request.propensity,
            "responded": sorted(responded.variables),
            "design": [weight] if weight else [],
        },
    )
    refuse_texts(table, (), weight)
    faults = []
    if request.name.lower() in {column.lower() for column in table.columns}:
        faults.append(_fault("name", "a name that no column of the data has", "one that is taken"))
    kind = table.select({"x": responded.sql()}).types["x"]
    if kind != "BOOLEAN":
        faults.append(_fault("responded", "a condition, such as column = 1", f"a {kind}"))
    if faults:
        raise DefinitionError(faults)


def _is_design(design: object) -> bool:
    return isinstance(design, Design)


def _fault(field: str, expected: str, found: str) -> Fault:
    return Fault(field, field, expected, found, "Correct the call.")
