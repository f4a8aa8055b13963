"""What the pages show of adjusted gaps: for each group the raw gap beside what remains between comparable people."""

from __future__ import annotations

from zaragoza.model.adjustment import Adjustment
from zaragoza.model.monitor import Monitor
from zaragoza.model.text import Text


def adjustment_title(adjustment: Adjustment, monitor: Monitor) -> Text:
    """The title of a set: the office's own, or what it holds equal, as it stands inside a sentence."""
    if adjustment.title is not None:
        return adjustment.title
    titles = {v.id: v.title for v in monitor.variables}
    titles |= {c.id: c.title for c in monitor.classifications}
    named = [titles[name] for name in adjustment.covariates]
    return Text(
        _listed([_inside(title.en) for title in named], "and"),
        _listed([_inside(title.nl) for title in named], "en"),
    )


def _listed(words: list[str], and_: str) -> str:
    *first, last = words
    return f"{', '.join(first)} {and_} {last}" if first else last


def _inside(title: str) -> str:
    return title[:1].lower() + title[1:] if title[1:2].islower() else title
