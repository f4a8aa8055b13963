"""Honest sentences about figures: how large, how sure, or why not shown.

A gap whose interval holds zero is "no clear difference", never a number that looks like a finding. Groups are
described, never ranked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zaragoza.model.indicator import Direction, Unit
from zaragoza.model.text import Language, Text
from zaragoza.publish import numbers
from zaragoza.publish.view import Figure, Row, Section, Sheet

_LOWER, _HIGHER = Text("lower", "lager"), Text("higher", "hoger")
_NO_CLEAR = Text("no clear difference", "geen duidelijk verschil")
_SAME = Text("no difference", "geen verschil")
_NOT_SURE = Text("its uncertainty is not known", "de onzekerheid is niet bekend")
_COMPARED = Text("Compared with", "Vergeleken met")
MOST_NAMED = 3  # groups that a finding names one by one
NOT_MEASURED = Text("not measured", "niet gemeten")


def side(direction: float, language: Language) -> str:
    """`higher` or `lower`."""
    return (_HIGHER if direction > 0 else _LOWER)[language]


def level(figure: Figure, unit: Unit, language: Language) -> str:
    """A level with its interval and its status, or why it is not shown."""
    if figure.value is None:
        return figure.status.words[language]
    words = numbers.level(figure.value, unit, language)
    if figure.low is not None and figure.high is not None:
        words += f" ({numbers.interval(figure.low, figure.high, unit, language)})"
    return _flagged(words, figure, language)


def difference(figure: Figure, unit: Unit, language: Language) -> str:
    """A gap as a phrase: `12.3 points lower (10.1 to 14.5)`, `no clear difference (−1.2 to +3.4)`."""
    if figure.value is None:
        return figure.status.words[language]
    if figure.low is None or figure.high is None:
        words = _point(figure.value, unit, language)
        return _flagged(f"{words}; {_NOT_SURE[language]}", figure, language)
    if figure.direction == 0:
        ends = numbers.signed_interval(figure.low, figure.high, unit, language)
        words = f"{_NO_CLEAR[language]} ({ends})"
    else:
        words = _point(figure.value, unit, language)
        words += f" ({numbers.sizes(figure.low, figure.high, unit, language)})"
    return _flagged(words, figure, language)


def margin(value: float, unit: Unit, language: Language) -> str:
    """The equivalence margin of a verdict: `2.0 points`."""
    return numbers.size(value, unit, language)


def _point(value: float, unit: Unit, language: Language) -> str:
    if value == 0:
        return _SAME[language]
    return f"{numbers.size(value, unit, language)} {side(value, language)}"


def _flagged(words: str, figure: Figure, language: Language) -> str:
    return words if not figure.status.doubtful else f"{words}, {figure.status.words[language]}"


def ratio(figure: Figure, language: Language) -> str:
    """A ratio with its interval, or why it is not shown."""
    if figure.value is None:
        return figure.status.words[language]
    words = numbers.ratio(figure.value, language)
    if figure.low is not None and figure.high is not None:
        words += f" ({numbers.ratio_interval(figure.low, figure.high, language)})"
    return words


def gap_finding(section: Section, unit: Unit, language: Language) -> str:
    """What the gaps of a classification say, in one sentence; empty where nothing is compared."""
    if section.reference is None or not section.compared:
        return ""
    start = f"{_COMPARED[language]} “{section.reference[language]}”, "
    rows = section.compared
    if len(rows) <= MOST_NAMED:
        return start + "; ".join(_named(row, unit, language) for row in rows) + "."
    return start + _counted(rows, language) + "."


def _named(row: Row, unit: Unit, language: Language) -> str:
    figure = row.gap
    if figure is None:
        words = NOT_MEASURED[language]
    elif figure.value is None:
        words = _reason(figure, language)
    elif figure.has_interval and figure.direction == 0:
        words = _NO_CLEAR[language]
    else:
        words = _point(figure.value, unit, language)
    return f"“{row.label[language]}”: {words}"


def _reason(figure: Figure, language: Language) -> str:
    """Why a figure is not shown, as it stands after a colon: `not shown (too few people)`."""
    fact, _, reason = figure.status.words[language].partition(": ")
    return f"{fact} ({reason})" if reason else fact


def _counted(rows: Sequence[Row], language: Language) -> str:
    parts = tallied([row.gap for row in rows if row.gap is not None])
    joint = Text("for", "voor")[language]
    return ", ".join(f"{words[language]} {joint} {groups(number, language)}" for number, words in parts)


def headline(label: Text, gaps: Sequence[Figure], language: Language) -> str:
    """What the gaps of one group say over several indicators."""
    parts = (
        Text(f"{words.en} on {number}", f"op {number} {words.nl}")[language]
        for number, words in tallied(gaps)
    )
    return f"{label[language]}: {', '.join(parts)}"


def tallied(gaps: Sequence[Figure]) -> list[tuple[int, Text]]:
    """How many gaps are lower, higher, not clear and not shown; none that is zero."""
    shown = [gap for gap in gaps if gap.value is not None]
    parts = (
        (sum(gap.direction < 0 for gap in shown), _LOWER),
        (sum(gap.direction > 0 for gap in shown), _HIGHER),
        (sum(gap.direction == 0 for gap in shown), _NO_CLEAR),
        (len(gaps) - len(shown), Text("not shown", "niet getoond")),
    )
    return [(number, words) for number, words in parts if number]


def groups(number: int, language: Language) -> str:
    """`1 group`, `3 groups`."""
    words = Text("group", "groep") if number == 1 else Text("groups", "groepen")
    return f"{numbers.count(number, language)} {words[language]}"


def level_finding(section: Section, unit: Unit, language: Language) -> str:
    """What the levels of a classification say, in one sentence."""
    rows = [row for row in section.rows if row.role in ("reference", "group")]
    values = [row.level.value for row in rows if row.level.value is not None]
    if not values:
        return Text("No figure of a group can be shown.", "Geen cijfer van een groep kan worden getoond.")[
            language
        ]
    if len(rows) <= MOST_NAMED:
        return "; ".join(_level_named(row, unit, language) for row in rows) + "."
    ends = numbers.interval(min(values), max(values), unit, language)
    text = Text(
        f"Between the groups shown it varies from {ends}.",
        f"Tussen de getoonde groepen loopt het van {ends}.",
    )
    return text[language]


def _level_named(row: Row, unit: Unit, language: Language) -> str:
    level = row.level
    words = _reason(level, language) if level.value is None else numbers.level(level.value, unit, language)
    return f"{row.label[language]}: {words}"


def described(rows: Sequence[Row], words: Callable[[Row], str], language: Language) -> str:
    """All figures of a chart in words, for those who cannot see it."""
    return ". ".join(f"{row.label[language]}: {words(row)}" for row in rows) + "."


@dataclass(frozen=True)
class Balance:
    """For how many indicators a group's gap is clear, and in whose favour."""

    label: Text
    less: int
    more: int
    unclear: int
    hidden: int

    @property
    def compared(self) -> int:
        """Indicators with a gap that is shown."""
        return self.less + self.more + self.unclear

    def sentence(self, reference: Text, language: Language) -> str:
        """The balance in words, without the group's name."""
        if not self.compared:
            return Text("no gap can be shown", "geen verschil kan worden getoond")[language] + "."
        total = numbers.count(self.compared, language)
        less = numbers.count(self.less, language)
        name = f"“{reference[language]}”"
        parts = [
            Text(
                f"less favourable than {name} on {less} of {total} indicators",
                f"op {less} van {total} indicatoren minder gunstig dan {name}",
            )
        ]
        counted = (
            (self.more, "more favourable on {}", "op {} gunstiger"),
            (self.unclear, "no clear difference on {}", "op {} geen duidelijk verschil"),
            (self.hidden, "not shown on {}", "op {} niet getoond"),
        )
        for number, en, nl in counted:
            if number:
                written = numbers.count(number, language)
                parts.append(Text(en.format(written), nl.format(written)))
        return ", ".join(part[language] for part in parts) + "."


def balances(sheets: Sequence[Sheet], column: str) -> tuple[Balance, ...]:
    """The headline: one balance a group, over the indicators for which better has a direction."""
    tallies: dict[str, list[int]] = {}
    labels: dict[str, tuple[int, Text]] = {}
    for sheet in sheets:
        section = sheet.section(column)
        if section is None or sheet.indicator.direction == "neutral":
            continue
        for row in section.compared:
            labels[row.code] = (row.position, row.label)
            place = _favour(row.gap, sheet.indicator.direction)
            tallies.setdefault(row.code, [0, 0, 0, 0])[place] += 1
    return tuple(
        Balance(labels[code][1], *tallies[code]) for code in sorted(labels, key=lambda c: labels[c][0])
    )


def _favour(gap: Figure | None, direction: Direction) -> int:
    """0 less favourable, 1 more favourable, 2 unclear, 3 not shown."""
    if gap is None or gap.value is None:
        return 3
    if gap.direction == 0:
        return 2
    better = gap.direction if direction == "higher_is_better" else -gap.direction
    return 1 if better > 0 else 0
