"""What a contribution of each kind says. What is not asked here is not kept, whatever a request holds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zaragoza.model.text import LANGUAGES
from zaragoza.web.contributions import text
from zaragoza.web.contributions.refusal import all_unfit
from zaragoza.web.definitions import catalogue
from zaragoza.web.promises.entries import stated

Content = dict[str, Any]
FIRST_DAY = date(1950, 1, 1)
PARTS = ("title", "summary", "owners", "deadline", "funds", "groups", "source", "report")
_STATUS_WORDS = {
    "not_started": _("Not started"),
    "limited": _("Limited progress"),
    "substantial": _("Substantial progress"),
    "complete": _("Complete"),
}
_GRADE_WORDS = {
    "described": _("Told only"),
    "monitored": _("Followed by figures"),
    "before_after": _("Figures before and after"),
    "compared": _("Compared with people like them"),
    "randomised": _("Drawn by lot"),
}
_PART_WORDS = {
    "title": _("The title"),
    "summary": _("The summary"),
    "owners": _("Who is to do it"),
    "deadline": _("The deadline"),
    "funds": _("Who pays for it"),
    "groups": _("For whom it is"),
    "source": _("Where it stands"),
    "report": _("A report of progress"),
}


class Line(forms.CharField):
    """One line of plain text."""

    most = text.LINE

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=self.most, **options)

    def to_python(self, value: Any) -> str:
        """Refused before it is worked on, where it is too long or holds unwanted signs."""
        if value in self.empty_values:
            return ""
        found = text.checked(str(value), self.most)
        return str(super().to_python(found if self.most == text.TEXT else " ".join(found.split())))


class Words(Line):
    """Markdown of some paragraphs."""

    most = text.TEXT
    widget = forms.Textarea


_NOT_OF_A_HOST = frozenset('\\"<>^`{|}%')  # RFC 3986, 3.2.2; a browser takes the first one for a slash


class Address(Line):
    """Where something can be read on the web."""

    most = text.ADDRESS
    widget = forms.URLInput

    def to_python(self, value: Any) -> str:
        """Only https and http, and a host with a name that a browser reads as it is shown here."""
        found = super().to_python(value)
        try:
            parts = urlsplit(found)
            labels = (parts.hostname or "").removesuffix(".").split(".")
            named = parts.scheme in ("http", "https") and len(labels) > 1 and all(labels)
            named = named and parts.username is None and " " not in found
            named = named and parts.port != 0 and not set(parts.netloc) & _NOT_OF_A_HOST
        except ValueError:
            named = False
        if found and not named:
            raise ValidationError(gettext("An address begins with https:// and names a site."), "address")
        return found


class Day(forms.DateField):
    """A day within reason."""

    widget = forms.DateInput(attrs={"type": "date"})

    def __init__(self, *, past: bool = True, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **options)
        self._past = past

    def validate(self, value: Any) -> None:
        """Not before there was anything to monitor; and, where it has happened, not after today."""
        super().validate(value)
        if value and not FIRST_DAY <= value <= (timezone.now().date() if self._past else date(2100, 1, 1)):
            raise ValidationError(gettext("This day cannot be meant."), "day")


class Known(Line):
    """The id of something that the site knows now."""

    def __init__(self, known: Callable[[], Collection[str]], expected: Any, **options: Any) -> None:
        super().__init__(**options)
        self._known, self._expected = known, expected

    def validate(self, value: Any) -> None:
        """One of them."""
        super().validate(value)
        if value and value not in self._known():
            raise ValidationError(self._expected, "unknown")


def _chosen(words: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [("", "–"), *words.items()]


class Sourced(forms.Form):
    """What every kind asks: where others can read it."""

    source_title = Line(label=_("Title of the source"))
    source_address = Address(label=_("Where it can be read (https://…)"))
    source_published_on = Day(label=_("Published on"), required=False)
    source_passage = Line(label=_("Page, section or words to find it by"), required=False)


class Evidence(Sourced):
    """Something that shows how far a commitment is."""

    status = forms.ChoiceField(label=_("What it shows"), choices=_chosen(_STATUS_WORDS))
    reported_on = Day(label=_("How things stood on"))
    text = Words(label=_("What it shows, in your words"))


class Progress(Evidence):
    """What was done, as those tell who do it."""

    text = Words(label=_("What was done"))


class Correction(Sourced):
    """Something on the page that is wrong."""

    part = forms.ChoiceField(label=_("What is wrong"), choices=_chosen(_PART_WORDS))
    report = forms.UUIDField(label=_("Which report"), required=False)
    text = Words(label=_("What it says, and what it should say"))

    def clean(self) -> Content:
        """A report is named where one is meant, and only there."""
        found: Content = super().clean() or {}
        if (found.get("part") == "report") != bool(found.get("report")):
            self.add_error("report", gettext("Name the report that is wrong, or another part."))
        return found


class InBothLanguages(Sourced):
    """What has texts in every language of the site, because readers of each are shown it."""

    pairs = ("title", "summary")
    optional: tuple[str, ...] = ()

    def clean(self) -> Content:
        """What is given in one language is given in the others."""
        found: Content = super().clean() or {}
        for name in self.optional:
            given = [language for language in LANGUAGES if found.get(f"{name}_{language}")]
            for language in LANGUAGES:
                if given and language not in given:
                    self.add_error(f"{name}_{language}", gettext("Give it in both languages, or in neither."))
        return found

    title_en = Line(label=_("Title, in English"))
    title_nl = Line(label=_("Title, in Dutch"))
    summary_en = Words(label=_("What it is, in English"))
    summary_nl = Words(label=_("What it is, in Dutch"))


class Practice(InBothLanguages):
    """An example of what was done somewhere."""

    optional = ("measured", "transferable")
    area = Known(
        lambda: catalogue().areas,
        _("One of the policy areas of this site."),
        label=_("Policy area"),
    )
    geo = forms.RegexField("^[A-Z]{2}$", label=_("Country (two letters)"))
    place = Line(label=_("Region or city"), required=False)
    grade = forms.ChoiceField(label=_("How well its effect is known"), choices=_chosen(_GRADE_WORDS))
    measured_en = Line(label=_("What was measured, in English"), required=False)
    measured_nl = Line(label=_("What was measured, in Dutch"), required=False)
    transferable_en = Line(label=_("What another place needs for it, in English"), required=False)
    transferable_nl = Line(label=_("What another place needs for it, in Dutch"), required=False)


class Call(InBothLanguages):
    """An invitation to ask a fund for money."""

    fund = Known(lambda: stated().funds, _("One of the funds of this site."), label=_("Fund"))
    opens_on = Day(label=_("Opens on"), required=False, past=False)
    closes_on = Day(label=_("Closes on"), required=False, past=False)


FORMS: Mapping[str, type[Sourced]] = {
    "progress": Progress,
    "evidence": Evidence,
    "correction": Correction,
    "practice": Practice,
    "call": Call,
}


def content(kind: str, data: Mapping[str, Any]) -> Content:
    """What is kept of what was sent in, as JSON can hold it.

    Args:
        kind: of the contribution.
        data: field -> what was sent in.

    Raises:
        UnfitError: with the fault of every field.
    """
    form = FORMS[kind](dict(data))
    if not form.is_valid():
        raise all_unfit((field, " ".join(map(str, words))) for field, words in form.errors.items())
    return {name: _plain(value) for name, value in form.cleaned_data.items() if value not in (None, "")}


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
