"""Reports as PDF that everybody can read: tagged after PDF/UA-1, with the fonts that come with the typesetter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files

import typst

_TEMPLATES = files("zaragoza.publish") / "templates"


def pdf(template: str, data: Mapping[str, object], made_at: datetime) -> bytes:
    """A report set from its template; the same data give the same bytes.

    Args:
        template: name of a template of this package; it reads `data` from its input of that name.
        data: what the report says, as JSON can hold it: every word and number in the language of the report.
        made_at: the time that the file says it was made at.

    Raises:
        typst.TypstError: the template is at fault, or lacks what PDF/UA-1 asks: title, language, heading order.
    """
    source = (_TEMPLATES / template).read_bytes()
    return typst.compile(
        source,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=int(made_at.timestamp()),
    )
