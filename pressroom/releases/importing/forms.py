"""The forms of an import: the file, and how it is read."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from pressroom.kit import dates, text
from pressroom.releases.importing.plan import Options
from pressroom.releases.importing.rules import Outcome
from pressroom.releases.rules import ReleaseKind

AS_TOPIC, NOT_AT_ALL = "topic", "nothing"
KIND = "kind-"
TERM = "term-"
MOST_TERMS = 200
"""Categories and tags that the page lists; the most frequent come first."""


class UploadForm(FlaskForm):  # type: ignore[misc]
    """A file of old releases."""

    file = FileField("File", [FileRequired("Choose the file to import.")])


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """A button that asks for nothing."""


class ReadForm(FlaskForm):  # type: ignore[misc]
    """How the file is read."""

    zone = StringField(
        "Zone of days and times that name none",
        filters=[lambda value: " ".join(text.clean(value or "").split())],
        description="Such as America/New_York.",
        render_kw={"list": "zones", "autocomplete": "off"},
    )
    default_kind = SelectField(
        "Kind, where no category says one",
        choices=[SelectChoice(kind.value, kind.label) for kind in ReleaseKind],
        invalid_choice_message="Choose a kind from the list.",
    )
    types = SelectMultipleField(
        "What comes in", option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False), validate_choice=False
    )
    categories = SelectMultipleField(
        "Only of these categories",
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
        description="None ticked: all.",
    )
    drafts = BooleanField("Drafts come in, as drafts")
    scheduled = BooleanField("What lies ahead comes in, and waits for its time")

    def __init__(self, options: Options, found: dict[str, Any], **more: Any) -> None:
        super().__init__(
            data={
                "zone": options.zone,
                "default_kind": options.default_kind.value,
                "types": list(options.types),
                "categories": list(options.categories),
                "drafts": options.drafts,
                "scheduled": options.scheduled,
            },
            **more,
        )
        self.before = options
        self.terms = found.get("terms", [])[:MOST_TERMS]
        types = sorted({*found.get("types", {}), *options.types})
        self.types.choices = [SelectChoice(each, f"{each} ({found.get('types', {}).get(each, 0):,})") for each in types]
        self.categories.choices = [
            SelectChoice(term["slug"], f"{term['name']} ({term['count']:,})")
            for term in self.terms
            if term["taxonomy"] == "category"
        ]

    def validate_zone(self, field: Field) -> None:
        """A zone that there is."""
        try:
            dates.named_zone(field.data)
        except dates.DateError as error:
            raise ValidationError(str(error)) from None

    def validate_types(self, field: Field) -> None:
        """Something is asked for."""
        known = {choice.value for choice in self.types.choices}
        if not field.data or not set(field.data) <= known:
            raise ValidationError("Tick at least one type from the list.")

    @staticmethod
    def chosen(term: dict[str, Any]) -> str:
        """What stands in the choice of a term: what was sent, else what it becomes."""
        return request.form.get(TERM + term["slug"]) or becomes(term)

    def options(self) -> Options:
        """What was chosen. After :meth:`validate`."""
        kinds, topics = dict(self.before.kinds), dict(self.before.topics)
        for term in self.terms:
            slug, chosen = term["slug"], request.form.get(TERM + term["slug"], "")
            if not chosen or chosen == becomes(term):
                continue
            kinds.pop(slug, None)
            topics.pop(slug, None)
            if chosen.startswith(KIND) and chosen.removeprefix(KIND) in set(ReleaseKind):
                kinds[slug] = ReleaseKind(chosen.removeprefix(KIND))
            elif chosen in {AS_TOPIC, NOT_AT_ALL}:
                topics[slug] = term["name"] if chosen == AS_TOPIC else ""
        offered = {choice.value for choice in self.categories.choices}
        return Options(
            zone=self.zone.data,
            types=tuple(self.types.data),
            categories=tuple(each for each in self.categories.data if each in offered),
            kinds=kinds,
            topics=topics,
            default_kind=ReleaseKind(self.default_kind.data),
            drafts=self.drafts.data,
            scheduled=self.scheduled.data,
        )


def becomes(term: dict[str, Any]) -> str:
    """What a category or a tag becomes, as the value of its choice."""
    return f"{KIND}{term['kind']}" if term["kind"] else AS_TOPIC if term["topic"] else NOT_AT_ALL


def choices() -> list[tuple[str, str]]:
    """What a category or a tag may become."""
    return [
        (AS_TOPIC, "Topic"),
        *((f"{KIND}{kind.value}", f"Kind: {kind.label}") for kind in ReleaseKind),
        (NOT_AT_ALL, "Left out"),
    ]


def outcome(written: str) -> Outcome | None:
    """The outcome to which a report is narrowed; None when it is none."""
    return Outcome(written) if written in set(Outcome) else None
