"""Forms: registering, changing it, and the checklist of the desk. They parse; they decide nothing."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from wtforms import TextAreaField

from pressroom.accreditation.forms import ApplicationForm, Checklist, check_fields, ticked
from pressroom.accreditation.rules import LONGEST
from pressroom.kit.fields import at_most, tidy
from pressroom.meetings.registering.models import Registration


class RegistrationForm(ApplicationForm):
    """What somebody sends: the same as for an accreditation, for the same press rules hold."""

    statement = TextAreaField(
        "What else we should know",
        filters=[tidy],
        validators=[at_most(LONGEST["statement"])],
        description="Who comes with you, what equipment you bring, whom you want to talk to. A few sentences do.",
    )


class ChangeForm(RegistrationForm):
    """The same for a registration that exists; its address stays, for it is what tells whose it is."""

    email = None
    has_letter = False

    def validate_letter_url(self, field: Any) -> None:
        """A letter that was sent before counts."""
        kept, self.letter.data = self.letter.data, self.letter.data or self.has_letter
        try:
            super().validate_letter_url(field)
        finally:
            self.letter.data = kept

    def values(self, without: Collection[str] = ("email",)) -> dict[str, Any]:
        """The fields of the registration, without the file."""
        return super().values(without)

    @classmethod
    def of(cls, registration: Registration) -> ChangeForm:
        """The form of what was sent."""
        names = ("name", "outlet", "role", "bylines", "letter_url", "statement")
        kept = {name: getattr(registration, name) for name in names}
        form = cls(data=kept | {"basis": registration.basis.value})
        form.has_letter = bool(registration.letter_sha256)
        return form


CheckForm: Any = type("CheckForm", (Checklist,), check_fields())


def check_form(registration: Registration) -> Any:
    """The checklist of *registration* with what was ticked and noted so far."""
    return CheckForm(data={"version": registration.version} | ticked(registration.checks))
