"""The workflow of releases: revisions say what for and are never changed; review and approval; unsaved text; former addresses.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from pressroom.kit.db import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEPT = "a revision is never changed and never deleted"
ACTS = (
    "create",
    "edit",
    "publish",
    "schedule",
    "embargo",
    "hold",
    "add picture",
    "arrange pictures",
)


def upgrade() -> None:
    # Columns are added one by one and no table is made anew: on SQLite that would drop the triggers below, and
    # to drop press_release deletes what belongs to it.
    op.add_column("release_revision", sa.Column("act", sa.String(60), nullable=False, server_default=""))
    op.add_column("release_revision", sa.Column("changed", sa.JSON(), nullable=False, server_default="[]"))
    op.execute(
        "ALTER TABLE press_release ADD COLUMN review VARCHAR(30) DEFAULT 'none' NOT NULL "
        "CONSTRAINT ck_press_release_review CHECK (review IN ('none', 'waiting', 'approved'))"
    )
    op.add_column("press_release", sa.Column("review_at", UTCDateTime()))
    op.add_column("press_release", sa.Column("review_by_name", sa.String(200), nullable=False, server_default=""))
    op.add_column("press_release", sa.Column("review_note", sa.String(500), nullable=False, server_default=""))
    op.execute(
        "ALTER TABLE press_release ADD COLUMN edited_by_id INTEGER "
        'CONSTRAINT fk_press_release_edited_by_id_user REFERENCES "user" (id)'
    )
    op.execute(
        "UPDATE press_release SET edited_by_id = (SELECT author_id FROM release_revision "
        "WHERE release_revision.release_id = press_release.id ORDER BY number DESC LIMIT 1)"
    )
    op.create_table(
        "release_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("left_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["press_release.id"],
            name=op.f("fk_release_address_release_id_press_release"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_address")),
        sa.UniqueConstraint("year", "slug", name=op.f("uq_release_address_year_slug")),
    )
    op.create_index(op.f("ix_release_address_release_id"), "release_address", ["release_id"])
    op.create_table(
        "release_unsaved",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_release_unsaved_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_unsaved")),
        sa.UniqueConstraint("user_id", "uid", name=op.f("uq_release_unsaved_user_id_uid")),
    )
    op.create_index(op.f("ix_release_unsaved_at"), "release_unsaved", ["at"])
    _describe_revisions()
    _keep_revisions()


def _describe_revisions() -> None:
    """What was a note when there was no other place for it; and what each revision changed."""
    table = sa.table(
        "release_revision",
        sa.column("id", sa.Integer),
        sa.column("release_id", sa.Integer),
        sa.column("number", sa.Integer),
        sa.column("act", sa.String),
        sa.column("note", sa.String),
        sa.column("fields", sa.JSON),
        sa.column("changed", sa.JSON),
    )
    bind = op.get_bind()
    bind.execute(table.update().where(table.c.note.in_(ACTS)).values(act=table.c.note, note=""))
    before, owner = {}, None
    keys = bind.execute(sa.select(table.c.id).order_by(table.c.release_id, table.c.number)).scalars().all()
    for key in keys:  # one by one: each holds a whole release
        row = bind.execute(sa.select(table.c.release_id, table.c.fields).where(table.c.id == key)).one()
        if row.release_id == owner:
            changed = [name for name, value in row.fields.items() if before.get(name) != value]
            bind.execute(table.update().where(table.c.id == key).values(changed=changed))
        before, owner = row.fields, row.release_id


def _keep_revisions() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER release_revision_no_{verb} BEFORE {verb.upper()} ON release_revision "
                f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION release_revision_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER release_revision_kept BEFORE UPDATE OR DELETE ON release_revision "
        "FOR EACH ROW EXECUTE FUNCTION release_revision_is_kept()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER release_revision_no_{verb}")
    else:
        op.execute("DROP TRIGGER release_revision_kept ON release_revision")
        op.execute("DROP FUNCTION release_revision_is_kept()")
    op.drop_table("release_unsaved")
    op.drop_table("release_address")
    for name in ("edited_by_id", "review_note", "review_by_name", "review_at", "review"):
        op.drop_column("press_release", name)
    op.execute("UPDATE release_revision SET note = act WHERE note = ''")
    op.drop_column("release_revision", "changed")
    op.drop_column("release_revision", "act")
