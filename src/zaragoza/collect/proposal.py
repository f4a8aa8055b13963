"""A proposed monitor, and its monitor.toml with the reason of every line."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import InlineTable, Table

from zaragoza.catalogue.load import load_catalogue
from zaragoza.collect.questions import Question
from zaragoza.collect.recognise import Match
from zaragoza.collect.recognise_replicates import ReplicateProposal
from zaragoza.errors import DefinitionError, Fault
from zaragoza.model.adjustment import RELEASE_METHODS, Adjustment
from zaragoza.model.design import INTERVALS, LONELY_PSU
from zaragoza.model.text import Text

FILE, SECRET, IGNORE = "monitor.toml", "secret.key", ".gitignore"
_SECRET_BYTES = 32
_IGNORED = f"{SECRET}\nnoise.toml\nsnapshots/\nprotection/\n"
_HEAD = """Proposed by `zaragoza init`. Every line can be changed; what stands behind a # explains it.
Read it through, answer the lines that begin with QUESTION and delete them, then run `zaragoza check`."""
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A monitor as the files and the answers suggest it.

    Attributes:
        country, period, kind: None where the question is still open.
        files: relative to the monitor's folder, with `/`.
        matches: the column of each standard variable, in the order of the catalogue.
        indicators: those that are wanted; empty for all that the data allow.
        breakdowns: classifications that are crossed.
        adjustments: sets of characteristics that are held equal.
        questions: what is still open.
        notes: sentences for the reader.
        unused: columns that no variable takes.
        replicates: columns that hold replicate weights, if there are any.
    """

    id: str
    title: Text
    country: str | None
    period: str | None
    kind: str | None
    synthetic: bool
    source_id: str
    source_title: Text
    files: tuple[str, ...]
    delimiter: str | None
    encoding: str | None
    matches: tuple[Match, ...]
    indicators: tuple[str, ...]
    breakdowns: tuple[tuple[str, ...], ...]
    questions: tuple[Question, ...]
    notes: tuple[str, ...]
    unused: tuple[str, ...]
    replicates: ReplicateProposal | None = None
    adjustments: tuple[Adjustment, ...] = ()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """A fault for every open question."""
        return tuple(
            Fault(
                FILE,
                question.key,
                question.expected,
                "the open question: " + question.text.rstrip("?"),
                f'Give it in an answers file as `"{question.key}" = "..."`, or write the answer in {FILE}.',
            )
            for question in self.questions
        )


def write_monitor(proposal: Proposal, folder: Path) -> Path:
    """Writes monitor.toml, a secret and a .gitignore that keeps the secret out of version control.

    Args:
        proposal: from `propose`.
        folder: made if it is not there.

    Returns:
        The path of monitor.toml.

    Raises:
        DefinitionError: the folder has a monitor.toml already, or cannot be written.
    """
    path = folder / FILE
    if path.exists():
        found, way_out = "one that is there already", f"Name another folder, or delete {FILE} first."
        raise DefinitionError(Fault(FILE, "file", f"no {FILE} in the folder", found, way_out))
    text = monitor_text(proposal)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / SECRET).exists():
            _write(folder / SECRET, secrets.token_hex(_SECRET_BYTES) + "\n")
        if not (folder / IGNORE).exists():
            _write(folder / IGNORE, _IGNORED, mode=0o644)
        _write(path, text, mode=0o644)
    except OSError as error:
        found, way_out = error.strerror or "an error of the disk", "Name another folder."
        fault = Fault(folder.name, "folder", "a folder that can be written", found.lower(), way_out)
        raise DefinitionError(fault) from None
    return path


