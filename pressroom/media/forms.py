"""The forms of the library: what is said about a file."""

from __future__ import annotations

from datetime import date

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField, TextAreaField, ValidationError
from wtforms.widgets import DateInput

from pressroom.kit import dates
from pressroom.kit.fields import at_most, tidy
from pressroom.media.models import Asset
from pressroom.media.rules import LENGTHS, SEEN


class AssetForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What is said about a file."""

    version = HiddenField()
    alt = TextAreaField(
        "What it shows",
        [at_most(LENGTHS["alt"])],
        filters=[tidy],
        description="In a sentence, for those who do not see it.",
    )
    decorative = BooleanField("It is decorative and says nothing")
    caption = TextAreaField("Caption", [at_most(LENGTHS["caption"])], filters=[tidy])
    credit = StringField("Credit", [at_most(LENGTHS["credit"])], filters=[tidy])
    licence = StringField("Licence", [at_most(LENGTHS["licence"])], filters=[tidy], description="Such as CC BY 4.0.")
    rights_until = StringField(
        "May be shown until",
        [at_most(40)],
        filters=[tidy],
        widget=DateInput(),
        description="The last day. After it, the public no longer gets the file. Left empty, there is no end.",
    )

    @classmethod
    def of(cls, asset: Asset) -> AssetForm:
        """The form filled with *asset*, or with what was posted."""
        names = ("alt", "decorative", "caption", "credit", "licence")
        until = asset.rights_until.isoformat() if asset.rights_until else ""
        values = {name: getattr(asset, name) for name in names} | {"rights_until": until, "version": str(asset.version)}
        form = cls(data=values)
        if asset.kind not in SEEN:
            del form.alt, form.decorative
        return form

    def validate_rights_until(self, field: StringField) -> None:
        """A day that exists."""
        try:
            self._day()
        except dates.DateError as error:
            raise ValidationError(str(error)) from None

    def fields(self) -> dict[str, object]:
        """What ``actions.describe`` takes. Call it on a form that validates."""
        said = {name: self[name].data or "" for name in ("alt", "caption", "credit", "licence") if name in self}
        if "decorative" in self:
            said["decorative"] = bool(self.decorative.data)
        return said | {"rights_until": self._day()}

    def _day(self) -> date | None:
        return dates.parse_day(self.rights_until.data) if self.rights_until.data else None
