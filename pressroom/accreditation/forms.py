"""The fields of an application, of the sign-in, of the agreement, and of the desk's decisions. They decide nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length, NumberRange

from pressroom.accounts import passwords
from pressroom.accounts.forms import visible
from pressroom.accounts.rules import (
    LONGEST_EMAIL,
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    AccountError,
    check_email,
    check_name,
    local_path,
)
from pressroom.accreditation import rules
from pressroom.accreditation.models import Application
from pressroom.accreditation.rules import CHECKS, LONGEST, MOST_MONTHS, AccreditationError, Basis
from pressroom.kit.fields import at_most, opened_version, tidy


def _checked(rule: Any, field: StringField) -> None:
    try:
        rule(field.data or "")
    except (AccountError, AccreditationError) as error:
        raise ValidationError(str(error)) from None


class ApplicationForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """What somebody sends who wants to be accredited."""

    name = StringField(
        "Your name",
        filters=[visible],
        validators=[InputRequired("Write your name."), at_most(LONGEST["name"])],
        render_kw={"autocomplete": "name"},
    )
    email = EmailField(
        "E-mail address",
        filters=[visible],
        validators=[InputRequired("Write your e-mail address."), at_most(LONGEST_EMAIL)],
        description="At your outlet, if you have one there. You will sign in with it.",
        render_kw={"autocomplete": "email"},
    )
    outlet = StringField(
        "Outlet",
        filters=[tidy],
        validators=[InputRequired("Write for which outlet you report."), at_most(LONGEST["outlet"])],
        render_kw={"autocomplete": "organization"},
    )
    role = StringField(
        "What you do there",
        filters=[tidy],
        validators=[InputRequired("Write what you do there, such as “science reporter”."), at_most(LONGEST["role"])],
        render_kw={"autocomplete": "organization-title"},
    )
    basis = RadioField(
        "How you report",
        choices=[SelectChoice(basis.value, basis.label) for basis in Basis],
        validators=[InputRequired("Choose how you report.")],
    )
    bylines = TextAreaField(
        "Links to stories with your name",
        filters=[tidy],
        validators=[at_most(LONGEST["bylines"])],
        description="One address on each line; for freelances without a letter, of the last six months.",
    )
    letter_url = StringField(
        "Link to an assignment letter",
        filters=[tidy],
        validators=[at_most(LONGEST["letter_url"])],
    )
    letter = FileField("Or the letter as a file", description="PDF or a picture, at most 5 MB.")
    statement = TextAreaField(
        "What else we should know",
        filters=[tidy],
        validators=[at_most(LONGEST["statement"])],
        description="What you report on, and what you need. A few sentences do.",
    )

    def validate_name(self, field: StringField) -> None:
        """A name that can be shown."""
        if not (field.data or "").strip():
            raise ValidationError("Write your name.")
        _checked(check_name, field)

    def validate_email(self, field: StringField) -> None:
        """The form of an address."""
        _checked(check_email, field)

    def validate_outlet(self, field: StringField) -> None:
        """Blanks are no outlet."""
        if not field.data:
            raise ValidationError("Write for which outlet you report.")

    def validate_role(self, field: StringField) -> None:
        """Blanks say nothing."""
        if not field.data:
            raise ValidationError("Write what you do there, such as “science reporter”.")

    def validate_bylines(self, field: TextAreaField) -> None:
        """Addresses, and some when they are what the application rests on."""
        _checked(rules.web_addresses, field)
        if self.basis.data in {Basis.BYLINE, Basis.BLOG, Basis.ONLINE} and not field.data:
            raise ValidationError("Name at least one story of yours by its address.")

    def validate_letter_url(self, field: StringField) -> None:
        """A letter, where the application rests on one."""
        if field.data and not rules.is_web_address(field.data):
            raise ValidationError("Write the whole address of the letter, with https://.")
        if self.basis.data == Basis.LETTER and not field.data and not self.letter.data:
            raise ValidationError("Give a link to the letter, or send it as a file.")

    def values(self, without: Collection[str] = ()) -> dict[str, Any]:
        """The fields of the application, without the file, and without those that a form like this has not."""
        names = ("name", "email", "outlet", "role", "bylines", "letter_url", "statement")
        kept = {name: self[name].data or "" for name in names if name not in without}
        return kept | {"basis": Basis(self.basis.data)}


class EntryForm(FlaskForm):  # type: ignore[misc]
    """A journalist's address and password."""

    email = EmailField(
        "E-mail address",
        [InputRequired("Write your e-mail address."), Length(max=LONGEST_EMAIL, message="Write a shorter address.")],
        filters=[visible],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        "Password",
        [InputRequired("Write your password."), Length(max=LONGEST_PASSWORD, message="That password is too long.")],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField(filters=[lambda text: local_path(text or "")])


class ForgottenForm(FlaskForm):  # type: ignore[misc]
    """To which address a link is sent."""

    email = EmailField(
        "E-mail address",
        [InputRequired("Write your e-mail address."), Length(max=LONGEST_EMAIL, message="Write a shorter address.")],
        filters=[visible],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )

    def validate_email(self, field: StringField) -> None:
        """The form of an address."""
        _checked(check_email, field)


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """The password that is set with the link."""

    new = PasswordField(
        "New password",
        [InputRequired("Write a password.")],
        description=f"At least {SHORTEST_PASSWORD} characters. A few words of your own do well.",
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        "New password, again",
        [EqualTo("new", "The two passwords differ. Write the same one twice.")],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_new(self, field: PasswordField) -> None:
        """Long enough, and none that is tried first."""
        _checked(passwords.check, field)


class AcceptForm(FlaskForm):  # type: ignore[misc]
    """The tick under the agreement, and which version it stood under."""

    number = HiddenField()
    accept = BooleanField(
        "I have read this agreement and accept it.", [InputRequired("Tick the box to accept the agreement.")]
    )


class ButtonForm(FlaskForm):  # type: ignore[misc]
    """A button alone; the token comes with it."""


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why somebody is suspended."""

    reason = TextAreaField("Reason", filters=[tidy], validators=[at_most(LONGEST["reason"])])


class MonthsForm(FlaskForm):  # type: ignore[misc]
    """For how long."""

    months = IntegerField(
        "Months from today",
        [NumberRange(1, MOST_MONTHS, f"Write a number of months from 1 to {MOST_MONTHS}.")],
        invalid_value_message=f"Write a number of months from 1 to {MOST_MONTHS}.",
    )


class AgreementForm(FlaskForm):  # type: ignore[misc]
    """A new version of the agreement."""

    body = TextAreaField("Text", filters=[tidy], validators=[at_most(LONGEST["agreement"])])


class Checklist(FlaskForm):  # type: ignore[misc]
    """What is decided; a tick and a note for each rule are added by :func:`check_fields`."""

    reason = TextAreaField(
        "Reason, if you decline",
        filters=[tidy],
        validators=[at_most(LONGEST["reason"])],
        description="For the desk; the message that you send is yours to write.",
    )
    version = opened_version()

    def checks(self) -> dict[str, dict[str, Any]]:
        """The checklist as it is kept."""
        return {
            check.value: {"met": bool(self[f"met_{check.value}"].data), "note": self[f"note_{check.value}"].data or ""}
            for check in CHECKS
        }


class _CheckForm(Checklist):
    """The checklist of an application, which is for some months."""

    months = IntegerField(
        "For how many months",
        [NumberRange(1, MOST_MONTHS, f"Write a number of months from 1 to {MOST_MONTHS}.")],
        invalid_value_message=f"Write a number of months from 1 to {MOST_MONTHS}.",
    )


def check_fields() -> dict[str, Any]:
    """A tick and a note for each rule, for a form that is made of a :class:`Checklist`."""
    fields: dict[str, Any] = {}
    for check in CHECKS:
        words = check.proof if isinstance(check, Basis) else check.label
        fields[f"met_{check.value}"] = BooleanField(words)
        fields[f"note_{check.value}"] = StringField(
            "Note",
            filters=[tidy],
            validators=[at_most(LONGEST["note"])],
            render_kw={"aria-label": f"Note: {words}"},
        )
    return fields


CheckForm: Any = type("CheckForm", (_CheckForm,), check_fields())


def check_form(application: Application, *, months: int) -> Any:
    """The checklist of *application* with what was ticked and noted so far."""
    return CheckForm(data={"months": months, "version": application.version} | ticked(application.checks))


def ticked(checks: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What a checklist holds, by the names of the fields of :func:`check_fields`."""
    kept: dict[str, Any] = {}
    for check in CHECKS:
        stood = checks.get(check.value, {})
        kept[f"met_{check.value}"], kept[f"note_{check.value}"] = stood.get("met", False), stood.get("note", "")
    return kept
