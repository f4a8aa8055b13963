"""Proposes a monitor for files that an office already has: `zaragoza init`."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from zaragoza.catalogue.contents import Catalogue
from zaragoza.catalogue.monitor_countries import country_codes
from zaragoza.catalogue.monitor_scope import available
from zaragoza.catalogue.monitor_tables import lacking
from zaragoza.collect.choose import Choice, Files, choose
from zaragoza.collect.codes import code_books, country_name
from zaragoza.collect.files import FileDescription, describe
from zaragoza.collect.proposal import Proposal, write_monitor
from zaragoza.collect.questions import NO, YES, Ask, Desk, Question, unknown_answers
from zaragoza.collect.recognise import Column, Match, columns_of
from zaragoza.collect.recognise_replicates import ask_method, find_replicates
from zaragoza.errors import DefinitionError, Fault, InputError
from zaragoza.model.adjustment import Adjustment
from zaragoza.model.classification import Classification
from zaragoza.model.text import Language, Text

__all__ = ["Proposal", "propose", "write_monitor"]

_YEAR = re.compile(r"(?<!\d)(19[89]\d|20\d\d)(?!\d)")
_NUTS = re.compile(r"[A-Z]{2}[0-9A-Z]{1,3}")
_PERIOD = r"\d{4}(-(S[12]|Q[1-4]|(0[1-9]|1[0-2])))?"
_NAME = r"[a-z0-9_]+"
_ID = r"[a-z0-9][a-z0-9_-]*"
# Every group classification is crossed with each of these that the data allow, one table each.
_CROSSED = ("sex", "age_group")
# Axes on which groups are agreed (methods/01 section 1); others that the data allow are named in a comment.
_AGREED = ("birth_group", "citizen_group", "migration_status", "origin_nl_2022")
# Characteristics that are held equal, and those of which one is itself a result of chances: its figures stand apart.
_SETS = (("age_group", "sex"), ("age_group", "sex", "region"))
_APART = ("age_group", "sex", "education")
# Countries whose offices may have classifications of their own, named by the country's code.
_REPORTING = ("eu27_2020", "efta")


def propose(
    folder: Path,
    files: Sequence[Path],
    answers: Mapping[str, str] | None,
    ask: Ask | None,
    catalogue: Catalogue,
) -> Proposal:
    """A monitor for data files: which column is what, which groups and tables, and what only the office knows.

    Args:
        folder: where the monitor will be; files are named relative to it.
        files: one or more files of persons.
        answers: from an answers file, by the keys of the questions; they go before what the files suggest.
        ask: puts a question to a person; None leaves open what the answers do not tell.
        catalogue: standard variables, with the names by which collections know them.

    Raises:
        InputError: files that cannot be read, all of them.
        DefinitionError: answers that no question has, or that are no answer to theirs; all of them.
    """
    given = dict(answers or {})
    described = _described(files, given.get("delimiter"), given.get("encoding"))
    names = [_relative(path, folder) for path in files]
    columns = [c for name, d in zip(names, described, strict=True) for c in columns_of(d, name)]
    desk = Desk(given, ask)
    desk.faults += unknown_answers(given, catalogue.variables, [column.name for column in columns])
    country, period = _country(columns, desk, catalogue), _period(names, desk)
    kind = _kind(desk)
    books = code_books(catalogue.variables, country_codes(catalogue), country)
    skips = _is_yes(desk, "skip", "Does every code that nothing recognises mean no answer?")
    replicates = find_replicates(columns)
    single = [c for c in columns if replicates is None or c.name not in replicates.columns]
    choice = choose(Files(single, catalogue.variables, books, kind != "register", skips), desk)
    replicates = ask_method(replicates, desk) if replicates and "weight" in choice.matches else None
    identifier, title = _id(desk, folder), _title(country, period, desk, catalogue)
    synthetic = _is_yes(desk, "synthetic", "Are the persons made up?")
    indicators = _list(desk, "indicators", _NAME, "employment_rate, unemployment_rate")
    named = _list(desk, "breakdowns", rf"{_NAME}( {_NAME})*", "birth_group sex, generation")
    if desk.faults:
        raise DefinitionError(desk.faults)
    collection = _collection(choice.matches.values())
    source_name = f"{collection or _stem(names[0])} {period or ''}".strip()
    groups, crossed = _classifications(choice, catalogue, country)
    breakdowns = tuple(tuple(by.split()) for by in named) or _breakdowns(groups, crossed)
    return Proposal(
        id=identifier,
        title=title,
        country=country,
        period=period,
        kind=kind,
        synthetic=synthetic,
        source_id=_slug(f"{collection or _stem(names[0])}-{period or ''}"),
        source_title=Text(source_name, source_name),
        files=tuple(names),
        delimiter=_shared(d.delimiter for d in described),
        encoding=_shared(d.encoding for d in described),
        matches=tuple(choice.matches.values()),
        indicators=indicators,
        breakdowns=breakdowns,
        adjustments=_adjustments(choice, catalogue) if groups else (),
        questions=tuple(desk.open),
        notes=(*choice.dropped, *_notes(groups, breakdowns)),
        unused=_unused(single, choice),
        replicates=replicates,
    )


def _described(files: Sequence[Path], delimiter: str | None, encoding: str | None) -> list[FileDescription]:
    if not files:
        way_out = "Name one or more files of persons after the folder."
        raise InputError(Fault("init", "files", "one file or more", "none", way_out))
    described, faults = [], list[Fault]()
    for path in files:
        try:
            described.append(describe(path, delimiter, encoding))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return described


def _relative(path: Path, folder: Path) -> str:
    """A file as seen from the monitor's folder; with its full path where there is no way (another drive)."""
    try:
        return Path(os.path.relpath(path.absolute(), folder.absolute())).as_posix()
    except ValueError:
        return path.absolute().as_posix()


