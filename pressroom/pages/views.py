"""The fixed pages, for the public. Each depends on its address and the time only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pressroom.kit import clock, pdf, schema_org, vcard, web
from pressroom.kit.settings import setting
from pressroom.pages import past, queries, rules
from pressroom.pages.logos import queries as logo_queries
from pressroom.pages.logos.models import Role
from pressroom.pages.models import Fact, FactRevision, Page
from pressroom.publishing.cache import kept
from pressroom.releases import queries as releases
from pressroom.releases.models import Contact

bp = Blueprint("pages", __name__)


@bp.get("/fact-sheet")
@kept("as-of")
def fact_sheet() -> ResponseReturnValue:
    """Figures with date and source, then prose and facts under the same headings; ``?as-of=``: as it was on a day."""
    typed = request.args.get("as-of", "").strip()
    page = _page(rules.FACT_SHEET)
    if not typed:
        return _sheet(page, queries.facts())
    now = clock.now()
    try:
        sheet = past.sheet_of(past.asked_day(typed, now), now)
    except past.NoSheetError as error:
        answer = render_template("pages/fact_sheet_missing.html", page=page, problem=str(error), typed=typed)
        return make_response(answer, 404)
    return _sheet(sheet, sheet.facts, day=sheet.day)


def _sheet(page: Page | past.Sheet, facts: Sequence[Fact] | Sequence[FactRevision], day: date | None = None) -> str:
    return render_template(
        "pages/fact_sheet.html",
        page=page,
        day=day,
        figures=[fact for fact in facts if fact.headline_figure],
        sections=rules.sections(page.body_html, [fact for fact in facts if not fact.headline_figure]),
        source=rules.common_source(facts),
        dated=rules.common_date(facts),
        on_paper="" if day or pdf.missing() else url_for("fact_files.on_paper"),
    )


@bp.get("/logos")
@kept()
def logos() -> str:
    """The mark on light and on dark ground, its files, and what may be done with it."""
    page, terms = _page(rules.LOGOS), logo_queries.terms()
    sections = rules.sections(page.body_html, ())
    side = {
        kind: [one for one in sections if one.heading.lower() in rules.SIDE_BY_SIDE[kind]] for kind in ("do", "don’t")
    }
    return render_template(
        "pages/logos.html",
        page=page,
        logos=logo_queries.logos(),
        roles=tuple(Role),
        terms=terms,
        sections=[one for one in sections if one not in [*side["do"], *side["don’t"]]],
        side=side,
    )


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


@bp.get("/pages/<slug>")
@kept()
def further(slug: str) -> ResponseReturnValue:
    """A page that staff added; one that moved leads on, one that was taken off says so."""
    page = queries.page(slug)
    if page is not None and not page.is_fixed:
        return render_template("pages/guide.html", page=page, sections=rules.sections(page.body_html, ()))
    if page := page or queries.moved_from(slug):
        return redirect(page.address, 301)
    notice = queries.withdrawn(slug, clock.now()) or abort(404)
    return web.gone(notice["title"], notice["withdrawn_at"], notice["withdrawal_reason"])


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
