"""The clip archive for engines that look for data: schema.org Dataset, with its files."""

from __future__ import annotations

from typing import Any

from pressroom.clips.formats import FORMATS
from pressroom.kit import schema_org, web
from pressroom.kit.settings import setting


def structured() -> dict[str, Any]:
    """The JSON-LD of the whole archive (https://schema.org/Dataset)."""
    organisation = setting("organisation_name")
    return {
        "@context": schema_org.CONTEXT,
        "@type": "Dataset",
        "@id": web.absolute("/clips/"),
        "url": web.absolute("/clips/"),
        "name": f"News coverage of {organisation}",
        "description": (
            f"What newspapers, magazines, radio, television and the web wrote about {organisation} and its field: "
            "headline, outlet, author, date, medium, language, topics and address of each story."
        ),
        "creator": schema_org.organisation(),
        "publisher": schema_org.organisation(),
        "keywords": ["news coverage", "press clippings", "science journalism"],
        "isAccessibleForFree": True,
        "distribution": [
            {
                "@type": "DataDownload",
                "name": form.label,
                "encodingFormat": form.media_type.partition(";")[0],
                "contentUrl": web.absolute(f"/clips/export.{extension}"),
            }
            for extension, form in FORMATS.items()
        ],
    }
