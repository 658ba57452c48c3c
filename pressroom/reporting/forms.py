"""Forms of the desk: a term, an expert, a consent. They parse; they decide nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired
from wtforms.widgets import DateInput

from pressroom.enquiries.forms import zone_choices
from pressroom.kit import dates, text
from pressroom.kit.fields import at_most, opened_version, tidy
from pressroom.kit.settings import setting
from pressroom.releases import languages
from pressroom.reporting import rules
from pressroom.reporting.models import Expert, Term
from pressroom.reporting.rules import LENGTHS


class TermForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """A term with the version that was opened."""

    term = StringField("Term", filters=[tidy], validators=[DataRequired("Write the term."), at_most(LENGTHS["term"])])
    forms = TextAreaField(
        "Other forms",
        filters=[tidy],
        validators=[at_most(LENGTHS["forms"])],
        description="One on each line: plurals, abbreviations, other spellings. All of them are linked in releases.",
    )
    definition = TextAreaField(
        "Definition",
        filters=[tidy],
        validators=[DataRequired("Write what it means."), at_most(LENGTHS["definition"])],
        description="Markdown. The first sentence should do by itself.",
    )
    source = StringField("Source", filters=[tidy], validators=[at_most(LENGTHS["source"])])
    see_also = TextAreaField(
        "See also",
        filters=[tidy],
        validators=[at_most(LENGTHS["see_also"])],
        description="Other terms of the glossary, one on each line.",
    )
    version = opened_version()

    def validate_forms(self, field: TextAreaField) -> None:
        """Not too many."""
        if len(rules.lines(field.data)) > rules.MOST_FORMS:
            raise ValidationError(f"Write at most {rules.MOST_FORMS} other forms.")

    def values(self) -> dict[str, Any]:
        """The fields of the term."""
        return {
            "term": " ".join(self.term.data.split()),
            "forms": rules.lines(self.forms.data),
            "definition": self.definition.data,
            "source": " ".join(self.source.data.split()),
            "see_also": tuple(dict.fromkeys(text.slugify(line) for line in rules.lines(self.see_also.data))),
        }

    @classmethod
    def of(cls, row: Term, names: dict[str, str]) -> TermForm:
        """The form of a term that exists; *names* says what other terms are called."""
        kept = {name: getattr(row, name) for name in ("term", "definition", "source", "version")}
        also = "\n".join(names.get(slug, slug) for slug in row.see_also)
        return cls(data=kept | {"forms": "\n".join(row.forms), "see_also": also})


class ExpertForm(FlaskForm):  # type: ignore[misc]
    """An expert with the version that was opened."""

    name = StringField("Name", filters=[tidy], validators=[DataRequired("Write the name."), at_most(LENGTHS["name"])])
    title = StringField("What they are", filters=[tidy], validators=[at_most(LENGTHS["title"])])
    institution = StringField("Institution", filters=[tidy], validators=[at_most(LENGTHS["institution"])])
    topics = TextAreaField(
        "Topics",
        filters=[tidy],
        validators=[DataRequired("Write at least one topic."), at_most(LENGTHS["topics"])],
        description="With commas between them. Reporters filter by them, so use the same words for the same thing.",
    )
    languages = StringField(
        "Languages",
        filters=[tidy],
        validators=[at_most(LENGTHS["languages"])],
        description="In which they give interviews; tags such as en, es, pt-BR, with commas between them.",
    )
    zone = SelectField("Time zone", validate_choice=False)
    media_experience = TextAreaField("Experience with media", filters=[tidy], validators=[at_most(LENGTHS["media"])])
    availability = StringField(
        "Availability",
        filters=[tidy],
        validators=[at_most(LENGTHS["availability"])],
        description="Such as: weekday mornings; live radio at short notice.",
    )
    photo = FileField("Photo", render_kw={"accept": "image/png,image/jpeg,image/webp"})
    photo_credit = StringField("Credit of the photo", filters=[tidy], validators=[at_most(200)])
    drop_photo = BooleanField("Take the photo out")
    private = TextAreaField(
        "How we reach them",
        filters=[tidy],
        validators=[at_most(LENGTHS["private"])],
        description="E-mail, telephone, assistant. Only the desk reads it.",
    )
    version = opened_version()

    def __init__(self, **options: Any) -> None:
        """With the zones of today."""
        super().__init__(**options)
        if not self.zone.data:
            self.zone.data = setting("time_zone")
        self.zone.choices = zone_choices(self.zone.data)

    def validate_topics(self, field: TextAreaField) -> None:
        """Not too many."""
        if len(rules.listed(field.data)) > rules.MOST_TOPICS:
            raise ValidationError(f"Write at most {rules.MOST_TOPICS} topics.")

    def validate_languages(self, field: StringField) -> None:
        """Tags."""
        tags = rules.listed(field.data)
        if len(tags) > rules.MOST_LANGUAGES:
            raise ValidationError(f"Write at most {rules.MOST_LANGUAGES} languages.")
        for tag in tags:
            if sentence := languages.problem(languages.read(tag)):
                raise ValidationError(sentence)

    def validate_zone(self, field: SelectField) -> None:
        """One that the world knows."""
        try:
            dates.named_zone(field.data or "")
        except dates.WallTimeError as error:
            raise ValidationError(str(error)) from None

    def values(self) -> dict[str, Any]:
        """The fields of the expert, without the photo."""
        words = {name: self[name].data for name in ("name", "title", "institution", "media_experience", "availability")}
        tags = tuple(dict.fromkeys(languages.read(tag) for tag in rules.listed(self.languages.data)))
        return words | {
            "topics": rules.listed(self.topics.data),
            "languages": tags,
            "zone": self.zone.data,
            "private": self.private.data,
        }

    @classmethod
    def of(cls, row: Expert, private: str) -> ExpertForm:
        """The form of an expert who was entered."""
        names = ("name", "title", "institution", "zone", "media_experience", "availability", "version")
        kept = {name: getattr(row, name) for name in names}
        lists = {"topics": ", ".join(row.topics), "languages": ", ".join(row.languages)}
        return cls(data=kept | lists | {"private": private})


class ConsentForm(FlaskForm):  # type: ignore[misc]
    """That somebody agreed."""

    given_on = StringField("Given on", filters=[tidy], validators=[at_most(40)], widget=DateInput())
    until = StringField("Holds until", filters=[tidy], validators=[at_most(40)], widget=DateInput())
    document = StringField(
        "Where the consent is kept",
        filters=[tidy],
        validators=[at_most(LENGTHS["document"])],
        description="The form or the message, with its date.",
    )

    def validate_given_on(self, field: StringField) -> None:
        """A day."""
        _day(field.data)

    def validate_until(self, field: StringField) -> None:
        """A day."""
        _day(field.data)

    def values(self) -> dict[str, Any]:
        """As the verb takes them."""
        return {
            "given_on": _day(self.given_on.data),
            "until": _day(self.until.data),
            "document": self.document.data or "",
        }


class ButtonForm(FlaskForm):  # type: ignore[misc]
    """A button alone; the token comes with it."""


def _day(written: str | None) -> date:
    try:
        return dates.parse_day(written or "")
    except dates.DateError as error:
        raise ValidationError(str(error)) from None
