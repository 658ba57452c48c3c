"""People, roles and permissions; sign-in, and who is signed in."""

from flask import Flask

from pressroom import audit
from pressroom.accounts import cli, csrf, delivery, desk, factor, login, passkeys_desk, people, views
from pressroom.accounts import jobs as jobs
from pressroom.accounts.delivery import Letter as Letter
from pressroom.accounts.delivery import Post as Post
from pressroom.accounts.delivery import delivered_by as delivered_by
from pressroom.accounts.login import current_device as current_device
from pressroom.accounts.login import current_user as current_user
from pressroom.accounts.login import may as may
from pressroom.accounts.login import signed_in as signed_in
from pressroom.accounts.models import User as User
from pressroom.accounts.protection import protect as protect
from pressroom.accounts.protection import requires as requires
from pressroom.accounts.rules import Permission as Permission
from pressroom.accounts.rules import Role as Role
from pressroom.kit import later
from pressroom.publishing import Viewer, current_viewer


def init_app(app: Flask) -> None:
    """Sign-in, its pages and its command."""
    csrf.init_app(app)
    login.init_app(app)
    audit.readable_when(app, lambda: current_viewer() is Viewer.STAFF)
    for part in (views, desk, factor, passkeys_desk, people):
        app.register_blueprint(part.bp)
    later.add_commands(app, lambda: [cli.create_user, cli.end_second_factor])
    app.jinja_env.globals.update(
        current_user=current_user, may=may, Permission=Permission, forgotten_password=delivery.is_on
    )
