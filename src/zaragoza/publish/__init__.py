"""Stage publish: observations become an immutable release with its manifest and its pages."""

from __future__ import annotations

from zaragoza.publish.release import Release, previous_release, publish, read_release, read_releases

__all__ = ["Release", "previous_release", "publish", "read_release", "read_releases"]
