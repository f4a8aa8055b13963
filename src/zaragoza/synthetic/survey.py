"""A survey of the made-up country: a stratified two-stage sample of households.

Strata are regions by degree of urbanisation. At the first stage districts are drawn within each stratum, at the second
households within each drawn district, both by simple random sampling without replacement; all members of a household
are in the sample. The weight is the inverse of the probability of inclusion, and the population sizes of both stages
are exact, so that the variance of an estimate can be estimated without approximation.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import pyarrow as pa

from zaragoza.errors import DesignError, Fault
from zaragoza.synthetic.country import Country
from zaragoza.synthetic.draws import Array
from zaragoza.synthetic.places import REGIONS
from zaragoza.synthetic.table import persons_table
from zaragoza.synthetic.wellbeing import OF_HOUSEHOLDS, OF_PERSONS

PER_DISTRICT: Final = 10
_FEWEST: Final = 2  # districts in a stratum, so that a variance can be estimated
_STRATA: Final = [f"{region}-{degree}" for region in REGIONS for degree in (1, 2, 3)]
DESIGN_COLUMNS: Final = ("weight", "stratum", "psu", "ssu", "population_size", "population_size_2")
# Questions that some people or households leave unanswered.
OF_HOUSEHOLD: Final = ("disposable_income", "tenure", "housing_cost", *OF_HOUSEHOLDS)
SAME_ANSWER: Final = {"attainment_level": "education"}  # two variables that one question gives
OF_PERSON: Final = ("education", "occupation", "health", "chronic_illness", "limitation", *OF_PERSONS)


class Sampler:
    """Draws surveys from one country; the index is made once, so that thousands of draws are cheap.

    Attributes:
        persons: the whole population in standard variables, in the order of the registers.
    """

    def __init__(
        self, country: Country, columns: Iterable[str] | None = None, *, derived: bool = False
    ) -> None:
        """Reads the country once.

        Args:
            country: the made-up country.
            columns: standard variables of the samples, all by default.
            derived: adds the derived variables.
        """
        self.persons: pa.Table = persons_table(country, columns, derived=derived).combine_chunks()
        households = country.registers["households"]
        region = households["region"].combine_chunks().indices.to_numpy().astype(np.int64)
        stratum = 3 * region + households["urbanisation"].to_numpy() - 1
        number = households["household_nr"].to_numpy()
        area = households["area_nr"].to_numpy()
        sizes = np.diff(np.append(number, number[0] + country.size))
        first = np.cumsum(sizes) - sizes
        order = np.argsort(area, kind="stable")
        self._household = number[order]
        self._first_person = first[order]
        self._persons_in = sizes[order]
        self._district, start, self._households_in = np.unique(
            area[order], return_index=True, return_counts=True
        )
        self._first_household = start
        self._stratum = stratum[order][start]
        self._districts_in = np.bincount(self._stratum, minlength=len(_STRATA))
        by_stratum = np.cumsum(self._districts_in) - self._districts_in
        self._rank = np.arange(len(self._stratum)) - by_stratum[self._stratum]

    def draw(
        self, households: int, seed: int, *, per_district: int = PER_DISTRICT, nonresponse: float = 0.0
    ) -> pa.Table:
        """Draws one sample.

        Args:
            households: wanted number of households; the sample holds as many as whole districts of `per_district` give.
            seed: the same seed gives the same sample.
            per_district: households drawn in a district (all of a smaller one).
            nonresponse: chance that a household or person leaves a question unanswered, 0 for full response.

        Returns:
            One row for each member of a drawn household: the standard variables, and weight, stratum, psu, ssu,
            population_size (districts in the stratum) and population_size_2 (households in the district).

        Raises:
            DesignError: the sample wanted is empty, or larger than the country.
        """
        self._check(households, per_district, nonresponse)
        rng = np.random.default_rng(seed)
        drawn_in = self._allocate(households, per_district)
        district = self._draw_districts(rng, drawn_in)
        household, of = self._draw_households(rng, district, per_district)
        size = self._persons_in[household]
        rows = np.repeat(self._first_person[household] - np.cumsum(size) + size, size) + np.arange(size.sum())
        position = np.repeat(of, size)
        sample = self.persons.take(pa.array(rows))
        if nonresponse > 0:
            sample = _leave_open(rng, sample, np.repeat(np.arange(len(size)), size), nonresponse)
        return self._with_design(sample, position, np.repeat(household, size), drawn_in, per_district)

    def _check(self, households: int, per_district: int, nonresponse: float) -> None:
        largest = len(self._household)
        checks = [
            ("households", 1 <= households <= largest, f"between 1 and {largest}", households),
            ("per_district", per_district >= 1, "at least 1", per_district),
            ("nonresponse", 0 <= nonresponse < 1, "from 0 to below 1", nonresponse),
        ]
        faults = [
            Fault("draw", name, expected, str(found), "Choose another number.")
            for name, fine, expected, found in checks
            if not fine
        ]
        if faults:
            raise DesignError(faults)

    def _allocate(self, households: int, per_district: int) -> Array:
        """Districts to draw in each stratum, in proportion to those it has, two at least."""
        districts = households / per_district
        share = districts * self._districts_in / self._districts_in.sum()
        wanted = np.maximum(np.rint(share).astype(np.int64), _FEWEST)
        return np.asarray(np.minimum(wanted, self._districts_in))

    def _draw_districts(self, rng: np.random.Generator, drawn_in: Array) -> Array:
        order = np.argsort(self._stratum + rng.random(len(self._stratum)))  # in each stratum at random
        return np.sort(order[self._rank < drawn_in[self._stratum]])

    def _draw_households(
        self, rng: np.random.Generator, district: Array, per_district: int
    ) -> tuple[Array, Array]:
        """Households drawn, and the district of each."""
        count = self._households_in[district]
        start = np.cumsum(count) - count
        of = np.repeat(np.arange(len(district)), count)
        within = np.arange(len(of)) - start[of]
        order = np.argsort(of + rng.random(len(of)))  # in each district at random
        chosen = np.sort(order[within < per_district])
        household = self._first_household[district][of[chosen]] + within[chosen]
        return household, district[of[chosen]]

    def _with_design(
        self, sample: pa.Table, district: Array, household: Array, drawn_in: Array, per_district: int
    ) -> pa.Table:
        stratum = self._stratum[district]
        in_stratum, in_district = self._districts_in[stratum], self._households_in[district]
        first = in_stratum / drawn_in[stratum]
        second = in_district / np.minimum(in_district, per_district)
        design = {
            "weight": first * second,
            "stratum": pa.DictionaryArray.from_arrays(pa.array(stratum.astype(np.int8)), pa.array(_STRATA)),
            "psu": self._district[district].astype(np.int64),
            "ssu": self._household[household],
            "population_size": in_stratum.astype(np.float64),
            "population_size_2": in_district.astype(np.float64),
        }
        for name, values in design.items():
            sample = sample.append_column(
                name, pa.array(values) if isinstance(values, np.ndarray) else values
            )
        return sample


def draw_survey(country: Country, households: int, seed: int, *, nonresponse: float = 0.0) -> pa.Table:
    """Draws one sample of about `households` households; for many samples keep a `Sampler`."""
    return Sampler(country).draw(households, seed, nonresponse=nonresponse)


def _leave_open(rng: np.random.Generator, sample: pa.Table, household: Array, share: float) -> pa.Table:
    """Empties answers at random: those of a household for all its members together."""
    n = sample.num_rows
    left: dict[str, Array] = {}
    for position, name in enumerate(sample.column_names):
        if name in OF_HOUSEHOLD:
            open_ = (rng.random(household[-1] + 1) < share)[household]
        elif name in OF_PERSON:
            open_ = rng.random(n) < share
        elif name in SAME_ANSWER:
            open_ = left[SAME_ANSWER[name]]
        else:
            continue
        left[name] = open_
        column = sample[name].combine_chunks()
        rows = pa.array(np.arange(n), mask=open_)
        sample = sample.set_column(position, name, column.take(rows))
    return sample
