"""Enquiries of reporters: who answers when, the form, the queue of the desk, and figures without names."""

from flask import Flask

from pressroom.enquiries import desk, office, rota_desk, views
from pressroom.enquiries import jobs as jobs
from pressroom.enquiries import mailing as mailing
from pressroom.publishing import instants


def init_app(app: Flask) -> None:
    """The pages, the desk, and who answers, for every page."""
    for room in (views, desk, rota_desk):
        app.register_blueprint(room.bp)
    app.jinja_env.globals["press_office"] = office.press_office
    instants.register("rota", office.next_turn)
