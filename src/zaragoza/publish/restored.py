"""The monitor of a release, from its manifest: all that pages need of it who have nothing but the release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from zaragoza.model.adjustment import Adjustment
from zaragoza.model.classification import Breakdown
from zaragoza.model.disclosure import Policy
from zaragoza.model.monitor import Earlier, Monitor
from zaragoza.model.period import Period
from zaragoza.model.source import Source
from zaragoza.model.text import Text
from zaragoza.model.variable import Code, Variable
from zaragoza.publish.manifest import PUBLISHED
from zaragoza.publish.rules import public_policy, published_classifications, published_indicators


def restored_monitor(
    manifest: Mapping[str, Any], country: str | None = None, period: str | None = None
) -> Monitor:
    """The public part of the monitor that a release was made by.

    Args:
        manifest: of a release of an office, or of one of published figures.
        country: whose figures are meant; by default the reporting country, which published figures do not have.
        period: likewise.
    """
    if manifest["format"] == PUBLISHED:
        return _of_published(manifest, country or manifest["union"], period or "0001")
    monitor = _of_office(manifest, Period(period or manifest["period"]))
    earlier = tuple(
        Earlier(
            monitor=_of_office(manifest, Period(year["period"])),
            broken=Text(**year["break"]) if year["break"] else None,
        )
        for year in manifest["earlier"]
    )
    return replace(monitor, earlier=earlier)


def _of_office(manifest: Mapping[str, Any], period: Period) -> Monitor:
    (source,) = manifest["sources"]
    return Monitor(
        id=manifest["monitor"]["id"],
        title=Text(**manifest["monitor"]["title"]),
        folder=Path(),
        country=manifest["monitor"]["country"],
        period=period,
        source=Source(
            id=source["source"],
            kind=source["kind"],
            files=tuple(file["name"] for file in source["files"]),
            variables={},
            title=Text(**source["title"]),
        ),
        variables=tuple(_variable(name, given) for name, given in manifest.get("variables", {}).items()),
        areas=_areas(manifest),
        indicators=tuple(published_indicators(manifest).values()),
        classifications=published_classifications(manifest),
        breakdowns=tuple(Breakdown(tuple(by)) for by in manifest["breakdowns"]),
        policy=_policy(manifest),
        interval=manifest["design"]["interval"],
        lonely_psu=manifest["design"]["lonely_psu"],
        confidence=manifest["design"]["confidence"],
        adjustments=tuple(map(_adjustment, manifest["adjustments"])),
        synthetic=manifest["synthetic"],
    )


def _of_published(manifest: Mapping[str, Any], place: str, period: str) -> Monitor:
    return Monitor(
        id=manifest["monitor"],
        title=Text(**manifest["title"]),
        folder=Path(),
        country=place,
        period=Period(period),
        source=Source(id="published", kind="register", files=(), variables={}),
        variables=(),
        areas=_areas(manifest),
        indicators=tuple(published_indicators(manifest).values()),
        classifications=published_classifications(manifest),
        breakdowns=tuple(Breakdown(tuple(by)) for by in manifest["breakdowns"]),
        policy=Policy(),
    )


def _areas(manifest: Mapping[str, Any]) -> dict[str, Text]:
    """Titles of the areas; the first releases did not hold them."""
    return {name: Text(**title) for name, title in manifest.get("areas", {}).items()}


def _variable(name: str, given: Mapping[str, Any]) -> Variable:
    title = Text(given["en"], given["nl"])
    codes = tuple(Code(code, Text(**text)) for code, text in given["codes"].items())
    return Variable(id=name, title=title, type="code", definition=title, source="", codes=codes)


def _policy(manifest: Mapping[str, Any]) -> Policy:
    protection = manifest["protection"]
    base = protection["rounding_base"]
    policy = replace(public_policy(manifest), method=protection["method"])
    return policy if base is None else replace(policy, rounding_base=base)


def _adjustment(given: Mapping[str, Any]) -> Adjustment:
    return Adjustment(
        covariates=tuple(given["covariates"]),
        method=given["method"],
        options=given["options"],
        margin=given["margin"],
        title=Text(**given["title"]),
        apart=given["apart"] is not None,
        tables=tuple(map(tuple, given["tables"])),
    )
