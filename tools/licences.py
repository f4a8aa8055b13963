"""Checks that every package of a requirement file has a licence that an EUPL-1.2 work may stand on.

    python tools/licences.py requirements/run.txt

A package says its licence in three ways, newest first: an SPDX expression, trove classifiers, or free text.
The first one that is there counts. An expression holds if each of its AND parts has an OR part on the list.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ALLOWED = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "ISC",
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "MPL-2.0",
        "PSF-2.0",
        "Python-2.0",
        "Unicode-3.0",
        "Unlicense",
        "Zlib",
    }
)
# What packages write instead of SPDX names.
_KNOWN_AS = {
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
}


def required(path: Path) -> Iterator[str]:
    """Names of the packages that a requirement file pins, whatever system or Python they are for."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)==", line):
            yield match[1]


def licence(package: Distribution) -> str:
    """The licence that a package states, as an SPDX expression where it can be told."""
    data = package.metadata
    if "License-Expression" in data:
        return data["License-Expression"]
    classifiers = [c.rpartition(" :: ")[2] for c in data.get_all("Classifier", []) if c.startswith("License")]
    named = [c for c in classifiers if c != "OSI Approved"]
    if named:  # several classifiers: the reader may choose
        return " OR ".join(_KNOWN_AS.get(name.lower(), name) for name in named)
    text = data["License"].strip() if "License" in data else ""
    return _KNOWN_AS.get(text.lower(), text.partition("\n")[0])


def allowed(expression: str) -> bool:
    """Whether an expression of AND and OR can be met with licences of the list; WITH is not."""
    text = expression.replace("(", "").replace(")", "")
    parts = re.split(r"\s+AND\s+", text)
    return all(any(name.strip() in ALLOWED for name in re.split(r"\s+OR\s+", part)) for part in parts)


def refused(path: Path) -> list[str]:
    """One line for each installed package of the file whose licence is not on the list."""
    lines = []
    for name in required(path):
        try:
            stated = licence(distribution(name))
        except PackageNotFoundError:  # for another system or Python
            continue
        if not allowed(stated):
            lines.append(f"{name}: {stated or 'no licence stated'}")
    return lines


def main(arguments: list[str]) -> int:
    """Prints what is not allowed; 1 if there is any."""
    faults = [line for argument in arguments for line in refused(Path(argument))]
    for line in faults:
        print(f"licence not on the list of tools/licences.py: {line}", file=sys.stderr)
    if not faults:
        print("licences: all on the list")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
