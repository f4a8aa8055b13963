"""What a release was made with: the versions of code and engines, and the commit where it can be told."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

_ENGINES = ("duckdb", "pyarrow", "numpy", "vl-convert-python")
_CHECKOUT = Path(__file__).resolve().parents[3]
_PATIENCE = 10.0  # seconds for git


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Names and versions of what made the release; what is not known has no entry."""
    found = {"zaragoza": _version("zaragoza"), "commit": _installed_commit() or commit_of(_CHECKOUT)}
    found |= {"python": platform.python_version()} | {name: _version(name) for name in _ENGINES}
    return {name: known for name, known in found.items() if known}


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _installed_commit() -> str | None:
    """The commit of an installation from version control (PEP 610); an ordinary one does not know it."""
    try:
        text = distribution("zaragoza").read_text("direct_url.json")
    except PackageNotFoundError:
        return None
    origin = json.loads(text) if text else {}
    commit = origin.get("vcs_info", {}).get("commit_id")
    return str(commit) if commit else None


def commit_of(checkout: Path) -> str | None:
    """The commit of a checkout, with `-dirty` behind it where files were changed since; None where it is none.

    Args:
        checkout: the folder that holds `.git`; the folders above it are not looked at.
    """
    git = shutil.which("git")
    if git is None or not (checkout / ".git").exists():
        return None
    describe = ("describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")
    command = [git, "--no-optional-locks", "-C", str(checkout), *describe]
    try:
        done = subprocess.run(  # noqa: S603 - fixed words and the package's own folder
            command, capture_output=True, text=True, check=True, timeout=_PATIENCE
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None
