"""YAML as the catalogue reads it: plain words, and faults of form with their line."""

from __future__ import annotations

import pytest

from zaragoza.catalogue.yaml import read_yaml


def test_plain_words_of_yaml() -> None:
    """Norway's code and a code with a leading zero stay texts; only true and false are truth values."""
    read = read_yaml(b"codes: [NO, no, on, y, 010, 1:30, 2020-01-01, true, 1, 1.5, ~]", "here")
    assert read.faults == []
    assert read.data == {"codes": ["NO", "no", "on", "y", "010", "1:30", "2020-01-01", True, 1, 1.5, None]}


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"a: 1\na: 2", "here, line 2"),
        (b"a: {b: 1,\n  b: 2}", "here, line 2"),
        (b"a: [", "here, line 1"),
        (b"a: 'x", "here, line 1"),
        (b"a: \xff", "here"),
        (b"a: 1\n---\nb: 2", "here, line 2"),
        (b"a: !!python/object:os.system x", "here, line 1"),
        (b"a: !!int x", "here, line 1"),
        (b"? [1]\n: 2", "here, line 1"),
        (b"[" * 500 + b"]" * 500, "here, line 1"),
    ],
)
def test_faults_of_form_have_a_line(content: bytes, where: str) -> None:
    (fault,) = read_yaml(content, "here").faults
    assert fault.where == where
