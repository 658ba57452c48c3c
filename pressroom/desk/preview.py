"""``/desk/preview``: a text as it will look, for the pane beside an editor."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from pressroom import accounts
from pressroom.kit import clock, text
from pressroom.pages import quoting
from pressroom.pages.quotations import QuotationError
from pressroom.releases import typeset

bp = Blueprint("preview_desk", __name__, url_prefix="/desk/preview")
accounts.protect(bp)

LONGEST = 200_000


def _quoting(source: str) -> str:
    """A text of a page or a boilerplate: what it quotes wrongly stands there as it was typed."""
    try:
        return quoting.to_html(source, clock.now())
    except QuotationError:
        return text.to_html(source)


SET_AS = {"release": typeset.body_html, "facts": _quoting}


@bp.post("", strict_slashes=False)
def show() -> ResponseReturnValue:
    """The safe HTML of the Markdown in ``text``, and how many words it has, as JSON; nothing is kept."""
    source = request.form.get("text", "")
    if len(source) > LONGEST:
        return jsonify(error=f"The text is longer than {LONGEST:,} characters."), 422
    set_as = SET_AS.get(request.form.get("kind", ""), text.to_html)
    return jsonify(html=set_as(source), words=text.count_words(source))
