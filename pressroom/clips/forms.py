"""The forms of the desk: fields and parsing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, HiddenField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from pressroom.clips import addresses, covering, rules
from pressroom.clips.addresses import AddressError
from pressroom.clips.gathering import columns, pages
from pressroom.clips.gathering.pages import Told
from pressroom.clips.gathering.rules import ImportInto
from pressroom.clips.models import Clip
from pressroom.clips.rules import Medium
from pressroom.kit import dates, text
from pressroom.kit.daynumbers import DayOrder
from pressroom.releases.models import Release

NOT_THERE = "-1"
PLACE = ("page", "section", "programme", "time_code")
NO_COLUMN = "Choose a column from the list; this file has no such one."


def _line(value: str | None) -> str:
    return " ".join(text.clean(value or "").split())


def _most(number: int) -> Length:
    return Length(max=number, message=f"Shorten this to {number:,} characters.")


def _choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


class ClipForm(FlaskForm):  # type: ignore[misc]
    """A clip."""

    headline = StringField(
        "Headline",
        [DataRequired("Write the headline, as the outlet printed it."), _most(rules.LONGEST_HEADLINE)],
        filters=[_line],
    )
    outlet = StringField(
        "Outlet",
        [DataRequired("Write the outlet’s name, such as The Harbor Ledger."), _most(rules.LONGEST_OUTLET)],
        filters=[_line],
        render_kw={"list": "outlets", "autocomplete": "off"},
    )
    published_on = StringField(
        "Date published",
        [DataRequired("Write the day on which it appeared, as in 2026-11-24.")],
        filters=[_line],
        description="As in 2026-11-24 or 24 November 2026.",
    )
    url = StringField(
        "Web address",
        [Optional(), _most(addresses.LONGEST)],
        filters=[_line],
        description="Leave this empty for print, radio and television without a page.",
        render_kw={"inputmode": "url"},
    )
    byline = StringField("By-line", [Optional(), _most(rules.LONGEST_BYLINE)], filters=[_line])
    excerpt = TextAreaField(
        "Excerpt",
        [Optional(), _most(rules.LONGEST_EXCERPT)],
        filters=[lambda value: text.clean(value or "").strip()],
        description="The public is shown as many of its first words as the outlet’s rights allow; the rest stays here.",
    )
    medium = SelectField(
        "Medium",
        choices=_choices((medium.value, medium.label) for medium in Medium),
        invalid_choice_message="Choose a medium from the list.",
    )
    language = SelectField(
        "Language",
        choices=_choices([("", "Not said"), *rules.LANGUAGES.items()]),
        invalid_choice_message="Choose a language from the list.",
    )
    page = StringField("Page", [Optional(), _most(rules.LONGEST_PAGE)], filters=[_line], description="As in 12 or A4.")
    section = StringField("Section", [Optional(), _most(rules.LONGEST_SECTION)], filters=[_line])
    programme = StringField("Programme", [Optional(), _most(rules.LONGEST_PROGRAMME)], filters=[_line])
    time_code = StringField(
        "Time code",
        [Optional(), _most(20)],
        filters=[_line],
        description="Where in the programme it begins: hours, minutes, seconds, as in 00:12:30.",
    )
    topics = StringField(
        "Topics",
        [Optional(), _most(rules.MOST_TOPICS * rules.LONGEST_TOPIC)],
        filters=[_line],
        description="Apart by semicolons, as in Genetic testing; Family health history.",
        render_kw={"autocomplete": "off"},
    )
    covers = TextAreaField(
        "Covers these releases",
        [Optional(), _most(4000)],
        filters=[lambda value: text.clean(value or "").strip()],
        description="One on a line: the address of the release, the DOI of its study, or words of its headline.",
    )
    featured = BooleanField("Chosen by the press office")
    version = HiddenField()

    day: date | None = None
    releases: Sequence[Release] = ()

    def validate_published_on(self, field: Field) -> None:
        """A day, in any of the usual ways to write one."""
        try:
            self.day = dates.parse_day(field.data)
        except dates.DateError as error:
            raise ValidationError(str(error)) from None

    def validate_url(self, field: Field) -> None:
        """An address that may be linked to."""
        try:
            addresses.checked(field.data)
        except AddressError as error:
            raise ValidationError(_capital(str(error)) + ".") from None

    def validate_time_code(self, field: Field) -> None:
        """A place in a programme."""
        try:
            field.data = rules.read_time_code(field.data or "")
        except rules.TimeCodeError as error:
            raise ValidationError(_capital(str(error)) + ".") from None

    def validate_topics(self, field: Field) -> None:
        """Not too many topics, and none too long."""
        topics = rules.read_topics(field.data)
        if len(topics) > rules.MOST_TOPICS:
            raise ValidationError(f"Choose at most {rules.MOST_TOPICS} topics.")
        if any(len(topic) > rules.LONGEST_TOPIC for topic in topics):
            raise ValidationError(f"Shorten each topic to {rules.LONGEST_TOPIC} characters, with semicolons between.")

    def validate_covers(self, field: Field) -> None:
        """Each line names one release, or a study."""
        self.releases, problems = covering.read(field.data)
        if problems:
            raise ValidationError(" ".join(problems))

    def take(self, told: Told) -> list[str]:
        """Put what a page says where nothing was typed; gives the labels of these fields."""
        empty = [name for name in pages.NAMES if getattr(told, name) and not (self[name].data or "").strip()]
        for name in empty:
            self[name].data = getattr(told, name)
        return [str(self[name].label.text) for name in empty]

    def fields(self) -> dict[str, Any]:
        """What was typed, as the actions take it. After :meth:`validate`."""
        names = ("headline", "outlet", "url", "byline", "excerpt", "language", *PLACE, "featured")
        assert self.day is not None
        return {name: self[name].data for name in names} | {
            "published_on": self.day,
            "medium": Medium(self.medium.data),
            "topics": rules.read_topics(self.topics.data),
            "releases": self.releases,
        }


def filled(clip: Clip) -> ClipForm:
    """The form with *clip* in it."""
    names = ("headline", "url", "byline", "excerpt", "language", *PLACE, "featured")
    fields: dict[str, Any] = {name: getattr(clip, name) for name in names}
    fields["outlet"] = clip.outlet.name
    fields["published_on"] = clip.published_on.isoformat()
    fields["medium"] = clip.medium.value
    fields["topics"] = "; ".join(topic.name for topic in clip.topics)
    fields["covers"] = "\n".join(map(covering.reference, clip.releases))
    fields["version"] = str(clip.version)
    return ClipForm(data=fields)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


class WithdrawForm(FlaskForm):  # type: ignore[misc]
    """Why a clip is taken out."""

    reason = TextAreaField(
        "Reason",
        [DataRequired("Give the reason; it stands at the clip’s address."), _most(1000)],
        filters=[lambda value: text.clean(value or "").strip()],
        description="The public reads this at the clip’s address.",
    )


class BringBackForm(FlaskForm):  # type: ignore[misc]
    """One button."""


class UploadForm(FlaskForm):  # type: ignore[misc]
    """A file of clips."""

    file = FileField("File", [FileRequired("Choose the file to import.")])
    source_name = StringField(
        "Where it comes from",
        [Optional(), _most(200)],
        filters=[_line],
        description="Such as Weekly list of the agency. The columns that you confirm are remembered for it.",
        render_kw={"list": "source-names", "autocomplete": "off"},
    )


def _into() -> SelectField:
    return SelectField(
        "Where the clips go",
        choices=_choices((into.value, into.label) for into in ImportInto),
        invalid_choice_message="Choose one of the two.",
    )


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """A file whose entries name their fields themselves."""

    into = _into()


class AddressesForm(FlaskForm):  # type: ignore[misc]
    """Pasted addresses."""

    addresses = TextAreaField(
        "Addresses",
        [DataRequired("Paste at least one address, such as https://ledger.example/story."), _most(500_000)],
        filters=[lambda value: text.clean(value or "").strip()],
        render_kw={"inputmode": "url", "spellcheck": "false"},
    )


class UndoForm(FlaskForm):  # type: ignore[misc]
    """One button."""


class ColumnsForm(FlaskForm):  # type: ignore[misc]
    """Which column means what; the choices are the file's columns."""

    day_order = SelectField(
        "Days written in numbers",
        choices=_choices((order.value, order.label) for order in DayOrder),
        invalid_choice_message="Choose an order from the list.",
    )
    into = _into()

    def mapping(self) -> dict[str, int]:
        """Field → column number."""
        return {
            field.name: int(self[field.name].data) for field in columns.FIELDS if self[field.name].data != NOT_THERE
        }

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Every field from a column of its own, and those there without which no row is a clip."""
        if not super().validate(extra_validators):
            return False
        taken: dict[int, str] = {}
        for name, column in self.mapping().items():
            if column in taken:
                self[name].errors = [
                    f"This column is “{columns.BY_NAME[taken[column]].label}” already. Choose another."
                ]
            taken.setdefault(column, name)
        needed = ("headline", "published_on") if self.into.data == ImportInto.ARCHIVE else ("headline",)
        missing = [name for name in needed if name not in taken.values()]
        if not {"outlet", "url"} & set(taken.values()):
            missing.append("outlet")
        for name in missing:
            if self[name].errors:
                continue
            self[name].errors = [f"Choose the column with the {columns.BY_NAME[name].label.lower()}."]
        return not self.errors


for _field in columns.FIELDS:
    setattr(ColumnsForm, _field.name, SelectField(_field.label, invalid_choice_message=NO_COLUMN))


def columns_form(header: Sequence[str], **values: Any) -> ColumnsForm:
    """The form for the columns of one file.

    Args:
        values: the choices to begin with; field → column number, and ``day_order``.
    """
    form = ColumnsForm(data={name: str(value) for name, value in values.items()})
    choices = _choices(
        [
            (NOT_THERE, "Not in this file"),
            *((str(n), name) for n, name in enumerate(columns.shown(header))),
        ]
    )
    for field in columns.FIELDS:
        form[field.name].choices = choices
        if form[field.name].data in (None, "None"):
            form[field.name].data = NOT_THERE
    return form