def _write(path: Path, text: str, mode: int = 0o600) -> None:
    """Writes aside, readable by the owner alone, and renames: a file is there as a whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    aside = Path(name)
    aside.chmod(mode)
    aside.replace(path)


def monitor_text(proposal: Proposal) -> str:
    """The text of monitor.toml."""
    document = tomlkit.document()
    for line in _HEAD.splitlines():
        document.add(tomlkit.comment(line))
    document.add(tomlkit.nl())
    document.add("monitor", _monitor(proposal))
    document.add("source", _source(proposal))
    _add_breakdowns(document, proposal)
    _add_adjustments(document, proposal)
    _add_settings(document, proposal)
    return tomlkit.dumps(document)


def _monitor(proposal: Proposal) -> Table:
    table = tomlkit.table()
    _put(table, "id", proposal.id, "names the releases")
    table.add("title", _both(proposal.title))
    for key, value in (("country", proposal.country), ("period", proposal.period)):
        if value is not None:
            _put(table, key, value)
        _ask(table, proposal, key)
    wanted = list(proposal.indicators) or "all"
    _put(table, "indicators", wanted, '"all" that the data allow, or a list such as ["employment_rate"]')
    if proposal.synthetic:
        _put(table, "synthetic", True, "made-up data; every page says so")
    return table


def _source(proposal: Proposal) -> Table:
    table = tomlkit.table()
    _put(table, "id", proposal.source_id)
    same = proposal.source_title.en == proposal.source_title.nl
    table.add("title", proposal.source_title.en if same else _both(proposal.source_title))
    if proposal.kind is not None:
        _put(table, "kind", proposal.kind, "survey or register; sets the smallest count that may be shown")
    _ask(table, proposal, "kind")
    files = tomlkit.array()
    files.extend(proposal.files)
    table.add("files", files.multiline(len(proposal.files) > 1))
    if proposal.delimiter is not None:
        _put(table, "delimiter", proposal.delimiter)
    if proposal.encoding is not None:
        _put(table, "encoding", proposal.encoding)
    table.add("variables", _variables(proposal))
    if proposal.replicates is not None:
        table.add("replicates", _replicates(proposal.replicates, proposal))
    return table


def _replicates(found: ReplicateProposal, proposal: Proposal) -> Table:
    table = tomlkit.table()
    _put(table, "columns", found.pattern, found.reason)
    if found.method is not None:
        _put(table, "method", found.method)
    if found.rho is not None:
        _put(table, "rho", found.rho)
    for question in proposal.questions:
        if question.key.startswith("replicates."):
            _question(table, question)
    if found.method == "JK2":
        _put(table, "scale", 1.0, "one replicate a pair; `rscales` if the documentation gives other factors")
    return table


def _variables(proposal: Proposal) -> Table:
    """Variables of one line first: in TOML a line after a table's header belongs to that table."""
    table = tomlkit.table()
    _comment(table, "standard variable = column of the file")
    for match in (m for m in proposal.matches if _is_short(m, proposal)):
        _put(table, match.variable.id, match.column.name, match.reason)
    for question in proposal.questions:
        if question.key.startswith(("variable.", "column.", "list.")):
            _question(table, question)
    for note in proposal.notes:
        _comment(table, note)
    if proposal.unused:
        _comment(table, "Columns that no variable takes:")
        for line in _wrapped(proposal.unused):
            _comment(table, line)
    for match in (m for m in proposal.matches if not _is_short(m, proposal)):
        table.add(match.variable.id, _mapping(match, proposal))
    return table


def _is_short(match: Match, proposal: Proposal) -> bool:
    long = match.codes or match.unmapped or match.missing or _rare(match) or _needs_file(match, proposal)
    return not long


def _rare(match: Match) -> int:
    """How many codes of a listed variable are not shown; where any code is right it does not matter."""
    is_listed = bool(match.variable.codes) or match.variable.type in ("country", "boolean")
    return match.column.rare if is_listed else 0


def _needs_file(match: Match, proposal: Proposal) -> bool:
    return len(proposal.files) > 1 and match.variable.id != "person"


def _mapping(match: Match, proposal: Proposal) -> Table:
    table = tomlkit.table()
    _put(table, "column", match.column.name, match.reason)
    if _needs_file(match, proposal):
        _put(table, "file", match.column.file)
    if match.missing:
        _put(table, "missing", list(match.missing), "no answer")
    if _rare(match):
        _comment(
            table,
            f"Codes held by too few persons to be shown here: {_rare(match)}. "
            "`zaragoza check` counts those that are not mapped.",
        )
    open_codes = [q for q in proposal.questions if q.key.startswith(f"codes.{match.variable.id}.")]
    if match.codes or open_codes:
        table.add("codes", _codes(match, open_codes))
    return table


