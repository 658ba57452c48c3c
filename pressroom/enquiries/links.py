"""The secret link to the status of an enquiry; erasing its key ends it."""

from __future__ import annotations

from pressroom.enquiries.models import Enquiry
from pressroom.kit import web
from pressroom.kit.db import db
from pressroom.kit.secret_links import SecretLink

_STATUS = SecretLink("enquiry: status")


def token(enquiry: Enquiry) -> str:
    """What opens the status of *enquiry*."""
    return _STATUS.token(enquiry.id, enquiry.key)


def enquiry_of(token: str) -> Enquiry | None:
    """The enquiry that a link opens; None if it opens none, or none any more. In a context of staff."""
    said = _STATUS.read(token)
    found = db.session.get(Enquiry, said.number) if said.number else None
    return found if found is not None and said.fits(found.key) else None


def address(enquiry: Enquiry) -> str:
    """The absolute address of the status of *enquiry*."""
    return web.external("enquiries.status", token=token(enquiry))
