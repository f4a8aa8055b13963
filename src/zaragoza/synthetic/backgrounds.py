"""Five backgrounds by which the made-up country's people answer questions, and columns of answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from zaragoza.synthetic.draws import Array
from zaragoza.synthetic.origin import Origins
from zaragoza.synthetic.origins import EU, NATIVE, NON_EU

# The last two: born outside the EU, here for less than ten years, and for longer.
NATIVES, SECOND, EU_BORN, NEWER, SETTLED = range(5)
ADULT: Final = 16  # surveys ask people of 16 and over
_SETTLED_AFTER: Final = 10


def backgrounds(origins: Origins) -> Array:
    """The background of everybody."""
    foreign_parent = (origins.mother > NATIVE) | (origins.father > NATIVE)
    newer = (origins.group == NON_EU) & (origins.years < _SETTLED_AFTER)
    chosen = np.select(
        [newer, origins.group == NON_EU, origins.group == EU, foreign_parent],
        [NEWER, SETTLED, EU_BORN, SECOND],
        NATIVES,
    )
    return np.asarray(chosen.astype(np.int8))


def coded(position: Array, codes: Sequence[str], asked: Array) -> Any:
    """Answers by their position among the codes; nothing of those who are not asked."""
    return pa.DictionaryArray.from_arrays(
        pa.array(position.astype(np.int8), mask=~asked), pa.array(list(codes))
    )


def answered(values: Array, asked: Array) -> Any:
    """Answers of those who are asked."""
    return pa.array(values, mask=~asked)
