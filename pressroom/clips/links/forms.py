"""The form of a link on the desk."""

from __future__ import annotations

from datetime import UTC, datetime, time

from flask_wtf import FlaskForm
from wtforms import StringField, ValidationError
from wtforms.validators import DataRequired

from pressroom.clips import addresses
from pressroom.clips.links import archives
from pressroom.kit import dates
from pressroom.kit.dates import DateError
from pressroom.kit.fields import at_most, tidy


class CopyForm(FlaskForm):  # type: ignore[misc]
    """Which copy of an archive is shown when the story is gone."""

    url = StringField(
        "Address of the copy",
        [DataRequired("Write the address of the copy in the archive."), at_most(addresses.LONGEST)],
        filters=[tidy],
        render_kw={"inputmode": "url", "autocomplete": "off", "dir": "ltr"},
    )
    day = StringField(
        "Day of the copy",
        [at_most(40)],
        filters=[tidy],
        description="As in 2026-11-24. Empty, it is read from the address, where that says it.",
    )

    def validate_day(self, field: StringField) -> None:
        """A day, written or in the address."""
        if not field.data:
            if archives.stamp_of(self.url.data or "") is None:
                raise ValidationError("Write the day on which the copy was made; its address does not say it.")
            return
        try:
            dates.parse_day(field.data)
        except DateError as error:
            raise ValidationError(str(error)) from None

    def made_at(self) -> datetime:
        """The instant of the copy; of a day that was written, its noon."""
        stamp = archives.stamp_of(self.url.data)
        if not self.day.data and stamp is not None:
            return stamp
        day = dates.parse_day(self.day.data)
        return stamp if stamp is not None and stamp.date() == day else datetime.combine(day, time(12), UTC)
