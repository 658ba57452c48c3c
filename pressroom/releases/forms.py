"""The forms of the desk: fields and parsing. What is allowed stands in the rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    Field,
    Form,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, DateInput, ListWidget, TimeInput

from pressroom.kit import clock, dates, text
from pressroom.kit.labels import Labelled
from pressroom.kit.settings import setting
from pressroom.releases import choosing, funders, languages, merging, queries, related, rules
from pressroom.releases.merging import TIME, Meeting, Outcome
from pressroom.releases.models import Release
from pressroom.releases.revisions import EDITABLE, LISTS, Fields
from pressroom.releases.rules import Evidence, PeerReview, RefusedError, ReleaseKind, Subject

TEXTS = (
    "headline",
    "subhead",
    "dateline",
    "body",
    "notes",
    "slug",
    "study_journal",
    "study_title",
    "study_doi",
    "study_method",
    "study_funding",
    "study_conflicts",
    "study_funders",
    "language",
)
BOXES = ("embargoed", "picture_decorative")
KEPT = (
    *EDITABLE,
    *TIME,
    "correction",
    "note",
    "picture_alt",
    "picture_decorative",
    "picture_caption",
    "picture_credit",
    "picture_licence",
)
"""What is kept of a form before it is saved: all that is typed."""

LONGEST_WALL = 40  # characters of a day or a time; more is pasted text
LABELS: dict[str, type[Labelled]] = {"peer_review": PeerReview, "evidence": Evidence, "subject": Subject}


class Blank(Optional):  # type: ignore[misc]  # WTForms has no types
    """May be left empty, which goes without saying where nearly every field may."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags = {"optional": True, "hide_optional": True}


def _cleaned(value: str | None) -> str:
    return text.clean(value or "").strip()


def _one_line(value: str | None) -> str:
    return " ".join(text.clean(value or "").split())


def _within(name: str) -> Callable[[Form, Field], None]:
    """A validator: the field keeps to the limit of *name* in the rules."""

    def check(_form: Form, field: Field) -> None:
        if sentence := rules.too_long(name, field.data or ""):
            raise ValidationError(sentence)

    return check


def _short(sentence: str) -> Callable[[Form, Field], None]:
    """A validator: far too long for a day or a time."""

    def check(_form: Form, field: Field) -> None:
        if len(field.data or "") > LONGEST_WALL:
            raise ValidationError(sentence)

    return check


def _line(label: str, name: str, **options: Any) -> StringField:
    return StringField(label, [Blank(), _within(name)], filters=[_one_line], **options)


def _area(label: str, name: str, **options: Any) -> TextAreaField:
    return TextAreaField(label, [Blank(), _within(name)], filters=[_cleaned], **options)


def _choices(kind: type[Labelled], *, empty: str = "") -> list[SelectChoice]:
    first = [SelectChoice("", empty)] if empty else []
    return first + [SelectChoice(member.value, member.label) for member in kind]


def _select(label: str, kind: type[Labelled], *, empty: str = "", **options: Any) -> SelectField:
    return SelectField(label, choices=_choices(kind, empty=empty), validate_choice=False, **options)


class InOrder(SelectMultipleField):  # type: ignore[misc]  # WTForms has no types
    """Several of a list, in the order that somebody chose: a box for each, drawn by the template."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Each once, without empty boxes; a page that did not show the boxes changes nothing."""
        if valuelist:
            self.data = list(dict.fromkeys(filter(None, valuelist)))

    @property
    def boxes(self) -> list[str]:
        """What stands in each box: those that are chosen, and one more for another."""
        return [*(self.data or []), ""]


class ReleaseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A release, the time at which it becomes public, and one more picture."""

    version = HiddenField()
    base = HiddenField()
    uid = HiddenField("This form")
    keeping = HiddenField()  # "1" where what is typed is kept while it is written

    headline = TextAreaField(
        "Headline",
        [_within("headline")],
        filters=[_one_line],
        description="Needed from the first draft on. Say what was found, and in whom.",
    )
    subhead = TextAreaField("Subhead", [Blank(), _within("subhead")], filters=[_one_line])
    kind = _select("Kind", ReleaseKind)
    dateline = _line("Dateline", "dateline", description="Where it comes from, such as BETHESDA, Md. The date follows.")
    body = _area(
        "Text",
        "body",
        description="Markdown. A quotation begins with > and its last line with > — and a name.",
    )
    topics = StringField("Topics", [Blank()], filters=[_one_line], description="With commas between them.")
    notes = _area("Notes to editors", "notes", description="Markdown. They follow the text.")
    slug = _line("Address", "slug", description="The last part of it. Left empty, it follows the headline.")

    peer_review = _select("Peer reviewed", PeerReview, empty="Not about a study")
    evidence = _select("Type of evidence", Evidence, empty="Not said")
    subject = _select("Studied in", Subject, empty="Not said")
    study_journal = _line("Journal", "study_journal")
    study_title = _line("Title of the article", "study_title")
    study_doi = _line("DOI", "study_doi", description="As in 10.5555/12345678.")
    study_published_on = StringField("Published on", [Blank()], filters=[_one_line], widget=DateInput())
    study_method = _area("Method", "study_method")
    study_funders = _area(
        "Funders and grants", "study_funders", description="One line each, as in Funder: grant, grant."
    )
    study_funding = _area(
        "About the funding", "study_funding", description="What the list does not say, such as the funders’ part in it."
    )
    study_conflicts = _area("Conflicts of interest", "study_conflicts")

    language = StringField(
        "Language",
        [Blank()],
        filters=[_one_line, languages.read],
        description="A tag such as es, de or pt-BR. Left empty, it is the language of the press room.",
    )
    translation_of = StringField(
        "Translation of",
        [Blank()],
        filters=[_one_line],
        description="The address of the original, in public or on the desk.",
    )
    related = TextAreaField(
        "Related items",
        [Blank()],
        filters=[_cleaned],
        description="One line each: the address of a release, webcast or page, or an outside address and its title. "
        "What is not public yet is not shown.",
    )
    boilerplates = InOrder("Boilerplates", [Blank()], validate_choice=False)
    contacts = InOrder("Media contacts", [Blank()], validate_choice=False)

    day = StringField(
        "Day",
        [Blank(), _short("This is no day. Write year, month and day, such as 2026-11-24.")],
        filters=[_one_line],
        widget=DateInput(),
    )
    time = StringField(
        "Time",
        [Blank(), _short("This is no time of day. Write hours and minutes, such as 09:30 or 14:00.")],
        filters=[_one_line],
        widget=TimeInput(),
    )
    zone = SelectField("Zone", validate_choice=False)
    embargoed = BooleanField("Under embargo until then")

    correction = _area(
        "Correction note", "correction", description="What was wrong and what is right. Everybody reads it."
    )

    note = _line(
        "Note on this save", "note", description="For colleagues, such as “figures checked”. It stands in the versions."
    )

    picture = FileField("Add a picture")
    picture_alt = _line(
        "What the picture shows", "picture_alt", description="In a sentence, for those who do not see it."
    )
    picture_decorative = BooleanField("The picture is decorative and says nothing")
    picture_caption = _line("Caption", "picture_caption")
    picture_credit = _line("Credit", "picture_credit")
    picture_licence = _line("Licence", "picture_licence", description="Such as CC BY 4.0.")
    lead = RadioField("Lead picture", [Blank()], validate_choice=False)
    without = SelectMultipleField(
        "Take away",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )

    def __init__(self, release: Release | None = None, *, base: int = 0, **options: Any) -> None:
        """An empty form, or that of *release*, whose last revision is number *base*."""
        super().__init__(data=_values(release) | {"base": str(base)} if release else _blank(), **options)
        self.boilerplates.choices = [SelectChoice(row.slug, row.name) for row in queries.boilerplates()]
        self.contacts.choices = [SelectChoice(row.slug, row.name) for row in queries.contacts()]
        if release:
            del self.uid  # only a new one is known by it: the same form, sent twice, makes one release
        self._choose_zone()
        pictures = release.pictures if release else []
        self.lead.choices = [SelectChoice(str(picture.id), picture.asset.name) for picture in pictures]
        self.without.choices = [SelectChoice(str(picture.id), picture.asset.name) for picture in pictures]

    def validate_uid(self, field: Field) -> None:
        """As the page had it; a new one stands in the page that says that it is not."""
        if sentence := rules.uid_problem(field.data or ""):
            field.data = str(uuid4())
            raise ValidationError(sentence)

    def validate_kind(self, field: Field) -> None:
        """One of the list."""
        if field.data not in set(ReleaseKind):
            raise ValidationError("Choose a kind from the list.")

    def validate_zone(self, field: Field) -> None:
        """One that the world knows."""
        try:
            dates.named_zone(field.data or "")
        except dates.WallTimeError as error:
            raise ValidationError(str(error)) from None

    def validate_peer_review(self, field: Field) -> None:
        """One of the list, or none."""
        _check_label(field)

    def validate_evidence(self, field: Field) -> None:
        """One of the list, or none."""
        _check_label(field)

    def validate_subject(self, field: Field) -> None:
        """One of the list, or none."""
        _check_label(field)

    def validate_topics(self, field: Field) -> None:
        """Not too many, none too long."""
        if sentence := rules.topics_problem(rules.read_topics(field.data or "")):
            raise ValidationError(sentence)

    def validate_study_funders(self, field: Field) -> None:
        """Each line can be read."""
        if problems := funders.read(field.data or "")[1]:
            raise ValidationError(" ".join(problems))

    def validate_language(self, field: Field) -> None:
        """A tag, or none."""
        if sentence := languages.problem(field.data or ""):
            raise ValidationError(sentence)

    def validate_related(self, field: Field) -> None:
        """Each line leads somewhere."""
        if problems := related.read(field.data or "")[1]:
            raise ValidationError(" ".join(problems))

    def validate_study_published_on(self, field: Field) -> None:
        """A day that exists."""
        try:
            _day(field.data)
        except dates.DateError as error:
            raise ValidationError(str(error)) from None

    def fields(self) -> dict[str, Any]:
        """What was written, as the actions take it. Call it on a form that validates."""
        written: dict[str, Any] = {name: self[name].data or "" for name in TEXTS}
        for name, kind in LABELS.items():
            written[name] = kind(self[name].data) if self[name].data else None
        return written | {
            "kind": ReleaseKind(self.kind.data),
            "topics": rules.read_topics(self.topics.data or ""),
            "study_doi": rules.read_doi(self.study_doi.data or ""),
            "study_published_on": _day(self.study_published_on.data),
            "study_funders": funders.tidy(self.study_funders.data or ""),
            "translation_of": related.one(self.translation_of.data or "", "release"),
            "related": related.read(self.related.data or "")[0],
            "boilerplates": tuple(self.boilerplates.data or ()),
            "contacts": tuple(self.contacts.data or ()),
        }

    def instant(self) -> datetime:
        """The instant that day, time and zone name.

        Raises:
            WallTimeError: they name none, or two.
        """
        return dates.instant(self.day.data or "", self.time.data or "", self.zone.data or "")

    @property
    def time_changed(self) -> tuple[str, ...]:
        """Which of day, time, zone and tick are not as they are stored; none where the page did not show them."""
        if not any(self[name].raw_data for name in TIME):
            return ()
        return tuple(name for name in TIME if (self[name].data or "") != (self[name].object_data or ""))

    def typed(self) -> dict[str, str]:
        """What stands in the fields that a revision keeps, as one keeps it, in text."""
        written = {name: _words(self[name]) for name in EDITABLE}
        topics, doi = rules.read_topics(written["topics"]), rules.read_doi(written["study_doi"])
        return written | {
            "topics": ", ".join(topics),
            "study_doi": doi,
            "study_funders": funders.tidy(written["study_funders"]),
            "translation_of": related.one(written["translation_of"], "release"),
            "related": "\n".join(related.read(written["related"])[0]),
        }

    def typed_time(self) -> dict[str, str]:
        """What stands in day, time, zone and tick, as text."""
        return {
            name: ("y" if self[name].data else "") if name == "embargoed" else self[name].data or "" for name in TIME
        }

    def kept(self) -> dict[str, str]:
        """Everything that was typed, as the browser sent it, but for files; also of a form that does not validate."""
        typed = {name: self[name].raw_data[0] for name in KEPT if self[name].raw_data}
        typed |= {name: _words(self[name]) for name in ("boilerplates", "contacts") if self[name].raw_data}
        return {name: text.clean(value) for name, value in typed.items() if isinstance(value, str)}

    def fill(self, kept: Mapping[str, str]) -> None:
        """Put back what :meth:`kept` gave."""
        for name in KEPT:
            if name not in kept and name not in BOXES:
                continue
            if name in BOXES:
                self[name].data = bool(kept.get(name))
            else:
                self._put(name, kept[name])
        self._choose_zone()

    def meet(self, base: Fields | None, theirs: Fields) -> list[Meeting]:
        """Take over what somebody else changed meanwhile; gives each field that one of the two changed.

        Args:
            base: the revision that this form was made of; None when it does not say.
            theirs: the revision that stands.
        """
        met = merging.meet(base, self.typed(), theirs)
        for meeting in met:
            self._put(meeting.field, meeting.value)
        if not any(self[name].raw_data for name in TIME):
            return met
        times = merging.meet_times(base, self.typed_time(), theirs)
        if times and times.outcome is Outcome.THEIRS:
            self._take_time(theirs)
        return [*met, times] if times else met

    def meet_pictures(self, release: Release, base: Fields | None) -> None:
        """Follow somebody else's choice of the lead picture, unless this form chose one as well."""
        led = base["pictures"][:1] if base else []
        before = [str(picture.id) for picture in release.pictures if picture.asset_id in led]
        if release.pictures and self.lead.data in before:
            self.lead.data = str(release.pictures[0].id)

    def take(self, names: Collection[str], theirs: Fields) -> None:
        """Put what *theirs*, a revision, has into the fields *names*."""
        for name in names:
            if name == "time":
                self._take_time(theirs)
            elif name in EDITABLE:
                self._put(name, merging.typed(name, theirs))

    def _put(self, name: str, words: str) -> None:
        """Let a field hold *words*, as :func:`_words` gave them or as somebody typed them."""
        if isinstance(self[name], InOrder):
            self[name].data = [word for word in words.split(LISTS[name]) if word]
        elif name in ("related", "translation_of"):
            self[name].data = "\n".join(related.in_words(words.splitlines(), clock.now()))
        else:
            self[name].data = words

    def _take_time(self, theirs: Fields) -> None:
        for name, value in merging.typed_time(theirs).items():
            self[name].data = bool(value) if name == "embargoed" else value
        self._choose_zone()

    def _choose_zone(self) -> None:
        """The zone that stands here can be chosen, whatever it is."""
        zones = dict.fromkeys((setting("time_zone"), *setting("zones"), "UTC", self.zone.data or "UTC"))
        self.zone.choices = [SelectChoice(zone, zone.replace("_", " ")) for zone in zones]

    def picture_words(self) -> dict[str, Any]:
        """What was said about the new picture."""
        return {
            "alt": self.picture_alt.data or "",
            "decorative": bool(self.picture_decorative.data),
            "caption": self.picture_caption.data or "",
            "credit": self.picture_credit.data or "",
            "licence": self.picture_licence.data or "",
        }

    def refuse(self, error: RefusedError) -> None:
        """Show the problems of *error*, each at its field."""
        for problem in error.problems:
            self.say(problem.field, problem.sentence)

    def say(self, name: str, sentence: str) -> None:
        """Show *sentence* at the field *name*, or above the form."""
        if name in self:
            self[name].errors = [*self[name].errors, sentence]
        else:
            self.form_errors.append(sentence)


class ConfirmForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Yes to what a page of its own asks: about what it showed, and nothing that was saved since."""

    version = HiddenField()


class ReviewForm(ConfirmForm):
    """What somebody says who has read a release: that it may go out, or what should be changed."""

    note = TextAreaField(
        "Note",
        [Blank(), _within("note")],
        filters=[_cleaned],
        description="What should be changed, or what you checked. Colleagues read it.",
    )


class WithdrawForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Why a release is withdrawn."""

    reason = TextAreaField(
        "Reason",
        [_within("reason")],
        filters=[_cleaned],
        description="Everybody reads it: it stands at the address of the release from now on.",
    )


def _words(field: Field) -> str:
    """What stands in *field*, as text."""
    return LISTS[field.short_name].join(field.data or ()) if isinstance(field, InOrder) else str(field.data or "")


def _check_label(field: Field) -> None:
    if field.data and field.data not in set(LABELS[field.short_name]):
        raise ValidationError("Choose one from the list.")


def _day(written: str | None) -> date | None:
    return dates.parse_day(written) if written else None


def _blank() -> dict[str, Any]:
    values = {"kind": ReleaseKind.RESEARCH.value, "zone": setting("time_zone"), "version": "", "uid": str(uuid4())}
    return values | {name: list(chosen) for name, chosen in choosing.standard().items()}


def _values(release: Release) -> dict[str, Any]:
    """A release as the form shows it."""
    values: dict[str, Any] = {name: getattr(release, name) for name in TEXTS}
    for name in LABELS:
        label = getattr(release, name)
        values[name] = label.value if label else ""
    values |= {
        "boilerplates": list(release.boilerplates),
        "contacts": list(release.contacts),
        "related": "\n".join(related.in_words(release.related, clock.now())),
        "translation_of": "".join(related.in_words([release.translation_of], clock.now())),
        "version": str(release.version),
        "kind": release.kind.value,
        "topics": ", ".join(release.topics),
        "study_published_on": release.study_published_on.isoformat() if release.study_published_on else "",
        "zone": release.zone,
        "embargoed": release.embargoed,
        "lead": str(release.pictures[0].id) if release.pictures else "",
    }
    if release.public_from:
        local = release.public_from.astimezone(ZoneInfo(release.zone))
        values |= {"day": local.date().isoformat(), "time": f"{local:%H:%M:%S}".removesuffix(":00")}
    return values
