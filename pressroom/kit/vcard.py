"""The media contact as a vCard 4.0 (RFC 6350), which telephones and address books take in."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response

from pressroom.kit import web
from pressroom.kit.settings import setting

MEDIA_TYPE = "text/vcard; charset=utf-8"
FOLD_AT = 75  # octets in a line without its end; RFC 6350, section 3.2


@dataclass(frozen=True)
class Contact:
    """Whom to ring. Empty fields are left out; the address has one line for each of its lines."""

    organisation: str
    name: str = ""
    role: str = ""
    phone: str = ""
    mobile: str = ""
    email: str = ""
    address: str = ""
    hours: str = ""
    url: str = ""
    zone: str = ""


def media_contact() -> Contact:
    """Whom journalists ring, as the settings have it."""
    return Contact(
        organisation=setting("organisation_name"),
        name=setting("contact_name"),
        role=setting("contact_role"),
        phone=setting("contact_phone"),
        mobile=setting("contact_mobile"),
        email=setting("contact_email"),
        address=setting("organisation_address"),
        hours=setting("contact_hours"),
        url=setting("organisation_url"),
    )


def answer(contact: Contact, name: str) -> Response:
    """The card of *contact* to be taken away as the file *name*, or 304 when the reader has just this one."""
    response = Response(write(contact), content_type=MEDIA_TYPE)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return web.conditional(response)


def write(contact: Contact) -> str:
    """The card, with CRLF line ends and long lines folded."""
    name = contact.name.strip()
    lines = [
        "BEGIN:VCARD",
        "VERSION:4.0",
        f"KIND:{'individual' if name else 'org'}",
        f"FN:{escape(name or contact.organisation)}",
        f"ORG:{escape(contact.organisation)}",
    ]
    fields = (
        ("TITLE", contact.role),
        ('TEL;TYPE="work,voice";PREF=1', contact.phone),
        ('TEL;TYPE="work,cell"', contact.mobile),
        ("EMAIL;TYPE=work", contact.email),
        ("NOTE", contact.hours),
    )
    lines += [f"{field}:{escape(value)}" for field, value in fields if value.strip()]
    if contact.address.strip():
        # The street of a postal address in free lines; RFC 6350, section 6.3.1, orders the seven parts.
        lines.append(f"ADR;TYPE=work:;;{escape(', '.join(contact.address.split(chr(10))))};;;;")
    if contact.zone.strip():
        lines.append(f"TZ:{escape(contact.zone)}")
    if contact.url.strip():
        lines.append(f"URL:{_one_line(contact.url)}")
    return "".join(fold(line) + "\r\n" for line in [*lines, "END:VCARD"])


def escape(text: str) -> str:
    """*text* as a value: backslash, comma, semicolon and line ends are escaped (RFC 6350, section 3.4)."""
    text = "\n".join(text.strip().splitlines()).replace("\\", "\\\\")
    return text.replace(",", "\\,").replace(";", "\\;").replace("\n", "\\n")


def fold(line: str) -> str:
    """*line* in pieces of at most 75 octets, never cut within a character."""
    pieces, piece, octets = [], "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > FOLD_AT:
            pieces.append(piece)
            piece, octets = " ", 1
        piece += character
        octets += size
    return "\r\n".join([*pieces, piece])


def _one_line(text: str) -> str:
    return "".join(text.split())
