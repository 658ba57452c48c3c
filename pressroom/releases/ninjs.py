"""A release as ninjs 2.1, "news in JSON" of the International Press Telecommunications Council.

Rules: http://www.iptc.org/std/ninjs/ninjs-schema_2.1.json. It allows no property that it does not name.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import orjson
from flask import Response

from pressroom.kit import dates, schema_org, text, web
from pressroom.kit.settings import setting
from pressroom.media.models import Asset
from pressroom.releases.models import Contact
from pressroom.releases.wire import Wire

ENDING = ".ninjs.json"
NAME = "ninjs"
MEDIA_TYPE = "application/json"
STANDARD = {"name": "ninjs", "version": "2.1", "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_2.1.json"}


def answer(wire: Wire) -> Response:
    """*wire* as an answer to the request in hand."""
    return Response(orjson.dumps(item(wire), option=orjson.OPT_INDENT_2), mimetype=MEDIA_TYPE)


def item(wire: Wire) -> dict[str, Any]:
    """*wire* as ninjs."""
    organisation = setting("organisation_name")
    return schema_org.present(
        {
            "standard": STANDARD,
            "uri": wire.uri,
            "type": "text",
            "representationtype": "full",
            "profile": "press-release",
            "version": str(wire.version),
            "firstcreated": dates.iso(min(wire.first, wire.changed)),
            "versioncreated": dates.iso(wire.changed),
            "embargoed": dates.iso(wire.embargoed) if wire.embargoed else "",
            "pubstatus": str(wire.status),
            "copyrightholder": organisation,
            "language": wire.language,
            "title": text.clean(wire.headline),
            "slugline": wire.slug,
            "located": wire.place,
            "by": organisation,
            "ednote": text.clean(wire.note),
            "headlines": [
                {"role": role, "contenttype": "text/plain", "value": text.clean(value)}
                for role, value in (("main", wire.headline), ("subhead", wire.subhead))
                if value
            ],
            "bodies": list(_bodies(wire)),
            "subjects": [{"name": topic, "literal": text.slugify(topic) or topic} for topic in wire.topics],
            "genres": [{"name": wire.kind}] if wire.kind else [],
            "infosources": [{"name": organisation, "uri": web.absolute("/"), "contactinfo": _office()}],
            "people": [_person(contact) for contact in wire.people],
            "altids": _altids(wire),
            "renditions": [
                {"name": kind.partition("/")[2], "href": href, "contenttype": kind} for kind, href in wire.renditions
            ],
            "associations": [_picture(asset, number) for number, asset in enumerate(wire.pictures, start=1)],
        }
    )


def _bodies(wire: Wire) -> list[dict[str, Any]]:
    if not wire.body_html:
        return []
    counts = {"charcount": len(wire.body), "wordcount": wire.words}
    return [
        {"role": "main", "contenttype": "text/html", **counts, "value": wire.body_html},
        {"role": "plain", "contenttype": "text/plain", **counts, "value": wire.body},
    ]


def _altids(wire: Wire) -> list[dict[str, str]]:
    doi = [{"role": "study-doi", "value": wire.doi}] if wire.doi else []
    return [{"role": "page", "value": wire.address}, *doi]


def _office() -> list[dict[str, str]]:
    """Whom to ring, as the settings say it."""
    return _reached(setting("contact_phone"), setting("contact_mobile"), setting("contact_email"))


def _reached(phone: str, mobile: str, email: str) -> list[dict[str, str]]:
    ways = (("phone", phone), ("mobile", mobile), ("email", email))
    return [{"type": kind, "role": "office", "value": value} for kind, value in ways if value]


def _person(contact: Contact) -> dict[str, Any]:
    ways = _reached(contact.phone, contact.mobile, contact.email)
    return schema_org.present({"name": contact.name, "rel": "contact", "contactinfo": ways})


def _picture(asset: Asset, number: int) -> dict[str, Any]:
    """A picture of the release, as an item of its own."""
    rendition = {
        "name": "web",
        "href": web.absolute(quote(asset.shown.src)),
        "title": asset.alt,
        "width": asset.width,
        "height": asset.height,
    }
    return schema_org.present(
        {
            "name": f"picture-{number}",
            "uri": web.absolute(quote(f"/media/{asset.key}")),
            "type": "picture",
            "by": asset.credit,
            "usageterms": asset.licence,
            "descriptions": [{"role": "caption", "contenttype": "text/plain", "value": asset.caption}]
            if asset.caption
            else [],
            "renditions": [schema_org.present(rendition)],
        }
    )
