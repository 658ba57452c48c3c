"""The sample's schedule: sessions and abstracts as a file, and a release whose embargo follows one of the sessions."""

from __future__ import annotations

import re
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from pressroom.audit import Actor
from pressroom.kit.db import db
from pressroom.meetings import actions, bindings, queries, rules
from pressroom.meetings.importing import actions as importing
from pressroom.meetings.importing import columns
from pressroom.meetings.models import AbstractImport, Meeting, MeetingSession
from pressroom.meetings.rules import EmbargoRule
from pressroom.releases import actions as releases
from pressroom.releases.rules import ReleaseKind
from pressroom.sample.meetings import CONTENT

HEADLINE = "Parents of newborns would hear first what can be treated"


def load(*, by: Actor | None, now: datetime) -> None:
    """Fill the meeting that comes next, unless a file was imported already."""
    meeting = rules.choose(queries.meetings(), now)
    if meeting is None or db.session.scalar(select(AbstractImport.id).limit(1)):
        return
    until = meeting.starts_on - timedelta(days=14)
    actions.edit(meeting, by=by, now=now, abstracts_from=now, registration_until=until, topic=meeting.title)
    _abstracts(meeting, by=by, now=now)
    _release(meeting, by=by, now=now)


def _abstracts(meeting: Meeting, *, by: Actor | None, now: datetime) -> None:
    """Import the file as the desk does, with the days of this meeting in the place of day0, day1 …"""

    def day(found: re.Match[str]) -> str:
        return (meeting.starts_on + timedelta(days=int(found[1]))).isoformat()

    content = re.sub(r"\bday(\d)\b", day, (CONTENT / "abstracts.csv").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "abstracts.csv"
        file.write_text(content, "utf-8")
        table = columns.open_table(file)
        mapping = columns.guess(table.header)
        job = importing.begin(table, meeting, file_name=file.name, mapping=mapping, by=by, now=now)
        importing.run(job, table, meeting, by=by, now=now)


def _release(meeting: Meeting, *, by: Actor | None, now: datetime) -> None:
    release = releases.create(
        by=by,
        now=now,
        kind=ReleaseKind.RESEARCH,
        headline=HEADLINE,
        subhead="A survey in three hospitals; a sample of a release that follows the schedule",
        body=(CONTENT / "release.md").read_text("utf-8").strip(),
        topics=(meeting.title,),
    )
    which = MeetingSession.meeting_id == meeting.id, MeetingSession.code == "S1"
    session = db.session.scalars(select(MeetingSession).where(*which)).one()
    bindings.bind(release, meeting, EmbargoRule.SESSION, session=session, by=by, now=now)
