"""Charts of a release as inline SVG: levels by group, and gaps with a zero line."""

from __future__ import annotations

from zaragoza.publish.charts.draw import Axis, Mark, dot_interval, gap

__all__ = ["Axis", "Mark", "dot_interval", "gap"]
