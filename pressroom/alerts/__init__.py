"""Alerts by e-mail: what is new of a search or a list, to whoever asked for it; and press releases to their readers."""

from flask import Flask

from pressroom import search
from pressroom.alerts import corrections as corrections
from pressroom.alerts import desk, matching, views
from pressroom.alerts import jobs as jobs
from pressroom.alerts.letters import day
from pressroom.kit.mail import STYLE
from pressroom.mail import Purpose, register

ASK_ANEW = "The text held a secret link and was not kept. Whoever wants the alert asks for it once more."


def init_app(app: Flask) -> None:
    """The pages and the desk."""
    search.heard(app, matching.note)
    for room in (views, desk):
        app.register_blueprint(room.bp)
    app.jinja_env.globals.update(alert_day=day, mail_style=STYLE)
    register("alert-ask", Purpose("Asks to confirm an alert", again=lambda _mail, _now: ASK_ANEW))
    register("alert-test", Purpose("Test of a release by e-mail"))
