"""``/desk/boilerplates/`` and ``/desk/contacts/``: what is kept once and stands on many releases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.kit import clock, web
from pressroom.kit.db import db, reading
from pressroom.releases import backmatter, queries
from pressroom.releases.backmatter import OvertakenError
from pressroom.releases.backmatter_forms import BoilerplateForm, ContactForm, MoveForm
from pressroom.releases.models import ReleaseBoilerplate, ReleaseContact
from pressroom.releases.rules import RefusedError

boilerplates = Blueprint("boilerplates_desk", __name__, url_prefix="/desk/boilerplates")
contacts = Blueprint("contacts_desk", __name__, url_prefix="/desk/contacts")
for blueprint in (boilerplates, contacts):
    accounts.protect(blueprint, Permission.EDIT_PAGES)

ONE = "/<int(max=2147483647):number>"
STEPS = {"up": -1, "down": 1}


@dataclass(frozen=True)
class Shelf:
    """What is kept, and how: the two are served alike.

    Attributes:
        name: of the blueprint.
        template: the page with the form.
        called: in a word, for sentences.
    """

    name: str
    template: str
    called: str
    find: Callable[[int], Any]
    used_by: Callable[[int], Any]
    form: Callable[[Any], Any]
    add: Callable[..., Any]
    edit: Callable[..., bool]
    remove: Callable[..., None]


def _contact_form(row: Any) -> ContactForm:
    return ContactForm.of(row, listed=row is not None and queries.listing(row.id) is not None)


BOILERPLATES = Shelf(
    "boilerplates_desk",
    "releases/desk/boilerplate.html",
    "boilerplate",
    queries.boilerplate,
    queries.with_boilerplate,
    BoilerplateForm.of,
    backmatter.add_boilerplate,
    backmatter.edit_boilerplate,
    backmatter.remove_boilerplate,
)
CONTACTS = Shelf(
    "contacts_desk",
    "releases/desk/contact.html",
    "contact",
    queries.contact,
    queries.with_contact,
    _contact_form,
    backmatter.add_contact,
    backmatter.edit_contact,
    backmatter.remove_contact,
)


@boilerplates.get("/")
def every_boilerplate() -> str:
    """All boilerplates in their order."""
    rows, used = queries.boilerplates(), queries.count_uses(ReleaseBoilerplate)
    return render_template("releases/desk/boilerplates.html", rows=rows, used=used, form=MoveForm())


@contacts.get("/")
def every_contact() -> str:
    """All contacts in their order."""
    rows, used = queries.contacts(), queries.count_uses(ReleaseContact)
    listed = queries.listed_ids()
    return render_template("releases/desk/contacts.html", rows=rows, used=used, listed=listed, form=MoveForm())


@boilerplates.route("/new", methods=["GET", "POST"])
def new_boilerplate() -> ResponseReturnValue:
    """One more boilerplate."""
    return _new(BOILERPLATES)


@contacts.route("/new", methods=["GET", "POST"])
def new_contact() -> ResponseReturnValue:
    """One more contact."""
    return _new(CONTACTS)


@boilerplates.route(ONE, methods=["GET", "POST"])
def edit_boilerplate(number: int) -> ResponseReturnValue:
    """The editor of a boilerplate; what is saved is right everywhere at once."""
    return _edit(BOILERPLATES, number)


@contacts.route(ONE, methods=["GET", "POST"])
def edit_contact(number: int) -> ResponseReturnValue:
    """The editor of a contact; what is saved is right everywhere at once."""
    return _edit(CONTACTS, number)


@boilerplates.post(f"{ONE}/move")
def move_boilerplate(number: int) -> ResponseReturnValue:
    """One place up or down."""
    return _move(BOILERPLATES, number, "boilerplates_desk.every_boilerplate")


@contacts.post(f"{ONE}/move")
def move_contact(number: int) -> ResponseReturnValue:
    """One place up or down."""
    return _move(CONTACTS, number, "contacts_desk.every_contact")


@boilerplates.route(f"{ONE}/remove", methods=["GET", "POST"])
def remove_boilerplate(number: int) -> ResponseReturnValue:
    """Removal asks on a page of its own."""
    return _remove(BOILERPLATES, number, "boilerplates_desk.every_boilerplate")


@contacts.route(f"{ONE}/remove", methods=["GET", "POST"])
def remove_contact(number: int) -> ResponseReturnValue:
    """Removal asks on a page of its own."""
    return _remove(CONTACTS, number, "contacts_desk.every_contact")


def _new(shelf: Shelf) -> ResponseReturnValue:
    form = shelf.form(None)
    if request.method != "POST":
        return render_template(shelf.template, form=form, row=None)
    if not form.validate():
        return web.refused(shelf.template, form=form, row=None)
    try:
        row = shelf.add(by=accounts.current_user(), now=clock.now(), **form.values())
        db.session.commit()
    except RefusedError as error:
        form.refuse(error)
        return web.refused(shelf.template, form=form, row=None)
    except IntegrityError:  # two were called the same at once
        db.session.rollback()
        form.form_errors.append("Somebody added one of this name just now. Look at the list, and save again.")
        return web.refused(shelf.template, form=form, row=None)
    flash(f"{row.name} is kept. Choose it in a release.")
    return web.see_other(_list_of(shelf))


def _edit(shelf: Shelf, number: int) -> ResponseReturnValue:
    row = shelf.find(number) or abort(404)
    form = shelf.form(row)
    if request.method != "POST":
        return _editor(shelf, number, form, 200)
    if not form.validate():
        return _editor(shelf, number, form, 422)
    try:
        by, now = accounts.current_user(), clock.now()
        # A form without its version is no form of ours: it overwrites nothing.
        changed = shelf.edit(row, by=by, now=now, version=_version(form), **form.values())
        db.session.commit()
    except OvertakenError:
        return _editor(shelf, number, form, 409)
    except RefusedError as error:
        form.refuse(error)
        return _editor(shelf, number, form, 422)
    flash("Saved. Every release shows it now." if changed else "Nothing was changed.")
    return web.see_other(_list_of(shelf))


def _version(form: Any) -> int:
    return form.version.data if form.version.raw_data and form.version.data is not None else 0


def _editor(shelf: Shelf, number: int, form: Any, status: int) -> Response:
    with reading():
        row = shelf.find(number) or abort(404)
        if status == 409:
            form.seen(row.version)
        used_by = shelf.used_by(number)
        return web.shown_again(shelf.template, status, form=form, row=row, used_by=used_by, overtaken=status == 409)


def _move(shelf: Shelf, number: int, back: str) -> ResponseReturnValue:
    step = STEPS.get(request.form.get("step", "")) or abort(400)
    backmatter.move(shelf.find(number) or abort(404), step, by=accounts.current_user(), now=clock.now())
    db.session.commit()
    return web.see_other(back, _anchor=f"row-{number}")


def _remove(shelf: Shelf, number: int, back: str) -> ResponseReturnValue:
    row, form = shelf.find(number) or abort(404), MoveForm()
    if request.method == "POST" and form.validate():
        name = row.name
        try:
            shelf.remove(row, by=accounts.current_user(), now=clock.now())
            db.session.commit()
        except RefusedError as error:
            form.form_errors.extend(problem.sentence for problem in error.problems)
        else:
            flash(f"{name} is no longer kept.")
            return web.see_other(back)
    with reading():
        row = shelf.find(number) or abort(404)
        status = 422 if request.method == "POST" else 200
        context = {"row": row, "form": form, "used_by": shelf.used_by(number), "called": shelf.called}
        return web.shown_again("releases/desk/remove_kept.html", status, back=_list_of(shelf), **context)


def _list_of(shelf: Shelf) -> str:
    return f"{shelf.name}.every_{shelf.called}"
