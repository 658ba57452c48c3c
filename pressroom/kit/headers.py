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

HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

TWO_YEARS = 2 * 365 * 24 * 3600

# Feed readers and newsrooms show these on their own pages.
SHARED = ("/feeds/", "/media/")


def init_app(app: Flask) -> None:
    """Give every answer of *app* its headers."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    shared = request.path.startswith(SHARED)
    response.headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if shared else "same-origin")
    if current_app.config["SECURE_COOKIES"]:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={TWO_YEARS}; includeSubDomains")
    return response
