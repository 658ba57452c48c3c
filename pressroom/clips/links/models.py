"""Tables of links: what is known of each, what was found over time, and how its host is treated. All for staff.

What the public is shown stands in two columns of the clip itself (``Clip.copy_url``, ``Clip.copy_at``), so that it
costs no statement and a check that changes nothing public raises no edition.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pressroom.clips.addresses import LONGEST as LONGEST_ADDRESS
from pressroom.clips.links.rules import LinkState
from pressroom.clips.models import Clip
from pressroom.kit.db import Base, as_words
from pressroom.publishing import StaffOnly

LONGEST_SAID = 500


class LinkHost(StaffOnly, Base):
    """A host that is asked, by one process at a time: it is what is claimed, and its links with it.

    Attributes:
        due_at: when one of its links may be looked at next; None while there is none.
        free_at: before this instant nothing is asked of it.
        failures: times in a row that it did not answer, or refused.
        answered_at: when it answered last, whatever.
        probing: an address that nobody ever had is to be asked for, before any other link.
        nowhere_status: what it answered for that, and ``nowhere_mark`` the mark of that page.
        nowhere_at: when; None before.
        claim: the token of whoever asks it now, until ``claimed_until``.
    """

    __tablename__ = "link_host"

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(String(255), unique=True)
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    free_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0)
    answered_at: Mapped[datetime | None] = mapped_column(index=True)
    probing: Mapped[bool] = mapped_column(default=False)
    nowhere_status: Mapped[int] = mapped_column(default=0)
    nowhere_mark: Mapped[str] = mapped_column(String(16), default="")
    nowhere_at: Mapped[datetime | None]
    claim: Mapped[str] = mapped_column(String(36), default="")
    claimed_until: Mapped[datetime | None]


class ClipLink(StaffOnly, Base):
    """The link of a clip that has an address.

    Attributes:
        url: the clip's address when this was written; another one begins anew.
        due_at: when it is looked at next; None where it never is.
        failures: in a row, on different days; the last one that counted was at ``failed_at``.
        said: what was found, as a sentence.
        final_address: where it ended, last time.
        mark: of the story's text when it was seen first (``marks.mark``).
        ok_at: when the story was there, last.
        cleared_state: the finding of which a person (``cleared_by_name``) said that the story is there all the same.
        copy_url: an archive's copy, made at ``copy_at``; ``copy_source`` says who named it.
        copy_due_at: when archives are asked for one; None when they are not.
        copy_attempts: how often in a row they could not be asked.
        copy_said: what they answered, as a sentence.
    """

    __tablename__ = "clip_link"
    __table_args__ = (
        CheckConstraint("copy_url = '' OR copy_at IS NOT NULL", name="copy"),
        Index("ix_clip_link_host_id_due_at", "host_id", "due_at"),
        Index("ix_clip_link_state_checked_at", "state", "checked_at"),
    )

    clip_id: Mapped[int] = mapped_column(ForeignKey("clip.id", ondelete="CASCADE"), primary_key=True)
    host_id: Mapped[int] = mapped_column(ForeignKey("link_host.id"))
    url: Mapped[str] = mapped_column(String(LONGEST_ADDRESS))
    due_at: Mapped[datetime | None]
    state: Mapped[LinkState] = mapped_column(as_words(LinkState, length=20), default=LinkState.NEW)
    said: Mapped[str] = mapped_column(String(LONGEST_SAID), default="")
    status: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    failed_at: Mapped[datetime | None]
    final_address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), default="")
    mark: Mapped[str] = mapped_column(String(16), default="")
    checked_at: Mapped[datetime | None]
    ok_at: Mapped[datetime | None]
    cleared_state: Mapped[LinkState | None] = mapped_column(as_words(LinkState, length=20, name="clearedstate"))
    cleared_by_name: Mapped[str] = mapped_column(String(200), default="")
    cleared_at: Mapped[datetime | None]
    copy_url: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), default="")
    copy_at: Mapped[datetime | None]
    copy_source: Mapped[str] = mapped_column(String(20), default="")
    copy_due_at: Mapped[datetime | None] = mapped_column(index=True)
    copy_attempts: Mapped[int] = mapped_column(default=0)
    copy_said: Mapped[str] = mapped_column(String(LONGEST_SAID), default="")
    created_at: Mapped[datetime]

    clip: Mapped[Clip] = relationship()
    host: Mapped[LinkHost] = relationship()


class LinkCheck(StaffOnly, Base):
    """What was found, as long as it was the same: a line of the history of a link.

    Attributes:
        first_at: when it was found first, and ``last_at`` last; ``times`` in between, both counted.
        by_name: the person who said it; empty for the worker.
    """

    __tablename__ = "clip_link_check"
    __table_args__ = (Index("ix_clip_link_check_clip_id_id", "clip_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clip_id: Mapped[int] = mapped_column(ForeignKey("clip.id", ondelete="CASCADE"))
    state: Mapped[LinkState] = mapped_column(as_words(LinkState, length=20, name="checkstate"))
    status: Mapped[int] = mapped_column(default=0)
    said: Mapped[str] = mapped_column(String(LONGEST_SAID), default="")
    address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), default="")
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    times: Mapped[int] = mapped_column(default=1)
    by_name: Mapped[str] = mapped_column(String(200), default="")
