"""What form fields of several rooms share: tidied text, limits with a sentence, the version that was opened."""

from __future__ import annotations

from wtforms import IntegerField
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from pressroom.kit import text


def tidy(value: str | None) -> str:
    """What was typed, without control characters and outer blanks."""
    return text.clean(value or "").strip()


def at_most(limit: int) -> Length:
    """A limit on the length, with a sentence."""
    return Length(max=limit, message=f"Shorten this to {limit:,} characters.")


def opened_version() -> IntegerField:
    """The version that was opened: hidden, and empty in the form of something new."""
    return IntegerField(
        validators=[Optional()],
        widget=HiddenInput(),
        invalid_value_message="Copy what you typed, open this form again, and save it there.",
    )
