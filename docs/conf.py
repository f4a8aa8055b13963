"""How the documentation is built: Sphinx, Markdown by MyST, furo (adr/0009)."""

from __future__ import annotations

import re
import sys
from importlib.metadata import version as version_of
from pathlib import Path

from sphinx.application import Sphinx

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # for catalogue_pages

project = "Zaragoza"
author = "the Zaragoza contributors"
release = version = version_of("zaragoza")
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "catalogue_pages"]
exclude_patterns = ["_build"]

myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
napoleon_use_ivar = True  # attributes of a class are told once, in its own docstring
napoleon_numpy_docstring = False
python_maximum_signature_line_length = 90
toc_object_entries = False

html_theme = "furo"
html_title = f"Zaragoza {release}"
html_static_path = ["_static"]
html_css_files = ["style.css"]
html_show_sphinx = False
html_copy_source = False

# Papers of the repository's root that are pages here as well; their links are turned to the pages.
ROOT_PAPERS = {"glossary": "GLOSSARY.md", "changes": "CHANGELOG.md", "contributing": "CONTRIBUTING.md"}
_CODE = re.compile(r"(?<![`:])`([^`\n]+)`(?!`)(\w?)")


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", _take_from_root)
    app.connect("autodoc-process-docstring", _read_code_as_markdown_does)


def _take_from_root(app: Sphinx, page: str, source: list[str]) -> None:
    if page not in ROOT_PAPERS:
        return
    path = HERE.parent / ROOT_PAPERS[page]
    app.env.note_dependency(str(path))
    text = path.read_text(encoding="utf-8").replace("](docs/", "](")
    for other, paper in ROOT_PAPERS.items():
        text = text.replace(f"]({paper})", f"]({other}.md)")
    source[0] = text


def _read_code_as_markdown_does(*event: object) -> None:
    """Docstrings mark code by one backtick; reStructuredText wants two and nothing touching them."""
    lines = event[-1]
    assert isinstance(lines, list)
    lines[:] = [
        _CODE.sub(lambda m: f"``{m[1].strip()}``" + (f"\\ {m[2]}" if m[2] else ""), line) for line in lines
    ]
