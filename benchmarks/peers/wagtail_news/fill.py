"""Copy what a press room of ours has made public into Wagtail: ``python -m wagtail_news.fill``."""

import os
import sqlite3
from datetime import UTC, datetime

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - after setup
from django.db import connection  # noqa: E402
from wagtail.models import Page, Site  # noqa: E402
from wagtail_news.models import Clip, NewsIndex, NewsPage  # noqa: E402

PUBLIC = "public_from <= datetime('now') AND withdrawn_at IS NULL"
RELEASES = f"SELECT * FROM press_release WHERE {PUBLIC} ORDER BY public_from DESC LIMIT ?"
CLIPS = f"""
    SELECT c.headline, c.excerpt, o.name AS outlet, c.medium, c.language,
           CAST(strftime('%Y', c.published_on) AS INTEGER) AS year, c.published_on
    FROM clip c JOIN outlet o ON o.id = c.outlet_id WHERE {PUBLIC.replace("public", "c.public")}
"""


def main() -> None:
    """Pages, clips, the index, statistics."""
    room = sqlite3.connect(os.environ["PEER_ROOM"])
    room.row_factory = sqlite3.Row
    home = Page.objects.get(depth=2)
    listing = home.add_child(instance=NewsIndex(title="Releases", slug="releases"))
    Site.objects.update(hostname="localhost", is_default_site=True)
    for row in reversed(room.execute(RELEASES, (int(os.environ["PEER_RELEASES"]),)).fetchall()):
        at = datetime.fromisoformat(row["public_from"]).replace(tzinfo=UTC)
        listing.add_child(
            instance=NewsPage(
                title=row["headline"][:255],
                slug=f"{row['year']}-{row['slug']}"[:255],
                kind=row["kind"],
                subhead=row["subhead"] or "",
                body=row["body_html"],
                notes=row["notes_html"] or "",
                journal=row["study_journal"] or "",
                study=row["study_title"] or "",
                doi=row["study_doi"] or "",
                first_published_at=at,
                last_published_at=at,
            )
        )
    clips = [Clip(**{name: row[name] or "" for name in row.keys()}) for row in room.execute(CLIPS)]  # noqa: SIM118
    Clip.objects.bulk_create(clips, batch_size=2_000)
    call_command("update_index", verbosity=0)
    with connection.cursor() as cursor:
        # What Wagtail's own indexes do not serve: its questions ask for title and body together.
        cursor.execute("CREATE INDEX tuned ON wagtailsearch_indexentry USING gin ((title || body))")
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    main()
