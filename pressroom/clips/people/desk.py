"""``/desk/clips/people``: who wrote how many, and for whom. No page of a person is public."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Optional

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.clips.people import actions, queries
from pressroom.clips.people.actions import PersonError
from pressroom.clips.people.models import Person, PersonName
from pressroom.clips.rules import LONGEST_BYLINE
from pressroom.kit import clock, text, web
from pressroom.kit.db import db
from pressroom.kit.fields import at_most

bp = Blueprint("clips_people", __name__, url_prefix="/desk/clips/people")
accounts.protect(bp, Permission.IMPORT)

EDITOR = "clips/desk/person.html"
ONE = "/<int(max=2147483647):person_id>"
CLIPS_SHOWN = 50
OUTLETS_SHOWN = 3
LONGEST_NOTE = 4_000


class PersonForm(FlaskForm):  # type: ignore[misc]
    """What the desk says of somebody."""

    name = StringField(
        "Name",
        [DataRequired("Write the name."), at_most(LONGEST_BYLINE)],
        filters=[lambda value: " ".join(text.clean(value or "").split())],
    )
    note = TextAreaField(
        "Note",
        [Optional(), at_most(LONGEST_NOTE)],
        filters=[lambda value: text.clean(value or "").strip()],
        description="For the desk alone.",
    )
    version = HiddenField()

    def validate_name(self, field: Field) -> None:
        """Something that can be seen."""
        if not text.has_letters(field.data or ""):
            raise ValidationError("Write the name.")


@bp.get("")
def index() -> str:
    """All people in by-lines, who wrote most first."""
    words = _words()

    def address(number: int) -> str:
        return url_for("clips_people.index", q=words or None, page=number)

    page = queries.page(words=words, page=web.page_number(request.args))
    ids = [row.person.id for row in page.items]
    outlets = queries.outlets_of(ids, most=OUTLETS_SHOWN) if ids else {}
    return render_template("clips/desk/people.html", page=page, words=words, outlets=outlets, address=address)


@bp.get(ONE)
def show(person_id: int) -> str:
    """One of them, with what they wrote."""
    person = _person(person_id)
    form = PersonForm(data={"name": person.name, "note": person.note, "version": str(person.version)})
    return render_template(EDITOR, **_shown(person, form))


@bp.post(ONE)
def save(person_id: int) -> ResponseReturnValue:
    """Save name and note."""
    person, form = _person(person_id), PersonForm()
    if not form.validate():
        return web.refused(EDITOR, **_shown(person, form))
    version = form.version.data or ""
    try:
        actions.edit(
            person,
            by=accounts.current_user(),
            now=clock.now(),
            version=int(version[:9]) if version.isascii() and version.isdigit() else 0,
            name=form.name.data,
            note=form.note.data,
        )
    except PersonError as error:
        return _conflict(person_id, form, error)
    db.session.commit()
    flash("Saved.")
    return web.see_other("clips_people.show", person_id=person_id)


def _conflict(person_id: int, form: PersonForm, error: PersonError) -> Response:
    db.session.rollback()
    person = _person(person_id)
    form.version.raw_data, form.version.data = None, str(person.version)
    form.form_errors.append(str(error))
    return web.conflict(EDITOR, **_shown(person, form))


@bp.post(f"{ONE}/merge")
def merge(person_id: int) -> ResponseReturnValue:
    """Say that somebody else in the list is the same person."""
    into, typed = _person(person_id), request.form.get("one", "")
    one = queries.by_id(int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
    if one is None:
        abort(404)
    name = one.name
    try:
        actions.merge(one, into, by=accounts.current_user(), now=clock.now())
    except PersonError as error:
        flash(str(error), "error")
        return web.see_other("clips_people.show", person_id=person_id)
    db.session.commit()
    flash(f"{name} is a name of {_person(person_id).name} from now on.")
    return web.see_other("clips_people.show", person_id=person_id)


@bp.post(f"{ONE}/part/<int(max=2147483647):name_id>")
def part(person_id: int, name_id: int) -> ResponseReturnValue:
    """Make somebody of their own of one of the names."""
    name = db.session.get(PersonName, name_id)
    if name is None or name.person_id != person_id:
        abort(404)
    try:
        person = actions.part(name, by=accounts.current_user(), now=clock.now())
    except PersonError as error:
        db.session.rollback()
        flash(str(error), "error")
        return web.see_other("clips_people.show", person_id=person_id)
    number, stays = person.id, db.session.get_one(Person, person_id).note and not person.note
    db.session.commit()
    flash("This is somebody of their own now." + (" The note stays with the other one." if stays else ""))
    return web.see_other("clips_people.show", person_id=number)


def _words() -> str:
    return text.clean(request.args.get("q", "")).strip()[:200]


def _person(person_id: int) -> Person:
    person = queries.by_id(person_id)
    if person is None:
        abort(404)
    return person


def _shown(person: Person, form: PersonForm) -> dict[str, object]:
    words = _words()
    return {
        "person": person,
        "form": form,
        "names": queries.names(person.id),
        "outlets": queries.outlets_of([person.id]).get(person.id, []),
        "clips": queries.clips_of(person.id, CLIPS_SHOWN),
        "shown": CLIPS_SHOWN,
        "words": words,
        "found": queries.found(words, but=person.id),
    }
