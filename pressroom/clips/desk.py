"""Clips on the desk: the list, a new one, one to edit, to withdraw and to bring back."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, abort, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.clips import actions, addresses, beside, desk_fetch, queries, rules
from pressroom.clips.forms import BringBackForm, ClipForm, WithdrawForm, filled
from pressroom.clips.links import queries as links
from pressroom.clips.models import Clip
from pressroom.clips.rules import ClipDayError, ClipError, ClipExistsError
from pressroom.clips.snapshots import queries as snapshots
from pressroom.clips.stories import aliases
from pressroom.kit import clock, text, web
from pressroom.kit.db import db, reading
from pressroom.publishing.cache import once_for_staff

bp = Blueprint("clips_desk", __name__, url_prefix="/desk/clips")
accounts.protect(bp)

_ID = "<int(max=2147483647):clip_id>"


@bp.get("/")
@accounts.requires(Permission.IMPORT)
def index() -> ResponseReturnValue:
    """All clips, newest first, narrowed by words of the headline or the outlet, and by the outlet's country."""
    words = text.clean(request.args.get("q", "")).strip()[:200]
    countries = queries.countries()
    country = next((code for code in countries if code == request.args.get("country")), "")
    listed = _listed(words, country, tuple(countries), web.page_number(request.args))
    return render_template("clips/desk/index.html", listed=listed)


@once_for_staff
def _listed(words: str, country: str, countries: tuple[str, ...], number: int) -> Markup:
    """Page *number* of the clips with these words and from this country, and the way to all else."""

    def address(number: int) -> str:
        return url_for("clips_desk.index", q=words or None, country=country or None, page=number)

    page = queries.desk_page(words=words, country=country, page=number)
    return web.part(
        "clips/desk/_list.html",
        page=page,
        words=words,
        country=country,
        countries=countries,
        now=clock.now(),
        address=address,
    )


@bp.route("/new", methods=["GET", "POST"])
@accounts.requires(Permission.IMPORT)
def new() -> ResponseReturnValue:
    """Add a clip; the bookmarklet brings its address along. Nothing is fetched before somebody presses the button."""
    form = ClipForm(medium=rules.Medium.ONLINE.value)
    if request.method != "POST":
        form.url.data = text.clean(request.args.get("url", "")).strip()[: addresses.LONGEST]
        return render_template("clips/desk/edit.html", **_shown(form, None))
    if desk_fetch.wanted():
        return desk_fetch.answer(form, partial(_page, form, None))
    if not form.validate():
        return _refused(form, None)
    try:
        clip = actions.add(by=accounts.current_user(), now=clock.now(), **form.fields())
    except ClipError as error:
        return _refused(form, None, error)
    aliases.learn(clip.id, text.clean(request.form.get("known_as", "")))
    db.session.commit()
    flash("The clip is in the archive.")
    return web.see_other("clips_desk.edit", clip_id=clip.id)


@bp.route(f"/{_ID}", methods=["GET", "POST"])
@accounts.requires(Permission.IMPORT)
def edit(clip_id: int) -> ResponseReturnValue:
    """Change a clip. Whoever saves second keeps what they typed, and is told."""
    clip = _clip(clip_id)
    if request.method != "POST":
        return render_template("clips/desk/edit.html", **_shown(filled(clip), clip))
    form = ClipForm()
    if desk_fetch.wanted():
        return desk_fetch.answer(form, partial(_page, form, clip))
    if not form.validate():
        return _refused(form, clip)
    if form.version.data != str(clip.version):
        return _conflict(form, clip)
    try:
        actions.edit(clip, by=accounts.current_user(), now=clock.now(), **form.fields())
    except ClipError as error:
        return _refused(form, clip, error)
    aliases.learn(clip.id, text.clean(request.form.get("known_as", "")))
    db.session.commit()
    flash("The clip is saved.")
    return web.see_other("clips_desk.edit", clip_id=clip.id)


