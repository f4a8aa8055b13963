"""Proofs that take minutes: every test in this folder is marked slow and may record figures for the page."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.verify.figures import Figure, write

_HERE = Path(__file__).parent
_FIGURES = pytest.StashKey[list[Figure]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A proof cannot slip into `make test` because somebody forgot the mark."""
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def record(request: pytest.FixtureRequest) -> Callable[..., None]:
    """`record(name, figure, command, bar)` puts a row on docs/verification.md when all proofs have held.

    `command` may be left out: then it is the one that runs the calling test alone.
    """

    def keep(name: str, figure: object, command: str | None = None, bar: str = "") -> None:
        figures = request.config.stash.setdefault(_FIGURES, [])
        figures.append(Figure(name, str(figure), command or _command(request.node), bar))

    return keep


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Writes the page when `make verify` asked for it and every proof held."""
    figures = session.config.stash.get(_FIGURES, [])
    path = os.environ.get("ZARAGOZA_VERIFICATION")
    if path and figures and exitstatus == pytest.ExitCode.OK:
        write(figures, Path(path))


def _command(node: pytest.Item) -> str:
    return f"pytest -m slow {node.path.relative_to(node.config.rootpath)} -k {node.originalname}"
