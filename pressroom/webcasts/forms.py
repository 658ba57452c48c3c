"""The desk's forms: reading what was typed, and sentences about what could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from pressroom.kit import dates, text
from pressroom.kit.settings import setting
from pressroom.media import captions
from pressroom.media.models import Asset
from pressroom.releases import languages
from pressroom.webcasts import chapters
from pressroom.webcasts.models import Webcast
from pressroom.webcasts.rules import Many, Problems, Slot, first_few
from pressroom.webcasts.taking import Removal, Upload

MOST_SPEAKERS = 30
MOST_TOPICS = 12
LONGEST_MINUTES = 24 * 60
LONGEST_TRANSCRIPT = 500_000  # characters
DAY = {"type": "date", "min": "1900-01-01", "max": "2199-12-31"}
CLOCK = {"type": "time"}
URL = {"type": "url"}
CAPTIONS = {"accept": ".vtt,.srt,text/vtt"}
WHEN = [SelectChoice(value="now", label="Now"), SelectChoice(value="later", label="At a time")]


def tidy(value: str | None) -> str:
    """Without outer blanks and without characters that no text means."""
    return text.clean(value or "").strip()


def at_most(length: int) -> Length:
    """A limit that says how to keep it."""
    return Length(max=length, message=f"Shorten this to at most {length:,} characters.")


class RefusableForm(FlaskForm):  # type: ignore[misc] # the library has no types
    """A form that shows the refusals of an action beside its fields."""

    form_errors: list[str]

    def refuse(self, problems: Problems) -> None:
        """Put each sentence at its field; what belongs to none stands above the form."""
        for name, sentences in problems.items():
            if name in self:
                self[name].errors = [*self[name].errors, *sentences]
            else:
                self.form_errors.extend(sentences)


class MomentForm(RefusableForm):
    """A wall time in a named zone, which is one instant or is refused."""

    day = StringField("Day", [InputRequired("Give the day.")], [tidy], render_kw=DAY)
    time = StringField("Time", [InputRequired("Give the time of day.")], [tidy], render_kw=CLOCK)
    zone = SelectField("Time zone", validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = dict.fromkeys([setting("time_zone"), *setting("zones"), "UTC"])
        names = dict.fromkeys([*known, self.zone.data or "UTC"])
        self.zone.choices = [SelectChoice(value=name, label=name.replace("_", " ")) for name in names]

    def validate_day(self, _field: StringField) -> None:
        """Day, time and zone together."""
        if self.time.data:
            try:
                self.instant()
            except dates.WallTimeError as error:
                raise ValidationError(str(error)) from None

    def instant(self) -> datetime:
        """The instant that was given.

        Raises:
            WallTimeError: it is none, or two.
        """
        return dates.instant(self.day.data, self.time.data, self.zone.data)


class Ticked(SelectMultipleField):  # type: ignore[misc] # the library has no types
    """Rows to be taken out, by number."""

    option_widget = CheckboxInput()
    widget = ListWidget(prefix_label=False)

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label, choices=[], coerce=_number, validate_choice=False, **more)


class WebcastForm(MomentForm):
    """A webcast, with its files."""

    version = HiddenField()
    uid = HiddenField()  # made with the form: sent twice, it is one webcast
    title = StringField("Title", [InputRequired("Write a title."), at_most(200)], [tidy])
    summary = TextAreaField("Summary", [Optional(), at_most(500)], [tidy])
    description = TextAreaField("Description", [Optional(), at_most(50_000)], [tidy])
    minutes = StringField(
        "Length in minutes",
        [InputRequired("Give the length in minutes.")],
        [tidy],
        render_kw={"inputmode": "numeric"},
    )
    speakers = TextAreaField("Speakers", [Optional(), at_most(10_000)], [tidy])
    topics = StringField("Topics", [Optional(), at_most(500)], [tidy])
    video_url = StringField(
        "Address of a recording or broadcast elsewhere", [Optional(), at_most(2000)], [tidy], render_kw=URL
    )
    transcript = TextAreaField("Transcript", [Optional(), at_most(LONGEST_TRANSCRIPT)], [tidy])
    transcript_file = FileField("File of the transcript", render_kw={"accept": ".txt,.md,text/plain"})
    recording = FileField("File of the recording", render_kw={"accept": "video/*,audio/*"})
    credit = StringField("Credit of the recording", [Optional(), at_most(200)], [tidy])
    licence = StringField("Licence of the recording", [Optional(), at_most(200)], [tidy])
    drop_recording = BooleanField("Take the recording out")
    poster = FileField("File of the picture", render_kw={"accept": "image/png,image/jpeg,image/webp,image/avif"})
    poster_alt = StringField("What the picture shows", [Optional(), at_most(500)], [tidy])
    poster_decorative = BooleanField("The picture is decorative")
    drop_poster = BooleanField("Take the picture out")
    language = StringField("Language spoken", [Optional()], [tidy, languages.read])
    captions = FileField("File of the captions", render_kw=CAPTIONS)
    drop_captions = BooleanField("Take the captions out")
    subtitles = FileField("File of captions in another language", render_kw=CAPTIONS)
    subtitles_language = StringField("Their language", (), [tidy, languages.read])
    subtitles_label = StringField("What the player calls them", [Optional(), at_most(80)], [tidy])
    drop_subtitles = Ticked("Take captions out")
    qualities = MultipleFileField("Files of further qualities", render_kw={"accept": "video/*,audio/*"})
    drop_qualities = Ticked("Take qualities out")
    slides = FileField("File of the slides", render_kw={"accept": ".pdf,.pptx,.odp"})
    slides_title = StringField("What the slides are called", [Optional(), at_most(200)], [tidy])
    drop_slides = BooleanField("Take the slides out")
    chapters = TextAreaField("Chapters", [Optional(), at_most(50_000)], [tidy])

    @classmethod
    def of(cls, webcast: Webcast) -> WebcastForm:
        """The form filled with *webcast*, or with what was posted."""
        form = cls(data=_data(webcast))
        form.drop_subtitles.choices = [
            SelectChoice(row.id, f"{row.name} ({row.language})") for row in webcast.subtitles
        ]
        form.drop_qualities.choices = [
            SelectChoice(row.id, _quality(row.asset)) for row in webcast.qualities if row.asset is not None
        ]
        return form

    def validate_uid(self, field: HiddenField) -> None:
        """As the form came with it."""
        try:
            field.data = str(UUID(field.data))
        except ValueError:
            raise ValidationError("This form is damaged. Open it anew.") from None

    def validate_minutes(self, field: StringField) -> None:
        """A whole number."""
        said = field.data
        if not (said.isascii() and said.isdigit() and len(said) < 6 and 0 < int(said) <= LONGEST_MINUTES):
            raise ValidationError(f"Write a whole number of minutes, from 1 to {LONGEST_MINUTES:,}.")

    def validate_speakers(self, field: TextAreaField) -> None:
        """A name on each line."""
        rows = list(_speakers(field.data))
        if len(rows) > MOST_SPEAKERS:
            raise ValidationError(f"Name at most {MOST_SPEAKERS} speakers; there are {len(rows)}.")
        for number, row in enumerate(rows, start=1):
            if not row["name"]:
                raise ValidationError(f"Speaker {number} has no name. Write the name, a semicolon, the role.")

    def validate_transcript_file(self, field: FileField) -> None:
        """A text, which stands in the box from then on: it is not lost when something else is wrong."""
        for file in _files(field.data):
            content = file.stream.read(LONGEST_TRANSCRIPT * 4 + 1)  # of bytes a character has four at most
            try:
                said = tidy(captions.decoded(content))
            except UnicodeDecodeError:
                raise ValidationError("This is not plain text in UTF-8. Save it as text, or paste it above.") from None
            if not said or len(said) > LONGEST_TRANSCRIPT:
                raise ValidationError(f"Send a text of 1 to {LONGEST_TRANSCRIPT:,} characters.")
            self.transcript.data = said

    def validate_language(self, field: StringField) -> None:
        """A tag, or nothing."""
        if sentence := languages.problem(field.data):
            raise ValidationError(sentence)

    def validate_subtitles_language(self, field: StringField) -> None:
        """A tag, where a file came with it."""
        if sentence := languages.problem(field.data):
            raise ValidationError(sentence)
        if _files(self.subtitles.data) and not field.data:
            raise ValidationError("Say the language of these captions, as a tag such as es, de or pt-BR.")

    def validate_chapters(self, field: TextAreaField) -> None:
        """A time and a title on each line."""
        said = self.minutes.data
        minutes = int(said) if said and said.isascii() and said.isdigit() and len(said) < 6 else LONGEST_MINUTES
        if problems := chapters.read(field.data, minutes)[1]:
            raise ValidationError(" ".join(first_few(problems, 5)))

    def validate_topics(self, field: StringField) -> None:
        """A few words."""
        if len(_topics(field.data)) > MOST_TOPICS:
            raise ValidationError(f"Choose at most {MOST_TOPICS} topics.")

    def fields(self) -> dict[str, Any]:
        """What ``actions.create`` and ``actions.edit`` take."""
        same = ("title", "summary", "description", "video_url", "transcript", "zone", "language")
        return {name: self[name].data for name in same} | {
            "starts_at": self.instant(),
            "minutes": int(self.minutes.data),
            "speakers": list(_speakers(self.speakers.data)),
            "topics": _topics(self.topics.data),
            "chapters": chapters.read(self.chapters.data, int(self.minutes.data))[0],
        }

    def uploads(self) -> list[Upload]:
        """The files that came."""
        several = {Many.SUBTITLES: {"language": self.subtitles_language.data, "label": self.subtitles_label.data}}
        return [
            Upload(slot, file.stream, file.filename or "", self._described(slot), **several.get(slot, {}))
            for slot in (*Slot, *Many)
            for file in _files(self[slot].data)
        ]

    def removal(self) -> Removal:
        """What is to be taken out."""
        return Removal(
            slots=[slot for slot in Slot if self[f"drop_{slot}"].data],
            subtitles=self.drop_subtitles.data or (),
            qualities=self.drop_qualities.data or (),
        )

    def _described(self, slot: Slot | Many) -> Mapping[str, Any]:
        if slot is Slot.POSTER:
            return {"alt": self.poster_alt.data, "decorative": self.poster_decorative.data}
        if slot in (Slot.RECORDING, Many.QUALITIES):
            return {"credit": self.credit.data, "licence": self.licence.data}
        return {"caption": self.slides_title.data} if slot is Slot.SLIDES else {}


class PublishForm(MomentForm):
    """When a webcast becomes public. Day and time count only for "at a time"."""

    when = SelectField("When", choices=WHEN, default="now")

    def validate(self, extra_validators: Any = None) -> bool:
        """Without a time, there is nothing to check."""
        return True if self.when.data == "now" else bool(super().validate(extra_validators))


class WithdrawForm(RefusableForm):
    """Why a webcast is withdrawn."""

    reason = TextAreaField("Reason", [InputRequired("Give the reason."), at_most(1000)], [tidy])


def _data(webcast: Webcast) -> dict[str, Any]:
    same = ("title", "summary", "description", "minutes", "video_url", "transcript", "zone", "language")
    local = webcast.starts_at.astimezone(ZoneInfo(webcast.zone))
    speakers = ("; ".join(filter(None, (row["name"], row["role"]))) for row in webcast.speakers)
    return {name: str(getattr(webcast, name)) for name in (*same, "version", "uid")} | {
        "day": f"{local:%Y-%m-%d}",
        "time": f"{local:%H:%M}",
        "speakers": "\n".join(speakers),
        "topics": ", ".join(webcast.topics),
        "chapters": chapters.written(webcast.chapters),
    }


def _quality(file: Asset) -> str:
    """Two files may have one name."""
    return f"{file.name}, {file.width} × {file.height}" if file.height else file.name


def _files(sent: object) -> list[FileStorage]:
    """The files of a field that may have one, or several; a browser sends an empty one where none was chosen."""
    files = sent if isinstance(sent, list) else [sent]
    return [file for file in files if isinstance(file, FileStorage) and file.filename]


def _number(value: object) -> int:
    """The number of a row; 0, which is none, for anything else."""
    said = str(value)
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def _speakers(lines: str | None) -> Iterator[dict[str, str]]:
    for line in (lines or "").split("\n"):
        name, _semicolon, role = line.partition(";")
        if line.strip():
            yield {"name": name.strip(), "role": role.strip()}


def _topics(line: str | None) -> list[str]:
    return list(dict.fromkeys(topic for part in (line or "").split(",") if (topic := " ".join(part.split()))))
