"""Tables of people for the indicators, one module a subject; `test_indicators` reads them all.

The last columns are indicators: `yes` counts in numerator and denominator, `no` in the denominator only, `out` in
neither; of a mean the number that the person gives. A dot is no answer.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

TABLES: tuple[str, ...] = tuple(
    table
    for module in pkgutil.iter_modules(__path__)
    for table in import_module(f"{__name__}.{module.name}").TABLES
)
