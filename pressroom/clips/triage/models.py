"""Tables of triage: the rules, the sources that a rule looks at, and which rules fitted which candidate."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pressroom.clips.triage import rules
from pressroom.clips.triage.rules import LONGEST_NAME, LONGEST_REASON, RuleDoes
from pressroom.kit.db import Base, as_words
from pressroom.publishing import StaffOnly


class ClipRule(StaffOnly, Base):
    """A rule by which candidates are scored. It is switched off, never deleted: what it decided names it.

    Attributes:
        must: words and phrases as they were typed (``triage.terms``); likewise ``any_of`` and ``never``.
        people: one on a line; likewise ``dois`` and ``outlets``.
        every_source: it looks at all candidates, those of files too; else at those of ``sources``.
        points: what it adds to the score.
        reason: why it rejects.
        made_with: the act that made it (``Candidate.decided_with``), if it came of a decision in the queue.
    """

    __tablename__ = "clip_rule"
    __table_args__ = (CheckConstraint("length(name) > 0", name="name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    must: Mapped[str] = mapped_column(Text, default="")
    any_of: Mapped[str] = mapped_column(Text, default="")
    never: Mapped[str] = mapped_column(Text, default="")
    people: Mapped[str] = mapped_column(Text, default="")
    dois: Mapped[str] = mapped_column(Text, default="")
    outlets: Mapped[str] = mapped_column(Text, default="")
    every_source: Mapped[bool] = mapped_column(default=True)
    points: Mapped[int] = mapped_column(default=0)
    does: Mapped[RuleDoes] = mapped_column(as_words(RuleDoes, length=20), default=RuleDoes.SCORE)
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")
    active: Mapped[bool] = mapped_column(default=True)
    made_with: Mapped[str] = mapped_column(String(36), default="", index=True)
    by_name: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    sources: Mapped[list[RuleSource]] = relationship(cascade="all, delete-orphan", order_by="RuleSource.source_id")

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it

    @property
    def as_rule(self) -> rules.Rule:
        """What decides."""
        words = ("must", "any_of", "never", "people", "dois", "outlets", "points", "does", "reason")
        looks_at = None if self.every_source else frozenset(one.source_id for one in self.sources)
        fields: dict[str, Any] = {name: getattr(self, name) for name in words}
        return rules.Rule(id=self.id, name=self.name, sources=looks_at, **fields)


class RuleSource(StaffOnly, Base):
    """A source that a rule looks at."""

    __tablename__ = "clip_rule_source"

    rule_id: Mapped[int] = mapped_column(ForeignKey("clip_rule.id", ondelete="CASCADE"), primary_key=True)
    source_id: Mapped[int] = mapped_column(
        ForeignKey("clip_source.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class CandidateRule(StaffOnly, Base):
    """A rule that fits a candidate; of one that was decided, that fitted it then.

    Attributes:
        points: what it added.
    """

    __tablename__ = "clip_candidate_rule"

    candidate_id: Mapped[int] = mapped_column(ForeignKey("clip_candidate.id", ondelete="CASCADE"), primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("clip_rule.id", ondelete="CASCADE"), primary_key=True, index=True)
    points: Mapped[int] = mapped_column(default=0)
