"""``/desk/webcasts/``: making, publishing and withdrawing webcasts."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from uuid import uuid4

from flask import Blueprint, Response, abort, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.kit import clock, dates, web
from pressroom.kit.db import db, reading
from pressroom.kit.settings import setting
from pressroom.media.serving import LARGEST_ID
from pressroom.publishing.cache import once_for_staff
from pressroom.webcasts import actions, queries, rules, shown
from pressroom.webcasts.forms import PublishForm, WebcastForm, WithdrawForm
from pressroom.webcasts.models import Webcast
from pressroom.webcasts.rules import WebcastError

bp = Blueprint("webcasts_desk", __name__, url_prefix="/desk/webcasts")
accounts.protect(bp)

ONE = f"/<int(max={LARGEST_ID}):webcast_id>"
EDIT = "webcasts/desk/edit.html"
PUBLISH = "webcasts/desk/publish.html"
WITHDRAW = "webcasts/desk/withdraw.html"


@bp.get("/")
def index() -> str:
    """All webcasts, the latest event first."""
    return render_template("webcasts/desk/index.html", listed=_listed(web.page_number(request.args)))


@once_for_staff
def _listed(number: int) -> Markup:
    """Page *number* of them."""
    now = clock.now()
    return web.part(
        "webcasts/desk/_list.html",
        page=queries.everything(number),
        standing=lambda webcast: rules.standing(webcast, now),
        badge=lambda webcast: shown.badge(webcast, now),
        page_address=lambda number: url_for("webcasts_desk.index", page=number if number > 1 else None),
    )


@bp.route("/new", methods=["GET", "POST"])
@accounts.requires(Permission.WRITE)
def new() -> ResponseReturnValue:
    """An empty form; what is sent becomes a draft, and no second one when it is sent again."""
    form = WebcastForm(data={"zone": setting("time_zone"), "minutes": "60", "uid": str(uuid4())})
    if request.method != "POST":
        return render_template(EDIT, form=form, webcast=None, may_save=True)
    status = 422
    if form.validate():
        if same := queries.by_uid(form.uid.data):
            return _saved_already(same)
        try:
            webcast = actions.create(
                by=accounts.current_user(),
                now=clock.now(),
                uid=form.uid.data,
                uploads=form.uploads(),
                **form.fields(),
            )
            db.session.commit()
        except IntegrityError:  # both at the same time; or another reason, which is not ours to explain
            db.session.rollback()
            if same := queries.by_uid(form.uid.data):
                return _saved_already(same)
            raise
        except WebcastError as error:
            form.refuse(error.problems)
            status = error.status
        else:
            flash("Saved as a draft. Only staff see it.")
            return web.see_other("webcasts_desk.edit", webcast_id=webcast.id)
    return web.shown_again(EDIT, status, form=form, webcast=None, may_save=True)


@bp.route(ONE, methods=["GET", "POST"])
@accounts.requires(Permission.WRITE)
def edit(webcast_id: int) -> ResponseReturnValue:
    """The form of a webcast; what is sent is saved, unless somebody else saved in between."""
    webcast = _found(webcast_id)
    form = WebcastForm.of(webcast)
    if request.method != "POST":
        return render_template(EDIT, **_context(form, webcast))
    if not _may_save(webcast):
        return _not_allowed(form, webcast_id)
    if request.form.get("version", "") != str(webcast.version):  # the form’s own is filled from the webcast
        return _conflict(form, webcast_id)
    status = 422
    if form.validate():
        try:
            actions.edit(
                webcast,
                by=accounts.current_user(),
                now=clock.now(),
                uploads=form.uploads(),
                removal=form.removal(),
                **form.fields(),
            )
            db.session.commit()
        except WebcastError as error:
            form.refuse(error.problems)
            status = error.status
        except StaleDataError:
            return _conflict(form, webcast_id)
        else:
            flash("Saved.")
            return web.see_other("webcasts_desk.edit", webcast_id=webcast_id)
    with reading():
        return web.shown_again(EDIT, status, **_context(form, _found(webcast_id)))


@bp.get(f"{ONE}/preview")
@accounts.requires(Permission.WRITE)
def preview(webcast_id: int) -> str:
    """The page as the public would have it at this instant."""
    webcast = _found(webcast_id)
    context = shown.page(webcast, clock.now(), attrgetter("desk_address"))
    return render_template("webcasts/show.html", **context)


@bp.route(f"{ONE}/publish", methods=["GET", "POST"])
@accounts.requires(Permission.PUBLISH)
def publish(webcast_id: int) -> ResponseReturnValue:
    """Now, or at a time in a named zone."""
    form = PublishForm(data={"zone": setting("time_zone")})

    def act(webcast: Webcast) -> str:
        user, now = accounts.current_user(), clock.now()
        if form.when.data == "now":
            actions.publish(webcast, by=user, now=now)
            return "Published."
        at = form.instant()
        actions.schedule(webcast, by=user, now=now, at=at)
        return f"Scheduled for {dates.moment(at, form.zone.data)}."

    return _confirmed(webcast_id, PUBLISH, form, act)


@bp.post(f"{ONE}/unschedule")
@accounts.requires(Permission.PUBLISH)
def unschedule(webcast_id: int) -> ResponseReturnValue:
    """A scheduled webcast is a draft again."""
    webcast = _found(webcast_id)
    try:
        actions.unschedule(webcast, by=accounts.current_user(), now=clock.now())
    except WebcastError as error:
        flash(str(error), "error")
    else:
        db.session.commit()
        flash("It is a draft again.")
    return web.see_other("webcasts_desk.edit", webcast_id=webcast_id)


@bp.route(f"{ONE}/withdraw", methods=["GET", "POST"])
@accounts.requires(Permission.PUBLISH)
def withdraw(webcast_id: int) -> ResponseReturnValue:
    """Take it back, with a reason that stands in its place."""
    form = WithdrawForm()

    def act(webcast: Webcast) -> str:
        actions.withdraw(webcast, by=accounts.current_user(), now=clock.now(), reason=form.reason.data)
        return "Withdrawn. Its address now gives the reason."

    return _confirmed(webcast_id, WITHDRAW, form, act)


def _confirmed(
    webcast_id: int, template: str, form: PublishForm | WithdrawForm, act: Callable[[Webcast], str]
) -> ResponseReturnValue:
    """A step that is confirmed on its own page: shown on GET, done on POST."""
    webcast = _found(webcast_id)
    if request.method != "POST":
        return render_template(template, form=form, webcast=webcast)
    if form.validate():
        try:
            done = act(webcast)
            db.session.commit()
        except WebcastError as error:
            form.refuse(error.problems)
        else:
            flash(done)
            return web.see_other("webcasts_desk.edit", webcast_id=webcast_id)
    with reading():
        return web.refused(template, form=form, webcast=_found(webcast_id))


def _found(webcast_id: int) -> Webcast:
    return queries.by_id(webcast_id) or abort(404)


def _saved_already(webcast: Webcast) -> Response:
    """The form of a new webcast was sent again, as after Back in the browser."""
    flash("This webcast was saved already; nothing was saved a second time. Change it here.")
    return web.see_other("webcasts_desk.edit", webcast_id=webcast.id)


def _context(form: WebcastForm, webcast: Webcast) -> dict[str, object]:
    """What the form's page shows beside the form."""
    now = clock.now()
    return {
        "form": form,
        "webcast": webcast,
        "standing": rules.standing(webcast, now),
        "badge": shown.badge(webcast, now),
        "may_save": _may_save(webcast),
        "advice": shown.advice(webcast),
    }


def _may_save(webcast: Webcast) -> bool:
    """Drafts are a writer's; what is public, or will be by itself, is an editor's."""
    return webcast.public_from is None or accounts.may(Permission.PUBLISH)


def _not_allowed(form: WebcastForm, webcast_id: int) -> Response:
    """403 with what was typed: the webcast may have been published while a writer wrote."""
    form.refuse({"": ["Only an editor may change a webcast that is scheduled or public. Ask one to save this."]})
    with reading():
        return make_response(render_template(EDIT, **_context(form, _found(webcast_id))), 403)


def _conflict(form: WebcastForm, webcast_id: int) -> Response:
    """409 with what was typed: somebody else saved first. Saving it again replaces what they saved."""
    with reading():
        webcast = _found(webcast_id)
        form.version.data = str(webcast.version)
        return web.conflict(EDIT, **_context(form, webcast), stale=True)
