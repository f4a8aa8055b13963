"""monitor.toml: what one office measures, read and checked as a whole before anything runs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, cast

from zaragoza.catalogue.files import NO_FILE, read_file
from zaragoza.catalogue.load import Catalogue
from zaragoza.catalogue.monitor_adjustments import read_adjustments
from zaragoza.catalogue.monitor_calibration import read_calibration
from zaragoza.catalogue.monitor_countries import country_codes
from zaragoza.catalogue.monitor_earlier import EarlierYear, read_earlier
from zaragoza.catalogue.monitor_noise import NOISE_FILE, check_method, load_noise
from zaragoza.catalogue.monitor_output import load_secret, output_faults, secret_faults
from zaragoza.catalogue.monitor_own import own_catalogue
from zaragoza.catalogue.monitor_policy import check_rules, read_policy
from zaragoza.catalogue.monitor_reader import Reader
from zaragoza.catalogue.monitor_scope import Reach, available
from zaragoza.catalogue.monitor_source import named_variables, read_source
from zaragoza.catalogue.monitor_tables import read_breakdowns, read_indicators, read_references
from zaragoza.catalogue.monitor_text import FILE, MonitorText, read_text
from zaragoza.catalogue.monitor_times import read_date, read_period
from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.adjustment import Adjustment
from zaragoza.model.classification import Breakdown, Classification
from zaragoza.model.design import INTERVALS, LONELY_PSU, Interval, LonelyPsu
from zaragoza.model.monitor import Earlier, Monitor
from zaragoza.model.period import Period
from zaragoza.model.source import Source
from zaragoza.model.text import Text
from zaragoza.model.variable import Variable
from zaragoza.model.weighting import Weighting

__all__ = ["Inspection", "inspect", "inspect_monitor", "load_monitor", "load_noise", "load_secret"]

TABLES = (
    "monitor", "source", "breakdowns", "reference", "protection", "estimation", "adjustments", "calibration", "earlier",
    "output", "security",
)  # fmt: skip
MONITOR_KEYS = ("id", "title", "country", "period", "reference_date", "indicators", "synthetic")
SECRET_FILE = "secret.key"  # noqa: S105 - the name of the file, not what it holds
_MOST_YEARS = 30  # further back nobody is followed
_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")
_USUAL = {"GR": "EL", "GB": "UK"}


@dataclass(frozen=True)
class Inspection:
    """What a folder's monitor.toml says and what is wrong with it.

    Attributes:
        monitor: without its invalid parts; None where title, country, period or source are unusable.
        source: the source, also where the monitor as a whole is unusable, so that its data can be checked.
        variables: the standard variables, those of the office among them.
        faults: everything that is wrong.
    """

    monitor: Monitor | None
    source: Source | None
    variables: Mapping[str, Variable]
    faults: tuple[Fault, ...]


def load_monitor(folder: Path) -> Monitor:
    """The monitor of a folder.

    Args:
        folder: holds monitor.toml.

    Raises:
        DefinitionError: with every fault of the monitor and of the office's own definitions.
    """
    monitor, faults = inspect_monitor(folder)
    if faults or monitor is None:
        raise DefinitionError(faults)
    return monitor


def inspect_monitor(folder: Path) -> tuple[Monitor | None, tuple[Fault, ...]]:
    """The monitor of a folder as far as it is right, and every fault."""
    found = inspect(folder)
    return found.monitor, found.faults


def inspect(folder: Path) -> Inspection:
    """Reads monitor.toml and the office's own definitions and checks them against the catalogue.

    Args:
        folder: holds monitor.toml, and perhaps `catalogue/` with definitions of the office.
    """
    own = own_catalogue(folder)
    catalogue = own.catalogue
    text, text_faults = _text(folder)
    if text is None:
        return Inspection(None, None, catalogue.variables, (*text_faults, *own.faults))
    reader = Reader(text, own.declared)
    reader.table(known=TABLES)
    reader.table("monitor", known=MONITOR_KEYS)
    source = read_source(reader, catalogue)
    monitor = _assemble(folder, reader, catalogue, source)
    faults = (*reader.faults, *_questions(text), *own.faults)
    return Inspection(monitor, source, catalogue.variables, tuple(dict.fromkeys(faults)))


def _assemble(folder: Path, reader: Reader, catalogue: Catalogue, source: Source | None) -> Monitor | None:
    """Puts a monitor together from its tables; what is wrong is noted in the reader and left out."""
    have = available(named_variables(reader, catalogue), catalogue.variables)
    title, country, period = (
        _title(reader),
        _country(reader, catalogue),
        read_period(reader, ("monitor", "period")),
    )
    reference_date = read_date(reader, ("monitor", "reference_date"))
    breakdowns = read_breakdowns(reader, catalogue, have)
    references = read_references(reader, catalogue)
    adjustments = read_adjustments(reader, folder, catalogue, have, breakdowns, source)
    policy, reason = read_policy(reader, source.kind if source else "survey", catalogue)
    interval, lonely_psu, confidence = _estimation(reader)
    named = named_variables(reader, catalogue)
    calibration = read_calibration(reader, folder, catalogue, have, named)
    years = read_earlier(reader, folder, catalogue, have, source, period, calibration)
    indicators = read_indicators(reader, catalogue, _reach(named, catalogue, source, period, years))
    outputs, (secret, noise) = _outputs(reader, folder), _security(reader, folder)
    check_rules(reader, policy, named, indicators)
    identifier = _id(reader)
    synthetic = reader.flag("monitor", "synthetic") or False
    if title is None or country is None or period is None or source is None:
        return None
    monitor = Monitor(
        id=identifier,
        title=title,
        folder=folder,
        country=country,
        period=period,
        source=source,
        variables=_variables(catalogue, reference_date or period.last_day, country),
        indicators=indicators,
        classifications=_classifications(
            catalogue, breakdowns, references, country, calibration, adjustments
        ),
        breakdowns=breakdowns,
        policy=policy,
        policy_reason=reason,
        areas=catalogue.areas,
        outputs=outputs,
        interval=interval,
        lonely_psu=lonely_psu,
        confidence=confidence,
        calibration=calibration,
        adjustments=adjustments,
        secret=secret,
        noise=noise,
        synthetic=synthetic,
    )
    earlier = tuple(_earlier(monitor, year, catalogue, references) for year in years)
    monitor = replace(monitor, earlier=earlier)
    check_method(reader, monitor)
    return monitor


def _reach(
    named: frozenset[str],
    catalogue: Catalogue,
    source: Source | None,
    period: Period | None,
    years: Iterable[EarlierYear],
) -> Reach:
    """What the files of the monitor's year and of the earlier ones tell."""
    periods = {year.period for year in years}
    before = {n for n in range(1, _MOST_YEARS + 1) if period and period.years_before(n) in periods}
    missing = None if period is None or period.before in periods else str(period.before)
    return Reach(
        here=available(named, catalogue.variables),
        over_years=available(named, catalogue.variables, {0, *before}),
        missing_period=missing,
        has_units=source is None or source.replicates is None,
    )


