"""The files of the repository, as its own tests read them."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

from tests.support import ROOT

_MADE = {".venv", ".git", "demo", "_build", "generated", "dist", "__pycache__", ".hypothesis"}
_TEXT = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".yaml",
    ".yml",
    ".sh",
    ".html",
    ".css",
    ".js",
    ".csv",
    ".json",
    ".sql",
    "",
}


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that belongs to the repository or is about to; without git, all but what make makes."""
    names = _known_to_git()
    if names:
        found = [ROOT / name for name in names]
    else:
        found = [path for path in ROOT.rglob("*") if not _is_made(path.relative_to(ROOT))]
    return tuple(sorted(path for path in found if path.is_file()))


def written() -> tuple[Path, ...]:
    """Those that people wrote: text, not fixtures of bytes."""
    return tuple(path for path in tracked() if path.suffix in _TEXT)


def ending(*suffixes: str, under: str = "") -> tuple[Path, ...]:
    """Those with a suffix, below a folder."""
    return tuple(p for p in tracked() if p.suffix in suffixes and name(p).startswith(under))


def name(path: Path) -> str:
    """The path as people write it, from the root of the repository."""
    return path.relative_to(ROOT).as_posix()


def text(path: Path) -> str:
    """The words of a file; bytes that are no UTF-8 show as replacement characters."""
    return path.read_text(encoding="utf-8", errors="replace")


def _known_to_git() -> list[str]:
    """Empty where there is no git, no clone, or git does not trust the folder's owner."""
    if not shutil.which("git"):
        return []
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    run = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    return [name for name in run.stdout.split("\0") if name] if run.returncode == 0 else []


def _is_made(path: Path) -> bool:
    return any(part in _MADE or part.endswith(("_cache", ".egg-info")) for part in path.parts)
