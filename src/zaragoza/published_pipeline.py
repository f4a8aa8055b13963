"""The process of a monitor of figures that others have published: no persons, so nothing to protect."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from zaragoza.catalogue.contents import Catalogue
from zaragoza.catalogue.monitor_own import own_catalogue
from zaragoza.collect.fetch.gather import Gathered, gather
from zaragoza.collect.policies import read_policies
from zaragoza.collect.published.observations import BREAKDOWNS, first_of_each, observations
from zaragoza.collect.published.populations import populations
from zaragoza.compare.aggregates import aggregates
from zaragoza.compare.differences import differences
from zaragoza.compare.errors import with_required_errors
from zaragoza.compare.policy_index import policy_rows
from zaragoza.compare.ratings import Board, ratings
from zaragoza.compare.targets import distances
from zaragoza.compare.trend_table import trend_table
from zaragoza.model.published_monitor import Populations, PublishedMonitor
from zaragoza.model.source_table import Survey
from zaragoza.model.text import Text
from zaragoza.publish.published import Parts, publish_published

Stage = Callable[[str], AbstractContextManager[object]]


def run_published(
    monitor: PublishedMonitor, *, now: datetime | None = None, stage: Stage = nullcontext
) -> Path:
    """From figures that others have published to a release: levels, means of the union, gaps, and what they tell.

    Ratings, trends and distances to targets are of the same figures. A monitor without files makes a release of what
    policy documents state, which every release holds beside.

    Args:
        monitor: definitions, checked.
        now: time of publication; by default the clock's.
        stage: as in `run`.

    Returns:
        The folder of the release.

    Raises:
        ZaragozaError: nothing is then published.
    """
    catalogue = own_catalogue(monitor.folder).catalogue
    with stage("collect"):
        gathered = gather(monitor.files, monitor.folder, monitor.day)
        levels = first_of_each(
            observations([one.dataset for one in gathered], catalogue), (*monitor.places, monitor.union)
        )
        persons, sizes = _persons(monitor.weights, monitor, catalogue)
        modelled = monitor.errors.groups if monitor.errors else None
        groups, sizes_of_groups = _persons(modelled, monitor, catalogue)
        answers = (
            read_policies(monitor.policies.files, monitor.folder, monitor.policies.levels)
            if monitor.policies
            else {}
        )
    with stage("compare"):
        weights = persons.select(["geo", "period", "persons"]).rename_columns(["geo", "period", "weight"])
        whole = pa.concat_tables([levels, aggregates(levels, weights, monitor.places, monitor.union)])
        figures = pa.concat_tables([whole, differences(whole, monitor.references)])
        judged = _with_errors(whole, pa.concat_tables([persons, groups]), monitor, catalogue)
        aims = [(t, [i.id for i in catalogue.answering(t.indicator)]) for t in catalogue.targets.values()]
        board = Board(
            rule=catalogue.rating_rules[monitor.rule],
            aggregates=(monitor.union,),
            reference=monitor.union,
            peers=monitor.peers,
        )
        parts = Parts(
            observations=figures,
            ratings=ratings(judged, catalogue.indicators, BREAKDOWNS, board),
            trends=trend_table(judged, catalogue.indicators, BREAKDOWNS),
            distances=distances(
                whole, aims, {one.id: one.direction for one in catalogue.indicators.values()}
            ),
            policies=_policies(answers, monitor.policies.levels if monitor.policies else ()),
        )
    with stage("publish"):
        sources = [one.record for one in (*gathered, *sizes, *sizes_of_groups)]
        return publish_published(parts, monitor, catalogue, sources, now or datetime.now(UTC))


def documents_monitor(folder: Path) -> PublishedMonitor:
    """A monitor of what policy documents state, from the catalogue alone: no file, no network.

    Args:
        folder: for its releases; definitions of an office may lie in its folder `catalogue`.
    """
    members = own_catalogue(folder).catalogue.country_sets["eu27_2020"]
    title = Text("What policy documents state on integration", "Wat beleidsdocumenten over integratie noemen")
    return PublishedMonitor(
        id="documents",
        title=title,
        folder=folder,
        files=(),
        places=members,
        union="EU27_2020",
        references={},
        outputs=folder / "releases",
    )


def _persons(
    named: Populations | None, monitor: PublishedMonitor, catalogue: Catalogue
) -> tuple[pa.Table, tuple[Gathered, ...]]:
    """Sizes of populations, and where they are from."""
    wanted = named or Populations(files=())
    read = gather(wanted.files, monitor.folder, monitor.day)
    return populations([one.dataset for one in read], wanted.where, wanted.breakdowns, catalogue), read


def _with_errors(
    whole: pa.Table, persons: pa.Table, monitor: PublishedMonitor, catalogue: Catalogue
) -> pa.Table:
    """Levels and differences with the errors by which they are judged; the release itself states none."""
    if monitor.errors is not None:
        surveys: dict[str, Survey] = {
            f"{table.producer}:{table.id.upper()}": table.survey
            for table in catalogue.source_tables.values()
            if table.survey is not None
        }
        whole = with_required_errors(whole, persons, surveys, monitor.errors.household_size)
    return pa.concat_tables([whole, differences(whole, monitor.references)])


def _policies(
    answers: Mapping[str, Mapping[tuple[str, ...], float | None]], levels: Sequence[str]
) -> pa.Table:
    rows = [row for geo, of in sorted(answers.items()) for row in policy_rows(geo, of, levels)]
    fields = [(name, pa.string()) for name in ("geo", *levels)]
    return pa.Table.from_pylist(rows, pa.schema([*fields, ("score", pa.float64())]))