def _variables(catalogue: Catalogue, reference_date: date, country: str) -> tuple[Variable, ...]:
    return tuple(
        v.bind(reference_date, country, catalogue.country_sets) for v in catalogue.variables.values()
    )


def _earlier(
    monitor: Monitor, year: EarlierYear, catalogue: Catalogue, references: Mapping[str, str]
) -> Earlier:
    """The monitor as it stands for an earlier year."""
    that = replace(
        monitor,
        period=year.period,
        source=year.source,
        indicators=tuple(
            i for i in monitor.indicators if i.kind != "panel"
        ),  # whom it follows, nobody followed yet
        variables=_variables(catalogue, year.reference_date or year.period.last_day, monitor.country),
        classifications=_classifications(
            catalogue, monitor.breakdowns, references, monitor.country, year.calibration
        ),
        calibration=year.calibration,
        adjustments=(),
    )
    return Earlier(monitor=that, broken=year.broken)


def _classifications(
    catalogue: Catalogue,
    breakdowns: Iterable[Breakdown],
    references: Mapping[str, str],
    country: str,
    calibration: Weighting | None,
    adjustments: Iterable[Adjustment] = (),
) -> tuple[Classification, ...]:
    """Those of the breakdowns, and those only of margins of the weights or of covariates: compared with nothing."""
    names = dict.fromkeys(name for breakdown in breakdowns for name in breakdown.by)
    margins = calibration.calibration.margins if calibration else ()
    needed = {name for margin in margins for name in margin} | {n for a in adjustments for n in a.covariates}
    others = needed & catalogue.classifications.keys() - names.keys()

    def bound(name: str) -> Classification:
        return catalogue.classifications[name].bind(country, catalogue.country_sets)

    published = (bound(name) for name in names)
    compared = (replace(c, reference=references.get(c.id, c.reference)) for c in published)
    return (*compared, *(replace(bound(name), reference=None) for name in sorted(others)))


