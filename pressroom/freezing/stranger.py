"""A stranger: asks the application, in this process, for what everybody may have."""

from __future__ import annotations

from contextvars import Context

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule
from werkzeug.test import Client, TestResponse

from pressroom.clips.rights import COPIED
from pressroom.media.serving import WHOLE
from pressroom.publishing.cache.key import APART


class Stranger:
    """Asks *app* without a cookie, past the page cache, which keeps what readers ask for, and past the log.

    Each request has a context of its own, so that neither a session nor a right of the caller's is in it.
    """

    def __init__(self, app: Flask) -> None:
        """Ask *app* under its own address."""
        self._client = Client(lambda environ, start: Flask.wsgi_app(app, environ, start), use_cookies=False)
        self.app, self.site = app, str(app.config["SITE_URL"])
        self._router = app.url_map.bind("")

    def ask(self, address: str) -> TestResponse:
        """What is answered at *address*; its body is read by whoever calls, who closes it."""
        given = {"base_url": self.site, "environ_overrides": {WHOLE: True, COPIED: True, APART: True}}
        answer: TestResponse = Context().run(self._client.get, address, **given)
        return answer

    def endpoint(self, path: str) -> str:
        """The name of the view behind *path*; empty without one."""
        try:
            endpoint, _ = self._router.match(path, method="GET")
        except (HTTPException, RequestRedirect):
            return ""
        return str(endpoint)


def public_rules(app: Flask) -> list[Rule]:
    """Each route that the public may GET."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith("/desk") and rule.endpoint != "static"
    ]
