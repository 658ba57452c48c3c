"""The secret link to the status of an enquiry: signed, made with its key, and good for nothing else."""

from __future__ import annotations

from hmac import compare_digest

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from pressroom.enquiries.models import Enquiry
from pressroom.kit import web
from pressroom.kit.db import db

PART = 12  # characters of the key that stand in a link


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="enquiry: status")


def token(enquiry: Enquiry) -> str:
    """What opens the status of *enquiry*."""
    return str(_signer().dumps([enquiry.id, enquiry.key[:PART]]))


def enquiry_of(token: str) -> Enquiry | None:
    """The enquiry that a link opens; None if it opens none, or none any more. In a context of staff."""
    try:
        said = _signer().loads(token)
    except BadSignature:
        return None
    number, part = said if isinstance(said, list) and len(said) == 2 else (0, "")
    found = db.session.get(Enquiry, number)
    return found if found is not None and found.key and compare_digest(found.key[:PART], part) else None


def address(enquiry: Enquiry) -> str:
    """The absolute address of the status of *enquiry*."""
    return web.external("enquiries.status", token=token(enquiry))
