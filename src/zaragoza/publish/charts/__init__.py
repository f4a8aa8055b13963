"""Charts of a release as inline SVG: levels by group, gaps with a zero line, and what remains of gaps."""

from __future__ import annotations

from zaragoza.publish.charts.draw import dot_interval, gap
from zaragoza.publish.charts.pairs import Band, Group, dumbbell, parts
from zaragoza.publish.charts.sheet import Axis, Mark

__all__ = ["Axis", "Band", "Group", "Mark", "dot_interval", "dumbbell", "gap", "parts"]
