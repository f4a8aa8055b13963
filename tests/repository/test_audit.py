"""What `make audit` says of what uv finds; uv is a stand-in that says what it is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support import ROOT
from tools.audit import BROKEN, NOT_AUDITED, UNSAFE, audit, project

UNREACHED = "error: Request failed\n  cause: client error (Connect)\n  cause: dns error\n"
CASES = {
    "safe": (0, "", "Found no known vulnerabilities", 0, "Found no known"),
    "unsafe": (UNSAFE, "babel 2.18.0 has 1 known vulnerability", "", UNSAFE, "babel 2.18.0"),
    "unreached": (BROKEN, "", UNREACHED, NOT_AUDITED, "NOT AUDITED"),
    "refused": (BROKEN, "", "error: operation timed out", NOT_AUDITED, "is not known"),
    "broken": (BROKEN, "", "error: unexpected argument", BROKEN, "unexpected argument"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_said(case: str, tmp_path: Path) -> None:
    ends, out, err, code, text = CASES[case]
    (tmp_path / "out").write_text(out, encoding="utf-8")
    (tmp_path / "err").write_text(err, encoding="utf-8")
    uv = tmp_path / "uv"
    uv.write_text(f"#!/bin/sh\ncat {tmp_path}/out\ncat {tmp_path}/err >&2\nexit {ends}\n", encoding="utf-8")
    uv.chmod(0o755)
    found = audit(uv, ROOT / "requirements" / "run.txt")
    assert found[0] == code
    assert text in found[1]
    assert (found[0] == 0) == (case == "safe"), "nothing else passes for clean"


@pytest.mark.parametrize("name", ["run.txt", "develop.txt"])
def test_every_locked_package_is_asked_for(name: str) -> None:
    locked = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    assert len(re.findall(r'^  "', project(locked), re.MULTILINE)) == len(
        re.findall(r"^\S+==", locked, re.MULTILINE)
    )
