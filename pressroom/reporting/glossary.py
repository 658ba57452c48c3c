"""``/glossary/``, for the public: what words of genetics mean. Each page depends on its address and the time only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from flask import Blueprint, abort, render_template, url_for

from pressroom.kit import schema_org, text, web
from pressroom.publishing.cache import kept
from pressroom.reporting import queries
from pressroom.reporting.models import Term

bp = Blueprint("glossary", __name__)


@bp.get("/glossary/")
@kept()
def index() -> str:
    """All terms by their first letter."""
    terms = queries.glossary()
    return render_template("reporting/glossary.html", groups=_by_letter(terms), structured=_set(terms))


@bp.get("/glossary/<slug>")
@kept()
def show(slug: str) -> str:
    """One term."""
    term = queries.term(slug) if slug == text.slugify(slug) else None
    if term is None:
        abort(404)
    others = {row.slug: row for row in queries.glossary()} if term.see_also else {}
    also = [others[slug] for slug in term.see_also if slug in others]
    structured = {"@context": schema_org.CONTEXT, **_defined(term), "inDefinedTermSet": _reference()}
    crumbs = schema_org.breadcrumbs(("Glossary", "/glossary/"), (term.term, term.address))
    return render_template("reporting/term.html", term=term, also=also, structured=structured, crumbs_data=crumbs)


def _by_letter(terms: Iterable[Term]) -> list[tuple[str, list[Term]]]:
    return [(letter, list(rows)) for letter, rows in groupby(terms, key=_letter)]


def _letter(term: Term) -> str:
    first = text.slugify(term.term)[:1].upper()
    return first if first.isalpha() else "0–9"


def _set(terms: Sequence[Term]) -> dict[str, Any]:
    """The glossary for machines (https://schema.org/DefinedTermSet)."""
    return {
        "@context": schema_org.CONTEXT,
        **_reference(),
        "publisher": schema_org.organisation(),
        "hasDefinedTerm": [_defined(term) for term in terms],
    }


def _reference() -> dict[str, Any]:
    address = web.absolute(url_for("glossary.index"))
    return {"@type": "DefinedTermSet", "@id": address, "name": "Glossary", "url": address}


def _defined(term: Term) -> dict[str, Any]:
    """A term for machines (https://schema.org/DefinedTerm)."""
    said = {
        "@type": "DefinedTerm",
        "@id": web.absolute(term.address),
        "name": term.term,
        "alternateName": list(term.forms),
        "description": text.plain(term.definition_html),
        "url": web.absolute(term.address),
    }
    return schema_org.present(said)
