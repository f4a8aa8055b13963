"""The folder of the releases: numbers that are never given twice, whole folders, dead runs, and who may read."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT
from tests.web.releases import write
from zaragoza.errors import ReleaseError
from zaragoza.folders import alone
from zaragoza.model.period import Period
from zaragoza.publish import store
from zaragoza.publish.versions import commit_of, versions

POSIX = pytest.mark.skipif(os.name != "posix", reason="file modes and locks of POSIX")


def names(folder: Path) -> set[str]:
    """What lies in the folder of the releases beside the list of their ids."""
    return {path.name for path in (folder / "releases").iterdir()} - {store.KNOWN}


def remove(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()


def test_numbers_count_on_from_the_highest(tmp_path: Path) -> None:
    for name in ("2023-r3", "2023-r10", "2022-r30", "2023-rx", "2023-Q1-r40"):
        (tmp_path / name).mkdir()
    assert store.next_id(tmp_path, Period("2023")) == "2023-r11"


def test_the_number_of_a_release_that_was_taken_away_is_not_given_again(tmp_path: Path) -> None:
    first, second = write(tmp_path), write(tmp_path)
    remove(second.path)
    third = write(tmp_path)
    assert (third.id, third.manifest["follows"]) == ("2023-r3", first.id)
    assert names(tmp_path) == {"2023-r1", "2023-r3"}


def test_a_release_that_was_altered_is_not_followed(tmp_path: Path) -> None:
    first = write(tmp_path)
    page = first.path / "en" / "neet.html"
    page.chmod(0o644)
    page.write_text("other figures", encoding="utf-8")
    with pytest.raises(ReleaseError) as caught:
        write(tmp_path)
    (fault,) = caught.value.faults
    assert (fault.where, fault.field) == ("2023-r1", "en/neet.html")
    assert names(tmp_path) == {"2023-r1"}
    remove(first.path)  # the way out
    assert write(tmp_path).id == "2023-r2"


def test_when_the_disk_fails_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    def full(_: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("zaragoza.publish.store.os.fsync", full)
    with pytest.raises(ReleaseError) as caught:
        write(tmp_path)
    assert "no space left" in str(caught.value)
    assert names(tmp_path) == set()
    assert write(tmp_path).id == "2023-r1"


def test_a_release_that_appears_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "releases" / "2023-r1"

    def appear(_: int) -> None:
        other.mkdir(parents=True, exist_ok=True)
        (other / "manifest.json").write_text("theirs")

    monkeypatch.setattr("zaragoza.publish.store.os.fsync", appear)
    with pytest.raises(ReleaseError):
        write(tmp_path)
    assert [path.name for path in other.iterdir()] == ["manifest.json"]
    assert (other / "manifest.json").read_text() == "theirs"
    assert names(tmp_path) == {"2023-r1"}


@POSIX
def test_what_a_killed_run_left_is_gone_after_the_next(tmp_path: Path) -> None:
    kill = (
        "import os, sys; from pathlib import Path; from tests.web.releases import write;"
        "os.fsync = lambda _: os.kill(os.getpid(), 9); write(Path(sys.argv[1]))"
    )
    done = subprocess.run([sys.executable, "-c", kill, str(tmp_path)], cwd=ROOT, check=False)
    assert done.returncode == -9
    (left,) = names(tmp_path)
    assert left.startswith(".2023-r1-")
    assert write(tmp_path).id == "2023-r1"
    assert names(tmp_path) == {"2023-r1"}


@POSIX
def test_what_a_run_that_is_alive_builds_stays(tmp_path: Path) -> None:
    """Another run waits for the lock of the living one; it clears away only when that has ended."""
    wait = (
        "import sys; from pathlib import Path; from zaragoza.folders import alone\n"
        "with alone(Path(sys.argv[1]), '.lock', '.building-*'): print('mine')"
    )
    (tmp_path / "mine").mkdir()
    with alone(tmp_path, ".lock", ".building-*"):
        building = tmp_path / ".building-a"
        building.mkdir()
        other = subprocess.Popen(
            [sys.executable, "-c", wait, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(timeout=2)
        assert building.is_dir()
    assert other.communicate(timeout=60)[0] == "mine\n"
    assert not building.exists()
    assert (tmp_path / "mine").is_dir()


def test_folders_of_other_kinds_are_left_alone(tmp_path: Path) -> None:
    for name in (".git", ".my-review-notes", "2022-r1-copy", ".2023-report-old"):
        (tmp_path / "releases" / name).mkdir(parents=True)
    write(tmp_path)
    assert names(tmp_path) == {".git", ".my-review-notes", "2022-r1-copy", ".2023-report-old", "2023-r1"}


@POSIX
@pytest.mark.parametrize(("umask", "file", "folder"), [(0o022, 0o444, 0o755), (0o027, 0o440, 0o750)])
def test_who_may_read_is_for_the_umask_to_say(tmp_path: Path, umask: int, file: int, folder: int) -> None:
    before = os.umask(umask)
    try:
        release = write(tmp_path)
    finally:
        os.umask(before)
    everything = [release.path, *release.path.rglob("*")]
    modes = {path.is_dir(): stat.S_IMODE(path.stat().st_mode) for path in everything}
    assert modes == {True: folder, False: file}
    assert len({(path.is_dir(), path.stat().st_mode) for path in everything}) == 2


def test_a_release_names_the_commit_of_its_code(tmp_path: Path) -> None:
    def git(*words: str) -> str:
        name = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main")
        done = subprocess.run(
            ["git", "-C", str(tmp_path), *name, *words], check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    assert commit_of(tmp_path) is None
    git("init", "-q")
    assert commit_of(tmp_path) is None  # no commit yet
    (tmp_path / "code.py").write_text("one = 1\n")
    git("add", "code.py")
    git("commit", "-q", "-m", "one")
    assert commit_of(tmp_path) == git("rev-parse", "HEAD")
    (tmp_path / "code.py").write_text("one = 2\n")
    assert commit_of(tmp_path) == git("rev-parse", "HEAD") + "-dirty"
    (tmp_path / "within").mkdir()
    assert (
        commit_of(tmp_path / "within") is None
    )  # a package inside somebody's repository is not that repository


def test_what_is_not_known_of_the_code_is_left_out(tmp_path: Path) -> None:
    made_with = json.loads((write(tmp_path).path / "manifest.json").read_text("utf-8"))["made_with"]
    assert made_with == versions()
    assert all(made_with.values())
