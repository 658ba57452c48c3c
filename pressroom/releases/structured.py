"""A release for search engines: schema.org NewsArticle, with corrections as CorrectionComment."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from pressroom.kit import dates, text, web
from pressroom.kit.settings import setting
from pressroom.media.models import Asset
from pressroom.releases.models import Release


def news_article(release: Release) -> dict[str, Any]:
    """The JSON-LD of a public release (https://schema.org/NewsArticle)."""
    assert release.public_from is not None
    address = web.absolute(release.address)
    article: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": address,
        "url": address,
        "headline": release.headline,
        "description": release.subhead or text.excerpt(release.body_html, 30),
        "datePublished": dates.iso(release.public_from),
        "dateModified": dates.iso(release.changed_at),
        "inLanguage": setting("language"),
        "articleSection": release.kind.label,
        "publisher": {"@type": "Organization", "name": setting("organisation_name")},
    }
    if release.topics:
        article["keywords"] = list(release.topics)
    if release.dateline:
        article["dateline"] = release.dateline
    if images := [_image(picture.asset) for picture in release.pictures if picture.asset.shown.src]:
        article["image"] = images
    if release.corrections:
        article["correction"] = [
            {"@type": "CorrectionComment", "text": correction.note, "datePublished": dates.iso(correction.at)}
            for correction in release.corrections
        ]
    if release.study_doi:
        article["citation"] = {
            "@type": "ScholarlyArticle",
            "name": release.study_title,
            "sameAs": f"https://doi.org/{quote(release.study_doi)}",
        }
    return article


def _image(asset: Asset) -> dict[str, Any]:
    image = {
        "@type": "ImageObject",
        "url": web.absolute(asset.shown.src),
        "width": asset.width,
        "height": asset.height,
    }
    words = {"caption": asset.caption, "creditText": asset.credit}
    return {name: value for name, value in (image | words).items() if value}
