"""Two vintages compared one figure at a time, with dictionaries."""

from __future__ import annotations

from collections.abc import Mapping

Key = tuple[str, ...]
Said = tuple[float | None, str]  # value, flag


def compared(earlier: Mapping[Key, Said], later: Mapping[Key, Said]) -> dict[Key, tuple[str, float | None]]:
    """Key -> change and difference, of the figures that are not the same."""
    found: dict[Key, tuple[str, float | None]] = {}
    for key in earlier.keys() | later.keys():
        if key not in earlier:
            found[key] = ("new", None)
        elif key not in later:
            found[key] = ("dropped", None)
        else:
            (before, old), (after, new) = earlier[key], later[key]
            difference = None if before is None or after is None else after - before
            if before != after:
                found[key] = ("revised", difference)
            elif old != new:
                found[key] = ("flag", difference)
    return found
