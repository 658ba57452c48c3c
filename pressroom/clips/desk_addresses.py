"""Pasted addresses on the desk, and the bookmarklet: what is read in a browser becomes a clip in two presses."""

from __future__ import annotations

import json

from flask import Blueprint, Response, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from pressroom import accounts, jobs
from pressroom.accounts import Permission
from pressroom.clips.forms import AddressesForm
from pressroom.clips.gathering import asking, queries
from pressroom.kit import clock, limits, web
from pressroom.kit.db import db, reading
from pressroom.kit.limits import LimitError
from pressroom.kit.settings import setting

bp = Blueprint("clips_addresses", __name__, url_prefix="/desk/clips/addresses")
accounts.protect(bp, Permission.IMPORT)

PAGE = "clips/desk/addresses.html"
PROBLEMS_SHOWN = 5


@bp.get("")
def paste() -> ResponseReturnValue:
    """Where addresses are pasted; and the bookmarklet."""
    return render_template(PAGE, **_shown(AddressesForm()))


@bp.post("")
def take() -> ResponseReturnValue:
    """One address leads to its form; a list becomes a batch, which the worker asks page by page."""
    form = AddressesForm()
    if not form.validate():
        return web.refused(PAGE, **_shown(form))
    pasted = asking.listed(form.addresses.data)
    if problem := _problem(pasted):
        form.addresses.errors = [problem]
        return web.refused(PAGE, **_shown(form))
    if len(pasted.addresses) == 1:
        return web.see_other("clips_desk.new", url=pasted.addresses[0][1])
    person = str(accounts.current_user().id)
    try:
        with reading():
            limits.hit(setting("fetch_limit"), "fetch", person, cost=len(pasted.addresses))
    except LimitError as limit:
        minutes = max(1, -(-limit.retry_after // 60))
        form.addresses.errors = [f"You had many pages fetched. Paste fewer addresses, or wait {minutes} minutes."]
        return _too_many(form, limit.retry_after)
    db.session.rollback()  # what was read for the limit is over; what follows writes
    name, by = f"{len(pasted.addresses):,} pasted addresses", accounts.current_user()
    job = asking.begin(pasted, name=name, by=by, now=clock.now())
    import_id = job.id
    db.session.commit()
    jobs.wake()
    return web.see_other("clips_import.show", import_id=import_id)


@bp.post("/<int(max=2147483647):import_id>/now")
def try_now(import_id: int) -> ResponseReturnValue:
    """Ask at once what waits for a later time."""
    asking.hurry(import_id, clock.now())
    db.session.commit()
    jobs.wake()
    return web.see_other("clips_import.show", import_id=import_id)


def _problem(pasted: asking.Listed) -> str:
    """What is wrong with a list, as a sentence; empty if nothing is."""
    if pasted.problems:
        lines = "; ".join(f"line {line}: {reason}" for line, reason in pasted.problems[:PROBLEMS_SHOWN])
        more = len(pasted.problems) - PROBLEMS_SHOWN
        return f"Put these right, or take them out: {lines}{f'; and {more:,} more' if more > 0 else ''}."
    if not pasted.addresses:
        return "Paste at least one address, such as https://ledger.example/story."
    if len(pasted.addresses) > asking.MOST:
        return f"There are {len(pasted.addresses):,} addresses. Paste at most {asking.MOST} at a time."
    return ""


def _too_many(form: AddressesForm, retry_after: int) -> Response:
    with reading():
        return make_response(render_template(PAGE, **_shown(form)), 429, {"Retry-After": str(retry_after)})


def bookmarklet() -> str:
    """The address of the bookmark: it opens the form of a new clip with the address of the page on which it is pressed.

    It is dragged and never runs on our page, whose policy would not let it. What it opens fetches nothing by itself.
    """
    form = json.dumps(web.absolute(url_for("clips_desk.new")) + "?url=")
    return f"javascript:void(location.href={form}+encodeURIComponent(location.href))"


def _shown(form: AddressesForm) -> dict[str, object]:
    return {
        "form": form,
        "most": asking.MOST,
        "bookmarklet": bookmarklet(),
        "batches": queries.of_addresses(10),
    }