def _country(columns: Iterable[Column], desk: Desk, catalogue: Catalogue) -> str | None:
    codes = tuple(code for code in country_codes(catalogue) if len(code) == 2)
    prefixes = Counter(
        code[:2]
        for column in columns
        if column.codes and all(_NUTS.fullmatch(code) for code in column.codes)
        for code in column.codes
        if code[:2] in codes
    )
    suggested = next(iter(prefixes)) if len(prefixes) == 1 else None
    text, why = (
        "Which country reports?",
        "It decides who is native; write EL for Greece, UK for the United Kingdom.",
    )
    question = Question("country", text, why, default=suggested, form="|".join(codes), example="NL")
    return desk.put(question)


def _period(names: Iterable[str], desk: Desk) -> str | None:
    years = {year for name in names for year in _YEAR.findall(Path(name).name)}
    suggested = years.pop() if len(years) == 1 else None
    text, why = "Which period do the data describe?", "It stands beside every figure."
    question = Question(
        "period", text, why, default=suggested, form=_PERIOD, example="2023, 2023-Q4 or 2023-07"
    )
    return desk.put(question)


def _kind(desk: Desk) -> str | None:
    text, why = (
        "Are the data a survey or a register?",
        "It sets the smallest count that may be shown: 20 or 10.",
    )
    return desk.put(Question("kind", text, why, ("survey", "register")))


def _id(desk: Desk, folder: Path) -> str:
    text = "By which short name are the releases known?"
    question = Question("id", text, "Small letters, digits, - and _.", form=_ID, example="our-office-2023")
    return desk.put_if_given(question) or _slug(folder.absolute().name)


def _is_yes(desk: Desk, key: str, text: str) -> bool:
    return desk.put_if_given(Question(key, text, "", (YES, NO))) == YES


def _list(desk: Desk, key: str, form: str, example: str) -> tuple[str, ...]:
    """Names that only an answers file gives; none where the data decide."""
    text = f"Which {key} are wanted?"
    given = desk.put_if_given(Question(key, text, "", form=rf"{form}(, {form})*", example=example))
    return tuple(given.split(", ")) if given else ()


def _title(country: str | None, period: str | None, desk: Desk, catalogue: Catalogue) -> Text:
    def title(about: str, language: Language) -> str:
        named = catalogue.country_names.get(country or "")
        place = (named[language] if named else country_name(country, language)) if country else ""
        return f"{about}: {' '.join(filter(None, (place, period)))}".removesuffix(": ")

    return Text(
        desk.given("title.en") or title("Integration of migrants", "en"),
        desk.given("title.nl") or title("Integratie van migranten", "nl"),
    )


def _collection(matches: Iterable[Match]) -> str | None:
    """The collection whose names most columns have; a name that anyone would give says nothing."""
    matches = list(matches)
    names = Counter(m.known.collection for m in matches if m.known and m.known.name != m.variable.id)
    return next((name for name, count in names.most_common(1) if 2 * count >= len(matches)), None)


def _stem(name: str) -> str:
    return Path(name).name.partition(".")[0]


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9_]+", "-", text.lower()).strip("-_") or "monitor"


def _shared(values: Iterable[str | None]) -> str | None:
    """What all files have in common; None has it found again for each."""
    found = set(values)
    return found.pop() if len(found) == 1 else None


def _classifications(
    choice: Choice, catalogue: Catalogue, country: str | None
) -> tuple[list[str], list[str]]:
    """The classifications of origin groups that the data allow, and those with which they are crossed."""
    have = available(choice.matches, catalogue.variables)
    allowed = [c for c in catalogue.classifications.values() if not lacking(c, catalogue, have)]
    groups = [c.id for c in allowed if c.groups and not _is_foreign(c, country, catalogue)]
    return groups, [c.id for c in allowed if c.id in _CROSSED]


def _breakdowns(groups: list[str], crossed: list[str]) -> tuple[tuple[str, ...], ...]:
    if not groups:
        return (tuple(crossed),)
    groups = [group for group in groups if group in _AGREED] or groups
    return tuple((group, other) for group in groups for other in crossed) or tuple((g,) for g in groups)


def _adjustments(choice: Choice, catalogue: Catalogue) -> tuple[Adjustment, ...]:
    have = available(choice.matches, catalogue.variables)
    return tuple(
        Adjustment(names, apart=names == _APART)
        for names in (*_SETS, _APART)
        if not any(lacking(catalogue.classifications[name], catalogue, have) for name in names)
    )


def _notes(groups: list[str], breakdowns: Iterable[tuple[str, ...]]) -> list[str]:
    published = {name for by in breakdowns for name in by}
    if more := [group for group in groups if group not in published]:
        return [
            f"The data also allow the breakdowns {', '.join(more)}: add a [[breakdowns]] table for each you want."
        ]
    if groups:
        return []
    return ["No column is recognised as country of birth or citizenship, so there are no groups to compare."]


def _is_foreign(classification: Classification, country: str | None, catalogue: Catalogue) -> bool:
    """Whether a classification is another country's own: its id holds that country's code, as in `origin_nl_2022`."""
    offices = {code for name in _REPORTING for code in catalogue.country_sets.get(name, ())}
    owners = {part.upper() for part in classification.id.split("_")} & offices
    return bool(owners) and country not in owners


def _unused(columns: Iterable[Column], choice: Choice) -> tuple[str, ...]:
    used = {(match.column.file, match.column.name) for match in choice.matches.values()}
    joins = {match.column.name for match in choice.matches.values() if match.variable.type == "identifier"}
    return tuple(
        dict.fromkeys(c.name for c in columns if (c.file, c.name) not in used and c.name not in joins)
    )
