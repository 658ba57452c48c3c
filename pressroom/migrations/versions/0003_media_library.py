"""Media library: addresses that cannot be guessed, rights, renditions; other files of a release.

Revision ID: 0003
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from pressroom.kit.db import UTCDateTime

revision = "0003"
down_revision = "0001"
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


def downgrade():
    with op.batch_alter_table("asset") as batch:
        batch.drop_index(batch.f("ix_asset_render_at"))
        batch.drop_constraint(batch.f("uq_asset_key"), type_="unique")
        for name in (
            "render_problem", "render_tries", "render_at", "recipe", "renditions", "version", "rights_until", "key"
        ):
            batch.drop_column(name)
