"""The fields of sign-in, of people, and of one's own account."""

from __future__ import annotations

from functools import partial

from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from pressroom.accounts import login, passwords, rules
from pressroom.accounts.rules import (
    LONGEST_CODE,
    LONGEST_EMAIL,
    LONGEST_NAME,
    LONGEST_PASSKEY_NAME,
    LONGEST_PASSWORD,
    AccountError,
    Role,
)

ROLES = {
    Role.WRITER: "Writer: writes drafts, adds and imports clips",
    Role.EDITOR: "Editor: also publishes, edits pages and settings, reads the audit",
    Role.ADMIN: "Administrator: also manages people",
}


ROLE_CHOICES = [SelectChoice(role.value, text) for role, text in ROLES.items()]


def visible(text: str | None) -> str:
    """*text* on one line and without control characters, which no keyboard types."""
    spaced = (" " if character.isspace() else character for character in text or "")
    return "".join(character for character in spaced if character.isprintable())


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Who, and the proof."""

    email = EmailField(
        "E-mail address",
        [
            InputRequired("Write your e-mail address."),
            Length(max=LONGEST_EMAIL, message="Write a shorter address."),
        ],
        filters=[visible],
        render_kw={"autocomplete": "username webauthn", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        "Password",
        [
            InputRequired("Write your password."),
            Length(max=LONGEST_PASSWORD, message="That password is too long."),
        ],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField(filters=[lambda text: rules.local_path(text or "")])


def code_field(label: str = "Code", description: str = "Six digits, from your authenticator app.") -> StringField:
    """A code of the app. A recovery code is taken as well."""
    return StringField(
        label,
        [InputRequired("Write the code."), Length(max=LONGEST_CODE, message="That is too long for a code.")],
        filters=[visible],
        description=description,
        render_kw={
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "autocapitalize": "none",
            "spellcheck": "false",
        },
    )


def asks_for_recovery(field: StringField) -> None:
    """A recovery code has letters, and no app fills it in."""
    field.label.text = "Recovery code"
    field.description = "One of the ten that you were shown. Each is good once."
    field.render_kw = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The second half of a sign-in, or that the app has the secret."""

    code = code_field()
    next = HiddenField(filters=[lambda text: rules.local_path(text or "")])


class ForgotForm(FlaskForm):  # type: ignore[misc]
    """Whose password is forgotten."""

    email = EmailField(
        "E-mail address",
        [
            InputRequired("Write your e-mail address."),
            Length(max=LONGEST_EMAIL, message="Write a shorter address."),
        ],
        filters=[visible],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )

    def validate_email(self, field: StringField) -> None:
        """The form of an address."""
        _check(rules.check_email, field)


class ChooseForm(FlaskForm):  # type: ignore[misc]
    """The password that is chosen with a link, by the person called *name* with the address *email*."""

    new = PasswordField(
        "New password",
        [InputRequired("Write a new password.")],
        description=f"At least {rules.SHORTEST_PASSWORD} characters. A few words of your own do well.",
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        "New password, again",
        [EqualTo("new", "The two new passwords differ. Write the same one twice.")],
        render_kw={"autocomplete": "new-password"},
    )

    def __init__(self, *, name: str, email: str) -> None:
        super().__init__()
        self.person = {"name": name, "email": email}

    def validate_new(self, field: PasswordField) -> None:
        """Long enough, and none that is tried first."""
        _check(partial(passwords.check, **self.person), field)


class OffForm(FlaskForm):  # type: ignore[misc]
    """Both proofs, for taking one of them away."""

    password = PasswordField(
        "Password",
        [InputRequired("Write your password."), Length(max=LONGEST_PASSWORD, message="That password is too long.")],
        render_kw={"autocomplete": "current-password"},
    )
    code = code_field(description="Six digits from your authenticator app, or a recovery code.")


class NewPasskeyForm(FlaskForm):  # type: ignore[misc]
    """What it is called, and what the browser answered."""

    name = StringField(
        "Where it is",
        [
            InputRequired("Write where the passkey is."),
            Length(max=LONGEST_PASSKEY_NAME, message="Write a shorter name."),
        ],
        filters=[visible],
        description="So that you know it again in your list: a machine, a telephone, a key on your key ring.",
        render_kw={"autocomplete": "off"},
    )
    passkey = HiddenField(validators=[InputRequired("Your browser made no passkey. Press the button once more.")])


class PasskeyForm(FlaskForm):  # type: ignore[misc]
    """What a browser answered that was asked for a passkey."""

    passkey = HiddenField()
    next = HiddenField(filters=[lambda text: rules.local_path(text or "")])


class ProofForm(FlaskForm):  # type: ignore[misc]
    """That it is still the same person at this browser. Its names are no other form's."""

    proof_password = PasswordField(
        "Password",
        [InputRequired("Write your password."), Length(max=LONGEST_PASSWORD, message="That password is too long.")],
        render_kw={"autocomplete": "current-password"},
    )
    proof_code = code_field()
    proof_passkey = HiddenField()


class PersonForm(FlaskForm):  # type: ignore[misc]
    """Somebody new."""

    name = StringField(
        "Name",
        [
            InputRequired("Write the person’s name."),
            Length(max=LONGEST_NAME, message="Write a shorter name."),
        ],
        filters=[visible],
        render_kw={"autocomplete": "off"},
    )
    email = EmailField(
        "E-mail address",
        [
            InputRequired("Write the person’s e-mail address."),
            Length(max=LONGEST_EMAIL, message="Write a shorter one."),
        ],
        filters=[visible],
        render_kw={"autocomplete": "off"},
    )
    role = SelectField("Role", choices=ROLE_CHOICES)

    def validate_name(self, field: StringField) -> None:
        """A name that can be shown."""
        _check(rules.check_name, field)

    def validate_email(self, field: StringField) -> None:
        """The form of an address."""
        _check(rules.check_email, field)


class RoleForm(FlaskForm):  # type: ignore[misc]
    """Another role."""

    role = SelectField("Role", choices=ROLE_CHOICES)
    version = IntegerField(
        validators=[Optional()],
        widget=HiddenInput(),
        invalid_value_message="Open this form again, and save it there.",
    )


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """One's own new password."""

    current = PasswordField(
        "Current password",
        [
            InputRequired("Write your current password."),
            Length(max=LONGEST_PASSWORD, message="It is too long."),
        ],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        "New password",
        [InputRequired("Write a new password.")],
        description=f"At least {rules.SHORTEST_PASSWORD} characters. A few words of your own do well.",
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        "New password, again",
        [EqualTo("new", "The two new passwords differ. Write the same one twice.")],
        render_kw={"autocomplete": "new-password"},
    )
    code = code_field(description="Six digits from your authenticator app, or a recovery code.")
    passkey = HiddenField()

    def validate_new(self, field: PasswordField) -> None:
        """Long enough, and none that is tried first."""
        user = login.current_user()
        _check(partial(passwords.check, name=user.name, email=user.email), field)


class ButtonForm(FlaskForm):  # type: ignore[misc]
    """A button alone; the token comes with it."""


def _check(rule: object, field: StringField) -> None:
    assert callable(rule)
    try:
        rule(field.data or "")
    except AccountError as error:
        raise ValidationError(str(error)) from None
