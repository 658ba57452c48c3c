"""``/brand.css`` and ``/brand/logo``: the organisation's colours and its mark, as the settings have them.

The content security policy forbids inline style, so the two colours come as a style sheet of their own.
"""

from __future__ import annotations

import hashlib
import re

from flask import Blueprint, Response, abort, request, send_file, url_for
from werkzeug.wrappers import Response as BaseResponse

from pressroom.front import colour
from pressroom.front.assets import keep_for_ever
from pressroom.kit import cards
from pressroom.kit.headers import ASK_AGAIN
from pressroom.kit.settings import setting
from pressroom.media import actions as media
from pressroom.media import intake
from pressroom.media.rules import SEEN, MediaError
from pressroom.media.serving import shield
from pressroom.publishing.cache import kept

bp = Blueprint("brand", __name__)


@bp.get("/brand.css")
@kept("v")
def style() -> Response:
    """The tokens that the organisation sets, with what browsers derive that can, and we for the others."""
    text = style_sheet(setting("organisation_brand"), setting("organisation_alert"))
    response = Response(text, mimetype="text/css")
    _keep(response, _version(text))
    return response


@bp.get("/brand/logo")
@kept("v")
def logo() -> Response:
    """The organisation's logo; 404 where it has none."""
    sha256 = setting("organisation_logo")
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        abort(404)
    path = media.storage().path(sha256)
    try:
        with path.open("rb") as file:
            kind = intake.type_of(file)
    except (OSError, MediaError):
        abort(404)
    if kind.kind not in SEEN or not kind.inline:
        abort(404)
    response = send_file(path, mimetype=kind.media_type, etag=sha256, conditional=True, max_age=0)
    shield(response)
    _keep(response, sha256[:10])
    return response


@bp.get("/brand/card-<digest>.png")
def card(digest: str) -> BaseResponse:
    """The picture that a shared link shows where the page has none of its own."""
    return cards.answer(cards.of_house(), digest, card_address())


def card_address() -> str:
    """Where that picture is."""
    return url_for("brand.card", digest=cards.of_house().digest)


def address() -> str:
    """Where the style sheet is; the address changes with the colours."""
    text = style_sheet(setting("organisation_brand"), setting("organisation_alert"))
    return url_for("brand.style", v=_version(text))


def logo_address() -> str:
    """Where the logo is; empty when there is none."""
    sha256 = setting("organisation_logo")
    return url_for("brand.logo", v=sha256[:10]) if sha256 else ""


def style_sheet(brand: str, alert: str) -> str:
    """The style sheet of two colours, each ``#`` and six hexadecimal digits."""
    fixed = "\n".join(
        f"      --{name}: light-dark({light}, {dark});" for name, (light, dark) in colour.derive(brand, alert).items()
    )
    return f"""@layer tokens {{
  :root {{
    --brand: {brand};
    --alert: {alert};
  }}

  @supports not (color: oklch(from red l c h)) {{
    :root {{
{fixed}
    }}
  }}
}}
"""


def _version(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _keep(response: Response, version: str) -> None:
    """For ever under the address with the right version; else asked for again at each use."""
    if request.args.get("v") == version:
        keep_for_ever(response)
    else:
        response.headers["Cache-Control"] = ASK_AGAIN
