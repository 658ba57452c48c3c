"""``/llms.txt``: what this site holds and where, in Markdown, for programs that read it for somebody (llmstxt.org)."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from pressroom.kit import text
from pressroom.publishing.cache import kept
from pressroom.releases import public as releases

bp = Blueprint("llms", __name__)

NEWEST = 10


@bp.get("/llms.txt")
@kept()
def llms() -> Response:
    """The rooms, the newest releases as plain text, the feeds, and whom to ask."""
    page = render_template("front/llms.txt", releases=releases.latest(NEWEST), one_line=one_line)
    return Response(page, mimetype="text/plain")


def one_line(words: str) -> str:
    """*words* as the text of a link: on one line, and nothing in it is Markdown's."""
    said = " ".join(text.clean(words).split())
    return "".join(f"\\{character}" if character in "\\[]()`*_<>" else character for character in said)
