"""``/hub``: our own hub. What is asked for is checked, queued, and verified by the worker (WebSub, section 5)."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, request

from pressroom import jobs, publishing
from pressroom.accounts.csrf import csrf
from pressroom.kit import clock, limits, networks
from pressroom.kit.db import db
from pressroom.kit.limits import LimitError
from pressroom.kit.settings import setting
from pressroom.websub import actions, feeds, rules, settings
from pressroom.websub.rules import PATH, HubError

bp = Blueprint("websub", __name__)

WHAT = """This is the WebSub hub of this press room. A program subscribes to a feed by sending a form here with
hub.mode, hub.topic, hub.callback, and, if it wants, hub.lease_seconds and hub.secret.
See https://www.w3.org/TR/websub/ for what follows.
"""


@bp.get(PATH)
def about() -> Response:
    """What this is, for whoever opens it in a browser; 404 where there is no hub of ours."""
    _require()
    return _said(WHAT, 200)


@bp.post(PATH)
@csrf.exempt  # type: ignore[untyped-decorator] # programs send it, which have no form; nothing is done unless the callback confirms it
def ask() -> Response:
    """Take a subscription, or its end, to be verified: 202; what cannot be right is 400 with a sentence."""
    _require()
    now = clock.now()
    try:
        limits.hit(setting("hub_limit"), "hub", networks.digest(networks.network(request.remote_addr or "")))
        asked = rules.read(request.form, frozenset(map(int, current_app.config["FETCH_PORTS"])))
        read = feeds.read(asked.topic)
        if read is None:
            raise HubError("hub.topic is none of our feeds. Take the address that the feed gives as its rel=self.")
        db.session.rollback()
        with publishing.as_staff():
            actions.request(asked, read.digest, now=now)
            db.session.commit()
    except LimitError as limit:
        answer = _said("Too many requests from your network. Try again later.\n", 429)
        answer.headers["Retry-After"] = str(limit.retry_after)
        return answer
    except HubError as error:
        return _said(f"{error}\n", 400)
    jobs.wake()
    return _said("Your callback is asked to confirm this.\n", 202)


def _require() -> None:
    if not settings.is_own():
        abort(404)


def _said(words: str, status: int) -> Response:
    answer = Response(words, status, mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer
