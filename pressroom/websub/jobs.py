"""What the worker does: it notices that a feed changed, does what is due, and ends what has run out."""

from __future__ import annotations

from datetime import datetime

from pressroom import jobs, publishing
from pressroom.kit.db import db
from pressroom.websub import actions, feeds, queries, settings, telling


@jobs.periodic("websub")
def tell(now: datetime) -> None:
    """Look at each topic; what stands otherwise than it was told last goes out. It may be killed at any moment.

    A change is seen in the feed itself, so nothing that changes one can be forgotten: a publication, an edit, a
    withdrawal, and a lift, which writes nothing.
    """
    if not (settings.hub() or settings.is_own()):
        return
    with publishing.as_staff():
        _house_topics()
        _tidy(now)
        _changes(now)
        telling.work_off(now)


def _house_topics() -> None:
    """A hub of others is told of the feeds of the house, from what they are when it is first named."""
    known = {topic.address for topic in queries.topics()}
    db.session.rollback()
    for address in feeds.of_house() if settings.hub() else ():
        if address not in known and (read := feeds.read(address)):
            actions.ensure(address, read.digest)
            db.session.commit()


def _tidy(now: datetime) -> None:
    if actions.tidy(now, keep_topics=bool(settings.hub())):
        db.session.commit()
    else:
        db.session.rollback()


def _changes(now: datetime) -> None:
    known = [(topic.address, topic.digest) for topic in (queries.topics() if settings.hub() else queries.followed())]
    db.session.rollback()
    for address, digest in known:
        read = feeds.read(address)
        if read is None or read.digest == digest:
            continue
        topic = queries.topic(address, hold=True)  # another worker may have seen the same change
        if topic is not None:
            actions.changed(topic, read.digest, others=bool(settings.hub()), now=now)
            db.session.commit()
