"""``/desk/navigation``: the menu on top of every public page, and that in its footer."""

from __future__ import annotations

import hashlib

from flask import Blueprint, current_app, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from wtforms import HiddenField, TextAreaField, ValidationError

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.desk import actions
from pressroom.kit import clock, menus, web
from pressroom.kit.db import db
from pressroom.kit.fields import at_most, tidy
from pressroom.kit.menus import MenuError
from pressroom.kit.settings import setting
from pressroom.pages import menus as shown
from pressroom.pages import queries as pages

bp = Blueprint("menus_desk", __name__, url_prefix="/desk/navigation")
accounts.protect(bp, Permission.EDIT_PAGES)

TEMPLATE = "desk/menus.html"
LONGEST = 3_000
NAMES = ("navigation_main", "navigation_footer")


class MenusForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """Both menus, and what they were when the form was opened."""

    opened = HiddenField()
    navigation_main = TextAreaField("On top of every page", filters=[tidy], validators=[at_most(LONGEST)])
    navigation_footer = TextAreaField("In the footer", filters=[tidy], validators=[at_most(LONGEST)])

    def validate_navigation_main(self, field: TextAreaField) -> None:
        """Entries that lead somewhere."""
        _check(field.data)

    def validate_navigation_footer(self, field: TextAreaField) -> None:
        """The same."""
        _check(field.data)


@bp.get("")
def edit() -> str:
    """Both menus as they are, and what they may lead to."""
    form = MenusForm(data=_written() | {"opened": _digest()})
    return render_template(TEMPLATE, form=form, offered=_offered())


@bp.post("")
def save() -> ResponseReturnValue:
    """Keep them; empty is what the press room has of itself."""
    form, resets = MenusForm(), request.form.get("do") == "reset"
    if not resets and not form.validate_on_submit():
        return web.refused(TEMPLATE, form=form, offered=_offered())
    if form.opened.data != (now := _digest()):
        form.opened.raw_data, form.opened.data = None, now
        return web.conflict(TEMPLATE, form=form, offered=_offered(), theirs=_written())
    values = dict.fromkeys(NAMES, "") if resets else {name: form[name].data for name in NAMES}
    changed = actions.save_settings(values, by=accounts.current_user(), now=clock.now())
    db.session.commit()
    flash("Saved. Every page shows it now." if changed else "Nothing was changed.", "good")
    return web.see_other("menus_desk.edit")


def _written() -> dict[str, str]:
    """Both menus as they are, as a person types them."""
    now = dict(zip(NAMES, (shown.main(), shown.footer()), strict=True))
    return {name: menus.written(tuple(entries)) for name, entries in now.items()}


def _digest() -> str:
    """Of both menus as they are kept: another one, and somebody saved."""
    return hashlib.sha256("\0".join(setting(name) for name in NAMES).encode()).hexdigest()[:32]


def _offered() -> list[menus.Entry]:
    """Public pages that can be named in a menu, the further ones among them."""
    now = clock.now()
    further = [menus.Entry(page.title, page.address) for page in pages.pages() if page.is_public(now)]
    rooms = [*shown.NAVIGATION, *shown.FOOTER, menus.Entry("Feeds", "/feeds/"), menus.Entry("Search", "/search")]
    return list({entry.href: entry for entry in [*rooms, *further]}.values())


def _check(text: str) -> None:
    """Refuse a menu with an entry that leads nowhere."""
    try:
        entries = menus.read(text)
    except MenuError as error:
        raise ValidationError(str(error)) from None
    for entry in entries:
        if entry.href.startswith("/") and not _is_public(entry.href):
            raise ValidationError(f"{entry.label}: there is nothing public at {entry.href}. Publish it first.")


def _is_public(href: str) -> bool:
    path = href.partition("?")[0].partition("#")[0]
    try:
        endpoint, values = current_app.url_map.bind("").match(path, method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    if endpoint == "pages.further":
        page = pages.page(values["slug"])
        return page is not None and page.is_public(clock.now())
    return not path.startswith("/desk")
