"""Stage publish: observations become an immutable release with its manifest and its pages."""

from __future__ import annotations

from zaragoza.publish.release import (
    Release,
    previous_release,
    publish,
    read_release,
    read_releases,
    releases_of,
)
from zaragoza.publish.rules import NOISE, other_rules

__all__ = [
    "NOISE",
    "Release",
    "other_rules",
    "previous_release",
    "publish",
    "read_release",
    "read_releases",
    "releases_of",
]
