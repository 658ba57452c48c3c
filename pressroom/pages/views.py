"""The fixed pages, for the public. Each depends on its address and the time only."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, abort, render_template

from pressroom.kit import schema_org, vcard
from pressroom.kit.settings import setting
from pressroom.pages import queries, rules
from pressroom.pages.models import Page
from pressroom.publishing.cache import kept
from pressroom.releases import queries as releases
from pressroom.releases.models import Contact

bp = Blueprint("pages", __name__)


@bp.get("/fact-sheet")
@kept()
def fact_sheet() -> str:
    """Figures with date and source, then prose and facts under the same headings."""
    page = _page(rules.FACT_SHEET)
    facts = queries.facts()
    return render_template(
        "pages/fact_sheet.html",
        page=page,
        figures=[fact for fact in facts if fact.headline_figure],
        sections=rules.sections(page.body_html, [fact for fact in facts if not fact.headline_figure]),
        source=rules.common_source(facts),
    )


@bp.get("/logos")
@kept()
def logos() -> str:
    """The mark on light and on dark ground, its files, and what may be done with it."""
    return _article("pages/logos.html", rules.LOGOS)


@bp.get("/reporting-science")
@kept()
def reporting_science() -> str:
    """For journalists."""
    return _article("pages/guide.html", rules.REPORTING)


@bp.get("/communicating-science")
@kept()
def communicating_science() -> str:
    """For scientists."""
    return _article("pages/guide.html", rules.COMMUNICATING)


@bp.get("/privacy")
@kept()
def privacy() -> str:
    """What is known about visitors."""
    return _article("pages/guide.html", rules.PRIVACY)


@bp.get("/contact")
@kept()
def contact() -> str:
    """Whom to ring, when, and where the organisation is."""
    page = _page(rules.CONTACT)
    people = releases.listed_contacts()
    return render_template(
        "pages/contact.html",
        page=page,
        people=people,
        sections=rules.sections(page.body_html, ()),
        contact_known=any(setting(f"contact_{name}") for name in ("name", "phone", "mobile", "email")),
        structured=_structured(people),
    )


@bp.get("/contact.vcf")
@kept()
def contact_card() -> Response:
    """The media contact for an address book."""
    return vcard.answer(vcard.media_contact(), "media-contact.vcf")


def _structured(people: Sequence[Contact]) -> dict[str, object]:
    """The organisation and its press contacts for machines."""
    points = [schema_org.contact_point(one.name, one.phone or one.mobile, one.email) for one in people]
    return schema_org.organisation_in_full(points)


def _article(template: str, slug: str) -> str:
    page = _page(slug)
    return render_template(template, page=page, sections=rules.sections(page.body_html, ()))


def _page(slug: str) -> Page:
    return queries.page(slug) or abort(404)
