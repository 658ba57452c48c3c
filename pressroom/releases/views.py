"""Releases for everybody: the index and a release."""

from __future__ import annotations

from types import ModuleType

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response as BaseResponse

from pressroom.kit import cards, clock, text, vcard, web
from pressroom.kit import pdf as paper
from pressroom.kit.files import StorageFullError
from pressroom.media.models import Asset
from pressroom.publishing.cache import kept, revalidated
from pressroom.releases import (
    archive,
    browsing,
    newsml,
    ninjs,
    page,
    pdf,
    presskit,
    public,
    queries,
    quotations,
    renditions,
    wire,
)
from pressroom.releases import cards as release_cards
from pressroom.releases import translations as versions
from pressroom.releases.archive import Filters
from pressroom.releases.models import Release

bp = Blueprint("releases", __name__)


@bp.get("/releases/")
@kept(*browsing.ADDRESS)
@revalidated
def index() -> ResponseReturnValue:
    """All releases by year, narrowed by year, kind, evidence and topic."""
    return _index(browsing.read(request.args))


@bp.get("/releases/<int(min=1000, max=9999):year>/")
@kept(*browsing.ADDRESS)
@revalidated
def year(year: int) -> ResponseReturnValue:
    """The releases of a year by month."""
    return _index(browsing.read(request.args, year), real=True)


@bp.get("/releases/<int(min=1000, max=9999):year>/<month:month>")
@kept(*browsing.ADDRESS)
@revalidated
def month(year: int, month: int) -> ResponseReturnValue:
    """The releases of a month."""
    return _index(browsing.read(request.args, year, month), real=True)


def _index(asked: browsing.Asked, *, real: bool = False) -> Response:
    """The list that is asked for. *real*: the year stands in the path, and 404 says that there is none such."""
    facets = archive.facets(asked.filters)
    problem = asked.problem or browsing.unknown(asked.filters, facets, real=real)
    listed = archive.page(asked.filters, asked.page)
    problem = problem or web.page_problem(request.args, listed.pages)
    html = render_template(
        "releases/index.html",
        page=listed,
        period=browsing.period(asked.filters),
        groups=browsing.groups(listed.items, asked.filters),
        filters=asked.filters,
        chips=browsing.chips(asked.filters, facets),
        facets=browsing.links(asked.filters),
        labels=browsing.LABELS,
        address=lambda number: browsing.address(asked.filters, page=number),
        canonical=browsing.address(asked.filters, asked.page) if listed.items and not problem else "",
        alert_of=browsing.address(asked.filters),
        problem=problem,
        view_feed=None if problem else browsing.feed(asked.filters, facets),
    )
    return make_response(html, 404) if problem else web.conditional(make_response(html))


@bp.get("/releases/<int(min=1000, max=9999):year>/<slug>")
@kept()
@revalidated
def show(year: int, slug: str) -> ResponseReturnValue:
    """One release; one that was withdrawn says so and why."""
    release = _public(year, slug)
    if not isinstance(release, Release):
        return release
    return web.conditional(make_response(page.html(release)))


@bp.get("/releases/<int(min=1000, max=9999):year>/<slug>.txt")
@kept()
@revalidated
def plain(year: int, slug: str) -> ResponseReturnValue:
    """One release as plain text."""
    release = _public(year, slug, suffix=".txt")
    if not isinstance(release, Release):
        return release
    plain = renditions.plain(release, now=clock.now())
    return web.conditional(Response(plain, content_type="text/plain; charset=utf-8"))


@bp.get("/releases/<int(min=1000, max=9999):year>/<slug>.pdf")
def on_paper(year: int, slug: str) -> ResponseReturnValue:
    """One release as PDF, exactly as public as its page; one that was withdrawn says so and why."""
    release = _public(year, slug, suffix=".pdf")
    if not isinstance(release, Release):
        return release
    pdf.require()
    return _ask_again(pdf.answer(pdf.of(release, clock.now())))


@bp.get("/releases/<int(min=1000, max=9999):year>/<slug>.ninjs.json")
@kept()
def as_ninjs(year: int, slug: str) -> ResponseReturnValue:
    """One release for news agencies, as ninjs; one that was withdrawn is canceled."""
    return _for_agencies(year, slug, ninjs)


