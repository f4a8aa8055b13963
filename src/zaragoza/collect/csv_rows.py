"""Rows of small CSV files that an office writes itself: answers about policies, standard errors."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from zaragoza.collect.attempts import Failure, attempt
from zaragoza.errors import Fault


def csv_rows(file: str, folder: Path, columns: Sequence[str], what: str) -> csv.DictReader[str] | Fault:
    """The rows of a file, or why it cannot be read.

    Args:
        file: CSV in UTF-8, comma or semicolon.
        folder: to which it is relative.
        columns: that it must have; further ones are left alone.
        what: it is a file of.
    """
    content = attempt(partial((folder / file).read_text, "utf-8-sig"), OSError, UnicodeError)
    if isinstance(content, Failure):
        way_out = "Correct the path; write the file in UTF-8."
        return Fault(file, "file", f"a file of {what}", f"none ({content.kind})", way_out)
    rows = csv.DictReader(io.StringIO(content, newline=""), delimiter=_delimiter(content))
    lacking = [name for name in columns if name not in (rows.fieldnames or ())]
    if lacking:
        return Fault(file, "columns", ", ".join(columns), f"none of {', '.join(lacking)}", "Add them.")
    return rows


def _delimiter(content: str) -> str:
    head = content.partition("\n")[0]
    return ";" if head.count(";") > head.count(",") else ","
