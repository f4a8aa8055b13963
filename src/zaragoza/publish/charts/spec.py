"""One Altair specification for all charts, compiled once, and its conversion to SVG without a browser."""

from __future__ import annotations

import functools
import json
from typing import Any

from zaragoza.publish.charts import style

VEGA_LITE = "6.4"
DATASETS = ("areas", "lines", "dots", "ticks")


def convert(data: dict[str, list[dict[str, Any]]], height: int) -> str:
    """The drawing as vl-convert writes it; texts are tokens, so that languages with equal places share it.

    Args:
        data: rows of every one of DATASETS.
        height: of the chart.
    """
    return _convert(json.dumps(data, sort_keys=True), height)


@functools.lru_cache(maxsize=512)
def _convert(data: str, height: int) -> str:
    import vl_convert  # the converter starts a JavaScript engine: only when something is drawn

    rows = json.loads(data)
    compiled = _compiled()
    filled = [
        each | {"values": rows[each["name"]]} if each["name"] in rows else each for each in compiled["data"]
    ]
    svg: str = vl_convert.vega_to_svg(compiled | {"data": filled, "height": height})
    return svg


@functools.lru_cache(maxsize=1)
def _compiled() -> dict[str, Any]:
    """The specification as Vega, without rows: compiling it for every chart would take as long as drawing it."""
    import vl_convert

    specification = _layers().to_dict(validate=False) | {"datasets": {name: [] for name in DATASETS}}
    compiled: dict[str, Any] = vl_convert.vegalite_to_vega(specification, vl_version=VEGA_LITE)
    return compiled


def _layers() -> Any:
    """The layers. Positions down the page are pixels; across it, one scale covers exactly the ticks."""
    import altair as alt  # takes a second: only when something is drawn

    def named(name: str) -> Any:
        return alt.Chart(alt.NamedData(name=name))

    def across(field: str) -> Any:
        scale = alt.Scale(zero=False, nice=False, range=[style.MARGIN, style.WIDTH - style.MARGIN])
        return alt.X(f"{field}:Q", scale=scale, axis=None)

    def down(field: str) -> Any:
        return alt.Y(f"{field}:Q", scale=None, axis=None)

    def own(channel: Any, field: str) -> Any:
        return channel(f"{field}:N", scale=None)

    layers = (
        named("areas")
        .mark_rect(strokeWidth=1.5, opacity=1)
        .encode(
            x=across("from"),
            x2="to:Q",
            y=down("top"),
            y2="bottom:Q",
            stroke=own(alt.Stroke, "colour"),
            fill=own(alt.Fill, "fill"),
        ),
        named("lines")
        .mark_rule(strokeCap="round")
        .encode(
            x=across("from"),
            x2="to:Q",
            y=down("top"),
            y2="bottom:Q",
            color=own(alt.Color, "colour"),
            strokeWidth=alt.StrokeWidth("width:Q", scale=None),
        ),
        named("dots")
        .mark_point(size=92, strokeWidth=2, opacity=1)
        .encode(
            x=across("value"),
            y=down("y"),
            shape=own(alt.Shape, "shape"),
            stroke=own(alt.Stroke, "colour"),
            fill=own(alt.Fill, "fill"),
        ),
        named("ticks")
        .mark_text(
            font=style.FONT,
            fontSize=style.TICK_SIZE,
            baseline="alphabetic",
            fill=style.INK,
            align=alt.expr("datum.align"),
            dx=alt.expr("datum.aside"),
        )
        .encode(x=across("at"), y=down("y"), text="text:N"),
    )
    return (
        alt.layer(*layers)
        .properties(width=style.WIDTH, height=style.ROW, padding=0, autosize=alt.AutoSizeParams(type="none"))
        .configure(background="transparent", aria=False)
        .configure_view(stroke=None)
    )
