"""How a release comes in: checked, copied, its tables and charts made aside, then shown by one switch."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from zaragoza.engine import Engine
from zaragoza.errors import Fault, ReleaseError
from zaragoza.folders import alone
from zaragoza.publish.manifest import FORMAT
from zaragoza.publish.release import verified
from zaragoza.publish.restored import PUBLISHED
from zaragoza.web.pages.prepare import prepare
from zaragoza.web.releases.edition import TABLES, Edition, edition, made_folder, releases_folder
from zaragoza.web.releases.models import Installed, Series

FORMATS = (FORMAT, PUBLISHED)
_LOCK, _LEAVINGS = ".installing", ".*.new-*"


def install(path: Path, *, activate: bool = True) -> Installed:
    """Takes a release into the site's folder and shows it; does nothing where it is there already.

    Args:
        path: folder of the release.
        activate: whether readers are shown it as the latest of its monitor.

    Raises:
        ReleaseError: it is no release, it was altered, or another of its name is installed.
    """
    manifest = verified(path, FORMATS)
    series = manifest["monitor"] if manifest["format"] == PUBLISHED else manifest["monitor"]["id"]
    known = Installed.objects.filter(series=series, release=manifest["release"]).first()
    if known is None:
        target = edition(series, manifest["release"])
        _files(path, target)
        prepare(target)
        known = _entered(manifest, series, activate=activate)
    if known.checksum != manifest["checksum"]:
        raise ReleaseError(
            Fault(
                where=path.name,
                field="release",
                expected=f"a release that {series} does not have yet",
                found="another one of that name",
                way_out="Give the monitor an id of its own, or serve it from another folder.",
            )
        )
    return known


def releases_in(path: Path) -> tuple[Path, ...]:
    """The release that a folder is, or those that it holds, at any depth, by name."""
    if (path / "manifest.json").is_file():
        return (path,)
    return tuple(sorted(found.parent for found in path.rglob("manifest.json")))


def _entered(manifest: dict[str, Any], series: str, *, activate: bool) -> Installed:
    """The one switch: before it readers see the old release, after it the new one."""
    with transaction.atomic():
        owner, _ = Series.objects.get_or_create(monitor=series, defaults={"place": Series.objects.count()})
        entered = Installed.objects.create(
            series=owner,
            release=manifest["release"],
            checksum=manifest["checksum"],
            made_at=datetime.fromisoformat(manifest["created_at"]),
            activated_at=timezone.now(),
        )
        if activate:
            owner.latest = entered
            owner.save(update_fields=["latest"])
    return entered


def _files(path: Path, target: Edition) -> None:
    """Copies the release and makes its tables and charts; each folder appears whole or not at all."""
    for folder in (releases_folder(), made_folder()):
        (folder / target.series).mkdir(parents=True, exist_ok=True)
    with alone(target.folder.parent, _LOCK, _LEAVINGS), alone(target.made.parent, _LOCK, _LEAVINGS):
        with _aside(target.folder) as copy:
            shutil.copytree(path, copy)
        with _aside(target.made) as made:
            made.mkdir()
            _tables(target.folder, made)


@contextmanager
def _aside(target: Path) -> Iterator[Path]:
    folder = target.parent / f".{target.name}.new-{secrets.token_hex(4)}"
    try:
        yield folder
        shutil.rmtree(target, ignore_errors=True)  # left by an attempt that never got into the list
        folder.rename(target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _tables(release: Path, made: Path) -> None:
    with Engine(threads=1) as engine:
        for name in TABLES:
            if (release / f"{name}.parquet").is_file():
                shutil.copyfile(release / f"{name}.parquet", made / f"{name}.parquet")
            elif (release / f"{name}.csv").is_file():
                engine.sniff_csv(release / f"{name}.csv").write_parquet(made / f"{name}.parquet")
