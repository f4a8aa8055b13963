"""Pages of the reference made from the catalogue before each build, so that they cannot lag behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from indicator_pages import code, facts, pages, table
from plan_pages import plan_page
from sphinx.application import Sphinx

from zaragoza.catalogue import load_catalogue, load_plans
from zaragoza.model.classification import Classification
from zaragoza.model.variable import Derivation, Variable

FOLDER = "reference/generated"


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("builder-inited", _write)
    app.connect("html-page-context", _in_dutch)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _write(app: Sphinx) -> None:
    catalogue = load_catalogue()
    made = {
        **dict(pages(catalogue)),
        "variables": "\n".join(variables(catalogue.variables.values())) + "\n",
        "classifications": "\n".join(classifications(catalogue.classifications.values())) + "\n",
        "plans": "\n".join(plan_page(load_plans())) + "\n",
    }
    folder = Path(app.srcdir) / FOLDER
    for path in folder.rglob("*.md"):  # of an area that is gone
        if path.relative_to(folder).with_suffix("").as_posix() not in made:
            path.unlink()
    for name, text in made.items():
        path = folder / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:  # else Sphinx would read it again
            path.write_text(text, encoding="utf-8")


def _in_dutch(app: Sphinx, page: str, template: str, context: dict[str, object], doctree: object) -> None:
    """Says of a Dutch page that it is Dutch, for those who have it read to them."""
    if page.startswith(f"{FOLDER}/nl/"):
        context["language"] = "nl"


def variables(entries: Iterable[Variable]) -> Iterator[str]:
    """The page of standard variables, one section a variable."""
    yield "# Standard variables\n"
    yield "The names in which definitions are written, and the codes that their columns hold.\n"
    for entry in entries:
        yield f"## {entry.id}\n"
        yield f"{entry.title.en} (*{entry.title.nl}*), {entry.type}. {entry.definition.en}\n"
        known = sorted({f"{found.collection}: `{found.name}`" for found in entry.known_as})
        low, high = entry.range or ("", "")
        told = {
            "range": f"{low} to {high}" if entry.range else "",
            "known as": ", ".join(known),
            "derived by": _derivation(entry.derive),
            "source": entry.source,
        }
        yield from facts(told)
        yield from table(
            ("code", "English", "Dutch"), ((code(c.code), c.title.en, c.title.nl) for c in entry.codes)
        )


def _derivation(derive: Derivation | None) -> str:
    if derive is None:
        return ""
    parts = [
        f"of {code(derive.of)}" if derive.of else "",
        f"where {code(derive.where)}" if derive.where else "",
        f"or {code(derive.date)} where it is known" if derive.date else "",
        f"of {derive.years} years before" if derive.years else "",
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
        told = {
            "id": f"`{entry.id}`",
            "origin groups": "yes" if entry.groups else "",
            "reference group": code(entry.reference),
            "categories": f"the codes that {code(entry.column)} holds" if entry.column else "",
            "needs": "; ".join(" or ".join(map(code, names)) for names in entry.requires),
            "source": entry.source,
        }
        yield from facts(told)
        rows = ((code(c.code), c.title.en, c.title.nl, code(c.when)) for c in entry.categories)
        yield from table(("code", "English", "Dutch", "when"), rows)
