"""Forms of the desk: a page, a fact. They parse; they decide nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from pressroom.kit import dates
from pressroom.kit.fields import at_most, opened_version, tidy
from pressroom.pages.models import (
    BODY_LENGTH,
    DETAIL_LENGTH,
    LABEL_LENGTH,
    NOTE_LENGTH,
    OWNER_LENGTH,
    STANDFIRST_LENGTH,
    TITLE_LENGTH,
    VALUE_LENGTH,
    Fact,
)
from pressroom.pages.rules import SLUG_LENGTH


class PageForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """A page with the version that was opened."""

    title = StringField(
        "Title",
        filters=[tidy],
        validators=[InputRequired("Write a title; it is the page’s heading."), at_most(TITLE_LENGTH)],
    )
    standfirst = TextAreaField("Standfirst", filters=[tidy], validators=[at_most(STANDFIRST_LENGTH)])
    body = TextAreaField("Text", filters=[tidy], validators=[at_most(BODY_LENGTH)])
    search_title = StringField("Title for search engines", filters=[tidy], validators=[at_most(TITLE_LENGTH)])
    search_description = TextAreaField(
        "Description for search engines", filters=[tidy], validators=[at_most(STANDFIRST_LENGTH)]
    )
    slug = StringField("Address", filters=[tidy], validators=[at_most(SLUG_LENGTH)])
    note = StringField("What did you change?", filters=[tidy], validators=[at_most(NOTE_LENGTH)])
    version = opened_version()

    def validate_title(self, field: StringField) -> None:
        """Blanks are no title."""
        if not field.data:
            raise ValidationError("Write a title; it is the page’s heading.")

    def values(self) -> dict[str, str]:
        """The fields of the page."""
        return {
            "title": " ".join(self.title.data.split()),
            "standfirst": " ".join(self.standfirst.data.split()),
            "body": self.body.data,
            "search_title": " ".join(self.search_title.data.split()),
            "search_description": " ".join(self.search_description.data.split()),
        }


class FactForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """A fact with the version that was opened."""

    label = StringField("Fact", filters=[tidy], validators=[at_most(LABEL_LENGTH)])
    qualifier = StringField("Qualifier", filters=[tidy], validators=[at_most(40)])
    value = StringField("Value", filters=[tidy], validators=[at_most(VALUE_LENGTH)])
    unit = StringField("Unit", filters=[tidy], validators=[at_most(60)])
    detail = TextAreaField("Detail", filters=[tidy], validators=[at_most(DETAIL_LENGTH)])
    as_of = StringField("As of", filters=[tidy], render_kw={"type": "date"})
    source = StringField("Source", filters=[tidy], validators=[at_most(VALUE_LENGTH)])
    owner = StringField("Owner", filters=[tidy], validators=[at_most(OWNER_LENGTH)])
    review_by = StringField("Review by", filters=[tidy], render_kw={"type": "date"})
    key = StringField("Key", filters=[tidy], validators=[at_most(70)])
    section = StringField("Section", filters=[tidy], validators=[at_most(LABEL_LENGTH)])
    headline_figure = BooleanField("Show among the figures on top of the fact sheet and on the home page")
    version = opened_version()

    day: date | None = None
    review_day: date | None = None

    def validate_label(self, field: StringField) -> None:
        """A fact needs a name."""
        if not field.data:
            raise ValidationError("Say what the fact is about, such as Members.")

    def validate_value(self, field: StringField) -> None:
        """A fact needs a value."""
        if not field.data:
            raise ValidationError("Write the value, such as 8,000.")

    def validate_as_of(self, field: StringField) -> None:
        """A day of the calendar: nobody can quote a figure of which they do not know from when it is."""
        if not field.data:
            raise ValidationError("Say for which day it is true; a fact without a date cannot be quoted.")
        self.day = _day(field)

    def validate_review_by(self, field: StringField) -> None:
        """A day, or nothing."""
        self.review_day = _day(field) if field.data else None

    def values(self) -> dict[str, Any]:
        """The fields of the fact."""
        names = ("label", "qualifier", "value", "unit", "source", "section", "owner")
        lines = {name: " ".join(self[name].data.split()) for name in names}
        return lines | {
            "detail": self.detail.data,
            "as_of": self.day,
            "review_by": self.review_day,
            "headline_figure": self.headline_figure.data,
        }

    @classmethod
    def of(cls, fact: Fact) -> FactForm:
        """The form of a fact that exists."""
        kept = {name: getattr(fact, name) for name in KEPT}
        days = {name: getattr(fact, name) for name in ("as_of", "review_by")}
        return cls(data=kept | {name: day.isoformat() if day else "" for name, day in days.items()})


def _day(field: StringField) -> date:
    try:
        return dates.parse_day(field.data)
    except dates.DateError as error:
        raise ValidationError(str(error)) from None


KEPT = (
    "owner",
    "key",
    "label",
    "qualifier",
    "value",
    "unit",
    "detail",
    "source",
    "section",
    "headline_figure",
    "version",
)


class ReasonForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """Why something is taken away."""

    reason = StringField("Reason", filters=[tidy], validators=[at_most(NOTE_LENGTH)])
    for_cause = BooleanField("It was wrong, or should never have been public: show it at no past date either")


class MoveForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """One place up or down."""

    step = IntegerField()
