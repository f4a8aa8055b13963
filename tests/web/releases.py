"""Writes small made-up releases."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from tests.web.definitions import LOG, QUALITY, SNAPSHOT
from tests.web.made_up import INDICATORS, NOW, monitor, observations
from zaragoza.model.observation import STATUS
from zaragoza.publish import Release, publish

FEW = INDICATORS[4:5]  # one with every reason to hide
HIDDEN = [status.reason for status in STATUS.values() if not status.shown]


def write(folder: Path, table: pa.Table | None = None, **others: object) -> Release:
    given: dict[str, object] = {
        "observations": observations(FEW) if table is None else table,
        "monitor": monitor(folder, FEW),
        "snapshot": SNAPSHOT,
        "quality": QUALITY,
        "log": LOG,
        "now": NOW,
    }
    return publish(**{**given, **others})  # type: ignore[arg-type]  # any keyword