@bp.get("/releases/<int(min=1000, max=9999):year>/<slug>.newsml.xml")
@kept()
def as_newsml(year: int, slug: str) -> ResponseReturnValue:
    """One release for news agencies, as NewsML-G2; one that was withdrawn is canceled."""
    return _for_agencies(year, slug, newsml)


def _for_agencies(year: int, slug: str, written: ModuleType) -> ResponseReturnValue:
    now = clock.now()
    if slug == text.slugify(slug) and (notice := queries.withdrawn_item(year, slug, now)):
        answer: Response = written.answer(wire.withdrawn(notice))
        answer.status_code = 410
        return answer
    release = _public(year, slug, suffix=written.ENDING)
    if not isinstance(release, Release):
        return release
    return web.conditional(written.answer(wire.of(release, now)))


def _public(year: int, slug: str, *, suffix: str = "") -> Release | BaseResponse:
    """The public release of an address; where one was withdrawn, what says so and why; where one was, where it is."""
    if slug != text.slugify(slug):
        abort(404)  # no release has such an address, and PostgreSQL takes no null characters
    now = clock.now()
    release = public.by_address(year, slug)
    if release is None:
        if notice := queries.withdrawn(year, slug, now):
            return web.gone(notice["title"], notice["withdrawn_at"], notice["withdrawal_reason"])
        return _moved(year, slug, suffix)
    return release


def _moved(year: int, slug: str, suffix: str) -> BaseResponse:
    """301 to the address that a public release has now; not kept by browsers, since it may move back."""
    release = queries.moved(year, slug) or abort(404)
    answer = redirect(release.address + suffix, 301)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@bp.get("/releases/<int(min=1000, max=9999):year>/<slug>/press-kit.zip")
def press_kit(year: int, slug: str) -> ResponseReturnValue:
    """All of a release in one file, exactly as public as the release; one that was withdrawn says so and why."""
    release = _public(year, slug, suffix="/press-kit.zip")
    if not isinstance(release, Release):
        return release
    try:
        return _ask_again(presskit.answer(presskit.of(release, clock.now())))
    except StorageFullError:
        raise ServiceUnavailable(retry_after=600) from None


@bp.get("/releases/<int(min=1000, max=9999):year>/<slug>/card-<digest>.png")
def card(year: int, slug: str, digest: str) -> ResponseReturnValue:
    """The picture that a shared link shows, exactly as public as the release."""
    release = _public(year, slug, suffix=f"/card-{digest}.png")
    if not isinstance(release, Release):
        return release
    return cards.answer(release_cards.face(release), digest, release_cards.address(release))


def _ask_again(response: Response) -> Response:
    """Kept by anybody, and asked for again at each use: a withdrawal is seen at once."""
    response.cache_control.public = True
    response.cache_control.max_age = 0
    response.cache_control.must_revalidate = True
    return response


@bp.get("/contact/<slug>.vcf")
@kept()
def contact_card(slug: str) -> ResponseReturnValue:
    """A contact for an address book, as public as the releases that name them."""
    if slug != text.slugify(slug):
        abort(404)
    contact = queries.contact_called(slug) or abort(404)
    return vcard.answer(presskit.card(contact), f"{slug}.vcf")


for helper in (renditions.dated_html, browsing.label_address, browsing.archive_address, browsing.month_name):
    bp.add_app_template_global(helper)
bp.add_app_template_global(versions.tongue, "tongue_of")
bp.add_app_template_global(release_cards.address, "release_card")


@bp.app_template_global()
def pdf_offered() -> bool:
    """Whether this press room makes PDF files."""
    return not paper.missing()


@bp.app_template_global()
def quotation_warnings(release: Release) -> list[str]:
    """What is missing of the sources of its quotations."""
    return quotations.warnings(release.quotations)


@bp.app_template_global()
def topic_address(topic: str) -> str:
    """The index narrowed to *topic*."""
    return browsing.address(Filters(topic=text.slugify(topic)))


@bp.app_template_global()
def file_label(asset: Asset) -> str:
    """What a link to a file says: its type and its size, as in "PNG, 240 kB"."""
    kind = asset.name.rpartition(".")[2].upper()
    size = f"{asset.bytes / 1_000_000:.1f} MB" if asset.bytes >= 1_000_000 else f"{max(1, asset.bytes // 1000):,} kB"
    return f"{kind}, {size}"
