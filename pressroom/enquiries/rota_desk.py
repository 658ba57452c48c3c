"""``/desk/rota/``: who answers when, and days that differ."""

from __future__ import annotations

from flask import Blueprint, abort, flash, render_template
from flask.typing import ResponseReturnValue

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.enquiries import actions, office, queries
from pressroom.enquiries.forms import ButtonForm, ChangeForm, DutyForm
from pressroom.kit import clock, web
from pressroom.kit.db import db
from pressroom.releases import queries as releases

bp = Blueprint("rota_desk", __name__, url_prefix="/desk/rota")
accounts.protect(bp, Permission.EDIT_PAGES)

PAGE = "enquiries/desk/rota.html"
CHANGE = "change"  # before the names of the fields of the second form


@bp.get("/")
def index() -> str:
    """The rota, and the forms that add to it."""
    contacts = releases.contacts()
    return render_template(
        PAGE, **_context(DutyForm(contacts, formdata=None), ChangeForm(contacts, prefix=CHANGE, formdata=None))
    )


@bp.post("/duties")
def add_duty() -> ResponseReturnValue:
    """Put hours on the rota."""
    contacts = releases.contacts()
    form = DutyForm(contacts)
    if not form.validate():
        return web.refused(PAGE, **_context(form, ChangeForm(contacts, prefix=CHANGE, formdata=None)))
    actions.add_duty(by=accounts.current_user(), now=clock.now(), **form.values(contacts))
    db.session.commit()
    flash("On the rota. The pages say it from now on.", "good")
    return web.see_other("rota_desk.index")


@bp.post("/changes")
def add_change() -> ResponseReturnValue:
    """Note days that differ."""
    contacts = releases.contacts()
    form = ChangeForm(contacts, prefix=CHANGE)
    if not form.validate():
        return web.refused(PAGE, **_context(DutyForm(contacts, formdata=None), form))
    actions.add_change(by=accounts.current_user(), now=clock.now(), **form.values(contacts))
    db.session.commit()
    flash("Noted. The pages say it on these days.", "good")
    return web.see_other("rota_desk.index")


@bp.post("/duties/<int(max=2147483647):number>/remove")
def remove_duty(number: int) -> ResponseReturnValue:
    """Take hours off the rota."""
    actions.remove(queries.duty(number) or abort(404), by=accounts.current_user(), now=clock.now())
    db.session.commit()
    flash("Off the rota.", "good")
    return web.see_other("rota_desk.index")


@bp.post("/changes/<int(max=2147483647):number>/remove")
def remove_change(number: int) -> ResponseReturnValue:
    """Forget days that differed."""
    actions.remove(queries.change(number) or abort(404), by=accounts.current_user(), now=clock.now())
    db.session.commit()
    flash("These days are as all others again.", "good")
    return web.see_other("rota_desk.index")


def _context(duty: DutyForm, change: ChangeForm) -> dict[str, object]:
    now = clock.now()
    return {
        "duties": queries.duties(),
        "changes": queries.changes(now.date()),
        "duty": duty,
        "change": change,
        "button": ButtonForm(formdata=None),
        "in_words": office.of_row,
        "office": office.press_office(),
    }
