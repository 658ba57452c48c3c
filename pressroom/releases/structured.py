"""A release for search engines: schema.org NewsArticle, with corrections as CorrectionComment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from pressroom.kit import dates, schema_org, text, web
from pressroom.media.models import Asset
from pressroom.releases.coverage import Story
from pressroom.releases.models import Release
from pressroom.releases.translations import Version, language_of

STORIES = 10


def news_article(release: Release, stories: Sequence[Story] = (), versions: Sequence[Version] = ()) -> dict[str, Any]:
    """The JSON-LD of a public release (https://schema.org/NewsArticle). The organisation speaks, not who typed it.

    Args:
        stories: what others wrote about it.
        versions: the same release in its languages, as far as they are public.
    """
    assert release.public_from is not None
    address, publisher = web.absolute(release.address), schema_org.organisation()
    article: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": address,
        "url": address,
        "mainEntityOfPage": address,
        "headline": release.headline,
        "alternativeHeadline": release.subhead,
        "description": release.subhead or text.excerpt(release.body_html, 30),
        "datePublished": dates.iso(release.public_from),
        "dateModified": dates.iso(release.changed_at),
        "inLanguage": language_of(release),
        "isAccessibleForFree": True,
        "articleSection": release.kind.label,
        "wordCount": text.count_words(release.body_html),
        "keywords": list(release.topics),
        "dateline": release.dateline,
        "author": publisher,
        "publisher": publisher,
        "image": [_image(picture.asset) for picture in release.pictures if picture.asset.shown.src],
        "correction": [
            {"@type": "CorrectionComment", "text": correction.note, "datePublished": dates.iso(correction.at)}
            for correction in release.corrections
        ],
        "isBasedOn": _study(release),
        "hasPart": _quotations(release),
        "subjectOf": [_story(story) for story in stories[:STORIES]],
    }
    return schema_org.present(article | _translated(versions))


def _study(release: Release) -> dict[str, Any]:
    """The study that the release is about; a DOI names it for good."""
    if not (release.study_doi or release.study_title or release.funders):
        return {}
    doi = f"https://doi.org/{quote(release.study_doi)}" if release.study_doi else ""
    journal = {"@type": "Periodical", "name": release.study_journal} if release.study_journal else {}
    return schema_org.present(
        {
            "@type": "ScholarlyArticle",
            "@id": doi,
            "name": release.study_title,
            "sameAs": doi,
            "identifier": {"@type": "PropertyValue", "propertyID": "DOI", "value": release.study_doi} if doi else {},
            "isPartOf": journal,
            "datePublished": dates.iso(release.study_published_on) if release.study_published_on else "",
            "funding": _grants(release),
        }
    )


def _story(story: Story) -> dict[str, Any]:
    """What an outlet wrote; the address is that of its clip, which leads there."""
    return {
        "@type": "NewsArticle",
        "headline": story.headline,
        "url": web.absolute(story.href),
        "datePublished": dates.iso(story.published_on),
        "publisher": {"@type": "Organization", "name": story.outlet},
    }


def _grants(release: Release) -> list[dict[str, Any]]:
    """Who paid for the study (https://schema.org/Grant): one for each grant, and one for a funder without any."""
    return [
        schema_org.present(
            {"@type": "Grant", "identifier": grant, "funder": {"@type": "Organization", "name": funder.name}}
        )
        for funder in release.funders
        for grant in funder.grants or ("",)
    ]


def _quotations(release: Release) -> list[dict[str, Any]]:
    """What is quoted in it (https://schema.org/Quotation)."""
    return [
        schema_org.present(
            {
                "@type": "Quotation",
                "text": one.text,
                "creator": _person(one.speaker, one.title) if one.speaker else {},
            }
        )
        for one in release.quotations
    ]


def _person(name: str, title: str) -> dict[str, str]:
    return {"@type": "Person", "name": name} | ({"jobTitle": title} if title else {})


def _translated(versions: Sequence[Version]) -> dict[str, Any]:
    """Its versions in other languages: what it translates, or what translates it."""
    current = next((one for one in versions if one.current), None)
    if current is None:
        return {}
    if not current.original:
        original = [_work(one) for one in versions if one.original]
        return {"translationOfWork": original[0]} if original else {}
    translations = [_work(one) for one in versions if not one.original]
    return {"workTranslation": translations} if translations else {}


def _work(version: Version) -> dict[str, str]:
    address = web.absolute(version.address)
    return {"@type": "NewsArticle", "@id": address, "url": address, "inLanguage": version.language}


def _image(asset: Asset) -> dict[str, Any]:
    image: dict[str, Any] = {
        "@type": "ImageObject",
        "url": web.absolute(asset.shown.src),
        "width": asset.width,
        "height": asset.height,
    }
    return schema_org.present(image | {"caption": asset.caption, "creditText": asset.credit})
