"""The forms of readers: what they want, and when."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import available_timezones

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, RadioField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from pressroom.accounts.rules import AccountError, check_email
from pressroom.alerts.rules import LENGTHS, Habits, Rhythm
from pressroom.kit.fields import at_most, tidy
from pressroom.kit.settings import setting

ZONES_OF = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
HOURS = [SelectChoice("", "–"), *(SelectChoice(str(hour), f"{hour:02}:00") for hour in range(24))]
RHYTHMS = {
    Rhythm.AT_ONCE: "At once: a message when there is something new",
    Rhythm.DAILY: "Once a day, in the morning, if there is something new",
    Rhythm.WEEKLY: "Once a week, on Monday morning, if there is something new",
}


@lru_cache(1)
def _zones() -> tuple[str, ...]:
    return ("UTC", *sorted(name for name in available_timezones() if name.partition("/")[0] in ZONES_OF))


def zones() -> list[SelectChoice]:
    """The zones that readers may live in: those of the press room first."""
    first = dict.fromkeys((setting("time_zone"), *setting("zones")))
    return [SelectChoice(name, name.replace("_", " ")) for name in dict.fromkeys((*first, *_zones()))]


class HabitsForm(FlaskForm):  # type: ignore[misc]
    """How often, and when nothing is to come."""

    rhythm = RadioField(
        "How often",
        choices=[SelectChoice(rhythm.value, label) for rhythm, label in RHYTHMS.items()],
        default=Rhythm.DAILY.value,
        validators=[InputRequired("Choose how often.")],
    )
    zone = SelectField("Your time zone", validate_choice=False)
    quiet_from = SelectField("Nothing from", choices=HOURS, validate_choice=False)
    quiet_until = SelectField("until", choices=HOURS, validate_choice=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        """With the zones of today."""
        super().__init__(*args, **kwargs)
        self.zone.choices = zones()
        if not self.zone.data:
            self.zone.data = setting("time_zone")

    def validate_zone(self, field: SelectField) -> None:
        """A zone that there is."""
        if field.data not in available_timezones():
            raise ValidationError("Choose your time zone from the list.")

    def validate_quiet_from(self, field: SelectField) -> None:
        """Both ends or none."""
        hours = {str(hour) for hour in range(24)}
        if {field.data or "", self.quiet_until.data or ""} - hours - {""}:
            raise ValidationError("Choose full hours from the list.")
        if bool(field.data) != bool(self.quiet_until.data):
            raise ValidationError("Choose both hours, or none.")

    def chosen(self) -> tuple[Rhythm, Habits]:
        """What was chosen."""
        quiet = [int(field.data) if field.data else None for field in (self.quiet_from, self.quiet_until)]
        return Rhythm(self.rhythm.data), Habits(self.zone.data, *quiet)


class AskForm(HabitsForm):
    """An alert, and the address that it is to go to."""

    of = HiddenField(validators=[at_most(4_000)])
    email = EmailField(
        "Your e-mail address",
        filters=[tidy],
        validators=[InputRequired("Write your e-mail address."), at_most(LENGTHS["address"])],
        description="We write to it once, to ask whether it is really you. It serves these alerts and nothing else.",
        render_kw={"autocomplete": "email"},
    )

    def validate_email(self, field: StringField) -> None:
        """The form of an address."""
        try:
            field.data = check_email(field.data)
        except AccountError as error:
            raise ValidationError(str(error)) from None
