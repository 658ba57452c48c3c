"""The organisation and its press office in schema.org's words, for every page that names them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pressroom.kit import web
from pressroom.kit.settings import setting

CONTEXT = "https://schema.org"


def present(said: Mapping[str, Any]) -> dict[str, Any]:
    """Only what there is: schema.org has no empty values."""
    return {name: value for name, value in said.items() if value}


def organisation() -> dict[str, Any]:
    """Who publishes and invites (https://schema.org/Organization)."""
    logo = setting("organisation_logo")
    return present(
        {
            "@type": "Organization",
            "name": setting("organisation_name"),
            "url": setting("organisation_url"),
            "logo": web.absolute(f"/brand/logo?v={logo[:10]}") if logo else "",
        }
    )


def organisation_in_full(points: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """The organisation as its home page and its contact page say it, with whom to ring.

    Args:
        points: further contacts, each as :func:`contact_point` gives it; the press office comes first.
    """
    points = [one for one in (office(), *points) if len(one) > len(_KIND)]
    short = setting("organisation_short_name")
    return {"@context": CONTEXT} | present(
        organisation()
        | {
            "alternateName": short if short.casefold() != "press room" else "",
            "telephone": setting("organisation_phone"),
            "address": ", ".join(setting("organisation_address").splitlines()),
            "contactPoint": points if len(points) > 1 else points[0] if points else None,
        }
    )


def office() -> dict[str, Any]:
    """The press office (https://schema.org/ContactPoint)."""
    return contact_point(
        setting("contact_name"), setting("contact_phone") or setting("contact_mobile"), setting("contact_email")
    )


_KIND = {"@type": "ContactPoint", "contactType": "media relations"}


def contact_point(name: str, telephone: str, email: str) -> dict[str, Any]:
    """Whom reporters ring."""
    return _KIND | present({"name": name, "telephone": telephone, "email": email})


def breadcrumbs(*steps: tuple[object, str]) -> dict[str, Any]:
    """The way to a page, from the front page on (https://schema.org/BreadcrumbList).

    Args:
        steps: what each is called, and its path; the page itself comes last.
    """
    rows = [("Press room", "/"), *steps]
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": n, "name": str(name), "item": web.absolute(path)}
            for n, (name, path) in enumerate(rows, start=1)
        ],
    }
