"""Security headers on every answer. What a view has set itself is left alone."""

from __future__ import annotations

from flask import Flask, Response, current_app, request

# No script, style, font or picture from anywhere else, and none written into a page.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "media-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

# What a page may ask of the machine it is shown on. None of ours does; full screen and pictures in pictures stay.
UNUSED = (
    *("accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "hid"),
    *("magnetometer", "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking"),
)


def policy(**changed: str) -> str:
    """The Content-Security-Policy of a page that needs more than others.

    Args:
        changed: directives with ``_`` for ``-``, such as ``frame_src``, and what stands behind them.
    """
    said = POLICY | {name.replace("_", "-"): value for name, value in changed.items()}
    return "; ".join(f"{name} {value}" for name, value in said.items())


HEADERS = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED),
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}

TWO_YEARS = 2 * 365 * 24 * 3600

# Feed readers and newsrooms show these on their own pages.
SHARED = ("/feeds/", "/media/")


ASK_AGAIN = "public, no-cache"
"""The Cache-Control of what everybody may keep, and asks for again at each use."""

SESSIONS = ("desk", "journalist")
"""The cookies that say who somebody is; see :func:`host_cookie`."""

REMEMBERED = ("logo-terms",)
"""Cookies that say what somebody did once. No page that is kept for everybody depends on one."""


def session_cookies(*, secure: bool) -> tuple[str, ...]:
    """The names of all cookies that say who somebody is."""
    return tuple(host_cookie(name, secure=secure) for name in SESSIONS)


def host_cookie(name: str, *, secure: bool) -> str:
    """The name of a cookie; over https one that only this host can set, over https (RFC 6265bis, 4.1.3)."""
    if name not in (*SESSIONS, *REMEMBERED):
        raise ValueError(f"add {name} to SESSIONS: pages that are kept for everybody must know it")
    return f"__Host-{name}" if secure else name


def framed(response: Response) -> Response:
    """*response* as a page that others may show inside theirs: whoever frames it learns and changes nothing."""
    response.headers["Content-Security-Policy"] = policy(frame_ancestors="*", form_action="'none'")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def behind_a_secret(response: Response) -> Response:
    """*response* of a page whose address is a secret: nobody keeps it, and no link on it tells where it came from."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def init_app(app: Flask) -> None:
    """Give every answer of *app* its headers."""
    app.after_request(_add)


def of(path: str, *, https: bool) -> dict[str, str]:
    """The headers of an answer to *path*."""
    shared = path.startswith(SHARED)
    found = HEADERS | {"Cross-Origin-Resource-Policy": "cross-origin" if shared else "same-origin"}
    if https:
        found["Strict-Transport-Security"] = f"max-age={TWO_YEARS}; includeSubDomains"
    return found


def _add(response: Response) -> Response:
    said = {name.lower() for name, _ in response.headers}
    missing = of(request.path, https=current_app.config["SECURE_COOKIES"]) | {"Cache-Control": _unsaid(response)}
    for name, value in missing.items():
        if name.lower() not in said:
            response.headers.add(name, value)
    return response


def _unsaid(response: Response) -> str:
    """The Cache-Control of an answer whose view says nothing of it: no cache may guess how long it lasts."""
    if "Set-Cookie" in response.headers or response.status_code >= 500:
        return "private, no-store"
    return ASK_AGAIN if request.method in {"GET", "HEAD"} else "no-store"
