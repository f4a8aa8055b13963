"""Pages of the reference made from the catalogue before each build, so that they cannot lag behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from sphinx.application import Sphinx

from zaragoza.catalogue import load_catalogue
from zaragoza.model.classification import Classification
from zaragoza.model.indicator import Indicator
from zaragoza.model.text import Text
from zaragoza.model.variable import Derivation, Variable

FOLDER = "reference/generated"


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("builder-inited", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _write(app: Sphinx) -> None:
    catalogue = load_catalogue()
    pages = {
        "indicators": indicators(catalogue.indicators.values(), catalogue.areas),
        "variables": variables(catalogue.variables.values()),
        "classifications": classifications(catalogue.classifications.values()),
    }
    folder = Path(app.srcdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in pages.items():
        text = "\n".join(lines) + "\n"
        path = folder / f"{name}.md"
        if not path.is_file() or path.read_text(encoding="utf-8") != text:  # else Sphinx would read it again
            path.write_text(text, encoding="utf-8")


def indicators(entries: Iterable[Indicator], areas: dict[str, Text]) -> Iterator[str]:
    """The page of indicators, one section an area."""
    yield "# Indicators\n"
    yield "Every indicator of the catalogue with what is computed: `of` in the population `among`, as text.\n"
    for area, title in areas.items():
        of_area = [entry for entry in entries if entry.area == area]
        if of_area:
            yield f"## {title.en}\n"
        for entry in of_area:
            yield from _indicator(entry)


def _indicator(entry: Indicator) -> Iterator[str]:
    yield f"### {entry.title.en}\n"
    yield f"*{entry.title.nl}*. {entry.definition.en}\n"
    yield f"{entry.definition.nl}\n"
    facts = {
        "id": f"`{entry.id}`",
        "kind": f"{entry.kind} ({entry.unit})",
        "of": _code(entry.of),
        "over": _code(entry.over),
        "among": _code(entry.among),
        "no answer": "counts as no" if entry.missing == "counts" else "left out",
        "direction": entry.direction.replace("_", " "),
        "ages": entry.ages or "",
        "Eurostat": ", ".join(map(_code, entry.eurostat)),
        "also known as": ", ".join(map(_code, entry.aliases)),
        "source": entry.source,
    }
    yield from _facts(facts)


def variables(entries: Iterable[Variable]) -> Iterator[str]:
    """The page of standard variables, one section a variable."""
    yield "# Standard variables\n"
    yield "The names in which definitions are written, and the codes that their columns hold.\n"
    for entry in entries:
        yield f"## {entry.id}\n"
        yield f"{entry.title.en} (*{entry.title.nl}*), {entry.type}. {entry.definition.en}\n"
        known = sorted({f"{found.collection}: `{found.name}`" for found in entry.known_as})
        low, high = entry.range or ("", "")
        facts = {
            "range": f"{low} to {high}" if entry.range else "",
            "known as": ", ".join(known),
            "derived by": _derivation(entry.derive),
            "source": entry.source,
        }
        yield from _facts(facts)
        yield from _table(
            ("code", "English", "Dutch"), ((_code(c.code), c.title.en, c.title.nl) for c in entry.codes)
        )


def _derivation(derive: Derivation | None) -> str:
    if derive is None:
        return ""
    parts = [
        f"of {_code(derive.of)}" if derive.of else "",
        f"where {_code(derive.where)}" if derive.where else "",
        f"or {_code(derive.date)} where it is known" if derive.date else "",
    ]
    return " ".join(
        [f"`{derive.operator}`", *filter(None, parts), f"by `{derive.link}`" if derive.link else ""]
    ).strip()


def classifications(entries: Iterable[Classification]) -> Iterator[str]:
    """The page of classifications, one section each, with its rules in order."""
    yield "# Classifications\n"
    yield (
        "Rules are read from the top, the first that holds decides; a person whom none fits is unknown "
        "(`_U`). `{country}` is the reporting country, other names in braces are sets of countries.\n"
    )
    for entry in entries:
        yield f"## {entry.title.en}\n"
        yield f"*{entry.title.nl}*. {entry.note.en if entry.note else ''}\n"
        facts = {
            "id": f"`{entry.id}`",
            "origin groups": "yes" if entry.groups else "",
            "reference group": _code(entry.reference),
            "categories": f"the codes that {_code(entry.column)} holds" if entry.column else "",
            "needs": "; ".join(" or ".join(map(_code, names)) for names in entry.requires),
            "source": entry.source,
        }
        yield from _facts(facts)
        rows = ((_code(c.code), c.title.en, c.title.nl, _code(c.when)) for c in entry.categories)
        yield from _table(("code", "English", "Dutch", "when"), rows)


def _facts(facts: dict[str, str]) -> Iterator[str]:
    yield from (f"- {name}: {text}" for name, text in facts.items() if text)
    yield ""


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    cells = list(rows)
    if cells:
        yield "| " + " | ".join(head) + " |"
        yield "|" + "---|" * len(head)
        yield from ("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells)
        yield ""


def _code(text: str | None) -> str:
    return f"`{' '.join(text.split())}`" if text else ""
