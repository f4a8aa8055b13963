"""Questions that `init` cannot answer from the files, and where their answers come from.

An answer comes from an answers file, from a person at the terminal, or not at all: then the question stays open, is
written into monitor.toml as a comment, and is a fault until somebody answers it.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from zaragoza.catalogue.files import read_file
from zaragoza.errors import DefinitionError, Fault

SKIP = "skip"
OWN = "own"  # the codes of a column are no collection's: they are asked for one by one
YES, NO = "yes", "no"
_TRIES = 3
_LISTED = 12
# Keys of an answers file: these words (`skip = true` counts every code that nothing recognises as no answer;
# `indicators` and `breakdowns` are lists, `breakdowns` of classifications with spaces between those to be crossed), or
# `variable.<standard variable>` = a column or skip,
# `codes.<standard variable>.<code of the file>` = a standard code or skip, `column.<column>` = a standard variable,
# `list.<standard variable>` = whose codes the column holds, by the collection's name of the column, or own,
# `missing.<standard variable>` = codes or numbers that mean no answer, with commas between them.
PLAIN_KEYS = (
    "country", "period", "kind", "id", "title.en", "title.nl", "synthetic", "skip", "delimiter", "encoding",
    "indicators", "breakdowns", "replicates.method", "replicates.rho",
)  # fmt: skip
_FORMS = ("variable.", "codes.", "list.", "column.", "missing.")


@dataclass(frozen=True)
class Question:
    """One thing that only the office knows.

    Attributes:
        key: its name in an answers file.
        text: the question in words.
        why: what depends on it, or why it could not be answered from the files.
        options: the possible answers; empty where it is a free text.
        default: what the files suggest; a person still has to agree.
        form: regular expression that a free answer must match; `example` shows one.
    """

    key: str
    text: str
    why: str
    options: tuple[str, ...] = ()
    default: str | None = None
    form: str = r".+"
    example: str = "a text"

    def accepts(self, answer: str) -> bool:
        """Whether an answer is one of the options, or has the right form."""
        return answer in self.options if self.options else re.fullmatch(self.form, answer) is not None

    @property
    def expected(self) -> str:
        """What an answer looks like."""
        if not self.options:
            return f"an answer like {self.example}"
        return f"one of {self.listed}"

    @property
    def listed(self) -> str:
        """The options in words; of a long list only the first, with the way to leave the question out."""
        if len(self.options) <= _LISTED:
            return ", ".join(self.options)
        last = [SKIP] if self.options[-1] == SKIP else []
        return ", ".join([*self.options[:_LISTED], "...", *last])


Ask = Callable[[Question], str]


@dataclass
class Desk:
    """Where questions are put.

    Attributes:
        answers: from the answers file.
        ask: puts a question to a person; None where nobody is there.
        open: questions without an answer.
        faults: answers that are none.
    """

    answers: Mapping[str, str]
    ask: Ask | None = None
    open: list[Question] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def put(self, question: Question) -> str | None:
        """The answer to a question; None where it stays open."""
        if question.key in self.answers:
            return self._checked(question, self.answers[question.key], "answers file")
        if self.ask is None:
            self.open.append(question)
            return None
        for _ in range(_TRIES):
            answer = self.ask(question).strip() or question.default or ""
            if question.accepts(answer):
                return answer
        return self._checked(question, answer, "terminal")

    def put_if_given(self, question: Question) -> str | None:
        """The answer to a question that nobody is asked: only an answers file may say it."""
        return self.put(question) if question.key in self.answers else None

    def given(self, key: str) -> str | None:
        """An answer that stands in the answers file without having been asked for."""
        return self.answers.get(key)

    def _checked(self, question: Question, answer: str, where: str) -> str | None:
        if question.accepts(answer):
            return answer
        near = difflib.get_close_matches(answer, question.options, n=1)
        way_out = f"Did you mean `{near[0]}`?" if near else f"{question.text}"
        self.faults.append(Fault(where, question.key, question.expected, "another answer", way_out))
        return None


def read_answers(path: Path) -> dict[str, str]:
    """The answers of a file.

    Args:
        path: TOML with lines `key = "value"`; tables are read as keys with dots, numbers and true/false as words,
            lists as words with commas between them.

    Raises:
        DefinitionError: the file is not there or cannot be read.
    """
    expected, way_out = "a file with answers", 'Write lines like `country = "NL"`.'
    content = read_file(path)
    if isinstance(content, str):
        raise DefinitionError(Fault(path.name, "file", expected, content, way_out))
    try:
        data = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        line = re.search(r"line \d+", str(error))
        found = f"{line[0] if line else 'bytes'} that cannot be read"
        raise DefinitionError(Fault(path.name, "file", expected, found, way_out)) from None
    return dict(_flat(data))


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterable[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        elif isinstance(value, bool):
            yield prefix + key, YES if value else NO
        elif isinstance(value, list):
            yield prefix + key, ", ".join(map(str, value))
        else:
            yield prefix + key, str(value)


def unknown_answers(
    answers: Mapping[str, str], variables: Iterable[str], columns: Iterable[str]
) -> list[Fault]:
    """Keys of an answers file that no question can have.

    Args:
        answers: from the file.
        variables: the standard variables.
        columns: the columns of the described files.
    """
    variables, columns = list(variables), list(columns)
    faults = []
    for key in answers:
        form = next((form for form in _FORMS if key.startswith(form)), None)
        known = columns if form == "column." else variables
        name = (
            key.removeprefix(form or "").split(".")[0] if form != "column." else key.removeprefix("column.")
        )
        if key in PLAIN_KEYS or (form is not None and name in known):
            continue
        near = difflib.get_close_matches(name, known if form else (*PLAIN_KEYS, *_FORMS), n=1)
        way_out = (
            f"Did you mean `{(form or '') + near[0]}`?" if near else "Known are " + ", ".join(PLAIN_KEYS)
        )
        faults.append(Fault("answers file", key, "the key of a question", "an unknown key", way_out))
    return faults
