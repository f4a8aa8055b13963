"""One Vega specification for all charts, each a group of marks, and its conversion to SVG without a browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zaragoza.publish.charts import style

LAYERS = ("areas", "outlines", "lines", "dots", "ticks")  # from the lowest to the highest

Row = Mapping[str, Any]


def convert(charts: Sequence[Mapping[str, Any]]) -> str:
    """The drawing of all charts as vl-convert writes it: for each a group, which starts at the sheet's corner.

    Args:
        charts: `width` and `rows` of each; `layer` in a row names one of LAYERS.
    """
    import vl_convert  # starts a JavaScript engine: only when something is drawn

    svg: str = vl_convert.vega_to_svg(_specification(charts))
    return svg


def _specification(charts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Groups by chart. Positions down the page are pixels; across it, one scale covers exactly the ticks."""
    group = {
        "type": "group",
        "from": {"facet": {"name": "chart", "data": "charts", "field": "rows"}},
        "data": [_layer(name) for name in LAYERS],
        "scales": [
            {
                "name": "across",
                "type": "linear",
                "domain": {"data": "ticks", "field": "at"},
                "range": {"signal": f"[{style.MARGIN}, parent.width - {style.MARGIN}]"},
                "zero": False,
            }
        ],
        "marks": _marks(),
    }
    return {
        "$schema": "https://vega.github.io/schema/vega/v6.json",
        "width": style.LARGE,
        "height": style.ROW,
        "padding": 0,
        "autosize": "none",
        "data": [{"name": "charts", "values": list(charts)}],
        "marks": [group],
    }


def _layer(name: str) -> dict[str, Any]:
    chosen = {"type": "filter", "expr": f"datum.layer === '{name}'"}
    return {"name": name, "source": "chart", "transform": [chosen]}


def _marks() -> list[dict[str, Any]]:
    """The layers. A tick has no text yet: measuring it would take most of the time."""
    ends = {
        "x": _across("from"),
        "x2": _across("to"),
        "y": _field("top"),
        "y2": _field("bottom"),
        "stroke": _field("colour"),
    }
    return [
        _mark("rect", "areas", **ends, fill=_field("fill"), strokeWidth={"value": 1.5}),
        _mark(
            "path",
            "outlines",
            path=_field("path"),
            fill=_field("fill"),
            fillOpacity=_field("opacity"),
            stroke=_field("colour"),
            strokeWidth={"value": 0.75},
            description=_field("tip"),
        ),
        _mark("rule", "lines", **ends, strokeWidth=_field("width")),
        _mark(
            "symbol",
            "dots",
            x=_across("value"),
            y=_field("y"),
            shape=_field("shape"),
            stroke=_field("colour"),
            fill=_field("fill"),
            size=_field("size"),
            strokeWidth={"value": 2},
            description=_field("tip"),
        ),
        _mark(
            "text",
            "ticks",
            x=_across("at"),
            y=_field("y"),
            align=_field("align"),
            dx=_field("aside"),
            fill=_field("ink"),
            fontSize={"value": style.TICK_SIZE},
            baseline={"value": "alphabetic"},
        ),
    ]


def _mark(type: str, layer: str, **channels: Row) -> dict[str, Any]:
    return {"type": type, "from": {"data": layer}, "encode": {"enter": channels}}


def _field(name: str) -> Row:
    return {"field": name}


def _across(name: str) -> Row:
    return {"scale": "across", "field": name}
