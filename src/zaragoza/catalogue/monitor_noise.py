"""Protection by noise: the secret parameters of an office, and monitors that noise cannot protect.

Nobody who publishes about people uses parameters that anyone can read in this program. No message shows a parameter.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from zaragoza.catalogue.files import read_file
from zaragoza.catalogue.monitor_output import open_to_others
from zaragoza.catalogue.monitor_reader import Reader
from zaragoza.errors import DefinitionError, DisclosureError, Fault
from zaragoza.model.disclosure import PERTURBED_KINDS, Noise
from zaragoza.model.monitor import Monitor

NOISE_FILE, NOISE_VARIABLE = "noise.toml", "ZARAGOZA_NOISE"
_MOST, _LARGEST = 100, 1e4
_FORM = "Write e.g. `D = ...`, a line each, with the letters of docs/methods/perturbation.md."


def load_noise(monitor: Monitor) -> Noise | None:
    """The parameters of the cell key method, from the environment or the office's file; None for other methods.

    Args:
        monitor: names the file, relative to its folder.

    Raises:
        DefinitionError: they cannot be read, or others can read the file.
        DisclosureError: there are none of the office's own, and the data are about people.
    """
    if monitor.policy.method != "cell_key":
        return None
    noise, faults = _noise(monitor)
    if refused := [fault for fault in faults if fault.kind is DisclosureError]:
        raise DisclosureError(refused)
    if faults:
        raise DefinitionError(faults)
    return noise


def own_noise(monitor: Monitor) -> Noise:
    """The office's parameters where they are there and right, else those for made-up data: for comparisons alone."""
    noise, faults = _noise(monitor)
    return Noise() if faults else noise


def check_method(reader: Reader, monitor: Monitor) -> None:
    """Notes why a monitor cannot be protected by the noise that it asks for.

    Args:
        reader: monitor.toml; faults are noted in it.
        monitor: as far as it is right.
    """
    policy = monitor.policy
    if policy.method == "suppression":
        return
    suppress = 'Write `method = "suppression"` under [protection]'

    def fault(path: tuple[str, ...], expected: str, found: str, way_out: str) -> None:
        reader.fault(path, expected, found, f"{way_out}, or: {suppress}.")

    for indicator in monitor.indicators:
        one_period = not indicator.over_years
        if not one_period or indicator.measure.kind not in PERTURBED_KINDS or indicator.plausible > 1:
            what = "plausible values" if indicator.plausible > 1 else f"a {indicator.kind}"
            fault(
                ("monitor", "indicators"),
                f"shares, means and totals, not `{indicator.id}`",
                what,
                "Take it off the list",
            )
    if monitor.adjustments:
        found = "adjusted gaps, which exact figures follow from"
        fault(("adjustments",), "none beside perturbed figures", found, "Delete [[adjustments]]")
    if "person" not in monitor.source.variables:
        expected = "an identifier, so that the same person has the same key in every file"
        fault(("source", "variables", "person"), expected, "none", "Map a column to `person`")
    if policy.method == "rounding" and not policy.full_count:
        expected = "a register: rounding is for counts of everybody"
        fault(("protection", "method"), expected, "a survey", 'Write `method = "cell_key"`')
    if policy.method == "cell_key":
        reader.faults += _noise(monitor)[1]


def _noise(monitor: Monitor) -> tuple[Noise, list[Fault]]:
    given = os.environ.get(NOISE_VARIABLE)
    path = monitor.folder / (monitor.noise or NOISE_FILE)
    if given is not None:
        noise, faults = _parse(given, "environment", NOISE_VARIABLE)
    else:
        noise, faults = _of_file(path, synthetic=monitor.synthetic)
    if not faults and noise == Noise() and not monitor.synthetic:
        expected = "parameters that only the office knows"
        faults = [_refused(expected, "those that come with the program, which anyone can read")]
    return noise, faults


def _of_file(path: Path, *, synthetic: bool) -> tuple[Noise, list[Fault]]:
    content = read_file(path)
    if isinstance(content, str):
        expected = f"a file with the office's own parameters, or {NOISE_VARIABLE} in the environment"
        return Noise(), [] if synthetic else [_refused(expected, content)]
    faults = open_to_others(path, "monitor.toml", "security.noise")
    noise, unusable = _parse(content.decode("utf-8", errors="replace"), "monitor.toml", "security.noise")
    return noise, faults + unusable


def _refused(expected: str, found: str) -> Fault:
    way_out = (
        f"Choose them with your methodologist and write them into {NOISE_FILE}, readable by its owner alone."
    )
    return Fault("monitor.toml", "security.noise", expected, found, way_out, DisclosureError)


def _parse(text: str, where: str, field: str) -> tuple[Noise, list[Fault]]:
    """Parameters from TOML; in the environment semicolons may stand for line ends."""
    try:
        values = tomllib.loads(text.replace(";", "\n"))
    except tomllib.TOMLDecodeError:
        return Noise(), [Fault(where, field, "parameters as TOML", "another text", _FORM)]
    faults = [
        Fault(where, f"{field} {name}", expected, "something else", _FORM)
        for name, (expected, holds) in _PARAMETERS.items()
        if name in values and not holds(values[name])
    ]
    faults += [
        Fault(where, field, "one of " + ", ".join(_PARAMETERS), "an unknown key", _FORM)
        for name in values
        if name not in _PARAMETERS
    ]
    if faults:
        return Noise(), faults
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in values.items()
    }
    return Noise(**given), []


def _whole(low: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= _MOST


def _between(low: float, high: float) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    )


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _flags(value: Any) -> bool:
    return _flag(value) or (isinstance(value, list) and len(value) > 0 and all(map(_flag, value)))


_PARAMETERS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "D": ("a whole number from 1", _whole(1)),
    "V": ("a number above 0", _between(1e-6, _LARGEST)),
    "js": ("a whole number from 0", _whole(0)),
    "pstay": ("a number from 0 to 1", _between(0, 1)),
    "mono": ("true or false, or a list of them", _flags),
    "exact": ("true or false", _flag),
}
