"""The forms of sources: fields and parsing."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from pressroom.clips import addresses, rules
from pressroom.clips.gathering.models import ClipSource
from pressroom.clips.gathering.rules import ImportInto
from pressroom.clips.gathering.sources import LONGEST_FOLDER, LONGEST_NAME, standing
from pressroom.kit import text


def _line(value: str | None) -> str:
    return " ".join(text.clean(value or "").split())


def _most(number: int) -> Length:
    return Length(max=number, message=f"Shorten this to {number:,} characters.")


_INTO = [
    SelectChoice(ImportInto.TRIAGE.value, ImportInto.TRIAGE.label),
    SelectChoice(ImportInto.ARCHIVE.value, ImportInto.ARCHIVE.label),
]


class SourceForm(FlaskForm):  # type: ignore[misc]
    """A source, new or known. *tried*: the address whose feed was shown; *opened*: how the source stood then."""

    address = StringField(
        "Address",
        [DataRequired("Write the address of the feed, or of the page that it goes with."), _most(addresses.LONGEST)],
        filters=[_line],
        description="Of a feed (RSS, Atom, JSON Feed, a Google Alert), or of a page that names its feed.",
        render_kw={"inputmode": "url", "autocomplete": "off"},
    )
    name = StringField("Name", [Optional(), _most(LONGEST_NAME)], filters=[_line], description="For the desk.")
    outlet = StringField(
        "Outlet",
        [Optional(), _most(rules.LONGEST_OUTLET)],
        filters=[_line],
        description="Whose stories they all are. Leave it empty for an alert or a feed of many outlets.",
        render_kw={"list": "outlets", "autocomplete": "off"},
    )
    folder = StringField("Folder", [Optional(), _most(LONGEST_FOLDER)], filters=[_line])
    into = RadioField("What it brings", choices=_INTO, validate_choice=True)
    tried = HiddenField()
    opened = HiddenField()

    def fields(self) -> dict[str, Any]:
        """What was typed, as the verbs take it. After :meth:`validate`."""
        typed = {name: self[name].data or "" for name in ("address", "name", "outlet", "folder")}
        return typed | {"into": ImportInto(self.into.data)}


def filled(source: ClipSource) -> SourceForm:
    """The form with *source* in it."""
    fields = {name: getattr(source, name) for name in ("address", "name", "folder")}
    outlet = source.outlet.name if source.outlet else ""
    return SourceForm(data=fields | {"outlet": outlet, "into": source.into.value, "opened": standing(source)})


def texts(source: ClipSource) -> list[tuple[str, str]]:
    """What is saved, as (label, text), for whoever was too late."""
    rows = (
        ("Address", source.address),
        ("Name", source.name),
        ("Outlet", source.outlet.name if source.outlet else ""),
        ("Folder", source.folder),
        ("What it brings", source.into.label),
    )
    return [(label, value) for label, value in rows if value]


class OPMLForm(FlaskForm):  # type: ignore[misc]
    """A list of feeds."""

    file = FileField("OPML file", [FileRequired("Choose the file with the list of feeds.")])
    into = RadioField("What they bring", choices=_INTO, default=ImportInto.TRIAGE.value)
