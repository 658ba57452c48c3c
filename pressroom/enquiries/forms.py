"""The form of reporters, and those of the desk. They parse; they decide nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, DateInput, ListWidget, TimeInput

from pressroom.accounts.forms import visible
from pressroom.accounts.models import User
from pressroom.accounts.rules import LONGEST_EMAIL, AccountError, check_email, check_name
from pressroom.enquiries import rules, subjects
from pressroom.enquiries.rules import LENGTHS, EnquiryError, Topic
from pressroom.kit import clock, dates
from pressroom.kit.dates.display import WEEKDAYS
from pressroom.kit.fields import at_most, tidy
from pressroom.kit.settings import setting
from pressroom.releases import hours
from pressroom.releases.models import Contact

NO_PAGE = "There is no public page of ours at this address. Copy it from your browser, or leave it empty."
NO_TIME = "Write a time of day, such as 09:00."


def house_zones() -> list[SelectChoice]:
    """The zones of the press room, and UTC."""
    names = dict.fromkeys((setting("time_zone"), *setting("zones"), "UTC"))
    return [SelectChoice(name, name.replace("_", " ")) for name in names]


def zone_choices(first: str = "") -> list[SelectChoice]:
    """The zones of the press room first, then all others by name."""
    ours = (first, setting("time_zone"), *setting("zones"), "UTC")
    names = dict.fromkeys(name for name in (*ours, *dates.places()) if name)
    return [SelectChoice(name, name.replace("_", " ")) for name in names]


class AskForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """A reporter's question."""

    name = StringField(
        "Your name",
        filters=[visible],
        validators=[DataRequired("Write your name."), at_most(LENGTHS["name"])],
        render_kw={"autocomplete": "name"},
    )
    outlet = StringField(
        "Outlet",
        filters=[tidy],
        validators=[DataRequired("Write for which outlet you ask."), at_most(LENGTHS["outlet"])],
        render_kw={"autocomplete": "organization"},
    )
    email = EmailField(
        "E-mail address",
        filters=[visible],
        validators=[at_most(LONGEST_EMAIL)],
        description="Or a telephone number. One of the two is enough.",
        render_kw={"autocomplete": "email"},
    )
    phone = TelField(
        "Telephone",
        filters=[visible],
        validators=[at_most(LENGTHS["phone"])],
        render_kw={"autocomplete": "tel"},
    )
    topic = RadioField(
        "What it is about",
        choices=[SelectChoice(topic.value, topic.label) for topic in Topic],
        validators=[DataRequired("Choose what it is about.")],
    )
    about = StringField(
        "Address of the page",
        filters=[visible],
        validators=[at_most(LENGTHS["about"])],
        description="Where you ask about a release, or about somebody here (optional).",
    )
    question = TextAreaField(
        "Your question",
        filters=[tidy],
        validators=[DataRequired("Write your question."), at_most(LENGTHS["question"])],
    )
    day = StringField("Day of your deadline", filters=[visible], validators=[at_most(40)], widget=DateInput())
    time = StringField("Time", filters=[visible], validators=[at_most(40)], widget=TimeInput())
    zone = SelectField("In the time zone of", validate_choice=False)

    deadline_at: datetime | None = None
    page: tuple[str, str] | None = None

    def __init__(self, *args: object, **kwargs: object) -> None:
        """With the zones of today."""
        super().__init__(*args, **kwargs)
        if not self.zone.data:
            self.zone.data = setting("time_zone")
        self.zone.choices = zone_choices()

    def validate_name(self, field: StringField) -> None:
        """A name that can be shown."""
        _checked(check_name, field)

    def validate_email(self, field: StringField) -> None:
        """An address, where one is given; and some way to answer."""
        if field.data:
            _checked(check_email, field)
        elif not (self.phone.data or "").strip():
            raise ValidationError("Give an e-mail address or a telephone number, so that we can answer.")

    def validate_phone(self, field: StringField) -> None:
        """Digits enough to ring."""
        if field.data and sum(character.isdigit() for character in field.data) < 4:
            raise ValidationError("Write the number with its country code, such as +1 301 555 0142.")

    def validate_about(self, field: StringField) -> None:
        """A page that everybody may see; what is not public yet is as unknown as what is not there."""
        self.page = subjects.read(field.data) if field.data else None
        if field.data and self.page is None:
            raise ValidationError(NO_PAGE)

    def validate_zone(self, field: SelectField) -> None:
        """One that the world knows."""
        try:
            dates.named_zone(field.data or "")
        except dates.WallTimeError as error:
            raise ValidationError(str(error)) from None

    def validate_time(self, field: StringField) -> None:
        """With its day and its zone an instant that exists once, and is still to come."""
        if not field.data and not self.day.data:
            return
        if not field.data:
            raise ValidationError("Say at what time as well, such as 17:00.")
        if not self.day.data:
            raise ValidationError("Say on which day as well.")
        try:
            self.deadline_at = dates.instant(self.day.data, field.data, self.zone.data or "")
            rules.check_deadline(self.deadline_at, clock.now())
        except (dates.WallTimeError, EnquiryError) as error:
            raise ValidationError(str(error)) from None

    def values(self) -> dict[str, Any]:
        """The fields of the enquiry. Call it on a form that validates."""
        texts = {name: (self[name].data or "").strip() for name in ("name", "outlet", "email", "phone", "question")}
        return texts | {
            "topic": Topic(self.topic.data),
            "about": self.page,
            "deadline_at": self.deadline_at,
            "zone": self.zone.data,
        }


