"""Forms of the desk: a meeting, a briefing, a session. They parse; they decide nothing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from pressroom.kit import clock, dates
from pressroom.kit.fields import at_most, opened_version, tidy
from pressroom.meetings import defaults
from pressroom.meetings.models import (
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST,
    LONGEST_BRIEFING,
    PLACE_LENGTH,
    SPEAKERS_LENGTH,
    SUMMARY_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    Briefing,
    Meeting,
    MeetingSession,
)
from pressroom.meetings.rules import SessionKind
from pressroom.releases import related

REASON_LENGTH = 300
TEXTS = ("body", "registration", "press_office", "embargo_policy")
DAY = {"type": "date"}


def needed(sentence: str) -> Any:
    """A validator that asks with *sentence* for what is missing."""

    def check(_form: FlaskForm, field: StringField) -> None:
        if not field.data:
            raise ValidationError(sentence)

    return check


def _day(field: StringField) -> date | None:
    try:
        return dates.parse_day(field.data) if field.data else None
    except dates.DateError as error:
        raise ValidationError(str(error)) from None


class MeetingForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """A meeting with the version that was opened. Its year is that of its first day."""

    title = StringField("Title", filters=[tidy], validators=[needed("Write a title."), at_most(TITLE_LENGTH)])
    place = StringField(
        "Place", filters=[tidy], validators=[needed("Write the place: hall, city."), at_most(PLACE_LENGTH)]
    )
    starts_on = StringField("First day", filters=[tidy], validators=[needed("Give the day.")], render_kw=DAY)
    ends_on = StringField("Last day", filters=[tidy], validators=[needed("Give the day.")], render_kw=DAY)
    zone = StringField("Time zone of the place", filters=[tidy], validators=[needed("Name the time zone.")])
    body = TextAreaField("About the meeting", filters=[tidy], validators=[at_most(TEXT_LENGTH)])
    registration = TextAreaField(
        "Press registration", default=defaults.REGISTRATION, filters=[tidy], validators=[at_most(TEXT_LENGTH)]
    )
    press_office = TextAreaField(
        "Press office", default=defaults.PRESS_OFFICE, filters=[tidy], validators=[at_most(TEXT_LENGTH)]
    )
    embargo_policy = TextAreaField(
        "Embargo policy", default=defaults.EMBARGO, filters=[tidy], validators=[at_most(TEXT_LENGTH)]
    )
    abstracts_day = StringField("Abstracts are online from", filters=[tidy], render_kw=DAY)
    abstracts_time = StringField("At", filters=[tidy], render_kw={"type": "time"})
    registration_until = StringField("Press registration until", filters=[tidy], render_kw=DAY)
    topic = StringField("Topic of clips and releases", filters=[tidy], validators=[at_most(LONGEST["topic"])])
    related = TextAreaField("Also shown on its page", filters=[tidy], validators=[at_most(LONGEST["related"])])
    version = opened_version()

    first: date | None = None
    last: date | None = None
    abstracts_from: datetime | None = None
    until: date | None = None
    lines: tuple[str, ...] = ()

    def validate_starts_on(self, field: StringField) -> None:
        """A day of the calendar, in a year that can be meant."""
        self.first = _day(field)
        if self.first and not FIRST_YEAR <= self.first.year <= LAST_YEAR:
            raise ValidationError(f"Give a day in the years from {FIRST_YEAR} to {LAST_YEAR}.")

    def validate_ends_on(self, field: StringField) -> None:
        """A day of the calendar, and not before the first one."""
        self.last = _day(field)
        if self.first and self.last and not 0 <= (self.last - self.first).days <= 60:
            raise ValidationError("Give a day on or after the first day, at most 60 days later.")

    def validate_zone(self, field: StringField) -> None:
        """A zone that exists."""
        try:
            dates.named_zone(field.data)
        except dates.WallTimeError as error:
            raise ValidationError(str(error)) from None

    def validate_abstracts_time(self, field: StringField) -> None:
        """A wall time that exists once in the zone of the place; day and time belong together."""
        if not self.abstracts_day.data and not field.data:
            return
        day = _day(self.abstracts_day) if self.abstracts_day.data and not self.abstracts_day.errors else None
        if day is None or not field.data:
            raise ValidationError("Give the day and the time at which the abstracts are online, or neither.")
        if self.zone.errors:
            return
        try:
            self.abstracts_from = dates.instant(day.isoformat(), field.data, self.zone.data)
        except dates.WallTimeError as error:
            raise ValidationError(str(error)) from None

    def validate_abstracts_day(self, field: StringField) -> None:
        """A day of the calendar."""
        _day(field)

    def validate_registration_until(self, field: StringField) -> None:
        """A day of the calendar, and not after the last one."""
        self.until = _day(field)
        if self.until and self.last and self.until > self.last:
            raise ValidationError("Give a day on or before the last day of the meeting.")

    def validate_related(self, field: TextAreaField) -> None:
        """Lines that a release could have among its related items."""
        self.lines, problems = related.read(field.data or "")
        if problems:
            raise ValidationError(problems[0])

    def values(self) -> dict[str, Any]:
        """The fields of the meeting."""
        assert self.first
        assert self.last
        return {name: self[name].data for name in (*TEXTS, "zone")} | {
            "title": " ".join(self.title.data.split()),
            "place": " ".join(self.place.data.split()),
            "year": self.first.year,
            "starts_on": self.first,
            "ends_on": self.last,
            "abstracts_from": self.abstracts_from,
            "registration_until": self.until,
            "topic": " ".join((self.topic.data or "").split()),
            "related": "\n".join(self.lines),
        }

    @classmethod
    def of(cls, meeting: Meeting) -> MeetingForm:
        """The form of a meeting that exists."""
        kept = {name: getattr(meeting, name) for name in ("title", "place", "zone", *TEXTS, "topic", "version")}
        days = {"starts_on": meeting.starts_on.isoformat(), "ends_on": meeting.ends_on.isoformat()}
        if meeting.registration_until:
            days["registration_until"] = meeting.registration_until.isoformat()
        if meeting.abstracts_from:
            local = meeting.abstracts_from.astimezone(dates.named_zone(meeting.zone))
            days |= {"abstracts_day": f"{local:%Y-%m-%d}", "abstracts_time": f"{local:%H:%M}"}
        lines = "\n".join(related.in_words(meeting.related.splitlines(), clock.now()))
        return cls(data=kept | days | {"related": lines})


class BriefingForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """A briefing with the version that was opened; its time is typed as the clocks at the meeting show it."""

    title = StringField("Title", filters=[tidy], validators=[needed("Write a title."), at_most(TITLE_LENGTH)])
    day = StringField("Day", filters=[tidy], validators=[needed("Give the day.")], render_kw=DAY)
    time = StringField("Begins at", filters=[tidy], render_kw={"type": "time"})
    minutes = StringField("Minutes", default="45", filters=[tidy], render_kw={"inputmode": "numeric"})
    place = StringField("Room", filters=[tidy], validators=[at_most(PLACE_LENGTH)])
    summary = TextAreaField("What it is about", filters=[tidy], validators=[at_most(SUMMARY_LENGTH)])
    speakers = StringField("Speakers", filters=[tidy], validators=[at_most(SPEAKERS_LENGTH)])
    version = opened_version()

    starts_at: datetime | None = None

    def for_meeting(self, meeting: Meeting) -> bool:
        """Whether what was sent is a briefing of *meeting*."""
        self.meeting = meeting
        return bool(self.validate_on_submit())

    def validate_time(self, field: StringField) -> None:
        """A wall time that exists once in the meeting's zone, on one of its days."""
        day = _day(self.day) if self.day.data and not self.day.errors else None
        if not field.data:
            raise ValidationError("Give the time, such as 10:30.")
        if day is None:
            return
        if not self.meeting.starts_on <= day <= self.meeting.ends_on:
            first, last = dates.day(self.meeting.starts_on), dates.day(self.meeting.ends_on)
            raise ValidationError(f"The meeting runs from {first} to {last}. Give a day within it.")
        try:
            self.starts_at = dates.instant(day.isoformat(), field.data, self.meeting.zone)
        except dates.WallTimeError as error:
            raise ValidationError(str(error)) from None

    def validate_day(self, field: StringField) -> None:
        """A day of the calendar."""
        _day(field)

    def validate_minutes(self, field: StringField) -> None:
        """A whole number of minutes."""
        digits = field.data.isascii() and field.data.isdigit() and len(field.data) < 5
        if not digits or not 1 <= int(field.data) <= LONGEST_BRIEFING:
            raise ValidationError(f"Write a whole number of minutes from 1 to {LONGEST_BRIEFING}.")

    def values(self) -> dict[str, Any]:
        """The fields of the briefing."""
        lines = {name: " ".join(self[name].data.split()) for name in ("title", "place", "speakers")}
        return lines | {
            "starts_at": self.starts_at,
            "minutes": int(self.minutes.data),
            "summary": self.summary.data,
        }

    @classmethod
    def of(cls, briefing: Briefing, zone: str) -> BriefingForm:
        """The form of a briefing that exists, with its time as the clocks of *zone* show it."""
        local = briefing.starts_at.astimezone(dates.named_zone(zone))
        kept = {name: getattr(briefing, name) for name in ("title", "place", "summary", "speakers", "version")}
        when = {"day": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}", "minutes": str(briefing.minutes)}
        return cls(data=kept | when)


