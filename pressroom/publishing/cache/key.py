"""What a kept answer is known by: the path and the query, written in one way; and which requests go past the cache."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

LONGEST_PATH = 500  # characters; a longer address is nobody's, and would fill the cache with its own name
LONGEST_QUERY = 400
MOST_PARAMETERS = 12

APART = "pressroom.apart"
"""In the environment of a request that is answered otherwise than readers are, such as one for a copy of the site."""

# Whoever sends one of these wants an answer of their own, or a part of one.
OWN = ("HTTP_AUTHORIZATION", "HTTP_RANGE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE", APART)


class Key(NamedTuple):
    """An address: the path as WSGI gives it, and the parameters in the order of their names and values."""

    path: str
    query: tuple[tuple[str, str], ...] = ()

    @property
    def repeated(self) -> frozenset[str]:
        """The parameters that have several values."""
        names = [name for name, _ in self.query]
        return frozenset(name for name in names if names.count(name) > 1)

    @property
    def written(self) -> str:
        """The query as it stands in an address."""
        return urlencode(self.query)


def asked_for(environ: WSGIEnvironment, cookies: tuple[str, ...]) -> Key | None:
    """The address that a request asks for; None if its answer is to be its own.

    Args:
        environ: of the request.
        cookies: the beginnings (``name=``) of those that say who somebody is.
    """
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or environ.get("SCRIPT_NAME"):
        return None
    sent = environ.get("HTTP_COOKIE")
    if sent and any(cookie in sent for cookie in cookies):
        return None
    if not environ.keys().isdisjoint(OWN):
        return None
    path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
    if len(path) > LONGEST_PATH:
        return None
    return Key(path) if not query else _with_query(path, query)


def _with_query(path: str, query: str) -> Key | None:
    if len(query) > LONGEST_QUERY or not query.isascii():
        return None
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=MOST_PARAMETERS
        )
    except ValueError:
        return None
    return Key(path, tuple(sorted(pairs))) if len(set(pairs)) == len(pairs) else None


# What the server says of itself; everything that the reader said is left out.
SERVER = ("SERVER_PROTOCOL", "wsgi.version", "wsgi.errors", "wsgi.multithread", "wsgi.multiprocess", "wsgi.run_once")


def scrubbed(environ: WSGIEnvironment, key: Key, *, scheme: str, host: str) -> dict[str, Any]:
    """The environment in which *key* is rendered: of the reader nothing is in it, and of the request the address only.

    Args:
        environ: of the request that asked first.
        key: its address.
        scheme: of the press room's own address.
        host: the same.
    """
    made = {name: environ[name] for name in SERVER if name in environ}
    made["wsgi.url_scheme"], made["HTTP_HOST"] = scheme, host
    made["SERVER_NAME"], _, port = host.partition(":")
    made["SERVER_PORT"] = port or ("443" if scheme == "https" else "80")
    made["wsgi.input"] = io.BytesIO()
    return made | {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": key.path,
        "QUERY_STRING": key.written,
        "REMOTE_ADDR": "127.0.0.1",
    }