def _checked(rule: Any, field: StringField) -> None:
    try:
        rule(field.data or "")
    except AccountError as error:
        raise ValidationError(str(error)) from None


# The desk --------------------------------------------------------------------------------------------------


class ActForm(FlaskForm):  # type: ignore[misc]
    """What is done with an enquiry, and the words that go with it."""

    words = TextAreaField("Words", filters=[tidy], validators=[at_most(LENGTHS["words"])])
    person = SelectField("Who deals with it", validate_choice=False)

    def with_people(self, people: Sequence[User], chosen: int | None) -> ActForm:
        """Offer *people*."""
        self.person.choices = [SelectChoice("", "Nobody yet"), *(SelectChoice(str(one.id), one.name) for one in people)]
        if self.person.data is None:
            self.person.data = str(chosen or "")
        return self


class ButtonForm(FlaskForm):  # type: ignore[misc]
    """A button alone; the token comes with it."""


class _RotaForm(FlaskForm):  # type: ignore[misc]
    """What hours and days that differ share."""

    opens_at = StringField("From", filters=[visible], validators=[at_most(8)], widget=TimeInput())
    closes_at = StringField("To", filters=[visible], validators=[at_most(8)], widget=TimeInput())
    zone = SelectField("In the time zone of", validate_choice=False)

    def validate_opens_at(self, field: StringField) -> None:
        """A time of day, or nothing."""
        _time(field.data)

    def validate_closes_at(self, field: StringField) -> None:
        """A time of day, or nothing; one of the two alone says nothing."""
        _time(field.data)
        if bool(field.data) != bool(self.opens_at.data):
            raise ValidationError("Say both from when and until when.")

    def validate_zone(self, field: SelectField) -> None:
        """One that the world knows."""
        try:
            dates.named_zone(field.data or "")
        except dates.WallTimeError as error:
            raise ValidationError(str(error)) from None

    def _offer(self, contacts: Sequence[Contact], first: list[SelectChoice]) -> None:
        self.contact.choices = [*first, *(SelectChoice(str(one.id), one.name) for one in contacts)]
        self.zone.choices = house_zones()
        if not self.zone.data:
            self.zone.data = setting("time_zone")


class DutyForm(_RotaForm):
    """Hours of the week in which somebody answers."""

    contact = SelectField("Who", validate_choice=True)
    weekdays = SelectMultipleField(
        "Days",
        choices=[SelectChoice(str(number), name) for number, name in enumerate(WEEKDAYS)],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )

    def __init__(self, contacts: Sequence[Contact], **options: Any) -> None:
        """For one of *contacts*."""
        super().__init__(**options)
        self._offer(contacts, [])

    def validate_weekdays(self, field: SelectMultipleField) -> None:
        """Some days of the week."""
        if not field.data or not set(field.data) <= set("0123456"):
            raise ValidationError("Tick the days on which these hours begin.")

    def validate_opens_at(self, field: StringField) -> None:
        """A time of day."""
        if _time(field.data) is None:
            raise ValidationError(NO_TIME)

    def values(self, contacts: Sequence[Contact]) -> dict[str, Any]:
        """As the verb takes them."""
        return {
            "contact": next(one for one in contacts if str(one.id) == self.contact.data),
            "weekdays": hours.bits(int(day) for day in self.weekdays.data),
            "opens_at": _time(self.opens_at.data),
            "closes_at": _time(self.closes_at.data),
            "zone": self.zone.data,
        }


class ChangeForm(_RotaForm):
    """Days that differ."""

    contact = SelectField("Who", default="")
    first_day = StringField("First day", filters=[visible], validators=[at_most(40)], widget=DateInput())
    last_day = StringField(
        "Last day",
        filters=[visible],
        validators=[at_most(40)],
        widget=DateInput(),
        description="Left empty, it is the one day.",
    )
    note = StringField("Why", filters=[tidy], validators=[at_most(LENGTHS["note"])], description="For colleagues.")

    def __init__(self, contacts: Sequence[Contact], **options: Any) -> None:
        """For one of *contacts*, or for all."""
        super().__init__(**options)
        self._offer(contacts, [SelectChoice("", "The whole office: closed")])

    def validate_first_day(self, field: StringField) -> None:
        """A day."""
        _day(field.data)

    def validate_last_day(self, field: StringField) -> None:
        """A day that is not before the first."""
        if field.data and self.first_day.data and _day(field.data) < _day(self.first_day.data):
            raise ValidationError("The last day is before the first one.")

    def validate_opens_at(self, field: StringField) -> None:
        """Hours belong to somebody."""
        if _time(field.data) is not None and not self.contact.data:
            raise ValidationError("Choose who answers in these hours; the whole office is only ever closed.")

    def values(self, contacts: Sequence[Contact]) -> dict[str, Any]:
        """As the verb takes them."""
        return {
            "contact": next((one for one in contacts if str(one.id) == self.contact.data), None),
            "first_day": _day(self.first_day.data),
            "last_day": _day(self.last_day.data or self.first_day.data),
            "opens_at": _time(self.opens_at.data),
            "closes_at": _time(self.closes_at.data),
            "zone": self.zone.data,
            "note": self.note.data or "",
        }


def _time(written: str | None) -> time | None:
    if not written:
        return None
    try:
        found = time.fromisoformat(written)
    except ValueError:
        raise ValidationError(NO_TIME) from None
    if found.tzinfo is not None:
        raise ValidationError(NO_TIME)
    return found.replace(second=0, microsecond=0)


def _day(written: str | None) -> date:
    try:
        return dates.parse_day(written or "")
    except dates.DateError as error:
        raise ValidationError(str(error)) from None
