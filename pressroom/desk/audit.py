"""``/desk/audit``: who did what."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from pressroom import accounts
from pressroom.accounts import Permission
from pressroom.audit import queries, rules
from pressroom.kit import web

bp = Blueprint("audit_desk", __name__, url_prefix="/desk/audit")
accounts.protect(bp, Permission.READ_AUDIT)


@bp.get("", strict_slashes=False)
def index() -> str:
    """All acts, newest first; ``kind`` filters."""
    kinds = queries.kinds()
    kind = request.args.get("kind", "")
    kind = kind if kind in kinds else ""
    return render_template(
        "desk/audit.html",
        found=queries.page(page=web.page_number(request.args), kind=kind),
        kinds=[_tab("", kind, "Everything"), *(_tab(name, kind, name.capitalize()) for name in kinds)],
        page_href=lambda n: url_for("audit_desk.index", kind=kind or None, page=n if n > 1 else None),
        shown=rules.shown,
    )


def _tab(kind: str, chosen: str, label: str) -> dict[str, object]:
    return {"label": label, "href": url_for("audit_desk.index", kind=kind or None), "current": kind == chosen}
