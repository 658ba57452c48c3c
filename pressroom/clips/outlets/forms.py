"""The form of an outlet: fields and parsing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import Field, HiddenField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional

from pressroom.clips import rules as clips
from pressroom.clips.addresses import LONGEST as LONGEST_ADDRESS
from pressroom.clips.models import Outlet
from pressroom.clips.outlets import rules
from pressroom.clips.outlets.countries import COUNTRIES
from pressroom.kit import dates, text
from pressroom.kit.fields import at_most
from pressroom.kit.settings import setting

USUAL, HEADLINE, SOME = "usual", "headline", "words"


def _line(value: str | None) -> str:
    return " ".join(text.clean(value or "").split())


def _choices(pairs: Any) -> list[SelectChoice]:
    return [SelectChoice("", "Not said"), *(SelectChoice(value, label) for value, label in pairs)]


class OutletForm(FlaskForm):  # type: ignore[misc]
    """An outlet."""

    name = StringField(
        "Name",
        [DataRequired("Write the outlet’s name, such as The Harbor Ledger."), at_most(clips.LONGEST_OUTLET)],
        filters=[_line],
    )
    kind = SelectField("Kind", choices=_choices(rules.KINDS.items()), invalid_choice_message="Choose a kind.")
    country = SelectField(
        "Country", choices=_choices(COUNTRIES.items()), invalid_choice_message="Choose a country from the list."
    )
    language = SelectField(
        "Language", choices=_choices(clips.LANGUAGES.items()), invalid_choice_message="Choose a language from the list."
    )
    home = StringField(
        "Home page", [Optional(), at_most(LONGEST_ADDRESS)], filters=[_line], render_kw={"inputmode": "url"}
    )
    aliases = TextAreaField(
        "Other names and hosts",
        [Optional(), at_most(rules.MOST_ALIASES * clips.LONGEST_OUTLET)],
        filters=[lambda value: text.clean(value or "").strip()],
        description="One on a line. A list that names the outlet so, or that gives only an address there, finds it.",
    )
    rights = SelectField(
        "Of its excerpts the public is shown",
        choices=[
            SelectChoice(USUAL, "As much as of other outlets"),
            SelectChoice(HEADLINE, "Nothing: headline and link only"),
            SelectChoice(SOME, "So many words"),
        ],
        invalid_choice_message="Choose what may be shown.",
    )
    words = StringField("Words", filters=[_line], render_kw={"inputmode": "numeric"})
    licensed = StringField(
        "Licensed through",
        [Optional()],
        filters=[_line],
        description="Until this day is over the whole stored excerpt is shown, as in 2027-03-31.",
    )
    version = HiddenField()

    until: datetime | None = None

    def validate_name(self, field: Field) -> None:
        """Something that can be seen."""
        if not text.has_letters(field.data or ""):
            raise ValidationError("Write the outlet’s name, such as The Harbor Ledger.")

    def validate_home(self, field: Field) -> None:
        """An address that may be linked to."""
        try:
            field.data = rules.read_home(field.data or "")
        except rules.OutletError as error:
            raise ValidationError(str(error)) from None

    def validate_aliases(self, field: Field) -> None:
        """Not too many, and none too long."""
        names = rules.read_aliases(field.data or "")
        if len(names) > rules.MOST_ALIASES:
            raise ValidationError(f"An outlet can have {rules.MOST_ALIASES} other names. Take some away.")
        if any(len(name) > clips.LONGEST_OUTLET for name in names):
            raise ValidationError(f"Shorten each name to {clips.LONGEST_OUTLET} characters.")

    def validate_words(self, field: Field) -> None:
        """A number, where so many words are shown."""
        if self.rights.data != SOME:
            return
        typed = field.data or ""
        if not (typed.isascii() and typed.isdigit() and 1 <= int(typed[:6]) <= rules.MOST_WORDS):
            raise ValidationError(f"Write a whole number from 1 to {rules.MOST_WORDS}.")

    def validate_licensed(self, field: Field) -> None:
        """A day; the licence ends with it, in the organisation's zone."""
        if not field.data:
            return
        try:
            self.until = dates.end(dates.parse_day(field.data), setting("time_zone"))
        except dates.DateError as error:
            raise ValidationError(str(error)) from None

    def fields(self) -> dict[str, Any]:
        """What was typed, as the actions take it. After :meth:`validate`."""
        words = {USUAL: None, HEADLINE: 0}
        return {name: self[name].data for name in ("name", "kind", "country", "language", "home")} | {
            "words": words[self.rights.data] if self.rights.data in words else int(self.words.data),
            "licensed_until": self.until,
            "aliases": rules.read_aliases(self.aliases.data or ""),
        }


def filled(outlet: Outlet, aliases: list[str]) -> OutletForm:
    """The form with *outlet* in it."""
    fields: dict[str, Any] = {
        name: getattr(outlet, name) for name in ("name", "kind", "country", "language", "home", "version")
    }
    words = outlet.words
    fields |= {
        "aliases": "\n".join(aliases),
        "rights": USUAL if words is None else SOME if words else HEADLINE,
        "words": str(words) if words else "",
        "licensed": last_day(outlet.licensed_until),
    }
    return OutletForm(data=fields)


def last_day(until: datetime | None) -> str:
    """The last day of a licence, as the form has it; empty without one."""
    if until is None:
        return ""
    return (until.astimezone(ZoneInfo(setting("time_zone"))) - timedelta(seconds=1)).date().isoformat()


class IconForm(FlaskForm):  # type: ignore[misc]
    """A picture for the icon."""

    file = FileField("Picture")
