"""The forms of what is kept once: fields and parsing."""

from __future__ import annotations

from datetime import time
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, SelectField, SelectMultipleField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget, TimeInput

from pressroom.kit import dates
from pressroom.kit.dates.display import WEEKDAYS
from pressroom.kit.fields import opened_version, tidy
from pressroom.kit.settings import setting
from pressroom.releases import hours
from pressroom.releases.models import Boilerplate, Contact
from pressroom.releases.rules import RefusedError

NO_TIME = "This is no time of day. Write hours and minutes, such as 09:00."


def _one_line(value: str | None) -> str:
    return " ".join(tidy(value).split())


class KeptOnceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What both forms have."""

    version = opened_version()
    standard = BooleanField("New releases begin with it")

    def refuse(self, error: RefusedError) -> None:
        """Show the problems of *error*, each at its field."""
        for problem in error.problems:
            if problem.field in self:
                self[problem.field].errors = [*self[problem.field].errors, problem.sentence]
            else:
                self.form_errors.append(problem.sentence)

    def seen(self, version: int) -> None:
        """From now on the form is made of *version*."""
        self.version.raw_data, self.version.data = None, version


class BoilerplateForm(KeptOnceForm):
    """A paragraph about an organisation."""

    name = StringField("About whom", filters=[_one_line], description="The heading is “About” and this name.")
    body = TextAreaField("Text", filters=[tidy], description="Markdown. One paragraph, with a link if there is one.")

    @classmethod
    def of(cls, row: Boilerplate | None) -> BoilerplateForm:
        """The form of *row*, or an empty one."""
        names = ("name", "body", "standard", "version")
        return cls(data={name: getattr(row, name) for name in names} if row else {})

    def values(self) -> dict[str, Any]:
        """As the verbs take them."""
        return {"name": self.name.data, "body": self.body.data, "standard": bool(self.standard.data)}


class ContactForm(KeptOnceForm):
    """Somebody whom reporters ring."""

    name = StringField("Name", filters=[_one_line], description="Of a person, or of an office.")
    role = StringField("Role", filters=[_one_line], description="Such as press officer.")
    organisation = StringField("Organisation", filters=[_one_line])
    phone = StringField("Telephone", filters=[_one_line])
    mobile = StringField("Mobile telephone", filters=[_one_line])
    email = StringField("E-mail", filters=[_one_line])
    weekdays = SelectMultipleField(
        "Days",
        choices=[SelectChoice(str(number), name) for number, name in enumerate(WEEKDAYS)],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    opens_at = StringField("From", filters=[_one_line], widget=TimeInput())
    closes_at = StringField("To", filters=[_one_line], widget=TimeInput())
    zone = SelectField("Zone", validate_choice=False)
    after_hours = StringField("At other hours", filters=[_one_line], description="Such as: ring the mobile telephone.")
    listed = BooleanField("Listed on the contact page")

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        zones = dict.fromkeys((setting("time_zone"), *setting("zones"), "UTC", self.zone.data or "UTC"))
        self.zone.choices = [SelectChoice(zone, zone.replace("_", " ")) for zone in zones]

    @classmethod
    def of(cls, row: Contact | None, *, listed: bool = False) -> ContactForm:
        """The form of *row*, or an empty one."""
        if row is None:
            return cls(data={"zone": setting("time_zone"), "organisation": setting("organisation_name")})
        names = ("name", "role", "organisation", "phone", "mobile", "email", "zone", "after_hours", "standard")
        return cls(
            data={name: getattr(row, name) for name in (*names, "version")}
            | {
                "weekdays": [str(day) for day in hours.days(row.weekdays)],
                "opens_at": f"{row.opens_at:%H:%M}" if row.opens_at else "",
                "closes_at": f"{row.closes_at:%H:%M}" if row.closes_at else "",
                "listed": listed,
            }
        )

    def validate_weekdays(self, field: Field) -> None:
        """Days of the week."""
        if not set(field.data or ()) <= set("0123456"):
            raise ValidationError("Tick days of the week.")

    def validate_opens_at(self, field: Field) -> None:
        """A time of day, or none."""
        _time(field.data)

    def validate_closes_at(self, field: Field) -> None:
        """A time of day, or none."""
        _time(field.data)

    def validate_zone(self, field: Field) -> None:
        """One that the world knows."""
        try:
            dates.named_zone(field.data or "")
        except dates.WallTimeError as error:
            raise ValidationError(str(error)) from None

    def values(self) -> dict[str, Any]:
        """As the verbs take them."""
        texts = ("name", "role", "organisation", "phone", "mobile", "email", "zone", "after_hours")
        return {name: self[name].data for name in texts} | {
            "weekdays": hours.bits(int(day) for day in self.weekdays.data or ()),
            "opens_at": _time(self.opens_at.data),
            "closes_at": _time(self.closes_at.data),
            "standard": bool(self.standard.data),
            "listed": bool(self.listed.data),
        }


class MoveForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A step up or down."""


def _time(written: str | None) -> time | None:
    if not written:
        return None
    try:
        found = time.fromisoformat(written) if len(written) <= 8 else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:
        raise ValidationError(NO_TIME)
    return found.replace(second=0, microsecond=0)
