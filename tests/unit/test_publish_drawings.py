"""Charts that are put into pages when all are written."""

from __future__ import annotations

from jinja2 import Environment

from zaragoza.publish.charts import Axis, Chart, Mark, dot_interval
from zaragoza.publish.drawings import Drawings


def told(value: float, title: str) -> Chart:
    axis = Axis(title="share", tick="{:.2f}".format, span=0.1)
    marks = [Mark(label="Group", words=f"{value}", value=value)]
    return dot_interval(marks, axis, title=title, description="d", id=title)


def test_every_page_gets_its_own_charts_where_it_asked_for_them() -> None:
    charts = {name: told(value, name) for name, value in (("one", 0.2), ("two", 0.5), ("three", 0.5))}
    drawings = Drawings()
    first = f"<p>{drawings.place(charts['one'])}</p><p>{drawings.place(charts['two'])}</p>"
    pages = {"a": first, "b": f"<b>{drawings.place(charts['three'])}</b>", "c": "<p>none</p>"}
    svg = {name: chart.svg() for name, chart in charts.items()}
    assert drawings.put_in(pages) == {
        "a": f"<p>{svg['one']}</p><p>{svg['two']}</p>",
        "b": f"<b>{svg['three']}</b>",
        "c": "<p>none</p>",
    }


def test_words_are_never_taken_for_a_place() -> None:
    drawings = Drawings()
    place = drawings.place(told(0.2, "one"))
    template = Environment(autoescape=True).from_string("{{ words }}|{{ place }}")
    page = template.render(words=str(place), place=place)
    words, drawn = drawings.put_in({"page": page})["page"].split("|")
    assert words == "&lt;!--chart 0--&gt;"
    assert drawn.startswith("<svg")


def test_words_of_a_chart_are_never_taken_for_a_place() -> None:
    drawings = Drawings()
    place = drawings.place(told(0.2, "<!--chart 0-->"))
    assert drawings.put_in({"page": place})["page"].count("<svg") == 1
