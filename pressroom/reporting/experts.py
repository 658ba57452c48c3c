"""``/experts/`` and ``/statements/``, for the public. Experts are reached through the press office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from pressroom.kit import clock, schema_org, text, web
from pressroom.kit.settings import setting
from pressroom.publishing.cache import kept
from pressroom.releases import languages
from pressroom.reporting import queries
from pressroom.reporting.models import Expert

bp = Blueprint("experts", __name__)

MOST_STATEMENTS = 500


@dataclass(frozen=True)
class Choice:
    """A filter as a link."""

    label: str
    count: int
    href: str
    current: bool
    kind: str


@bp.get("/experts/")
@kept("topic", "language")
def index() -> ResponseReturnValue:
    """Everybody who agreed, by name; narrowed by a topic and by a language."""
    everybody = queries.experts()
    topic, language = request.args.get("topic", "")[:200], request.args.get("language", "")[:40]
    found = [one for one in everybody if _has(one.topics, topic) and _has(one.languages, language)]
    page = render_template(
        "reporting/experts.html",
        experts=found,
        everybody=len(everybody),
        topics=_choices(everybody, "topic", topic, language, lambda one: one.topics),
        languages=_choices(everybody, "language", topic, language, lambda one: one.languages),
        photo=_photo,
    )
    return (page, 404) if (topic or language) and not found else page


@bp.get("/experts/<slug>")
@kept()
def show(slug: str) -> str:
    """One expert, as long as they agree to stand here."""
    expert = queries.expert(slug) if slug == text.slugify(slug) else None
    if expert is None:
        abort(404)
    return render_template("reporting/expert.html", expert=expert, photo=_photo(expert), structured=_structured(expert))


@bp.get("/statements/")
@kept()
def statements() -> str:
    """Statements and policy statements, the newest first."""
    return render_template("reporting/statements.html", rows=queries.statements(MOST_STATEMENTS))


def _has(values: Iterable[str], wanted: str) -> bool:
    return not wanted or wanted.casefold() in (value.casefold() for value in values)


def _choices(
    everybody: Sequence[Expert], kind: str, topic: str, language: str, of: Callable[[Expert], Iterable[str]]
) -> list[Choice]:
    """The values that somebody has, the most frequent first; one that is chosen leads back."""
    chosen = {"topic": topic, "language": language}
    counts = Counter(value for one in everybody for value in of(one))
    return [
        Choice(
            label=languages.name(value) if kind == "language" else value,
            count=count,
            href=_href(chosen | {kind: "" if _has([value], chosen[kind]) and chosen[kind] else value}),
            current=bool(chosen[kind]) and _has([value], chosen[kind]),
            kind=kind,
        )
        for value, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].casefold()))
    ]


def _href(chosen: dict[str, str]) -> str:
    query = urlencode({name: value for name, value in chosen.items() if value})
    return f"/experts/?{query}" if query else "/experts/"


def _photo(expert: Expert) -> Any:
    """Their photo, as long as we may show it."""
    asset = expert.photo
    if asset is None or asset.rights_over(clock.now(), setting("time_zone")):
        return None
    return asset


def _structured(expert: Expert) -> dict[str, Any]:
    """A person for machines (https://schema.org/Person), without any address but that of this page."""
    said = {
        "@context": schema_org.CONTEXT,
        "@type": "Person",
        "name": expert.name,
        "jobTitle": expert.title,
        "affiliation": {"@type": "Organization", "name": expert.institution} if expert.institution else None,
        "knowsAbout": list(expert.topics),
        "knowsLanguage": list(expert.languages),
        "url": web.absolute(expert.address),
    }
    return schema_org.present(said)


def title_of(path: str) -> str | None:
    """Who stands at *path*, for whoever asks for an interview."""
    slug = path.removeprefix("/experts/")
    if slug == path or slug != text.slugify(slug):
        return None
    expert = queries.expert(slug)
    return expert.name if expert else None


bp.add_app_template_global(languages.name, "language_name")
