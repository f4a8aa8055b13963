"""The process of a monitor of figures that others have published: no persons, so nothing to protect."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pyarrow as pa

from zaragoza.catalogue.contents import Catalogue
from zaragoza.catalogue.monitor_countries import country_codes
from zaragoza.catalogue.monitor_own import own_catalogue
from zaragoza.collect.attempts import faults_of
from zaragoza.collect.fetch.gather import Gathered, gather
from zaragoza.collect.policies import Answers, read_policies
from zaragoza.collect.published.observations import BREAKDOWNS, first_of_each, observations
from zaragoza.collect.published.populations import populations
from zaragoza.collect.published.standard_errors import StandardErrors, read_standard_errors
from zaragoza.compare.aggregates import aggregates
from zaragoza.compare.differences import differences
from zaragoza.compare.errors import with_published_errors, with_required_errors
from zaragoza.compare.policy_index import policy_rows
from zaragoza.compare.ratings import Board, ratings
from zaragoza.compare.targets import distances
from zaragoza.compare.trend_table import trend_table
from zaragoza.errors import Fault, InputError
from zaragoza.model.published_monitor import Populations, PublishedMonitor
from zaragoza.model.source_table import Survey
from zaragoza.model.text import Text
from zaragoza.publish.published import Parts, publish_published
from zaragoza.publish.stated import stated_files
from zaragoza.publish.store import release_folders

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
        read = _collect(monitor, catalogue)
    with stage("compare"):
        weights = read.persons.select(["geo", "period", "persons"]).rename_columns(
            ["geo", "period", "weight"]
        )
        means = aggregates(read.levels, weights, monitor.places, monitor.union)
        whole = pa.concat_tables([read.levels, means])
        figures = pa.concat_tables([whole, differences(whole, monitor.references)])
        judged = _with_errors(whole, read, monitor, catalogue)
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
            policies=_policies(read.answers, monitor),
        )
    with stage("publish"):
        sources = [one.record for one in read.sources]
        moment = now or datetime.now(UTC)
        return publish_published(parts, monitor, catalogue, sources, read.errors.checksums, moment)


def published_faults(monitor: PublishedMonitor) -> tuple[Fault, ...]:
    """Every file that a run would not find or could not read; nothing is compared or written.

    Args:
        monitor: definitions, checked.
    """
    catalogue = own_catalogue(monitor.folder).catalogue
    return faults_of(partial(_collect, monitor, catalogue))[1]


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


def documents_release(folder: Path) -> Path:
    """The release of what policy documents state: the folder's last one if it says the same, else a new one.

    Args:
        folder: as in `documents_monitor`.

    Returns:
        The folder of the release.

    Raises:
        ZaragozaError: nothing is then published.
    """
    last = next(reversed(release_folders(folder / "releases")), None)
    told = stated_files(own_catalogue(folder).catalogue)
    if last is not None and all(_holds(last / name, content) for name, content in told.items()):
        return last
    return run_published(documents_monitor(folder))


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


@dataclass(frozen=True, kw_only=True)
class _Read:
    """What the files of a monitor hold.

    Attributes:
        levels: observations.
        persons: sizes of whole populations.
        groups: sizes of the groups by which errors are modelled.
        sources: the datasets that were read.
    """

    levels: pa.Table
    persons: pa.Table
    groups: pa.Table
    errors: StandardErrors
    answers: Answers
    sources: tuple[Gathered, ...]


def _collect(monitor: PublishedMonitor, catalogue: Catalogue) -> _Read:
    """Reads all files of a monitor.

    Raises:
        InputError: with the faults of all of them.
    """
    places = (*monitor.places, monitor.union)
    groups = monitor.errors.groups if monitor.errors else Populations(files=())
    figures, wrong = faults_of(partial(_figures, monitor, catalogue))
    whole, wrong_weights = faults_of(partial(_persons, monitor.weights, monitor, catalogue))
    parts, wrong_groups = faults_of(partial(_persons, groups, monitor, catalogue))
    errors, wrong_errors = faults_of(
        partial(read_standard_errors, monitor.standard_errors, monitor.folder, catalogue, places)
    )
    answers, wrong_answers = faults_of(partial(_answers, monitor, catalogue))
    if figures is None or whole is None or parts is None or errors is None or answers is None:
        found = (*wrong, *wrong_weights, *wrong_groups, *wrong_errors, *wrong_answers)
        raise InputError(dict.fromkeys(found))
    sources = (*figures[1], *whole[1], *parts[1])
    return _Read(
        levels=figures[0], persons=whole[0], groups=parts[0], errors=errors, answers=answers, sources=sources
    )


def _figures(monitor: PublishedMonitor, catalogue: Catalogue) -> tuple[pa.Table, tuple[Gathered, ...]]:
    """Observations of the monitor's places, and where they are from.

    Raises:
        InputError: a file cannot be read, or none of them has a figure of these places.
    """
    gathered = gather(monitor.files, monitor.folder, monitor.day)
    made = observations([one.dataset for one in gathered], catalogue)
    found = first_of_each(made, (*monitor.places, monitor.union))
    if gathered and not found.num_rows:
        expected = "figures of the monitor's places that are indicators of the catalogue"
        way_out = "Fetch other codes of the datasets, or name other files."
        raise InputError(Fault("[source]", "files", expected, "none", way_out))
    return found, gathered


def _persons(
    named: Populations, monitor: PublishedMonitor, catalogue: Catalogue
) -> tuple[pa.Table, tuple[Gathered, ...]]:
    """Sizes of populations, and where they are from."""
    read = gather(named.files, monitor.folder, monitor.day)
    return populations([one.dataset for one in read], named.where, named.breakdowns, catalogue), read


def _with_errors(whole: pa.Table, read: _Read, monitor: PublishedMonitor, catalogue: Catalogue) -> pa.Table:
    """Levels and differences with the errors by which they are judged; the release itself states none."""
    whole = with_published_errors(whole, read.errors.values, BREAKDOWNS)
    if monitor.errors is not None:
        surveys: dict[str, Survey] = {
            f"{table.producer}:{table.id.upper()}": table.survey
            for table in catalogue.source_tables.values()
            if table.survey is not None
        }
        persons = pa.concat_tables([read.persons, read.groups])
        whole = with_required_errors(whole, persons, surveys, monitor.errors.household_size)
    return pa.concat_tables([whole, differences(whole, monitor.references)])


def _answers(monitor: PublishedMonitor, catalogue: Catalogue) -> Answers:
    """Answers about policies, of the monitor's places."""
    if monitor.policies is None:
        return {}
    found = read_policies(monitor.policies, monitor.folder, country_codes(catalogue))
    return {geo: of for geo, of in found.items() if geo in monitor.places}


def _policies(answers: Answers, monitor: PublishedMonitor) -> pa.Table:
    levels = monitor.policies.levels if monitor.policies else ()
    rows = [row for geo, of in sorted(answers.items()) for row in policy_rows(geo, of, levels)]
    fields = [(name, pa.string()) for name in ("geo", *levels)]
    return pa.Table.from_pylist(rows, pa.schema([*fields, ("score", pa.float64())]))
