"""Files of an office that may not be there or may not be read: why, in words."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from pathlib import Path

NO_FILE = "no such file"


def read_file(path: Path | Traversable) -> bytes | str:
    """The bytes of a file, or in words what is found in its place."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return NO_FILE
    except IsADirectoryError:
        return "a folder of that name"
    except PermissionError:
        return "a file that you may not read"
    except OSError as error:
        return f"a file that cannot be read ({(error.strerror or type(error).__name__).lower()})"
