"""Who accepted the terms: a signed cookie says which, for a year, and nothing else.

The cookie is asked for at the downloads only. No page depends on it, so pages are kept for everybody.
"""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from pressroom.kit.headers import host_cookie
from pressroom.pages.logos.models import LogoAcceptance, LogoTerms

COOKIE = "logo-terms"
YEAR = timedelta(days=365)
NEXT = re.compile(r"/logos/(?:all\.zip|[0-9]{1,10}/[\w.-]{1,100})")
"""Where somebody may be sent on to, once they accepted."""


def has_accepted(terms: LogoTerms | None) -> bool:
    """Whether whoever asks accepted *terms*; where there are none, nothing has to be accepted."""
    if terms is None:
        return True
    try:
        said = _signer().loads(request.cookies.get(_name(), ""), max_age=int(YEAR.total_seconds()))
    except BadSignature:
        return False
    return isinstance(said, list) and said[:1] == [terms.id]


def remember(response: Response, accepted: LogoAcceptance) -> None:
    """Have the browser keep which terms were accepted."""
    response.set_cookie(
        _name(),
        str(_signer().dumps([accepted.terms_id, accepted.id])),
        max_age=YEAR,
        secure=current_app.config["SECURE_COOKIES"],
        httponly=True,
        samesite="Lax",
        path="/",
    )


def onward(typed: str) -> str:
    """Where to go on to: a download of ours, or else the page of the logos."""
    return typed if NEXT.fullmatch(typed) else "/logos"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="logo-terms")


def _name() -> str:
    return host_cookie(COOKIE, secure=current_app.config["SECURE_COOKIES"])
