"""``/desk/people``: who has access, and what they may do. For administrators."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, Response, abort, flash, make_response, render_template

from pressroom.accounts import actions, delivery, login, passwords, queries
from pressroom.accounts.delivery import Letter
from pressroom.accounts.forms import ButtonForm, PersonForm, RoleForm
from pressroom.accounts.models import User
from pressroom.accounts.protection import protect
from pressroom.accounts.rules import AccountError, LinkFor, Permission, Role
from pressroom.kit import clock, web
from pressroom.kit.db import db, reading
from pressroom.kit.settings import setting

bp = Blueprint("people_desk", __name__, url_prefix="/desk/people")
protect(bp, Permission.MANAGE_PEOPLE)

ONE = "/<int(max=2147483647):user_id>"


@bp.get("/")
def index() -> str:
    """Everybody."""
    return render_template("accounts/desk/people.html", people=queries.people())


@bp.get("/new")
def new() -> str:
    """Somebody new."""
    return render_template("accounts/desk/person_new.html", form=PersonForm())


@bp.post("/new")
def add() -> Response:
    """Add somebody, and send them the link with which they choose a password, or show it to be handed over."""
    form = PersonForm()
    if not form.validate():
        return web.refused("accounts/desk/person_new.html", form=form)
    nobodys = _nobodys_password()
    by, now = login.current_user(), clock.now()
    fields = {"name": form.name.data, "email": form.email.data, "role": Role(form.role.data)}
    try:
        user = actions.create_user(by=by, now=now, password=nobodys, **fields)
    except AccountError as error:
        form.email.errors = [str(error)]
        return web.refused("accounts/desk/person_new.html", form=form)
    return _link(user, LinkFor.INVITE, by=by, now=now)


@bp.get(ONE)
def edit(user_id: int) -> str:
    """One person."""
    user = _person(user_id)
    return render_template("accounts/desk/person.html", **_shown(user, RoleForm(None, obj=user)))


@bp.post(ONE)
def change_role(user_id: int) -> Response:
    """Give them another role."""
    user, form = _person(user_id), RoleForm()
    if not form.validate():
        return web.refused("accounts/desk/person.html", **_shown(user, form))
    if form.version.data != user.version:
        form.role.errors = ["Somebody else changed this person meanwhile. Look at it again, then save."]
        form.version.raw_data = [str(user.version)]
        return web.conflict("accounts/desk/person.html", **_shown(user, form))
    try:
        actions.change_role(user, Role(form.role.data), by=login.current_user(), now=clock.now())
    except AccountError as error:
        form.role.errors = [str(error)]
        return web.refused("accounts/desk/person.html", **_shown(user, form))
    db.session.commit()
    flash(f"{user.name} is now {user.role}.")
    return web.see_other("people_desk.edit", user_id=user_id)


@bp.get(ONE + "/deactivate")
def ask_deactivate(user_id: int) -> str:
    """Are you sure?"""
    return render_template("accounts/desk/person_deactivate.html", person=_person(user_id), form=ButtonForm())


@bp.post(ONE + "/deactivate")
def deactivate(user_id: int) -> Response:
    """Take their access away."""
    user, form = _person(user_id), ButtonForm()
    try:
        actions.deactivate(user, by=login.current_user(), now=clock.now())
    except AccountError as error:
        form.form_errors = [str(error)]
        return web.refused("accounts/desk/person_deactivate.html", person=user, form=form)
    db.session.commit()
    flash(f"{user.name} has no access any more.")
    return web.see_other("people_desk.index")


@bp.post(ONE + "/activate")
def activate(user_id: int) -> Response:
    """Give them access again, with the password that they had."""
    user = _person(user_id)
    actions.activate(user, by=login.current_user(), now=clock.now())
    db.session.commit()
    flash(f"{user.name} has access again.")
    return web.see_other("people_desk.edit", user_id=user_id)


@bp.post(ONE + "/password")
def reset_password(user_id: int) -> Response:
    """Take the password of somebody away who forgot it, and give them a link to choose another."""
    if not _person(user_id).active:
        flash("They have no access. Give it back first.", "error")
        return web.see_other("people_desk.edit", user_id=user_id)
    nobodys = _nobodys_password()
    user, by, now = _person(user_id), login.current_user(), clock.now()
    actions.forget_password(user, nobodys, by=by, now=now)
    return _link(user, LinkFor.RESET, by=by, now=now)


@bp.post(ONE + "/second-factor/end")
def end_factor(user_id: int) -> Response:
    """Take the second factor of somebody away who lost the telephone and the codes; they are signed out."""
    user, now = _person(user_id), clock.now()
    if actions.end_factor(user, by=login.current_user(), now=now):
        actions.end_devices(user, now=now, keep=login.current_device())
        flash(f"{user.name} has no second factor any more, and is signed out everywhere.")
    else:
        flash(f"{user.name} has no second factor.", "error")
    db.session.commit()
    return web.see_other("people_desk.edit", user_id=user_id)


def _person(user_id: int) -> User:
    return queries.by_id(user_id) or abort(404)


def _nobodys_password() -> passwords.Hashed:
    """The hash of a password that nobody knows, made while no transaction is open; read again what was read before."""
    with reading():
        return passwords.hashed(passwords.new_token())


def _link(user: User, purpose: LinkFor, *, by: User, now: datetime) -> Response:
    """Make the link and have it sent; where nothing sends it, this POST is answered by the page that shows it once."""
    lasts = timedelta(days=setting("invitation_days"))
    link, token = actions.make_link(user, purpose, by=by, now=now, lasts=lasts)
    address = web.external("accounts.choose_password", token=token)
    sent = delivery.deliver(Letter(purpose, user.email, user.name, address, link.expires_at, link.id), now=now)
    db.session.commit()
    if sent:
        flash(f"A link is on its way to {user.email}. It is good for {setting('invitation_days')} days.")
        return web.see_other("people_desk.edit", user_id=user.id)
    with reading():
        shown = {"person": user, "address": address, "days": setting("invitation_days"), "purpose": purpose}
        return make_response(render_template("accounts/desk/person_link.html", **shown))


def _shown(user: User, form: RoleForm) -> dict[str, object]:
    return {
        "person": user,
        "form": form,
        "waiting": queries.waiting_link(user, now=clock.now()),
        "sends": delivery.is_on(),
    }
