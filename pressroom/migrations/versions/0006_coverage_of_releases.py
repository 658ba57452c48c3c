"""Which clips cover which releases.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "clip_release",
        sa.Column("clip_id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clip_id"], ["clip.id"], name=op.f("fk_clip_release_clip_id_clip"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["press_release.id"],
            name=op.f("fk_clip_release_release_id_press_release"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("clip_id", "release_id", name=op.f("pk_clip_release")),
    )
    op.create_index(op.f("ix_clip_release_release_id"), "clip_release", ["release_id"])


def downgrade():
    op.drop_table("clip_release")