@bp.route(f"/{_ID}/withdraw", methods=["GET", "POST"])
@accounts.requires(Permission.PUBLISH)
def withdraw(clip_id: int) -> ResponseReturnValue:
    """Take a clip out of the archive, with the reason."""
    clip, form = _clip(clip_id), WithdrawForm()
    if clip.withdrawn_at is not None:
        flash("This clip is withdrawn already; its address says why.", "error")
        return web.see_other("clips_desk.edit", clip_id=clip.id)
    if request.method != "POST":
        return render_template("clips/desk/withdraw.html", clip=clip, form=form)
    if not form.validate():
        return web.refused("clips/desk/withdraw.html", clip=clip, form=form)
    actions.withdraw(clip, by=accounts.current_user(), now=clock.now(), reason=form.reason.data)
    db.session.commit()
    flash("The clip is withdrawn. Its address says why.")
    return web.see_other("clips_desk.index")


@bp.route(f"/{_ID}/bring-back", methods=["GET", "POST"])
@accounts.requires(Permission.PUBLISH)
def bring_back(clip_id: int) -> ResponseReturnValue:
    """Put a withdrawn clip into the archive again. It asks once more, on a page that shows the reason."""
    clip, form = _clip(clip_id), BringBackForm()
    if request.method != "POST":
        return render_template("clips/desk/bring_back.html", clip=clip, form=form, same=None)
    if not form.validate():
        return web.refused("clips/desk/bring_back.html", clip=clip, form=form, same=None)
    try:
        actions.reinstate(clip, by=accounts.current_user(), now=clock.now())
    except ClipError as error:
        form.form_errors.append(str(error))
        same = error.clip_id if isinstance(error, ClipExistsError) else None
        return web.refused("clips/desk/bring_back.html", clip=clip, form=form, same=same)
    db.session.commit()
    flash("The clip is in the archive again, at its address.")
    return web.see_other("clips_desk.edit", clip_id=clip.id)


def _clip(clip_id: int) -> Clip:
    clip = queries.by_id(clip_id)
    if clip is None:
        abort(404)
    return clip


def _shown(form: ClipForm, clip: Clip | None, **more: object) -> dict[str, object]:
    return {
        "form": form,
        "clip": clip,
        "outlets": queries.outlet_names(),
        "topics": queries.topic_names(),
        "now": clock.now(),
        "covered": clip.releases if clip else (),
        "beside": beside.of(clip) if clip else None,
        "link": links.of_clip(clip.id) if clip else None,
        "link_history": links.history(clip.id, 5) if clip else (),
        "snapshot": next(iter(snapshots.of_clip(clip.id)), None) if clip else None,
        **more,
    }


def _page(form: ClipForm, clip: Clip | None, **more: object) -> str:
    return render_template("clips/desk/edit.html", **_shown(form, clip, **more))


def _refused(form: ClipForm, clip: Clip | None, error: ClipError | None = None) -> Response:
    same = error.clip_id if isinstance(error, ClipExistsError) else None
    if error is not None:
        field = form.published_on if isinstance(error, ClipDayError) else form.headline if same is None else form.url
        field.errors = [str(error)]
    with reading():
        return make_response(render_template("clips/desk/edit.html", **_shown(form, clip, same=same)), 422)


def _conflict(form: ClipForm, clip: Clip) -> Response:
    """What was typed, beside what somebody else saved meanwhile."""
    with reading():
        saved = filled_texts(clip)
        form.version.data = str(clip.version)
        form.version.raw_data = None
        return make_response(render_template("clips/desk/edit.html", **_shown(form, clip, saved=saved)), 409)


def filled_texts(clip: Clip) -> list[tuple[str, str]]:
    """What is saved, as (label, text), for whoever was too late."""
    topics = "; ".join(topic.name for topic in clip.topics)
    covers = "; ".join(release.headline for release in clip.releases)
    rows = (
        ("Headline", clip.headline),
        ("Outlet", clip.outlet.name),
        ("Date published", clip.published_on.isoformat()),
        ("Web address", clip.url),
        ("By-line", clip.byline),
        ("Where", ", ".join(clip.placed)),
        ("Excerpt", clip.excerpt),
        ("Topics", topics),
        ("Covers", covers),
    )
    return [(label, value) for label, value in rows if value]
