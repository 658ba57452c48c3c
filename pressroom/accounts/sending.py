"""How many files one person may send: counted before anything of them is looked at, over all processes.

Whoever is stopped loses nothing: the page that says so carries what was typed, and files up to 10 MB, to be sent again.
"""

from __future__ import annotations

from flask import Response, make_response, render_template

from pressroom.accounts import carrying
from pressroom.accounts.models import User
from pressroom.kit import limits
from pressroom.kit.db import reading
from pressroom.kit.limits import LimitError
from pressroom.kit.settings import setting


def count(user: User) -> Response | None:
    """Count the files of this request; the page that says how long to wait, or None."""
    sent = carrying.files()
    if not sent:
        return None
    person = str(user.id)
    with reading():  # counting has a transaction of its own
        try:
            limits.hit(setting("upload_limit"), "upload", person, cost=len(sent))
        except LimitError as limit:
            fields, too_large = carrying.fields()
            page = render_template(
                "accounts/desk/too_many_files.html",
                minutes=max(1, -(-limit.retry_after // 60)),
                fields=fields,
                too_large=too_large,
            )
            return make_response(page, 429, {"Retry-After": str(limit.retry_after)})
    return None
