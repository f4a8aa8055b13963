"""Sentences about weights: replicate weights as one set, and what calibration did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan

from zaragoza.model.snapshot import SourceQuality
from zaragoza.model.source import Source
from zaragoza.model.text import Language, Text
from zaragoza.model.weighting import CalibrationSummary, Weighting
from zaragoza.publish import numbers

_MOST_NAMED = 3
_TO = Text("to", "tot")
_METHODS: Mapping[str, Text] = {
    "linear": Text("linear (generalised regression)", "lineair (gegeneraliseerde regressie)"),
    "raking": Text("raking (exponential)", "raking (exponentieel)"),
    "logit": Text("logit, bounded", "logit, begrensd"),
}
_BY = {
    False: Text("the office, before this run", "de organisatie, vooraf"),
    True: Text("this run", "deze verwerking"),
}


def replicates(source: Source, quality: SourceQuality, language: Language) -> str:
    """The replicate weights as one set: method, how many and from which columns, or that they were made."""
    made = source.replicates
    if made is None:
        return ""
    if source.replicate_columns:
        columns = ", ".join(source.replicate_columns[:_MOST_NAMED])
        more = ", ..." if len(source.replicate_columns) > _MOST_NAMED else ""
        number = numbers.count(quality.replicates, language)
        text = Text(f"{number} of the source ({columns}{more})", f"{number} van de bron ({columns}{more})")
    else:
        text = Text("made from the sampling design", "gemaakt uit het steekproefontwerp")
    return f"{made.method}: {text[language]}"


def calibration(
    plan: Weighting, summary: CalibrationSummary, titles: Mapping[str, Text], language: Language
) -> Sequence[tuple[str, str]]:
    """Facts on a calibration: name and value.

    Args:
        plan: how it was done.
        summary: what it did.
        titles: of variables and classifications by id.
        language: of the words.
    """
    how = plan.calibration

    def title(name: str) -> str:
        return titles[name][language] if name in titles else name

    def change(before: float, after: float, *, counts: bool) -> str:
        written = numbers.count if counts else numbers.ratio
        return f"{written(before, language)} \N{RIGHTWARDS ARROW} {written(after, language)}"

    ends = (numbers.ratio(summary.least_factor, language), numbers.ratio(summary.greatest_factor, language))
    margins = [" \N{MULTIPLICATION SIGN} ".join(map(title, margin)) for margin in how.margins]
    facts = [
        (Text("Calibrated by", "Gekalibreerd door"), _BY[plan.here][language]),
        (Text("Method", "Methode"), _METHODS[how.method][language]),
        (Text("Known sizes of", "Bekende aantallen van"), "; ".join((*margins, *how.numbers))),
        (Text("Factors of the weights", "Factoren van de gewichten"), f" {_TO[language]} ".join(ends)),
        (
            Text("Effective sample size, before and after", "Effectieve steekproefomvang, voor en na"),
            change(summary.n_eff_before, summary.n_eff_after, counts=True),
        ),
        (
            Text(
                "Design effect of the weights, before and after", "Ontwerpeffect van de gewichten, voor en na"
            ),
            change(summary.deff_before, summary.deff_after, counts=False),
        ),
    ]
    if not isnan(summary.trimmed_share):
        trimmed = numbers.share(summary.trimmed_share, language)
        facts.append((Text("Weights cut to the cap", "Gewichten afgekapt op de bovengrens"), trimmed))
    return [(name[language], value) for name, value in facts]
