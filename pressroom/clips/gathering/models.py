"""Tables of what is gathered: sources that are polled, imports, and the candidates that they brought."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pressroom.clips.addresses import LONGEST as LONGEST_ADDRESS
from pressroom.clips.gathering.rules import CandidateState, ImportInto, RowOutcome, SourceState
from pressroom.clips.models import Clip, Outlet
from pressroom.clips.rules import (
    LONGEST_BYLINE,
    LONGEST_HEADLINE,
    LONGEST_OUTLET,
    LONGEST_PAGE,
    LONGEST_PROGRAMME,
    LONGEST_SECTION,
    ImportState,
    Medium,
)
from pressroom.kit.db import Base, as_words
from pressroom.publishing import StaffOnly


class ClipSource(StaffOnly, Base):
    """A feed that is read on a schedule, and how that went.

    Attributes:
        address: where it is read now; a permanent redirect moves it.
        former_address: where it was before; empty if it never moved.
        site: the address of the page that the feed goes with, as it says itself.
        outlet_id: whose stories they are, when all are of one outlet (not of a Google Alert).
        into: whether its items wait to be judged, or come into the archive at once.
        due_at: when it is read next; None while it is paused or gone.
        attempts: how often in a row it could not be read.
        etag: of the last answer, for a conditional request; likewise ``last_modified``.
        checked_at: when it was asked last.
        read_at: when it answered with items, or that nothing changed, last.
        problem: why it could not be read the last time, as a sentence; empty otherwise.
        claim: the token of whoever reads it now, until ``claimed_until``.
        host: of its address, since one host is asked by one source at a time.
        folder: the folder of an OPML file in which it stands; empty outside of all.
        minutes: how long the feed asks not to be read again; 0 where it says nothing.
        unread: what of the last answer could not be read, as a sentence; empty otherwise.
    """

    __tablename__ = "clip_source"
    __table_args__ = (
        CheckConstraint("length(address) > 0", name="address"),
        Index("ix_clip_source_due_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), unique=True)
    former_address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), default="")
    site: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), default="")
    outlet_id: Mapped[int | None] = mapped_column(ForeignKey("outlet.id", ondelete="SET NULL"), index=True)
    into: Mapped[ImportInto] = mapped_column(as_words(ImportInto, length=20), default=ImportInto.TRIAGE)
    state: Mapped[SourceState] = mapped_column(as_words(SourceState, length=20), default=SourceState.ACTIVE)
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    etag: Mapped[str] = mapped_column(String(500), default="")
    last_modified: Mapped[str] = mapped_column(String(100), default="")
    checked_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(String(500), default="")
    claim: Mapped[str] = mapped_column(String(36), default="")
    claimed_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    host: Mapped[str] = mapped_column(String(255), default="", server_default="")
    folder: Mapped[str] = mapped_column(String(100), default="", server_default="")
    minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    unread: Mapped[str] = mapped_column(String(500), default="", server_default="")

    outlet: Mapped[Outlet | None] = relationship()


class SourceHost(StaffOnly, Base):
    """A host that sources are read from.

    Attributes:
        free_at: it is not asked before: it is being asked, was asked a moment ago, or said how long to wait.
    """

    __tablename__ = "clip_source_host"

    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    free_at: Mapped[datetime]


class ClipImport(StaffOnly, Base):
    """A batch: a file of clips or what a source brought, and how far its import has come.

    ``rows_read`` is the position: it is committed with the rows, so whoever goes on begins right behind them.

    Attributes:
        format: what kind of file or source it is of, such as ``table`` (``gathering.rules.FORMATS``).
        into: the archive, or the queue of what is to be judged.
        source_id: the source that was read, if it was one.
        sha256: of the file's bytes; the same file goes on where it stopped.
        mapping: field → column number, from 0; empty where a format has no columns.
        day_order: how days written in numbers are read (``kit.daynumbers``).
        stored: the file lies in the instance folder (it was uploaded), so the worker can take it up.
        claim: the token of whoever works on it now; a batch that finds another one stops.
        claimed_until: after this instant somebody else may take it up.
        source_name: what people call the place that such files come from, if they said so.
        columns: the names of a table's columns, as they stand there.
        header_key: what tables with columns of the same names share (``columns.key``); empty without columns.
        undone: how many of what it added was taken back.
        kept: how many of it stayed, because somebody had changed or judged it.
    """

    __tablename__ = "clip_import"
    __table_args__ = (
        Index("ix_clip_import_sha256_state", "sha256", "state"),
        Index("ix_clip_import_header_key", "header_key", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(String(200))
    format: Mapped[str] = mapped_column(String(20), default="table", server_default="table")
    into: Mapped[ImportInto] = mapped_column(
        as_words(ImportInto, length=20), default=ImportInto.ARCHIVE, server_default=ImportInto.ARCHIVE.value
    )
    source_id: Mapped[int | None] = mapped_column(ForeignKey("clip_source.id", ondelete="SET NULL"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    stored: Mapped[bool] = mapped_column(default=False)
    mapping: Mapped[dict[str, int]] = mapped_column(JSON)
    day_order: Mapped[str] = mapped_column(String(20), default="")
    state: Mapped[ImportState] = mapped_column(as_words(ImportState, length=20), index=True)
    rows_total: Mapped[int] = mapped_column(default=0)
    rows_read: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(String(500), default="")
    claim: Mapped[str] = mapped_column(String(36), default="")
    claimed_until: Mapped[datetime | None]
    by_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    source_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    columns: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    header_key: Mapped[str] = mapped_column(String(64), default="", server_default="")
    undone: Mapped[int] = mapped_column(default=0, server_default="0")
    kept: Mapped[int] = mapped_column(default=0, server_default="0")
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None]
    undone_by_name: Mapped[str] = mapped_column(String(200), default="", server_default="")


class ImportRow(StaffOnly, Base):
    """What became of a row of a batch. Its table is called after those that were refused, the only ones once.

    Attributes:
        line: the line of the file on which it begins, or the number of the entry.
        clip_id: what it added, or is known as; no foreign key, as the record stays whatever becomes of the clip.
        reason: why it was refused, or what of it was left out; empty otherwise.
        candidate_id: what it put into the queue; no foreign key either.
    """

    __tablename__ = "clip_import_problem"
    __table_args__ = (Index("ix_clip_import_problem_import_id_line", "import_id", "line", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("clip_import.id", ondelete="CASCADE"), index=True)
    line: Mapped[int]
    reason: Mapped[str] = mapped_column(String(500))
    outcome: Mapped[RowOutcome] = mapped_column(
        as_words(RowOutcome, length=20), default=RowOutcome.REFUSED, server_default=RowOutcome.REFUSED.value
    )
    clip_id: Mapped[int | None]
    candidate_id: Mapped[int | None]


class AskedAddress(StaffOnly, Base):
    """An address of a pasted list whose page is still to be read, or was.

    Attributes:
        import_id: the batch that the list is; ``line`` its number there.
        host: whose pages are asked for one after another, with a pause between.
        due_at: when it is read next; None when nothing is left to do.
        attempts: how often it was tried.
        problem: why it could not be read the last time, as a sentence; empty otherwise.
        claim: the token of whoever reads it now, until ``claimed_until``.
    """

    __tablename__ = "clip_asked_address"
    __table_args__ = (
        Index("ix_clip_asked_address_due_at", "due_at"),
        Index("ix_clip_asked_address_host", "host"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("clip_import.id", ondelete="CASCADE"), index=True)
    line: Mapped[int]
    address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS))
    host: Mapped[str] = mapped_column(String(255))
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(String(500), default="")
    claim: Mapped[str] = mapped_column(String(36), default="")
    claimed_until: Mapped[datetime | None]


class Candidate(StaffOnly, Base):
    """A story that was found and waits to be judged. Nothing of it is public before somebody accepts it.

    Attributes:
        import_id: the batch that brought it, and ``source_id`` the source of that.
        line: its line or entry number there.
        external_id: by which the source knows it; empty without one.
        fingerprint: as of a clip, so that no story is asked about twice.
        published_on: the day; None where the source gives none, and never the day of reading.
        published_at: the instant, where the source gives one to the minute.
        score: what the rules say of it; the higher, the surer.
        reasons: why it is here, a sentence each.
        clip_id: what it became, or was merged into.
        scored_with: the edition of the rules that score and reasons are of (``triage.queries.edition``); -1 before any.
        nearest_clip_id: the clip in the archive that is most like it, and ``nearest_alike`` how much, in hundredths.
        decision: why it was rejected; else empty.
        decided_with: what was decided in one act has the same mark, and is taken back in one.
        rule_id: the rule that decided it at once; it stays when a person takes that back.
        by_hand: a person decided it, or took a decision back, so that no rule decides it any more.
    """

    __tablename__ = "clip_candidate"
    __table_args__ = (
        CheckConstraint("length(headline) > 0", name="headline"),
        Index("ix_clip_candidate_state_score", "state", "score", "id"),
        Index("ix_clip_candidate_source_external", "source_id", "external_id"),
        Index("ix_clip_candidate_import_id_line", "import_id", "line"),
        Index("ix_clip_candidate_state_scored_with", "state", "scored_with"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    import_id: Mapped[int] = mapped_column(ForeignKey("clip_import.id", ondelete="CASCADE"), index=True)
    source_id: Mapped[int | None] = mapped_column(ForeignKey("clip_source.id", ondelete="SET NULL"))
    line: Mapped[int]
    external_id: Mapped[str] = mapped_column(String(500), default="")
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)

    headline: Mapped[str] = mapped_column(String(LONGEST_HEADLINE))
    outlet: Mapped[str] = mapped_column(String(LONGEST_OUTLET), default="")
    byline: Mapped[str] = mapped_column(String(LONGEST_BYLINE), default="")
    published_on: Mapped[date | None]
    published_at: Mapped[datetime | None]
    url: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), default="")
    excerpt: Mapped[str] = mapped_column(Text, default="")
    medium: Mapped[Medium] = mapped_column(as_words(Medium, length=20), default=Medium.ONLINE)
    language: Mapped[str] = mapped_column(String(12), default="")
    page: Mapped[str] = mapped_column(String(LONGEST_PAGE), default="", server_default="")
    section: Mapped[str] = mapped_column(String(LONGEST_SECTION), default="", server_default="")
    programme: Mapped[str] = mapped_column(String(LONGEST_PROGRAMME), default="", server_default="")
    time_code: Mapped[str] = mapped_column(String(8), default="", server_default="")
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)
    featured: Mapped[bool] = mapped_column(default=False)
    release_ids: Mapped[list[int]] = mapped_column(JSON, default=list)

    state: Mapped[CandidateState] = mapped_column(as_words(CandidateState, length=20), default=CandidateState.WAITING)
    score: Mapped[int] = mapped_column(default=0)
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    scored_with: Mapped[int] = mapped_column(default=-1, server_default="-1")
    nearest_alike: Mapped[int] = mapped_column(default=0, server_default="0")
    nearest_clip_id: Mapped[int | None] = mapped_column(ForeignKey("clip.id", ondelete="SET NULL"), index=True)
    clip_id: Mapped[int | None] = mapped_column(ForeignKey("clip.id", ondelete="SET NULL"), index=True)
    decision: Mapped[str] = mapped_column(String(200), default="")
    decided_at: Mapped[datetime | None] = mapped_column(index=True)
    decided_by_id: Mapped[int | None]
    decided_by_name: Mapped[str] = mapped_column(String(200), default="")
    decided_with: Mapped[str] = mapped_column(String(36), default="", server_default="", index=True)
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("clip_rule.id", ondelete="SET NULL"), index=True)
    by_hand: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]

    source: Mapped[ClipSource | None] = relationship()
    clip: Mapped[Clip | None] = relationship(foreign_keys=clip_id)
    nearest_clip: Mapped[Clip | None] = relationship(foreign_keys=nearest_clip_id)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it
