"""How a release comes in: checked, copied, its tables and charts made aside, then shown by one switch."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from zaragoza.errors import Fault, ReleaseError
from zaragoza.folders import alone
from zaragoza.publish.manifest import FORMAT, PUBLISHED
from zaragoza.publish.release import verified
from zaragoza.web.pages.prepare import prepare
from zaragoza.web.releases.edition import Edition
from zaragoza.web.releases.models import Installed, Series

FORMATS = (FORMAT, PUBLISHED)
_LOCK, _LEAVINGS = ".installing", ".*.new-*"
_SLUG = re.compile(r"[A-Za-z0-9_-]{1,100}")  # what an address can hold; such a name never leaves its folder


def install(path: Path, tell: Callable[[str], object] | None = None) -> Installed:
    """Takes a release into the site's folder; readers are shown it unless they are shown a later one already.

    Does nothing where it is there already. Whenever this is killed, readers see the release that they saw before, or
    this one, whole; what was begun is cleared away when the next release of the same monitor comes in.

    Args:
        path: folder of the release.
        tell: is given a line before a release is made ready, which takes a while.

    Raises:
        ReleaseError: it is no release, it was altered, or another of its name is installed.
    """
    manifest = verified(path, FORMATS)
    target = Edition(
        _series(path, manifest), manifest["release"]
    )  # not one that is kept: it may yet be refused
    for folder in (target.folder.parent, target.made.parent):
        folder.mkdir(parents=True, exist_ok=True)
    with alone(target.folder.parent, _LOCK, _LEAVINGS), alone(target.made.parent, _LOCK, _LEAVINGS):
        known = Installed.objects.filter(series=target.series, release=target.release).first()
        if known is None:
            if tell is not None:
                tell(f"{target.series} {target.release}: taken in now; its pages and charts are made once")
            _files(path, target)
            prepare(target)
            known = _entered(manifest, target.series)
    if known.checksum != manifest["checksum"]:
        raise ReleaseError(
            Fault(
                where=path.name,
                field="release",
                expected=f"a release that {target.series} does not have yet",
                found="another one of that name",
                way_out="Give the monitor an id of its own, or serve it from another folder.",
            )
        )
    return known


def install_all(
    folders: Sequence[Path], tell: Callable[[str], object] | None = None
) -> tuple[Installed, ...]:
    """Takes in every release of these folders, in their order; none where one of them is at fault.

    Args:
        folders: of releases, or folders that hold such folders at any depth.
        tell: is given a line before a release is made ready, which takes a while.

    Raises:
        ReleaseError: with the faults of all.
    """
    faults: list[Fault] = []
    found: list[Path] = []
    for folder in folders:
        releases = releases_in(folder)
        if not releases:
            way_out = "Name the folder of a release, or one that holds releases."
            faults.append(Fault(str(folder), "folder", "a release in it", "none", way_out))
        found += releases
    for release in found:
        try:
            verified(release, FORMATS)
        except ReleaseError as error:
            faults += error.faults
    if faults:
        raise ReleaseError(faults)
    return tuple(install(release, tell) for release in found)


def activate(series: str, release: str) -> None:
    """Shows readers this release of a monitor first, be it earlier or later than the one they are shown.

    Args:
        series: id of the monitor.
        release: id of one of its installed releases.

    Raises:
        ReleaseError: it is not installed.
    """
    with transaction.atomic():
        owner = Series.objects.select_for_update().filter(monitor=series).first()
        chosen = Installed.objects.filter(series=series, release=release).first()
        if owner is None or chosen is None:
            known = ", ".join(f"{each.series_id} {each.release}" for each in Installed.objects.all())
            way_out = f"Installed are {known}." if known else "Install it first."
            raise ReleaseError(Fault(series, "release", "one that is installed", release, way_out))
        owner.latest = chosen
        owner.save(update_fields=["latest"])


def releases_in(path: Path) -> tuple[Path, ...]:
    """The release that a folder is, or those that it holds, at any depth, by name; hidden folders are left out."""
    if (path / "manifest.json").is_file():
        return (path,)
    folders = (found.parent for found in path.rglob("manifest.json"))
    shown = (each for each in folders if not any(p.startswith(".") for p in each.relative_to(path).parts))
    return tuple(sorted(shown))


def _series(path: Path, manifest: dict[str, Any]) -> str:
    series = str(manifest["monitor"] if manifest["format"] == PUBLISHED else manifest["monitor"]["id"])
    for field, name in (("monitor", series), ("release", manifest["release"])):
        if not _SLUG.fullmatch(name):
            expected, way_out = "letters, digits, - and _", "Give the monitor such an id and publish again."
            raise ReleaseError(Fault(path.name, field, expected, "another name", way_out))
    return series


def _entered(manifest: dict[str, Any], series: str) -> Installed:
    """The one switch: before it readers see the old release, after it the new one."""
    with transaction.atomic():
        Series.objects.get_or_create(monitor=series, defaults={"place": Series.objects.count()})
        owner = Series.objects.select_for_update().get(monitor=series)
        entered = Installed.objects.create(
            series=owner,
            release=manifest["release"],
            checksum=manifest["checksum"],
            made_at=datetime.fromisoformat(manifest["created_at"]),
            activated_at=timezone.now(),
        )
        if owner.latest is None or owner.latest.made_at <= entered.made_at:
            owner.latest = entered
            owner.save(update_fields=["latest"])
    return entered


def _files(path: Path, target: Edition) -> None:
    """Copies the release, and makes room for its charts; each folder appears whole or not at all."""
    with _aside(target.folder) as copy:
        shutil.copytree(path, copy)
    with _aside(target.made) as made:
        made.mkdir()


@contextmanager
def _aside(target: Path) -> Iterator[Path]:
    folder = target.parent / f".{target.name}.new-{secrets.token_hex(4)}"
    try:
        yield folder
        shutil.rmtree(target, ignore_errors=True)  # left by an attempt that never got into the list
        folder.rename(target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
