"""A clip for machines: schema.org's words for a story of somebody else."""

from __future__ import annotations

from typing import Any

from pressroom.clips.models import Clip
from pressroom.clips.people import bylines
from pressroom.kit import schema_org, web


def of(clip: Clip) -> dict[str, Any]:
    """The JSON-LD of a clip's page: what the story is, and who published it. Nothing of its text is in it."""
    outlet = clip.outlet
    story = {
        "@type": "CreativeWork",  # as a NewsArticle or a VideoObject it would have to say what only its outlet knows
        "headline": clip.headline,
        "url": clip.url,
        "datePublished": clip.published_on.isoformat(),
        "inLanguage": clip.language,
        "author": [{"@type": "Person", "name": one.name} for one in bylines.read(clip.byline)],
        "articleSection": clip.section,
        "pagination": clip.page,
        "isPartOf": {"@type": "CreativeWork", "name": clip.programme} if clip.programme else None,
        "publisher": schema_org.present({"@type": "NewsMediaOrganization", "name": outlet.name, "url": outlet.home}),
    }
    return {
        "@context": schema_org.CONTEXT,
        "@type": "WebPage",
        "url": web.absolute(clip.address),
        "about": schema_org.present(story),
    }
