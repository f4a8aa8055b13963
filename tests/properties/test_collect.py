"""Tables written in any usual way are read back equal; keys and weights survive the whole stage."""

from __future__ import annotations

import csv
import gzip
import io
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.collecting import SECRET, VARIABLES, engine, source
from zaragoza.collect import collect
from zaragoza.collect.files import read
from zaragoza.model.source import ColumnMapping as Map

__all__ = ["engine"]

ENCODINGS = {
    "utf-8": st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn")),
    "utf-8-sig": st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn")),
    "utf-16": st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn")),
    "cp1252": st.characters(codec="cp1252", exclude_categories=("Cc",)),
    "iso8859-7": st.characters(codec="iso8859-7", exclude_categories=("Cc",)),
}
NAMES = st.from_regex(r"[a-z][a-z_]{0,6}[0-9]?", fullmatch=True)


@st.composite
def written_tables(draw):
    """Names, rows, and the bytes of a text file that holds them, with how they were written."""
    encoding = draw(st.sampled_from(sorted(ENCODINGS)))
    delimiter = draw(st.sampled_from([",", ";", "\t", "|", "~"]))
    names = draw(st.lists(NAMES, min_size=2, max_size=5, unique_by=str.lower))
    signs = ENCODINGS[encoding] | st.sampled_from(list('",;\t|~ \n'))
    cell = st.text(signs, max_size=8) | st.from_regex(r"-?[0-9]{1,4}([.,][0-9]{1,3})?", fullmatch=True)
    rows = draw(st.lists(st.lists(cell, min_size=len(names), max_size=len(names)), min_size=1, max_size=12))
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    line_end = draw(st.sampled_from(["\n", "\r\n"]))
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(
        [names, *rows]
    )
    content = buffer.getvalue().encode(encoding)
    return names, rows, gzip.compress(content) if draw(st.booleans()) else content, delimiter, encoding


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(written_tables())
def test_a_text_file_is_read_back_as_it_was_written(case):
    names, rows, content, delimiter, encoding = case
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(content)
        table = read(path, delimiter=delimiter, encoding=encoding)
    assert table.column_names == names
    found = [list(row.values()) for row in table.to_pylist()]
    assert found == [[cell or None for cell in row] for row in rows]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(written_tables())
def test_how_it_was_written_is_found_out(case):
    names, rows, content, _, encoding = case
    assume(encoding.startswith("utf"))  # an eight-bit encoding is a guess
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(content)
        table = read(path)
    assert table.column_names == names
    assert table.num_rows == len(rows)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1", "2", "9", "5", ""]),
            st.integers(-5, 130) | st.none(),
            st.decimals(0, 999, places=2),
        ),
        min_size=1,
        max_size=30,
    ),
    st.sampled_from([".", ","]),
)
def test_counts_of_the_stage_are_those_of_a_plain_loop(engine, answers, mark):
    lines = ["id;sex;age;w"]
    for place, (sex, age, weight) in enumerate(answers):
        lines.append(f"{place};{sex};{'' if age is None else age};{str(weight).replace('.', mark)}")
    taken = source(
        person="id", sex=Map(column="sex", codes={"1": "M", "2": "F"}, missing=("9",)), age="age", weight="w"
    )
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "persons.csv").write_text("\n".join(lines) + "\n")
        collected = collect(taken, Path(folder), VARIABLES, SECRET, engine, Path(folder) / "snapshots")
        table = collected.table.arrow()
    sex_of = {"1": "M", "2": "F"}
    expected = sorted(
        (sex_of.get(sex, ""), age if age is not None and 0 <= age <= 120 else -1, float(weight))
        for sex, age, weight in answers
    )
    rows = zip(*(table[name].to_pylist() for name in ("sex", "age", "weight")), strict=True)
    assert sorted((sex or "", -1 if age is None else age, weight) for sex, age, weight in rows) == expected
    sex, age = collected.quality.items
    assert sex.missing == sum(answer in ("9", "") for answer, *_ in answers)
    assert sex.out_of_list == sum(answer == "5" for answer, *_ in answers)
    assert age.out_of_list == sum(years is not None and not 0 <= years <= 120 for _, years, _ in answers)
