"""The menus of the public pages: those that the press room has of itself, or as staff wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pressroom.kit import menus
from pressroom.kit.menus import Entry
from pressroom.kit.settings import setting

# Addresses, not endpoints: they are promises, and an error page must be able to show them whatever failed.
NAVIGATION = (
    Entry("Releases", "/releases/"),
    Entry("Webcasts", "/webcasts/"),
    Entry("Clip archive", "/clips/"),
    Entry("Fact sheet", "/fact-sheet"),
    Entry("Annual meeting", "/annual-meeting"),
    Entry("Logos", "/logos"),
    Entry("Reporting science", "/reporting-science"),
    Entry("Contact", "/contact", end=True),
)
FOOTER = (
    Entry("Reporting science", "/reporting-science"),
    Entry("Communicating science", "/communicating-science"),
    Entry("Glossary", "/glossary/"),
    Entry("Experts", "/experts/"),
    Entry("Statements", "/statements/"),
    Entry("Pictures and logos", "/logos"),
    Entry("Accreditation", "/accreditation/"),
    Entry("Under embargo", "/embargo/"),
)
"""What the press room has of itself; staff may write other menus (desk, Navigation)."""


def main() -> Sequence[Entry]:
    """The public rooms, as staff ordered them; the last one stands at the far end."""
    entries = menus.read(setting("navigation_main"))
    return (*entries[:-1], replace(entries[-1], end=True)) if entries else NAVIGATION


def footer() -> Sequence[Entry]:
    """What reporters find in the footer."""
    return menus.read(setting("navigation_footer")) or FOOTER