def _id(reader: Reader) -> str:
    value = reader.string("monitor", "id")
    if value is None:
        if reader.get("monitor", "id") is None:
            way_out = 'Write `id = "our-office-2023"`; it names the releases.'
            reader.required(("monitor", "id"), "a short name", way_out)
        return "monitor"
    if not _ID.fullmatch(value):
        expected, way_out = "small letters, digits, - and _", 'Write it like `id = "our-office-2023"`.'
        reader.fault(("monitor", "id"), expected, f"`{value}`", way_out)
        return "monitor"
    return value


def _title(reader: Reader) -> Text | None:
    path, way_out = ("monitor", "title"), 'Write `title = { en = "...", nl = "..." }`.'
    if reader.get(*path) is None:
        reader.required(path, "a title in English and Dutch", way_out)
        return None
    return reader.texts(*path)


def _country(reader: Reader, catalogue: Catalogue) -> str | None:
    path, expected = ("monitor", "country"), "two letters as the EU writes them, e.g. NL, EL or UK"
    value = reader.string(*path)
    if value is None:
        if reader.get(*path) is None:
            reader.required(path, "the reporting country", 'Write `country = "NL"`.')
        return None
    codes = [code for code in country_codes(catalogue) if len(code) == 2]
    if value in codes:
        return value
    usual = _USUAL.get(value.upper(), value.upper())
    known = usual in codes
    way_out = f'Write `country = "{usual}"`.' if known else "Give the code of the country that reports."
    reader.fault(path, expected, f"`{value}`", way_out)
    return None


def _estimation(reader: Reader) -> tuple[Interval, LonelyPsu, float]:
    reader.table("estimation", known=("interval", "lonely_psu", "confidence"))
    interval = reader.choice(INTERVALS, "estimation", "interval") or _default("interval")
    lonely_psu = reader.choice(LONELY_PSU, "estimation", "lonely_psu") or _default("lonely_psu")
    confidence = reader.number(0.5, 0.999, "estimation", "confidence") or _default("confidence")
    return cast(Interval, interval), cast(LonelyPsu, lonely_psu), confidence


def _outputs(reader: Reader, folder: Path) -> Path:
    reader.table("output", known=("folder",))
    value = Path(reader.string("output", "folder") or _default("outputs"))
    reader.faults += output_faults((folder / value).absolute(), reader.text.where("output", "folder"))
    return value


def _security(reader: Reader, folder: Path) -> tuple[Path, Path]:
    reader.table("security", known=("secret", "noise"))
    value = Path(reader.string("security", "secret") or SECRET_FILE)
    reader.faults += secret_faults(folder / value, reader.text.where("security", "secret"))
    return value, Path(reader.string("security", "noise") or NOISE_FILE)


def _default(field: str) -> Any:
    """What the model says where the file says nothing."""
    return Monitor.__dataclass_fields__[field].default


def _questions(text: MonitorText) -> list[Fault]:
    return [
        Fault(
            where=f"{FILE}, line {question.line}",
            field=question.key,
            expected="an answer to a question that `init` left open",
            found=f"the open question: {question.text.rstrip('.')}",
            way_out="Write the answer in this file and delete the line, or delete the file and run `init` "
            f'with an answers file that holds `"{question.key}" = "..."`.',
        )
        for question in text.questions
    ]


def _text(folder: Path) -> tuple[MonitorText | None, list[Fault]]:
    content = read_file(folder / FILE)
    if isinstance(content, str):
        way_out = f"Run `zaragoza init {shlex.quote(folder.name)} FILE...` to make one."
        if content != NO_FILE:
            way_out = "Have it opened to you, or name the folder of another monitor."
        return None, [Fault(FILE, "file", f"a {FILE} in the folder {folder.name}", content, way_out)]
    try:
        return read_text(content.decode("utf-8-sig")), []
    except UnicodeDecodeError:
        way_out = "Save it as UTF-8 in your editor."
        return None, [Fault(FILE, "file", "text in UTF-8", "bytes in another encoding", way_out)]
