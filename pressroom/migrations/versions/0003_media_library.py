"""Media library: addresses that cannot be guessed, rights, renditions; other files of a release.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from pressroom.kit.db import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("asset") as batch:
        batch.add_column(sa.Column("key", sa.String(length=32), nullable=True))
        batch.add_column(sa.Column("rights_until", sa.Date(), nullable=True))
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("renditions", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("recipe", sa.String(length=64), nullable=False, server_default=""))
        batch.add_column(sa.Column("render_at", UTCDateTime(), nullable=True))
        batch.add_column(sa.Column("render_tries", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("render_problem", sa.String(length=300), nullable=False, server_default=""))
    # Addresses that were given out stay as they are: the key of an old file is its number.
    op.execute("UPDATE asset SET key = CAST(id AS VARCHAR(32))")
    op.execute("UPDATE asset SET render_at = created_at WHERE media_type IN ('image/png', 'image/jpeg', 'image/webp')")
    with op.batch_alter_table("asset") as batch:
        batch.alter_column("key", existing_type=sa.String(length=32), nullable=False)
        batch.create_unique_constraint(batch.f("uq_asset_key"), ["key"])
        batch.create_index(batch.f("ix_asset_render_at"), ["render_at"], unique=False)
    op.create_table(
        "release_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_release_file_asset_id_asset")),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["press_release.id"],
            name=op.f("fk_release_file_release_id_press_release"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_file")),
        sa.UniqueConstraint("release_id", "asset_id", name=op.f("uq_release_file_release_id_asset_id")),
    )
    with op.batch_alter_table("release_file") as batch:
        batch.create_index(batch.f("ix_release_file_asset_id"), ["asset_id"], unique=False)
        batch.create_index(batch.f("ix_release_file_release_id"), ["release_id"], unique=False)


def downgrade():
    op.drop_table("release_file")
    with op.batch_alter_table("asset") as batch:
        batch.drop_index(batch.f("ix_asset_render_at"))
        batch.drop_constraint(batch.f("uq_asset_key"), type_="unique")
        for name in (
            "render_problem", "render_tries", "render_at", "recipe", "renditions", "version", "rights_until", "key"
        ):
            batch.drop_column(name)
