"""The settings as a form: one field for each row of the table that staff may edit. And what to see of the audit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask import current_app
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Length, Optional
from wtforms.widgets import TextInput

from pressroom.kit import fields
from pressroom.kit.settings import Setting, Settings, SettingsError

SHORT, LONG = 200, 3000
LOGO = "organisation_logo"
MENUS = "navigation_"  # have a page of their own
NO_NEWS = frozenset({"the", "its", "organisation", "s"})  # what the section says
COLOURS = ("organisation_brand", "organisation_alert")

SECTIONS = (
    ("Organisation", ("organisation_", "time_zone", "sample")),
    ("Releases", ("release_",)),
    ("Feeds and podcast", ("licence", "podcast_")),
    ("Media contact", ("contact_",)),
    ("Sign-in", ("second_factor_",)),
)


class SettingsForm(FlaskForm):  # type: ignore[misc]
    """What stands beside the settings themselves; :func:`form_class` adds their fields."""

    seen = HiddenField()
    logo = FileField("New logo", description="PNG, JPEG or WebP, at least 96 pixels high, with little space around it.")
    remove_logo = BooleanField("Take the logo away")


def editable() -> tuple[Setting, ...]:
    """The rows of the table that staff edit as text; the logo is uploaded."""
    settings: Settings = current_app.extensions["settings"]
    return tuple(row for row in settings.rows if row.editable and row.name != LOGO and not row.name.startswith(MENUS))


def form_class() -> type[SettingsForm]:
    """A form with a field for each of :func:`editable`."""
    return type("EditSettings", (SettingsForm,), {row.name: _field(row) for row in editable()})


def sections(form: SettingsForm) -> list[tuple[str, list[Field]]]:
    """The fields of *form* under the headings that they belong to."""
    names = [row.name for row in editable()]
    return [(title, [form[name] for name in names if name.startswith(beginnings)]) for title, beginnings in SECTIONS]


def _field(row: Setting) -> Any:
    if isinstance(row.default, bool):
        return BooleanField(row.label, description=hint(row))
    kind, most = (TextAreaField, LONG) if row.multiline else (StringField, SHORT)
    too_long = f"Write at most {most:,} characters."
    validators = [Length(max=most, message=too_long), _accepted_by(row)]
    keywords: dict[str, Any] = {"maxlength": most}
    if row.name in COLOURS:
        keywords |= {"type": "color"}
    elif row.name == "time_zone":
        keywords |= {"list": "zones", "autocomplete": "off"}
    return kind(row.label, validators, description=hint(row), filters=[_tidy], render_kw=keywords)


def hint(row: Setting) -> str:
    """The help of *row*; empty when it says no more than the label, for somebody who sees the label."""
    said, label = (set(re.findall(r"\w+", words.casefold())) for words in (row.help, row.label))
    return row.help if said - label - NO_NEWS else ""


def _tidy(value: str | None) -> str:
    """Without control characters, which come with a copy from elsewhere and say nothing."""
    lines = (value or "").replace("\r\n", "\n").split("\n")
    return "\n".join("".join(filter(str.isprintable, line)) for line in lines).strip()


def _accepted_by(row: Setting) -> Any:
    """The row's own check, its words made a sentence."""

    def check(_form: SettingsForm, field: Field) -> None:
        try:
            row.read(field.data)
        except SettingsError as error:
            raise ValidationError(sentence(row, field.data, error)) from None

    return check


def sentence(row: Setting, value: str, error: SettingsError) -> str:
    """What *error* says, for somebody who sees the field: without the name, as a sentence."""
    text = str(error).removeprefix(f"{row.name} = {value!r}: ")
    return text[:1].upper() + text[1:].rstrip(".") + "."


NO_DAY = "Write a day as in 2026-11-24."


def _may_be_empty() -> Optional:
    """As :class:`Optional`; in a form of filters nobody has to be told."""
    empty = Optional()
    empty.field_flags = {}
    return empty


class AuditForm(FlaskForm):  # type: ignore[misc]
    """Which lines of the audit are wanted. It stands in the address, and changes nothing."""

    class Meta:
        csrf = False

    person = SelectField("Person", validate_choice=False, filters=[fields.tidy])
    kind = SelectField("Kind", validate_choice=False, filters=[fields.tidy])
    action = SelectField("Action", validate_choice=False, filters=[fields.tidy])
    object = StringField(
        "Object", [fields.at_most(200)], filters=[fields.tidy], description="Its number, or words of its title."
    )
    since = DateField("From", [_may_be_empty()], invalid_value_message=NO_DAY)
    until = DateField("Until", [_may_be_empty()], invalid_value_message=NO_DAY)

    def validate_until(self, field: Field) -> None:
        """The days are in order."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError("Choose a day that is not before the first one.")

    def offer(self, people: Sequence[tuple[str, str]], kinds: Sequence[str], acts: Sequence[str]) -> None:
        """What can be chosen. A kind or an action that nothing was done of finds nothing; a person has to be one."""
        self.person.choices = [("", "Everybody"), *people]
        for chosen, every, names in ((self.kind, "Everything", kinds), (self.action, "Every action", acts)):
            chosen.data = chosen.data or ""
            unknown = [chosen.data] if chosen.data and chosen.data not in names else []
            chosen.choices = [("", every), *((name, name) for name in [*names, *unknown])]
        for day in (self.since, self.until):
            if day.errors and day.data is None:
                day.widget = TextInput()  # a field for days would not show what is none
        self.person.data = self.person.data or ""
        if self.person.data not in {value for value, _ in self.person.choices}:
            self.person.errors = ["Choose somebody of the list; the press room knows nobody else."]
