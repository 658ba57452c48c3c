"""Every way of reading and writing that once went round a plain loader criterion, tried as the public.

A release that is public asks for things of a release that is not; whatever comes back must not name the hidden one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask, g
from sqlalchemy import delete, exists, func, insert, select, text, update
from sqlalchemy.orm import Session, aliased, defer, joinedload, selectinload

from pressroom import publishing
from pressroom.clips.models import Clip, Outlet, Topic, clip_topic
from pressroom.kit import clock
from pressroom.kit.db import db
from pressroom.media.models import Asset
from pressroom.publishing import GateError, Viewer
from pressroom.publishing.edition import current_edition
from pressroom.releases.models import Correction, Release, ReleasePicture, ReleaseRevision
from pressroom.releases.rules import ReleaseKind
from tests.conftest import NOON

HIDDEN = "hiddenword"
LIFT = NOON + timedelta(seconds=1)


def release(n: int, headline: str, public_from: object) -> Release:
    return Release(
        kind=ReleaseKind.RESEARCH,
        headline=headline,
        slug=f"slug-{n}",
        year=2026,
        public_from=public_from,
        created_at=NOON,
        updated_at=NOON,
    )


def asset(name: str) -> Asset:
    return Asset(sha256=name.ljust(64, "0"), media_type="image/png", name=name, bytes=1, alt=name, created_at=NOON)


@pytest.fixture
def room(app: Flask) -> Iterator[Flask]:
    """A public release and a hidden one, each with a correction, a revision and a picture; two clips with topics."""
    with clock.at(NOON):
        with app.app_context(), publishing.as_staff():
            shown, hidden = release(1, "Shown", NOON), release(2, HIDDEN, LIFT)
            pictures = asset("shown.png"), asset(f"{HIDDEN}.png")
            db.session.add_all([shown, hidden, *pictures])
            db.session.flush()
            for owner, picture in zip((shown, hidden), pictures, strict=True):
                db.session.add(Correction(release_id=owner.id, at=NOON, note=owner.headline))
                db.session.add(ReleasePicture(release_id=owner.id, asset_id=picture.id))
                db.session.add(
                    ReleaseRevision(release_id=owner.id, number=1, at=NOON, fields={"headline": owner.headline})
                )
            db.session.commit()
        yield app


def read(room: Flask, ask: Callable[[Session], object], viewer: Viewer = Viewer.PUBLIC) -> str:
    """What *ask* gives, as text."""
    with room.app_context():
        g.viewer = viewer
        return repr(ask(db.session()))


def headlines(session: Session) -> list[str]:
    return [found.headline for found in session.scalars(select(Release))]


def only(session: Session) -> Release:
    return session.scalars(select(Release)).one()


def refreshed(session: Session) -> str:
    found = only(session)
    session.refresh(found)
    return found.headline


def expired(session: Session) -> str:
    found = only(session)
    session.expire(found)
    return found.headline


CLOSED: dict[str, Callable[[Session], object]] = {
    "entities": headlines,
    "columns": lambda s: s.execute(select(Release.headline)).all(),
    "get": lambda s: s.get(Release, 2),
    "get, identity map": lambda s: (only(s), s.get(Release, 2))[1],
    "count": lambda s: s.scalar(select(func.count()).select_from(Release)),
    "count of a subquery": lambda s: s.scalar(select(func.count()).select_from(select(Release).subquery())),
    "alias": lambda s: [found.headline for found in s.scalars(select(aliased(Release)))],
    "union": lambda s: s.execute(select(Release.headline).union_all(select(Release.headline))).all(),
    "common table expression": lambda s: s.execute(select(select(Release.headline).cte())).all(),
    "exists": lambda s: s.scalar(select(exists().where(Release.headline == HIDDEN))),
    "scalar subquery": lambda s: s.scalar(select(select(func.max(Release.headline)).scalar_subquery())),
    "part": lambda s: [found.note for found in s.scalars(select(Correction))],
    "part, joined": lambda s: [
        f.note for f in s.scalars(select(Correction).join(Release, Correction.release_id == Release.id))
    ],
    "part, lazy": lambda s: [found.note for found in only(s).corrections],
    "part, selectin": lambda s: [
        found.note for found in s.scalars(select(Release).options(selectinload(Release.corrections))).one().corrections
    ],
    "part of a part": lambda s: [
        found.asset.name for found in s.scalars(select(ReleasePicture).options(joinedload(ReleasePicture.asset)))
    ],
    "asset": lambda s: [found.name for found in s.scalars(select(Asset))],
    "asset, get": lambda s: s.get(Asset, 2),
    "deferred column": lambda s: s.scalars(select(Release).options(defer(Release.headline))).one().headline,
    "refresh": refreshed,
    "expired": expired,
}


@pytest.mark.parametrize("way", CLOSED)
def test_a_read_through_the_session_is_closed(room: Flask, way: str) -> None:
    assert HIDDEN not in read(room, CLOSED[way])


@pytest.mark.parametrize("way", ["count", "count of a subquery"])
def test_counts_leave_out_what_is_hidden(room: Flask, way: str) -> None:
    assert read(room, CLOSED[way]) == "1"
    assert read(room, CLOSED[way], Viewer.STAFF) == "2"


@pytest.mark.parametrize(
    "way", [way for way in CLOSED if "get" not in way and way not in {"exists", "count of a subquery"}]
)
def test_what_is_public_still_comes(room: Flask, way: str) -> None:
    """A gate that lets nothing through would pass the tests above."""
    assert any(word in read(room, CLOSED[way]) for word in ("Shown", "shown.png", "1"))


def test_exists_and_get_see_it_after_the_lift(room: Flask) -> None:
    with clock.at(LIFT):
        assert HIDDEN in read(room, headlines)
        assert read(room, CLOSED["exists"]) == "True"
        assert f"{HIDDEN}.png" in read(room, CLOSED["asset"])


def flush_a_row(session: Session) -> None:
    session.add(release(3, "New", NOON))
    session.flush()


def change_a_row(session: Session) -> None:
    only(session).headline = "Changed"
    session.flush()


REFUSED: dict[str, Callable[[Session], object]] = {
    "Core": lambda s: s.execute(select(Release.__table__)).all(),
    "text": lambda s: s.execute(text("select headline from press_release")).all(),
    "text, quoted and aliased": lambda s: s.execute(text('select * from "press_release" as x')).all(),
    "text, upper case": lambda s: s.execute(text("SELECT * FROM PRESS_RELEASE")).all(),
    "text, comma": lambda s: s.execute(text("select * from topic, press_release")).all(),
    "from_statement": lambda s: s.scalars(select(Release).from_statement(text("select * from press_release"))).all(),
    "window only": lambda s: s.execute(select(func.row_number().over(order_by=Release.id))).all(),
    "part, Core": lambda s: s.execute(select(Correction.__table__)).all(),
    "staff table": lambda s: s.scalars(select(ReleaseRevision)).all(),
    "association": lambda s: s.execute(select(clip_topic)).all(),
    "association in a subquery": lambda s: s.scalars(
        select(Topic.name).where(Topic.id.in_(select(clip_topic.c.topic_id)))
    ).all(),
    "insert": lambda s: s.execute(insert(Release).values(headline="x", kind=ReleaseKind.AWARD)),
    "update": lambda s: s.execute(update(Release).values(headline="x")),
    "update, Core": lambda s: s.execute(update(Release.__table__).values(headline="x")),
    "delete": lambda s: s.execute(delete(Release)),
    "flush of a new row": flush_a_row,
    "flush of a change": change_a_row,
}


@pytest.mark.parametrize("way", REFUSED)
def test_what_goes_round_the_gate_is_refused(room: Flask, way: str) -> None:
    with pytest.raises(GateError):
        read(room, REFUSED[way])


@pytest.mark.sqlite
def test_a_table_named_with_its_schema_is_refused(room: Flask) -> None:
    with pytest.raises(GateError):
        read(room, lambda s: s.execute(text("select * from main.press_release")).all())


def test_topics_of_a_clip_load_in_every_way(room: Flask) -> None:
    """Association rows are read by the ids of rows that came through the gate."""
    with room.app_context(), publishing.as_staff():
        outlet = Outlet(name="Harbor Ledger", slug="harbor-ledger")
        clip = Clip(
            headline="A clip",
            outlet=outlet,
            published_on=NOON.date(),
            fingerprint="f",
            public_from=NOON,
            created_at=NOON,
            updated_at=NOON,
        )
        clip.topics = [Topic(name="Family history", slug="family-history")]
        db.session.add(clip)
        db.session.commit()
    for options in ((), (selectinload(Clip.topics),), (joinedload(Clip.topics),)):
        asked = select(Clip).options(*options)
        assert "Family history" in read(room, lambda s, q=asked: [t.name for t in s.scalars(q).unique().one().topics])


def test_a_session_of_staff_never_goes_on_for_the_public(room: Flask) -> None:
    with room.app_context():
        g.viewer = Viewer.STAFF
        assert HIDDEN in headlines(db.session())
        g.viewer = Viewer.PUBLIC
        with pytest.raises(GateError, match="may not go on"):
            headlines(db.session())


def test_a_request_begins_as_the_publics_even_inside_a_command(room: Flask) -> None:
    with room.app_context(), publishing.as_staff():
        headlines(db.session())
        with pytest.raises(GateError, match="may not go on"):
            room.test_client().get("/releases/?kind=research")
        seen = room.test_client().get("/releases/").text  # past the session, so nothing of it is there
    assert "Shown" in seen
    assert HIDDEN not in seen


def test_withdrawn_is_not_public_but_says_why(room: Flask) -> None:
    with room.app_context(), publishing.as_staff():
        shown = db.session.get(Release, 1)
        assert shown
        shown.withdrawn_at, shown.withdrawal_reason = LIFT, "Sent in error."
        db.session.commit()
    assert "Shown" in read(room, headlines)
    with clock.at(LIFT), room.app_context():
        assert "Shown" not in headlines(db.session())
        table = Release.__table__
        asked = {"title": Release.headline, "now": LIFT}
        notice = publishing.withdrawal_notice(Release, table.c.slug == "slug-1", **asked)
        assert notice
        assert dict(notice) == {"title": "Shown", "withdrawn_at": LIFT, "withdrawal_reason": "Sent in error."}
        assert publishing.withdrawal_notice(Release, table.c.slug == "slug-2", **asked) is None
        (row,) = publishing.withdrawal_notices(Release, named=(Release.slug,), limit=9, **asked)
        assert dict(row) == {**notice, "public_from": NOON, "slug": "slug-1"}
        earlier = {**asked, "now": LIFT - timedelta(microseconds=1)}
        assert not publishing.withdrawal_notices(Release, named=(), limit=9, **earlier)


def test_what_was_withdrawn_before_it_was_public_has_no_notice(room: Flask) -> None:
    with room.app_context(), publishing.as_staff():
        hidden = db.session.get(Release, 2)
        assert hidden
        hidden.withdrawn_at, hidden.withdrawal_reason = NOON, "Never sent."
        db.session.commit()
    with room.app_context(), clock.at(LIFT + timedelta(days=1)):
        where = Release.__table__.c.slug == "slug-2"
        assert publishing.withdrawal_notice(Release, where, title=Release.headline, now=clock.now()) is None
        found = publishing.withdrawal_notices(Release, title=Release.headline, named=(), now=clock.now(), limit=9)
        assert not found


def test_an_unnamed_child_stops_the_start() -> None:
    from sqlalchemy import Column, ForeignKey, Integer, Table

    from pressroom.kit.db import Base
    from pressroom.publishing import gate

    child = Table("forgotten", Base.metadata, Column("id", Integer), Column("r", ForeignKey("press_release.id")))
    try:
        gate._guarded.cache_clear()
        with pytest.raises(GateError, match="forgotten points at press_release"):
            gate._guarded()
    finally:
        Base.metadata.remove(child)
        gate._guarded.cache_clear()


# The edition ---------------------------------------------------------------------------------------------


def edition(room: Flask) -> int:
    with room.app_context():
        return current_edition()


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda s: s.add(release(3, "New", NOON)), id="flush"),
        pytest.param(lambda s: s.execute(update(Release).values(subhead="x")), id="bulk"),
        pytest.param(lambda s: s.execute(update(Release.__table__).values(subhead="x")), id="Core"),
        pytest.param(lambda s: s.execute(text("update press_release set subhead = 'x'")), id="text"),
        pytest.param(lambda s: s.execute(text("delete from release_correction")), id="part"),
    ],
)
def test_each_way_of_writing_raises_the_edition_once(room: Flask, write: Callable[[Session], object]) -> None:
    before = edition(room)
    with room.app_context(), publishing.as_staff():
        write(db.session())
        db.session.commit()
    assert edition(room) == before + 1


def test_a_rollback_or_a_read_leaves_the_edition(room: Flask) -> None:
    before = edition(room)
    with room.app_context(), publishing.as_staff():
        db.session.execute(update(Release).values(subhead="x"))
        db.session.rollback()
        headlines(db.session())
        db.session.commit()
    assert edition(room) == before


def test_what_the_desk_asks_is_refused_to_the_public(room: Flask) -> None:
    """It goes past the rule, so it does not even begin."""
    headlines = publishing.StaffRead(lambda: select(Release.headline).order_by(Release.id))
    with clock.at(NOON), room.app_context():
        with pytest.raises(GateError, match="for staff"):
            headlines()
        with publishing.as_staff():
            assert [row[0] for row in headlines()] == ["Shown", HIDDEN]
