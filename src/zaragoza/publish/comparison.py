"""The comparison of methods of protection as a table and a page, for the custodian alone."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

import pyarrow as pa

from zaragoza.errors import Fault, ReleaseError
from zaragoza.model.text import LANGUAGES, Language, Text
from zaragoza.publish.observations import as_csv

CSV, PAGE = "protection.csv", "protection.html"
_TITLE = Text("Methods of protection compared", "Methoden van bescherming vergeleken")
_FOR = Text(
    "For the custodian of the data, not for publication: what each method hides and changes in this monitor.",
    "Voor de beheerder van de gegevens, niet om te publiceren: wat elke methode in deze monitor verbergt en verandert.",
)
_METHODS: Mapping[str, Text] = {
    "suppression": Text("hide cells", "cellen verbergen"),
    "cell_key": Text("cell keys", "celsleutels"),
    "rounding": Text("random rounding by key", "afronding door toeval, op sleutel"),
    "controlled_rounding": Text("controlled rounding of n", "gecontroleerde afronding van n"),
}
_HEADINGS: Mapping[str, Text] = {
    "indicator": Text("indicator", "indicator"),
    "method": Text("method", "methode"),
    "levels": Text("levels", "niveaus"),
    "hidden_too_uncertain": Text("hidden: too uncertain", "verborgen: te onzeker"),
    "hidden_secondary": Text("hidden: protects another", "verborgen: beschermt een ander"),
    "hidden_dominance": Text("hidden: could reveal someone", "verborgen: kan iemand onthullen"),
    "hidden_too_few": Text("hidden: too few people", "verborgen: te weinig mensen"),
    "levels_kept": Text("levels shown", "getoonde niveaus"),
    "persons_kept": Text("people behind them", "mensen erachter"),
    "mean_change": Text("mean change of n", "gemiddelde verandering van n"),
    "largest_change": Text("largest change of n", "grootste verandering van n"),
    "hellinger": Text("Hellinger distance", "Hellingerafstand"),
    "interval_width": Text("width of what a reader can tell", "breedte van wat een lezer kan weten"),
    "levels_missed": Text("sums less uncertain than asked", "sommen minder onzeker dan gevraagd"),
    "adds_up": Text("figures add up", "cijfers tellen op"),
}
_YES_NO: Mapping[bool, Text] = {True: Text("yes", "ja"), False: Text("no", "nee")}


def write_comparison(table: pa.Table, folder: Path, titles: Mapping[str, Text]) -> tuple[Path, Path]:
    """Writes the comparison, readable by its owner alone.

    Args:
        table: of `compare_methods`.
        folder: made if need be; an older comparison in it is replaced.
        titles: of the indicators.

    Raises:
        ReleaseError: the folder cannot be written.
    """
    paths = folder / CSV, folder / PAGE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in zip(paths, (as_csv(table), _page(table, titles).encode()), strict=True):
            path.unlink(missing_ok=True)
            path.touch(mode=0o600)
            path.write_bytes(content)
    except OSError as error:
        found = (error.strerror or "an error of the disk").lower()
        raise ReleaseError(
            Fault(
                "compare-protection",
                folder.name,
                "a folder that can be written",
                found,
                "Name another folder.",
            )
        ) from None
    return paths


def _page(table: pa.Table, titles: Mapping[str, Text]) -> str:
    parts = "".join(_section(table, titles, language) for language in LANGUAGES)
    style = "body{font:1rem/1.5 sans-serif;margin:2rem}td,th{padding:.2rem .6rem;text-align:left}"
    return (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{escape(_TITLE.en)}</title>'
        f"<style>{style}</style></head>\n<body>\n{parts}</body>\n</html>\n"
    )


def _section(table: pa.Table, titles: Mapping[str, Text], language: Language) -> str:
    heads = "".join(
        f'<th scope="col">{escape(_HEADINGS[name][language])}</th>' for name in table.column_names
    )
    rows = "".join(
        "<tr>"
        + "".join(f"<td>{escape(_cell(name, row[name], titles, language))}</td>" for name in row)
        + "</tr>\n"
        for row in table.to_pylist()
    )
    return (
        f'<section lang="{language}"><h1>{escape(_TITLE[language])}</h1>\n<p>{escape(_FOR[language])}</p>\n'
        f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></section>\n"
    )


def _cell(name: str, value: object, titles: Mapping[str, Text], language: Language) -> str:
    if name == "indicator":
        return titles[str(value)][language]
    if name == "method":
        return _METHODS[str(value)][language]
    if isinstance(value, bool):
        return _YES_NO[value][language]
    if isinstance(value, float):
        shown = f"{value:.0%}" if name.endswith("_kept") else f"{value:.3g}"
        return shown if language == "en" else shown.replace(".", ",")
    return "–" if value is None else str(value)
