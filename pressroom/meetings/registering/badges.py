"""Badges: what stands on them, and a sheet of them as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Response, abort, current_app, render_template

from pressroom.accreditation.rules import Basis
from pressroom.kit import dates, pdf, web
from pressroom.meetings.registering.models import Registration

CATEGORIES = {
    Basis.STAFF: "Press",
    Basis.LETTER: "Press · Freelance",
    Basis.BYLINE: "Press · Freelance",
    Basis.ONLINE: "Press · Online",
    Basis.BLOG: "Press · Blog",
}
NONE_HERE = "This press room makes no PDF files. Print the page with the badge instead."


@dataclass(frozen=True)
class Badge:
    """What stands on a badge."""

    name: str
    outlet: str
    category: str
    meeting: str
    days: str
    number: str


def of(registration: Registration) -> Badge:
    """The badge of an approved registration."""
    meeting = registration.meeting
    return Badge(
        name=registration.name,
        outlet=registration.outlet,
        category=CATEGORIES[registration.basis],
        meeting=meeting.title,
        days=f"{dates.day_short(meeting.starts_on)} – {dates.day_short(meeting.ends_on)}",
        number=f"P{registration.id:05}",
    )


def missing() -> str:
    """Why no PDF can be made here; empty when it can."""
    return pdf.missing()


def require() -> None:
    """404 with a sentence where this press room makes no PDF files."""
    if pdf.missing():
        abort(404, NONE_HERE)


def document(badges: Sequence[Badge]) -> bytes:
    """*badges* as PDF, one to a page of ISO A6.

    Raises:
        pdf.PdfError: they could not be set.
    """
    html = render_template("meetings/registering/badges_pdf.html", badges=badges)
    return pdf.write(html, _styles(), {}, base=web.absolute("/"))


def answer(written: bytes, name: str) -> Response:
    """A PDF that nobody keeps."""
    response = Response(written, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _styles() -> str:
    return (Path(current_app.static_folder or "") / "css" / "badge.css").read_text("utf-8")
