"""``/communicating-science/check``: a text is pasted, and hints come back. Nothing of it is kept."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, render_template
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from pressroom.kit import busy, text
from pressroom.kit.db import reading
from pressroom.kit.fields import at_most, tidy
from pressroom.kit.labels import Labelled
from pressroom.kit.limits import LimitError
from pressroom.kit.settings import setting
from pressroom.releases import hinting
from pressroom.releases.hints import Written
from pressroom.releases.rules import Evidence, Subject

bp = Blueprint("check", __name__)

PAGE = "reporting/check.html"
LONGEST = 20_000
LONGEST_HEADLINE = 300
FREE = 20  # texts that each process reads for a network in a window without counting


def _choices(kind: type[Labelled]) -> list[SelectChoice]:
    return [SelectChoice("", "Not said"), *(SelectChoice(each.value, each.label) for each in kind)]


class CheckForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """A text and what it reports."""

    headline = StringField("Headline", filters=[tidy], validators=[at_most(LONGEST_HEADLINE)])
    text = TextAreaField(
        "Text",
        filters=[tidy],
        validators=[DataRequired("Paste a text; a paragraph will do."), at_most(LONGEST)],
        description=f"In English, at most {LONGEST:,} characters.",
    )
    evidence = SelectField("Type of evidence", choices=_choices(Evidence), default="")
    subject = SelectField("Studied in", choices=_choices(Subject), default="")

    def written(self) -> Written:
        """The text as it is looked at. Call it on a form that validates."""
        return Written(
            headline=" ".join((self.headline.data or "").split()),
            text=text.plain(self.text.data),
            evidence=Evidence(self.evidence.data) if self.evidence.data else None,
            subject=Subject(self.subject.data) if self.subject.data else None,
        )


@bp.after_request
def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/communicating-science/check")
def show() -> str:
    """What is looked for, and the form."""
    return render_template(PAGE, form=CheckForm(formdata=None))


@bp.post("/communicating-science/check")
def read() -> Response:
    """The hints, above the text that they are about. It is the answer itself: nothing is kept to lead to."""
    form = CheckForm()
    if not form.validate():
        return _answer(form, 422)
    try:
        with reading():
            busy.count("check", setting("check_limit"), free=FREE)
    except LimitError as limit:
        form.form_errors = [f"Too many texts came from your network. Wait {limit.retry_after} seconds, then try again."]
        return _answer(form, 429, {"Retry-After": str(limit.retry_after)})
    return _answer(form, 200, said=hinting.unkept(form.written()))


def _answer(form: CheckForm, status: int, headers: dict[str, str] | None = None, **more: Any) -> Response:
    with reading():
        return make_response(render_template(PAGE, form=form, **more), status, headers or {})
