"""Charts of a release as inline SVG: levels by group, gaps with a zero line, and what remains of gaps.

A chart is told first and drawn later: `draw_charts` draws all of a release together, `Chart.svg` a single one.
"""

from __future__ import annotations

from zaragoza.publish.charts.areas import Area, Key, Outline, area_map
from zaragoza.publish.charts.chart import Chart, as_png, draw_charts, png_size
from zaragoza.publish.charts.draw import dot_interval, gap
from zaragoza.publish.charts.pairs import Band, Group, dumbbell, parts
from zaragoza.publish.charts.shades import Shades
from zaragoza.publish.charts.sheet import Axis, Mark
from zaragoza.publish.charts.spark import sparkline
from zaragoza.publish.charts.tiles import Tile, tile_map
from zaragoza.publish.charts.years import Line, Scale, over_time

__all__ = [
    "Area",
    "Axis",
    "Band",
    "Chart",
    "Group",
    "Key",
    "Line",
    "Mark",
    "Outline",
    "Scale",
    "Shades",
    "Tile",
    "area_map",
    "as_png",
    "dot_interval",
    "draw_charts",
    "dumbbell",
    "gap",
    "over_time",
    "parts",
    "png_size",
    "sparkline",
    "tile_map",
]
