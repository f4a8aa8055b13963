"""The process of a monitor of figures that others have published: no persons, so nothing to protect."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from zaragoza.catalogue.monitor_own import own_catalogue
from zaragoza.collect.fetch.gather import gather
from zaragoza.collect.published.observations import first_of_each, observations, populations_of
from zaragoza.compare.aggregates import aggregates
from zaragoza.compare.differences import differences
from zaragoza.compare.targets import distances
from zaragoza.model.published_monitor import PublishedMonitor
from zaragoza.publish.published import publish_published

Stage = Callable[[str], AbstractContextManager[object]]


def run_published(
    monitor: PublishedMonitor, *, now: datetime | None = None, stage: Stage = nullcontext
) -> Path:
    """From figures that others have published to a release: levels, means of the union, gaps, distances to targets.

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
        populations = gather(monitor.weights, monitor.folder, monitor.day)
        weights = populations_of([one.dataset for one in populations], monitor.weights_where)
    with stage("compare"):
        whole = pa.concat_tables([levels, aggregates(levels, weights, monitor.places, monitor.union)])
        figures = pa.concat_tables([whole, differences(whole, monitor.references)])
        aims = [(t, [i.id for i in catalogue.answering(t.indicator)]) for t in catalogue.targets.values()]
        distance = distances(whole, aims, {one.id: one.direction for one in catalogue.indicators.values()})
    with stage("publish"):
        sources = [one.record for one in (*gathered, *populations)]
        return publish_published(figures, distance, monitor, sources, now or datetime.now(UTC))
