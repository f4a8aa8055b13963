"""The charts of all pages of a release, drawn together when all pages are written."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping

from markupsafe import Markup

from zaragoza.publish.charts import Chart, draw_charts

_PLACE = re.compile(r"<!--chart (\d+)-->")  # no words of a page can be taken for it: they are escaped


class Drawings:
    """Charts by the places that pages keep for them: drawn one by one, they would take most of a release's time."""

    def __init__(self) -> None:
        self._charts: list[Chart] = []

    def place(self, chart: Chart) -> Markup:
        """What a page holds until the chart is drawn."""
        self._charts.append(chart)
        return Markup(f"<!--chart {len(self._charts) - 1}-->")  # noqa: S704 - a number

    def put_in(
        self, pages: Mapping[str, str], known: MutableMapping[str, str] | None = None
    ) -> dict[str, str]:
        """The pages with a chart in each place; `known` is as in `draw_charts`."""
        drawn = draw_charts(self._charts, known)
        return {
            path: _PLACE.sub(lambda place: drawn[int(place.group(1))], page) for path, page in pages.items()
        }
