"""Who may be in front, and under which names the press room answers.

Absolute links come from the setting ``site_url`` and never from a request. Names that are not ours are refused all the
same, before anything else is done: a cache or a mail that believed a forged one would send readers elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.sansio.utils import host_is_trusted
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as PlainResponse

from pressroom.kit import headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

OWN_MACHINE = ("localhost", "127.0.0.1", "[::1]")
PROBED = ("/healthz", "/readyz", "/metrics")  # by machines that know an address and no name; they say nothing of it

REFUSAL = "This server does not answer under that name. Use the address that you were given.\n"


def init_app(app: Flask) -> None:
    """Believe the proxies that the setting names, and refuse every other name."""
    if names := trusted(app.config["SITE_URL"], app.config["TRUSTED_NAMES"], configured=app.config["SITE_URL_SET"]):
        app.wsgi_app = OwnNames(app.wsgi_app, names, app.config["SECURE_COOKIES"])  # type: ignore[method-assign]
    if count := app.config["PROXIES"]:
        # Never the name: X-Forwarded-Host is what an attacker would forge, and we know our own.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0, x_port=0, x_prefix=0)  # type: ignore[method-assign]
    app.after_request(_relative)


def trusted(site_url: str, more: Iterable[str], *, configured: bool) -> tuple[str, ...]:
    """The names under which we answer; empty where no address was configured, which is any name.

    Args:
        site_url: the one address.
        more: further names; ``.example.org`` stands for every name below it.
        configured: somebody set ``site_url``; it is no guess.
    """
    own = (urlsplit(site_url).hostname or "",) if configured else ()
    names = tuple(name for name in (*own, *more) if name)
    return (*names, *OWN_MACHINE) if names else ()


class OwnNames:
    """Answers 400 to a request for another name than ours."""

    def __init__(self, application: WSGIApplication, names: tuple[str, ...], https: bool) -> None:
        """Stand before *application*."""
        self.application, self.https = application, https
        self.is_ours = lru_cache(64)(lambda host: host_is_trusted(host, names))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Let the request through, or refuse it."""
        host = environ.get("HTTP_HOST") or environ.get("SERVER_NAME", "")
        if environ.get("PATH_INFO") in PROBED or self.is_ours(host):
            return self.application(environ, start_response)
        refusal = PlainResponse(REFUSAL, 400, headers.of("/", https=self.https), mimetype="text/plain")
        refusal.cache_control.no_store = True
        return refusal(environ, start_response)


def _relative(response: Response) -> Response:
    """A redirect within the press room names no host: the router writes the one of the request into it."""
    if (location := response.headers.get("Location")) and location.startswith(request.host_url):
        path = "/" + location.removeprefix(request.host_url).lstrip("/")
        response.headers["Location"] = path
        response.set_data(redirect(path, response.status_code).get_data())
    return response
