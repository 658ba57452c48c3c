"""``/fact-sheet…`` besides the page itself: its past, files for programs, paper, single facts, and facts to embed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import orjson
from flask import Blueprint, Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from pressroom.kit import clock, dates, headers, lasting, pdf, text, web
from pressroom.kit.settings import setting
from pressroom.kit.spreadsheets import BOM, harmless, record
from pressroom.pages import past, queries, rules
from pressroom.pages.models import Fact
from pressroom.pages.past import NoSheetError
from pressroom.pages.quotations import Quotable
from pressroom.publishing.cache import kept
from pressroom.releases import pdf as paper

bp = Blueprint("facts", __name__, url_prefix="/fact-sheet")
files = Blueprint("fact_files", __name__)

AS_OF = "as-of"
YEAR = timedelta(days=365)
COLUMNS = ("key", "label", "reading", "value", "qualifier", "unit", "as_of", "source", "detail", "section")
CLOSER = tuple(f"html {{ font-size: {size}pt; }}" for size in (7.5, 6.5, 5.75))
"""The one page is set smaller until it is one; below this nobody could read it, and it becomes two."""


@bp.get("/changes")
@kept("from", "to")
def changes() -> ResponseReturnValue:
    """What changed between two days; without any, in the last year."""
    now, typed = clock.now(), {name: request.args.get(name, "").strip() for name in ("from", "to")}
    if not typed["to"]:
        lasting.until(dates.end(past.today(now), setting("time_zone")))
    try:
        days = _days(typed)
        before, after = (past.sheet_of(day, now) for day in days)
    except NoSheetError as error:
        return _no_changes(typed, str(error))
    return render_template(
        "pages/fact_changes.html",
        days=days,
        typed={"from": days[0].isoformat(), "to": days[1].isoformat()},
        changes=list(past.changes(before.facts, after.facts)),
        words=past.text_changes(before, after),
        problem="",
    )


def _days(typed: Mapping[str, str]) -> tuple[date, date]:
    """The two days that are asked for; where the first is not, a year before, or since the sheet began.

    Raises:
        NoSheetError: one is no day, or they are the wrong way round.
    """
    now = clock.now()
    last = past.asked_day(typed["to"], now) if typed["to"] else past.today(now)
    if typed["from"]:
        first = past.asked_day(typed["from"], now)
    else:
        begun = queries.sheet_begun()
        first = max(last - YEAR, past.today(begun)) if begun else last - YEAR
    if first > last:
        raise NoSheetError(
            f"{dates.day(first)} comes after {dates.day(last)}. Give the earlier day first: "
            f"from={last.isoformat()} and to={first.isoformat()}."
        )
    return first, last


def _no_changes(typed: Mapping[str, str], problem: str) -> Response:
    return make_response(
        render_template("pages/fact_changes.html", days=None, typed=typed, changes=(), words=(), problem=problem), 404
    )


# For programs ---------------------------------------------------------------------------------------------


@files.get("/fact-sheet.json")
@kept(AS_OF)
def as_json() -> Response:
    """All facts, now or at the end of a day: ``?as-of=2015-01-01``."""
    day, facts = _asked()
    said = {
        "organisation": setting("organisation_name"),
        "address": web.external("pages.fact_sheet"),
        "sheet_of": day.isoformat() if day else None,
        "facts": [past.fields(fact) for fact in facts],
    }
    response = Response(orjson.dumps(said), mimetype="application/json")
    return _for_programs(response)


@files.get("/fact-sheet.csv")
@kept(AS_OF)
def as_csv() -> Response:
    """The same as a table."""
    day, facts = _asked()
    rows = ([str(past.fields(fact)[name] or "") for name in COLUMNS] for fact in facts)
    lines = [record(COLUMNS), *(record([harmless(" ".join(value.split())) for value in row]) for row in rows)]
    response = Response(BOM + "".join(lines), content_type="text/csv; charset=utf-8")
    name = f"fact-sheet-{day.isoformat()}.csv" if day else "fact-sheet.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return _for_programs(response)


def _for_programs(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["X-Robots-Tag"] = "noindex"  # the page is what should be found
    return web.conditional(response)


def _asked() -> tuple[date | None, Sequence[Quotable]]:
    """The day that is asked for, and the facts of it; without one, those of now. 404 with a sentence for any other."""
    typed, now = request.args.get(AS_OF, "").strip(), clock.now()
    if not typed:
        return None, queries.facts()
    try:
        sheet = past.sheet_of(past.asked_day(typed, now), now)
    except NoSheetError as error:
        abort(404, str(error))
    return sheet.day, sheet.facts


# On paper -------------------------------------------------------------------------------------------------


@files.get("/fact-sheet.pdf")
def on_paper() -> Response:
    """The sheet on one page."""
    page = queries.page(rules.FACT_SHEET) or abort(404)
    if pdf.missing():
        abort(404, "This press room makes no PDF files. Print the fact sheet: it has a style for paper.")
    facts = queries.facts()
    html = render_template(
        "pages/fact_sheet_pdf.html",
        page=page,
        figures=[fact for fact in facts if fact.headline_figure],
        sections=rules.sections(page.body_html, [fact for fact in facts if not fact.headline_figure]),
        source=rules.common_source(facts),
        dated=rules.common_date(facts),
        address=web.external("pages.fact_sheet"),
    )
    name = f"{text.slugify(setting('organisation_short_name'))}-fact-sheet.pdf"
    sheet = paper.Sheet(name, page.updated_at, html, paper.styles("fact-sheet-pdf.css"), closer=CLOSER)
    return paper.answer(sheet)


# One fact -------------------------------------------------------------------------------------------------


@bp.get("/<key>")
@kept()
def show(key: str) -> str:
    """One fact, what it said before, and how to quote and embed it."""
    fact = _fact(key)
    return render_template(
        "pages/fact.html",
        fact=fact,
        versions=past.told_apart(queries.past_of(fact)),
        code=render_template("pages/_embed_code.html", fact=fact, address=web.external("facts.embed", key=fact.key)),
    )


@bp.get("/<key>/embed")
@kept()
def embed(key: str) -> Response:
    """One fact for a frame on somebody else's page; it is always the present one."""
    fact = queries.public_fact(key)
    page = render_template("pages/fact_embed.html", fact=fact, address=web.external("facts.show", key=key))
    response = headers.framed(make_response(page, 200 if fact else 404))
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _fact(key: str) -> Fact:
    return queries.public_fact(key) or abort(404)
