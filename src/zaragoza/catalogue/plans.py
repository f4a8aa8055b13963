"""What documents promise, pay and say, joined to one another and to the indicators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from zaragoza.catalogue.contents import Catalogue
from zaragoza.model.funding import Call, Fund
from zaragoza.model.indicator import Indicator
from zaragoza.model.monitoring import CountryMonitoring, Criterion, GlossaryTerm, Reference
from zaragoza.model.plan import Commitment, Objective, Organisation, Plan, Position
from zaragoza.model.practice import Practice
from zaragoza.model.text import Text

Moving = Objective | Commitment | Practice  # what should move indicators
M = TypeVar("M", Objective, Commitment, Practice)


@dataclass(frozen=True)
class Plans:
    """Every promise, fund and practice by its id, checked as a whole.

    Attributes:
        catalogue: the definitions that they are joined to.
        organisations: who owns commitments, runs practices or may ask for money.
        positions: what governments say of plans.
        criteria: what is compared of how countries monitor, and which countries it holds for.
        countries_monitoring: what is said of one of those countries alone, by its id.
        references: acts, communications and studies that the documents cite.
    """

    catalogue: Catalogue = field(default_factory=Catalogue)
    plans: Mapping[str, Plan] = field(default_factory=dict)
    objectives: Mapping[str, Objective] = field(default_factory=dict)
    commitments: Mapping[str, Commitment] = field(default_factory=dict)
    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    positions: Mapping[str, Position] = field(default_factory=dict)
    funds: Mapping[str, Fund] = field(default_factory=dict)
    calls: Mapping[str, Call] = field(default_factory=dict)
    practices: Mapping[str, Practice] = field(default_factory=dict)
    criteria: Mapping[str, Criterion] = field(default_factory=dict)
    countries_monitoring: Mapping[str, CountryMonitoring] = field(default_factory=dict)
    glossary: Mapping[str, GlossaryTerm] = field(default_factory=dict)
    references: Mapping[str, Reference] = field(default_factory=dict)

    def indicators_of(self, entry: Moving) -> tuple[Indicator, ...]:
        """The indicators of the catalogue that an entry should move, each once, in the order of its codes."""
        return tuple(
            dict.fromkeys(found for code in entry.indicators for found in self._answers.get(code, ()))
        )

    def not_measured(self, entry: Moving) -> Mapping[str, Text]:
        """Of the documents' codes that an entry names, those that no indicator of the catalogue answers: why."""
        asked = {code: self.catalogue.document_indicators.get(code) for code in entry.indicators}
        return {code: known.not_defined for code, known in asked.items() if known and known.not_defined}

    def objectives_about(self, indicator: Indicator) -> tuple[Objective, ...]:
        """The objectives that an indicator tells of."""
        return self._about(indicator, self.objectives)

    def commitments_about(self, indicator: Indicator) -> tuple[Commitment, ...]:
        """The commitments that should move an indicator."""
        return self._about(indicator, self.commitments)

    def practices_about(self, indicator: Indicator) -> tuple[Practice, ...]:
        """The practices that should move an indicator."""
        return self._about(indicator, self.practices)

    def commitments_for(self, objective: Objective) -> tuple[Commitment, ...]:
        """The commitments that serve an objective."""
        return tuple(one for one in self.commitments.values() if objective.id in one.objectives)

    def commitments_of(self, fund: Fund) -> tuple[Commitment, ...]:
        """The commitments that a fund is to pay for."""
        return tuple(one for one in self.commitments.values() if fund.id in one.funds)

    def commitments_owned(self, organisation: Organisation) -> tuple[Commitment, ...]:
        """The commitments of an owner."""
        return tuple(one for one in self.commitments.values() if organisation.id in one.owners)

    def practices_of(self, commitment: Commitment) -> tuple[Practice, ...]:
        """The practices that carry a commitment out."""
        return tuple(one for one in self.practices.values() if commitment.id in one.commitments)

    def calls_of(self, fund: Fund) -> tuple[Call, ...]:
        """The calls of a fund."""
        return tuple(one for one in self.calls.values() if one.fund == fund.id)

    def positions_on(self, plan: Plan) -> tuple[Position, ...]:
        """What governments say of a plan."""
        return tuple(one for one in self.positions.values() if one.plan == plan.id)

    def held_by(self, country: CountryMonitoring) -> Mapping[str, bool | None]:
        """What holds for a country, by criterion; None where the document's list is open."""
        return {name: criterion.holds(country.geo) for name, criterion in self.criteria.items()}

    def _about(self, indicator: Indicator, entries: Mapping[str, M]) -> tuple[M, ...]:
        codes = {indicator.id, *indicator.aliases}
        return tuple(one for one in entries.values() if codes.intersection(one.indicators))

    @cached_property
    def _answers(self) -> Mapping[str, tuple[Indicator, ...]]:
        """The indicators of the catalogue by every code that entries name."""
        entries: tuple[Moving, ...] = (
            *self.objectives.values(),
            *self.commitments.values(),
            *self.practices.values(),
        )
        return {code: self.catalogue.answering(code) for one in entries for code in one.indicators}
