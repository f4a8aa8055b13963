"""Asks whether any package of a requirement file is known to be unsafe.

    python tools/audit.py .venv/bin/uv requirements/develop.txt

uv asks the database OSV. Where no network leads there nothing was audited: that is said, and ends with a code of its
own, so that it never passes for clean.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

_PINNED = re.compile(r"^[A-Za-z0-9][^\\#]*==[^\\#]*", re.MULTILINE)
_UNREACHED = re.compile(r"dns error|client error \(Connect\)|timed out|Failed to fetch", re.IGNORECASE)
UNSAFE, BROKEN = 1, 2  # as uv ends
NOT_AUDITED = 3


def project(requirements: str) -> str:
    """A pyproject.toml that asks for just these versions."""
    pinned = [line.strip() for line in _PINNED.findall(requirements)]
    lines = "".join(f"  {json.dumps(line)},\n" for line in pinned)
    head = '[project]\nname = "audited"\nversion = "0"\nrequires-python = ">=3.11"\n'
    return f"{head}dependencies = [\n{lines}]\n"


def audit(uv: Path, requirements: Path, *more: str) -> tuple[int, str]:
    """The exit code and what there is to say.

    Args:
        uv: the program.
        requirements: file with a version of every package.
        more: options of `uv audit`.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pyproject.toml"
        path.write_text(project(requirements.read_text(encoding="utf-8")), encoding="utf-8")
        command = [str(uv.absolute()), "audit", "--preview", *more]
        done = subprocess.run(  # noqa: S603 - our own words
            command,
            cwd=folder,
            env={**os.environ, "UV_PYTHON": sys.executable},
            check=False,
            capture_output=True,
            text=True,
        )
    if done.returncode == BROKEN and _UNREACHED.search(done.stderr):
        reason = done.stderr.strip().splitlines()[-1].strip().removeprefix("cause: ")
        return NOT_AUDITED, (
            f"NOT AUDITED: the database of vulnerabilities cannot be reached ({reason}). "
            "Whether a package is unsafe is not known. Ask again where a network leads to api.osv.dev."
        )
    return done.returncode, f"{done.stdout}{done.stderr}".strip()


def main(arguments: Sequence[str]) -> int:
    """Prints what was found."""
    uv, requirements, *more = arguments
    code, text = audit(Path(uv), Path(requirements), *more)
    print(text)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
