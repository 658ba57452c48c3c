"""Forms about logos. They parse; they decide nothing."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from pressroom.kit.fields import at_most, opened_version, tidy
from pressroom.media.rules import LENGTHS
from pressroom.pages.logos import queries
from pressroom.pages.logos.models import PURPOSE_LENGTH, TERMS_LENGTH, TITLE_LENGTH, Logo, Role

NUMBER = "Write a whole number"


def _number(label: str, least: int, most: int, **options: Any) -> IntegerField:
    sentence = f"{NUMBER} from {least} to {most:,}."
    return IntegerField(
        label, [InputRequired(sentence), NumberRange(least, most, sentence)], invalid_value_message=sentence, **options
    )


class LogoForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """What is said about a logo."""

    title = StringField("Name", filters=[tidy], validators=[at_most(TITLE_LENGTH)])
    purpose = TextAreaField("For what", filters=[tidy], validators=[at_most(PURPOSE_LENGTH)])
    clear_space = _number("Clear space, in percent of its height", 0, 100, default=25)
    least_px = _number("Least height on a screen, in pixels", 1, 1000, default=24)
    least_mm = _number("Least height on paper, in millimetres", 1, 1000, default=8)
    version = opened_version()

    def validate_title(self, field: StringField) -> None:
        """It needs a name."""
        if not field.data:
            raise ValidationError("Give it a name, such as Logo or Seal.")

    def values(self) -> dict[str, Any]:
        """As the verbs take them."""
        lines = {name: " ".join(self[name].data.split()) for name in ("title", "purpose")}
        return lines | {name: self[name].data for name in ("clear_space", "least_px", "least_mm")}

    @classmethod
    def of(cls, logo: Logo) -> LogoForm:
        """The form of a logo that exists."""
        return cls(obj=logo)


class FileForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """A file for a variant: sent now, or one of the library."""

    role = SelectField("Variant", choices=[SelectChoice(role.value, role.label) for role in Role])
    file = FileField("Send a file")
    asset = SelectField("Or take one of the library", coerce=int, default=0)
    alt = StringField("What it shows", filters=[tidy], validators=[at_most(LENGTHS["alt"])])

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        rows = [SelectChoice(row.id, f"{row.name} ({row.media_type})") for row in queries.offered()]
        self.asset.choices = [SelectChoice(0, "–"), *rows]


class TermsForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """The terms."""

    body = TextAreaField("Terms", filters=[tidy], validators=[at_most(TERMS_LENGTH)])

    def validate_body(self, field: TextAreaField) -> None:
        """Nobody can accept nothing."""
        if not field.data:
            raise ValidationError("Write the terms; whoever downloads is asked to accept them.")


class AcceptForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """That somebody accepts the terms: which, and where they wanted to go."""

    next = HiddenField()
    terms = HiddenField()
