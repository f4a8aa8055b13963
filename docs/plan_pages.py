"""The page of what documents promise, pay and hold up as examples: each entry in one line, with where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from indicator_pages import code, table

from zaragoza.catalogue.plans import Moving, Plans
from zaragoza.model.funding import Fund
from zaragoza.model.plan import Commitment

_NONE = "none stated"


def plan_page(plans: Plans) -> Iterator[str]:
    """The page, in English; the site shows each entry in full and in both languages."""
    yield "# Promises, funds and practices\n"
    yield (
        "What the policy documents promise, pay and hold up as examples, paraphrased, with the indicators that each "
        "should move.\n"
    )
    for plan in plans.plans.values():
        document = plans.catalogue.documents[plan.document]
        yield f"## {document.title.en}\n"
        when = f"on {plan.stated_on}" if plan.stated_to == "day" else f"in {plan.stated_on.year}"
        yield f"{document.reference}, stated {when}.\n"
        yield from _objectives(plans, plan.id)
        yield from _commitments(plans, plan.id)
    yield "## Funds\n"
    funds = ((code(one.id), one.title.en, _uses(plans, one), _who(one)) for one in plans.funds.values())
    yield from table(("id", "fund", "for", "who may apply or gain"), funds)
    yield "## Practices\n"
    practices = (
        (code(one.id), one.title.en, one.geo or "several", one.grade, _moved(plans, one), str(one.source))
        for one in plans.practices.values()
    )
    yield from table(("id", "practice", "country", "evidence", "indicators", "stands in"), practices)
    yield "## How countries monitor\n"
    criteria = (
        (code(one.id), one.title.en, ", ".join(one.countries), str(one.source))
        for one in plans.criteria.values()
    )
    yield from table(("id", "criterion", "countries listed", "stands in"), criteria)


def _objectives(plans: Plans, plan: str) -> Iterator[str]:
    mine = [one for one in plans.objectives.values() if one.plan == plan]
    rows = ((code(one.id), one.title.en, _moved(plans, one), str(one.source)) for one in mine)
    yield from table(("id", "objective", "indicators", "stands in"), rows)


def _commitments(plans: Plans, plan: str) -> Iterator[str]:
    mine = [one for one in plans.commitments.values() if one.plan == plan]
    rows = (
        (code(one.id), one.title.en, _owners(plans, one), _by(one), _moved(plans, one), str(one.source))
        for one in mine
    )
    yield from table(("id", "commitment", "owner", "by", "indicators", "stands in"), rows)


def _owners(plans: Plans, commitment: Commitment) -> str:
    return ", ".join(plans.organisations[name].title.en for name in commitment.owners)


def _by(commitment: Commitment) -> str:
    return commitment.deadline.words.en if commitment.deadline else _NONE


def _moved(plans: Plans, entry: Moving) -> str:
    return _listed(code(one.id) for one in plans.indicators_of(entry)) or "none"


def _uses(plans: Plans, fund: Fund) -> str:
    return _listed(plans.catalogue.areas[use.area].en.lower() for use in fund.uses)


def _who(fund: Fund) -> str:
    who = [rule.who.en for rule in fund.eligible] or [_NONE]
    return " ".join([*who, *(f"**Not:** {rule.who.en}" for rule in fund.exclusions)])


def _listed(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))