class SessionForm(BriefingForm):
    """A session of the programme: a time in a room like a briefing, with its kind, its code and its topic."""

    summary = None
    speakers = None
    title = StringField("Title", filters=[tidy], validators=[needed("Write a title."), at_most(LONGEST["title"])])
    kind = SelectField(
        "Kind",
        choices=[SelectChoice(kind.value, kind.label) for kind in SessionKind],
        default=SessionKind.PLATFORM.value,
        invalid_choice_message="Choose a kind.",
    )
    code = StringField("Code", filters=[tidy], validators=[at_most(LONGEST["code"])])
    track = StringField("Topic", filters=[tidy], validators=[at_most(LONGEST["track"])])
    minutes = StringField("Minutes", default="90", filters=[tidy], render_kw={"inputmode": "numeric"})

    def values(self) -> dict[str, Any]:
        """The fields of the session."""
        lines = {name: " ".join(self[name].data.split()) for name in ("title", "place", "code", "track")}
        return lines | {
            "starts_at": self.starts_at,
            "minutes": int(self.minutes.data),
            "kind": SessionKind(self.kind.data),
        }

    @classmethod
    def of(cls, session: MeetingSession, zone: str) -> SessionForm:  # type: ignore[override] # a session is no briefing
        """The form of a session that exists, with its time as the clocks of *zone* show it."""
        local = session.starts_at.astimezone(dates.named_zone(zone))
        kept = {name: getattr(session, name) for name in ("title", "place", "code", "track", "version")}
        when = {"day": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}", "minutes": str(session.minutes)}
        return cls(data=kept | when | {"kind": session.kind.value})


class BindForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """What a release is bound to: a rule and a number, such as ``session:12``; the choices are of one moment."""

    to = SelectField("It follows", invalid_choice_message="Choose what it follows; the schedule changed meanwhile.")


class ButtonForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """A button and its token."""


class WithdrawForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """Why a meeting is taken off; its address says so."""

    reason = StringField(
        "Reason", filters=[tidy], validators=[needed("Say why; readers see it."), at_most(REASON_LENGTH)]
    )
