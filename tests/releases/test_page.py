"""What was read of a release, to be compared: an item of a feed is put together again when any of it changed."""

from __future__ import annotations

from typing import Any

from flask import Flask

from pressroom.kit.db import Base, db
from pressroom.releases import public
from pressroom.releases.models import (
    Boilerplate,
    Contact,
    Correction,
    Release,
    ReleaseBoilerplate,
    ReleaseContact,
    ReleaseRelated,
)
from tests.conftest import NOON
from tests.releases.conftest import illustrate
from tests.releases.conftest import public as published


def furnished() -> Release:
    """A public release with a row in each of its lists."""
    release = illustrate(published(study_title="Cats, asked"))
    boilerplate = Boilerplate(
        slug="society", name="The Cat Society", body="We ask cats.", body_html="<p>We ask cats.</p>"
    )
    contact = Contact(name="Robin", slug="robin", role="Officer", email="robin@example.org", phone="+1 301 555 0100")
    boilerplate.updated_at = contact.updated_at = NOON
    db.session.add_all((boilerplate, contact))
    db.session.flush()
    db.session.add_all(
        (
            ReleaseBoilerplate(release_id=release.id, boilerplate_id=boilerplate.id, position=0),
            ReleaseContact(release_id=release.id, contact_id=contact.id, position=0),
            ReleaseRelated(release_id=release.id, url="https://example.org/cats", title="More cats", position=0),
            Correction(release_id=release.id, at=NOON, note="Forty, not four."),
        )
    )
    return release


def test_nothing_that_was_read_of_a_release_is_left_out(app: Flask, staff: Any, noon: Any) -> None:
    with staff():
        release = furnished()
        year, slug = release.year, release.slug
        db.session.commit()
    assert year is not None
    with app.test_request_context():
        read = public.by_address(year, slug)
        assert read is not None
        before = public.content(read)
        assert public.content(read) == before
        rows = [read]
        for name in ("corrections", "pictures", "related_ties", "boilerplate_ties", "contact_ties"):
            (row,) = vars(read)[name]
            rows += [row, *(value for value in vars(row).values() if isinstance(value, Base))]
        assert len(rows) == 9
        for row in rows:
            for name, value in list(vars(row).items()):
                if name not in row.__mapper__.relationships:
                    vars(row)[name] = [*value, "another"] if isinstance(value, list) else "another"
                    assert public.content(read) != before, (type(row), name)
                    vars(row)[name] = value
        assert public.content(read) == before
        vars(read)["files"], vars(read)["pictures"] = read.pictures, []
        assert public.content(read) != before, "a picture that is now a file"