def _codes(match: Match, questions: Iterable[Question]) -> Table:
    table = tomlkit.table()
    titles = {code.code: code.title.en for code in match.variable.codes}
    for code, standard in sorted(match.codes.items(), key=_natural):
        words = titles.get(standard, "no answer, or does not apply" if standard == "" else "")
        label = " ".join(match.column.labels.get(code, "").split())
        _put(table, code, standard, f"{label} -> {words}" if label and words else label or words)
    for question in questions:
        _question(table, question)
    return table


def _add_breakdowns(document: tomlkit.TOMLDocument, proposal: Proposal) -> None:
    tables = tomlkit.aot()
    for by in proposal.breakdowns:
        table = tomlkit.table()
        table.add("by", list(by))
        tables.append(table)
    document.add("breakdowns", tables)


def _add_adjustments(document: tomlkit.TOMLDocument, proposal: Proposal) -> None:
    if not proposal.adjustments:
        return
    tables = tomlkit.aot()
    for each in proposal.adjustments:
        table = tomlkit.table()
        _put(table, "covariates", list(each.covariates), "held equal between a group and its reference group")
        if each is proposal.adjustments[0] or each.method != Adjustment.method:
            others = ", ".join(name for name in RELEASE_METHODS if name != each.method)
            _put(table, "method", each.method, f"how, in each set; others are {others}")
        if each.apart:
            _put(table, "apart", True, "education is itself a result of chances, so its figures stand apart")
        tables.append(table)
    document.add("adjustments", tables)


def _add_settings(document: tomlkit.TOMLDocument, proposal: Proposal) -> None:
    """The settings that hold unless the office writes others, as comments."""
    limits = load_catalogue().protection
    for line in (
        "",
        "What follows are the settings that hold if nothing is written. Remove the # to change one.",
        "[reference]  # the group with which others are compared, by classification",
        'citizen_group = "NAT"',
        "[protection]",
        f"min_count = {limits['survey'].min_count}  # so for a survey, {limits['register'].min_count} for a register; "
        "lower only with a reason",
        'reason = "who decided it, and why"',
        "[estimation]",
        f'interval = "logit"  # {", ".join(INTERVALS)}',
        f'lonely_psu = "error"  # {", ".join(LONELY_PSU)}',
        "confidence = 0.95",
        "[output]",
        'folder = "releases"',
        "[security]",
        'secret = "secret.key"',
    ):
        document.add(tomlkit.comment(line) if line else tomlkit.nl())


def _both(text: Text) -> InlineTable:
    table = tomlkit.inline_table()
    table.update({"en": text.en, "nl": text.nl})
    return table


def _put(table: Table, key: str, value: Any, comment: str = "") -> None:
    item = tomlkit.item(value)
    if comment:
        item.comment(_one_line(comment))
    table.add(tomlkit.key(key) if _PLAIN_KEY.fullmatch(key) else tomlkit.key([key]), item)


def _comment(table: Table, text: str) -> None:
    table.add(tomlkit.comment(_one_line(text)))


def _ask(table: Table, proposal: Proposal, key: str) -> None:
    for question in proposal.questions:
        if question.key == key:
            _question(table, question)


def _question(table: Table, question: Question) -> None:
    options = f" One of: {question.listed}." if question.options else ""
    suggestion = f" Perhaps {question.default}." if question.default else ""
    _comment(table, f"QUESTION {question.key}: {question.text} {question.why}{options}{suggestion}")


def _natural(item: tuple[str, str]) -> tuple[bool, int, str]:
    """Whole numbers by size, then texts by letter."""
    code = item[0]
    return (False, int(code), code) if code.isdecimal() else (True, 0, code)


def _one_line(text: str) -> str:
    """A comment ends with its line, and TOML allows no control characters in it."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _wrapped(names: Sequence[str], width: int = 100) -> Iterable[str]:
    line = ""
    for name in names:
        if line and len(line) + len(name) > width:
            yield line
            line = ""
        line += f"{name}, "
    yield line.removesuffix(", ")
