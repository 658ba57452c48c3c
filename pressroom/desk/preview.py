"""``/desk/preview``: a text as it will look, for the pane beside an editor."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from pressroom import accounts
from pressroom.kit import text
from pressroom.releases import typeset

bp = Blueprint("preview_desk", __name__, url_prefix="/desk/preview")
accounts.protect(bp)

LONGEST = 200_000
SET_AS = {"release": typeset.body_html}


@bp.post("", strict_slashes=False)
def show() -> ResponseReturnValue:
    """The safe HTML of the Markdown in ``text``, and how many words it has, as JSON; nothing is kept."""
    source = request.form.get("text", "")
    if len(source) > LONGEST:
        return jsonify(error=f"The text is longer than {LONGEST:,} characters."), 422
    set_as = SET_AS.get(request.form.get("kind", ""), text.to_html)
    return jsonify(html=set_as(source), words=text.count_words(source))
