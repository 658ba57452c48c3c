"""Every form carries a token that only our own pages know (cross-site request forgery)."""

from __future__ import annotations

from flask import Flask, Response, make_response, render_template
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError

from pressroom.kit.db import reading

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Refuse whatever writes without the token."""
    csrf.init_app(app)
    app.register_error_handler(CSRFError, _refuse)


def _refuse(_error: CSRFError) -> Response:
    """400, and what to do: the sign-in ended while the form was open, or it came from another site."""
    with reading():
        return make_response(render_template("accounts/form_expired.html"), 400)
