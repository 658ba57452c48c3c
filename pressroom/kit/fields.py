"""What form fields of several rooms share: tidied text, limits with a sentence, the version that was opened."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape
from wtforms import IntegerField
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput, core

from pressroom.kit import text


def attributes(**named: Any) -> Markup:
    """The attributes of a tag as WTForms writes them, in a fifth of the time: a quarter of a form was that."""
    written: list[str] = []
    for key, value in sorted(named.items()):
        name = escape(core.clean_key(key))
        if value is True:
            written.append(name)
        elif value is not False:
            # What is marked as safe may have quotation marks of its own.
            written.append(f'{name}="{str(escape(value)).replace(QUOTE, "&quot;")}"')
    return Markup(" ".join(written))  # noqa: S704 - escaped


QUOTE = '"'
core.html_params = attributes  # its widgets look it up when they write
for widget in (core.Input, core.Button):
    widget.html_params = staticmethod(attributes)


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
